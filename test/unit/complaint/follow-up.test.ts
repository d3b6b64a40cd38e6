import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allAttempts,
  attemptProblems,
  failedHalfDays,
  halfDayOf,
  isSatisfied,
  isUnreachable,
} from "../../../functions/complaint/follow-up-rules.ts";
import { ATTEMPT_RESULTS, type Attempt } from "../../../functions/complaint/model.ts";
import { COMPLAINT_POLICY } from "../../../functions/policy/shipped.ts";
import { toApi } from "../../../functions/shared/clock.ts";

const POLICY = COMPLAINT_POLICY.followUp;
const attempt = (at: string, result: Attempt["result"] = "no_answer"): Attempt => ({
  at: `2026-12-${at}:00+08:00`,
  channel: "phone",
  result,
  note: "",
});
const unreachable = (...at: string[]) =>
  isUnreachable(
    at.map((one) => attempt(one)),
    POLICY,
  );

describe("three failed contacts", () => {
  test.each([
    [["10T09:00", "10T15:00", "11T09:00"], true],
    [["10T15:00", "11T09:00", "11T15:00"], true],
    [["10T09:00", "10T09:05", "10T15:00", "11T09:00"], true],
    // Two half-days however often, three on one date that has only two.
    [["10T09:00", "10T10:00", "10T15:00", "10T16:00"], false],
    [["10T09:00", "11T09:00", "11T12:59"], false],
    [["10T09:00", "11T09:00", "11T13:00"], true],
    [[], false],
  ])("%j: %s", (at, expected) => {
    expect(unreachable(...at)).toBe(expected);
  });

  test("the day is split at 13:00 in Chengdu, wherever the offset was written", () => {
    expect(halfDayOf("2026-12-10T12:59:59+08:00", POLICY.split)).toBe("2026-12-10 am");
    expect(halfDayOf("2026-12-10T13:00:00+08:00", POLICY.split)).toBe("2026-12-10 pm");
    expect(halfDayOf("2026-12-09T17:00:00Z", POLICY.split)).toBe("2026-12-10 am");
  });

  test("who answered did not fail", () => {
    const all = [attempt("10T09:00"), attempt("10T15:00", "reached"), attempt("11T09:00", "refused")];
    expect(failedHalfDays(all, POLICY)).toEqual(["2026-12-10 am", "2026-12-11 am"]);
  });

  test("more attempts in the same half-day change nothing; the order does not matter", () => {
    const attempts = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 4 * 1440 }).map((n) => toApi(Date.UTC(2026, 11, 8) + n * 60_000)),
        channel: fc.constant("phone" as const),
        result: fc.constantFrom(...ATTEMPT_RESULTS),
        note: fc.constant(""),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(attempts, (list) => {
        const verdict = isUnreachable(list, POLICY);
        expect(isUnreachable([...list].reverse(), POLICY)).toBe(verdict);
        expect(isUnreachable([...list, ...list], POLICY)).toBe(verdict);
        const failed = list.filter(({ result }) => result !== "reached");
        const halves = new Set(
          failed.map(({ at }) => at.slice(0, 10) + (at.slice(11, 16) < "13:00" ? "a" : "p")),
        );
        const dates = new Set(failed.map(({ at }) => at.slice(0, 10)));
        expect(verdict).toBe(halves.size >= 3 && dates.size >= 2);
      }),
    );
  });
});

test("attempts that were kept stay, and what the record repeats counts once", () => {
  const kept = [attempt("10T09:00"), attempt("11T09:00")];
  const more = [attempt("10T09:00"), attempt("10T15:00", "reached")];
  expect(allAttempts(kept, more).map(({ at }) => at.slice(8, 13))).toEqual(["10T09", "10T15", "11T09"]);
});

test("an attempt lies between the opening of the step, to the minute, and now", () => {
  const step = {
    openedAt: Date.parse("2026-12-10T09:00:30+08:00"),
    now: Date.parse("2026-12-10T18:00:00+08:00"),
  };
  const codes = (at: string) => attemptProblems([attempt(at)], step, (n) => `data.attempts.${n}`);
  expect(codes("10T09:00")).toEqual([]);
  expect(codes("10T18:00")).toEqual([]);
  expect(codes("10T08:59")).toEqual([{ path: "data.attempts.0.at", code: "before_opening" }]);
  expect(codes("10T18:01")).toEqual([{ path: "data.attempts.0.at", code: "in_the_future" }]);
});

test.each([
  [{ satisfaction: 4, issueFound: false, needsComplaint: false }, true],
  [{ satisfaction: 5, issueFound: false, needsComplaint: false }, true],
  [{ satisfaction: 3, issueFound: false, needsComplaint: false }, false],
  [{ satisfaction: 5, issueFound: true, needsComplaint: false }, false],
  [{ satisfaction: 5, issueFound: false, needsComplaint: true }, false],
])("%j is satisfied: %s", (record, expected) => {
  expect(isSatisfied(record, POLICY)).toBe(expected);
});
