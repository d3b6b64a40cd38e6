/** `POST /api/steps/{stepId}`: whatever a step is, the process that it belongs to takes the answer. */
import { caseOfStep, processOf, readCase } from "../case/store.ts";
import { actOnClaim } from "../claim/act.ts";
import { actOnComplaint, readBeside } from "../complaint/act.ts";
import { isComplaintStep } from "../complaint/answering.ts";
import type { Actor } from "../directory/model.ts";
import { actOnFollowUp } from "../follow-up/act.ts";
import { isSubmission, submitSettlementStep } from "../reception/settle.ts";
import { early } from "../shared/table.ts";
import { actOnStep } from "./act.ts";
import { answerKey } from "./key.ts";
import type { Decision } from "./model.ts";

/** A signed-in person answers a step. `input`: `{choice, comment, data, contentHash?}`. */
export async function answerStep(
  actor: Actor,
  stepId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Decision> {
  const caseId = caseOfStep(stepId);
  const process = processOf(caseId);
  if (process === "follow-up") return actOnFollowUp(actor, stepId, input, options);
  if (process === "claim") return actOnClaim(actor, stepId, input, options);
  if (process !== "complaint")
    return (isSubmission(input) ? submitSettlementStep : actOnStep)(actor, stepId, input, options);
  // The key and what its own steps need are read beside the case, which alone says whether this is one.
  const key = answerKey(actor, stepId, input, options.idempotencyKey);
  const beside = early(readBeside(input));
  const known = early(readCase(caseId));
  const step = (await known)?.steps.find((one) => one.stepId === stepId);
  return step && isComplaintStep(step.kind)
    ? actOnComplaint(actor, stepId, input, { key, known, beside })
    : actOnStep(actor, stepId, input, { key, known });
}
