/**
 * A reception request is submitted: case, reservation and the start of its workflow in one transaction, so that
 * nothing is half done. Under hard control a budget that does not suffice leaves nothing behind.
 */
import type { ApprovalPolicy } from "../approval/model.ts";
import { maySubmit } from "../case/access.ts";
import type { Header } from "../case/model.ts";
import { createCase, nextCaseId, putWork, shardOf } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { currentPolicy, type PolicyVersion } from "../directory/store.ts";
import { budgetRefusal, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { now, shanghaiDate, stamp } from "../shared/clock.ts";
import { forbidden, invalid } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { bucketOf, factsOf } from "./facts.ts";
import { type Reception, receptionSchema } from "./schema.ts";

export const POLICY = "reception";

/**
 * `input`: the reception form (schema.ts). Answers 201 `{caseId}`. Throws 400 by field, 403, 409 `budget_exceeded`
 * with `{available, needed}`, 409 `no_budget`, 409 `idempotency_mismatch`.
 */
export async function submitReception(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<{ caseId: string }>> {
  if (!maySubmit(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/receptions",
    body: input,
  });
  // Beside the key's read, though a used key comes before any mistake: such a call costs a case code, no round trip.
  const draft = early(prepare(input));
  return once(key, async (extra) => create(actor, await draft, extra));
}

/** The form's values, checked. Throws 400 with every problem. */
export function readReception(input: unknown): Reception {
  const parsed = receptionSchema(now()).safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  return parsed.data;
}

type Draft = { content: Reception; at: number; caseId: string; policy: PolicyVersion<ApprovalPolicy> };

async function prepare(input: unknown): Promise<Draft> {
  const content = readReception(input);
  const at = now();
  const [caseId, policy] = await Promise.all([
    nextCaseId("reception", shanghaiDate(at).slice(0, 4)),
    currentPolicy(POLICY),
  ]);
  return { content, at, caseId, policy };
}

async function create(
  actor: Actor,
  { content, at, caseId, policy }: Draft,
  extra: (answer: Answer<{ caseId: string }>) => Write[],
): Promise<Answer<{ caseId: string }>> {
  const answer = { status: 201, body: { caseId } };
  const header: Omit<Header, "seq" | "head" | "contentSeq"> = {
    v: 1,
    caseId,
    process: "reception",
    status: "open",
    phase: "approval",
    outcome: null,
    createdBy: actor.staffId,
    createdAt: stamp(at),
    department: actor.department,
    shard: shardOf(caseId),
    dueAt: stamp(Date.parse(content.arriveAt)),
    title: content.visitingOrg,
    revision: 1,
    contentHash: hashOf(content),
    policy: { policyId: policy.policyId, version: policy.version },
    facts: factsOf(content, actor),
    buckets: [bucketOf(content)],
    held: content.budgetAmount,
    round: 1,
    findings: [],
    cc: [],
  };
  const events = [
    {
      kind: "case.submitted",
      by: actor.staffId,
      via: "login" as const,
      contentHash: header.contentHash,
      data: { content, policy: header.policy },
    },
    {
      kind: "budget.reserved",
      by: actor.staffId,
      via: "login" as const,
      data: { amount: content.budgetAmount, buckets: header.buckets },
    },
  ];
  const writes: Write[] = [
    ...entryWrites({
      buckets: header.buckets,
      kind: "reserve",
      caseId,
      round: header.revision,
      amount: content.budgetAmount,
      by: actor.staffId,
      at,
    }),
    putWork(startWork(caseId, header.revision, at)),
    ...extra(answer),
  ];
  try {
    await createCase(header, events, writes, at);
  } catch (error) {
    if (error instanceof ConditionFailed && isBudgetFailure(error))
      throw budgetRefusal(error, content.budgetAmount);
    throw error;
  }
  return answer;
}

/** Asks case/advance to start the execution of a revision. */
export const startWork = (caseId: string, revision: number, at: number) => ({
  v: 1 as const,
  workId: `${caseId}-${revision}`,
  caseId,
  kind: "start" as const,
  revision,
  pending: "work" as const,
  dueAt: stamp(at),
});
