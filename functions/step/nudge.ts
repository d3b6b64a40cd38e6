/** 催办: requester or administrator reminds those whose decision is awaited, now and then (contracts/approvals.md §5). */
import { isAdministrator } from "../approval/administrator.ts";
import { callOnCase } from "../case/call.ts";
import type { Step } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { pkOf, putMessage, sk } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { readPolicy } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { env } from "../shared/env.ts";
import { conflict, forbidden, invalid, Refusal } from "../shared/errors.ts";
import type { Write } from "../shared/table.ts";
import { openSteps, seatsOf } from "./store.ts";

/** `input`: `{}`. Throws 404, 403 `not_allowed`, 409 `wrong_phase`, 429 `too_soon` with the seconds to wait. */
export async function nudge(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<{ caseId: string }> {
  const { policy } = (await readVisible(actor, caseId)).header;
  const { document } = await readPolicy(policy.policyId, policy.version);
  return callOnCase({ actor, caseId, route: "nudge", body: input, ...options }, (file, at, staff) => {
    if (file.header.createdBy !== actor.staffId && !isAdministrator(actor, document))
      throw forbidden("not_allowed");
    // A step in the requester's own hands is nobody's to be reminded of.
    const step = openSteps(file).find((one) => one.kind === "approval");
    if (!step) throw conflict("wrong_phase");
    if (typeof input !== "object" || input === null || Object.keys(input).length > 0)
      throw invalid({ path: Object.keys(input ?? {})[0] ?? "", code: "unknown_field" });
    const again = step.nudgedAt ? Date.parse(step.nudgedAt) + elapsedMs(document.nudgeEvery) : 0;
    if (again > at) throw new Refusal(429, "too_soon", { retryAfter: Math.ceil((again - at) / 1000) });
    const waiting = seatsOf(file, step)
      .filter((seat) => seat.status === "open")
      .flatMap((seat) => staff.find((person) => person.staffId === seat.staffId) ?? []);
    return {
      events: [
        {
          kind: "step.nudged",
          by: actor.staffId,
          via: "login",
          stepId: step.stepId,
          data: { to: waiting.map((person) => person.staffId) },
        },
      ],
      writes: [
        nudgedWrite(step, at),
        ...waiting.map((person) =>
          putMessage(
            newMessage({
              caseId,
              kind: "step.nudge",
              to: person.staffId,
              channel: "email",
              locale: person.locale,
              stepId: step.stepId,
              params: { seq: file.header.seq + 1 },
              at,
              key: `${step.stepId}-s${file.header.seq + 1}`,
            }),
          ),
        ),
      ],
    };
  });
}

/** Not a Put: a newer task token may have arrived meanwhile, and it must survive. */
const nudgedWrite = (step: Step, at: number): Write => ({
  label: "step",
  Update: {
    TableName: env("CASES_TABLE"),
    Key: { pk: pkOf(step.caseId), sk: sk.step(step.stepId) },
    UpdateExpression: "SET nudgedAt = :at",
    ExpressionAttributeValues: { ":at": stamp(at) },
  },
});
