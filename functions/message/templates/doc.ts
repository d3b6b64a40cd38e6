/** A mail before it becomes HTML and plain text: the same content in both, in the order in which it is read. */
import type { Locale } from "../../directory/model.ts";
import { mailTexts } from "../../shared/i18n/sections/mail.ts";
import { wordsIn } from "../../shared/i18n/words.ts";

export type Fact = { label: string; value: string };
export type Notice = { tone: "look" | "refused"; title: string; text: string };

export type MailDoc = {
  locale: Locale;
  subject: string;
  /** The line that mailboxes show beside the subject. */
  preheader: string;
  heading: string;
  /** The one loud thing. */
  figure: string;
  under: string;
  notices: Notice[];
  facts: Fact[];
  /** Field by field, for an edit. */
  changes: { label: string; from: string; to: string }[];
  /** Lists under a heading each; only a digest has some. */
  groups?: { title: string; late: boolean; items: { title: string; note: string }[]; more: string }[];
  /** Without an address there is nothing to press. */
  button: { label: string; url: string };
  /** What the button does not do, where that needs saying. */
  hint: string;
  /** Why it came, and other small print. */
  why: string[];
  /** Where its reader says that he wants no more of its kind. */
  optOut?: { label: string; url: string };
  /** Empty for a notice that is about no case. */
  caseId: string;
};

/** The texts a mail needs. */
export const texts = (locale: Locale) => ({
  mail: mailTexts(locale),
  words: wordsIn(locale),
});
