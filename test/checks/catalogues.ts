/** Both languages say the same things: equal keys. */

type Entry = { path: string; value: unknown };

/** Texts and functions of a catalogue by their dotted path. */
function entriesOf(catalogue: unknown, path = ""): Entry[] {
  if (catalogue === null || typeof catalogue !== "object") return [{ path, value: catalogue }];
  return Object.entries(catalogue).flatMap(([key, value]) =>
    entriesOf(value, path === "" ? key : `${path}.${key}`),
  );
}

/** What differs between two catalogues, one line each. */
export function catalogueProblems(zhCN: unknown, en: unknown): string[] {
  const [chinese, english] = [zhCN, en].map(
    (catalogue) => new Map(entriesOf(catalogue).map(({ path, value }) => [path, value])),
  ) as [Map<string, unknown>, Map<string, unknown>];
  const missing = (from: Map<string, unknown>, other: Map<string, unknown>, language: string) =>
    [...other.keys()].filter((path) => !from.has(path)).map((path) => `${language} has no ${path}`);
  const differing = [...chinese].flatMap(([path, value]) => {
    const other = english.get(path);
    if (other === undefined) return [];
    if (typeof value !== typeof other)
      return [`${path} is ${typeof value} in zh-CN and ${typeof other} in en`];
    return value === "" || other === "" ? [`${path} is empty`] : [];
  });
  return [...missing(chinese, english, "zh-CN"), ...missing(english, chinese, "en"), ...differing];
}
