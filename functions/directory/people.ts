/** Who works here, and who no longer does (contracts/approvals.md §7). */
import * as z from "zod";
import { isAdministrator } from "../approval/administrator.ts";
import type { ApprovalPolicy } from "../approval/model.ts";
import { loadsOf, openSeats } from "../case/lists.ts";
import type { Seat } from "../case/model.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { transact } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { type Handed, handOver } from "../step/handover.ts";
import type { Actor, Person } from "./model.ts";
import { absences, currentPolicy, people, setActive } from "./store.ts";

export type PersonLine = Pick<
  Person,
  "staffId" | "name" | "email" | "role" | "roles" | "department" | "active"
>;

const lineOf = ({ staffId, name, email, role, roles, department, active }: Person): PersonLine => ({
  staffId,
  name,
  email,
  role,
  roles,
  department,
  active,
});

/** What assignment goes by (contracts/complaints.md). `load`: open steps of all processes. */
export type PersonView = PersonLine & {
  skills: string[];
  load: number;
  /** Of today, in Asia/Shanghai. */
  absence: { from: string; to: string; substituteId: string | null } | null;
};

/** Everybody, for any staff; phone numbers stay out. */
export async function listPeople(): Promise<PersonView[]> {
  const today = shanghaiDate(now());
  const [staff, away] = await Promise.all([people(), absences(today)]);
  const loads = await loadsOf(staff.map((person) => person.staffId));
  const absenceOf = (staffId: string): PersonView["absence"] => {
    const found = away.find((one) => one.staffId === staffId && one.from <= today);
    return found ? { from: found.from, to: found.to, substituteId: found.substituteId ?? null } : null;
  };
  return staff.map((person) => ({
    ...lineOf(person),
    skills: person.skills,
    load: loads[person.staffId] ?? 0,
    absence: absenceOf(person.staffId),
  }));
}

/** The same for their page, which asks whether its reader is the administrator too. */
export async function readStaff(actor: Actor): Promise<{ people: PersonLine[]; administers: boolean }> {
  const [staff, policy] = await Promise.all([people(), currentPolicy("reception")]);
  return { people: staff.map(lineOf), administers: isAdministrator(actor, policy.document) };
}

/** One person and what waits for him, for the administrator before he lets him go. Throws 403, 404. */
export async function readLeaving(
  actor: Actor,
  staffId: string,
): Promise<{ person: PersonLine; seats: Seat[] }> {
  const [staff, policy, seats] = await Promise.all([
    people(),
    currentPolicy("reception"),
    openSeats(staffId),
  ]);
  const { person } = allowed(actor, staffId, staff, policy.document);
  return { person: lineOf(person), seats };
}

function allowed(actor: Actor, staffId: string, staff: Person[], policy: ApprovalPolicy): { person: Person } {
  if (!isAdministrator(actor, policy)) throw forbidden("not_allowed");
  const person = staff.find((one) => one.staffId === staffId);
  if (!person) throw notFound();
  return { person };
}

const schema = () => z.strictObject({ active: z.boolean({ error: "choose" }) });

/**
 * The administrator lets somebody go, which ends his sessions and hands his open steps over, or back in. The answer is
 * remembered last, so that a call that died halfway is done again. Throws 403, 404, 400, 409 `last_administrator` (then
 * nobody could let anybody back in), `idempotency_mismatch`.
 */
export async function changePerson(
  actor: Actor,
  staffId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<{ person: PersonLine; handed: Handed[] }> {
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `PATCH person ${staffId}`,
    body: input,
  });
  const [staff, policy] = await Promise.all([people(), currentPolicy("reception")]);
  const { person } = allowed(actor, staffId, staff, policy.document);
  const answer = await once<{ person: PersonLine; handed: Handed[] }>(key, async (extra) => {
    const parsed = schema().safeParse(input);
    if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
    const { active } = parsed.data;
    const others = staff.filter((one) => one.staffId !== staffId);
    if (!active && !others.some((one) => isAdministrator(one, policy.document)))
      throw conflict("last_administrator");
    await setActive(staffId, active);
    const handed = active ? [] : await handOver(actor, person);
    const changed = { status: 200, body: { person: lineOf({ ...person, active }), handed } };
    const remembered = extra(changed);
    if (remembered.length > 0) await transact(remembered);
    return changed;
  });
  return answer.body;
}
