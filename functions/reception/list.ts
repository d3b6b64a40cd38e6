/**
 * 接待清单, the list of who was received: unit, name and post of each, by the requester, until the visit is settled. The
 * names are in the timeline's erasable part; a later list takes the place of an earlier one under the same id.
 */
import * as z from "zod";
import type { CaseFile } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { changeCase } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { conflict, forbidden, invalid } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { fieldErrors, line, list } from "../shared/validate.ts";

const MAX_PEOPLE = 200;

export const listSchema = () =>
  z.strictObject({
    people: list(z.strictObject({ unit: line(100), name: line(50), post: line(50) }), MAX_PEOPLE).min(1, {
      error: "required",
    }),
  });

export type ListPerson = z.infer<ReturnType<typeof listSchema>>["people"][number];

/** The id of a case's one list. */
export const listIdOf = (caseId: string): string => `${caseId}-list`;

/** The people of the list as it is now; null where there is none, or once it was erased by law. */
export function listOf({ header, payloads }: CaseFile): ListPerson[] | null {
  const people = payloads.get(header.receptionList?.seq ?? 0)?.data.people;
  return Array.isArray(people) ? (people as ListPerson[]) : null;
}

/** The people of the list, for whoever sees the case. Throws 404. */
export const readList = async (actor: Actor, caseId: string): Promise<ListPerson[] | null> =>
  listOf(await readVisible(actor, caseId));

/** `{people}` → the list's id. Throws 404, 403 `not_requester`, 409 `wrong_phase`, 400 by field. */
export async function saveList(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<{ receptionListId: string }> {
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `list ${caseId}`, body: input });
  const known = await readVisible(actor, caseId);
  if (known.header.createdBy !== actor.staffId) throw forbidden("not_requester");
  const answer = await once<{ receptionListId: string }>(key, (extra) =>
    changeCase(
      caseId,
      ({ header }) => {
        if (header.status !== "open" || !["approved", "settlement"].includes(header.phase))
          throw conflict("wrong_phase");
        const parsed = listSchema().safeParse(input);
        if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
        const { people } = parsed.data;
        const result = { status: 200, body: { receptionListId: listIdOf(caseId) } };
        return {
          result,
          header: { receptionList: { id: listIdOf(caseId), seq: header.seq + 1 } },
          events: [{ kind: "list.saved", by: actor.staffId, via: "login" as const, data: { people } }],
          writes: extra(result),
        };
      },
      known,
    ),
  );
  return answer.body;
}
