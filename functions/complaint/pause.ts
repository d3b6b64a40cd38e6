/** The clocks stand still while the customer is asked something; his answer, or a colleague, lets them run on. */
import type { Actor } from "../directory/model.ts";
import { conflict } from "../shared/errors.ts";
import { answered, type CallOptions, checkWorks, clockedThen } from "./call.ts";
import { pauseClocks, resumeClocks } from "./clocks.ts";
import { toCustomer } from "./customer.ts";
import { readPause, readResume } from "./schema.ts";
import { changeComplaint } from "./write.ts";

/**
 * `input`: `{question}`, which goes to the customer; a first answer is given with it. Throws 404, 403 `not_allowed`,
 * 409 `wrong_phase`, `paused`, 400 by field.
 */
export async function pauseComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ caseId: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "pause",
    body: input,
    change(file, around, at) {
      checkWorks(actor, file);
      const { complaint: state, seq } = file.header;
      if (state.paused) throw conflict("paused");
      const { question } = readPause(input);
      const clocked = clockedThen(file, answered(file, around, at), (then) =>
        pauseClocks(then, around.calendar, at),
      );
      return {
        result: { caseId },
        state: { ...state, paused: true },
        events: [
          { kind: "clock.paused", by: actor.staffId, via: "login", data: { question } },
          ...clocked.events,
        ],
        clocks: clocked.clocks,
        messages: toCustomer(file.content, {
          caseId,
          kind: "complaint.question",
          key: `${caseId}-s${seq + 1}`,
          params: { seq: seq + 1 },
          at,
        }),
      };
    },
  });
  return body;
}

/** `input`: `{comment}`. Throws 404, 403 `not_allowed`, 409 `wrong_phase`, `not_paused`, 400 by field. */
export async function resumeComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ caseId: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "resume",
    body: input,
    change(file, around, at) {
      checkWorks(actor, file);
      const { complaint: state } = file.header;
      if (!state.paused) throw conflict("not_paused");
      const { comment } = readResume(input);
      const clocked = resumeClocks(file, around.calendar, at);
      return {
        result: { caseId },
        state: { ...state, paused: false },
        events: [
          {
            kind: "clock.resumed",
            by: actor.staffId,
            via: "login",
            ...(comment === "" ? {} : { data: { comment } }),
          },
          ...clocked.events,
        ],
        clocks: clocked.clocks,
      };
    },
  });
  return body;
}
