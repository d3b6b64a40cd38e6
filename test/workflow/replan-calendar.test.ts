/** Counting again by a new year: pages, two looks, and what stays behind. */
import { describe, expect, test } from "vitest";
import { fails, payloadOf, returns, run, visited } from "./definitions.ts";

const INPUT = { year: 2027, version: 1 };

/** `calendar-replan` answers these in order. */
function scripted(answers: { cursor: string | null; failed: number }[]) {
  const asked: Record<string, unknown>[] = [];
  return {
    asked,
    host: {
      task(task: Parameters<typeof returns>[0]) {
        asked.push(payloadOf(task));
        return returns(task, answers[asked.length - 1]);
      },
    },
  };
}
const end = { cursor: null, failed: 0 };

describe("counting again", () => {
  test("goes page by page, waits for calls under way, and looks once more", async () => {
    const script = scripted([
      { cursor: "3:x", failed: 1 },
      { cursor: null, failed: 1 },
      { cursor: "9:", failed: 0 },
      end,
    ]);
    const outcome = await run("replan-calendar", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).at(-1)).toBe("EveryCaseIsCountedAgain");
    expect(visited(outcome).filter((name) => name === "WaitForCallsUnderWay")).toHaveLength(1);
    const asked = (cursor: string | null, failed: number) => ({ v: 1, ...INPUT, cursor, failed });
    expect(script.asked).toEqual([asked(null, 0), asked("3:x", 1), asked(null, 0), asked("9:", 0)]);
  });

  test("a case that the second look leaves behind needs an engineer", async () => {
    const outcome = await run("replan-calendar", INPUT, scripted([end, { cursor: null, failed: 1 }]).host);
    expect(outcome.state.status).toBe("FAILED");
    expect(visited(outcome).at(-1)).toBe("SomeCasesKeepTheirOldTimes");
  });

  test("a page that is lost is asked for again; a function that is broken stops it", async () => {
    let calls = 0;
    const script = scripted([end, end, end]);
    const once = await run("replan-calendar", INPUT, {
      task(task) {
        calls += 1;
        return calls === 1 ? fails(task, "Lambda.ServiceException") : script.host.task(task);
      },
    });
    expect(once.state.status).toBe("SUCCEEDED");
    const broken = await run("replan-calendar", INPUT, { task: (task) => fails(task, "TypeError") });
    expect(broken.state.status).toBe("FAILED");
    expect(visited(broken).at(-1)).toBe("AnEngineerMustLook");
  });
});
