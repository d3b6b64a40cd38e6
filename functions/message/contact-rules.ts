/**
 * Whether a planned or reminding message may reach one of a customer's people, and where. What concerns his own complaint is
 * not asked here. Pure.
 */
import type { Contact } from "../customer/model.ts";
import { failed, isMailbox, suppressed, type Verdict } from "./gate.ts";
import type { Channel } from "./kinds.ts";
import { toE164 } from "./sms-rules.ts";

type Reachable = Pick<Contact, "email" | "phone" | "consent" | "suppressed">;

/** Not to whom has opted out or never agreed to this channel. */
export function judgeContact(
  { suppressed: held, consent, email, phone }: Reachable,
  channel: Channel,
): Verdict {
  if (held[channel]) return suppressed("opted_out");
  if (!consent[channel]) return suppressed("no_consent");
  if (channel === "email")
    return email !== null && isMailbox(email) ? { go: true, address: email } : failed("no_address");
  const number = toE164(phone.normalize("NFKC"));
  return number ? { go: true, address: number } : failed("no_phone");
}
