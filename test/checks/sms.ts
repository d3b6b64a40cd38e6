/** What carriers on the mainland take of a text message, held against every registered one. */
import { FORBIDDEN_WORDS, partsOf, signed } from "../../functions/message/sms-rules.ts";
import type { SmsTemplate } from "../../functions/message/sms-templates.ts";

/** The longest value of each variable that a template may have. */
export const LONGEST: Record<string, string> = {
  caseId: "TS-2026-000123",
  code: "123456",
  days: "999",
  // 2^53 − 1 fen.
  amount: "¥90,071,992,547,409.91",
  sms: "Budget",
  respondDueAt: "30 Sept 2026, 18:00",
  resolveDueAt: "30 Sept 2026, 18:00",
  time: "30 Sept 2026, 18:00",
  // The one fixed public address. Sites with a domain of their own are held to this length (infra/config.ts).
  address: `https://${"a".repeat(22)}/c`,
};

const MAX_PARTS = 2;
const ANY_LINK = /https?:|www\.|\/\/|\b[a-z0-9-]+\.(com|cn|net|org|io|example)\b/i;
const ADDRESS = "address";

/** What breaks a rule, one line each. `signature`: the longest that a stage may have, with or without its brackets. */
export function smsProblems(templates: readonly SmsTemplate[], signature: string): string[] {
  const ids = templates.map((one) => one.templateId);
  return [
    ...new Set(ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is registered twice`)),
    ...languageProblems(templates),
    ...templates.flatMap((one) =>
      textProblems(one, signature).map((problem) => `${one.templateId}: ${problem}`),
    ),
  ];
}

/** Whatever is said in one language is said in the other. */
function languageProblems(templates: readonly SmsTemplate[]): string[] {
  const said = (language: string) =>
    templates
      .filter((one) => one.language === language)
      .map((one) => one.templateId.slice(0, -language.length - 1));
  const [chinese, english] = [said("zh-CN"), said("en")];
  return [
    ...english.filter((id) => !chinese.includes(id)).map((id) => `${id} has no zh-CN`),
    ...chinese.filter((id) => !english.includes(id)).map((id) => `${id} has no en`),
  ];
}

function textProblems({ text, variables }: SmsTemplate, signature: string): string[] {
  const problems: string[] = [];
  const names = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
  for (const name of new Set(names)) {
    if (!variables.includes(name)) problems.push(`{${name}} is not among its variables`);
    if (!Object.hasOwn(LONGEST, name)) problems.push(`nobody knows how long {${name}} may be`);
  }
  for (const name of variables) if (!names.includes(name)) problems.push(`{${name}} stands nowhere`);
  if (names.filter((name) => name === ADDRESS).length > 1) problems.push("the address stands twice");
  if (/[【】]/.test(text)) problems.push("the signature is set before it, and nothing else has its brackets");
  if (ANY_LINK.test(text)) problems.push("it has a link of its own");
  const filled = signed(
    signature,
    text.replace(/\{(\w+)\}/g, (whole, name: string) => LONGEST[name] ?? whole),
  );
  if (!/^【[^【】]+】[^【】]+$/.test(filled)) problems.push("it does not begin with the signature alone");
  const words = FORBIDDEN_WORDS.filter((word) => filled.toLowerCase().includes(word));
  if (words.length > 0) problems.push(`carriers refuse ${words.join(", ")}`);
  const parts = partsOf(filled);
  if (parts > MAX_PARTS)
    problems.push(`${parts} parts with the longest variables (${filled.length} characters)`);
  return problems;
}
