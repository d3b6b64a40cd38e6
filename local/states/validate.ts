/**
 * What CreateStateMachine and ValidateStateMachineDefinition refuse, in AWS's words where they are recorded or
 * published; and what this engine does not know yet, refused by name.
 */
import { MAX_SECONDS, type Machine, parseResource } from "./definition.ts";
import { expressionText } from "./expressions.ts";
import { isKnownIntegration } from "./integrations.ts";
import { expressionProblems } from "./references.ts";
import { parseTimestamp } from "./timestamps.ts";
import { transitionProblems } from "./transitions.ts";
import type { Problem } from "./types.ts";

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const common = ["Type", "Comment", "QueryLanguage"];
const flow = ["Next", "End", "Assign", "Output"];

/** The fields of each state type under JSONata. */
const fieldsOf: Record<string, string[]> = {
  Pass: flow,
  Task: [
    ...flow,
    "Resource",
    "Arguments",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "Credentials",
    "Retry",
    "Catch",
  ],
  Wait: [...flow, "Seconds", "Timestamp"],
  Choice: ["Choices", "Default", "Assign", "Output"],
  Succeed: ["Output"],
  Fail: ["Error", "Cause"],
};

const jsonPathFields = [
  ...["InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector", "Result", "SecondsPath"],
  ...["TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "ErrorPath", "CausePath", "ItemsPath"],
];

const topFields = ["StartAt", "States", "Comment", "QueryLanguage", "TimeoutSeconds", "Version"];

/** Fields that never hold an expression. */
const constantFields = [
  "Type",
  "Comment",
  "QueryLanguage",
  "Resource",
  "Next",
  "Default",
  "ItemProcessor",
  "Branches",
];

/**
 * Checks a definition (JSON text or parsed). An empty list means that it can run here. `type` is the type of the
 * state machine: Express refuses callbacks, jobs and activities.
 */
export function validate(definition: unknown, type: "STANDARD" | "EXPRESS" = "STANDARD"): Problem[] {
  const parsed = typeof definition === "string" ? parse(definition) : { value: definition };
  if ("problem" in parsed) return [parsed.problem];
  const machine = parsed.value;
  if (!isObject(machine)) return [schema("Definition must be a valid JSON object")];

  const missing = ["StartAt", "States"].filter((field) => machine[field] === undefined);
  if (missing.length > 0) return [schema(`These fields are required: [${missing.join(", ")}]`, "/")];
  if (typeof machine.StartAt !== "string") return [schema("Expected value of type String", "/StartAt")];
  if (!isObject(machine.States)) return [schema("Expected value of type Object", "/States")];

  const language = machine.QueryLanguage ?? "JSONPath";
  const problems: Problem[] = [];
  for (const field of Object.keys(machine)) {
    if (!topFields.includes(field)) problems.push(schema(`Field '${field}' is not supported`, "/"));
  }
  if (language !== "JSONPath" && language !== "JSONata") {
    problems.push(schema("Value is not one of the allowed values: [JSONPath, JSONata]", "/QueryLanguage"));
  }
  problems.push(...numberProblems(machine, "TimeoutSeconds", "", 1, MAX_SECONDS));
  for (const [name, state] of Object.entries(machine.States)) {
    problems.push(...stateProblems(name, state, language === "JSONata", type));
  }
  if (problems.length === 0) problems.push(...transitionProblems(machine as unknown as Machine));
  if (problems.length === 0) problems.push(...notYet(machine));
  return problems;
}

/** The problems as CreateStateMachine words them inside "Invalid State Machine Definition: '...'". */
export function describeProblems(problems: Problem[]): string {
  return problems
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? "null"}`)
    .join(", ");
}

function schema(message: string, location?: string): Problem {
  return { code: "SCHEMA_VALIDATION_FAILED", message, ...(location !== undefined && { location }) };
}

function parse(text: string): { value: unknown } | { problem: Problem } {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (thrown) {
    // AWS names the word it does not know and the column after it.
    const [, lead = "", word] = /^(\s*)([A-Za-z]\w*)/.exec(text) ?? [];
    if (word === undefined) {
      return { problem: { code: "INVALID_JSON_DESCRIPTION", message: (thrown as Error).message } };
    }
    const before = lead.split("\n");
    const column = (before.at(-1)?.length ?? 0) + word.length + 1;
    const location = `[Source: (String)"${text}"; line: ${before.length}, column: ${column}]`;
    const expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    const message = `Unrecognized token '${word}': was expecting ${expected}\n at ${location}`;
    return { problem: { code: "INVALID_JSON_DESCRIPTION", message, location } };
  }
}

function stateProblems(name: string, state: unknown, isJsonata: boolean, type: string): Problem[] {
  const at = `/States/${name}`;
  if (!isObject(state)) return [schema("Expected value of type Object", at)];
  if (name.length > 80) return [schema("State name must not be longer than 80 characters", at)];
  if (state.Type === undefined) return [schema("These fields are required: [Type]", at)];
  const kind = String(state.Type);
  if (kind === "Map" || kind === "Parallel") return downgradeProblems(state, isJsonata, at);
  if (!fieldsOf[kind]) {
    return [
      schema(
        `Value is not one of the allowed values: [${Object.keys(fieldsOf).join(", ")}, Map, Parallel]`,
        `${at}/Type`,
      ),
    ];
  }
  const problems = [
    ...downgradeProblems(state, isJsonata, at),
    ...(isJsonata ? fieldProblems(kind, state, at) : []),
    ...shapeProblems(kind, state, at, isJsonata, type),
  ];
  return isJsonata ? [...problems, ...templateProblems(state, at)] : problems;
}

function downgradeProblems(state: Json, isJsonata: boolean, at: string): Problem[] {
  if (!isJsonata || state.QueryLanguage !== "JSONPath") return [];
  return [schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at)];
}

function fieldProblems(kind: string, state: Json, at: string): Problem[] {
  const known = [...common, ...(fieldsOf[kind] ?? [])];
  return Object.keys(state)
    .filter((field) => !known.includes(field))
    .map((field) =>
      jsonPathFields.includes(field)
        ? schema(
            `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`,
            at,
          )
        : schema(`Field '${field}' is not supported`, at),
    );
}

/** Required fields and values, by type. */
function shapeProblems(kind: string, state: Json, at: string, isJsonata: boolean, type: string): Problem[] {
  const problems: Problem[] = [];
  if (["Pass", "Task", "Wait"].includes(kind)) problems.push(...oneOf(state, ["Next", "End"], at));
  if (state.Assign !== undefined) problems.push(...assignProblems(state.Assign, `${at}/Assign`));
  if (kind === "Choice") problems.push(...choiceProblems(state, at, isJsonata));
  if (kind === "Task") problems.push(...taskProblems(state, at, type));
  if (kind === "Wait") {
    const fields = isJsonata
      ? ["Seconds", "Timestamp"]
      : ["Seconds", "Timestamp", "SecondsPath", "TimestampPath"];
    problems.push(...oneOf(state, fields, at));
    problems.push(...numberProblems(state, "Seconds", at, 0, MAX_SECONDS));
    const { Timestamp: text } = state;
    const isLiteral = text !== undefined && (typeof text !== "string" || expressionText(text) === null);
    if (isLiteral && (typeof text !== "string" || parseTimestamp(text) === null)) {
      problems.push(schema("String does not match RFC3339 timestamp", `${at}/Timestamp`));
    }
  }
  return problems;
}

function oneOf(state: Json, fields: string[], at: string): Problem[] {
  const present = fields.filter((field) => state[field] !== undefined && state[field] !== false);
  if (present.length === 1) return [];
  return [
    schema(
      `There should ${present.length > 1 ? "only " : ""}be one of the following fields: [${fields.join(", ")}]`,
      at,
    ),
  ];
}

/** A literal number must be a whole number in range; an expression is checked when it has run. */
function numberProblems(holder: Json, field: string, at: string, least: number, most: number): Problem[] {
  const value = holder[field];
  if (value === undefined || (typeof value === "string" && expressionText(value) !== null)) return [];
  const location = `${at}/${field}`;
  if (typeof value !== "number" || !Number.isInteger(value))
    return [schema("Expected value of type Integer", location)];
  if (value < least) return [schema(`Minimum value is ${least}`, location)];
  return value > most ? [schema(`Maximum value is ${most}`, location)] : [];
}

function assignProblems(assign: unknown, at: string): Problem[] {
  if (!isObject(assign)) return [schema("Expected value of type Object", at)];
  return Object.keys(assign)
    .filter((name) => name === "states" || !/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name))
    .map((name) => schema(`'${name}' is not a valid variable name`, at));
}

function choiceProblems(state: Json, at: string, isJsonata: boolean): Problem[] {
  if (state.Choices === undefined) return [schema("These fields are required: [Choices]", at)];
  if (!Array.isArray(state.Choices) || state.Choices.length === 0) {
    return [schema("Choices must be a non-empty array", `${at}/Choices`)];
  }
  return state.Choices.flatMap((rule: unknown, index): Problem[] => {
    const where = `${at}/Choices[${index}]`;
    if (!isObject(rule)) return [schema("Expected value of type Object", where)];
    const required = isJsonata ? ["Condition", "Next"] : ["Next"];
    const missing = required.filter((field) => rule[field] === undefined);
    const problems =
      missing.length > 0 ? [schema(`These fields are required: [${missing.join(", ")}]`, where)] : [];
    if (rule.Assign !== undefined) problems.push(...assignProblems(rule.Assign, `${where}/Assign`));
    const { Condition: condition } = rule;
    const isCondition =
      condition === undefined ||
      typeof condition === "boolean" ||
      (typeof condition === "string" && expressionText(condition) !== null);
    if (isJsonata && !isCondition) {
      problems.push(schema("Expected a boolean or a JSONata expression", `${where}/Condition`));
    }
    return problems;
  });
}

function taskProblems(state: Json, at: string, type: string): Problem[] {
  const problems = [
    ...resourceProblems(state, at, type),
    ...numberProblems(state, "TimeoutSeconds", at, 1, MAX_SECONDS),
    ...listOf(state.Retry, `${at}/Retry`, retrierProblems),
    ...listOf(state.Catch, `${at}/Catch`, catcherProblems),
  ];
  const { Credentials: credentials } = state;
  if (credentials !== undefined && (!isObject(credentials) || credentials.RoleArn === undefined)) {
    problems.push(schema("The field 'RoleArn' is required but was missing", `${at}/Credentials`));
  }
  return problems;
}

function resourceProblems(state: Json, at: string, type: string): Problem[] {
  const { Resource: arn } = state;
  if (arn === undefined) return [schema("These fields are required: [Resource]", at)];
  const location = `${at}/Resource`;
  if (typeof arn !== "string") return [schema("Expected value of type String", location)];
  const isActivity = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:.+$/.test(arn);
  const resource = parseResource(arn);
  if (type === "EXPRESS" && isActivity) {
    return [schema("Express state machine does not support Activity ARN", location)];
  }
  if (type === "EXPRESS" && resource && resource.pattern !== "request") {
    // The blank before the end is AWS's.
    return [
      schema(`Express state machine does not support '.${resource.pattern}' service integration `, location),
    ];
  }
  if (isActivity) return [];
  if (resource && (resource.isFunction || isKnownIntegration(resource.service, resource.action))) return [];
  return [
    schema(
      `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      location,
    ),
  ];
}

function listOf(
  list: unknown,
  at: string,
  check: (entry: Json, at: string, isLast: boolean) => Problem[],
): Problem[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [schema("Expected value of type Array", at)];
  return list.flatMap((entry: unknown, index): Problem[] => {
    const where = `${at}[${index}]`;
    return isObject(entry)
      ? check(entry, where, index === list.length - 1)
      : [schema("Expected value of type Object", where)];
  });
}

function errorEqualsProblems(entry: Json, at: string, isLast: boolean): Problem[] {
  const names = entry.ErrorEquals;
  if (names === undefined) return [schema("These fields are required: [ErrorEquals]", at)];
  if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== "string")) {
    return [schema("ErrorEquals must be a non-empty array of strings", `${at}/ErrorEquals`)];
  }
  if (!names.includes("States.ALL") || (names.length === 1 && isLast)) return [];
  return [schema("States.ALL must appear alone and in the last entry", `${at}/ErrorEquals`)];
}

function retrierProblems(entry: Json, at: string, isLast: boolean): Problem[] {
  const problems = [
    ...errorEqualsProblems(entry, at, isLast),
    ...numberProblems(entry, "IntervalSeconds", at, 1, MAX_SECONDS),
    ...numberProblems(entry, "MaxAttempts", at, 0, MAX_SECONDS),
    ...numberProblems(entry, "MaxDelaySeconds", at, 1, 31_622_400),
  ];
  const { BackoffRate: rate, JitterStrategy: jitter } = entry;
  if (rate !== undefined && (typeof rate !== "number" || rate < 1)) {
    problems.push(schema("Minimum value is 1.0", `${at}/BackoffRate`));
  }
  if (jitter !== undefined && jitter !== "NONE" && jitter !== "FULL") {
    problems.push(schema("Value is not one of the allowed values: [NONE, FULL]", `${at}/JitterStrategy`));
  }
  return problems;
}

function catcherProblems(entry: Json, at: string, isLast: boolean): Problem[] {
  const problems = errorEqualsProblems(entry, at, isLast);
  if (entry.Next === undefined) problems.push(schema("These fields are required: [Next]", at));
  if (entry.Assign !== undefined) problems.push(...assignProblems(entry.Assign, `${at}/Assign`));
  return problems;
}

/** Every expression of a state must parse and must not read a context that does not exist. */
function templateProblems(state: Json, at: string): Problem[] {
  const problems: Problem[] = [];
  const walk = (value: unknown, location: string): void => {
    if (typeof value === "string") {
      const text = expressionText(value);
      if (text !== null)
        problems.push(...expressionProblems(text).map((problem) => ({ ...problem, location })));
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, `${location}[${index}]`);
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) walk(item, `${location}/${key}`);
    }
  };
  for (const [field, value] of Object.entries(state)) {
    if (!constantFields.includes(field)) walk(value, `${at}/${field}`);
  }
  return problems;
}

/** Valid on AWS, unknown to this engine. */
function notYet(machine: Json): Problem[] {
  const unsupported = (what: string, location: string) =>
    schema(`${what} is not supported yet by this engine`, location);
  if (machine.QueryLanguage !== "JSONata") {
    return [
      unsupported("QueryLanguage JSONPath (the default; set QueryLanguage to JSONata)", "/QueryLanguage"),
    ];
  }
  return Object.entries(machine.States as Record<string, Json>).flatMap(([name, state]): Problem[] => {
    const at = `/States/${name}`;
    if (state.Type === "Map" || state.Type === "Parallel") return [unsupported(state.Type, at)];
    if (state.HeartbeatSeconds !== undefined) return [unsupported("HeartbeatSeconds", at)];
    if (state.Type === "Task" && !parseResource(String(state.Resource))) {
      return [unsupported("An activity", `${at}/Resource`)];
    }
    return [];
  });
}

/** A definition that cannot run here. */
export class InvalidDefinition extends Error {
  readonly problems: Problem[];
  constructor(problems: Problem[]) {
    super(`Invalid State Machine Definition: '${describeProblems(problems)}'`);
    this.name = "InvalidDefinition";
    this.problems = problems;
  }
}

/** Makes a definition ready to run. Throws InvalidDefinition with all its problems. */
export function compile(definition: object | string): Machine {
  const problems = validate(definition);
  if (problems.length > 0) throw new InvalidDefinition(problems);
  return (typeof definition === "string" ? JSON.parse(definition) : structuredClone(definition)) as Machine;
}
