/** Runs after all journeys: what was issued or is personal stands in no log, and messages went out once. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { Site } from "../support/client.ts";

const site = new Site(inject("siteUrl"));

test("links, phones and names of all journeys are in no log line", async () => {
  const people = (await (await fetch(`${site.url}/_local/people`)).json()) as {
    name: string;
    phone: string;
  }[];
  const links = (await site.inbox()).flatMap((mail) => mail.links.filter((link) => link.includes("/d/")));
  expect(links.length).toBeGreaterThan(10);
  const secrets = new Set([
    ...links.map((link) => link.split("/d/")[1] as string),
    ...people.flatMap((person) => [person.name, person.phone, person.phone.slice(3)]),
    "陈辰",
    "13800000001",
    "13800000002",
  ]);
  const folder = join(inject("dataDir"), "logs");
  const found: string[] = [];
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const secret of secrets) if (text.includes(secret)) found.push(`${file}: ${secret.slice(0, 6)}…`);
  }
  expect(readdirSync(folder).length).toBeGreaterThan(2);
  expect(found).toEqual([]);
});

test("no message went out twice", async () => {
  const ids = (await site.inbox()).map((mail) => mail.id);
  expect(new Set(ids).size).toBe(ids.length);
});
