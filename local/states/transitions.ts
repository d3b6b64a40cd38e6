/** The graph of a definition: every target exists, every state can be reached, the workflow can end. */
import type { Machine } from "./definition.ts";
import type { Problem } from "./types.ts";

type Target = { name: string; location: string };

/**
 * Problems of the graph in AWS's order: missing targets first, then a workflow without an end (which hides the
 * rest), then states that nothing leads to.
 */
export function transitionProblems(machine: Machine): Problem[] {
  const states = machine.States;
  const start = { name: machine.StartAt, location: "/StartAt" };
  const missing = [start, ...Object.keys(states).flatMap((name) => targetsOf(machine, name))]
    .filter((target) => !Object.hasOwn(states, target.name))
    .map(({ name, location }) => ({
      code: "MISSING_TRANSITION_TARGET",
      message: `Missing 'Next' target: ${name}`,
      location,
    }));
  const canEnd = Object.values(states).some(
    (state) => state.Type === "Succeed" || state.Type === "Fail" || ("End" in state && state.End === true),
  );
  if (!canEnd) return [...missing, { code: "MISSING_END_STATE", message: "Workflow has no terminal state" }];
  const reached = reachable(machine);
  const lost = Object.keys(states)
    .filter((name) => !reached.has(name))
    .map((name) => ({
      code: "MISSING_TRANSITION_TARGET",
      message: `State "${name}" is not reachable.`,
      location: `/States/${name}`,
    }));
  return [...missing, ...lost];
}

function targetsOf(machine: Machine, name: string): Target[] {
  const at = `/States/${name}`;
  // Map and Parallel have the same fields; they are refused later.
  const state = machine.States[name] as {
    Next?: string;
    Default?: string;
    Choices?: { Next: string }[];
    Catch?: { Next: string }[];
  };
  const targets: Target[] = [];
  if (state.Next !== undefined) targets.push({ name: state.Next, location: `${at}/Next` });
  for (const [index, rule] of (state.Choices ?? []).entries()) {
    targets.push({ name: rule.Next, location: `${at}/Choices[${index}]/Next` });
  }
  if (state.Default !== undefined) targets.push({ name: state.Default, location: `${at}/Default` });
  for (const [index, entry] of (state.Catch ?? []).entries()) {
    targets.push({ name: entry.Next, location: `${at}/Catch[${index}]/Next` });
  }
  return targets;
}

function reachable(machine: Machine): Set<string> {
  const reached = new Set<string>();
  const open = [machine.StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name) || !Object.hasOwn(machine.States, name)) continue;
    reached.add(name);
    open.push(...targetsOf(machine, name).map((target) => target.name));
  }
  return reached;
}
