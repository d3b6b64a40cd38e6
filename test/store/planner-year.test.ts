/**
 * A year of the demo's customers, day by day: every follow-up that the policy asks for is there, on the first day after it
 * was due on which the planner ran, and once. The clock strikes twice, fails for days, and stands still on holidays.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  addDays,
  DEFAULT_CADENCE,
  intervalDays,
  workingDayFrom,
} from "../../functions/customer/cadence-rules.ts";
import { forgetCalendar } from "../../functions/directory/calendar.ts";
import { recordFollowUp } from "../../functions/follow-up/act.ts";
import { handler as plannerPage } from "../../functions/planner/page.ts";
import { handler as plannerStart } from "../../functions/planner/start.ts";
import { readResults } from "../../functions/planner/store.ts";
import { defaultCalendar as calendar, dayKind } from "../../functions/shared/calendar/index.ts";
import { CUSTOMERS } from "../../local/demo/data.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { callRecord, go, visitRecord } from "../support/follow-up.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

const FIRST = "2026-12-02";
const DAYS = 365;
/** Nothing ran on these days: in spring, and right after the National Day holiday. */
const OUTAGES = ["2027-03-02", "2027-03-03", "2027-03-04", "2027-10-06", "2027-10-07", "2027-10-08"];
const runsOn = (day: string): boolean => dayKind(calendar, day).working && !OUTAGES.includes(day);

/** On which days a customer of a tier is to be called on, by the policy alone, each time on the day it is planned for. */
function asked(tier: (typeof CUSTOMERS)[number]["tier"]): string[] {
  const days: string[] = [];
  const last = addDays(FIRST, DAYS - 1);
  for (let due = workingDayFrom(calendar, addDays(FIRST, 1)); due <= last; ) {
    let day = due;
    while (!runsOn(day)) day = addDays(day, 1);
    if (day > last) break;
    days.push(day);
    due = workingDayFrom(calendar, addDays(day, intervalDays(DEFAULT_CADENCE.tiers[tier])));
  }
  return days;
}

/** The planner strikes; on every fifth day of the month twice. */
async function morning(day: string): Promise<void> {
  vi.setSystemTime(Date.parse(`${day}T07:30:00+08:00`));
  forgetCalendar();
  const strikes = Number(day.slice(-2)) % 5 === 0 ? 2 : 1;
  for (let strike = 0; strike < strikes; strike += 1) {
    const { runId } = await plannerStart();
    if (runId !== null) await plannerPage({ v: 1, jobId: runId });
  }
}

/** Whoever got something records it, and says when the next one is. */
async function recordAll(day: string): Promise<void> {
  vi.setSystemTime(Date.parse(`${day}T10:00:00+08:00`));
  const { made } = await readResults(day);
  for (const { caseId, customerId, staffId } of made) {
    await go(caseId);
    const customer = CUSTOMERS.find((one) => one.customerId === customerId)!;
    const next = addDays(day, intervalDays(DEFAULT_CADENCE.tiers[customer.tier]));
    const record =
      customer.tier === "A"
        ? visitRecord({ nextVisitPlan: { dueOn: next } })
        : callRecord({ nextFollowUpOn: next });
    await recordFollowUp(person(staffId), caseId, record);
  }
}

test("every follow-up of a year is there, once", async () => {
  for (let at = 0; at < DAYS; at += 1) {
    const day = addDays(FIRST, at);
    if (OUTAGES.includes(day)) continue;
    await morning(day);
    if (dayKind(calendar, day).working) await recordAll(day);
  }
  let all = 0;
  for (const { customerId, tier } of CUSTOMERS) {
    const places = await tables.items("Cases", `PLANNED#OF#${customerId}`);
    const days = places.map((one) => String(one.sk).slice(0, 10));
    // The first day is the one on which the customers are entered: nobody is due on it.
    expect([customerId, ...days.toSorted()]).toEqual([customerId, ...asked(tier)]);
    all += days.length;
  }
  // Two customers every fortnight, one a month, one a quarter, two a year.
  expect(all).toBeGreaterThan(60);
}, 600_000);
