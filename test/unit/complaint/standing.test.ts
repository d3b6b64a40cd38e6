import { describe, expect, test } from "vitest";
import type { ChainRun, ComplaintStep, StepResult } from "../../../functions/complaint/model.ts";
import { phaseOf, reopened, reopenRefusal, standing } from "../../../functions/complaint/standing-rules.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import { ended, fileOf, STAMP, stateOf } from "./sample.ts";

const DAY_MS = 86_400_000;
const handled = { assignee: "zhangyun", handlers: ["zhangyun"] };
const proposal = (more: Partial<Extract<StepResult, { kind: "investigation" }>> = {}): StepResult => ({
  kind: "investigation",
  type: "apology",
  amount: null,
  claim: false,
  ...more,
});
const investigated = (more: Parameters<typeof proposal>[0] = {}) =>
  ended(1, "investigate", "done", proposal(more));
const run = (more: Partial<ChainRun> = {}): ChainRun => ({
  kind: "notice",
  round: 2,
  about: "TS-2026-000123-1-1",
  outcome: null,
  ...more,
});
const sent = run({ outcome: "approved", sentAt: STAMP });
const record = (satisfaction: number, more = {}): StepResult => ({
  kind: "follow-up",
  satisfaction,
  issueFound: false,
  needsComplaint: false,
  ...more,
});
const next = (steps: ComplaintStep[], state = {}, more = {}) =>
  standing(fileOf({ ...handled, ...state }, steps, more), POLICY);

describe("from the intake to the notice", () => {
  test("somebody is found, then investigates", () => {
    expect(standing(fileOf(), POLICY)).toEqual({ need: "assign" });
    expect(next([])).toEqual({ need: "investigate" });
    expect(next([ended(1, "assign", "done")])).toEqual({ need: "investigate" });
  });

  test("an open step is waited for, a void one never was", () => {
    const open = ended(1, "investigate", "", undefined, { status: "open", outcome: null });
    expect(next([open])).toEqual({ need: "wait", step: open });
    expect(next([{ ...open, status: "void" }])).toEqual({ need: "investigate" });
  });

  test("handed over, somebody of the other department is found", () => {
    const handOver = ended(1, "investigate", "done", { kind: "hand-over", toDepartment: "transport" });
    expect(next([handOver], { assignee: null, respondingDept: "transport" })).toEqual({ need: "assign" });
    expect(next([handOver], { assignee: "luoqiang" })).toEqual({ need: "investigate" });
  });

  test("money up to the handler's limit needs the notice alone, above it a chain of its own", () => {
    const paying = (amount: number) => [investigated({ type: "compensation", amount })];
    expect(next(paying(50_000))).toMatchObject({ need: "chain", kind: "notice" });
    expect(next(paying(50_001))).toEqual({
      need: "chain",
      kind: "compensation",
      about: "TS-2026-000123-1-1",
      amount: 50_001,
    });
    const chain = run({ kind: "compensation" });
    expect(next(paying(50_001), { chains: [chain] })).toEqual({ need: "wait-chain", chain });
    expect(next(paying(50_001), { chains: [{ ...chain, outcome: "approved" }] })).toMatchObject({
      need: "chain",
      kind: "notice",
    });
  });

  test.each(["rejected", "returned", "expired"] as const)("%s goes back to the handler", (outcome) => {
    const paying = [investigated({ type: "refund", amount: 90_000 })];
    expect(next(paying, { chains: [run({ kind: "compensation", outcome })] })).toEqual({
      need: "investigate",
    });
    expect(next([investigated()], { chains: [run({ outcome })] })).toEqual({ need: "investigate" });
  });

  test("a new proposal asks anew; the signatures of the old one do not count", () => {
    const again = ended(3, "investigate", "done", proposal());
    expect(next([investigated(), again], { chains: [sent] })).toMatchObject({
      need: "chain",
      about: again.stepId,
    });
  });

  test("a claim is opened once, goods go out before the notice", () => {
    const steps = [investigated({ type: "exchange", claim: true })];
    expect(next(steps)).toMatchObject({ need: "open-claim" });
    expect(next(steps, { claimId: "LP-2026-000001" })).toEqual({ need: "exchange" });
    expect(next([...steps, ended(2, "exchange", "done")], { claimId: "LP-2026-000001" })).toMatchObject({
      need: "chain",
      kind: "notice",
      about: "TS-2026-000123-1-1",
    });
  });

  test("an approved notice is sent, then the customer is asked", () => {
    expect(next([investigated()], { chains: [run()] })).toMatchObject({ need: "wait-chain" });
    expect(next([investigated()], { chains: [run({ outcome: "approved" })] })).toMatchObject({
      need: "send-notice",
    });
    expect(next([investigated()], { chains: [sent] })).toEqual({ need: "customer-confirm" });
  });
});

describe("after the notice", () => {
  const asked = (outcome: string) => [investigated(), ended(2, "customer-confirm", outcome)];
  const called = (outcome: string, result?: StepResult) => [
    ...asked("confirmed"),
    ended(3, "follow-up", outcome, result),
  ];
  const state = { chains: [sent] };

  test.each(["confirmed", "expired"])("%s: a follow-up all the same", (outcome) => {
    expect(next(asked(outcome), state)).toEqual({ need: "follow-up" });
  });

  test("disagreed: opened again", () => {
    expect(next(asked("disagreed"), state)).toEqual({ need: "reopen", reason: "disagreed" });
  });

  test("only a satisfied follow-up closes", () => {
    expect(next(called("done", record(4)), state)).toEqual({ need: "close", outcome: "satisfied" });
    for (const result of [record(3), record(5, { issueFound: true }), record(5, { needsComplaint: true })])
      expect(next(called("done", result), state)).toEqual({ need: "reopen", reason: "unsatisfied" });
    expect(next(called("unreachable"), state)).toEqual({ need: "reopen", reason: "unreachable" });
  });

  test("a follow-up without a record is asked again", () => {
    expect(next(called("done"), state)).toEqual({ need: "follow-up" });
    expect(next(called("expired"), state)).toEqual({ need: "follow-up" });
  });

  test("a new round begins with somebody new, one level up", () => {
    const state = reopened(stateOf({ ...handled, chains: [sent], handedOn: true }), STAMP);
    expect(state).toMatchObject({
      level: 1,
      reopenCount: 1,
      round: 2,
      assignee: null,
      wanted: "reopened",
      handedOn: false,
      handlers: ["zhangyun"],
    });
    expect(standing({ ...fileOf({}, asked("disagreed")), state }, POLICY)).toEqual({ need: "assign" });
    expect(reopened({ ...state, level: 3 }, STAMP).level).toBe(3);
  });

  test("after two reopenings the manager decides, with a reason", () => {
    const twice = { ...state, reopenCount: 2 };
    expect(next(asked("disagreed"), twice)).toEqual({ need: "manager-decision" });
    expect(next(called("unreachable"), twice)).toEqual({ need: "manager-decision" });
    const decision = (choice: "close" | "reopen") => [
      ...called("done", record(1)),
      ended(4, "manager-decision", "done", { kind: "decision", decision: choice }),
    ];
    const vote = (choice: string, comment: string) => ({
      votes: [{ stepId: "TS-2026-000123-1-4", choice, comment }],
    });
    expect(next(decision("close"), twice, vote("close", "客户书面接受"))).toEqual({
      need: "close",
      outcome: "manager-closed",
    });
    expect(next(decision("reopen"), twice, vote("reopen", "再查一次"))).toEqual({
      need: "reopen",
      reason: "manager",
    });
    expect(next(decision("close"), twice, vote("close", " "))).toEqual({ need: "manager-decision" });
    expect(next(decision("close"), twice)).toEqual({ need: "manager-decision" });
    expect(next(decision("close"), twice, vote("reopen", "再查一次"))).toEqual({ need: "manager-decision" });
  });
});

test("a merged case closes as such, a closed one needs nothing", () => {
  expect(next([], { mergedInto: "TS-2026-000001" })).toEqual({ need: "close", outcome: "merged" });
  expect(next([], {}, { status: "closed" })).toEqual({ need: "nothing" });
});

test("phases as clients know them", () => {
  const phase = (steps: ComplaintStep[], state = {}, more = {}) =>
    phaseOf(fileOf({ ...handled, ...state }, steps, more), POLICY);
  expect(phase([], { assignee: null })).toBe("assigning");
  expect(phase([])).toBe("investigating");
  expect(phase([investigated({ type: "exchange" })])).toBe("investigating");
  expect(phase([investigated()])).toBe("approving");
  expect(phase([investigated()], { chains: [sent] })).toBe("confirming");
  const confirmed = [investigated(), ended(2, "customer-confirm", "confirmed")];
  expect(phase(confirmed, { chains: [sent] })).toBe("following-up");
  const unhappy = [investigated(), ended(2, "customer-confirm", "disagreed")];
  expect(phase(unhappy, { chains: [sent], reopenCount: 2 })).toBe("deciding");
  expect(phase([], {}, { status: "closed" })).toBe("closed");
});

describe("opening a closed case again", () => {
  const closedAt = "2026-12-01T08:00:00.000Z";
  const refusal = (state = {}, days = 1, status: "open" | "closed" = "closed") =>
    reopenRefusal(
      { status, state: stateOf({ closedAt, ...state }) },
      POLICY,
      Date.parse(closedAt) + days * DAY_MS,
    );

  test("within 15 days, to the instant", () => {
    expect(refusal()).toBeNull();
    expect(refusal({}, 15)).toBeNull();
    expect(refusal({}, 15.001)).toBe("reopen_window_over");
  });

  test("not what is open or merged, and not beyond the limit", () => {
    expect(refusal({}, 1, "open")).toBe("wrong_phase");
    expect(refusal({ mergedInto: "TS-2026-000001" })).toBe("wrong_phase");
    expect(refusal({ reopenCount: 2 })).toBe("reopen_limit");
    expect(refusal({ reopenCount: 1 })).toBeNull();
  });
});
