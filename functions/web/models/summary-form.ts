/** The form of a summary: what people typed, as the schema wants it. Pure. */
import type { SummaryView } from "../../report/summaries.ts";
import { MAX_ACTIONS } from "../../report/summary-schema.ts";
import { rowsOf } from "./form-values.ts";

type Row = { text: string; owner: string; dueOn: string };
export type SummaryForm = { conclusions: string; actions: Row[]; version: number };

/** Rows of measures that wait to be filled. */
const SPARE = 2;
const EMPTY: Row = { text: "", owner: "", dueOn: "" };

const withSpare = (rows: Row[]): Row[] =>
  [...rows, EMPTY, EMPTY].slice(0, Math.min(rows.length + SPARE, MAX_ACTIONS));

export const formOfSummary = ({ conclusions, actions, version }: SummaryView): SummaryForm => ({
  conclusions,
  actions: withSpare(actions),
  version,
});

/** What was typed, with every row that was there, so that a refusal finds its field. */
export function typedSummary(form: URLSearchParams): SummaryForm {
  const text = (name: string): string => (form.get(name) ?? "").replace(/\r\n?/g, "\n").trim();
  return {
    conclusions: text("conclusions"),
    actions: rowsOf(form, "actions", MAX_ACTIONS).map((row) => ({
      text: text(`actions.${row}.text`),
      owner: text(`actions.${row}.owner`),
      dueOn: text(`actions.${row}.dueOn`),
    })),
    version: Number(form.get("version")),
  };
}

const isBlank = ({ text, owner, dueOn }: Row): boolean => text === "" && owner === "" && dueOn === "";

/** What the call gets: rows that nobody filled are left out. */
export const inputOf = ({ conclusions, actions, version }: SummaryForm): object => ({
  conclusions,
  actions: actions.filter((row) => !isBlank(row)),
  version,
});

/** The rows as the call counts them come first, so that a problem stands at the row that it is about. */
export const filledFirst = (form: SummaryForm): SummaryForm => ({
  ...form,
  actions: withSpare(form.actions.filter((row) => !isBlank(row))),
});
