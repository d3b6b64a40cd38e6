/**
 * CloudFormation templates: their shape and their intrinsic functions.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

/** What a resource is known by: `Ref`, and `Fn::GetAtt` by attribute name. */
export type Resource = { ref: string; attributes: Record<string, unknown> };

export type TemplateResource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
  DependsOn?: string | string[];
};
export type Template = {
  Resources?: Record<string, TemplateResource>;
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown }; Condition?: string }>;
};

/** Where the names in one stack's template are looked up. */
export type Scope = {
  template: Template;
  /** AWS::Region and its kin. */
  pseudo: Record<string, string>;
  /** A resource of this stack, created first if need be. */
  resource(logicalId: string): Promise<Resource>;
  /** The value that some stack exports under that name. */
  imported(name: string): Promise<unknown>;
  /** What is done to every string that was put together, e.g. to replace addresses of AWS. */
  rewrite(text: string): string;
};

/** A property with this value is left out. */
const NO_VALUE = Symbol("AWS::NoValue");

/** Replaces every intrinsic function in a value. Throws with the name of what it cannot resolve. */
export async function resolve(value: unknown, scope: Scope): Promise<unknown> {
  const resolved = await evaluate(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

async function evaluate(value: unknown, scope: Scope): Promise<unknown> {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const resolved = await evaluate(item, scope);
      if (resolved !== NO_VALUE) items.push(resolved);
    }
    return items;
  }
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? entries[0]! : ["", undefined];
  if (name === "Ref") return reference(String(argument), scope);
  const run = FUNCTIONS[name];
  if (run) return run(argument, scope);
  if (name.startsWith("Fn::")) throw new Error(`unknown intrinsic function ${name}`);
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const resolved = await evaluate(item, scope);
    if (resolved !== NO_VALUE) result[key] = resolved;
  }
  return result;
}

async function reference(name: string, scope: Scope): Promise<unknown> {
  if (name === "AWS::NoValue") return NO_VALUE;
  if (scope.pseudo[name] !== undefined) return scope.pseudo[name];
  const parameter = scope.template.Parameters?.[name];
  if (parameter) {
    if (parameter.Default === undefined) throw new Error(`parameter ${name} has no default`);
    return parameter.Default;
  }
  return (await scope.resource(name)).ref;
}

async function attribute(id: string, name: string, scope: Scope): Promise<unknown> {
  const { attributes } = await scope.resource(id);
  if (!(name in attributes)) throw new Error(`${id} has no attribute ${name}`);
  return attributes[name];
}

/** Whether a named condition or a condition expression holds. */
export async function condition(expression: unknown, scope: Scope): Promise<boolean> {
  if (typeof expression === "string") {
    const named = scope.template.Conditions?.[expression];
    if (named === undefined) throw new Error(`unknown condition ${expression}`);
    return condition(named, scope);
  }
  const [name, argument] = Object.entries(expression as object)[0] ?? [];
  const each = async () => Promise.all((argument as unknown[]).map((item) => condition(item, scope)));
  switch (name) {
    case "Condition":
      return condition(argument, scope);
    case "Fn::Equals": {
      const [left, right] = (await evaluate(argument, scope)) as unknown[];
      return String(left) === String(right);
    }
    case "Fn::Not":
      return !(await each())[0];
    case "Fn::And":
      return (await each()).every(Boolean);
    case "Fn::Or":
      return (await each()).some(Boolean);
    default:
      throw new Error(`unknown condition function ${name}`);
  }
}

type Intrinsic = (argument: never, scope: Scope) => Promise<unknown>;

const FUNCTIONS: Record<string, (argument: unknown, scope: Scope) => Promise<unknown>> = intrinsics({
  "Fn::GetAtt": async (argument: string | [string, unknown], scope) => {
    if (typeof argument !== "string")
      return attribute(argument[0], String(await evaluate(argument[1], scope)), scope);
    const dot = argument.indexOf(".");
    return attribute(argument.slice(0, dot), argument.slice(dot + 1), scope);
  },
  "Fn::Join": async ([separator, items]: [string, unknown], scope) =>
    scope.rewrite(((await evaluate(items, scope)) as unknown[]).join(separator)),
  "Fn::Sub": async (argument: string | [string, Record<string, unknown>], scope) => {
    const [text, variables] = typeof argument === "string" ? [argument, {}] : argument;
    let result = "";
    let last = 0;
    for (const match of text.matchAll(/\$\{([^}]+)\}/g)) {
      const name = match[1]!;
      result += text.slice(last, match.index);
      last = match.index + match[0].length;
      if (name.startsWith("!")) result += `\${${name.slice(1)}}`;
      else if (name in variables) result += String(await evaluate(variables[name], scope));
      else if (name.includes(".")) result += String(await FUNCTIONS["Fn::GetAtt"]!(name, scope));
      else result += String(await reference(name, scope));
    }
    return scope.rewrite(result + text.slice(last));
  },
  "Fn::Select": async ([index, items]: [unknown, unknown], scope) => {
    const list = (await evaluate(items, scope)) as unknown[];
    const at = Number(await evaluate(index, scope));
    if (!(at in list)) throw new Error(`Fn::Select: no item ${at}`);
    return list[at];
  },
  "Fn::Split": async ([separator, text]: [string, unknown], scope) =>
    String(await evaluate(text, scope)).split(separator),
  "Fn::FindInMap": async (argument: unknown[], scope) => {
    const [map, first, second] = (await evaluate(argument, scope)) as [string, string, string];
    const found = scope.template.Mappings?.[map]?.[first]?.[second];
    if (found === undefined) throw new Error(`Fn::FindInMap: nothing at ${map}.${first}.${second}`);
    return found;
  },
  "Fn::If": async ([name, yes, no]: [string, unknown, unknown], scope) =>
    evaluate((await condition(name, scope)) ? yes : no, scope),
  "Fn::ImportValue": async (argument: unknown, scope) =>
    scope.imported(String(await evaluate(argument, scope))),
  "Fn::Base64": async (argument: unknown, scope) =>
    Buffer.from(String(await evaluate(argument, scope))).toString("base64"),
});

/** The functions trust the shape of their argument: CloudFormation's schema, and the CDK that wrote it. */
function intrinsics(table: Record<string, Intrinsic>) {
  return table as Record<string, (argument: unknown, scope: Scope) => Promise<unknown>>;
}
