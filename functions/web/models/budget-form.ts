/** The forms of budgets between what people type and what the use cases take: typed values are kept. Pure. */
import type { Locale } from "../../directory/model.ts";
import type { EntryView } from "../../ledger/statement.ts";
import { toCsv } from "../../shared/csv.ts";
import { type FieldError, Refusal } from "../../shared/errors.ts";
import { money } from "../../shared/i18n/format.ts";
import { fieldMessage, fill, refusalMessage } from "../../shared/i18n/messages.ts";
import { budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { parseYuan, yuanText } from "../../shared/money.ts";
import type { Problem } from "./reception-form.ts";
import { num, str, word } from "./text.ts";
import type { Reader } from "./view.ts";

/** Inputs as typed, by their names. */
export type Typed = Record<string, string>;

export const typedOf = (form: URLSearchParams): Typed => Object.fromEntries(form);

/** Yuan as typed → fen; what is no amount goes on as it is, and is refused at its field. */
const amountOf = (text: string | undefined): number | string | undefined =>
  text === undefined || text.trim() === "" ? undefined : (parseYuan(text) ?? text);

/** `department/period/category`, as an option names a bucket. */
export const bucketKey = (id: { department: string; period: string; category: string }): string =>
  `${id.department}/${id.period}/${id.category}`;

function bucketOf(key: string | undefined): object | undefined {
  if (!key) return undefined;
  const [department, period, category] = key.split("/");
  return { department, period, category };
}

/** What `createBucket` takes. */
export const newBucketInput = (typed: Typed) => ({
  department: typed.department,
  period: typed.period?.trim().toUpperCase(),
  category: typed.category,
  allotted: amountOf(typed.allotted),
  control: typed.control,
});

/** What `submitBudgetChange` takes. */
export const changeInput = (typed: Typed) => ({
  kind: typed.kind,
  ...(typed.kind === "transfer" ? { from: bucketOf(typed.from) } : {}),
  to: bucketOf(typed.to),
  amount: amountOf(typed.amount),
  reason: typed.reason ?? "",
});

/** A change as its form shows it again. */
export function typedOfChange(content: Record<string, unknown> | null): Typed {
  const key = (id: unknown) => (id ? bucketKey(id as Parameters<typeof bucketKey>[0]) : "");
  return {
    kind: str(content?.kind),
    to: key(content?.to),
    from: key(content?.from),
    amount: content ? yuanText(num(content.amount)) : "",
    reason: str(content?.reason),
  };
}

/** The statement for a spreadsheet: headings in words, amounts in yuan. */
export function statementCsv(entries: EntryView[], locale: Locale): string {
  const { statement, kinds } = budgetTexts(locale);
  const { columns } = statement;
  const headings = {
    at: statement.time,
    kind: statement.kind,
    caseId: statement.what,
    by: statement.by,
    ...columns,
    balance: statement.balance,
  };
  const yuan = (fen: number) => fen / 100;
  const rows = entries.map((entry) => ({
    at: entry.at,
    kind: word(kinds, entry.kind),
    caseId: entry.caseId,
    by: entry.by?.name ?? statement.system,
    allotted: yuan(entry.allotted),
    reserved: yuan(entry.reserved),
    committed: yuan(entry.committed),
    spent: yuan(entry.spent),
    balance: yuan(entry.balance),
  }));
  return toCsv(headings, rows, { forSpreadsheets: true });
}

/** What `setRevenue` takes. */
export const revenueInput = (typed: Typed) => ({
  revenue: amountOf(typed.revenue),
  preOpening: typed.preOpening === "yes",
});

/** What is wrong and where, in the order of the labels; what no field can show is the message. */
export function problemsOf(
  error: unknown,
  labels: Record<string, string>,
  r: Reader,
): { status: number; problems: Problem[]; message?: string } {
  if (!(error instanceof Refusal)) throw error;
  const at = (input: string, message: string): Problem => ({ input, label: labels[input] ?? input, message });
  const { status, code, data, fields } = error;
  if (fields.length > 0) {
    const order = Object.keys(labels);
    const first = new Map<string, FieldError>();
    for (const field of fields) {
      const input = field.path.split(".")[0] ?? "";
      if (!first.has(input)) first.set(input, field);
    }
    const problems = [...first]
      .map(([input, field]) => at(input, fieldMessage(field, r.locale)))
      .sort((a, b) => order.indexOf(a.input) - order.indexOf(b.input));
    return { status, problems };
  }
  const { change } = budgetTexts(r.locale);
  if (code === "budget_exceeded" && labels.from) {
    const params = { available: money(num(data.available)), needed: money(num(data.needed)) };
    return { status, problems: [at("from", fill(change.short, params))] };
  }
  if (code === "no_budget" && labels.to) return { status, problems: [at("to", change.noBucket)] };
  if (code === "exists") return { status, problems: [at("period", refusalMessage(code, r.locale))] };
  const message = code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(code, r.locale);
  return { status, problems: [], message };
}
