/**
 * Several approvals at once, where the policy allows it and never anything but approvals: each is decided as if voted
 * alone, so one that fails leaves the others as they are (contracts/approvals.md §7).
 */
import * as z from "zod";
import { isBatchable } from "../approval/batch-rules.ts";
import { chainPolicy } from "../approval/chain-policy.ts";
import { caseOfStep, readCase } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { readPolicy } from "../directory/store.ts";
import { invalid, Refusal } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { transact } from "../shared/table.ts";
import { fieldErrors, line, list } from "../shared/validate.ts";
import { actOnStep } from "./act.ts";

export type BatchResult = { results: { stepId: string; status: number; code?: string }[] };

/** A page of tasks at most. */
const MAX_STEPS = 50;
/** So many are decided side by side. */
const AT_ONCE = 5;

const schema = () =>
  z.strictObject({
    choice: z.literal("approve", { error: "choice" }),
    steps: list(z.strictObject({ stepId: line(100), contentHash: line(100) }), MAX_STEPS).min(1, {
      error: "required",
    }),
  });

/** `input`: `{choice: "approve", steps: [{stepId, contentHash}]}`. Throws 400 by field; each step has its own status. */
export async function approveBatch(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<BatchResult>> {
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/tasks/batch",
    body: input,
  });
  return once<BatchResult>(key, async (extra) => {
    const parsed = schema().safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const { steps } = parsed.data;
    const results: BatchResult["results"] = [];
    for (let at = 0; at < steps.length; at += AT_ONCE)
      results.push(
        ...(await Promise.all(steps.slice(at, at + AT_ONCE).map((step) => approveOne(actor, step)))),
      );
    const answer = { status: 200, body: { results } };
    const remembered = extra(answer);
    if (remembered.length > 0) await transact(remembered);
    return answer;
  });
}

async function approveOne(
  actor: Actor,
  { stepId, contentHash }: { stepId: string; contentHash: string },
): Promise<BatchResult["results"][number]> {
  try {
    await checkBatchable(stepId);
    await actOnStep(actor, stepId, { choice: "approve", comment: "", data: {}, contentHash });
    return { stepId, status: 200 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { stepId, status: error.status, code: error.fields[0]?.code ?? error.code };
  }
}

/** Too much to be waved through; who may not see the case learns nothing of it here. */
async function checkBatchable(stepId: string): Promise<void> {
  const file = await readCase(caseOfStep(stepId));
  const step = file?.steps.find((one) => one.stepId === stepId);
  if (!file || step?.status !== "open") return;
  const { policyId, version } = file.header.policy;
  const { document } = await readPolicy(policyId, version);
  if (!isBatchable(chainPolicy(file.header, document), file.header.facts.amount))
    throw new Refusal(403, "not_batchable");
}
