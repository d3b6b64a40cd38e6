/**
 * Who is away when, and who signs in his place (contracts/approvals.md §7). A substitute who is away himself, or a
 * circle of people who stand in for each other, is refused when it is written, so that no route ever meets one.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { isAdministrator } from "../approval/administrator.ts";
import { now, stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { early } from "../shared/table.ts";
import { date, fieldErrors, line, reason } from "../shared/validate.ts";
import { clashOf } from "./absence-rules.ts";
import type { Absence, Actor } from "./model.ts";
import { addAbsence, allAbsences, currentPolicy, people, removeAbsence } from "./store.ts";

export type AbsenceView = Omit<Absence, "createdBy" | "createdAt"> & {
  name: string;
  substitute: { staffId: string; name: string } | null;
  createdBy: { staffId: string; name: string };
  createdAt: string;
};

const schema = () =>
  z
    .strictObject({
      staffId: line(100).optional(),
      from: date(),
      to: date(),
      substituteId: line(100).optional(),
      reason: reason(500).refine((value) => value !== "", { error: "required" }),
    })
    // Runs beside the rules of the single fields: what is no date has its own message there.
    .refine(({ from, to }) => Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to)) || from <= to, {
      path: ["to"],
      error: "to_before_from",
    });

const administers = async (actor: Actor): Promise<boolean> =>
  isAdministrator(actor, (await currentPolicy("reception")).document);

/**
 * `input`: `{staffId?, from, to, substituteId?, reason}`, dates inclusive. Answers 201 `{absenceId}`. Throws 403 for
 * somebody else's absence (the administrator's to enter), 400 by field, 409 `delegation_cycle`, `delegation_chain`.
 * `version`: that of the list, read beforehand (`absenceVersion`), beside the session.
 */
export async function enterAbsence(
  actor: Actor,
  input: unknown,
  version: number,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<{ absenceId: string }>> {
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/absences",
    body: input,
  });
  const [staff, known, administrator] = await Promise.all([people(), allAbsences(), administers(actor)]);
  const named = typeof input === "object" && input !== null && "staffId" in input ? input.staffId : undefined;
  if (named !== undefined && named !== actor.staffId && !administrator) throw forbidden("not_allowed");
  return once<{ absenceId: string }>(key, async (extra) => {
    const parsed = schema().safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const { staffId = actor.staffId, substituteId, ...rest } = parsed.data;
    const isThere = (id: string) => staff.some((person) => person.staffId === id && person.active);
    if (!isThere(staffId)) throw invalid({ path: "staffId", code: "choose" });
    if (substituteId !== undefined && !isThere(substituteId))
      throw invalid({ path: "substituteId", code: "choose" });
    const absence: Absence = {
      absenceId: randomUUID(),
      staffId,
      ...rest,
      ...(substituteId === undefined ? {} : { substituteId }),
      createdBy: actor.staffId,
      createdAt: stamp(now()),
    };
    const clash = clashOf(absence, known);
    if (clash) throw conflict(clash);
    const answer = { status: 201, body: { absenceId: absence.absenceId } };
    await addAbsence(absence, version, extra(answer));
    return answer;
  });
}

/** Own absences; the administrator sees everybody's. `staffId` asks for one person's. Throws 403 `not_allowed`. */
export async function listAbsences(
  actor: Actor,
  staffId: string | null,
): Promise<{ items: AbsenceView[]; next: null }> {
  const [staff, known, administrator] = await Promise.all([people(), allAbsences(), administers(actor)]);
  if (staffId !== null && staffId !== actor.staffId && !administrator) throw forbidden("not_allowed");
  const wanted = staffId ?? (administrator ? null : actor.staffId);
  const name = (id: string) => staff.find((person) => person.staffId === id)?.name ?? id;
  const items = known
    .filter((one) => wanted === null || one.staffId === wanted)
    .sort((a, b) => a.from.localeCompare(b.from) || a.createdAt.localeCompare(b.createdAt))
    .map((one) => ({
      ...one,
      name: name(one.staffId),
      substitute:
        one.substituteId === undefined ? null : { staffId: one.substituteId, name: name(one.substituteId) },
      createdBy: { staffId: one.createdBy, name: name(one.createdBy) },
      createdAt: toApi(one.createdAt),
    }));
  return { items, next: null };
}

/** Takes an absence back: one's own, or any by the administrator. Throws 404. */
export async function cancelAbsence(
  actor: Actor,
  absenceId: string,
  options: { idempotencyKey?: string } = {},
): Promise<void> {
  const route = `DELETE absence ${absenceId}`;
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route, body: null });
  const reading = early(Promise.all([allAbsences(), administers(actor)]));
  await once<null>(key, async (extra) => {
    const [known, administrator] = await reading;
    const absence = known.find((one) => one.absenceId === absenceId);
    // Others' absences are nobody else's to see, so they are not there.
    if (!absence || (absence.staffId !== actor.staffId && !administrator)) throw notFound();
    const answer = { status: 204, body: null };
    await removeAbsence(absenceId, extra(answer));
    return answer;
  });
}
