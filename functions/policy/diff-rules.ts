/** What changed between two documents, field by field; entries that have a name are matched by it. Pure. */
import { isDeepStrictEqual } from "node:util";

/** `null` stands for what is not there. */
export type Change = { path: string; from: unknown; to: unknown };

/** The key that names the entries of a list, where they have one: stages, hotels. */
const NAMES = ["stage", "name"];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Entries by name, or null where one has none or two share it. */
function named(value: unknown): Map<string, unknown> | null {
  if (!Array.isArray(value)) return null;
  const key = NAMES.find(
    (one) => value.length > 0 && value.every((entry) => isObject(entry) && one in entry),
  );
  if (key === undefined) return value.length === 0 ? new Map() : null;
  const found = new Map(value.map((entry) => [String((entry as Record<string, unknown>)[key]), entry]));
  return found.size === value.length ? found : null;
}

/**
 * The changes from one document to another, in the order of the first, what is new at the end. A list of named entries
 * whose order changed says so with the names themselves; any other list is one field.
 */
export function changesBetween(from: unknown, to: unknown, path = ""): Change[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (isObject(from) && isObject(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => changesBetween(from[key], to[key], path === "" ? key : `${path}.${key}`));
  }
  const [before, after] = [named(from), named(to)];
  if (before && after && before.size + after.size > 0) {
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const shared = (of: Map<string, unknown>) =>
      [...of.keys()].filter((name) => before.has(name) && after.has(name));
    const moved = isDeepStrictEqual(shared(before), shared(after))
      ? []
      : [{ path, from: [...before.keys()], to: [...after.keys()] }];
    return [
      ...moved,
      ...names.flatMap((name) => changesBetween(before.get(name), after.get(name), `${path}.${name}`)),
    ];
  }
  return [{ path, from: from ?? null, to: to ?? null }];
}
