/**
 * Event patterns of EventBridge: every field of the pattern must be there, with one of the values listed for it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type EventPattern = { [name: string]: Json };

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `["<", 10, ">=", 1]`: all comparisons hold. */
function compares(value: Json | undefined, tests: Json[]): boolean {
  if (typeof value !== "number") return false;
  for (let i = 0; i + 1 < tests.length; i += 2) {
    const limit = Number(tests[i + 1]);
    const holds =
      tests[i] === "="
        ? value === limit
        : tests[i] === "<"
          ? value < limit
          : tests[i] === "<="
            ? value <= limit
            : tests[i] === ">"
              ? value > limit
              : tests[i] === ">=" && value >= limit;
    if (!holds) return false;
  }
  return true;
}

/** A text by one comparison: plain, or `{"equals-ignore-case": …}` inside prefix and suffix. */
function affix(value: Json | undefined, wanted: Json, end: "startsWith" | "endsWith"): boolean {
  if (typeof value !== "string") return false;
  if (isObject(wanted)) return value.toLowerCase()[end](String(wanted["equals-ignore-case"]).toLowerCase());
  return value[end](String(wanted));
}

/** `*` stands for any text. */
function wildcard(value: Json | undefined, pattern: Json): boolean {
  const parts = String(pattern)
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return typeof value === "string" && new RegExp(`^${parts.join(".*")}$`, "s").test(value);
}

/** One value of the event (undefined = the field is missing) against one entry of the pattern's list. */
function fits(value: Json | undefined, test: Json): boolean {
  if (!isObject(test)) return value === test;
  const [[operator, operand]] = Object.entries(test) as [[string, Json]];
  switch (operator) {
    case "exists":
      return operand === (value !== undefined);
    case "prefix":
      return affix(value, operand, "startsWith");
    case "suffix":
      return affix(value, operand, "endsWith");
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase();
    case "wildcard":
      return wildcard(value, operand);
    case "numeric":
      return compares(value, operand as Json[]);
    case "anything-but":
      if (value === undefined) return false;
      if (isObject(operand)) return !fits(value, operand);
      return !(Array.isArray(operand) ? operand : [operand]).includes(value);
    default:
      throw new Error(`Unrecognized match type ${operator}`);
  }
}

/** Whether an event has what a pattern asks for. */
export function matches(event: Json | undefined, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === "$or") return (wanted as EventPattern[]).some((branch) => matches(event, branch));
    const value = isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
    if (!Array.isArray(wanted)) {
      // A list of objects matches when one of them does.
      const inner = Array.isArray(value) ? value : [value];
      return inner.some((one) => matches(one, wanted as EventPattern));
    }
    const values =
      Array.isArray(value) && value.length > 0 ? value : [Array.isArray(value) ? undefined : value];
    return wanted.some((test) => values.some((one) => fits(one, test)));
  });
}

/** Says what is wrong with a pattern; null when it is one. */
export function patternProblem(text: string): string | null {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    return "Event pattern is not valid. Reason: not JSON";
  }
  const check = (node: unknown, path: string): string | null => {
    if (!isObject(node) || Object.keys(node).length === 0) return `"${path}" must be an object or an array`;
    for (const [name, inner] of Object.entries(node)) {
      if (name === "$or" && Array.isArray(inner)) continue;
      if (Array.isArray(inner) && inner.length === 0) return "Empty arrays are not allowed";
      const problem = Array.isArray(inner) ? null : check(inner, name);
      if (problem) return problem;
    }
    return null;
  };
  const problem = check(pattern, "root");
  if (problem) return `Event pattern is not valid. Reason: ${problem}`;
  try {
    // Runs every operator once: an unknown one throws.
    probe(pattern as EventPattern);
  } catch (error) {
    return `Event pattern is not valid. Reason: ${(error as Error).message}`;
  }
  return null;
}

function probe(pattern: EventPattern): void {
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name === "$or") for (const branch of wanted as EventPattern[]) probe(branch);
    else if (!Array.isArray(wanted)) probe(wanted as EventPattern);
    else for (const test of wanted) if (isObject(test)) fits("", test);
  }
}
