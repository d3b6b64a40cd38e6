/** case.changed and case.returned: the content changes, or has to. */
import type { Locale } from "../../directory/model.ts";
import { dated, day, money } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { changeField } from "../../shared/i18n/sections/budget.ts";
import type { MailFacts } from "../facts.ts";
import {
  base,
  caseButton,
  common,
  dueFact,
  editButton,
  readerWhy,
  refusalNotice,
  topicOf,
  visitFacts,
} from "./blocks.ts";
import { type MailDoc, texts } from "./doc.ts";

/** To those who had signed or were about to: what it was, what it is, and that their signature no longer counts. */
export function changed(facts: MailFacts): MailDoc {
  const { mail, words } = texts(facts.locale);
  const params = common(facts);
  const { restartStage } = facts;
  const stage = (words.stages as Record<string, string>)[restartStage ?? ""] ?? restartStage ?? "";
  const [under, next] =
    restartStage === null
      ? [mail.changed.under, mail.changed.next]
      : [fill(mail.changed.underFrom, { stage }), fill(mail.changed.nextFrom, { stage })];
  return {
    ...base(facts),
    subject: fill(mail.changed.subject, params),
    preheader: under,
    heading: fill(mail.changed.heading, params),
    under: facts.changes.length > 0 ? under : mail.changed.erased,
    changes: facts.changes.map((change) => ({
      label: changeField(change.path, null, facts.locale)?.label ?? fieldLabel(change.path, facts.locale),
      from: fieldText(change.path, change.from, facts),
      to: fieldText(change.path, change.to, facts),
    })),
    facts: [{ label: mail.labels.next, value: next }],
    ...caseButton(facts),
    why: readerWhy(facts),
  };
}

/** Back to the requester, with the reason and one way on. */
export function returned(facts: MailFacts): MailDoc {
  const { mail } = texts(facts.locale);
  const params = common(facts);
  const { returned: words } = mail;
  // A settlement that comes back has no deadline of its own in this mail.
  const [subject, under] = facts.step ? [words.subject, words.under] : [words.subjectOpen, words.underOpen];
  return {
    ...base(facts),
    subject: fill(subject, params),
    preheader: fill(under, params),
    heading: fill(words.heading, params),
    under: fill(under, params),
    notices: refusalNotice(facts),
    facts: [
      ...visitFacts(facts),
      { label: mail.labels.next, value: topicOf(facts).returnedNext },
      ...dueFact(facts),
    ],
    ...editButton(facts),
    why: readerWhy(facts),
  };
}

/** `companions.0.name` belongs to the field `companions`. */
const fieldOf = (path: string): string => path.split(".")[0] ?? path;

function fieldLabel(path: string, locale: Locale): string {
  const { words } = texts(locale);
  const field = fieldOf(path);
  const label = (words.fields as Record<string, string>)[field] ?? field;
  // The unit stands with the value.
  return label.replace(/\s*[（(][元¥][）)]$/, "");
}

const MONEY = ["budgetAmount", "allowancePerPersonDay", "amountPerPersonDay"];
const INSTANTS = ["departAt", "arriveAt", "plannedLeaveAt"];

/** A value of the form as people read it. */
function fieldText(path: string, value: unknown, facts: MailFacts): string {
  const { locale, now } = facts;
  const { mail, words } = texts(locale);
  const field = fieldOf(path);
  const ofChange = changeField(path, value, locale);
  if (ofChange) return ofChange.text || mail.changed.nothing;
  if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0))
    return mail.changed.nothing;
  if (Array.isArray(value)) return value.map((one) => fieldText(field, one, facts)).join(words.listSeparator);
  // A companion is a person: the name says who changed, the number stays on the page.
  if (typeof value === "object") return String((value as { name?: unknown }).name ?? mail.changed.nothing);
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number" && MONEY.includes(field)) return money(value);
  if (field === "costDepartment")
    return (words.departments as Record<string, string>)[String(value)] ?? String(value);
  if (INSTANTS.includes(field)) return dated(String(value), now, locale);
  if (field === "arrivalDate") return day(`${value}T12:00:00+08:00`, now, locale);
  const options = (words.reception as Record<string, Record<string, string>>)[field];
  return options?.[String(value)] ?? String(value);
}
