/** Who works here, and who no longer does (contracts/approvals.md §7). */
import * as z from "zod";
import { isAdministrator } from "../approval/administrator.ts";
import { forbidden, invalid, notFound } from "../shared/errors.ts";
import { fieldErrors } from "../shared/validate.ts";
import type { Actor, Person } from "./model.ts";
import { currentPolicy, people, setActive } from "./store.ts";

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

/** Everybody, for any staff; phone numbers stay out. */
export async function listPeople(): Promise<PersonLine[]> {
  return (await people()).map(lineOf);
}

const schema = () => z.strictObject({ active: z.boolean({ error: "choose" }) });

/** The administrator lets somebody go, which ends his sessions, or back in. Throws 403, 404, 400. */
export async function changePerson(actor: Actor, staffId: string, input: unknown): Promise<PersonLine> {
  const [staff, policy] = await Promise.all([people(), currentPolicy("reception")]);
  if (!isAdministrator(actor, policy.document)) throw forbidden("not_allowed");
  const person = staff.find((one) => one.staffId === staffId);
  if (!person) throw notFound();
  const parsed = schema().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  await setActive(staffId, parsed.data.active);
  return lineOf({ ...person, active: parsed.data.active });
}
