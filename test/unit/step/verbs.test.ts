/** The rules of undo, returns to a stage and step-up codes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Step, StepCode } from "../../../functions/case/model.ts";
import { sms } from "../../../functions/message/templates/sms.ts";
import { stamp } from "../../../functions/shared/clock.ts";
import { Refusal } from "../../../functions/shared/errors.ts";
import { codeFor } from "../../../functions/step/links.ts";
import {
  CHOICES,
  codeState,
  codeWait,
  countedVotes,
  MAX_TRIES,
  outcomeAfter,
  stagesBefore,
  undoEnd,
  undoRefusal,
  votesFrom,
} from "../../../functions/step/rules.ts";
import { readAct } from "../../../functions/step/schema.ts";
import { caseFile, stepOf, voteOf } from "../../support/case-file.ts";
import { sample } from "../message/sample.ts";

const AT = Date.parse("2026-12-02T10:00:00+08:00");
const MINUTE = 60_000;

describe("the end of an undo window", () => {
  const step = stepOf(caseFile(), 1);

  test("is a whole second, never earlier than promised and less than one second later", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 13 }),
        fc.integer({ min: 1, max: 86_400 }),
        (at, seconds) => {
          const end = undoEnd(step, "approved", at, seconds) ?? 0;
          expect(end % 1000).toBe(0);
          expect(end - at).toBeGreaterThanOrEqual(seconds * 1000);
          expect(end - at).toBeLessThan(seconds * 1000 + 1000);
        },
      ),
    );
  });

  test("there is none for an open step, a signer put in before, another kind of step, a policy without", () => {
    expect(undoEnd(step, null, AT, 120)).toBeNull();
    expect(undoEnd(step, "add-before", AT, 120)).toBeNull();
    expect(undoEnd({ ...step, kind: "settlement" }, "done", AT, 120)).toBeNull();
    expect(undoEnd(step, "approved", AT, 0)).toBeNull();
    for (const outcome of ["approved", "rejected", "returned", "add-after"])
      expect(undoEnd(step, outcome, AT, 120)).toBe(AT + 120_000);
  });
});

describe("who may take what back", () => {
  const file = caseFile();
  const decided = stepOf(file, 1, {
    status: "done",
    outcome: "approved",
    decidedBy: "shuaizhong",
    undoUntil: stamp(AT + 120_000),
  });
  const votes = [voteOf(decided, "shuaizhong", "approve")];
  const ask = (step: Step, by: string, at = AT, changes: Parameters<typeof caseFile>[0] = {}) =>
    undoRefusal({ ...file, header: { ...file.header, ...changes }, votes }, step, by, at);

  test("who decided, until the last millisecond before the end", () => {
    expect(ask(decided, "shuaizhong", AT + 119_999)).toBeNull();
    expect(ask(decided, "shuaizhong", AT + 120_000)).toBe("undo_over");
  });
  test("nobody else, at any time", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: AT, max: AT + 200_000 }), (by, at) => {
        fc.pre(by !== "shuaizhong");
        expect(ask(decided, by, at)).toBe("not_assignee");
      }),
    );
  });
  test("not once the case was closed or changed", () => {
    expect(ask(decided, "shuaizhong", AT, { status: "closed" })).toBe("undo_over");
    expect(ask(decided, "shuaizhong", AT, { revision: 2 })).toBe("undo_over");
  });
  test("on an open step nothing was decided: its people are told so, others that it is not theirs", () => {
    const open = stepOf(file, 1);
    expect(undoRefusal({ ...file, votes: [] }, open, "shuaizhong", AT)).toBe("undo_over");
    expect(undoRefusal({ ...file, votes: [] }, open, "zhangke", AT)).toBe("not_assignee");
  });
  test("a transfer has no undo, whatever became of the step", () => {
    const moved = [voteOf(decided, "shuaizhong", "transfer", { to: "luoqiang" })];
    for (const step of [stepOf(file, 1, { assignees: ["luoqiang"] }), { ...decided, decidedBy: "luoqiang" }])
      expect(undoRefusal({ ...file, votes: moved }, step, "shuaizhong", AT)).toBe("undo_over");
  });
});

describe("votes that count", () => {
  test("a transfer and an undone vote decide nothing", () => {
    const step = stepOf(caseFile(), 1);
    const votes = [
      voteOf(step, "xielei", "transfer", { to: "shuaizhong" }),
      voteOf(step, "shuaizhong", "approve", { undone: true }),
    ];
    expect(countedVotes(step, votes)).toEqual([]);
  });
  test("who brings in another signer ends the step with just that", () => {
    const step = stepOf(caseFile(), 1);
    for (const choice of ["add-before", "add-after"])
      expect(outcomeAfter(step, [voteOf(step, "shuaizhong", choice)], choice)).toBe(choice);
  });
});

describe("stages that a return may go back to", () => {
  const file = caseFile();
  const STAGES = ["dept_manager", "general_manager", "finance"];
  /** Steps of the stages and outcomes given, the last of them open. */
  const chain = (...of: [string, string | null, Partial<Step>?][]): Step[] =>
    of.map(([stage, outcome, more], index) =>
      stepOf(file, index + 1, { stage, outcome, status: outcome ? "done" : "open", ...more }),
    );
  const earlierThanLast = (steps: Step[]) => stagesBefore(steps, steps.at(-1)!);

  test("those approved before it, merged ones included", () => {
    expect(earlierThanLast(chain([STAGES[0]!, null]))).toEqual([]);
    expect(
      earlierThanLast(chain([STAGES[0]!, "approved"], [STAGES[1]!, "approved"], [STAGES[2]!, null])),
    ).toEqual(["dept_manager", "general_manager"]);
    expect(
      earlierThanLast(chain([STAGES[0]!, "approved", { alsoStages: [STAGES[1]!] }], [STAGES[2]!, null])),
    ).toEqual(["dept_manager", "general_manager"]);
  });
  test("not its own stage, though another person signed there before or after", () => {
    expect(
      earlierThanLast(chain([STAGES[0]!, "add-after"], [STAGES[0]!, null, { addedBy: "shuaizhong" }])),
    ).toEqual([]);
    expect(
      earlierThanLast(chain([STAGES[0]!, "add-before"], [STAGES[0]!, null, { addedBy: "shuaizhong" }])),
    ).toEqual([]);
  });
  test("not what an earlier return opened again, and not another round's", () => {
    const returned = chain(
      [STAGES[0]!, "approved"],
      [STAGES[1]!, "approved"],
      [STAGES[2]!, "returned", { toStage: STAGES[1]! }],
      [STAGES[1]!, null],
    );
    expect(earlierThanLast(returned)).toEqual(["dept_manager"]);
    const rounds = chain([STAGES[0]!, "approved"], [STAGES[1]!, null, { round: 2 }]);
    expect(earlierThanLast(rounds)).toEqual([]);
  });
  test("the votes from that stage on become void, earlier and undone ones stay as they are", () => {
    const steps = chain([STAGES[0]!, "approved"], [STAGES[1]!, "approved"], [STAGES[2]!, null]);
    const votes = [
      voteOf(steps[0]!, "shuaizhong", "approve"),
      voteOf(steps[1]!, "zhangke", "reject", { undone: true }),
      voteOf(steps[1]!, "zhangke", "approve", { n: 2 }),
    ];
    const fell = votesFrom(steps, votes, steps[2]!, STAGES[1]!);
    expect(fell.map((one) => [one.by, one.n])).toEqual([["zhangke", 2]]);
    expect(votesFrom(steps, votes, steps[2]!, STAGES[0]!)).toHaveLength(2);
  });
});

describe("step-up codes", () => {
  const keys = { current: "k1", k1: "a key" };
  const of = { stepId: "JD-2026-000001-1-1", staffId: "shuaizhong", contentHash: "hash", n: 1, kid: "k1" };
  const code = (changes: Partial<StepCode> = {}): StepCode => ({
    v: 1,
    ...of,
    version: 1,
    issuedAt: [stamp(AT)],
    tries: 0,
    used: false,
    ...changes,
  });
  const shown = { version: 1, contentHash: "hash" };

  test("are six digits, the same each time and of nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 6 }), (n) => {
        expect(codeFor(keys, { ...of, n })).toMatch(/^\d{6}$/);
        expect(codeFor(keys, { ...of, n })).toBe(codeFor(keys, { ...of, n }));
      }),
    );
    const others = [{ stepId: "x" }, { staffId: "x" }, { contentHash: "x" }, { n: 2 }];
    expect(
      new Set([of, ...others.map((one) => ({ ...of, ...one }))].map((one) => codeFor(keys, one))).size,
    ).toBe(5);
  });
  test("live for ten minutes, for one link and content, once, and five tries", () => {
    expect(codeState(undefined, shown, AT)).toBe("none");
    expect(codeState(code(), shown, AT + 10 * MINUTE - 1)).toBe("live");
    expect(codeState(code(), shown, AT + 10 * MINUTE)).toBe("dead");
    expect(codeState(code({ tries: MAX_TRIES - 1 }), shown, AT)).toBe("live");
    for (const changes of [{ used: true }, { tries: MAX_TRIES }, { version: 2 }, { contentHash: "x" }])
      expect(codeState(code(changes), shown, AT)).toBe("dead");
  });
  test("of any sequence of requests never more than three within an hour are let through", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 * MINUTE }), { maxLength: 20 }), (gaps) => {
        let at = AT;
        const sent: number[] = [];
        for (const gap of gaps) {
          at += gap;
          const wait = codeWait(code({ issuedAt: sent.slice(-3).map(stamp) }), at);
          if (wait === 0) sent.push(at);
          else expect(codeWait(code({ issuedAt: sent.slice(-3).map(stamp) }), at + wait)).toBe(0);
        }
        for (const first of sent)
          expect(sent.filter((one) => one >= first && one < first + 60 * MINUTE).length).toBeLessThanOrEqual(
            3,
          );
      }),
    );
  });
  test("the message holds the code as its only run of digits that long, whatever the amount", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.constantFrom("zh-CN" as const, "en" as const),
        (amount, n, locale) => {
          const six = String(n).padStart(6, "0");
          const { text } = sms({ ...sample({ kind: "vote.code" }), amount, locale, code: six }, "【闭环】");
          expect(text.match(/\d{6,}/g)).toEqual([six]);
        },
      ),
    );
  });
});

describe("the body of a decision", () => {
  const errors = (via: "login" | "link", input: unknown): string[] => {
    try {
      readAct("approval", via, input);
      return [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.fields.map((field) => `${field.path}:${field.code}`);
    }
  };

  test("whatever is sent, it is an act of the step or a refusal by field", () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom("login" as const, "link" as const), (input, via) => {
        if (errors(via, input).length === 0)
          expect(CHOICES.approval).toContain((input as { choice: string }).choice);
      }),
    );
  });
  test("fields stand in data in JSON, beside the choice in a form", () => {
    expect(
      readAct("approval", "login", { choice: "transfer", comment: " 出差 ", data: { toStaffId: "a" } }),
    ).toEqual({ choice: "transfer", comment: "出差", toStaffId: "a" });
    expect(errors("login", { choice: "transfer", toStaffId: "a" })).toEqual(["toStaffId:unknown_field"]);
    expect(readAct("approval", "link", { choice: "transfer", comment: "出差", toStaffId: "a" })).toEqual({
      choice: "transfer",
      comment: "出差",
      toStaffId: "a",
    });
    expect(errors("link", { choice: "transfer", data: "x" })).toEqual(["data:unknown_field"]);
    expect(errors("login", { choice: "approve", code: "123456" })).toEqual(["code:unknown_field"]);
    expect(errors("link", { choice: "" })).toEqual(["choice:choice"]);
    expect(() => readAct("revise", "login", { choice: "undo" })).toThrow(Refusal);
  });
});
