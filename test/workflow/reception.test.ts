/** How a reception moves, with the deployed definition on the engine and a virtual clock. */
import { describe, expect, test } from "vitest";
import type { Task } from "../local/states/driver.ts";
import { decides, fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

const INPUT = { caseId: "JD-2026-000001", revision: 2 };
const LEAVE_AT = "2026-12-08T01:00:00.000Z";

type Call = [string, Record<string, unknown>];
type Script = {
  /** How each chain ends, in order. */
  chains: string[];
  /** What the visited function answers, in order. */
  asked?: object[];
  /** How the waiting step is opened; by default the requester hands in after an hour. */
  open?: (task: Task, attempt: number) => ReturnType<typeof returns>;
};

const settlement = (ordinal: number) => ({
  next: "settlement",
  step: { stepId: `JD-2026-000001-2-${ordinal}`, ordinal, kind: "settlement" },
});
const DONE = { next: "done" };
const handsIn = (task: Task) => [...returns(task, { stepId: "x" }), decides(task, 60)];

function scripted({ chains, asked = [DONE], open = handsIn }: Script) {
  const called: Call[] = [];
  const started: unknown[] = [];
  let opened = 0;
  return {
    called,
    started,
    names: () => called.map(([name]) => name),
    host: {
      task(task: Task) {
        if (task.service === "states") {
          started.push((task.arguments as { Name: string }).Name);
          const output = { Status: "SUCCEEDED", Output: { outcome: chains[started.length - 1] } };
          return [{ after: 1, event: { type: "taskSucceeded" as const, taskId: task.taskId, output } }];
        }
        const name = functionOf(task);
        called.push([name, payloadOf(task)]);
        if (name === "StepOpenArn") {
          opened += 1;
          return open(task, opened);
        }
        if (name === "ReceptionVisitedArn")
          return returns(task, asked[called.filter(([one]) => one === name).length - 1]);
        return returns(task, { outcome: "done", leaveAt: LEAVE_AT });
      },
    },
  };
}

describe("the request", () => {
  test.each(["rejected", "expired"])(
    "%s: the budget is released, and that is a normal end",
    async (decided) => {
      const script = scripted({ chains: [decided] });
      const outcome = await run("reception", INPUT, script.host);
      expect(outcome.state.status).toBe("SUCCEEDED");
      expect(script.called).toEqual([["ReceptionEndedArn", { v: 1, ...INPUT, outcome: decided }]]);
    },
  );

  test("edited or withdrawn meanwhile: this revision's execution ends and touches nothing", async () => {
    const script = scripted({ chains: ["superseded"] });
    const outcome = await run("reception", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(script.called).toEqual([]);
    expect(visited(outcome).at(-1)).toBe("ANewerRevisionCarriesOn");
  });

  test("the nested execution has the revision's own name, so a second start is the same one", async () => {
    const tasks: Task[] = [];
    await run("reception", INPUT, {
      task(task) {
        tasks.push(task);
        return fails(task, "States.TaskFailed");
      },
    });
    expect(tasks[0]?.arguments).toMatchObject({ Name: "JD-2026-000001-2", Input: INPUT });
  });

  test("a committing function that is busy is tried again", async () => {
    let tries = 0;
    const script = scripted({ chains: ["approved"] });
    const outcome = await run("reception", INPUT, {
      task(task: Task) {
        if (task.service !== "states" && tries++ < 2) return fails(task, "Busy");
        return script.host.task(task);
      },
    });
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(script.names()).toEqual(["ReceptionApprovedArn", "ReceptionVisitedArn"]);
  });
});

describe("the visit", () => {
  test("with the chain's nine an approved request takes thirteen transitions, then it waits for the guests to leave", async () => {
    const script = scripted({ chains: ["approved"] });
    const outcome = await run("reception", INPUT, script.host);
    const states = visited(outcome);
    expect(states.indexOf("WaitUntilTheGuestsHaveLeft") + 1 + 9).toBe(13);
    expect(script.called[0]).toEqual(["ReceptionApprovedArn", { v: 1, ...INPUT }]);
    const timers = outcome.commands.flatMap((command) => (command.type === "timer" ? command.at : []));
    expect(timers).toContain(Date.parse(LEAVE_AT));
  });

  test("revoked before: the execution wakes, finds nothing to do and ends by itself", async () => {
    const script = scripted({ chains: ["approved"] });
    const outcome = await run("reception", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).at(-1)).toBe("ReceptionIsClosed");
    expect(script.names()).toEqual(["ReceptionApprovedArn", "ReceptionVisitedArn"]);
  });
});

describe("the settlement", () => {
  test("handed in within the tolerance: the case was closed with it", async () => {
    const script = scripted({ chains: ["approved"], asked: [settlement(3), DONE] });
    const outcome = await run("reception", INPUT, script.host);
    expect(visited(outcome).slice(4)).toEqual([
      "AskWhatTheSettlementNeeds",
      "WhatDoesTheSettlementNeed",
      "WaitForTheSettlement",
      "AskWhatTheSettlementNeeds",
      "WhatDoesTheSettlementNeed",
      "ReceptionIsClosed",
    ]);
    const [, opened] = script.called.find(([name]) => name === "StepOpenArn")!;
    expect(opened).toMatchObject({
      v: 1,
      ...INPUT,
      step: settlement(3).step,
      attempt: { redrive: 0, retry: 0 },
    });
    expect(String(opened.token).length).toBeGreaterThan(40);
  });

  test("above it: a chain of its own name, then the books are closed", async () => {
    const approval = { next: "approval", round: 2 };
    const script = scripted({ chains: ["approved", "approved"], asked: [settlement(3), approval, DONE] });
    const outcome = await run("reception", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(script.started).toEqual(["JD-2026-000001-2", "JD-2026-000001-2-2"]);
    expect(script.called.at(-2)).toEqual([
      "ReceptionExcessArn",
      { v: 1, ...INPUT, round: 2, outcome: "approved" },
    ]);
  });

  test.each(["rejected", "returned", "expired"])(
    "above it and %s: the settlement opens again, and the next excess has a chain of its own",
    async (decided) => {
      const script = scripted({
        chains: ["approved", decided, "approved"],
        asked: [
          settlement(3),
          { next: "approval", round: 2 },
          settlement(5),
          { next: "approval", round: 3 },
          DONE,
        ],
      });
      const outcome = await run("reception", INPUT, script.host);
      expect(outcome.state.status).toBe("SUCCEEDED");
      expect(script.started).toEqual(["JD-2026-000001-2", "JD-2026-000001-2-2", "JD-2026-000001-2-3"]);
      const excess = script.called.filter(([name]) => name === "ReceptionExcessArn");
      expect(excess.map(([, { round, outcome: how }]) => [round, how])).toEqual([
        [2, decided],
        [3, "approved"],
      ]);
    },
  );

  test("nobody hands it in: it is asked for again with a new token, month after month", async () => {
    const script = scripted({
      chains: ["approved"],
      asked: [settlement(3), settlement(3), DONE],
      open: (task, attempt) => (attempt === 1 ? returns(task, {}) : handsIn(task)),
    });
    const outcome = await run("reception", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    const tokens = script.called.filter(([name]) => name === "StepOpenArn").map(([, { token }]) => token);
    expect(new Set(tokens).size).toBe(2);
  });

  test("the case moved on while the step was opened: it is asked about again", async () => {
    const script = scripted({
      chains: ["approved"],
      asked: [settlement(3), DONE],
      open: (task) => fails(task, "Case.Superseded"),
    });
    expect((await run("reception", INPUT, script.host)).state.status).toBe("SUCCEEDED");
  });

  test.each(["StepOpenArn", "ReceptionVisitedArn", "ReceptionExcessArn"])(
    "a fault of %s ends in a failure that an engineer sees",
    async (broken) => {
      const script = scripted({
        chains: ["approved", "approved"],
        asked: [settlement(3), { next: "approval", round: 2 }, DONE],
      });
      const outcome = await run("reception", INPUT, {
        task: (task: Task) =>
          task.service !== "states" && functionOf(task) === broken
            ? fails(task, "TypeError")
            : script.host.task(task),
      });
      expect([outcome.state.status, outcome.state.error]).toEqual(["FAILED", "TypeError"]);
    },
  );
});
