/**
 * The requester changes a returned top-up or transfer and submits it again: the hold follows the new amount and bucket,
 * votes become void, the chain starts anew.
 */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { startWork } from "../case/start.ts";
import { type Change, changeCase, putVote, putWork } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { budgetRefusal, type Entry, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, early } from "../shared/table.ts";
import { endStep, openSteps } from "../step/store.ts";
import { contentOf, mayAsk } from "./facts.ts";
import type { BudgetChange } from "./schema.ts";
import { checkTarget, readChange } from "./submit.ts";

export type Resubmitted = { caseId: string; contentHash: string };

/** Throws 404, 403, 409 `wrong_phase`, `stale`, `no_budget`, `budget_exceeded`, 400 by field. */
export async function editBudgetChange(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { ifMatch?: string; idempotencyKey?: string } = {},
): Promise<Resubmitted> {
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `PUT ${caseId}`, body: input });
  // What the change says is judged after who sends it and where the case stands, and read beside the case.
  const checked = early(readChecked(input));
  const known = await readVisible(actor, caseId);
  if (known.header.process !== "budget-change" || known.header.createdBy !== actor.staffId)
    throw forbidden("not_requester");
  if (!mayAsk(actor, input)) throw forbidden("not_allowed");
  const answer = await once<Resubmitted>(key, async (extra) => {
    checkPhase(known, options.ifMatch);
    const change = await checked;
    try {
      return await changeCase(
        caseId,
        (file, at) => {
          checkPhase(file, options.ifMatch);
          const restarted = restart(file, actor, change, at);
          const result = {
            status: 200,
            body: { caseId, contentHash: restarted.header?.contentHash ?? file.header.contentHash },
          };
          return { ...restarted, result, writes: [...(restarted.writes ?? []), ...extra(result)] };
        },
        known,
      );
    } catch (error) {
      if (error instanceof ConditionFailed && isBudgetFailure(error))
        throw budgetRefusal(error, change.amount);
      throw error;
    }
  });
  return answer.body;
}

async function readChecked(input: unknown): Promise<BudgetChange> {
  const change = readChange(input);
  await checkTarget(change);
  return change;
}

function checkPhase({ header }: CaseFile, ifMatch: string | undefined): void {
  if (header.status !== "open" || header.phase !== "returned") throw conflict("wrong_phase");
  if (ifMatch !== undefined && ifMatch.replace(/^"|"$/g, "") !== header.contentHash) throw conflict("stale");
}

function restart(
  file: CaseFile,
  actor: Actor,
  change: BudgetChange,
  at: number,
): Omit<Change<never>, "result"> {
  const { header } = file;
  const { caseId } = header;
  const revision = header.revision + 1;
  const content = contentOf(change, { staffId: actor.staffId, department: header.department });
  const entry = { caseId, by: actor.staffId, at };
  // Each revision holds for itself, so that the statement shows what was let go and what was taken.
  const holds: Entry[] = [
    { ...entry, buckets: header.buckets, kind: "unhold", round: header.revision, amount: header.held },
    { ...entry, buckets: content.buckets, kind: "hold", round: revision, amount: content.held },
  ];
  const events: NewEvent[] = [
    {
      kind: "case.resubmitted",
      by: actor.staffId,
      via: "login",
      contentHash: content.contentHash,
      data: { content: change },
    },
    ...(header.held > 0 || content.held > 0
      ? [
          {
            kind: "budget.adjusted",
            by: actor.staffId,
            via: "login" as const,
            data: { from: header.held, to: content.held, buckets: content.buckets },
          },
        ]
      : []),
  ];
  return {
    header: { phase: "approval", revision, ...content },
    events,
    writes: [
      ...openSteps(file).flatMap((step) => endStep(file, step, { status: "done", outcome: "done", at })),
      ...file.votes.filter((vote) => !vote.void).map((vote) => putVote(caseId, { ...vote, void: true })),
      ...entryWrites(...holds),
      putWork(startWork(caseId, revision, at)),
    ],
  };
}
