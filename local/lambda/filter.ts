/**
 * EventBridge event patterns, as stream mappings and rules use them.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

type Matcher = (value: unknown, exists: boolean) => boolean;
/** A compiled pattern: whether an event matches. */
export type Pattern = (event: unknown) => boolean;

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

const text =
  (test: (value: string) => boolean): Matcher =>
  (value) =>
    typeof value === "string" && test(value);

const OPERATORS: Record<string, (argument: unknown) => Matcher> = {
  exists: (wanted) => (_value, exists) => exists === wanted,
  prefix: (argument) =>
    typeof argument === "string"
      ? text((value) => value.startsWith(argument))
      : text((value) => value.toLowerCase().startsWith(ignoreCase(argument))),
  suffix: (argument) =>
    typeof argument === "string"
      ? text((value) => value.endsWith(argument))
      : text((value) => value.toLowerCase().endsWith(ignoreCase(argument))),
  "equals-ignore-case": (argument) => text((value) => value.toLowerCase() === String(argument).toLowerCase()),
  wildcard: (argument) => {
    const escaped = String(argument)
      .split("*")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    const expression = new RegExp(`^${escaped.join("[^]*")}$`);
    return text((value) => expression.test(value));
  },
  numeric: (argument) => {
    const terms = argument as (string | number)[];
    return (value) => {
      if (typeof value !== "number") return false;
      for (let i = 0; i < terms.length; i += 2) {
        if (!COMPARE[terms[i]!]!(value, Number(terms[i + 1]))) return false;
      }
      return true;
    };
  },
  "anything-but": (argument) => {
    const refused = (Array.isArray(argument) ? argument : [argument]).map(matcher);
    return (value, exists) => exists && !refused.some((refuses) => refuses(value, true));
  },
};

function ignoreCase(argument: unknown): string {
  const wanted = (argument as { "equals-ignore-case"?: unknown })["equals-ignore-case"];
  if (typeof wanted !== "string") throw new Error(`unknown pattern argument ${JSON.stringify(argument)}`);
  return wanted.toLowerCase();
}

function matcher(leaf: unknown): Matcher {
  if (leaf === null || typeof leaf !== "object") return (value, exists) => exists && value === leaf;
  const [operator, ...others] = Object.keys(leaf);
  const make = operator === undefined || others.length > 0 ? undefined : OPERATORS[operator];
  if (!make) throw new Error(`unknown pattern operator ${JSON.stringify(leaf)}`);
  return make((leaf as Record<string, unknown>)[operator!]);
}

/** Compiles a pattern. Throws on operators that EventBridge does not know. */
export function compilePattern(pattern: unknown): Pattern {
  if (pattern === null || typeof pattern !== "object" || Array.isArray(pattern)) {
    throw new Error("a pattern is an object");
  }
  const tests = Object.entries(pattern).map(([key, wanted]): Pattern => {
    if (key === "$or") {
      const branches = (wanted as unknown[]).map(compilePattern);
      return (event) => branches.some((branch) => branch(event));
    }
    const at = (event: unknown) =>
      event !== null && typeof event === "object" ? (event as Record<string, unknown>)[key] : undefined;
    if (Array.isArray(wanted)) {
      const matchers = wanted.map(matcher);
      return (event) => {
        const value = at(event);
        const values = Array.isArray(value) && value.length > 0 ? value : [value];
        return matchers.some((matches) => values.some((one) => matches(one, one !== undefined)));
      };
    }
    const inner = compilePattern(wanted);
    return (event) => {
      const value = at(event);
      // An array of objects matches when one of them does; a missing object can still match `exists: false` inside.
      return Array.isArray(value) ? value.some((one) => inner(one)) : inner(value);
    };
  });
  return (event) => tests.every((test) => test(event));
}
