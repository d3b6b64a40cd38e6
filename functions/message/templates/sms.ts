/** Text messages to colleagues: what happened and the case code (not where a step-up code stands). Never a link, never an invitation to answer. */
import { shortMoney } from "../../shared/i18n/format.ts";
import type { MailFacts } from "../facts.ts";
import { type RegisteredText, registeredSms } from "../sms-templates.ts";
import { topicOf } from "./blocks.ts";

export function sms(facts: MailFacts, signature: string): RegisteredText {
  const { kind, locale } = facts;
  const amount = shortMoney(facts.amount);
  // No case code here: the step-up code is the only run of six digits, so that a phone offers it for filling in.
  if (kind === "vote.code")
    return registeredSms({ kind, locale }, signature, { code: facts.code ?? "", amount });
  const { outcome } = facts;
  const variant = outcome === "approved" || outcome === "rejected" ? outcome : "other";
  return registeredSms({ kind, variant, locale }, signature, {
    caseId: facts.caseId,
    amount,
    sms: topicOf(facts).sms,
  });
}
