/**
 * Messages that a customer can refuse: planned and reminding ones. Whether such a one may go, and to whom of his people.
 * What concerns his own complaint is none of them. Pure.
 */
import type { Contact, Customer } from "../customer/model.ts";
import { failed, isMailbox, suppressed, type Verdict } from "./gate.ts";
import type { Channel } from "./kinds.ts";
import { toE164 } from "./sms-rules.ts";

const REFUSABLE: readonly string[] = [
  "follow-up.appointment",
  "follow-up.customer-reminder",
  "follow-up.cancelled",
];

/** Whether a kind respects opt-outs, and its mails say how to opt out. */
export const isRefusable = (kind: string): boolean => REFUSABLE.includes(kind);

export type Reach = { verdict: Verdict; contact: Contact | null };

/** The first of a customer's people whom a refusable message may reach over a channel; why nobody where there is none. */
export function reach(customer: Pick<Customer, "contacts"> | null, channel: Channel): Reach {
  const judged = (customer?.contacts ?? []).map((contact) => ({ contact, verdict: judge(contact, channel) }));
  return (
    judged.find((one) => one.verdict.go) ??
    judged[0] ?? { contact: null, verdict: failed(customer ? "no_address" : "unknown_customer") }
  );
}

function judge({ suppressed: held, consent, email, phone }: Contact, channel: Channel): Verdict {
  if (held[channel]) return suppressed("opted_out");
  if (!consent[channel]) return suppressed("no_consent");
  if (channel === "email")
    return email !== null && isMailbox(email) ? { go: true, address: email } : failed("no_address");
  const number = toE164(phone.normalize("NFKC"));
  return number ? { go: true, address: number } : failed("no_phone");
}
