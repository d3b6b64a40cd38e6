/**
 * The statistics of complaints (投诉统计报表, contracts/complaints.md "Archive and reports"): counted from the cases that
 * were received in a month, by the month in Asia/Shanghai. Pure. Amounts in fen, times in working minutes. Rates are
 * shares of 1 to 4 decimals, averages have 2; both are null where there is nothing to count.
 */
import type { CaseFile, Header } from "../case/model.ts";
import { clockView, spentMinutes } from "../complaint/clock-rules.ts";
import {
  CATEGORIES,
  type Category,
  CLOCK_KINDS,
  type Clock,
  type ClockKind,
  type ClockStatus,
  PAYING,
  PRIORITIES,
  type Priority,
  SEVERITIES,
  type Severity,
  type StepResult,
} from "../complaint/model.ts";
import { investigationOf } from "../complaint/records.ts";
import { DEPARTMENTS, type Department } from "../directory/model.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { SHANGHAI_MS, shanghaiDate } from "../shared/clock.ts";

// ---- months

/** `YYYY-MM` in Asia/Shanghai of an instant. */
export const monthOf = (at: string | number): string => shanghaiDate(at).slice(0, 7);

export const isMonth = (text: string): boolean => /^20\d\d-(0[1-9]|1[0-2])$/.test(text);

/** The month so many months later. */
export function monthAfter(period: string, months: number): string {
  const [year = 0, month = 1] = period.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 7);
}

/** From which instant on and before which one it is this month in Asia/Shanghai, epoch ms. */
export const boundsOf = (period: string): { from: number; before: number } => ({
  from: Date.parse(`${period}-01T00:00:00Z`) - SHANGHAI_MS,
  before: Date.parse(`${monthAfter(period, 1)}-01T00:00:00Z`) - SHANGHAI_MS,
});

/** How many months a trend shows, the period itself included. */
const TREND_MONTHS = 12;
export const trendMonths = (period: string): string[] =>
  Array.from({ length: TREND_MONTHS }, (_, index) => monthAfter(period, index - TREND_MONTHS + 1));

// ---- one case

/** What the statistics know of a clock. `spent`: working minutes until it was met; null before. */
export type ClockRow = { kind: ClockKind; status: ClockStatus; spent: number | null };

/** What the statistics know of a case. */
export type ComplaintRow = {
  caseId: string;
  receivedAt: string;
  isClosed: boolean;
  category: Category;
  department: Department;
  /** As the investigation words it; null before there is one. */
  cause: string | null;
  severity: Severity;
  priority: Priority;
  reopenCount: number;
  csat: number | null;
  /** Who handles it now, or did at the end. */
  handler: string | null;
  /** What the customer gets or got (fen), once the notice has gone out. */
  paid: number | null;
  clocks: ClockRow[];
};

/** Longer causes are cut: they are headings here, not the report itself. */
const MAX_CAUSE = 60;

/** A cause as a heading: its first line, without spaces that nobody sees. */
function causeOf(file: CaseFile): string | null {
  const [line = ""] = (investigationOf(file)?.cause ?? "").trim().split(/[\r\n]+/);
  const letters = [...line.replace(/\s+/g, " ").trim()];
  if (letters.length === 0) return null;
  return letters.length <= MAX_CAUSE ? letters.join("") : `${letters.slice(0, MAX_CAUSE - 1).join("")}…`;
}

type Investigated = Extract<StepResult, { kind: "investigation" }>;

/** What the last notice that went to the customer pays him. */
function paidOf({ header, steps }: CaseFile): number | null {
  const notice = header.complaint?.chains.findLast(
    (one) => one.kind === "notice" && one.sentAt !== undefined,
  );
  const about = steps.find((step) => step.stepId === notice?.about)?.result as Investigated | undefined;
  return about?.kind === "investigation" && PAYING.includes(about.type) ? (about.amount ?? null) : null;
}

export const clockRow = (clock: Clock, calendar: WorkingCalendar, at: number): ClockRow => ({
  kind: clock.kind,
  status: clockView(clock, calendar, at).status,
  spent: clock.metAt === null ? null : Math.round(spentMinutes(clock, calendar, Date.parse(clock.metAt))),
});

/** A case as the statistics count it at an instant (epoch ms); null for a case of another process. */
export function rowOf(file: CaseFile, calendar: WorkingCalendar, at: number): ComplaintRow | null {
  const { header, clocks } = file;
  const state = header.complaint;
  if (!state) return null;
  return {
    caseId: header.caseId,
    receivedAt: header.createdAt,
    isClosed: header.status === "closed",
    category: state.category,
    department: state.respondingDept,
    cause: causeOf(file),
    severity: state.severity,
    priority: state.priority,
    reopenCount: state.reopenCount,
    csat: state.csat,
    handler: state.assignee ?? state.handlers.at(-1) ?? null,
    paid: paidOf(file),
    clocks: clocks.map((clock) => clockRow(clock, calendar, at)),
  };
}

// ---- the report

export type Rated = { met: number; breached: number; rate: number | null };
export type Average = { answers: number; average: number | null };
export type Counts<K extends string = string> = Partial<Record<K, number>>;

/** How one person's cases went (P9: 投诉工作考核). Times are averages. */
export type HandlerLine = {
  staffId: string;
  cases: number;
  closed: number;
  reopened: number;
  reopenRate: number | null;
  acknowledgeMinutes: number | null;
  respondMinutes: number | null;
  resolveMinutes: number | null;
  /** Clocks that were missed. */
  overdue: number;
  csat: Average;
};

export type TrendLine = {
  period: string;
  received: number;
  closed: number;
  reopened: number;
  reopenRate: number | null;
  /** Share of the resolve clocks that were met. */
  resolveRate: number | null;
  csat: Average;
};

export type ComplaintReport = {
  period: string;
  received: number;
  closed: number;
  /** Cases that were opened again at least once. */
  reopened: number;
  reopenRate: number | null;
  byCategory: Counts<Category>;
  byDepartment: Counts<Department>;
  byCause: Counts;
  bySeverity: Counts<Severity>;
  byPriority: Counts<Priority>;
  clocks: Record<ClockKind, Rated>;
  csat: Average;
  compensation: { cases: number; amount: number };
  handlers: HandlerLine[];
  trend: TrendLine[];
};

export const rate = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

function average(values: readonly number[]): Average {
  const sum = values.reduce((all, one) => all + one, 0);
  const answers = values.length;
  return { answers, average: answers === 0 ? null : Math.round((sum / answers) * 100) / 100 };
}

const present = <T>(values: (T | null)[]): T[] => values.filter((one): one is T & {} => one !== null);
const sum = (values: number[]): number => values.reduce((all, one) => all + one, 0);

/** How often each value occurs: in the order of `known`, else the most frequent first. */
function counts<K extends string>(values: K[], known?: readonly K[]): Counts<K> {
  const found = new Map<K, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  const order = known ?? [...found.keys()].sort((a, b) => found.get(b)! - found.get(a)! || (a < b ? -1 : 1));
  return Object.fromEntries(
    order.flatMap((key) => (found.has(key) ? [[key, found.get(key)]] : [])),
  ) as Counts<K>;
}

function rated(clocks: ClockRow[], kind: ClockKind): Rated {
  const of = (status: ClockStatus) =>
    clocks.filter((one) => one.kind === kind && one.status === status).length;
  const [met, breached] = [of("met"), of("breached")];
  return { met, breached, rate: rate(met, met + breached) };
}

function handlerLine(staffId: string, rows: ComplaintRow[]): HandlerLine {
  const clocks = rows.flatMap((row) => row.clocks);
  const spent = (kind: ClockKind): number | null => {
    const times = present(clocks.filter((one) => one.kind === kind).map((one) => one.spent));
    return times.length === 0 ? null : Math.round(sum(times) / times.length);
  };
  const reopened = rows.filter((row) => row.reopenCount > 0).length;
  return {
    staffId,
    cases: rows.length,
    closed: rows.filter((row) => row.isClosed).length,
    reopened,
    reopenRate: rate(reopened, rows.length),
    acknowledgeMinutes: spent("acknowledge"),
    respondMinutes: spent("respond"),
    resolveMinutes: spent("resolve"),
    overdue: clocks.filter((one) => one.status === "breached").length,
    csat: average(present(rows.map((row) => row.csat))),
  };
}

/** What a month of the trend needs of a case. */
export type TrendRow = Pick<ComplaintRow, "receivedAt" | "isClosed" | "reopenCount" | "csat"> & {
  resolve: ClockStatus[];
};

export const trendRow = (header: Header, resolve: ClockStatus[]): TrendRow => ({
  receivedAt: header.createdAt,
  isClosed: header.status === "closed",
  reopenCount: header.complaint?.reopenCount ?? 0,
  csat: header.complaint?.csat ?? null,
  resolve,
});

function trendLine(period: string, rows: TrendRow[]): TrendLine {
  const reopened = rows.filter((row) => row.reopenCount > 0).length;
  const resolve = rows.flatMap((row) => row.resolve);
  const met = resolve.filter((status) => status === "met").length;
  return {
    period,
    received: rows.length,
    closed: rows.filter((row) => row.isClosed).length,
    reopened,
    reopenRate: rate(reopened, rows.length),
    resolveRate: rate(met, met + resolve.filter((status) => status === "breached").length),
    csat: average(present(rows.map((row) => row.csat))),
  };
}

/** Groups in the order in which they come up. */
function grouped<T, K>(rows: T[], key: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

/** The report of a month from its cases (`rows`) and those of the year that ends with it (`year`). */
export function reportOf(period: string, rows: ComplaintRow[], year: TrendRow[]): ComplaintReport {
  const own = rows.filter((row) => monthOf(row.receivedAt) === period);
  const clocks = own.flatMap((row) => row.clocks);
  const reopened = own.filter((row) => row.reopenCount > 0).length;
  const paid = present(own.map((row) => row.paid));
  const byHandler = grouped(
    own.filter((row) => row.handler !== null),
    (row) => row.handler!,
  );
  const byMonth = grouped(year, (row) => monthOf(row.receivedAt));
  return {
    period,
    received: own.length,
    closed: own.filter((row) => row.isClosed).length,
    reopened,
    reopenRate: rate(reopened, own.length),
    byCategory: counts(
      own.map((row) => row.category),
      CATEGORIES,
    ),
    byDepartment: counts(
      own.map((row) => row.department),
      DEPARTMENTS,
    ),
    byCause: counts(present(own.map((row) => row.cause))),
    bySeverity: counts(
      own.map((row) => row.severity),
      SEVERITIES,
    ),
    byPriority: counts(
      own.map((row) => row.priority),
      PRIORITIES,
    ),
    clocks: Object.fromEntries(CLOCK_KINDS.map((kind) => [kind, rated(clocks, kind)])) as Record<
      ClockKind,
      Rated
    >,
    csat: average(present(own.map((row) => row.csat))),
    compensation: { cases: paid.length, amount: sum(paid) },
    handlers: [...byHandler]
      .map(([staffId, cases]) => handlerLine(staffId, cases))
      .sort((a, b) => b.cases - a.cases || (a.staffId < b.staffId ? -1 : 1)),
    trend: trendMonths(period).map((month) => trendLine(month, byMonth.get(month) ?? [])),
  };
}

// ---- the table

/** One figure of the report as a line of CSV or XLSX: `name` is the category, person, month … that it is about. */
export type Figure = { section: string; name: string; measure: string; value: string | number | null };

/** Every figure of the report, in its order. `nameOf` gives the name of a person. */
export function figuresOf(report: ComplaintReport, nameOf: (staffId: string) => string): Figure[] {
  const line = (section: string, name: string, measures: Record<string, number | null>): Figure[] =>
    Object.entries(measures).map(([measure, value]) => ({ section, name, measure, value }));
  const group = (section: string, of: Counts): Figure[] =>
    Object.entries(of).flatMap(([name, count]) => line(section, name, { count: count ?? 0 }));
  const { period, received, closed, reopened, reopenRate, csat, compensation } = report;
  return [
    ...line("total", period, {
      received,
      closed,
      reopened,
      reopenRate,
      csatAnswers: csat.answers,
      csatAverage: csat.average,
      compensationCases: compensation.cases,
      compensationAmount: compensation.amount,
    }),
    ...group("byCategory", report.byCategory),
    ...group("byDepartment", report.byDepartment),
    ...group("byCause", report.byCause),
    ...group("bySeverity", report.bySeverity),
    ...group("byPriority", report.byPriority),
    ...Object.entries(report.clocks).flatMap(([kind, of]) => line("clocks", kind, of)),
    ...report.handlers.flatMap(({ staffId, csat: marks, ...measures }) =>
      line("handlers", nameOf(staffId), {
        ...measures,
        csatAnswers: marks.answers,
        csatAverage: marks.average,
      }),
    ),
    ...report.trend.flatMap(({ period: month, csat: marks, ...measures }) =>
      line("trend", month, { ...measures, csatAnswers: marks.answers, csatAverage: marks.average }),
    ),
  ];
}
