/** Forms of a complaint's steps and calls: what was typed, as the JSON calls want it, and problems at their fields. Pure. */
import { CLAIMABLE, INVESTIGATION_FIELDS, PAYING } from "../../complaint/model.ts";
import { SHANGHAI_MS } from "../../shared/clock.ts";
import type { FieldError, Refusal } from "../../shared/errors.ts";
import { fieldMessage, refusalMessage } from "../../shared/i18n/messages.ts";
import { complaintForms } from "../../shared/i18n/sections/complaint-forms.ts";
import { complaintIntake } from "../../shared/i18n/sections/complaint-intake.ts";
import { complaintWords } from "../../shared/i18n/sections/complaint-words.ts";
import { yuanText } from "../../shared/money.ts";
import type { ComplaintView } from "./complaint.ts";
import { unlessEmpty, whole, yuan } from "./form-values.ts";
import type { Problem } from "./reception-form.ts";
import { str } from "./text.ts";
import type { Reader } from "./view.ts";

/** What stands in the fields of a form, by name; of several of one name, all (`many`). */
export type Typed = Record<string, string>;

/** The fields of a posted form with one kind of line end. */
export const typedOf = (form: URLSearchParams): Typed =>
  Object.fromEntries([...form].map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()]));

const at = (typed: Typed, name: string): string => typed[name] ?? "";
const given = (typed: Typed, ...names: string[]): Record<string, string> =>
  Object.assign({}, ...names.map((name) => unlessEmpty(name, at(typed, name))));

/** A date and a time of day in Shanghai as an instant; undefined where the date is missing. */
function instant(date: string, time: string): string | undefined {
  if (date === "") return undefined;
  const [hours = "", minutes = ""] = time.split(":");
  return `${date}T${hours.padStart(2, "0")}:${minutes.padStart(2, "0")}:00+08:00`;
}

/** Today and now in Shanghai, as date and time fields want them. */
export function nowFields(now: number): { date: string; time: string } {
  const local = new Date(now + SHANGHAI_MS).toISOString();
  return { date: local.slice(0, 10), time: local.slice(11, 16) };
}

// ---- steps

export const STEP_FORMS = [
  "assign",
  "investigate",
  "exchange",
  "customer-confirm",
  "follow-up",
  "manager-decision",
] as const;
export type StepForm = (typeof STEP_FORMS)[number];
export const isStepForm = (kind: string): kind is StepForm =>
  (STEP_FORMS as readonly string[]).includes(kind);

type Act = { choice: string; comment: string; data: Record<string, unknown> };

/** The body of `POST /api/steps/{stepId}` for what was pressed. */
export function actOf(kind: StepForm, choice: string, typed: Typed): Act {
  const comment = at(typed, "comment");
  return { choice, comment, data: dataOf(kind, choice, typed) };
}

function dataOf(kind: StepForm, choice: string, typed: Typed): Record<string, unknown> {
  if (choice === "assign" || choice === "transfer") return given(typed, "toStaffId");
  if (choice === "hand-over") return given(typed, "toDepartment");
  switch (kind) {
    case "investigate":
      return investigation(typed);
    case "exchange":
      return given(typed, "waybillNo", "note");
    case "customer-confirm":
      return choice === "confirm" ? unlessEmpty("csat", whole(at(typed, "csat"))) : {};
    case "follow-up":
      return choice === "attempt" ? attempt(typed) : followUp(typed);
    default:
      return {};
  }
}

function investigation(typed: Typed): Record<string, unknown> {
  const type = at(typed, "type");
  // The amount belongs to what pays: left over from another choice it means nothing.
  const pays = (PAYING as readonly string[]).includes(type);
  return {
    investigation: given(typed, ...INVESTIGATION_FIELDS),
    disposition: {
      ...given(typed, "type", "noticeText"),
      ...(pays ? unlessEmpty("amount", yuan(at(typed, "amount"))) : {}),
    },
    ...(at(typed, "claim") === "yes" ? { claim: true } : {}),
  };
}

const attempt = (typed: Typed): Record<string, unknown> => ({
  ...unlessEmpty("at", instant(at(typed, "date"), at(typed, "time"))),
  ...given(typed, "channel", "result", "note"),
});

/** The record, with the contact that it is about; a contact without a date is none. */
function followUp(typed: Typed): Record<string, unknown> {
  const called = instant(at(typed, "date"), at(typed, "time"));
  const issue = at(typed, "issueFound") === "yes";
  const flag = (name: string) => ({ yes: true, no: false })[at(typed, name)];
  return {
    ...(called === undefined
      ? {}
      : { attempts: [{ at: called, ...given(typed, "channel"), result: "reached", note: "" }] }),
    ...given(typed, "contactName", "verbatim", "newNeeds", "suggestion", "nextFollowUpOn", "noNextReason"),
    ...unlessEmpty("satisfaction", whole(at(typed, "satisfaction"))),
    ...unlessEmpty("issueFound", flag("issueFound")),
    ...(issue ? given(typed, "issueCategory") : {}),
    ...unlessEmpty("needsComplaint", flag("needsComplaint")),
  };
}

/** What the form of an investigation begins with: what was written last time in this case. */
export function investigationDefaults(view: ComplaintView): Typed {
  const { investigation: written, disposition } = view;
  return {
    ...(written ?? {}),
    ...(disposition
      ? {
          type: disposition.type,
          noticeText: disposition.noticeText,
          amount: disposition.amount === undefined ? "" : yuanText(disposition.amount),
        }
      : {}),
  };
}

/** What the form of a follow-up begins with: the customer, and now. */
export function followUpDefaults(view: ComplaintView, now: number): Typed {
  const { date, time } = nowFields(now);
  return { contactName: str(view.content?.complainantName), date, time, channel: "phone" };
}

export const mayClaim = (view: ComplaintView): boolean =>
  view.claimId === null && (CLAIMABLE as readonly string[]).includes(view.category);

// ---- calls on the case

export type CallForm = "notes" | "messages" | "pause" | "resume" | "triage" | "merge" | "reopen" | "nudge";

/** What a triage form sends: only what differs from the case, so that nothing is changed by looking at it. */
export function triageOf(typed: Typed, view: ComplaintView, r: Reader): Record<string, unknown> {
  const changed = (name: "category" | "subCategory" | "severity" | "urgency") => {
    const value = name === "subCategory" ? subCategoryOf(at(typed, name), r) : at(typed, name);
    return value === "" || value === view[name] ? {} : { [name]: value };
  };
  const safety = at(typed, "safetyFlag") === "yes";
  return {
    ...changed("category"),
    ...changed("subCategory"),
    ...changed("severity"),
    ...changed("urgency"),
    ...(safety === view.safetyFlag ? {} : { safetyFlag: safety }),
    ...given(typed, "priority"),
    reason: at(typed, "reason"),
  };
}

/** The id of a subcategory that was chosen by its word; what somebody wrote himself stays. */
function subCategoryOf(typed: string, r: Reader): string {
  const words = Object.entries(complaintIntake(r.locale).subCategories);
  return words.find(([, word]) => word === typed)?.[0] ?? typed;
}

// ---- problems

/** The field of the form that a path of the call is typed in. */
const inputOf = (path: string): string => {
  const leaf = path.split(".").at(-1) ?? "";
  if (/^data\.attempts\.\d+\.at$/.test(path) || leaf === "at" || path === "data.attempts") return "date";
  if (path === "data.attempts.0.channel") return "channel";
  return leaf;
};

/** Labels of fields by the name of their input. */
function labelsOf(r: Reader): Record<string, string> {
  const t = complaintForms(r.locale);
  const words = complaintWords(r.locale);
  const { steps } = t;
  const followUp = steps["follow-up"];
  return {
    ...words.investigation,
    ...words.fields,
    type: steps.investigate.type,
    amount: steps.investigate.amount,
    noticeText: steps.investigate.notice,
    claim: steps.investigate.claim,
    toDepartment: steps.investigate.toDepartment,
    toStaffId: steps.assign.person,
    comment: t.comment,
    reason: t.reason,
    waybillNo: steps.exchange.waybill,
    note: steps.exchange.note,
    csat: steps["customer-confirm"].csat,
    choice: steps["customer-confirm"].choice,
    date: followUp.at,
    channel: followUp.channel,
    result: followUp.result,
    contactName: followUp.contact,
    satisfaction: followUp.satisfaction,
    issueFound: followUp.issue,
    issueCategory: followUp.issueCategory,
    verbatim: followUp.verbatim,
    newNeeds: followUp.newNeeds,
    suggestion: followUp.suggestion,
    needsComplaint: followUp.complaint,
    nextFollowUpOn: followUp.next,
    noNextReason: followUp.noNext,
    text: t.note.label,
    question: t.pause.open,
    mentions: t.note.mention,
    into: t.merge.label,
  };
}

/** The problems of a refused form, each once, with label and message in the reader's language. */
export function formProblems(errors: readonly FieldError[], r: Reader): Problem[] {
  const labels = labelsOf(r);
  const seen = new Set<string>();
  return errors.flatMap((error): Problem[] => {
    const input = inputOf(error.path);
    if (seen.has(input)) return [];
    seen.add(input);
    return [{ input, label: labels[input] ?? "", message: fieldMessage(error, r.locale) }];
  });
}

/** Why a form was refused where no field can show it. */
export const refusedText = ({ code }: Refusal, r: Reader): string =>
  code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(code, r.locale);
