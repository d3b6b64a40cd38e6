/**
 * The official schedule of a year (国务院办公厅部分节假日安排), entered by people and published as a version: it takes
 * the place of the provisional year for all counts, and what runs is counted again (replan.ts).
 */
import * as z from "zod";
import { calendarOf, forgetCalendar, type YearVersion, yearVersions } from "../directory/calendar.ts";
import type { Actor, Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { keepsPolicies } from "../policy/access.ts";
import { LAST_YEAR } from "../shared/calendar/dates.ts";
import type { WorkingCalendar, YearCalendar } from "../shared/calendar/model.ts";
import { provisionalYear } from "../shared/calendar/statutory.ts";
import { yearProblems } from "../shared/calendar/year.ts";
import { now, shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { hashOf } from "../shared/ids.ts";
import { fieldErrors, line, list, wholeNumber } from "../shared/validate.ts";
import { putYear } from "./store.ts";
import { type DayChange, type Doubts, differences, doubtsOf, missingYears } from "./year-rules.ts";

/** The official schedule is entered by whoever keeps the rules. */
export const keepsCalendar = keepsPolicies;

export type YearView = {
  year: number;
  status: YearCalendar["status"];
  notice: string | null;
  daysOff: string[];
  workingWeekends: string[];
  /** 0: nobody entered it; it is built in, or provisional. */
  version: number;
  publishedAt: string | null;
  publishedBy: { staffId: string; name: string } | null;
};

/** A year with what its pages show beside it. */
export type YearBook = {
  view: YearView;
  versions: YearView[];
  calendar: WorkingCalendar;
  /** Years that should be there by now. */
  missing: number[];
  /** This year and the two after it: those that people enter. */
  years: number[];
  keeps: boolean;
};

/** How far ahead a year can be entered: the notice of the next comes in November, of the one after never earlier. */
const AHEAD = 2;
const MAX_DAYS = 120;

const yearsFrom = (at: number): number[] => {
  const current = Number(shanghaiDate(at).slice(0, 4));
  return Array.from({ length: AHEAD + 1 }, (_, ahead) => current + ahead).filter((year) => year <= LAST_YEAR);
};

const viewOf = (document: YearCalendar, version: YearVersion | null, staff: Person[]): YearView => ({
  year: document.year,
  status: document.status,
  notice: document.notice ?? null,
  daysOff: document.daysOff,
  workingWeekends: document.workingWeekends,
  version: version?.version ?? 0,
  publishedAt: version ? toApi(version.publishedAt) : null,
  publishedBy: version && {
    staffId: version.publishedBy,
    name: staff.find((person) => person.staffId === version.publishedBy)?.name ?? version.publishedBy,
  },
});

const newestOf = (versions: YearVersion[], year: number): YearVersion | null =>
  versions.findLast((one) => one.year === year) ?? null;

/** A year as it counts now, for any staff. Throws 404 for years that are neither built in, entered nor to be entered. */
export async function readYear(actor: Actor, year: number): Promise<YearBook> {
  const [versions, staff] = await Promise.all([yearVersions(), people()]);
  const calendar = calendarOf(versions);
  const years = yearsFrom(now());
  if (!years.includes(year) && !calendar.years.has(year)) throw notFound();
  return {
    view: viewOf(calendar.years.get(year) ?? provisionalYear(year), newestOf(versions, year), staff),
    versions: versions.filter((one) => one.year === year).map((one) => viewOf(one.document, one, staff)),
    calendar,
    missing: missingYears(calendar, shanghaiDate(now())),
    years,
    keeps: keepsCalendar(actor),
  };
}

const schema = () =>
  z.strictObject({
    /** The version that this one follows; 0 for the first. */
    basedOn: wholeNumber(0, 999_999),
    notice: line(200),
    daysOff: list(z.string({ error: "date" }), MAX_DAYS).min(1, { error: "required" }),
    workingWeekends: list(z.string({ error: "date" }), MAX_DAYS),
  });

/** What would be published, and what that changes. */
export type YearDraft = {
  document: YearCalendar;
  basedOn: number;
  changes: DayChange[];
  doubts: Doubts;
};

/** Who may, then the year, then the fields. Throws 403, 404, 400 at each date. */
function judge(actor: Actor, year: number, input: unknown, versions: YearVersion[]): YearDraft {
  if (!keepsCalendar(actor)) throw forbidden("not_allowed");
  if (!yearsFrom(now()).includes(year)) throw notFound();
  const parsed = schema().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { basedOn, notice, daysOff, workingWeekends } = parsed.data;
  const document: YearCalendar = {
    year,
    status: "official",
    notice,
    daysOff: [...daysOff].sort(),
    workingWeekends: [...workingWeekends].sort(),
  };
  const problems = yearProblems({ ...document, daysOff, workingWeekends });
  if (problems.length > 0) throw invalid(...problems);
  const before = calendarOf(versions);
  const after = calendarOf([...versions, versionOf(document, basedOn + 1, actor)]);
  return {
    document,
    basedOn,
    changes: differences(before, after, year),
    doubts: doubtsOf(document),
  };
}

const versionOf = (document: YearCalendar, version: number, actor: Actor): YearVersion => ({
  year: document.year,
  version,
  publishedAt: stamp(now()),
  publishedBy: actor.staffId,
  document,
});

/** What publishing would change; stores nothing. Throws as `publishYear`. */
export async function checkYear(actor: Actor, year: number, input: unknown): Promise<YearDraft> {
  const versions = await yearVersions();
  const draft = judge(actor, year, input, versions);
  if (draft.basedOn !== (newestOf(versions, year)?.version ?? 0)) throw conflict("stale");
  return draft;
}

/**
 * Publishes the next version of a year, whole and once. What is the same as the newest version already is that version:
 * pressing twice publishes once. Throws 403, 404, 400 at each wrong date, 409 `stale` where somebody was first.
 */
export async function publishYear(
  actor: Actor,
  year: number,
  input: unknown,
): Promise<{ year: number; version: number; changes: DayChange[] }> {
  const versions = await yearVersions();
  const newest = newestOf(versions, year);
  const draft = judge(actor, year, input, versions);
  if (newest && hashOf(newest.document) === hashOf(draft.document))
    return { year, version: newest.version, changes: [] };
  if (draft.basedOn !== (newest?.version ?? 0)) throw conflict("stale");
  const next = versionOf(draft.document, draft.basedOn + 1, actor);
  await putYear(next);
  forgetCalendar();
  return { year, version: next.version, changes: draft.changes };
}
