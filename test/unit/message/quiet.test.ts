import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CUSTOMER_KINDS, MESSAGE_KINDS } from "../../../functions/message/kinds.ts";
import {
  DEFAULT_WINDOW,
  deferredUntil,
  isTimeOfDay,
  mindsQuietHours,
} from "../../../functions/message/quiet-rules.ts";

const at = (text: string): number => Date.parse(`${text}+08:00`);
const held = (kind: string, when: string, priority: string | null = null) =>
  deferredUntil(kind, "email", priority, at(when), DEFAULT_WINDOW);

describe("which messages mind the quiet hours", () => {
  it.each([
    "step.remind",
    "step.escalated",
    "step.reminded",
    "settlement.reminder",
    "clock.warned",
    "clock.breached",
    "clock.climbed",
    "digest.daily",
    "calendar.missing",
    "step.due",
    "step.climbed",
    "follow-up.day-before",
    "follow-up.customer-reminder",
  ])("the mail %s waits: it reminds", (kind) => {
    expect(mindsQuietHours(kind, "email", null)).toBe(true);
  });

  it.each([
    "approval.request",
    "case.decision",
    "case.changed",
    "case.returned",
    "case.withdrawn",
    "step.opened",
    "step.nudge",
    "vote.receipt",
    "note.mentioned",
    "complaint.assigned",
    "follow-up.assigned",
    "complaint.acknowledged",
    "complaint.message",
    "complaint.question",
    "complaint.notice",
  ])("the mail %s goes: a person's act causes it", (kind) => {
    expect(mindsQuietHours(kind, "email", null)).toBe(false);
  });

  it("every text message waits but those that answer their receiver's own act", () => {
    const goes = [...MESSAGE_KINDS, ...CUSTOMER_KINDS].filter((kind) => !mindsQuietHours(kind, "sms", "P1"));
    expect(goes).toEqual(["vote.code", "complaint.acknowledged"]);
    expect(mindsQuietHours("nobody.knows", "sms", null)).toBe(true);
  });

  it("clocks of P1 ring at any hour, its other reminders and text messages do not", () => {
    for (const kind of ["clock.warned", "clock.breached", "clock.climbed"]) {
      expect(mindsQuietHours(kind, "email", "P1")).toBe(false);
      for (const other of ["P2", "P3", "P4", null]) expect(mindsQuietHours(kind, "email", other)).toBe(true);
    }
    expect(mindsQuietHours("step.reminded", "email", "P1")).toBe(true);
    expect(mindsQuietHours("complaint.notice", "sms", "P1")).toBe(true);
  });
});

describe("until when", () => {
  it.each([
    ["2026-12-02T20:59:59.999", null],
    ["2026-12-02T21:00", "2026-12-03T08:00"],
    ["2026-12-02T23:59:59.999", "2026-12-03T08:00"],
    ["2026-12-03T00:00", "2026-12-03T08:00"],
    ["2026-12-03T07:59:59.999", "2026-12-03T08:00"],
    ["2026-12-03T08:00", null],
    ["2026-12-31T22:00", "2027-01-01T08:00"],
    ["2028-02-28T22:00", "2028-02-29T08:00"],
  ])("%s → %s", (when, until) => {
    expect(held("step.remind", when)).toBe(until === null ? null : at(until));
  });

  it("hours within one day", () => {
    const noon = (when: string) =>
      deferredUntil("step.remind", "email", null, at(when), { from: "12:00", to: "13:30" });
    expect(noon("2026-12-02T11:59")).toBeNull();
    expect(noon("2026-12-02T12:00")).toBe(at("2026-12-02T13:30"));
    expect(noon("2026-12-02T13:29:59")).toBe(at("2026-12-02T13:30"));
    expect(noon("2026-12-02T13:30")).toBeNull();
    expect(noon("2026-12-02T22:00")).toBeNull();
  });

  it("nothing else waits", () => {
    expect(held("approval.request", "2026-12-02T23:00")).toBeNull();
    expect(held("clock.breached", "2026-12-02T23:00", "P1")).toBeNull();
    expect(held("clock.breached", "2026-12-02T23:00", "P2")).not.toBeNull();
  });

  const two = (n: number) => String(n).padStart(2, "0");
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${two(h)}:${two(m)}`);
  const window = fc.record({ from: time, to: time }).filter(({ from, to }) => from !== to);
  const instant = fc.integer({ min: Date.parse("2020-01-01"), max: Date.parse("2100-12-31") });

  it("every instant is let through at once or put off once, to the very end of the window, within a day", () => {
    fc.assert(
      fc.property(window, instant, (hours, now) => {
        const until = deferredUntil("step.remind", "email", null, now, hours);
        const clock = new Date(now + 8 * 3_600_000).toISOString().slice(11, 16);
        const inside =
          hours.from < hours.to
            ? hours.from <= clock && clock < hours.to
            : hours.from <= clock || clock < hours.to;
        expect(until !== null).toBe(inside);
        if (until === null) return;
        expect(until).toBeGreaterThan(now);
        expect(until - now).toBeLessThan(86_400_000);
        expect(new Date(until + 8 * 3_600_000).toISOString().slice(11)).toBe(`${hours.to}:00.000Z`);
        expect(deferredUntil("step.remind", "email", null, until, hours)).toBeNull();
      }),
    );
  });

  it("refuses a window that is none", () => {
    const refused = fc
      .string()
      .filter((text) => !isTimeOfDay(text))
      .chain((bad) => fc.constantFrom({ from: bad, to: "08:00" }, { from: "21:00", to: bad }));
    fc.assert(
      fc.property(refused, instant, (hours, now) => {
        expect(() => deferredUntil("step.remind", "email", null, now, hours)).toThrow(RangeError);
      }),
    );
    for (const bad of ["24:00", "8:00", "08:60", " 08:00", "08:00\n", "08:00:00", ""])
      expect(isTimeOfDay(bad), bad).toBe(false);
    expect(() => deferredUntil("step.remind", "email", null, 0, { from: "08:00", to: "08:00" })).toThrow(
      RangeError,
    );
  });
});
