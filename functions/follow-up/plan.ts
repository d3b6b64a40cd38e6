/** `POST /api/follow-ups`: somebody plans a contact by hand (contracts/follow-ups.md "The follow-up case"). */
import { ulid } from "ulid";
import { isDesk } from "../case/access.ts";
import { isPresent, type Staff } from "../complaint/assign-rules.ts";
import { isOwner, seesCustomer } from "../customer/access.ts";
import { currentCadence } from "../customer/cadence-store.ts";
import { countedSince, isTired } from "../customer/contact-rules.ts";
import { contactsSince } from "../customer/contact-store.ts";
import type { Customer } from "../customer/model.ts";
import { readCustomer } from "../customer/record-store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { roster } from "../directory/store.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { conflict, type FieldError, forbidden, invalid, notFound } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { openFollowUpOf } from "./open-mark.ts";
import { chosenBy } from "./people-rules.ts";
import { dueAtOf, endOf } from "./record-rules.ts";
import { type PlanCall, readPlan } from "./schema.ts";
import { startFollowUp } from "./start.ts";

/** Days; what is older is no longer kept (customer/contact-store.ts). */
const LONGEST_SPAN = 400;

/**
 * `input`: `{customerId, mode, sourceType, plannedOn, dueOn, assignee, purpose, overrideReason}`. An agent for his own
 * customers, the desk for all. Throws 403, 400 by field, 404 for a customer who is not his to see, 409 `already_planned`
 * with `{caseId}`, `too_many_contacts` (an `overrideReason` lifts it), `idempotency_mismatch`.
 */
export async function planFollowUp(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<{ caseId: string }>> {
  if (!isDesk(actor) && !actor.roles.includes("agent")) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/follow-ups",
    body: input,
  });
  return once(key, async (extra) => {
    const asked = readPlan(input);
    const at = now();
    const today = shanghaiDate(at);
    const { customerId, mode, sourceType, purpose } = asked;
    const [customer, { people, absences }, calendar, { policy: cadence }, open, contacts] = await Promise.all(
      [
        readCustomer(customerId),
        roster(today),
        workingCalendar(),
        currentCadence(),
        openFollowUpOf(customerId),
        // As many as any policy counts; which of them it does is isTired's to say.
        contactsSince(customerId, countedSince({ contacts: 0, days: LONGEST_SPAN }, at)),
      ],
    );
    if (!customer || !seesCustomer(actor, customer)) throw notFound();
    if (!isDesk(actor) && !isOwner(actor, customer)) throw forbidden("not_allowed");
    const plannedOn = asked.plannedOn ?? today;
    const staff: Staff = { people, absences, day: plannedOn, loads: {}, lastAssigned: {} };
    const assignee = asked.assignee ?? ownerOr(actor, customer, staff);
    checkPlan({ ...asked, plannedOn, assignee }, staff, today);
    if (open !== null) throw conflict("already_planned", { caseId: open });
    if (asked.overrideReason === undefined && isTired(contacts, cadence, at))
      throw conflict("too_many_contacts");
    const { window } = cadence.tiers[customer.tier];
    const answer = (caseId: string): Answer<{ caseId: string }> => ({ status: 201, body: { caseId } });
    const { caseId } = await startFollowUp({
      customerId,
      mode,
      sourceType,
      sourceId: null,
      plannedOn,
      dueAt: asked.dueOn === undefined ? dueAtOf(calendar, plannedOn, window) : endOf(asked.dueOn),
      assignee,
      assignmentReason: chosenBy(actor.staffId, assignee, staff),
      purpose,
      by: actor.staffId,
      key: `by-hand|${ulid()}`,
      tell: true,
      ...(asked.overrideReason === undefined ? {} : { overrideReason: asked.overrideReason }),
      extra: (made) => extra(answer(made)),
    });
    return answer(caseId);
  });
}

/** Whoever looks after the customer, unless he is away: then whoever plans it. */
const ownerOr = (actor: Actor, { owner }: Customer, staff: Staff): string =>
  owner !== null && isPresent(owner, staff) ? owner : actor.staffId;

type Planned = PlanCall & { plannedOn: string; assignee: string };

function checkPlan({ plannedOn, dueOn, assignee }: Planned, staff: Staff, today: string): void {
  const person = staff.people.find((one) => one.staffId === assignee);
  const problems: FieldError[] = [
    ...(plannedOn < today ? [{ path: "plannedOn", code: "in_the_past" }] : []),
    ...(dueOn !== undefined && dueOn < plannedOn ? [{ path: "dueOn", code: "to_before_from" }] : []),
    ...(!person?.active
      ? [{ path: "assignee", code: "choose" }]
      : isPresent(assignee, staff)
        ? []
        : [{ path: "assignee", code: "absent" }]),
  ];
  if (problems.length > 0) throw invalid(...problems);
}
