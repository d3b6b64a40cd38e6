/** 催办: whoever may read a complaint reminds those who hold its open step, now and then. */
import type { Step } from "../case/model.ts";
import type { Actor } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { conflict, Refusal } from "../shared/errors.ts";
import { refuseFields } from "../shared/validate.ts";
import { changeStep, openSteps, seatsOf } from "../step/store.ts";
import type { CallOptions } from "./call.ts";
import { changeComplaint, policyOf } from "./write.ts";

/**
 * `input`: `{}`. Throws 404, 409 `wrong_phase` (nobody here is waited for), 429 `too_soon` with the seconds to wait, 400 for
 * fields.
 */
export async function nudgeComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ caseId: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "nudge",
    body: input,
    change(file, around, at) {
      const { people } = around.staff;
      const waitsFor = (step: Step) =>
        seatsOf(file, step)
          .filter((seat) => seat.status === "open")
          .flatMap((seat) => people.find((person) => person.staffId === seat.staffId) ?? []);
      // The report that somebody was sent to read holds nothing up; the customer is asked by messages.
      const step = openSteps(file).find((one) => one.kind !== "read" && waitsFor(one).length > 0);
      if (!step) throw conflict("wrong_phase");
      refuseFields(input);
      const again = step.nudgedAt
        ? Date.parse(step.nudgedAt) + elapsedMs(policyOf(file, around).nudgeEvery)
        : 0;
      if (again > at) throw new Refusal(429, "too_soon", { retryAfter: Math.ceil((again - at) / 1000) });
      const seq = file.header.seq + 1;
      return {
        result: { caseId },
        events: [
          {
            kind: "step.nudged",
            by: actor.staffId,
            via: "login",
            stepId: step.stepId,
            data: { to: waitsFor(step).map((person) => person.staffId) },
          },
        ],
        messages: waitsFor(step).map(({ staffId, locale }) =>
          newMessage({
            caseId,
            kind: "step.reminded",
            to: staffId,
            channel: "email",
            locale,
            stepId: step.stepId,
            params: { seq },
            at,
            key: `${step.stepId}-s${seq}`,
          }),
        ),
        writes: [changeStep(step, { nudgedAt: stamp(at) })],
      };
    },
  });
  return body;
}
