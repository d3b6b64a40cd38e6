/**
 * The end of a case, and its new beginning. Nothing closes but what the fold says is to be closed (standing-rules.ts): a
 * satisfied follow-up, the manager's reasoned decision, or a merge.
 */
import type { NewEvent } from "../case/chain.ts";
import { startWork } from "../case/start.ts";
import { putWork } from "../case/store.ts";
import { entryWrites } from "../ledger/store.ts";
import { stamp } from "../shared/clock.ts";
import { openSteps } from "../step/store.ts";
import { closedState } from "./assign-rules.ts";
import { pauseClocks, runningOn, startClocks } from "./clocks.ts";
import { toCustomer } from "./customer.ts";
import type { ComplaintState, ReopenReason } from "./model.ts";
import { releaseEntry, withoutMoney } from "./money.ts";
import { reopened, standing } from "./standing-rules.ts";
import {
  type Around,
  afterwards,
  type ComplaintCase,
  type ComplaintChange,
  foldedFile,
  policyOf,
} from "./write.ts";

type Parts = Required<
  Pick<ComplaintChange<unknown>, "state" | "header" | "events" | "clocks" | "ends" | "messages" | "writes">
>;

/**
 * The closing of a case as it stands, or as it stands once `state` holds (a merge says where it went). Throws where the
 * fold does not say that it is to be closed: a programmer's mistake, never a way around.
 */
export function closing(
  file: ComplaintCase,
  around: Around,
  at: number,
  { state = file.header.complaint, by = null }: { state?: ComplaintState; by?: string | null } = {},
): Parts {
  const policy = policyOf(file, around);
  const stands = standing(foldedFile(afterwards(file, { state })), policy);
  if (stands.need !== "close")
    throw new Error(`Case ${file.header.caseId} is not to be closed: ${stands.need}`);
  const { outcome } = stands;
  const merged = outcome === "merged";
  const who = { by, via: by === null ? ("system" as const) : ("login" as const) };
  // Who was sent the report may still read it.
  const open = openSteps(file).filter((step) => step.kind !== "read");
  // What nobody works for any more stands still. A case that was answered has no such clock.
  const stopped = pauseClocks(file, around.calendar, at);
  const { header } = file;
  return {
    state: closedState(isReserved(file) ? withoutMoney(state) : state, stamp(at)),
    header: { status: "closed", outcome, ...(isReserved(file) ? { held: 0, buckets: [] } : {}) },
    events: [
      ...open.map(
        (step): NewEvent => ({
          ...who,
          kind: "step.voided",
          stepId: step.stepId,
          data: { kind: step.kind, stage: step.chain ?? step.stage },
        }),
      ),
      ...stopped.events,
      { ...who, kind: "complaint.closed", contentHash: header.contentHash, data: { reason: outcome } },
    ],
    clocks: stopped.clocks,
    ends: open.map((step) => ({ step, end: { status: "void", outcome: null } })),
    messages: merged
      ? []
      : toCustomer(file.content, {
          caseId: header.caseId,
          kind: "complaint.closed",
          key: `${header.caseId}-s${header.seq + 1}`,
          params: { days: policy.reopenWithinDays, outcome },
          at,
        }),
    writes: isReserved(file) ? entryWrites(releaseEntry(file, by, at)) : [],
  };
}

/** Whether money is set aside for a compensation that nobody has decided yet. */
const isReserved = ({ header }: ComplaintCase): boolean => header.complaint.money === "reserved";

/**
 * The case begins again one level up: another round with clocks of its own; the earlier clocks stay as they are. A case
 * that was closed gets a revision, and with it an execution, of its own. `by`: who asked for it, null for the workflow.
 */
export function reopening(
  file: ComplaintCase,
  reason: ReopenReason,
  around: Around,
  at: number,
  { by = null, via, comment = "" }: { by?: string | null; via?: "login" | "link"; comment?: string } = {},
): Required<
  Pick<ComplaintChange<unknown>, "state" | "header" | "events" | "clocks" | "messages" | "writes">
> {
  const { header } = file;
  const policy = policyOf(file, around);
  const state = reopened(header.complaint, stamp(at));
  const { caseId } = header;
  const started = startClocks(["respond", "resolve"], { caseId, state, at }, policy, around.calendar);
  const closed = header.status === "closed";
  const revision = header.revision + (closed ? 1 : 0);
  return {
    state,
    header: closed ? { status: "open", outcome: null, revision } : {},
    events: [
      {
        kind: "complaint.reopened",
        by,
        via: by === null ? "system" : (via ?? "login"),
        data: {
          reason,
          level: state.level,
          round: state.round,
          ...(comment === "" ? {} : { comment }),
        },
      },
      ...runningOn(file),
      ...started.events,
    ],
    clocks: started.clocks,
    messages: toCustomer(file.content, {
      caseId,
      kind: "complaint.reopened",
      key: `${caseId}-c${state.round}`,
      params: { level: state.level, round: state.round },
      at,
    }),
    writes: closed ? [putWork(startWork(caseId, revision, at))] : [],
  };
}
