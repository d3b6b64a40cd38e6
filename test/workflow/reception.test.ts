/** How a reception moves, with the deployed definition on the engine. */
import { describe, expect, test } from "vitest";
import type { Task } from "../local/states/driver.ts";
import { fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

const INPUT = { caseId: "JD-2026-000001", revision: 2 };

/** The nested chain ends with an outcome; the functions after it answer what they did. */
function chainEnds(outcome: string) {
  const called: [string, Record<string, unknown>][] = [];
  return {
    called,
    host: {
      task(task: Task) {
        if (task.service === "states")
          return [
            {
              after: 1,
              event: {
                type: "taskSucceeded" as const,
                taskId: task.taskId,
                output: { Status: "SUCCEEDED", Output: { outcome } },
              },
            },
          ];
        called.push([functionOf(task), payloadOf(task)]);
        return returns(task, { outcome });
      },
    },
  };
}

describe("a reception", () => {
  test("approved: the budget is committed; with the chain's nine it takes twelve transitions", async () => {
    const script = chainEnds("approved");
    const outcome = await run("reception", INPUT, script.host);
    expect(outcome.state.output).toEqual({ outcome: "approved" });
    expect(script.called).toEqual([["ReceptionApprovedArn", { v: 1, ...INPUT }]]);
    expect(visited(outcome)).toHaveLength(3);
  });

  test.each(["rejected", "expired"])(
    "%s: the budget is released, and that is a normal end",
    async (decided) => {
      const script = chainEnds(decided);
      const outcome = await run("reception", INPUT, script.host);
      expect(outcome.state.status).toBe("SUCCEEDED");
      expect(script.called).toEqual([["ReceptionEndedArn", { v: 1, ...INPUT, outcome: decided }]]);
    },
  );

  test("edited or withdrawn meanwhile: this revision's execution ends and touches nothing", async () => {
    const script = chainEnds("superseded");
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
    const script = chainEnds("approved");
    const outcome = await run("reception", INPUT, {
      task(task: Task) {
        if (task.service !== "states" && tries++ < 2) return fails(task, "Busy");
        return script.host.task(task);
      },
    });
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(tries).toBe(3);
  });
});
