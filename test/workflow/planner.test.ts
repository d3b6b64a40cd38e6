/** The runs of the planner and campaigns: page after page, and what stays behind. */
import { describe, expect, test } from "vitest";
import { fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

type Answered = { done: boolean; failed: number };

function scripted(answers: Answered[]) {
  const asked: { function: string; payload: unknown }[] = [];
  return {
    asked,
    host: {
      task(task: Parameters<typeof returns>[0]) {
        asked.push({ function: functionOf(task), payload: payloadOf(task) });
        return returns(task, answers[asked.length - 1]);
      },
    },
  };
}

describe.each([
  ["plan-follow-ups", "2026-12-07", "EveryCustomerIsPlanned"],
  ["generate-campaign", "HD-20261207-0a1b2c3d", "EveryFollowUpIsMade"],
])("%s", (name, jobId, end) => {
  const whole = { done: true, failed: 0 };
  const more = { done: false, failed: 0 };

  test("asks for pages until all are done", async () => {
    const script = scripted([more, more, whole]);
    const outcome = await run(name, { jobId }, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).at(-1)).toBe(end);
    const call = { function: "PlannerPageArn", payload: { v: 1, jobId } };
    expect(script.asked).toEqual([call, call, call]);
  });

  test("customers with whom something failed need an engineer, and do not keep the others waiting", async () => {
    const script = scripted([
      { done: false, failed: 1 },
      { done: true, failed: 1 },
    ]);
    const outcome = await run(name, { jobId }, script.host);
    expect(script.asked).toHaveLength(2);
    expect(outcome.state.status).toBe("FAILED");
    expect(visited(outcome).at(-1)).toBe("SomeCustomersAreLeft");
  });

  test.each(["Busy", "States.Timeout", "Lambda.TooManyRequestsException"])(
    "a call that ends with %s is made again",
    async (error) => {
      let calls = 0;
      const outcome = await run(
        name,
        { jobId },
        {
          task(task) {
            calls += 1;
            return calls === 1 ? fails(task, error) : returns(task, whole);
          },
        },
      );
      expect([outcome.state.status, calls]).toEqual(["SUCCEEDED", 2]);
    },
  );

  test("a function that is broken stops it", async () => {
    const outcome = await run(name, { jobId }, { task: (task) => fails(task, "TypeError") });
    expect(outcome.state.status).toBe("FAILED");
    expect(visited(outcome).at(-1)).toBe("AnEngineerMustLook");
  });
});
