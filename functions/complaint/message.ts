/** A colleague writes to the customer; the first time, that answers him. */
import type { Actor } from "../directory/model.ts";
import { conflict } from "../shared/errors.ts";
import { answered, type CallOptions, checkWorks } from "./call.ts";
import { toCustomer } from "./customer.ts";
import { readMessage } from "./schema.ts";
import { changeComplaint } from "./write.ts";

/**
 * `input`: `{text, confirm: true}`. Answers the id of the e-mail, where there is an address, else of the SMS. Throws 404,
 * 403 `not_allowed`, 409 `wrong_phase` (also once the address was erased by law), 400 by field, `confirm_required`.
 */
export async function messageToCustomer(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ messageId: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "messages",
    body: input,
    change(file, around, at) {
      checkWorks(actor, file);
      const { text } = readMessage(input);
      const seq = file.header.seq + 1;
      const messages = toCustomer(file.content, {
        caseId,
        kind: "complaint.message",
        key: `${caseId}-s${seq}`,
        params: { seq },
        at,
      });
      const [first] = messages;
      if (!first) throw conflict("wrong_phase");
      const { messageId } = first;
      const clocked = answered(file, around, at);
      return {
        result: { messageId },
        status: 201,
        events: [
          { kind: "message.sent", by: actor.staffId, via: "login", data: { messageId, text } },
          ...clocked.events,
        ],
        clocks: clocked.clocks,
        messages,
      };
    },
  });
  return body;
}
