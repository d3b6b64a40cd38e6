/**
 * The requester changes a top-up or transfer, in approval or after a return: the hold follows the new amount and bucket,
 * open steps, votes and links are void, the chain begins anew.
 */
import { restartOf } from "../approval/chain-rules.ts";
import { type Changed, changesBetween, type FieldChange, restarted } from "../case/changed.ts";
import type { CaseFile } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, changeCase } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { people, policyVersions } from "../directory/store.ts";
import { budgetRefusal, type Entry, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, early } from "../shared/table.ts";
import { contentOf, mayAsk, POLICY } from "./facts.ts";
import type { BudgetChange } from "./schema.ts";
import { checkTarget, readChange } from "./submit.ts";

export type Edited = { caseId: string; contentHash: string; changes: FieldChange[]; restartStage: string };

/** Throws 404, 403, 409 `wrong_phase`, `stale`, `no_budget`, `budget_exceeded`, 400 by field. */
export async function editBudgetChange(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { ifMatch?: string; idempotencyKey?: string } = {},
): Promise<Edited> {
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `PUT ${caseId}`, body: input });
  // What the change says is judged after who sends it and where the case stands, and read beside the case.
  const checked = early(readChecked(input));
  const [known, staff, policies] = await Promise.all([
    readVisible(actor, caseId),
    people(),
    policyVersions(POLICY),
  ]);
  if (known.header.process !== "budget-change" || known.header.createdBy !== actor.staffId)
    throw forbidden("not_requester");
  if (!mayAsk(actor, input)) throw forbidden("not_allowed");
  const answer = await once<Edited>(key, async (extra) => {
    checkPhase(known, options.ifMatch);
    const policy = policies.find((one) => one.version === known.header.policy.version);
    if (!policy) throw new Error(`Policy ${POLICY} has no version ${known.header.policy.version}`);
    const change = await checked;
    try {
      return await changeCase(
        caseId,
        (file, at) => {
          checkPhase(file, options.ifMatch);
          const { department, contentHash, phase } = file.header;
          const changes = changesBetween(file.content ?? {}, change);
          const next = contentOf(change, { staffId: actor.staffId, department });
          const restarts = restartOf(file, policy.document, next.facts, at);
          const body = { caseId, contentHash: next.contentHash, changes, restartStage: restarts.stage };
          const result = { status: 200, body };
          if (changes.length === 0 && phase === "approval")
            return { result: { ...result, body: { ...body, contentHash } }, events: [] };
          const again = restart(file, change, next, { actor, changes, restarts, staff, at });
          return { ...again, result, writes: [...(again.writes ?? []), ...extra(result)] };
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
  if (header.status !== "open" || !["approval", "returned"].includes(header.phase))
    throw conflict("wrong_phase");
  if (ifMatch !== undefined && ifMatch.replace(/^"|"$/g, "") !== header.contentHash) throw conflict("stale");
}

/** The changed top-up or transfer; its hold follows the new amount and bucket. */
function restart(
  file: CaseFile,
  change: BudgetChange,
  next: ReturnType<typeof contentOf>,
  changed: Omit<Changed, "content" | "contentHash">,
): Omit<Change<never>, "result"> {
  const { header } = file;
  const { caseId } = header;
  const again = restarted(file, { ...changed, content: change, contentHash: next.contentHash });
  const by = changed.actor.staffId;
  const entry = { caseId, by, at: changed.at };
  // Each revision holds for itself, so that the statement shows what was let go and what was taken.
  const holds: Entry[] = [
    { ...entry, buckets: header.buckets, kind: "unhold", round: header.revision, amount: header.held },
    { ...entry, buckets: next.buckets, kind: "hold", round: again.header.revision, amount: next.held },
  ];
  return {
    header: { ...again.header, ...next },
    events: [
      ...again.events,
      ...(header.held > 0 || next.held > 0
        ? [
            {
              kind: "budget.adjusted",
              by,
              via: "login" as const,
              data: { from: header.held, to: next.held, buckets: next.buckets },
            },
          ]
        : []),
    ],
    writes: [...again.writes, ...entryWrites(...holds)],
  };
}
