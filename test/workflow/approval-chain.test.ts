/** How the approval chain moves, with the deployed definition on the engine and a virtual clock. */
import { describe, expect, test } from "vitest";
import type { Task } from "../local/states/driver.ts";
import { decides, fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

const INPUT = { caseId: "JD-2026-000001", revision: 1 };
const step = (ordinal: number, timeoutSeconds = 3600) => ({
  next: "step",
  timeoutSeconds,
  step: { stepId: `JD-2026-000001-1-${ordinal}`, ordinal, kind: "approval", stage: `stage-${ordinal}` },
});
const done = (outcome: string) => ({ next: "done", outcome });

/** Answers `next-stage` from a list and lets `open` be scripted; collects what both were asked. */
function scripted(next: object[], open: (task: Task, attempt: number) => ReturnType<typeof returns>) {
  const asked: Record<string, unknown>[] = [];
  const opened: Record<string, unknown>[] = [];
  return {
    asked,
    opened,
    host: {
      task(task: Task) {
        if (functionOf(task) === "ApprovalNextStageArn") {
          asked.push(payloadOf(task));
          return returns(task, next[asked.length - 1]);
        }
        opened.push(payloadOf(task));
        return open(task, opened.length);
      },
    },
  };
}

const accepts = (task: Task, minutes: number) => [...returns(task, { stepId: "x" }), decides(task, minutes)];

describe("the approval chain", () => {
  test("asks, waits and asks again until it is done: two stages take nine transitions", async () => {
    const script = scripted([step(1), step(2), done("approved")], (task) => accepts(task, 5));
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(outcome.state.output).toEqual({ outcome: "approved" });
    expect(visited(outcome)).toHaveLength(9);
    expect(script.asked.map(({ endedStep, reason }) => [endedStep, reason])).toEqual([
      [null, null],
      ["JD-2026-000001-1-1", "decided"],
      ["JD-2026-000001-1-2", "decided"],
    ]);
  });

  test("gives each step its token and the attempt that brought it", async () => {
    const script = scripted([step(1), done("approved")], (task) => accepts(task, 1));
    await run("approval-chain", INPUT, script.host);
    expect(script.opened[0]).toMatchObject({
      v: 1,
      ...INPUT,
      step: { stepId: "JD-2026-000001-1-1" },
      attempt: { redrive: 0, retry: 0 },
    });
    expect(String(script.opened[0]?.token).length).toBeGreaterThan(40);
    expect(script.opened[0]).toHaveProperty("attempt.enteredAt", expect.stringMatching(/^\d{4}-/));
  });

  test("when the answer of open is lost it opens again with a newer token, and the old one is dead", async () => {
    const script = scripted([step(1), done("approved")], (task, attempt) =>
      attempt === 1
        ? [
            decides(task, 60),
            {
              after: 1,
              event: { type: "taskFailed", taskId: task.taskId, error: "Lambda.ServiceException", cause: "" },
            },
          ]
        : accepts(task, 1),
    );
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    const [first, second] = script.opened as { token: string; attempt: { retry: number } }[];
    expect(second?.token).not.toBe(first?.token);
    expect([first?.attempt.retry, second?.attempt.retry]).toEqual([0, 1]);
  });

  test("a case that moved on while the step was opened is asked about again", async () => {
    const script = scripted([step(1), done("superseded")], (task) => fails(task, "Case.Superseded"));
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.output).toEqual({ outcome: "superseded" });
    expect(script.asked[1]).toMatchObject({ ...INPUT, reason: "superseded" });
  });

  test("the hard timeout asks what to do instead of failing, and is not retried", async () => {
    const script = scripted([step(1, 120), done("expired")], (task) => returns(task, {}));
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.output).toEqual({ outcome: "expired" });
    expect(script.opened).toHaveLength(1);
    expect(script.asked[1]).toMatchObject({ endedStep: "JD-2026-000001-1-1", reason: "timeout" });
  });

  test("a deadline that passes within the undo window waits for the same step with a newer token", async () => {
    const script = scripted([step(1, 120), step(1, 600), done("approved")], (task, attempt) =>
      attempt === 1 ? returns(task, {}) : accepts(task, 1),
    );
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.output).toEqual({ outcome: "approved" });
    const [first, second] = script.opened as { step: { stepId: string }; token: string }[];
    expect(second?.step).toEqual(first?.step);
    expect(second?.token).not.toBe(first?.token);
  });

  test("a stage that opens again for somebody else is one more turn of the same loop", async () => {
    const again = (ordinal: number, more: object) => ({
      ...step(ordinal),
      step: { ...step(ordinal).step, stage: "dept_manager", ...more },
    });
    const steps = [again(1, {}), again(2, { addedBy: "shuaizhong" }), again(3, {}), done("returned")];
    const script = scripted(steps, (task) => accepts(task, 1));
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.output).toEqual({ outcome: "returned" });
    expect(script.opened.map((one) => one.step)).toEqual(
      steps.slice(0, 3).map((one) => "step" in one && one.step),
    );
  });

  test("a fault of the code ends in a failure that an engineer sees, without a token in it", async () => {
    const script = scripted([step(1)], (task) => fails(task, "TypeError"));
    const outcome = await run("approval-chain", INPUT, script.host);
    expect(outcome.state.status).toBe("FAILED");
    expect(outcome.state.error).toBe("TypeError");
    expect(JSON.stringify(outcome.state.cause)).not.toContain(String(script.opened[0]?.token));
  });
});
