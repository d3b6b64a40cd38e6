/**
 * The requester changed his request, whatever its process (contracts/approvals.md §6): open steps and votes are void,
 * those who had voted or held an open link learn what changed, and the chain begins anew. The money is the process's.
 */
import { isCurrent, type restartOf } from "../approval/chain-rules.ts";
import type { Actor, Person } from "../directory/model.ts";
import { mailEach } from "../message/compose.ts";
import { hashOf } from "../shared/ids.ts";
import type { Write } from "../shared/table.ts";
import { countedVotes } from "../step/rules.ts";
import { endStep, openSteps, seatsOf, voidedEvents } from "../step/store.ts";
import type { NewEvent } from "./chain.ts";
import type { CaseFile, Header, Message, Step } from "./model.ts";
import { startWork } from "./start.ts";
import { putMessage, putVote, putWork } from "./store.ts";

export type FieldChange = { path: string; from: unknown; to: unknown };

/**
 * Field by field what an edit changes; a field that was or becomes absent is null. Compared in canonical form, because
 * the table gives the keys of an object back in any order.
 */
export function changesBetween(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): FieldChange[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths
    .map((path) => ({ path, from: before[path] ?? null, to: after[path] ?? null }))
    .filter((change) => hashOf(change.from) !== hashOf(change.to));
}

export type Changed = {
  actor: Actor;
  content: Record<string, unknown>;
  contentHash: string;
  changes: FieldChange[];
  restarts: ReturnType<typeof restartOf>;
  staff: Person[];
  at: number;
};

/** What the transaction of a change holds in every process; its first event is the change itself. */
export function restarted(
  file: CaseFile,
  { actor, content, contentHash, changes, restarts, staff, at }: Changed,
): { header: Pick<Header, "phase" | "revision" | "kept">; events: NewEvent[]; writes: Write[] } {
  const { header } = file;
  const revision = header.revision + 1;
  const { kept } = restarts;
  const open = openSteps(file);
  const by = { by: actor.staffId, via: "login" as const };
  return {
    header: { phase: "approval", revision, kept },
    events: [
      {
        ...by,
        kind: header.phase === "returned" ? "case.resubmitted" : "case.edited",
        contentHash,
        data: { content, changes, ...(kept.length > 0 ? { restartStage: restarts.stage } : {}) },
      },
      ...voidedEvents(open, by),
    ],
    writes: [
      ...open.flatMap((step) => endOf(file, step, at)),
      ...file.votes
        .filter((vote) => !vote.void && !kept.includes(vote.stepId))
        .map((vote) => putVote(header.caseId, { ...vote, void: true })),
      ...messages(file, open, revision, staff, at).map(putMessage),
      putWork(startWork(header.caseId, revision, at)),
    ],
  };
}

/** A revise step was answered by the change itself; an approval step is void. */
const endOf = (file: CaseFile, step: Step, at: number): Write[] =>
  endStep(
    file,
    step,
    step.kind === "revise" ? { status: "done", outcome: "done", at } : { status: "void", outcome: null, at },
  );

/** To those who had voted or held an open link. */
function messages(file: CaseFile, open: Step[], revision: number, staff: Person[], at: number): Message[] {
  const { header } = file;
  const current = file.steps.filter((step) => isCurrent(header, step));
  const voters = current.flatMap((step) => countedVotes(step, file.votes).map((vote) => vote.by));
  const holders = open.flatMap((step) => seatsOf(file, step).map((seat) => seat.staffId));
  const told = [...voters, ...holders].filter((staffId) => staffId !== header.createdBy);
  return mailEach(told, staff, {
    caseId: header.caseId,
    kind: "case.changed",
    params: { revision, seq: header.seq + 1 },
    at,
    key: `${header.caseId}-${revision}`,
  });
}
