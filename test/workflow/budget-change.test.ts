/** How a top-up or transfer moves, with the deployed definition on the engine and a virtual clock. */
import { describe, expect, test } from "vitest";
import type { Task } from "../local/states/driver.ts";
import { fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

const INPUT = { caseId: "YS-2026-000001", revision: 2 };

/** The chain ends as given; each function answers with what it was asked to do. */
function scripted(outcome: string) {
  const called: [string, Record<string, unknown>][] = [];
  const started: unknown[] = [];
  const host = {
    task(task: Task) {
      if (task.service === "states") {
        started.push(task.arguments);
        const output = { Status: "SUCCEEDED", Output: { outcome } };
        return [{ after: 1, event: { type: "taskSucceeded" as const, taskId: task.taskId, output } }];
      }
      called.push([functionOf(task), payloadOf(task)]);
      return returns(task, { outcome: "done" });
    },
  };
  return { called, started, host };
}

describe("a budget change", () => {
  test("approved: the money moves once, under the revision's own name", async () => {
    const script = scripted("approved");
    const outcome = await run("budget-change", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).at(-1)).toBe("ChangeIsClosed");
    expect(script.called).toEqual([["BudgetChangeAppliedArn", { v: 1, ...INPUT }]]);
    expect(script.started).toMatchObject([{ Name: "YS-2026-000001-2", Input: INPUT }]);
  });

  test.each(["rejected", "expired"])("%s: the hold ends, and that is a normal end", async (decided) => {
    const script = scripted(decided);
    const outcome = await run("budget-change", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(script.called).toEqual([["BudgetChangeEndedArn", { v: 1, ...INPUT, outcome: decided }]]);
  });

  test("submitted again or withdrawn meanwhile: this revision's execution touches nothing", async () => {
    const script = scripted("superseded");
    const outcome = await run("budget-change", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).at(-1)).toBe("ANewerRevisionCarriesOn");
    expect(script.called).toEqual([]);
  });

  test("a function that is busy is called again; one that fails for good needs an engineer", async () => {
    let calls = 0;
    const script = scripted("approved");
    const busyOnce = await run("budget-change", INPUT, {
      task(task) {
        if (task.service !== "states") calls += 1;
        return calls === 1 ? fails(task, "Busy") : script.host.task(task);
      },
    });
    expect(busyOnce.state.status).toBe("SUCCEEDED");
    const broken = await run("budget-change", INPUT, {
      task: (task) => (task.service === "states" ? script.host.task(task) : fails(task, "TypeError")),
    });
    expect(broken.state.status).toBe("FAILED");
    expect(visited(broken).at(-1)).toBe("AnEngineerMustLook");
  });
});
