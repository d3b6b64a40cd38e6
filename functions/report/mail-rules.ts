/** What the monthly mail carries: numbers under short names, no text of anybody. Pure. */
import { CATEGORIES, type Category, CLOCK_KINDS, type ClockKind } from "../complaint/model.ts";
import { dayKind, type WorkingCalendar } from "../shared/calendar/index.ts";
import type { Average, ComplaintReport, Rated } from "./complaint-rules.ts";

/** Whether a day (`YYYY-MM-DD`) is the first working day of its month. */
export function isFirstWorkingDay(calendar: WorkingCalendar, day: string): boolean {
  const works = (date: string) => dayKind(calendar, date).working;
  const before = Array.from({ length: Number(day.slice(8)) - 1 }, (_, index) => index + 1);
  return works(day) && !before.some((n) => works(`${day.slice(0, 8)}${String(n).padStart(2, "0")}`));
}

export type MailFigures = Pick<
  ComplaintReport,
  "period" | "received" | "closed" | "reopened" | "reopenRate" | "csat" | "compensation"
> & {
  byCategory: [Category, number][];
  clocks: [ClockKind, Rated][];
  trend: { period: string; received: number; closed: number }[];
};

type Params = Record<string, string | number>;

/** The numbers of some figures by their names. */
export const numbersOf = (of: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(of).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );

/** The figures as parameters of a message; what is null is left out. */
export function paramsOf(report: ComplaintReport): Params {
  const { period, received, closed, reopened, reopenRate, csat, compensation } = report;
  const numbers: Record<string, number | null> = {
    received,
    closed,
    reopened,
    reopenRate,
    csatAnswers: csat.answers,
    csatAverage: csat.average,
    paidCases: compensation.cases,
    paidAmount: compensation.amount,
    ...Object.fromEntries(Object.entries(report.byCategory).map(([name, n]) => [`category.${name}`, n ?? 0])),
    ...Object.fromEntries(
      CLOCK_KINDS.flatMap((kind) => [
        [`met.${kind}`, report.clocks[kind].met],
        [`breached.${kind}`, report.clocks[kind].breached],
        [`rate.${kind}`, report.clocks[kind].rate],
      ]),
    ),
    ...Object.fromEntries(
      report.trend.flatMap((one) => [
        [`received.${one.period}`, one.received],
        [`closed.${one.period}`, one.closed],
      ]),
    ),
  };
  const known = Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== null);
  return { period, ...Object.fromEntries(known) };
}

/** The figures as the mail reads them. */
export function figuresFrom(params: Params): MailFigures {
  const orNull = (name: string): number | null => (name in params ? Number(params[name]) : null);
  const count = (name: string): number => orNull(name) ?? 0;
  const csat: Average = { answers: count("csatAnswers"), average: orNull("csatAverage") };
  const months = Object.keys(params).flatMap((name) => /^received\.(\d{4}-\d\d)$/.exec(name)?.[1] ?? []);
  return {
    period: String(params.period ?? ""),
    received: count("received"),
    closed: count("closed"),
    reopened: count("reopened"),
    reopenRate: orNull("reopenRate"),
    csat,
    compensation: { cases: count("paidCases"), amount: count("paidAmount") },
    byCategory: CATEGORIES.flatMap((name): [Category, number][] => {
      const n = count(`category.${name}`);
      return n > 0 ? [[name, n]] : [];
    }),
    clocks: CLOCK_KINDS.map((kind): [ClockKind, Rated] => [
      kind,
      { met: count(`met.${kind}`), breached: count(`breached.${kind}`), rate: orNull(`rate.${kind}`) },
    ]),
    trend: months.sort().map((period) => ({
      period,
      received: count(`received.${period}`),
      closed: count(`closed.${period}`),
    })),
  };
}
