/** What tests of pages in a browser share: a request that waits for its first signer, and a look at a page. */
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { contextFor, type Look, overflows, violations } from "./browser.ts";
import { type Client, receptionFor, type Site } from "./client.ts";

export const MAIL = (staffId: string): string => `${staffId}@xunda.example`;

/** A request of somebody of customer service; the department manager alone decides unless it is for more. */
export async function submitted(
  site: Site,
  client: Client,
  change: Record<string, unknown> = {},
): Promise<string> {
  const content = receptionFor(await site.now(), {
    costDepartment: "warehouse",
    budgetAmount: 90_000,
    excessReason: undefined,
    hostLeaders: [],
    ...change,
  });
  const answer = await client.post("/api/receptions", content);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId;
}

/** Opens a page, runs `look` on it and closes its context. */
export async function onPage(
  browser: Browser,
  site: Site,
  path: string,
  how: Look,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await contextFor(browser, site.url, how);
  try {
    const page = await context.newPage();
    await page.goto(site.url + path);
    await look(page);
  } finally {
    await context.close();
  }
}

/** Nothing that WCAG AA forbids, and nothing wider than the screen. */
export async function isSound(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
}
