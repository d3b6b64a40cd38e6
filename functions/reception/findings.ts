/**
 * Detectors for a request (contracts/budget.md §5): they explain and never block. Pure; evidence as the texts of
 * shared/i18n/sections/findings.ts expect it.
 */
import type { Evidence, Finding, FindingKind } from "../case/model.ts";
import type { StandardsView } from "../case/view.ts";
import type { Visit } from "../customer/store.ts";
import type { Actor, Role } from "../directory/model.ts";
import type { Bucket } from "../ledger/rules.ts";
import { stamp, toApi } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { guestsTotal, type HOST_LEADERS, type Reception } from "./schema.ts";
import type { Standards } from "./standards.ts";

/** A request and everything that it is judged beside. */
export type Judged = {
  content: Reception;
  requester: Pick<Actor, "roles">;
  /** When this content is handed in, epoch ms. */
  at: number;
  table: Standards;
  standards: StandardsView;
  /** What the request draws from; `available` without what it holds itself already. */
  buckets: Bucket[];
  /** Other receptions of the same guest around this one. */
  visits: Visit[];
  /** The requester's receptions that are overdue for settlement. */
  unsettled: string[];
};

const DAY = 86_400_000;

type Leader = (typeof HOST_LEADERS)[number];
const LEADER_RANK: Record<Leader, number> = { gm: 4, deputy_gm: 3, marketing_mgr: 2, dept_mgr: 2, named: 0 };
const ROLE_RANK: Partial<Record<Role, number>> = { general_manager: 4, dept_manager: 2, service_manager: 2 };
/** The stage that signs for a post. */
const LEADER_STAGE: Record<Leader, string> = {
  gm: "general_manager",
  deputy_gm: "general_manager",
  marketing_mgr: "dept_manager",
  dept_mgr: "dept_manager",
  named: "",
};

/** Who comes along in a higher post than the requester's. */
export function higherLeaders(content: Reception, requester: Pick<Actor, "roles">): Leader[] {
  const own = Math.max(...requester.roles.map((role) => ROLE_RANK[role] ?? 1));
  return (content.hostLeaders ?? []).filter((leader) => LEADER_RANK[leader] > own);
}

/** The stages of those posts (rule `attendee`), each once. */
export const attendeeStages = (leaders: Leader[]): string[] => [
  ...new Set(leaders.map((leader) => LEADER_STAGE[leader])),
];

/** Whether the guests had come before the request was handed in. */
export const isRetroactive = ({ arriveAt }: Pick<Reception, "arriveAt">, at: number): boolean =>
  Date.parse(arriveAt) < at;

/** Buckets under soft control that do not suffice; where a hard one does not, the request is refused anyway. */
export const shortBuckets = (buckets: Bucket[], amount: number): Bucket[] =>
  buckets.filter((bucket) => bucket.control === "soft" && bucket.available < amount);

/**
 * Which visit of the same guest this one is within `withinDays`, and the others that make it so: the fullest span of
 * that many days that holds this visit. One that was asked for later may still come earlier.
 */
export function visitNumber(
  visits: Visit[],
  arrivalDate: string,
  withinDays: number,
): { n: number; others: Visit[] } {
  const day = (one: string) => Date.parse(one) / DAY;
  const own = day(arrivalDate);
  const inOrder = visits.toSorted(
    (a, b) => a.visitOn.localeCompare(b.visitOn) || a.caseId.localeCompare(b.caseId),
  );
  const days = inOrder.map((visit) => day(visit.visitOn));
  const starts = [...days.filter((start) => start <= own && own <= start + withinDays), own];
  let [from, to] = [0, 0];
  let others: Visit[] = [];
  for (const start of starts) {
    // Starts ascend, so both ends only move on: time grows with the visits, not with their square.
    while (from < days.length && days[from]! < start) from += 1;
    while (to < days.length && days[to]! <= start + withinDays) to += 1;
    if (to - from >= others.length) others = inOrder.slice(from, to);
  }
  return { n: others.length + 1, others };
}

/** Visits that a finding names: what it is kept in does not grow with those of a guest who comes every day. */
const MOST_NAMED = 20;

type Detector = (of: Judged) => Evidence[] | null;

const DETECTORS: [FindingKind, Detector][] = [
  [
    "retroactive",
    ({ content, at, table }) => {
      if (!isRetroactive(content, at)) return null;
      const deadline = Date.parse(content.arriveAt) + elapsedMs(table.retroactiveWithin);
      return [
        { path: "arriveAt", value: toApi(content.arriveAt) },
        { path: "submittedAt", value: toApi(at) },
        { path: "deadline", value: toApi(deadline) },
        { path: "late", value: at > deadline },
      ];
    },
  ],
  [
    "over_standard",
    ({ content, standards }) =>
      content.budgetAmount > standards.amount
        ? [{ path: "budgetAmount", value: content.budgetAmount, limit: standards.amount }]
        : null,
  ],
  [
    "over_cap",
    ({ content, table }) =>
      content.budgetAmount > table.cap
        ? [{ path: "budgetAmount", value: content.budgetAmount, limit: table.cap }]
        : null,
  ],
  [
    "over_budget",
    ({ content, buckets }) =>
      shortBuckets(buckets, content.budgetAmount).map((bucket) => ({
        path: `${bucket.department}/${bucket.period}`,
        value: content.budgetAmount,
        limit: bucket.available,
      })),
  ],
  [
    "companions_over_ratio",
    ({ content, standards: { companionsMax } }) =>
      companionsMax !== null && content.companions.length > companionsMax
        ? [
            { path: "companions", value: content.companions.length, limit: companionsMax },
            { path: "guestsTotal", value: guestsTotal(content) },
          ]
        : null,
  ],
  [
    "claimant_below_attendee",
    ({ content, requester }) =>
      higherLeaders(content, requester).map((leader) => ({ path: "hostLeaders", value: leader })),
  ],
  [
    "same_guest_too_often",
    ({ content, visits, table: { sameGuest } }) => {
      const { n, others } = visitNumber(visits, content.arrivalDate, sameGuest.withinDays);
      if (n <= sameGuest.times) return null;
      return [
        { path: "visitingOrg", value: n, limit: sameGuest.times },
        { path: "withinDays", value: sameGuest.withinDays },
        ...others.slice(-MOST_NAMED).map((visit) => ({ caseId: visit.caseId, value: visit.visitOn })),
      ];
    },
  ],
  ["unsettled", ({ unsettled }) => unsettled.map((caseId) => ({ caseId, value: true }))],
];

/** What the detectors find in a request, in the order of the contract. */
export const requestFindings = (of: Judged): Finding[] =>
  DETECTORS.flatMap(([kind, detect]) => {
    const evidence = detect(of) ?? [];
    return evidence.length === 0 ? [] : [{ kind, evidence, at: stamp(of.at) }];
  });
