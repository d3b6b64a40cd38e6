/**
 * What can be said about an expression before it runs: whether it parses, and which names it reads from a context
 * that does not exist. Source: "Transforming data with JSONata" (no unqualified names, `$` or `$$` at the top
 * level); codes and wording as CreateStateMachine answers them.
 */
import jsonata from "jsonata";

type Node = { type?: string; value?: unknown } & Record<string, unknown>;

/** The reasons why CreateStateMachine refuses an expression; empty when it is fine. */
export function expressionProblems(text: string): { code: string; message: string }[] {
  let ast: Node;
  try {
    ast = jsonata(text).ast() as unknown as Node;
  } catch (thrown) {
    return [{ code: "INVALID_JSONATA_EXPRESSION", message: (thrown as { message: string }).message }];
  }
  const names = new Set<string>();
  collect(ast, true, names);
  return [...names].map((name) => ({
    code: "UNSUPPORTED_JSONATA_EXPRESSION",
    message: `Reference to '${name}' at the top level is not supported.`,
  }));
}

/** Fields of a node whose expressions run with a context of their own. */
const nested = new Set(["predicate", "stages", "group", "terms", "update", "delete"]);

/** Adds the names that `value` (a node, a list of nodes, or data) reads from the top level. */
function collect(value: unknown, top: boolean, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, top, names);
    return;
  }
  if (typeof value !== "object" || value === null || value instanceof RegExp) return;
  const node = value as Node;
  if (node.type === "variable") {
    if (node.value === "$" || (node.value === "" && top)) names.add(`$${node.value}`);
  } else if (node.type === "name") {
    if (top) names.add(String(node.value));
  }
  for (const [field, child] of Object.entries(node)) {
    if (field === "steps" && Array.isArray(child)) {
      for (const [index, step] of child.entries()) collect(step, top && index === 0, names);
    } else if (field !== "value" || node.type !== "name") {
      // A variable's and a literal's value are plain data, which collect passes over.
      collect(child, top && !nested.has(field), names);
    }
  }
}
