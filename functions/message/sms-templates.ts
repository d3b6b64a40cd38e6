/**
 * The text messages that are registered with the carriers, as data: nothing else is sent. Who adds a text here registers it
 * first; `npm run check` holds it against what carriers take (test/checks/sms.ts). Pure.
 */
import type { Locale } from "../directory/model.ts";
import { fill } from "../shared/i18n/messages.ts";
import { complaintSms } from "../shared/i18n/sections/complaint-sms.ts";
import { mailTexts } from "../shared/i18n/sections/mail.ts";
import { mailFollowUp } from "../shared/i18n/sections/mail-follow-up.ts";
import { verbs } from "../shared/i18n/sections/verbs.ts";
import { CUSTOMER_KINDS, FOLLOW_UP_CUSTOMER_KINDS, type MessageKind } from "./kinds.ts";
import { signed } from "./sms-rules.ts";

export type SmsTemplate = {
  /** `complaint.notice.zh-CN`; where a kind has several texts the variant stands before the language. */
  templateId: string;
  kind: MessageKind;
  language: Locale;
  /** Without the signature; `{name}` stands for a variable. */
  text: string;
  /** In the order of the text, each once. */
  variables: string[];
};

type Source = { kind: MessageKind; variant?: string; text: (locale: Locale) => string };

const SOURCES: readonly Source[] = [
  { kind: "vote.code", text: (locale) => verbs(locale).sms.code },
  ...(["approved", "rejected", "other"] as const).map(
    (variant): Source => ({
      kind: "case.decision",
      variant,
      text: (locale) => mailTexts(locale).sms[variant],
    }),
  ),
  ...CUSTOMER_KINDS.map((kind): Source => ({ kind, text: (locale) => complaintSms(locale)[kind] })),
  ...FOLLOW_UP_CUSTOMER_KINDS.map(
    (kind): Source => ({ kind, text: (locale) => mailFollowUp(locale).customer.sms[kind] }),
  ),
];

const LOCALES: readonly Locale[] = ["zh-CN", "en"];

function templateOf({ kind, variant, text }: Source, language: Locale): SmsTemplate {
  const words = text(language);
  return {
    templateId: [kind, variant, language].filter((part) => part !== undefined).join("."),
    kind,
    language,
    text: words,
    variables: [...new Set([...words.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name))],
  };
}

/** All of them, in both languages. */
export const smsTemplates = (): SmsTemplate[] =>
  SOURCES.flatMap((source) => LOCALES.map((locale) => templateOf(source, locale)));

export type RegisteredText = { text: string; templateId: string };

/** The text message of a kind with its variables filled in. Throws where none is registered. */
export function registeredSms(
  of: { kind: MessageKind; variant?: string; locale: Locale },
  signature: string,
  variables: Record<string, string | number>,
): RegisteredText {
  const source = SOURCES.find((one) => one.kind === of.kind && one.variant === of.variant);
  if (!source) throw new Error(`No text message is registered for ${of.kind}`);
  const { text, templateId } = templateOf(source, of.locale);
  return { text: signed(signature, fill(text, variables)), templateId };
}
