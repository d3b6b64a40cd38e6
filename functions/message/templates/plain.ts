/** A mail as plain text: the same words in the same order. */
import { fill } from "../../shared/i18n/messages.ts";
import { type MailDoc, texts } from "./doc.ts";

export function plain(doc: MailDoc): string {
  const { mail, words } = texts(doc.locale);
  const colon = doc.locale === "en" ? ": " : "：";
  const lines = [
    doc.heading,
    "",
    doc.figure,
    doc.under,
    ...doc.notices.flatMap((notice) => ["", notice.title, notice.text]),
    "",
    ...doc.changes.map((change) => `${change.label}${colon}${change.from} → ${change.to}`),
    ...doc.facts.map((fact) => `${fact.label}${colon}${fact.value}`),
    ...(doc.groups ?? []).flatMap((group) => [
      group.title,
      ...group.items.flatMap((item) => [`- ${item.title}`, `  ${item.note}`]),
      ...(group.more === "" ? [] : [group.more]),
      "",
    ]),
    ...(doc.button.url === "" ? [] : ["", doc.button.label, doc.button.url]),
    ...(doc.hint ? [doc.hint] : []),
    "",
    "--",
    ...doc.why,
    ...(doc.optOut ? [doc.optOut.label, doc.optOut.url] : []),
    ...(doc.caseId === "" ? [] : [fill(mail.caseCode, { caseId: doc.caseId })]),
    `${words.product} ${words.company}`,
  ];
  return `${lines.join("\n")}\n`;
}
