/** Compares what the engine gave with what AWS gave, under the masks that the recordings ask for. */

/** Words that stand for any value: the recordings' own, and those of the context object. */
const words = new Set([
  ...["timestamp", "date", "start-date", "stop-date", "task_token", "RequestId", "X-Amzn-Trace-Id"],
  ...["start-time", "entered-time"],
]);

/** Fields that differ from run to run or belong to the SDK's transport. */
const masked = new Set(["requestId", "stackTrace", "SdkHttpMetadata", "SdkResponseMetadata"]);

/** Fields that the recordings left out. */
const removed = new Set(["roleArn", "inputDetails", "outputDetails"]);

/**
 * The first difference, as "path: expected X, got Y"; null when they agree. A text is parsed where the recording has
 * a document, and two texts agree when both are JSON that agrees.
 */
export function difference(expected: unknown, actual: unknown, path = ""): string | null {
  if (typeof expected === "string") return textDifference(expected, actual, path);
  const value = typeof actual === "string" ? parsed(actual) : actual;
  if (Array.isArray(expected)) {
    if (!Array.isArray(value)) return told(path, expected, actual);
    if (expected.length !== value.length) return told(`${path}/length`, expected.length, value.length);
    return first(expected, (item, index) => difference(item, value[index], `${path}[${index}]`));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return told(path, expected, actual);
    return fieldsDifference(expected as Fields, value as Fields, path);
  }
  return Object.is(expected, value) || expected === value ? null : told(path, expected, actual);
}

type Fields = Record<string, unknown>;

function fieldsDifference(expected: Fields, actual: Fields, path: string): string | null {
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return first([...names], (name) => {
    const where = `${path}/${name}`;
    if (removed.has(name) && !(name in expected)) return null;
    if (masked.has(name)) return null;
    if (!(name in actual)) return told(where, expected[name], "nothing");
    if (!(name in expected)) return told(where, "nothing", actual[name]);
    return difference(expected[name], actual[name], where);
  });
}

function textDifference(expected: string, actual: unknown, path: string): string | null {
  if (words.has(expected) || expected === actual) return null;
  if (typeof actual === "string") {
    const [left, right] = [parsed(expected), parsed(actual)];
    if (typeof left === "object" && left !== null) return difference(left, right, path);
    // A number or word in JSON text, such as "42" written as 42.
    if (right === expected) return null;
  }
  const text = typeof actual === "string" ? actual : JSON.stringify(actual);
  if (/<[^<>]+>/.test(expected)) {
    const pattern = expected
      .split(/<[^<>]+>/)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*");
    if (text !== undefined && new RegExp(`^${pattern}$`, "s").test(text)) return null;
  }
  return told(path, expected, actual);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function first<T>(items: T[], find: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== null) return found;
  }
  return null;
}

function told(path: string, expected: unknown, actual: unknown): string {
  const show = (value: unknown) => {
    const text = JSON.stringify(value) ?? "nothing";
    return text.length > 300 ? `${text.slice(0, 300)}...` : text;
  };
  return `${path || "/"}: expected ${show(expected)}, got ${show(actual)}`;
}
