/** What a follow-up waits for, what a record does to its customer, and when anybody is told. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../functions/complaint/model.ts";
import { DEFAULT_CADENCE } from "../../../functions/customer/cadence-rules.ts";
import type { Customer } from "../../../functions/customer/model.ts";
import { newCustomer, unsuppressed } from "../../../functions/customer/record-rules.ts";
import { dayBefore, unticked } from "../../../functions/follow-up/appointment-rules.ts";
import { CHECKLIST, type StepKind } from "../../../functions/follow-up/model.ts";
import { isMissed, missedAtOf, standing } from "../../../functions/follow-up/next-rules.ts";
import {
  afterGivingUp,
  afterRecord,
  afterShift,
  dueAtOf,
  reachedAt,
  visitedAt,
} from "../../../functions/follow-up/record-rules.ts";
import { readCallRecord, readVisitRecord } from "../../../functions/follow-up/schema.ts";
import { overdueTimers } from "../../../functions/follow-up/timers.ts";
import { dayKind, defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { shanghaiDate, stamp, toApi } from "../../../functions/shared/clock.ts";
import { Refusal } from "../../../functions/shared/errors.ts";
import { callRecord, visitRecord } from "../../support/follow-up.ts";
import { WEDNESDAY } from "../../support/reception.ts";

const DAY = 86_400_000;
const CASE = "HF-2026-000001";

const customer = (change: Partial<Customer> = {}): Customer => ({
  ...newCustomer(
    "C0001",
    {
      name: "洁丽雅有限公司",
      aliases: [],
      tier: "A",
      creditGrade: "A",
      address: null,
      companyType: null,
      owner: "zhangyun",
      contacts: [
        unsuppressed({
          name: "陈辰",
          phone: "+8613900000000",
          email: null,
          language: "zh-CN",
          channel: "phone",
          consent: { email: true, sms: true },
        }),
      ],
      nextDueOn: "2026-12-03",
    },
    { calendar: defaultCalendar, policy: DEFAULT_CADENCE, at: WEDNESDAY, by: null },
  ),
  ...change,
});

const step = (
  kind: StepKind | "appointment",
  status: "open" | "done" | "void",
  outcome: string | null = null,
) => ({
  stepId: `${kind}-${status}`,
  kind,
  status,
  outcome,
});

describe("what comes next", () => {
  test.each([
    [[], { need: "open", kind: "follow-up" }],
    [[step("follow-up", "open")], { need: "wait", stepId: "follow-up-open" }],
    [[step("follow-up", "done", "done")], { need: "open", kind: "review" }],
    [[step("follow-up", "done", "unreachable")], { need: "open", kind: "new-contact" }],
    [
      [step("follow-up", "done", "unreachable"), step("new-contact", "done", "done")],
      { need: "open", kind: "follow-up" },
    ],
    [
      [step("follow-up", "done", "done"), step("review", "done", "returned")],
      { need: "open", kind: "follow-up" },
    ],
    // What stands beside the workflow, and what was voided, decides nothing.
    [[step("follow-up", "done", "done"), step("appointment", "open")], { need: "open", kind: "review" }],
    [[step("follow-up", "void")], { need: "open", kind: "follow-up" }],
  ])("%j", (steps, expected) => {
    expect(standing({ status: "open", steps })).toEqual(expected);
  });

  test("a closed case waits for nobody, whatever its steps; an open one always waits for exactly one", () => {
    const any = fc.array(
      fc.record({
        stepId: fc.uuid(),
        kind: fc.constantFrom("follow-up", "new-contact", "review", "appointment"),
        status: fc.constantFrom("open" as const, "done" as const, "void" as const),
        outcome: fc.constantFrom(null, "done", "returned", "unreachable"),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(any, (steps) => {
        expect(standing({ status: "closed", steps })).toEqual({ need: "nothing" });
        const open = steps.find((one) => one.status === "open" && one.kind !== "appointment");
        const stands = standing({ status: "open", steps });
        if (open) expect(stands).toEqual({ need: "wait", stepId: open.stepId });
        else expect(stands.need).toBe("open");
      }),
    );
  });
});

describe("missed", () => {
  test("is what is due and still wanted, and stays known afterwards", () => {
    const dueAt = stamp(WEDNESDAY);
    const followUp = { missedAt: null };
    expect(isMissed({ phase: "planned", dueAt }, WEDNESDAY - 1)).toBe(false);
    expect(isMissed({ phase: "planned", dueAt }, WEDNESDAY)).toBe(true);
    expect(isMissed({ phase: "confirmed", dueAt }, WEDNESDAY)).toBe(true);
    for (const phase of ["reviewing", "closed"])
      expect(isMissed({ phase, dueAt }, WEDNESDAY + DAY)).toBe(false);
    expect(missedAtOf({ phase: "planned", dueAt, followUp }, WEDNESDAY - 1)).toBeNull();
    expect(missedAtOf({ phase: "planned", dueAt, followUp }, WEDNESDAY + DAY)).toBe(dueAt);
    expect(missedAtOf({ phase: "closed", dueAt, followUp: { missedAt: dueAt } }, WEDNESDAY)).toBe(dueAt);
  });

  test("climbs in working time, over weekend and holiday", () => {
    const timers = (dueAt: string) =>
      overdueTimers({ caseId: CASE, dueAt: stamp(Date.parse(dueAt)) }, defaultCalendar).map((one) =>
        toApi(one.dueAt),
      );
    expect(timers("2026-12-02T18:00:00+08:00")).toEqual([
      "2026-12-02T18:00:00+08:00",
      "2026-12-03T18:00:00+08:00",
      "2026-12-04T18:00:00+08:00",
    ]);
    // National Day: the 8th is the first working day after it.
    expect(timers("2026-09-30T18:00:00+08:00").map((one) => one.slice(0, 10))).toEqual([
      "2026-09-30",
      "2026-10-08",
      "2026-10-09",
    ]);
  });
});

describe("what a record does to its customer", () => {
  const days = fc.integer({ min: 1, max: 700 }).map((n) => shanghaiDate(WEDNESDAY + n * DAY));

  test("the next day is a working one, never before the one that was named, at most a holiday later", () => {
    fc.assert(
      fc.property(days, (on) => {
        const at = stamp(WEDNESDAY);
        const { nextDueOn, noNextReason } = afterRecord(
          customer(),
          { at, caseId: CASE, next: { on } },
          defaultCalendar,
        );
        expect(dayKind(defaultCalendar, nextDueOn!).working).toBe(true);
        expect(nextDueOn! >= on).toBe(true);
        expect(Date.parse(nextDueOn!) - Date.parse(on)).toBeLessThanOrEqual(10 * DAY);
        expect(noNextReason).toBeNull();
      }),
    );
  });

  test("a contact never moves back in time", () => {
    const instants = fc.integer({ min: 0, max: 900 }).map((n) => stamp(WEDNESDAY - n * 3_600_000));
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1, maxLength: 6 }), (times) => {
        const after = times.reduce(
          (known, at, index) =>
            afterRecord(
              known,
              { at, caseId: `HF-2026-00000${index}`, next: { none: "停业" } },
              defaultCalendar,
            ),
          customer(),
        );
        const last = [...times].sort().at(-1)!;
        expect(after.lastContactAt).toBe(last);
        expect(after.lastContactSource?.caseId).toBe(`HF-2026-00000${times.indexOf(last)}`);
        expect(after).toMatchObject({ nextDueOn: null, noNextReason: "停业" });
      }),
    );
  });

  test("giving up counts from today by tier; contacts stay as they were", () => {
    const known = customer({ lastContactAt: stamp(WEDNESDAY - 30 * DAY) });
    const after = afterGivingUp(known, DEFAULT_CADENCE, defaultCalendar, WEDNESDAY);
    // Fifteen days later.
    expect(after).toMatchObject({ nextDueOn: "2026-12-17", lastContactAt: known.lastContactAt });
  });

  test("the series moves by as many days as the appointment", () => {
    const shift = (from: string, to: string) =>
      afterShift(customer(), { from, to }, defaultCalendar)?.nextDueOn;
    expect(shift("2026-12-04", "2026-12-11")).toBe("2026-12-10");
    expect(shift("2026-12-04", "2026-12-04")).toBeUndefined();
    expect(
      afterShift(customer({ nextDueOn: null }), { from: "2026-12-04", to: "2026-12-11" }, defaultCalendar),
    ).toBeNull();
  });

  test("the last time that somebody was reached counts; a visit counts on its day", () => {
    const at = (hour: number, result: Attempt["result"]): Attempt => ({
      at: toApi(WEDNESDAY + hour * 3_600_000),
      channel: "phone",
      result,
      note: "",
    });
    expect(reachedAt([at(1, "reached"), at(3, "no_answer"), at(2, "reached")])).toBe(
      stamp(WEDNESDAY + 2 * 3_600_000),
    );
    expect(reachedAt([at(1, "refused")])).toBeNull();
    expect(visitedAt("2026-12-02", WEDNESDAY)).toBe(stamp(WEDNESDAY));
    expect(toApi(visitedAt("2026-12-01", WEDNESDAY))).toBe("2026-12-01T18:00:00+08:00");
  });
});

describe("times", () => {
  test("the window counts working days, the planned one first", () => {
    const due = (day: string, window: number) => toApi(dueAtOf(defaultCalendar, day, window));
    expect(due("2026-12-02", 1)).toBe("2026-12-02T18:00:00+08:00");
    expect(due("2026-12-02", 3)).toBe("2026-12-04T18:00:00+08:00");
    expect(due("2026-12-03", 3)).toBe("2026-12-07T18:00:00+08:00");
    expect(due("2026-12-05", 1)).toBe("2026-12-07T18:00:00+08:00");
  });

  test("the reminder stands on a working day before the appointment, with nothing but days off between", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 * 24 }), (hours) => {
        const at = WEDNESDAY + hours * 3_600_000;
        const remind = dayBefore(defaultCalendar, at);
        expect(toApi(remind).slice(11)).toBe("09:00:00+08:00");
        expect(shanghaiDate(remind) < shanghaiDate(at)).toBe(true);
        expect(dayKind(defaultCalendar, shanghaiDate(remind)).working).toBe(true);
        for (let day = Date.parse(shanghaiDate(remind)) + DAY; day < Date.parse(shanghaiDate(at)); day += DAY)
          expect(dayKind(defaultCalendar, new Date(day).toISOString().slice(0, 10)).working).toBe(false);
      }),
    );
  });

  test("only what is not ticked is listed, in its order", () => {
    expect(unticked({ checklist: {} })).toEqual([...CHECKLIST]);
    expect(unticked({ checklist: { plan: stamp(WEDNESDAY), contingency: stamp(WEDNESDAY) } })).toEqual([
      "goal",
      "time",
      "materials",
      "figures",
    ]);
  });
});

describe("whatever is sent as a record", () => {
  const TIMES = { openedAt: WEDNESDAY - 3_600_000, now: WEDNESDAY };

  test("is read, or refused field by field; it never breaks", () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...Object.keys(callRecord())), fc.jsonValue()),
    );
    fc.assert(
      fc.property(json, (input) => {
        for (const read of [() => readCallRecord(input, [], TIMES), () => readVisitRecord(input, TIMES)]) {
          try {
            read();
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            expect(error.status).toBe(400);
            for (const { path } of error.fields) expect(path.startsWith("data")).toBe(true);
          }
        }
      }),
    );
  });

  test("the examples of the contract are whole", () => {
    const attempts = [{ at: toApi(WEDNESDAY), channel: "phone", result: "reached", note: "" }];
    expect(readCallRecord(callRecord({ attempts }), [], TIMES)).toMatchObject({ satisfaction: 4 });
    const visit = visitRecord({ visitDate: "2026-12-02", filledAt: toApi(WEDNESDAY) });
    expect(readVisitRecord(visit, TIMES)).toMatchObject({ nextVisitPlan: { dueOn: "2027-01-06" } });
  });
});
