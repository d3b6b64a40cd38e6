/** What messages about a follow-up may say, whether one may go to the customer, and where to. Pure. */
import type { CaseFile, Message } from "../case/model.ts";
import type { Contact, Customer } from "../customer/model.ts";
import type { Locale, Person } from "../directory/model.ts";
import type { ChecklistItem, ContactPerson, FollowUpContent, Mode } from "../follow-up/model.ts";
import { placeOf } from "../follow-up/records.ts";
import { judgeContact } from "./contact-rules.ts";
import { suppressed, type Verdict } from "./gate.ts";

export type FollowUpMail = {
  kind: string;
  caseId: string;
  locale: Locale;
  /** Epoch ms. */
  now: number;
  params: Message["params"];
  /** The recipient's name. */
  name: string;
  customer: string;
  assignee: string;
  mode: Mode;
  purpose: string;
  contact: ContactPerson | null;
  /** When the record is due, and the step that the message is about. Stored instants. */
  dueAt: string;
  step: { kind: string; dueAt: string } | null;
  appointment: { at: string; place: string } | null;
  /** Preparations that are still to be made, in their order. */
  items: ChecklistItem[];
  /** What somebody said where the message tells of it. */
  said: string;
  /** `optOut`: where the customer says that he wants no more of these; null for colleagues. */
  urls: { case: string; link: string | null; optOut: string | null };
};

type Beside = {
  people: ReadonlyMap<string, Person>;
  baseUrl: string;
  link: string | null;
  optOut: string | null;
  now: number;
};

/** Null for a case that is none. */
export function followUpMail(
  message: Message,
  file: CaseFile,
  { people, baseUrl, link, optOut, now }: Beside,
): FollowUpMail | null {
  const { header, content, steps, payloads } = file;
  const state = header.followUp;
  if (!state) return null;
  const { contact = null, purpose = "" } = (content ?? {}) as Partial<FollowUpContent>;
  const step = steps.find((one) => one.stepId === message.stepId);
  const comment =
    typeof message.params.seq === "number" ? payloads.get(message.params.seq)?.data.comment : undefined;
  return {
    kind: message.kind,
    caseId: header.caseId,
    locale: message.locale,
    now,
    params: message.params,
    name: people.get(message.to)?.name ?? contact?.name ?? "",
    customer: header.title,
    assignee: people.get(state.assignee)?.name ?? state.assignee,
    mode: state.mode,
    purpose,
    contact,
    dueAt: header.dueAt,
    step: step ? { kind: step.kind, dueAt: step.dueAt } : null,
    appointment: state.appointment && {
      at: state.appointment.at,
      place: placeOf(file) ?? "",
    },
    items: String(message.params.items ?? "")
      .split(",")
      .filter((item) => item !== "") as ChecklistItem[],
    said: typeof comment === "string" ? comment : "",
    urls: { case: `${baseUrl}/cases/${header.caseId}`, link, optOut },
  };
}

/** Judges a message to the customer by the case and his record as they are now. */
export function judgeFollowUpCustomer(message: Message, file: CaseFile, customer: Customer | null): Verdict {
  const { contact = null } = (file.content ?? {}) as Partial<FollowUpContent>;
  if (!contact) return suppressed("erased");
  const { appointment } = file.header.followUp ?? {};
  const step = file.steps.find((one) => one.stepId === message.stepId);
  const stands = appointment?.stepId === message.stepId && appointment?.status !== "declined";
  const asks = message.kind === "follow-up.appointment";
  if (file.header.status !== "open" || !stands || (asks && step?.status !== "open"))
    return suppressed("step_ended");
  const { channel } = message;
  const person = customer?.contacts.find((one) => isSame(one, contact, channel));
  return judgeContact(person ?? named(contact, customer), channel);
}

/** Whoever was named for this contact alone has refused nothing himself; an opt-out of his company holds for him too. */
function named(contact: ContactPerson, customer: Customer | null) {
  const people = customer?.contacts ?? [];
  const isOut = (channel: Message["channel"]): boolean =>
    people.length > 0 && people.every(({ suppressed: held }) => held[channel]);
  return {
    ...contact,
    consent: { email: true, sms: true },
    suppressed: { email: isOut("email"), sms: isOut("sms") },
  };
}

/** An address is refused by whoever has it, whatever he is called. */
const isSame = (one: Contact, contact: ContactPerson, channel: Message["channel"]): boolean =>
  channel === "email" ? one.email === contact.email : one.phone === contact.phone;
