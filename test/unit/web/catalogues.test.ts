import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "../../../functions/shared/i18n/en.ts";
import type { Section } from "../../../functions/shared/i18n/section.ts";
import { zhCN } from "../../../functions/shared/i18n/zh-CN.ts";

type Tree = { [key: string]: string | Tree };

/** Every text by its path. */
function texts(tree: Tree, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") found.set(here, value);
    else for (const [inner, text] of texts(value, here)) found.set(inner, text);
  }
  return found;
}

const chinese = texts(zhCN as unknown as Tree);
const english = texts(en as unknown as Tree);
const names = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test("both catalogues have the same keys, all of them filled", () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  expect([...chinese, ...english].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("a parameter of one language is known to the other", () => {
  // A few words come from the other parts of a sentence in one language only.
  const own = new Set(["web.decide.kicker"]);
  const differing = [...chinese].filter(([key, text]) => {
    const other = names(english.get(key) ?? "");
    return !own.has(key) && !other.every((name) => names(text).includes(name));
  });
  expect(differing.map(([key]) => key)).toEqual([]);
});

test("Chinese sentences of the pages use full-width marks", () => {
  const odd = [...chinese].filter(
    ([key, text]) => /^web\./.test(key) && /[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]/.test(text),
  );
  expect(odd).toEqual([]);
});

/** Parts of the catalogue that travel with what needs them: every file of the folder, all its sections. */
const FOLDER = new URL("../../../functions/shared/i18n/sections/", import.meta.url);
const modules = await Promise.all(
  readdirSync(FOLDER).map((file) => import(new URL(file, FOLDER).href) as Promise<Record<string, unknown>>),
);
const SECTIONS = modules
  .flatMap((module) => Object.entries(module))
  .filter(
    (entry): entry is [string, Section<unknown>] => typeof entry[1] === "function" && "zhCN" in entry[1],
  );

test.each(SECTIONS)("section %s says the same in both languages", (_name, section) => {
  const zh = texts(section.zhCN as unknown as Tree);
  const other = texts(section.en as unknown as Tree);
  expect([...other.keys()]).toEqual([...zh.keys()]);
  for (const [key, text] of [...zh, ...other]) expect(text.trim(), key).not.toBe("");
  for (const [key, text] of zh) {
    expect(names(text), key).toEqual(expect.arrayContaining(names(other.get(key) ?? "")));
    expect(text, key).not.toMatch(/[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]/);
  }
});
