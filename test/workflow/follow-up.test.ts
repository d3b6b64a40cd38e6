/**
 * How a follow-up moves: every path of the deployed definition, as a graph, and on the engine with a virtual clock. What
 * comes next is the rules' to say (test/unit/follow-up/rules.test.ts); here, that the workflow ends on nothing but their word.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Task } from "../local/states/driver.ts";
import { decides, fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

type State = {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Condition: string; Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
};
const { StartAt, States } = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "workflows", "follow-up.asl.json"), "utf8"),
) as { StartAt: string; States: Record<string, State> };

const RULES = "AskWhatIsNext";
const CHOICE = "DoesItWaitForPeople";
const waysFrom = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((one) => one.Next), ...Catch.map((one) => one.Next)].filter(
    (one) => one !== undefined,
  );

describe("the graph of a follow-up", () => {
  test("is whole, starts with the rules, and ends well on their word alone", () => {
    expect(StartAt).toBe(RULES);
    const reached = new Set([StartAt]);
    for (const name of reached) for (const to of waysFrom(States[name]!)) reached.add(to);
    expect([...reached].sort()).toEqual(Object.keys(States).sort());
    const toTheEnd = Object.entries(States).filter(([, state]) => waysFrom(state).includes("FollowUpIsDone"));
    expect(toTheEnd.map(([name]) => name)).toEqual([CHOICE]);
    expect(States[CHOICE]?.Choices).toContainEqual({
      Condition: "{% $states.input.next = 'done' %}",
      Next: "FollowUpIsDone",
    });
    expect(States[CHOICE]?.Default).toBe("AnEngineerMustLook");
    expect(new Set(waysFrom(States.WaitForPeople!))).toEqual(new Set([RULES, "AnEngineerMustLook"]));
  });
});

const INPUT = { caseId: "HF-2026-000001", revision: 1 };
const step = (ordinal: number) => ({ next: "step", step: { stepId: `HF-2026-000001-1-${ordinal}` } });
const DONE = { next: "done", outcome: "recorded" };

/** The rules answer one after the other; people decide after an hour, unless `people` says otherwise. */
function scripted(answers: unknown[], people?: (task: Task) => ReturnType<typeof fails>) {
  const rest = [...answers];
  const asked: Record<string, unknown>[] = [];
  const opened: Record<string, unknown>[] = [];
  const host = {
    task(task: Task) {
      if (functionOf(task) === "FollowUpNextArn") {
        asked.push(payloadOf(task));
        return returns(task, rest.shift() ?? DONE);
      }
      opened.push(payloadOf(task));
      return people ? people(task) : [decides(task, 60)];
    },
  };
  return { asked, opened, host };
}

describe("a follow-up on the engine", () => {
  test("asks the rules after every answer: record, return, record again, review", async () => {
    const script = scripted([step(1), step(2), step(3), step(4), DONE]);
    const outcome = await run("follow-up", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).filter((name) => name !== RULES && name !== CHOICE)).toEqual([
      ...Array.from({ length: 4 }, () => "WaitForPeople"),
      "FollowUpIsDone",
    ]);
    expect(script.asked).toEqual(Array.from({ length: 5 }, () => ({ v: 1, ...INPUT })));
    expect(script.opened.map(({ step: of }) => of)).toEqual([1, 2, 3, 4].map((n) => step(n).step));
    expect(new Set(script.opened.map(({ token }) => token)).size).toBe(4);
    expect(script.opened[0]).toMatchObject({ v: 1, ...INPUT, attempt: { redrive: 0, retry: 0 } });
  });

  test("a month without an answer asks again with a new token; nothing ends by waiting", async () => {
    let waits = 0;
    const script = scripted([step(1), step(1), DONE], (task) => {
      waits += 1;
      return waits === 1 ? [] : [decides(task, 60)];
    });
    const outcome = await run("follow-up", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(waits).toBe(2);
    expect(script.asked).toHaveLength(3);
  });

  test("one that was cancelled meanwhile is asked about, not failed", async () => {
    const script = scripted([step(1), { next: "done", outcome: "cancelled" }], (task) =>
      fails(task, "Case.Superseded"),
    );
    expect((await run("follow-up", INPUT, script.host)).state.status).toBe("SUCCEEDED");
    expect(script.opened).toHaveLength(1);
  });

  test("a busy function is called again; one that fails for good, or says what nobody knows, needs an engineer", async () => {
    let calls = 0;
    const script = scripted([DONE]);
    const busyOnce = await run("follow-up", INPUT, {
      task(task) {
        calls += 1;
        return calls === 1 ? fails(task, "Busy") : script.host.task(task);
      },
    });
    expect(busyOnce.state.status).toBe("SUCCEEDED");
    expect((await run("follow-up", INPUT, { task: (task) => fails(task, "TypeError") })).state.status).toBe(
      "FAILED",
    );
    const unknown = await run("follow-up", INPUT, scripted([{ next: "close" }]).host);
    expect(unknown.state.status).toBe("FAILED");
    expect(visited(unknown).at(-1)).toBe("AnEngineerMustLook");
  });
});
