/** A settlement of the plan's own example, and what its detectors know. */
import type { Known } from "../../functions/reception/settlement-findings.ts";
import type { Settlement } from "../../functions/reception/settlement-schema.ts";

type Line = Settlement["lines"][number];

/** One dinner for three at the contracted hotel, ¥300; 3 × ¥150 is the cap of level C. */
export const meal = (change: Partial<Line> = {}): Line => ({
  item: "meal",
  amount: 30_000,
  on: "2026-12-07",
  place: "金叶餐厅",
  people: 3,
  ...change,
});

export const invoice = (no: string, change: Partial<Settlement["invoices"][number]> = {}) => ({
  no,
  amount: 30_000,
  issuedOn: "2026-12-07",
  seller: "金叶餐厅",
  ...change,
});

export const settlement = (change: Partial<Settlement> = {}): Settlement => ({
  guestsTotal: 2,
  companionsTotal: 1,
  place: "金叶",
  purpose: "参观与洽谈",
  guestRelation: "客户",
  personalShare: 0,
  lines: [meal()],
  invoices: [],
  ...change,
});

export const known = (change: Partial<Known> = {}): Known => ({
  people: 3,
  perHeadCap: 15_000,
  hasList: true,
  invoices: new Map(),
  meals: new Map(),
  ...change,
});
