/** Forms of follow-ups: what was typed, as the JSON calls want it, and problems at their fields. Pure. */
import type { StepKind } from "../../follow-up/model.ts";
import { SHANGHAI_MS, shanghaiDate } from "../../shared/clock.ts";
import type { FieldError, Refusal } from "../../shared/errors.ts";
import { fieldMessage, refusalMessage } from "../../shared/i18n/messages.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { followUpForms } from "../../shared/i18n/sections/follow-up-forms.ts";
import { type FollowUpView, wishOf } from "./follow-up.ts";
import { unlessEmpty, whole } from "./form-values.ts";
import type { Problem } from "./reception-form.ts";
import { str } from "./text.ts";
import type { Reader } from "./view.ts";

/** What stands in the fields of a form, by name. */
export type Typed = Record<string, string>;

/** The fields of a posted form with one kind of line end; of several of one name, one a line. */
export function typedOf(form: URLSearchParams): Typed {
  const typed: Typed = {};
  for (const name of new Set(form.keys()))
    typed[name] = form.getAll(name).join("\n").replace(/\r\n?/g, "\n").trim();
  return typed;
}

const at = (typed: Typed, name: string): string => typed[name] ?? "";
const given = (typed: Typed, ...names: string[]): Record<string, string> =>
  Object.assign({}, ...names.map((name) => unlessEmpty(name, at(typed, name))));
const numbers = (typed: Typed, ...names: string[]): Record<string, number> =>
  Object.assign({}, ...names.map((name) => unlessEmpty(name, whole(at(typed, name)))));
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** A date and a time of day in Shanghai as an instant; undefined where the date is missing. */
function instant(date: string, time: string): string | undefined {
  if (date === "") return undefined;
  const [hours = "", minutes = ""] = time.split(":");
  return `${date}T${hours.padStart(2, "0")}:${minutes.padStart(2, "0")}:00+08:00`;
}

/** An instant in Shanghai, as date and time fields want it. */
export function fieldsOf(at: number | string): { date: string; time: string } {
  const local = new Date((typeof at === "number" ? at : Date.parse(at)) + SHANGHAI_MS).toISOString();
  return { date: local.slice(0, 10), time: local.slice(11, 16) };
}

// ---- calls on the case

export const CALLS = ["appointment", "checklist", "check-in"] as const;
export type CallForm = (typeof CALLS)[number];

/** The JSON body of a call. */
export function bodyOf(form: CallForm, typed: Typed): object {
  switch (form) {
    case "appointment":
      return {
        ...unlessEmpty("at", instant(at(typed, "date"), at(typed, "time"))),
        ...given(typed, "place", "reason", "scope"),
      };
    case "checklist":
      return { done: linesOf(at(typed, "done")) };
    case "check-in":
      return { ...unlessEmpty("at", instant(at(typed, "date"), at(typed, "time"))), note: at(typed, "note") };
  }
}

/** What the form of an appointment begins with: what the customer asked for, or what is booked. */
export function appointmentDefaults(view: FollowUpView, r: Reader): Typed {
  const wish = wishOf(view);
  const booked = wish ?? view.appointment?.at;
  const { date, time } = booked ? fieldsOf(booked) : { date: view.plannedOn, time: "10:00" };
  const t = followUpCase(r.locale).appointment;
  const byPhone = view.mode === "call" ? t.byPhone : "";
  // Whoever does as the customer asked has only to press.
  const reason = wish === null ? "" : t.asked;
  return { date, time, place: view.appointment?.place ?? byPhone, scope: "this", reason };
}

// ---- steps

export const isStepForm = (kind: string): kind is StepKind =>
  kind === "follow-up" || kind === "new-contact" || kind === "review";

type Act = { choice: string; comment: string; data?: object };

/** The body of `POST /api/steps/{stepId}` for what was pressed. `mode`: of the case. */
export function actOf(mode: FollowUpView["mode"], choice: string, typed: Typed): Act {
  const comment = at(typed, "comment");
  switch (choice) {
    case "attempt":
      return {
        choice,
        comment: "",
        data: {
          ...unlessEmpty("at", instant(at(typed, "date"), at(typed, "time"))),
          ...given(typed, "channel", "result", "note"),
        },
      };
    case "done":
      return { choice, comment: "", data: mode === "call" ? callOf(typed) : visitOf(typed) };
    case "transfer":
      return { choice, comment, data: given(typed, "toStaffId") };
    case "retry":
      return { choice, comment, data: given(typed, "name", "phone") };
    default:
      return { choice, comment };
  }
}

/** What calls and visits have in common: problems, and what becomes a complaint. */
function findingsOf(typed: Typed): Record<string, unknown> {
  const issue = at(typed, "issueFound") === "yes";
  return {
    issueFound: issue,
    // The kind belongs to a problem: left over from another answer it means nothing.
    ...(issue ? given(typed, "issueCategory") : {}),
    needsComplaint: at(typed, "needsComplaint") === "yes",
    ...given(typed, "verbatim", "newNeeds", "suggestion"),
    ...numbers(typed, "satisfaction"),
  };
}

/** The record of a call; a contact without a date is none. */
function callOf(typed: Typed): object {
  const called = instant(at(typed, "date"), at(typed, "time"));
  return {
    ...(called === undefined
      ? {}
      : { attempts: [{ at: called, ...given(typed, "channel"), result: "reached", note: "" }] }),
    ...given(typed, "contactName"),
    ...findingsOf(typed),
    ...(at(typed, "next") === "none"
      ? { nextFollowUpOn: null, ...given(typed, "noNextReason") }
      : unlessEmpty("nextFollowUpOn", at(typed, "nextOn"))),
  };
}

/** Lines of the visit form, as they stand on paper. */
export const VISIT_TEXTS = {
  visit: ["purpose", "materialsUsed"],
  customer: ["companyOverview", "businessScope"],
  talk: ["qualityRequirements", "agreedIntent", "customerFeedback"],
} as const;
export const VISIT_NUMBERS = ["siteAreaSqm", "registeredCapitalCny10k", "employeeCount"] as const;

function visitOf(typed: Typed): object {
  const none = at(typed, "next") === "none";
  return {
    ...given(
      typed,
      "customerName",
      "customerAddress",
      "visitDate",
      "companyType",
      "contactName",
      "contactPhone",
      ...VISIT_TEXTS.visit,
      ...VISIT_TEXTS.customer,
      ...VISIT_TEXTS.talk,
    ),
    visitors: linesOf(at(typed, "visitors")),
    frequency: { ...unlessEmpty("count", whole(at(typed, "count"))), ...given(typed, "unit") },
    ...unlessEmpty("filledAt", instant(at(typed, "filledDate"), at(typed, "filledTime"))),
    ...numbers(typed, ...VISIT_NUMBERS),
    ...findingsOf(typed),
    nextVisitPlan: none
      ? { none: true, ...unlessEmpty("reason", at(typed, "noNextReason")) }
      : unlessEmpty("dueOn", at(typed, "nextOn")),
  };
}

/** What is known of the customer beside the case. */
export type Known = {
  address: string | null;
  companyType: string | null;
  /** How often he is called on, and the next day by that. */
  frequency: { count: number; unit: string } | null;
  nextOn: string;
};

/** What the form of a record begins with: what was recorded before it was returned, else the customer and now. */
export function recordDefaults(view: FollowUpView, known: Known, now: number): Typed {
  const { date, time } = fieldsOf(now);
  const contact = (view.content?.contact ?? {}) as { name?: unknown; phone?: unknown };
  const begin: Typed = {
    date,
    time,
    channel: "phone",
    contactName: str(contact.name),
    contactPhone: str(contact.phone),
    issueFound: "no",
    needsComplaint: "no",
    next: "date",
    nextOn: known.nextOn,
    customerName: view.customerName,
    customerAddress: known.address ?? "",
    companyType: known.companyType ?? "",
    visitors: view.assignee.name,
    visitDate: arrivedOn(view) ?? date,
    purpose: str(view.content?.purpose),
    count: known.frequency ? String(known.frequency.count) : "1",
    unit: known.frequency?.unit ?? "month",
    filledDate: date,
    filledTime: time,
  };
  return { ...begin, ...recorded(view) };
}

const arrivedOn = (view: FollowUpView): string | null => {
  const arrived = view.events.findLast((event) => event.kind === "visit.checked-in");
  return arrived && str(arrived.data?.at) !== "" ? shanghaiDate(str(arrived.data?.at)) : null;
};

/** The last record as its form shows it. */
function recorded({ record }: FollowUpView): Typed {
  if (!record) return {};
  const typed: Typed = {};
  for (const [name, value] of Object.entries(record))
    if (typeof value === "string" || typeof value === "number") typed[name] = String(value);
  typed.issueFound = record.issueFound ? "yes" : "no";
  typed.needsComplaint = record.needsComplaint ? "yes" : "no";
  if ("visitors" in record) {
    typed.visitors = record.visitors.join("\n");
    typed.count = String(record.frequency.count);
    typed.unit = record.frequency.unit;
    const { date, time } = fieldsOf(record.filledAt);
    return {
      ...typed,
      filledDate: date,
      filledTime: time,
      ...nextOf(record.nextVisitPlan?.dueOn, record.nextVisitPlan?.reason),
    };
  }
  return { ...typed, ...nextOf(record.nextFollowUpOn ?? undefined, record.noNextReason) };
}

const nextOf = (on: string | undefined, why: string | undefined): Typed =>
  on === undefined ? { next: "none", nextOn: "", noNextReason: why ?? "" } : { next: "date", nextOn: on };

// ---- problems

/** The field of a form that a path of the call is typed in. */
function inputOf(path: string, typed: Typed): string {
  const plain = path.replace(/^data\.?/, "");
  const leaf = plain.split(".").at(-1) ?? "";
  if (/^attempts(\.\d+\.at)?$/.test(plain) || plain === "at") return "date";
  if (plain === "attempts.0.channel") return "channel";
  if (plain === "filledAt") return "filledDate";
  if (plain === "nextFollowUpOn" || plain === "nextVisitPlan")
    return at(typed, "next") === "none" ? "noNextReason" : "nextOn";
  if (plain === "nextVisitPlan.dueOn") return "nextOn";
  if (plain === "nextVisitPlan.reason") return "noNextReason";
  if (/^visitors\.\d+$/.test(plain)) return "visitors";
  return leaf;
}

/** Labels of fields by the name of their input. */
function labelsOf(r: Reader): Record<string, string> {
  const t = followUpForms(r.locale);
  const { appointment } = followUpCase(r.locale);
  const {
    visit: { parts: _parts, ...visit },
    call,
    issue,
    next,
    attempt,
    newContact,
    plan,
  } = t;
  return {
    ...visit,
    ...plan,
    contactName: call.contactName,
    satisfaction: call.satisfaction,
    verbatim: call.verbatim,
    newNeeds: call.newNeeds,
    suggestion: call.suggestion,
    issueFound: issue.legend,
    issueCategory: issue.category,
    needsComplaint: issue.complaint,
    nextOn: next.on,
    noNextReason: next.reason,
    date: attempt.at,
    channel: attempt.channel,
    result: attempt.result,
    note: attempt.note,
    count: visit.frequencyCount,
    unit: visit.frequency,
    filledDate: visit.filledAt,
    name: newContact.name,
    phone: newContact.phone,
    toStaffId: t.transfer.person,
    comment: t.comment,
    place: appointment.place,
    reason: appointment.reason,
    scope: appointment.scope,
    purpose: visit.purpose,
    done: followUpCase(r.locale).checklist.title,
  };
}

/** The problems of a refused form, each once, with label and message in the reader's language. */
export function formProblems(errors: readonly FieldError[], typed: Typed, r: Reader): Problem[] {
  const labels = labelsOf(r);
  const seen = new Set<string>();
  return errors.flatMap((error): Problem[] => {
    const input = inputOf(error.path, typed);
    if (seen.has(input)) return [];
    seen.add(input);
    return [{ input, label: labels[input] ?? "", message: fieldMessage(error, r.locale) }];
  });
}

/** Why a form was refused where no field can show it. */
export const refusedText = ({ code }: Refusal, r: Reader): string =>
  code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(code, r.locale);
