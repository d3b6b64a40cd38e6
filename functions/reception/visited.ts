/**
 * Lambda `reception-visited`: what an approved reception waits for once its guests have left. Reads the header first,
 * so that a revocation always wins; asked again it answers the same.
 */
import type { CaseFile } from "../case/model.ts";
import { contactWork } from "../case/start.ts";
import { put, readCase, sk } from "../case/store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import { readPolicy } from "../directory/store.ts";
import { now, stamp } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { dailyTimer } from "../step/daily.ts";
import type { StepPlan } from "../step/open.ts";
import { stepIdOf } from "../step/rules.ts";
import { openSteps } from "../step/store.ts";
import { leavingOf } from "./approved.ts";

export type VisitedInput = { v: 1; caseId: string; revision: number };

/** The requester's settlement, a chain for what it exceeds by (`round` names it), or nothing any more. */
export type Visited =
  | { next: "settlement"; step: StepPlan }
  | { next: "approval"; round: number }
  | { next: "done" };

/** The guests were here: that was a contact with the customer. Asked for once, however often this is called. */
async function askForContact(file: CaseFile): Promise<void> {
  const at = now();
  const work = contactWork(file.header.caseId, Math.min(leavingOf(file), at), at);
  try {
    await transact([put(work.caseId, sk.work(work.workId), work, { mustBeNew: true })]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

export async function handler({ caseId, revision }: VisitedInput): Promise<Visited> {
  const file = await readCase(caseId);
  if (!file || file.header.revision !== revision || file.header.status !== "open") return { next: "done" };
  const { header, steps } = file;
  if (header.phase === "approval" && header.round > 1) return { next: "approval", round: header.round };
  if (header.phase !== "approved" && header.phase !== "settlement") return { next: "done" };
  await askForContact(file);
  const open = openSteps(file).find((step) => step.kind === "settlement");
  const ordinal = open?.ordinal ?? 1 + steps.filter((step) => step.revision === revision).length;
  const stepId = stepIdOf(caseId, revision, ordinal);
  const [{ document }, calendar] = await Promise.all([
    readPolicy(header.policy.policyId, header.policy.version),
    workingCalendar(),
  ]);
  const at = now();
  return {
    next: "settlement",
    step: {
      stepId,
      ordinal,
      round: header.round,
      kind: "settlement",
      stage: "settlement",
      alsoStages: [],
      mode: "single",
      need: 1,
      dueMinutes: 0,
      dueAt: stamp(leavingOf(file) + elapsedMs(document.blockUnsettledAfter)),
      timers: [dailyTimer({ stepId, caseId }, 1, at, calendar)],
      // He was asked when the guests left; who refused the excess told him the rest.
      silent: steps.some((step) => step.kind === "settlement"),
      limit: null,
      limitPerHead: null,
      signers: [{ staffId: header.createdBy, rules: ["always"] }],
    },
  };
}
