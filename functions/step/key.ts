/** The idempotency key of an answer on a step, whatever the step is; its read starts here. */
import type { Actor } from "../directory/model.ts";
import { type Idempotency, keyed } from "../shared/idempotency.ts";

export const answerKey = (
  actor: Actor,
  stepId: string,
  body: unknown,
  idempotencyKey: string | undefined,
): Idempotency | null => keyed(idempotencyKey, { staffId: actor.staffId, route: `act ${stepId}`, body });
