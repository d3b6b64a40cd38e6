/** What goes to the customer: an e-mail where there is an address, and a text message. Pure. */
import type { CaseFile, Message } from "../case/model.ts";
import type { Locale } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import type { CustomerKind } from "../message/kinds.ts";
import type { Complaint } from "./schema.ts";

/** The recipient of messages to the customer, the holder of his seat, and who acts when he does. */
export const CUSTOMER = "customer";

type Words = {
  caseId: string;
  kind: CustomerKind;
  /** What makes the message one of its kind, e.g. the number of its event. */
  key: string;
  stepId?: string;
  params?: Record<string, string | number>;
  at: number;
};

/**
 * Nothing can be sent once the content was erased by law: then nobody knows where to.
 * `content`: the complaint as it was sent.
 */
export function toCustomer(content: CaseFile["content"], words: Words): Message[] {
  if (!content) return [];
  const { complainantEmail, locale = "zh-CN" } = content as Partial<Complaint>;
  const message = (channel: "email" | "sms") =>
    newMessage({ ...words, to: CUSTOMER, channel, locale: locale as Locale });
  return [...(complainantEmail === undefined ? [] : [message("email")]), message("sms")];
}
