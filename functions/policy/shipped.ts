/**
 * Version 1 of every policy that a process cannot begin without: the figures of the contracts. It holds wherever the table
 * keeps no version 1 of its own, so that a new installation needs no setup and an old one no migration. Cases pin it like
 * any other version, so it never changes: other figures are published as version 2 (docs/decisions/0018).
 */
import type { ApprovalPolicy } from "../approval/model.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import { DEFAULT_CADENCE } from "../customer/cadence-rules.ts";
import type { Standards } from "../reception/standards.ts";

/** What every chain has in common. */
const CHAIN: Omit<ApprovalPolicy, "stages"> = {
  undoSeconds: 120,
  stepUpAbove: 500_000,
  batchUpTo: 0,
  onEdit: "first",
  nudgeEvery: "PT4H",
  reserveFor: "P30D",
  tolerancePercent: 5,
  blockUnsettledAfter: "P10D",
  administrator: { role: "service_manager" },
  climbOn: {},
};

/** contracts/approvals.md §3 and §8: who signs a reception. */
export const RECEPTION_POLICY: ApprovalPolicy = {
  ...CHAIN,
  climbOn: { over_budget: "next", retroactive: "next", over_standard: "general_manager" },
  stages: [
    {
      stage: "dept_manager",
      when: {},
      signers: { relation: "requester_manager" },
      mode: "single",
      due: "PT8H",
      limit: 100_000,
    },
    {
      stage: "general_manager",
      when: { amountAbove: 100_000 },
      signers: { role: "general_manager" },
      mode: "single",
      due: "PT8H",
      limit: 500_000,
    },
    {
      stage: "finance",
      when: { amountAbove: 500_000 },
      signers: { role: "finance" },
      mode: "any-sign",
      due: "PT8H",
    },
  ],
};

/** contracts/budget.md §1: a top-up or transfer is signed by the general manager, whatever the amount. */
export const BUDGET_CHANGE_POLICY: ApprovalPolicy = {
  ...CHAIN,
  stages: [
    {
      stage: "general_manager",
      when: {},
      signers: { role: "general_manager" },
      mode: "single",
      due: "PT8H",
    },
  ],
};

/** contracts/budget.md §3. */
export const STANDARDS_POLICY: Standards = {
  mealPerHead: { A: 15_000, B: 13_000, C: 10_000 },
  mealsPerDay: 2,
  hotelPerRoomNight: {
    A: { "1": 80_000, "2": 65_000, "3": 50_000 },
    B: { "1": 55_000, "2": 45_000, "3": 38_000 },
    C: { "1": 36_000, "2": 30_000, "3": 25_000 },
  },
  giftPerGuest: { A: 30_000, B: 10_000, C: 0 },
  allowancePerPersonDay: 30_000,
  perHeadCap: { A: 45_000, B: 30_000, C: 15_000 },
  cap: 500_000,
  companions: { upTo: 10, max: 3, above: [1, 3], enabled: true },
  sameGuest: { times: 3, withinDays: 30 },
  retroactiveWithin: "P2D",
  hotels: [{ name: "金叶", star: 3, cityClass: 2, contracted: true }],
};

/** contracts/complaints.md. */
export const COMPLAINT_POLICY: ComplaintPolicy = {
  matrix: {
    critical: { high: "P1", medium: "P1", low: "P2" },
    major: { high: "P2", medium: "P3", low: "P3" },
    minor: { high: "P3", medium: "P4", low: "P4" },
  },
  defaults: { severity: "major", urgency: "medium", department: "customer_service" },
  publicCap: "P2",
  safety: "P1",
  clocks: {
    P1: { acknowledge: 15, respond: 60, resolve: 480 },
    P2: { acknowledge: 30, respond: 120, resolve: 960 },
    P3: { acknowledge: 60, respond: 240, resolve: 1440 },
    P4: { acknowledge: 120, respond: 480, resolve: 2400 },
  },
  ladder: [
    { share: 75, act: "warn", tell: "handler" },
    { share: 100, act: "breach", tell: "handler" },
    { share: 125, act: "climb", tell: "aftersales_lead", level: 1 },
    { share: 150, act: "climb", tell: "service_manager", level: 2 },
    { share: 175, act: "climb", tell: "general_manager", level: 3 },
  ],
  untouchedShare: 50,
  levels: { 1: "aftersales_lead", 2: "service_manager", 3: "general_manager" },
  due: {
    assign: 60,
    exchange: 2400,
    "customer-confirm": 1440,
    "follow-up": 960,
    "manager-decision": 960,
    claim: 2400,
  },
  handlerLimit: 50_000,
  maxReopenings: 2,
  reopenWithinDays: 15,
  duplicateDays: 14,
  followUp: { satisfiedFrom: 4, failedContacts: 3, failedDates: 2, split: "13:00" },
  replanFloor: 240,
  nudgeEvery: "PT4H",
  limits: {
    perPhoneAndHour: 5,
    perSourceAndHour: 30,
    guessesPerSource: { times: 20, within: "PT10M" },
    guessesPerCode: { times: 10, within: "PT1H" },
    statusCookie: "PT30M",
  },
  attachments: { count: 10, bytes: 10_485_760 },
  retainYears: 5,
  // Stages as for receptions.
  compensation: { ...CHAIN, stages: RECEPTION_POLICY.stages },
  notice: {
    ...CHAIN,
    stages: [
      {
        stage: "notice",
        when: {},
        signers: { role: "service_manager" },
        mode: "single",
        due: "PT8H",
      },
    ],
  },
};

const SHIPPED = new Map<string, unknown>([
  ["reception", RECEPTION_POLICY],
  ["budget-change", BUDGET_CHANGE_POLICY],
  ["standards", STANDARDS_POLICY],
  ["complaint", COMPLAINT_POLICY],
  ["cadence", DEFAULT_CADENCE],
]);

/** The document of a version that is shipped; undefined for any other. */
export const shippedPolicy = (policyId: string, version: number): unknown =>
  version === 1 ? SHIPPED.get(policyId) : undefined;
