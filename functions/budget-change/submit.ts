/**
 * A top-up or transfer is asked for: case, hold in the giving bucket and the start of its workflow in one transaction
 * (contracts/budget.md §1).
 */
import type { ApprovalPolicy } from "../approval/model.ts";
import type { NewEvent } from "../case/chain.ts";
import type { Header } from "../case/model.ts";
import { reservationTimer, startWork } from "../case/start.ts";
import { createCase, nextCaseId, putTimer, putWork, shardOf } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { currentPolicy, type PolicyVersion } from "../directory/store.ts";
import { budgetRefusal, entryWrites, isBudgetFailure, readBuckets } from "../ledger/store.ts";
import { now, shanghaiDate, stamp } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { conflict, forbidden, invalid } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { contentOf, mayAsk, POLICY } from "./facts.ts";
import { type BudgetChange, budgetChangeSchema, heldIn } from "./schema.ts";

/**
 * `input`: the change (schema.ts). Answers 201 `{caseId}`. Throws 403, 400 by field, 409 `no_budget`, 409
 * `budget_exceeded` with `{available, needed}`, 409 `idempotency_mismatch`.
 */
export async function submitBudgetChange(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<{ caseId: string }>> {
  if (!mayAsk(actor, input)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/budget-changes",
    body: input,
  });
  const draft = early(prepare(input));
  return once(key, async (extra) => create(actor, await draft, extra));
}

/** The change's values, checked. Throws 400 with every problem. */
export function readChange(input: unknown): BudgetChange {
  const parsed = budgetChangeSchema.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  return parsed.data;
}

/** Buckets are never deleted, so one that exists now gets the money whenever it is approved. Throws 409 `no_budget`. */
export async function checkTarget(change: BudgetChange): Promise<void> {
  if ((await readBuckets([change.to])).length === 0) throw conflict("no_budget");
}

type Draft = { change: BudgetChange; at: number; caseId: string; policy: PolicyVersion<ApprovalPolicy> };

async function prepare(input: unknown): Promise<Draft> {
  const change = readChange(input);
  const at = now();
  const [caseId, policy] = await Promise.all([
    nextCaseId("budget-change", shanghaiDate(at).slice(0, 4)),
    currentPolicy<ApprovalPolicy>(POLICY),
    checkTarget(change),
  ]);
  return { change, at, caseId, policy };
}

async function create(
  actor: Actor,
  { change, at, caseId, policy }: Draft,
  extra: (answer: Answer<{ caseId: string }>) => Write[],
): Promise<Answer<{ caseId: string }>> {
  const answer = { status: 201, body: { caseId } };
  const { reserveFor } = policy.document;
  const header: Omit<Header, "seq" | "head" | "contentSeq"> = {
    v: 1,
    caseId,
    process: "budget-change",
    status: "open",
    phase: "approval",
    outcome: null,
    createdBy: actor.staffId,
    createdAt: stamp(at),
    department: actor.department,
    shard: shardOf(caseId),
    dueAt: stamp(at + elapsedMs(reserveFor)),
    revision: 1,
    policy: { policyId: policy.policyId, version: policy.version },
    round: 1,
    findings: [],
    cc: [],
    ...contentOf(change, actor),
  };
  const events: NewEvent[] = [
    {
      kind: "case.submitted",
      by: actor.staffId,
      via: "login",
      contentHash: header.contentHash,
      data: { content: change, policy: header.policy },
    },
    ...(header.held > 0
      ? [
          {
            kind: "budget.reserved",
            by: actor.staffId,
            via: "login" as const,
            data: { amount: header.held, buckets: header.buckets },
          },
        ]
      : []),
  ];
  const hold = {
    buckets: heldIn(change),
    kind: "hold" as const,
    caseId,
    round: header.revision,
    amount: change.amount,
    by: actor.staffId,
    at,
  };
  try {
    await createCase(
      header,
      events,
      [
        ...entryWrites(hold),
        putWork(startWork(caseId, header.revision, at)),
        putTimer(reservationTimer(caseId, reserveFor, at)),
        ...extra(answer),
      ],
      at,
    );
  } catch (error) {
    if (error instanceof ConditionFailed && isBudgetFailure(error)) throw budgetRefusal(error, change.amount);
    throw error;
  }
  return answer;
}
