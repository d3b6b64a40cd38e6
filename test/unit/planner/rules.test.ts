/** Who is due, until when, in which way, and who gets it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Staff } from "../../../functions/complaint/assign-rules.ts";
import { addDays, DEFAULT_CADENCE, workingDayFrom } from "../../../functions/customer/cadence-rules.ts";
import { TIERS } from "../../../functions/customer/model.ts";
import type { Absence, Person } from "../../../functions/directory/model.ts";
import {
  dueAt,
  dueUntil,
  isWorkingDay,
  modeOf,
  ownerChoice,
  shareOut,
  skipReason,
} from "../../../functions/planner/rules.ts";
import { defaultCalendar as calendar, dayKind } from "../../../functions/shared/calendar/index.ts";
import { toApi } from "../../../functions/shared/clock.ts";
import { PEOPLE } from "../../../local/demo/data.ts";

const policy = DEFAULT_CADENCE;
const DAY = "2026-12-07";
const AT = Date.parse("2026-12-07T07:30:00+08:00");
const anyDay = fc.integer({ min: 0, max: 1200 }).map((n) => addDays("2026-01-01", n));

describe("a day", () => {
  test("off stands for the next on which somebody works: who is due on it is due then", () => {
    // National Day: 1 to 7 October 2026 are off, Saturday the 10th is worked.
    expect(dueUntil(calendar, "2026-09-30")).toBe("2026-09-30");
    expect(dueUntil(calendar, "2026-10-03")).toBe("2026-09-30");
    expect(dueUntil(calendar, "2026-10-08")).toBe("2026-10-08");
    expect(isWorkingDay(calendar, "2026-10-10")).toBe(true);
  });

  test("after a holiday picks up all that came due in it, and nothing is due twice over", () => {
    fc.assert(
      fc.property(anyDay, anyDay, (day, due) => {
        const isDue = due <= dueUntil(calendar, day);
        expect(isDue).toBe(workingDayFrom(calendar, due) <= day);
      }),
    );
  });
});

describe("the window", () => {
  const known = {
    tier: "A" as const,
    lastContactAt: "2026-06-25T03:00:00.000Z",
    createdAt: "2026-06-01T03:00:00.000Z",
  };
  const fresh = { tier: "C" as const, lastContactAt: null, createdAt: "2026-09-25T03:00:00.000Z" };
  const dayOf = (customer: Parameters<typeof dueAt>[2], plannedOn: string) =>
    toApi(dueAt(calendar, policy, customer, plannedOn));

  test("ends at six on the last of its working days, where today is the first", () => {
    expect(dayOf({ ...known, nextDueOn: DAY }, DAY)).toBe("2026-12-09T18:00:00+08:00");
    expect(dayOf({ ...known, nextDueOn: DAY }, "2026-12-10")).toBe("2026-12-14T18:00:00+08:00");
    expect(dayOf({ ...known, nextDueOn: DAY }, "2026-09-29")).toBe("2026-10-08T18:00:00+08:00");
  });

  test("of somebody new is over after a week, should a holiday make it longer", () => {
    // Entered on Friday 25 September: planned for the 28th, five working days end on 9 October, the week on 30 September.
    expect(dayOf({ ...fresh, nextDueOn: "2026-09-28" }, "2026-09-28")).toBe("2026-09-30T18:00:00+08:00");
    // A day that somebody chose for him is no first contact of the rule.
    expect(dayOf({ ...fresh, nextDueOn: "2026-09-29" }, "2026-09-29")).toBe("2026-10-10T18:00:00+08:00");
    // After an outage the week is over: he gets the window.
    expect(dayOf({ ...fresh, nextDueOn: "2026-09-28" }, "2026-10-08")).toBe("2026-10-13T18:00:00+08:00");
    expect(dayOf({ ...known, tier: "C", nextDueOn: "2026-09-28" }, "2026-09-28")).toBe(
      "2026-10-09T18:00:00+08:00",
    );
  });

  test("holds as many working days as the policy says, and never ends before it begins", () => {
    fc.assert(
      fc.property(anyDay, anyDay, fc.constantFrom(...TIERS), fc.boolean(), (created, any, tier, isNew) => {
        const plannedOn = workingDayFrom(calendar, any);
        const lastContactAt = isNew ? null : known.lastContactAt;
        const customer = { tier, lastContactAt, createdAt: `${created}T03:00:00.000Z`, nextDueOn: any };
        const end = dayOf(customer, plannedOn);
        expect(end).toMatch(/T18:00:00\+08:00$/);
        let days = 0;
        for (let at = plannedOn; at <= end.slice(0, 10); at = addDays(at, 1))
          if (dayKind(calendar, at).working) days += 1;
        const { window } = policy.tiers[tier];
        expect(days).toBeGreaterThanOrEqual(1);
        expect(days).toBeLessThanOrEqual(window);
        if (!isNew) expect(days).toBe(window);
        expect(dayKind(calendar, end.slice(0, 10)).working).toBe(true);
      }),
    );
  });
});

test("a customer is visited where his tier says so, else called", () => {
  expect(["onsite", "phone", "email", "sms"].map((one) => modeOf(one as "phone"))).toEqual([
    "visit",
    "call",
    "call",
    "call",
  ]);
});

test("who refuses the channel, or was spoken to too often, is passed over", () => {
  const customer = (email: boolean) => ({
    contacts: [
      {
        name: "何佳",
        phone: "13920000004",
        email: "h@customer.example",
        language: "zh-CN" as const,
        channel: "phone" as const,
        consent: { email: !email, sms: true },
        suppressed: { email, sms: false },
      },
    ],
  });
  const ago = (days: number) => new Date(AT - days * 86_400_000).toISOString();
  const often = { policy, at: AT, contacts: [ago(1), ago(2), ago(3)] };
  expect(skipReason(customer(true), "email", { ...often, contacts: [] })).toBe("opted-out");
  expect(skipReason(customer(true), "phone", { ...often, contacts: [] })).toBeNull();
  expect(skipReason(customer(false), "phone", often)).toBe("fatigue");
});

// ---- who gets it

const staffOf = (change: Partial<Staff> = {}): Staff => ({
  people: PEOPLE,
  absences: [],
  day: DAY,
  loads: {},
  lastAssigned: {},
  ...change,
});
const away = (staffId: string, from = DAY, to = DAY): Absence => ({
  absenceId: staffId,
  staffId,
  from,
  to,
  reason: "年假",
  createdBy: staffId,
  createdAt: "2026-12-01T00:00:00.000Z",
});
const wait = (n: number, owner: string | null = null) => ({
  key: `cadence#C${n}#${DAY}`,
  mode: "call" as const,
  owner,
});

describe("the owner", () => {
  test("gets it while he is there", () => {
    expect(ownerChoice({ owner: "zhangyun" }, "visit", staffOf({ loads: { zhangyun: 9 } }))).toEqual({
      staffId: "zhangyun",
      reason: {
        rule: "owner",
        candidates: [{ staffId: "zhangyun", skilled: true, present: true, load: 9 }],
      },
    });
  });

  test("does not while he is away, has left, or there is none", () => {
    expect(ownerChoice({ owner: "zhangyun" }, "call", staffOf({ absences: [away("zhangyun")] }))).toBeNull();
    const later = away("zhangyun", "2026-12-08", "2026-12-09");
    expect(ownerChoice({ owner: "zhangyun" }, "call", staffOf({ absences: [later] }))).not.toBeNull();
    const left = PEOPLE.map((one) => (one.staffId === "zhangyun" ? { ...one, active: false } : one));
    expect(ownerChoice({ owner: "zhangyun" }, "call", staffOf({ people: left }))).toBeNull();
    expect(ownerChoice({ owner: null }, "call", staffOf())).toBeNull();
    expect(ownerChoice({ owner: "nobody" }, "call", staffOf())).toBeNull();
  });
});

describe("sharing out", () => {
  test("names the rule, who was weighed, and whose absence it was", () => {
    const staff = staffOf({ absences: [away("zhangyun")], loads: { zengqun: 2, tangli: 1 } });
    const { choices, staff: after } = shareOut([wait(1, "zhangyun")], staff, AT);
    expect(choices[0]).toMatchObject({
      staffId: "tangli",
      reason: { rule: "least_load", instead: "zhangyun" },
    });
    expect(choices[0]?.reason.candidates).toContainEqual({
      staffId: "zhangyun",
      skilled: true,
      present: false,
      load: 0,
    });
    expect(after.loads).toEqual({ zengqun: 2, tangli: 2 });
  });

  test("goes to who has waited longest among those with as little to do", () => {
    const lastAssigned = { zhangyun: "2026-12-04T01:00:00.000Z", zengqun: "2026-12-03T01:00:00.000Z" };
    const { choices } = shareOut([wait(1), wait(2), wait(3)], staffOf({ lastAssigned }), AT);
    expect(choices.map((one) => one?.staffId)).toEqual(["tangli", "zengqun", "zhangyun"]);
  });

  test("finds nobody where nobody is there with the skill, and never a lead", () => {
    const all = ["zhangyun", "zengqun", "tangli"].map((one) => away(one));
    expect(shareOut([wait(1)], staffOf({ absences: all }), AT).choices).toEqual([null]);
    const unskilled = PEOPLE.map((one) => ({
      ...one,
      skills: one.roles.includes("agent") ? ["visit"] : ["call"],
    }));
    expect(shareOut([wait(1)], staffOf({ people: unskilled }), AT).choices).toEqual([null]);
  });

  const agents = fc.uniqueArray(
    fc.record({
      staffId: fc.stringMatching(/^[a-z]{3,8}$/),
      load: fc.integer({ min: 0, max: 12 }),
      away: fc.boolean(),
      skilled: fc.boolean(),
    }),
    { selector: (one) => one.staffId, maxLength: 6 },
  );

  test("levels what everybody has to do, and gives to nobody who is away or cannot do it", () => {
    fc.assert(
      fc.property(agents, fc.integer({ min: 0, max: 40 }), (made, count) => {
        const people = made.map(
          ({ staffId, skilled }): Person => ({
            ...PEOPLE.find((one) => one.role === "agent")!,
            staffId,
            skills: skilled ? ["call"] : ["visit"],
          }),
        );
        const staff = staffOf({
          people,
          absences: made.filter((one) => one.away).map((one) => away(one.staffId)),
          loads: Object.fromEntries(made.map((one) => [one.staffId, one.load])),
        });
        const { choices, staff: after } = shareOut(
          Array.from({ length: count }, (_, n) => wait(n)),
          staff,
          AT,
        );
        const fit = made.filter((one) => one.skilled && !one.away);
        const got = (staffId: string) => choices.filter((one) => one?.staffId === staffId).length;
        if (fit.length === 0) {
          expect(choices.every((one) => one === null)).toBe(true);
          return;
        }
        expect(choices.every((one) => fit.some(({ staffId }) => staffId === one?.staffId))).toBe(true);
        for (const one of made) expect(after.loads[one.staffId]).toBe(one.load + got(one.staffId));
        // Whoever got something has at most one more than anybody who could have got it.
        const least = Math.min(...fit.map((one) => after.loads[one.staffId]!));
        for (const one of fit)
          if (got(one.staffId) > 0) expect(after.loads[one.staffId]! - least).toBeLessThanOrEqual(1);
      }),
    );
  });
});
