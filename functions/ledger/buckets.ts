/** Finance makes buckets and says whether they refuse what they do not hold (contracts/budget.md §1). */
import type { BudgetView } from "../case/view.ts";
import type { Actor } from "../directory/model.ts";
import { now } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, early, transact } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { applyTo, type BucketId, bucketView, deltasOf, newBucket } from "./rules.ts";
import { controlSchema, newBucketSchema } from "./schema.ts";
import { bucketPk, controlWrite, newBucketWrites, readBuckets } from "./store.ts";

export const keepsBooks = (actor: Actor): boolean => actor.roles.includes("finance");

/**
 * A bucket that begins with one entry `allot`; cases submitted earlier are not counted into it. Answers 201 with the
 * bucket. Throws 403, 400 by field, 409 `exists`, 409 `idempotency_mismatch`.
 */
export async function createBucket(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<BudgetView>> {
  if (!keepsBooks(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/budgets",
    body: input,
  });
  return once<BudgetView>(key, async (extra) => {
    const parsed = newBucketSchema.safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const { allotted, control, ...id } = parsed.data;
    const bucket = applyTo(newBucket(id, control), deltasOf("allot", allotted));
    const answer = { status: 201, body: bucketView(bucket) };
    try {
      await transact([...newBucketWrites(bucket, actor.staffId, now()), ...extra(answer)]);
    } catch (error) {
      if (error instanceof ConditionFailed && error.labels.includes("bucket")) throw conflict("exists");
      throw error;
    }
    return answer;
  });
}

/**
 * Hard: what is not there cannot be asked for. Soft: it can, and climbs. Throws 403, 404, 400 by field, 409
 * `idempotency_mismatch`.
 */
export async function setControl(
  actor: Actor,
  id: BucketId,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<BudgetView> {
  if (!keepsBooks(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `PATCH ${bucketPk(id)}`,
    body: input,
  });
  // Beside the key: at most three round trips in sequence.
  const reading = early(readBuckets([id]));
  const answer = await once<BudgetView>(key, async (extra) => {
    const parsed = controlSchema.safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const [bucket] = await reading;
    if (!bucket) throw notFound();
    const { control } = parsed.data;
    const set = { status: 200, body: bucketView({ ...bucket, control }) };
    await transact([controlWrite(id, control), ...extra(set)]);
    return set;
  });
  return answer.body;
}
