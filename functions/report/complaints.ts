/** The report of a month's complaints: reads the cases, counts them, gives them as JSON, CSV or a workbook. */

import { readsReports } from "../case/access.ts";
import { casesOf } from "../case/lists.ts";
import type { CaseFile, Header } from "../case/model.ts";
import { pkOf, readCase, sk } from "../case/store.ts";
import { clockIdOf } from "../complaint/clock-rules.ts";
import type { Clock, ClockStatus } from "../complaint/model.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor, Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now } from "../shared/clock.ts";
import { toCsv } from "../shared/csv.ts";
import { env } from "../shared/env.ts";
import { forbidden, invalid } from "../shared/errors.ts";
import { inParallel } from "../shared/parallel.ts";
import { getItems, type Key } from "../shared/table.ts";
import { xlsx } from "../shared/xlsx.ts";
import {
  boundsOf,
  type ComplaintReport,
  clockRow,
  figuresOf,
  type HandlerLine,
  isMonth,
  monthOf,
  reportOf,
  rowOf,
  trendMonths,
  trendRow,
} from "./complaint-rules.ts";

const READS_AT_ONCE = 25;

/** Handlers come with their names. */
export type ReportView = Omit<ComplaintReport, "handlers"> & { handlers: (HandlerLine & { name: string })[] };

/** `period`: `YYYY-MM`; without one the running month. Throws 403 `not_allowed`, 400 `period`. */
export async function complaintReport(actor: Actor, period: string | null): Promise<ReportView> {
  if (!readsReports(actor)) throw forbidden("not_allowed");
  const month = period ?? monthOf(now());
  if (!isMonth(month)) throw invalid({ path: "period", code: "month" });
  const staff = await people();
  return named(await countMonth(month, staff), staff);
}

const named = (report: ComplaintReport, staff: Person[]): ReportView => ({
  ...report,
  handlers: report.handlers.map(({ staffId, ...line }) => ({
    staffId,
    name: staff.find((one) => one.staffId === staffId)?.name ?? staffId,
    ...line,
  })),
});

/** The statistics of a month, counted now. */
export async function countMonth(period: string, staff: Person[]): Promise<ComplaintReport> {
  const at = now();
  const [headers, calendar] = await Promise.all([headersOf(period, staff), workingCalendar()]);
  const own = headers.filter((header) => monthOf(header.createdAt) === period);
  const earlier = headers.filter((header) => monthOf(header.createdAt) !== period);
  const [files, resolved] = await Promise.all([
    inParallel(own, READS_AT_ONCE, (header) => readCase(header.caseId)),
    resolveClocks(earlier),
  ]);
  const cases = files.filter((file) => file !== null);
  const rows = cases.flatMap((file) => rowOf(file, calendar, at) ?? []);
  const statuses = statusesOf(calendar, at);
  return reportOf(period, rows, [
    ...cases.map((file) => trendRow(file.header, statuses(resolveOf(file)))),
    ...earlier.map((header) => trendRow(header, statuses(resolved.get(header.caseId) ?? []))),
  ]);
}

const statusesOf =
  (calendar: WorkingCalendar, at: number) =>
  (clocks: Clock[]): ClockStatus[] =>
    clocks.map((clock) => clockRow(clock, calendar, at).status);

const resolveOf = ({ clocks }: CaseFile): Clock[] => clocks.filter((clock) => clock.kind === "resolve");

/** Who enters complaints beside the staff. */
const CUSTOMER = "customer";

/**
 * The complaints of the year that ends with a month. No index holds all cases of a period: whoever created some is asked,
 * one query each, which reads no more than the period's.
 */
async function headersOf(period: string, staff: Person[]): Promise<Header[]> {
  const [first = period] = trendMonths(period);
  const range = { from: boundsOf(first).from, before: boundsOf(period).before };
  const creators = [CUSTOMER, ...staff.map((person) => person.staffId)];
  const found = await inParallel(creators, READS_AT_ONCE, (staffId) => casesOf(staffId, range));
  return found
    .flat()
    .filter((header) => header.complaint !== undefined)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** The resolve clocks of these cases, all rounds, by case id. */
async function resolveClocks(headers: Header[]): Promise<Map<string, Clock[]>> {
  const keys = headers.flatMap(({ caseId, complaint }): Key[] =>
    Array.from({ length: complaint?.round ?? 0 }, (_, index) => ({
      pk: pkOf(caseId),
      sk: sk.clock(clockIdOf(caseId, index + 1, "resolve")),
    })),
  );
  const found = new Map<string, Clock[]>();
  for (const clock of await getItems(env("CASES_TABLE"), keys)) {
    const one = clock as unknown as Clock;
    found.set(one.caseId, [...(found.get(one.caseId) ?? []), one]);
  }
  return found;
}

const COLUMNS = ["section", "name", "measure", "value"] as const;

/** The figures as lines; people by their names. */
const linesOf = (report: ReportView) =>
  figuresOf(report, (staffId) => report.handlers.find((one) => one.staffId === staffId)?.name ?? staffId);

export const reportCsv = (report: ReportView): string =>
  toCsv(Object.fromEntries(COLUMNS.map((name) => [name, name])), linesOf(report));

export const reportXlsx = (report: ReportView): Promise<Buffer> =>
  xlsx(report.period, [COLUMNS, ...linesOf(report).map((line) => COLUMNS.map((name) => line[name]))]);
