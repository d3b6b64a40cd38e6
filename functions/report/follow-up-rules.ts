/**
 * The figures of a summary of follow-ups (回访总结报告, contracts/follow-ups.md "Reports"): of those planned for a month, or
 * of a campaign. What people wrote counts once it was reviewed. Pure. Shares of 1 have 4 decimals, averages 2; both are
 * null where there is nothing to count.
 */
import type { CaseFile, Header } from "../case/model.ts";
import { CATEGORIES, type Category } from "../complaint/model.ts";
import { isMissed } from "../follow-up/next-rules.ts";
import { recordOf } from "../follow-up/records.ts";
import { monthAfter } from "./complaint-rules.ts";

/** What a summary is about; the two are named alike in addresses. */
export type Scope = { period: string } | { campaign: string };

/** The name of a scope, of which there is one summary. */
export const scopeId = (scope: Scope): string => ("period" in scope ? scope.period : scope.campaign);

/** What the month before was, of which a summary of a month is compared with; a campaign stands alone. */
export const scopeBefore = (scope: Scope): { period: string } | null =>
  "period" in scope ? { period: monthAfter(scope.period, -1) } : null;

/** What was recorded, as far as summaries count it. */
export type Recorded = {
  satisfaction: number | null;
  issue: Category | null;
  verbatim: string;
  newNeeds: string;
};

/** What summaries know of a case. `record`: once it was reviewed; null before, and once erased by law. */
export type FollowUpRow = {
  caseId: string;
  state: "done" | "unreviewed" | "unreachable" | "missed" | "open";
  isLate: boolean;
  complaintId: string | null;
  record: Recorded | null;
};

/** Whether the words of a case count, so that it has to be read whole. */
export const isDone = ({ outcome }: Pick<Header, "outcome">): boolean => outcome === "recorded";

/** Where a case stands at an instant (epoch ms); null for one that was cancelled, and for other processes. */
export function stateOf(header: Header, at: number): FollowUpRow["state"] | null {
  if (header.followUp === undefined || header.outcome === "cancelled") return null;
  if (isDone(header)) return "done";
  if (header.outcome === "unreachable") return "unreachable";
  if (header.phase === "reviewing") return "unreviewed";
  return isMissed(header, at) ? "missed" : "open";
}

/** A case as it is counted. `file`: read whole where it is done. */
export function followUpRow(header: Header, file: CaseFile | null, at: number): FollowUpRow | null {
  const state = stateOf(header, at);
  if (state === null) return null;
  const { recordedAt = null, complaintId = null } = header.followUp ?? {};
  return {
    caseId: header.caseId,
    state,
    isLate: state === "done" && recordedAt !== null && recordedAt > header.dueAt,
    complaintId: state === "done" ? complaintId : null,
    record: file && state === "done" ? recorded(file) : null,
  };
}

function recorded(file: CaseFile): Recorded | null {
  const record = recordOf(file);
  if (!record) return null;
  const { satisfaction = null, issueFound, issueCategory, verbatim = "", newNeeds = "" } = record;
  return { satisfaction, issue: issueFound ? (issueCategory ?? null) : null, verbatim, newNeeds };
}

export type CategoryCount = { category: Category; count: number };
/** One of the issues that came up most, with what customers said of it. */
export type TopIssue = CategoryCount & { cases: { caseId: string; text: string }[] };

export type Counted = {
  planned: number;
  done: number;
  /** Of the done, after they were due. */
  late: number;
  missed: number;
  unreachable: number;
  unreviewed: number;
  coverageRate: number | null;
  avgSatisfaction: number | null;
};

export type Figures = Counted & {
  /** Share of what was planned, from the cadence policy. */
  target: number;
  issuesByCategory: CategoryCount[];
  topIssues: TopIssue[];
  demands: { caseId: string; text: string }[];
  newComplaints: string[];
  /** How the month before was; null for a campaign. */
  comparedWithPrevious: ({ period: string } & Counted) | null;
};

const TOP = 3;
/** What customers said of one issue, as much as one reads. */
const MOST_WORDS = 5;

const rounded = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

/** The counts of some cases. */
export function countsOf(rows: readonly FollowUpRow[]): Counted {
  const count = (state: FollowUpRow["state"]) => rows.filter((row) => row.state === state).length;
  const done = count("done");
  const marks = rows.flatMap((row) => row.record?.satisfaction ?? []);
  return {
    planned: rows.length,
    done,
    late: rows.filter((row) => row.isLate).length,
    missed: count("missed"),
    unreachable: count("unreachable"),
    unreviewed: count("unreviewed"),
    coverageRate: rows.length === 0 ? null : rounded(done / rows.length, 4),
    avgSatisfaction:
      marks.length === 0 ? null : rounded(marks.reduce((sum, mark) => sum + mark, 0) / marks.length, 2),
  };
}

/** The figures of a scope. `before`: of the month that it is compared with. Rows in the order of their case codes. */
export function figuresFor(
  rows: readonly FollowUpRow[],
  { target, before }: { target: number; before: Figures["comparedWithPrevious"] },
): Figures {
  const own = rows.toSorted((a, b) => (a.caseId < b.caseId ? -1 : 1));
  const issues = issuesOf(own);
  return {
    ...countsOf(own),
    target,
    issuesByCategory: issues,
    topIssues: issues.slice(0, TOP).map((issue) => ({
      ...issue,
      cases: own
        .flatMap(({ caseId, record }) =>
          record?.issue === issue.category && record.verbatim !== ""
            ? [{ caseId, text: record.verbatim }]
            : [],
        )
        .slice(0, MOST_WORDS),
    })),
    demands: own.flatMap(({ caseId, record }) =>
      record && record.newNeeds !== "" ? [{ caseId, text: record.newNeeds }] : [],
    ),
    newComplaints: own.flatMap(({ complaintId }) => complaintId ?? []),
    comparedWithPrevious: before,
  };
}

/** Most first; those that came up as often in the order of complaints. */
function issuesOf(rows: readonly FollowUpRow[]): CategoryCount[] {
  return CATEGORIES.map((category) => ({
    category,
    count: rows.filter((row) => row.record?.issue === category).length,
  }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

/** One figure as a line of CSV or XLSX: `name` says which category, case … it is about. */
export type Line = { section: string; name: string; measure: string; value: string | number | null };

export type Plan = { owner: string; dueOn: string; text: string };

/** Every figure and what people wrote, in the order of the summary. `nameOf` gives the name of a person. */
export function linesOf(
  of: Figures & { period: string | null; conclusions: string; actions: readonly Plan[] },
  id: string,
  nameOf: (staffId: string) => string,
): Line[] {
  const line = (section: string, name: string, measures: Record<string, string | number | null>): Line[] =>
    Object.entries(measures).map(([measure, value]) => ({ section, name, measure, value }));
  const counts = ({
    planned,
    done,
    late,
    missed,
    unreachable,
    unreviewed,
    coverageRate,
    avgSatisfaction,
  }: Counted) => ({
    planned,
    done,
    late,
    missed,
    unreachable,
    unreviewed,
    coverageRate,
    avgSatisfaction,
  });
  const before = of.comparedWithPrevious;
  return [
    ...line("total", id, { ...counts(of), target: of.target }),
    ...(before ? line("comparedWithPrevious", before.period, counts(before)) : []),
    ...of.issuesByCategory.flatMap(({ category, count }) => line("issuesByCategory", category, { count })),
    ...of.topIssues.flatMap(({ category, cases }) =>
      cases.flatMap(({ caseId, text }) => line("topIssues", category, { [caseId]: text })),
    ),
    ...of.demands.flatMap(({ caseId, text }) => line("demands", caseId, { text })),
    ...of.newComplaints.flatMap((caseId) => line("newComplaints", caseId, { count: 1 })),
    ...line("conclusions", id, { text: of.conclusions }),
    ...of.actions.flatMap(({ owner, dueOn, text }) => line("actions", nameOf(owner), { [dueOn]: text })),
  ];
}
