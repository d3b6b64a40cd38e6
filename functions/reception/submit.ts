/**
 * A reception request is submitted: case, reservation and the start of its workflow in one transaction, so that
 * nothing is half done. Under hard control a budget that does not suffice leaves nothing behind.
 */
import { maySubmit } from "../case/access.ts";
import type { NewEvent } from "../case/chain.ts";
import type { Finding, Header } from "../case/model.ts";
import { reservationTimer, startWork } from "../case/start.ts";
import { createCase, nextCaseId, putTimer, putWork, shardOf } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { budgetRefusal, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { now, shanghaiDate, stamp } from "../shared/clock.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { type Basis, customerIdOf, readBasis, readReception, unsettledOf, visitsAround } from "./basis.ts";
import { type Assessment, assess } from "./facts.ts";
import type { Reception } from "./schema.ts";

/** `basis`: read beside the session by whoever knows the caller's id before (basis.ts). */
export type SubmitOptions = { idempotencyKey?: string; basis?: Promise<Basis> };

/**
 * `input`: the reception form (schema.ts). Answers 201 `{caseId}`. Throws 403, 409 `unsettled` with `{cases}`, 400 by
 * field, 409 `no_budget`, 409 `budget_exceeded` with `{available, needed}`, 409 `idempotency_mismatch`.
 */
export async function submitReception(
  actor: Actor,
  input: unknown,
  options: SubmitOptions = {},
): Promise<Answer<{ caseId: string }>> {
  if (!maySubmit(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/receptions",
    body: input,
  });
  // Beside the key's read, though a used key comes before any mistake: such a call costs a case code, no round trip.
  const draft = early(prepare(actor, input, options.basis ?? readBasis(input, actor.staffId)));
  return once(key, async (extra) => create(actor, await draft, extra));
}

type Draft = {
  content: Reception;
  at: number;
  caseId: string;
  basis: Basis;
  assessment: Assessment;
};

async function prepare(actor: Actor, input: unknown, reading: Promise<Basis>): Promise<Draft> {
  const at = now();
  const basis = await reading;
  const unsettled = unsettledOf(basis, at);
  if (unsettled.length > 0) throw conflict("unsettled", { cases: unsettled });
  const { table, buckets, customer } = basis;
  const content = readReception(input, table.document, at);
  if (buckets.length === 0) throw conflict("no_budget");
  const [caseId, visits] = await Promise.all([
    nextCaseId("reception", shanghaiDate(at).slice(0, 4)),
    visitsAround(basis, content),
  ]);
  const creditGrade = customer?.creditGrade ?? null;
  const assessment = assess({
    content,
    requester: actor,
    at,
    table,
    buckets,
    creditGrade,
    visits,
    unsettled,
  });
  return { content, at, caseId, basis, assessment };
}

async function create(
  actor: Actor,
  { content, at, caseId, basis, assessment }: Draft,
  extra: (answer: Answer<{ caseId: string }>) => Write[],
): Promise<Answer<{ caseId: string }>> {
  const answer = { status: 201, body: { caseId } };
  const { policy } = basis;
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
    revision: 1,
    policy: { policyId: policy.policyId, version: policy.version },
    round: 1,
    cc: [],
    ...contentOf(content, basis, assessment),
  };
  const events: NewEvent[] = [
    {
      kind: "case.submitted",
      by: actor.staffId,
      via: "login",
      contentHash: header.contentHash,
      data: { content, policy: header.policy },
    },
    {
      kind: "budget.reserved",
      by: actor.staffId,
      via: "login",
      data: { amount: content.budgetAmount, buckets: header.buckets },
    },
    ...raised(assessment.findings),
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
    putTimer(reservationTimer(caseId, policy.document.reserveFor, at)),
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

/** What of a header follows from the content. */
export const contentOf = (content: Reception, basis: Basis, { facts, standards, findings }: Assessment) => ({
  contentHash: hashOf(content),
  customerId: customerIdOf(basis, content),
  visitOn: content.arrivalDate,
  dueAt: stamp(Date.parse(content.arriveAt)),
  title: content.visitingOrg,
  facts,
  standards,
  findings,
  buckets: basis.buckets.map(({ department, period, category }) => ({ department, period, category })),
  held: content.budgetAmount,
});

/** One line of the timeline for each finding. */
export const raised = (findings: Finding[]): NewEvent[] =>
  findings.map(({ kind, evidence }) => ({
    kind: "finding.raised",
    by: null,
    via: "system",
    data: { kind, evidence },
  }));
