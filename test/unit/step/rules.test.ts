import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mode } from "../../../functions/approval/model.ts";
import type { Attempt } from "../../../functions/case/model.ts";
import { addWorkingTime, defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import {
  countedVotes,
  isNewer,
  needsComment,
  planLadder,
  stepIdOf,
  tally,
  timerIdOf,
} from "../../../functions/step/rules.ts";
import { caseFile, stepOf, voteOf } from "../../support/case-file.ts";

const CHOICES = ["approve", "reject", "return"];

/** A step of some mode with votes of different people, never more than seats. */
const voting = fc
  .record({
    mode: fc.constantFrom<Mode>("single", "any-sign", "all-sign", "n-of-m"),
    seats: fc.integer({ min: 1, max: 20 }),
  })
  .chain(({ mode, seats }) =>
    fc.record({
      mode: fc.constant(mode),
      seats: fc.constant(seats),
      need: mode === "n-of-m" ? fc.integer({ min: 1, max: seats }) : fc.constant(1),
      choices: fc.array(fc.constantFrom(...CHOICES), { maxLength: seats }),
    }),
  );

/** Plays votes in order as the step does: nobody votes on an ended step. */
function play(mode: Mode, need: number, seats: number, choices: string[]) {
  for (let count = 1; count <= choices.length; count += 1) {
    const outcome = tally(mode, need, seats, choices.slice(0, count));
    if (outcome !== null) return { outcome, at: count };
  }
  return { outcome: null, at: choices.length };
}

describe("votes of a step", () => {
  test("no votes, no outcome", () => {
    fc.assert(
      fc.property(voting, ({ mode, need, seats }) => {
        expect(tally(mode, need, seats, [])).toBeNull();
      }),
    );
  });

  test("an outcome never depends on the order in which its votes are read", () => {
    fc.assert(
      fc.property(
        voting.chain((one) =>
          fc.record({
            one: fc.constant(one),
            shuffled: fc.shuffledSubarray(one.choices, { minLength: one.choices.length }),
          }),
        ),
        ({ one: { mode, need, seats, choices }, shuffled }) => {
          expect(tally(mode, need, seats, shuffled)).toBe(tally(mode, need, seats, choices));
        },
      ),
    );
  });

  test("once everybody voted there is an outcome, and never an earlier one than the votes force", () => {
    fc.assert(
      fc.property(voting, ({ mode, need, seats, choices }) => {
        const all = [...choices, ...Array<string>(seats - choices.length).fill("approve")];
        expect(play(mode, need, seats, all).outcome).not.toBeNull();
      }),
    );
  });

  test("single and any-sign: the first vote decides", () => {
    fc.assert(
      fc.property(voting, ({ seats, choices }) => {
        fc.pre(choices.length > 0);
        for (const mode of ["single", "any-sign"] as const) {
          const ended = { approve: "approved", reject: "rejected", return: "returned" }[choices[0]!];
          expect(play(mode, 1, seats, choices)).toEqual({ outcome: ended, at: 1 });
        }
      }),
    );
  });

  test("all-sign: the first no ends it, however many approved before; only everybody approves", () => {
    fc.assert(
      fc.property(voting, ({ seats, choices }) => {
        const no = choices.findIndex((choice) => choice !== "approve");
        const played = play("all-sign", seats, seats, choices);
        if (no >= 0)
          expect(played).toEqual({ outcome: choices[no] === "reject" ? "rejected" : "returned", at: no + 1 });
        else expect(played.outcome).toBe(choices.length === seats ? "approved" : null);
      }),
    );
  });

  test("n-of-m: approved at the need-th approval, rejected as soon as it cannot be reached", () => {
    fc.assert(
      fc.property(voting, ({ seats, need, choices }) => {
        let approvals = 0;
        let rejections = 0;
        let expected: string | null = null;
        for (const choice of choices) {
          if (choice === "return") expected = "returned";
          if (choice === "approve") approvals += 1;
          if (choice === "reject") rejections += 1;
          if (expected === null && approvals === Math.min(need, seats)) expected = "approved";
          if (expected === null && seats - rejections < need) expected = "rejected";
          if (expected !== null) break;
        }
        expect(play("n-of-m", Math.min(need, seats), seats, choices).outcome).toBe(expected);
      }),
    );
  });

  test("n-of-m: an outcome of approvals and rejections stays, whatever the others would vote", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }).chain((seats) =>
          fc.record({
            seats: fc.constant(seats),
            need: fc.integer({ min: 1, max: seats }),
            choices: fc.array(fc.constantFrom("approve", "reject"), { maxLength: seats }),
          }),
        ),
        ({ seats, need, choices }) => {
          const ended = play("n-of-m", need, seats, choices);
          if (ended.outcome !== null) expect(tally("n-of-m", need, seats, choices)).toBe(ended.outcome);
        },
      ),
    );
  });

  test("two of three: the second approval decides, so does the second rejection", () => {
    expect(tally("n-of-m", 2, 3, ["approve"])).toBeNull();
    expect(tally("n-of-m", 2, 3, ["approve", "reject"])).toBeNull();
    expect(tally("n-of-m", 2, 3, ["approve", "reject", "approve"])).toBe("approved");
    expect(tally("n-of-m", 2, 3, ["reject", "reject"])).toBe("rejected");
    expect(tally("n-of-m", 2, 3, ["approve", "return"])).toBe("returned");
  });

  test("a void vote and a vote of another step do not count", () => {
    const file = caseFile();
    const [step, other] = [stepOf(file, 1), stepOf(file, 2)];
    const votes = [
      voteOf(step, "xielei", "approve"),
      voteOf(step, "gaofeng", "reject", { void: true }),
      voteOf(other, "daiwen", "approve"),
    ];
    expect(countedVotes(step, votes).map((vote) => vote.by)).toEqual(["xielei"]);
  });

  test("only an approval needs no reason", () => {
    expect(CHOICES.filter(needsComment)).toEqual(["reject", "return"]);
  });
});

describe("the ladder of a step", () => {
  const ladder = (openedAt: string, minutes = 480) => {
    const planned = planLadder(defaultCalendar, Date.parse(openedAt), minutes);
    return {
      dueAt: new Date(planned.dueAt).toISOString(),
      provisional: planned.provisional,
      rungs: planned.ladder.map((rung) => [rung.kind, rung.share ?? null, rung.at]),
    };
  };

  test("opened on a Wednesday at ten: lunch, nights and the weekend do not count", () => {
    expect(ladder("2026-12-02T10:00:00+08:00")).toEqual({
      dueAt: "2026-12-03T02:00:00.000Z",
      provisional: false,
      rungs: [
        ["remind", 50, "2026-12-02T07:00:00.000Z"],
        ["remind", 100, "2026-12-03T02:00:00.000Z"],
        ["escalate", null, "2026-12-04T02:00:00.000Z"],
        ["escalate", null, "2026-12-07T02:00:00.000Z"],
        ["expire", null, "2026-12-16T02:00:00.000Z"],
      ],
    });
  });

  test("opened on a Friday evening: the clock starts on Monday morning", () => {
    expect(ladder("2026-12-04T19:30:00+08:00").rungs.slice(0, 2)).toEqual([
      ["remind", 50, "2026-12-07T06:00:00.000Z"],
      ["remind", 100, "2026-12-07T10:00:00.000Z"],
    ]);
  });

  test("opened in the lunch break before the National Day holiday of 2026", () => {
    const { rungs } = ladder("2026-09-30T12:30:00+08:00");
    expect(rungs[0]).toEqual(["remind", 50, "2026-09-30T09:00:00.000Z"]);
    expect(rungs[1]?.[2]).toBe("2026-10-08T04:00:00.000Z");
  });

  test("rungs are never out of order and the due time is the second rung", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2026-11-30") }),
        fc.integer({ min: 1, max: 40 * 60 }),
        (openedAt, minutes) => {
          const { dueAt, ladder: rungs } = planLadder(defaultCalendar, openedAt, minutes);
          const times = rungs.map((rung) => Date.parse(rung.at));
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(times[1]).toBe(dueAt);
          expect(times[4]).toBe(addWorkingTime(defaultCalendar, openedAt, 80 * 60).dueAt);
          expect(times[0]).toBeGreaterThan(openedAt);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("attempts of the workflow", () => {
  const attempt = fc.record<Attempt>({
    redrive: fc.nat(2),
    enteredAt: fc.constantFrom(
      "2026-12-02T02:00:00.000Z",
      "2026-12-02T02:00:00.001Z",
      "2026-12-03T00:00:00.000Z",
    ),
    retry: fc.nat(2),
  });
  const same = (a: Attempt, b: Attempt) =>
    a.redrive === b.redrive && a.enteredAt === b.enteredAt && a.retry === b.retry;

  test("newer is a strict order: of two different attempts exactly one is newer, and it is transitive", () => {
    fc.assert(
      fc.property(attempt, attempt, attempt, (a, b, c) => {
        expect(isNewer(a, a)).toBe(false);
        if (same(a, b)) expect(isNewer(a, b)).toBe(false);
        else expect(isNewer(a, b)).toBe(!isNewer(b, a));
        if (isNewer(a, b) && isNewer(b, c)) expect(isNewer(a, c)).toBe(true);
      }),
    );
  });

  test("a redrive is newer than any retry before it, a new entry newer than any retry of the old", () => {
    const first = { redrive: 0, enteredAt: "2026-12-02T02:00:00.000Z", retry: 5 };
    expect(isNewer({ ...first, redrive: 1, retry: 0 }, first)).toBe(true);
    expect(isNewer({ ...first, enteredAt: "2026-12-02T03:00:00.000Z", retry: 0 }, first)).toBe(true);
    expect(isNewer({ ...first, retry: 6 }, first)).toBe(true);
  });
});

test("ids of steps and timers are legal as schedule, execution and tag names", () => {
  const stepId = stepIdOf("JD-2026-999999", 99, 99);
  for (const id of [stepId, `${timerIdOf(stepId, 5)}-99`]) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(timerIdOf(stepIdOf("JD-2026-000001", 1, 2), 3)).toBe("JD-2026-000001-1-2-r3");
});
