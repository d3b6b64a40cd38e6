/** The form of a year's schedule: what was typed, what it means, what is wrong with it. */
import { readDates, readNotice, writeDates } from "../../calendar/notice-rules.ts";
import type { YearView } from "../../calendar/years.ts";
import type { FieldError } from "../../shared/errors.ts";
import { fieldMessage, fill } from "../../shared/i18n/messages.ts";
import { calendarTexts } from "../../shared/i18n/sections/calendar.ts";
import type { Problem } from "./reception-form.ts";
import type { Reader } from "./view.ts";

export type YearValues = {
  basedOn: string;
  notice: string;
  text: string;
  daysOff: string;
  workingWeekends: string;
};

/** The fields of an empty form, or of a year that was entered before. */
export const valuesOf = (view: YearView): YearValues => ({
  basedOn: String(view.version),
  notice: view.version > 0 ? (view.notice ?? "") : "",
  text: "",
  daysOff: view.status === "official" ? writeDates(view.daysOff) : "",
  workingWeekends: view.status === "official" ? writeDates(view.workingWeekends) : "",
});

export const typedYear = (form: URLSearchParams): YearValues => ({
  basedOn: form.get("basedOn") ?? "",
  notice: form.get("notice") ?? "",
  text: form.get("text") ?? "",
  daysOff: form.get("daysOff") ?? "",
  workingWeekends: form.get("workingWeekends") ?? "",
});

const LISTS = ["daysOff", "workingWeekends"] as const;

/** The body of the call, and where the lists cannot be read. */
export function yearInput(
  values: YearValues,
  year: number,
  r: Reader,
): { input: object; problems: Problem[] } {
  const { edit } = calendarTexts(r.locale);
  const read = {
    daysOff: readDates(values.daysOff, year),
    workingWeekends: readDates(values.workingWeekends, year),
  };
  const problems = LISTS.flatMap((name) =>
    read[name].problems.slice(0, 1).map((problem) => ({
      input: name,
      label: edit[name],
      message: fieldMessage({ path: name, ...problem }, r.locale),
    })),
  );
  return {
    input: {
      basedOn: Number(values.basedOn),
      notice: values.notice,
      daysOff: read.daysOff.dates,
      workingWeekends: read.workingWeekends.dates,
    },
    problems,
  };
}

/** The refusals of a call at the fields that hold what is wrong. */
export function yearProblemsAt(fields: FieldError[], input: object, r: Reader): Problem[] {
  const { edit } = calendarTexts(r.locale);
  const problems = fields.map((field): Problem => {
    const [name = "", index] = field.path.split(".");
    const list =
      name === "daysOff" || name === "workingWeekends"
        ? (input as Record<string, string[]>)[name]
        : undefined;
    const date = list?.[Number(index)];
    const label = name === "notice" || name === "daysOff" || name === "workingWeekends" ? edit[name] : name;
    if (date === undefined) return { input: name, label, message: fieldMessage(field, r.locale) };
    const isWeekend = [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    const words = name === "workingWeekends" && !isWeekend ? edit.notWeekend : edit.twice;
    return { input: name, label, message: fill(words, { date }) };
  });
  return problems.filter(
    ({ input: name }, index) => problems.findIndex((one) => one.input === name) === index,
  );
}

/** The notice that was pasted, in the fields; and what to say of it. */
export function fromNotice(
  values: YearValues,
  year: number,
  r: Reader,
): { values: YearValues; told: string; problems: Problem[] } {
  const { edit } = calendarTexts(r.locale);
  const { daysOff, workingWeekends, problems } = readNotice(values.text, year);
  const wrong = problems.slice(0, 1).map((problem) => ({
    input: "text",
    label: edit.text,
    message: fieldMessage({ path: "text", ...problem }, r.locale),
  }));
  if (daysOff.length === 0 && wrong.length === 0)
    return { values, told: "", problems: [{ input: "text", label: edit.text, message: edit.readNone }] };
  return {
    values: { ...values, daysOff: writeDates(daysOff), workingWeekends: writeDates(workingWeekends) },
    told: fill(edit.readDone, { off: daysOff.length, work: workingWeekends.length }),
    problems: wrong,
  };
}
