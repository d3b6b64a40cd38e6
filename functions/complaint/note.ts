/** An internal note: colleagues read it, the customer never does. Whoever is called in it is told, and may read the case. */
import type { Actor } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { type FieldError, invalid } from "../shared/errors.ts";
import type { CallOptions } from "./call.ts";
import { readNote } from "./schema.ts";
import { changeComplaint } from "./write.ts";

/**
 * `input`: `{text, mentions}`. To be mentioned is to be put on copy (抄送): a colleague who is asked something must be able
 * to look. Throws 404, 400 by field.
 */
export async function noteOnComplaint(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: CallOptions = {},
): Promise<{ noteId: string }> {
  const { body } = await changeComplaint({
    ...options,
    caseId,
    actor,
    route: "notes",
    body: input,
    change(file, { staff }, at) {
      const { text, mentions } = readNote(input);
      const { header } = file;
      const active = new Map(staff.people.filter((one) => one.active).map((one) => [one.staffId, one]));
      const unknown = mentions.flatMap((staffId, index): FieldError[] =>
        active.has(staffId) ? [] : [{ path: `mentions.${index}`, code: "choose" }],
      );
      if (unknown.length > 0) throw invalid(...unknown);
      const seq = header.seq + 1;
      const noteId = `${caseId}-n${seq}`;
      const called = mentions.filter((staffId) => staffId !== actor.staffId);
      return {
        result: { noteId },
        status: 201,
        header: { cc: [...new Set([...header.cc, ...called])] },
        events: [{ kind: "note.added", by: actor.staffId, via: "login", data: { noteId, text, mentions } }],
        messages: called.map((to) =>
          newMessage({
            caseId,
            kind: "note.mentioned",
            to,
            channel: "email",
            locale: active.get(to)!.locale,
            params: { seq },
            at,
            key: noteId,
          }),
        ),
      };
    },
  });
  return body;
}
