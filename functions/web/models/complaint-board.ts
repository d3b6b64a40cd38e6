/** The board of complaints: counts, who has how much, and the addresses of its filters. Pure. */
import type { Who } from "../../case/view.ts";
import type { RegisterLine } from "../../complaint/register-rules.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { isolate } from "./text.ts";
import type { Reader } from "./view.ts";

/** What the board may be asked for, as its address has it; blank is not asked. */
export const FILTERS = [
  "status",
  "phase",
  "assignee",
  "department",
  "category",
  "priority",
  "waybillNo",
  "phone",
  "customerId",
  "from",
  "to",
  "overdue",
  "view",
] as const;
export type Filter = Partial<Record<(typeof FILTERS)[number], string>>;

/** Only the filters that are set. `status` is `open` unless another one, or all, is asked for. */
export function filterOf(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of FILTERS) {
    const value = query.get(name)?.trim();
    if (value) filter[name] = value;
  }
  if (!query.has("status")) filter.status = "open";
  return filter;
}

/**
 * What somebody typed into the one search field: a case code, a phone or a waybill.
 * A case is opened at once.
 */
export function searchOf(typed: string): { caseId: string } | Filter {
  const plain = typed.normalize("NFKC").trim().toUpperCase();
  if (/^(TS|LP)-\d{4}-\d{6}$/.test(plain)) return { caseId: plain };
  const digits = plain.replace(/[\s-]/g, "");
  if (/^\+?\d{7,15}$/.test(digits)) return { phone: digits, status: "" };
  return { waybillNo: plain, status: "" };
}

/** The query string of a filter; the default is left out. */
export function queryOf(filter: Filter, more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = filter[name];
    if (value && !(name === "status" && value === "open")) query.set(name, value);
  }
  // All of them, open and closed, has to be said.
  if (!filter.status) query.set("status", "");
  for (const [name, value] of Object.entries(more)) if (value) query.set(name, value);
  return query.toString();
}

export const boardPath = (filter: Filter, more: Record<string, string> = {}): string => {
  const query = queryOf(filter, more);
  return query === "" ? "/complaints" : `/complaints?${query}`;
};

/** The file of what is shown; the register’s own default is everything, so `open` is said. A view is the board’s alone. */
export function filePath(filter: Filter, format: "csv" | "xlsx"): string {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (filter[name] && name !== "view") query.set(name, filter[name]);
  query.set("format", format);
  return `/api/complaints?${query}`;
}

/** Late, or due before the day is over; a paused case is neither. */
export const isLate = (line: RegisterLine): boolean => line.status === "open" && line.overdue && !line.paused;

export function isToday(line: RegisterLine, now: number): boolean {
  const due = nextDue(line);
  return (
    line.status === "open" &&
    !line.paused &&
    !isLate(line) &&
    due !== null &&
    shanghaiDate(due) === shanghaiDate(now)
  );
}

/** When it is to be resolved; null while nobody knows, because the customer is asked. */
export const nextDue = (line: RegisterLine): string | null => line.dueAt;

/** Whether an open complaint belongs to a view of the board. */
export function ofView(line: RegisterLine, view: string | undefined, now: number): boolean {
  switch (view) {
    case "today":
      return isToday(line, now);
    case "paused":
      return line.paused;
    case "reopened":
      return line.reopenCount > 0;
    default:
      return true;
  }
}

export type Share = { late: number; today: number; rest: number };
export type Stats = {
  open: number;
  late: number;
  today: number;
  paused: number;
  followUp: number;
  reopened: number;
  people: (Share & { who: Who })[];
  categories: { category: string; open: number; late: number }[];
};

/** Counts over open complaints. */
export function statsOf(lines: readonly RegisterLine[], now: number): Stats {
  const open = lines.filter((line) => line.status === "open");
  const people = new Map<string, Share & { who: Who }>();
  const categories = new Map<string, { category: string; open: number; late: number }>();
  for (const line of open) {
    const late = isLate(line);
    const category = categories.get(line.category) ?? { category: line.category, open: 0, late: 0 };
    categories.set(line.category, {
      ...category,
      open: category.open + 1,
      late: category.late + (late ? 1 : 0),
    });
    if (!line.assignee) continue;
    const one = people.get(line.assignee.staffId) ?? { who: line.assignee, late: 0, today: 0, rest: 0 };
    const key = late ? "late" : isToday(line, now) ? "today" : "rest";
    people.set(line.assignee.staffId, { ...one, [key]: one[key] + 1 });
  }
  return {
    open: open.length,
    late: open.filter(isLate).length,
    today: open.filter((line) => isToday(line, now)).length,
    paused: open.filter((line) => line.paused).length,
    followUp: open.filter((line) => line.phase === "following-up").length,
    reopened: open.filter((line) => line.reopenCount > 0).length,
    people: [...people.values()].sort(
      (a, b) => sum(b) - sum(a) || a.who.name.localeCompare(b.who.name, "zh-CN"),
    ),
    categories: [...categories.values()].sort((a, b) => b.open - a.open),
  };
}

export const sum = ({ late, today, rest }: Share): number => late + today + rest;

/** 货损 · 洁丽雅有限公司: what a line is about. */
export function lineTitle(line: RegisterLine, r: Reader): string {
  const category = wordOf(complaintWords(r.locale).categories, line.category);
  const about = line.organisation || line.complainantName || line.waybillNo;
  return about ? `${category} · ${isolate(about)}` : category;
}
