/**
 * Evaluates the fields of a state: literals stay, strings that are exactly `{% ... %}` are JSONata 2.0.6, at any
 * depth. Causes are worded as AWS words them (recordings; for thrown errors the JSONata code and message).
 */
import jsonata from "jsonata";
import { evaluationFailure } from "./errors.ts";
import { registerFunctions } from "./functions.ts";
import { SeededRandom } from "./random.ts";
import type { Variables } from "./types.ts";

/** What an expression sees, and where it stands. */
export type Scope = {
  state: { name: string; enteredEventId: number };
  /** `$states`: input, context, and result or errorOutput where they exist. */
  states: { input: unknown; context: unknown; result?: unknown; errorOutput?: unknown };
  variables: Variables;
  /** Epoch milliseconds for $now and $millis. */
  now: number;
  /** Execution and place: what $uuid, $random and $shuffle are derived from. */
  seed: string;
};

/** The text between the delimiters, trimmed; null when the string is a literal. */
export function expressionText(value: string): string | null {
  return value.startsWith("{%") && value.endsWith("%}") && value.length >= 4
    ? value.slice(2, -2).trim()
    : null;
}

/**
 * Evaluates a field and everything inside it. `location` is the field's path as AWS prints it (`Output/total`,
 * `Catch[0]/Assign/why`). Throws States.QueryEvaluationError.
 */
export async function evaluate(template: unknown, location: string, scope: Scope): Promise<unknown> {
  if (typeof template === "string") {
    const text = expressionText(template);
    return text === null ? template : evaluateExpression(text, location, scope);
  }
  if (Array.isArray(template)) {
    const items: unknown[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluate(item, `${location}[${index}]`, scope));
    }
    return items;
  }
  if (typeof template === "object" && template !== null) {
    const fields: [string, unknown][] = [];
    for (const [key, value] of Object.entries(template)) {
      fields.push([key, await evaluate(value, `${location}/${key}`, scope)]);
    }
    return Object.fromEntries(fields);
  }
  return template;
}

/** Evaluates a field that must have one type; throws AWS's "unexpected result type" otherwise. */
export async function evaluateAs<T extends "string" | "number" | "boolean">(
  type: T,
  template: unknown,
  location: string,
  scope: Scope,
): Promise<{ string: string; number: number; boolean: boolean }[T]> {
  const value = await evaluate(template, location, scope);
  if (typeof value !== type) {
    const text =
      typeof template === "string" ? (expressionText(template) ?? template) : JSON.stringify(template);
    throw evaluationFailure(
      scope.state,
      location,
      `The JSONata expression '${text}' specified for the field '${location}' returned an unexpected result type. ` +
        `Expected '${type}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
    );
  }
  return value as { string: string; number: number; boolean: boolean }[T];
}

async function evaluateExpression(text: string, location: string, scope: Scope): Promise<unknown> {
  const fail = (what: string) =>
    evaluationFailure(
      scope.state,
      location,
      `The JSONata expression '${text}' specified for the field '${location}' ${what}`,
    );
  let value: unknown;
  try {
    value = await run(text, location, scope);
  } catch (thrown) {
    throw fail(`threw an error during evaluation${tail(thrown)}`);
  }
  // A round trip through JSON leaves plain data: no sequences, no functions, no negative zero.
  const plain = JSON.stringify(value, (_, part: unknown) => (isFunction(part) ? undefined : part));
  if (plain === undefined) throw fail("returned nothing (undefined).");
  return JSON.parse(plain);
}

async function run(text: string, location: string, scope: Scope): Promise<unknown> {
  // $toMillis fills the parts that a picture leaves out from the day of evaluation, and $now prints it: a first
  // call in the same block puts the injected clock where they read it, so that a replay gives the same.
  const needsClock = /\$(now|toMillis)\b/.test(text);
  const expression = jsonata(needsClock ? `($states__clock(); ${text}\n)` : text);
  registerFunctions(expression, new SeededRandom(`${scope.seed}\n${location}`), scope.now);
  if (needsClock) {
    expression.registerFunction("states__clock", function (this: jsonata.Focus) {
      Object.assign(this.environment, { timestamp: new Date(scope.now) });
    });
    expression.registerFunction("now", nowFunction(scope.now), "<s?s?:s>");
  }
  return expression.evaluate(undefined, { ...scope.variables, states: scope.states });
}

function nowFunction(now: number): (this: jsonata.Focus, picture?: string, zone?: string) => unknown {
  return (picture, zone) =>
    jsonata("$fromMillis($t, $p, $z)").evaluate(undefined, { t: now, p: picture, z: zone });
}

/** Functions, lambdas and regular expressions are values in JSONata and have no place in data. */
function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return (
    typeof value === "object" &&
    value !== null &&
    ("_jsonata_function" in value || "_jsonata_lambda" in value)
  );
}

/** The end of the sentence: ". CODE: message" for JSONata's own errors, ": message" for others. */
function tail(thrown: unknown): string {
  const { code, message } = thrown as { code?: string; message?: string };
  return code ? `. ${code}: ${message}` : `: ${message ?? String(thrown)}`;
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
