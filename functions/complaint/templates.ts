/** Openings of letters to customers (contracts/complaints.md): a person takes one and makes it fit. */
import type { Locale } from "../directory/model.ts";
import { replyTemplateWords } from "../shared/i18n/sections/reply-templates.ts";

export type ReplyTemplate = { templateId: string; title: string; text: string };

export const replyTemplates = (locale: Locale): ReplyTemplate[] =>
  Object.entries(replyTemplateWords(locale)).map(([templateId, { title, text }]) => ({
    templateId,
    title,
    text,
  }));
