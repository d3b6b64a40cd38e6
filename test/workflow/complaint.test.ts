/**
 * How a complaint moves: every path of the deployed definition, as a graph, and a few of them on the engine with a virtual
 * clock. That the rules themselves close nothing without a satisfied follow-up, the manager's reasoned decision or a merge
 * is test/unit/complaint/standing.fuzz.test.ts; here, that the workflow ends on nothing but their word.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Task } from "../local/states/driver.ts";
import { decides, fails, functionOf, payloadOf, returns, run, visited } from "./definitions.ts";

// ---- the graph

type State = {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Condition: string; Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
};
const DEFINITION = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "workflows", "complaint.asl.json"), "utf8"),
) as { StartAt: string; States: Record<string, State> };
const { StartAt, States } = DEFINITION;

/** A way from one state to another, and on what condition. */
type Edge = { from: string; to: string; on: string };
const EDGES = Object.entries(States).flatMap(([from, state]): Edge[] => [
  ...(state.Next === undefined ? [] : [{ from, to: state.Next, on: "done" }]),
  ...(state.Default === undefined ? [] : [{ from, to: state.Default, on: "default" }]),
  ...(state.Choices ?? []).map(({ Condition, Next }) => ({ from, to: Next, on: Condition })),
  ...(state.Catch ?? []).map(({ ErrorEquals, Next }) => ({ from, to: Next, on: ErrorEquals.join() })),
]);
const edgesFrom = (name: string) => EDGES.filter((edge) => edge.from === name);

/** Every path from the start that passes no edge twice, up to where it ends. */
function paths(at = StartAt, path: Edge[] = []): Edge[][] {
  const ways = edgesFrom(at).filter((edge) => !path.includes(edge));
  if (edgesFrom(at).length === 0) return [path];
  return ways.flatMap((edge) => paths(edge.to, [...path, edge]));
}

const RULES = "AskWhatIsNext";
const CHOICE = "WhatDoesTheComplaintNeed";

describe("the graph of a complaint", () => {
  test("is whole: every state is reached, every way leads somewhere, it starts with the rules", () => {
    expect(StartAt).toBe(RULES);
    const reached = new Set(paths().flatMap((path) => [StartAt, ...path.map((edge) => edge.to)]));
    expect([...reached].sort()).toEqual(Object.keys(States).sort());
  });

  test("ends well in one place only, and every path there passes the rules last and has their word that it is done", () => {
    const ends = Object.entries(States).filter(([name]) => edgesFrom(name).length === 0);
    expect(ends.map(([name, state]) => [name, state.Type])).toEqual([
      ["ComplaintIsDone", "Succeed"],
      ["AnEngineerMustLook", "Fail"],
    ]);
    const good = paths().filter((path) => path.at(-1)?.to === "ComplaintIsDone");
    expect(good.length).toBeGreaterThan(0);
    for (const path of good) {
      const [asked, chosen] = path.slice(-2);
      expect(asked).toEqual({ from: RULES, to: CHOICE, on: "done" });
      expect(chosen).toEqual({
        from: CHOICE,
        to: "ComplaintIsDone",
        on: "{% $states.input.next = 'done' %}",
      });
    }
  });

  test("goes back to the rules after everything else, so that nobody's answer is taken for the end", () => {
    for (const [name, state] of Object.entries(States)) {
      if (name === RULES || state.Type !== "Task") continue;
      const on = edgesFrom(name).map((edge) => edge.to);
      expect(new Set(on), name).toEqual(new Set([RULES, "AnEngineerMustLook"]));
    }
    expect(edgesFrom(RULES).map((edge) => edge.to)).toEqual([CHOICE, "AnEngineerMustLook"]);
    // What the rules may say has one way each; anything else is an engineer's matter.
    expect(States[CHOICE]?.Default).toBe("AnEngineerMustLook");
  });
});

// ---- on the engine

const INPUT = { caseId: "TS-2026-000001", revision: 1 };
const step = (ordinal: number) => ({ next: "step", step: { stepId: `TS-2026-000001-1-${ordinal}` } });

type Script = { answers: unknown[]; outcome?: string; people?: (task: Task) => ReturnType<typeof fails> };

/** The rules answer one after the other; people decide after an hour; the chain ends as given. */
function scripted({ answers, outcome = "approved", people }: Script) {
  const rest = [...answers];
  const asked: Record<string, unknown>[] = [];
  const chains: unknown[] = [];
  const host = {
    task(task: Task) {
      if (task.service === "states") {
        chains.push(task.arguments);
        const output = { Status: "SUCCEEDED", Output: { outcome } };
        return [{ after: 1, event: { type: "taskSucceeded" as const, taskId: task.taskId, output } }];
      }
      if (functionOf(task) === "ComplaintNextArn") {
        asked.push(payloadOf(task));
        return returns(task, rest.shift() ?? { next: "done" });
      }
      return people ? people(task) : [decides(task, 60)];
    },
  };
  return { asked, chains, host };
}

describe("a complaint on the engine", () => {
  test("asks the rules after every step and every chain, and tells them how the chain ended", async () => {
    const script = scripted({
      answers: [
        step(1),
        { next: "chain", round: 2 },
        step(2),
        step(3),
        { next: "done", outcome: "satisfied" },
      ],
      outcome: "returned",
    });
    const outcome = await run("complaint", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(visited(outcome).filter((name) => name !== RULES && name !== CHOICE)).toEqual([
      "WaitForPeople",
      "HaveItApproved",
      "WaitForPeople",
      "WaitForPeople",
      "ComplaintIsDone",
    ]);
    expect(script.asked.map((one) => one.chain)).toEqual([
      null,
      null,
      { round: 2, outcome: "returned" },
      null,
      null,
    ]);
    expect(script.chains).toMatchObject([{ Name: "TS-2026-000001-1-2", Input: INPUT }]);
  });

  test("a month without an answer asks the rules again; nothing ends by waiting", async () => {
    let waits = 0;
    const script = scripted({
      answers: [step(1), step(1), { next: "done", outcome: "satisfied" }],
      people: (task) => {
        waits += 1;
        return waits === 1 ? [] : [decides(task, 60)];
      },
    });
    const outcome = await run("complaint", INPUT, script.host);
    expect(outcome.state.status).toBe("SUCCEEDED");
    expect(waits).toBe(2);
    expect(script.asked).toHaveLength(3);
  });

  test("a case that moved on is asked about, not failed", async () => {
    let opened = 0;
    const script = scripted({
      answers: [step(1), { next: "done", outcome: "merged" }],
      people: (task) => {
        opened += 1;
        return fails(task, "Case.Superseded");
      },
    });
    expect((await run("complaint", INPUT, script.host)).state.status).toBe("SUCCEEDED");
    expect(opened).toBe(1);
  });

  test("a busy function is called again; one that fails for good, or says what nobody knows, needs an engineer", async () => {
    let calls = 0;
    const script = scripted({ answers: [{ next: "done", outcome: "satisfied" }] });
    const busyOnce = await run("complaint", INPUT, {
      task(task) {
        calls += 1;
        return calls === 1 ? fails(task, "Busy") : script.host.task(task);
      },
    });
    expect(busyOnce.state.status).toBe("SUCCEEDED");
    const broken = await run("complaint", INPUT, { task: (task) => fails(task, "TypeError") });
    expect(broken.state.status).toBe("FAILED");
    const unknown = await run("complaint", INPUT, scripted({ answers: [{ next: "close" }] }).host);
    expect(unknown.state.status).toBe("FAILED");
    expect(visited(unknown).at(-1)).toBe("AnEngineerMustLook");
  });
});
