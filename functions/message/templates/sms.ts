/** Texts of SMS: signature, what happened, case code (not where a step-up code stands). Never a link, never an invitation to answer. */
import { shortMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { verbs } from "../../shared/i18n/sections/verbs.ts";
import type { MailFacts } from "../facts.ts";
import { signed } from "../sms-rules.ts";
import { topicOf } from "./blocks.ts";
import { texts } from "./doc.ts";

export function sms(facts: MailFacts, signature: string): string {
  if (facts.kind === "vote.code") {
    // No case code here: the step-up code is the only run of six digits, so that a phone offers it for filling in.
    const { code } = verbs(facts.locale).sms;
    return signed(signature, fill(code, { code: facts.code ?? "", amount: shortMoney(facts.amount) }));
  }
  const words = texts(facts.locale).mail.sms;
  const known =
    facts.kind === "case.decision" && (facts.outcome === "approved" || facts.outcome === "rejected");
  const text = known ? words[facts.outcome as "approved" | "rejected"] : words.other;
  return signed(
    signature,
    fill(text, {
      caseId: facts.caseId,
      amount: shortMoney(facts.amount),
      sms: topicOf(facts).sms,
    }),
  );
}
