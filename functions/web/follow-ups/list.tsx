/** The list of follow-ups, their calendar, and planning one by hand. */
import { isDesk } from "../../case/access.ts";
import { listCustomers } from "../../customer/list.ts";
import { visibleCustomer } from "../../customer/records.ts";
import { workingCalendar } from "../../directory/calendar.ts";
import type { Actor } from "../../directory/model.ts";
import { listPeople, type PersonView } from "../../directory/people.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { listAppointments, listFollowUps, readListQuery, readsAll } from "../../follow-up/list.ts";
import { planFollowUp } from "../../follow-up/plan.ts";
import { addDays } from "../../shared/calendar/dates.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { forbidden, Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Route, redirect } from "../../shared/http.ts";
import { fieldMessage } from "../../shared/i18n/messages.ts";
import { askedOf, daysOf, type Planned, rangeOf } from "../models/follow-up-calendar.ts";
import { formProblems, refusedText, type Typed, typedOf } from "../models/follow-up-forms.ts";
import { filterOf } from "../models/follow-up-list.ts";
import { unlessEmpty } from "../models/form-values.ts";
import type { Reader } from "../models/view.ts";
import { followUpCalendarPage } from "../pages/follow-up-calendar.tsx";
import { followUpListPage, followUpPlanPage, type PlanPage } from "../pages/follow-up-list.tsx";
import type { Mate } from "../pages/follow-up-step.tsx";
import { staffPage } from "../staff-page.ts";

/** Whoever calls on customers plans contacts too. */
const mayPlan = (actor: Actor): boolean => isDesk(actor) || actor.roles.includes("agent");

const works = ({ active, roles, skills }: PersonView): boolean =>
  active && (roles.includes("agent") || skills.includes("call") || skills.includes("visit"));

const listRoute: Route = staffPage("GET", "/follow-ups", async (request, { actor }, r) => {
  const filter = filterOf(request.query);
  const cursor = request.query.get("cursor");
  let query = readListQuery(new URLSearchParams());
  let problem: string | undefined;
  try {
    query = readListQuery(new URLSearchParams(filter));
  } catch (error) {
    const [field] = error instanceof Refusal ? error.fields : [];
    if (!field) throw error;
    problem = fieldMessage(field, r.locale);
  }
  const everything = readsAll(actor);
  const [{ items, next }, staff] = await Promise.all([
    listFollowUps(actor, query, cursor ? { cursor } : {}),
    everything ? listPeople() : [],
  ]);
  return html(
    problem ? 400 : 200,
    followUpListPage(r, {
      lines: items,
      next,
      paged: cursor !== null,
      filter,
      everything,
      people: staff.filter((one) => works(one) || one.staffId === filter.assignee),
      mayPlan: mayPlan(actor),
      ...(problem ? { problem } : {}),
    }),
  );
});

// ---- the calendar

/** An appointment may stand so many days from the day that was planned and still be drawn. */
const AROUND_DAYS = 31;
/** Pages of the list that one calendar reads. */
const MOST_PAGES = 10;

async function linesOf(actor: Actor, query: Parameters<typeof listAppointments>[1]) {
  const lines: Planned[] = [];
  let cursor: string | null = null;
  for (let read = 0; read < MOST_PAGES; read += 1) {
    const page: Awaited<ReturnType<typeof listAppointments>> = await listAppointments(actor, query, {
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    lines.push(...page.items);
    cursor = page.next;
    if (cursor === null) break;
  }
  return { lines, tooMany: cursor !== null };
}

const calendarRoute: Route = staffPage("GET", "/follow-ups/calendar", async (request, { actor }, r) => {
  const today = shanghaiDate(r.now);
  const everything = readsAll(actor);
  const wanted = askedOf(request.query, today);
  const asked = everything ? wanted : { ...wanted, whose: "mine" as const };
  const { from, to } = rangeOf(asked);
  const [{ lines, tooMany }, calendar] = await Promise.all([
    linesOf(actor, {
      from: addDays(from, -AROUND_DAYS),
      to: addDays(to, AROUND_DAYS),
      ...(asked.whose === "mine" ? { assignee: actor.staffId } : {}),
    }),
    workingCalendar(),
  ]);
  // What was cancelled is nowhere to go.
  const kept = lines.filter((line) => line.outcome !== "cancelled");
  const days = daysOf(asked, kept, { calendar, today });
  return html(200, followUpCalendarPage(r, { asked, days, today, everything, tooMany }));
});

// ---- planning by hand

const NEW = "/follow-ups/new";
/** Customers that a search shows; whoever looks for more types more. */
const FOUND = 20;

type Planning = Partial<Omit<PlanPage, "customer" | "search" | "mates">> & {
  customerId: string;
  status?: number;
};

/** The form for one customer. Throws 404 for one who is not the reader's to see. */
async function showPlan({ actor }: Session, r: Reader, p: Planning): Promise<Reply> {
  const [customer, staff] = await Promise.all([visibleCustomer(actor, p.customerId), listPeople()]);
  const mates = staff.filter(works).map((one): Mate => ({ ...one, away: one.absence !== null }));
  return html(
    p.status ?? 200,
    followUpPlanPage(r, {
      customer,
      search: null,
      typed: p.typed ?? { mode: "call", plannedOn: shanghaiDate(r.now), sourceType: "cadence" },
      problems: p.problems ?? [],
      ...(p.message ? { message: p.message } : {}),
      existing: p.existing ?? null,
      tired: p.tired ?? false,
      mates,
      key: p.key ?? crypto.randomUUID(),
    }),
  );
}

async function searchOf({ actor }: Session, r: Reader, q: string): Promise<Reply> {
  const filter = { q: q.slice(0, 100), tier: null, owner: null, stale: false };
  const found = q === "" ? null : (await listCustomers(actor, filter, { limit: FOUND })).items;
  return html(
    200,
    followUpPlanPage(r, {
      customer: null,
      search: found && { q, found },
      typed: {},
      problems: [],
      existing: null,
      tired: false,
      mates: [],
      key: "",
    }),
  );
}

/** The body of `POST /api/follow-ups` for what was typed; blank is left out. */
const bodyOf = (typed: Typed): object =>
  Object.assign(
    {},
    ...[
      "customerId",
      "mode",
      "sourceType",
      "plannedOn",
      "dueOn",
      "assignee",
      "purpose",
      "overrideReason",
    ].map((name) => unlessEmpty(name, typed[name])),
  );

const planRoutes: Route[] = [
  staffPage("GET", NEW, (request, session, r) => {
    if (!mayPlan(session.actor)) throw forbidden("not_allowed");
    const customerId = request.query.get("customerId") ?? "";
    return customerId === ""
      ? searchOf(session, r, request.query.get("q")?.trim() ?? "")
      : showPlan(session, r, { customerId });
  }),
  staffPage("POST", NEW, async (request, session, r) => {
    const form = request.form();
    const typed = typedOf(form);
    const key = typed.key || crypto.randomUUID();
    try {
      checkCsrf(session, request, form);
      const { body } = await planFollowUp(session.actor, bodyOf(typed), { idempotencyKey: key });
      return redirect(`/follow-ups/${body.caseId}?told=planned`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404 || error.code === "not_allowed") throw error;
      const problems = formProblems(error.fields, typed, r).filter((one) => one.label !== "");
      return showPlan(
        session,
        { ...r, path: NEW },
        {
          customerId: typed.customerId ?? "",
          typed,
          problems,
          ...(problems.length === 0 ? { message: refusedText(error, r) } : {}),
          existing: typeof error.data.caseId === "string" ? error.data.caseId : null,
          tired: error.code === "too_many_contacts" || (typed.overrideReason ?? "") !== "",
          key: error.code === "idempotency_mismatch" ? crypto.randomUUID() : key,
          status: error.status,
        },
      );
    }
  }),
];

export const listRoutes: Route[] = [listRoute, calendarRoute, ...planRoutes];
