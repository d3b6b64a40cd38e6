/** The pages in a real browser: filled in by hand, at 360 px, with and without scripts, in both languages, axe clean. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, overflows, SIZES, violations } from "../support/browser.ts";
import { type Client, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let browser: Browser;
let chenyao: Client;
let caseId: string;

beforeAll(async () => {
  browser = await launch();
  chenyao = await site.as("chenyao");
  caseId = (await chenyao.post("/api/receptions", receptionFor(await site.now()))).body.caseId;
  await site.settle();
}, 120_000);
afterAll(() => browser.close());

describe("every page", () => {
  const pages: [string, () => Promise<{ path: string; staffId?: string }>][] = [
    ["sign-in", async () => ({ path: "/signin" })],
    ["home", async () => ({ path: "/", staffId: "chenyao" })],
    ["home of a signer", async () => ({ path: "/", staffId: "shuaizhong" })],
    ["reception form", async () => ({ path: "/receptions/new", staffId: "chenyao" })],
    ["case", async () => ({ path: `/cases/${caseId}`, staffId: "chenyao" })],
    ["workflow", async () => ({ path: `/cases/${caseId}/workflow`, staffId: "chenyao" })],
    ["budget", async () => ({ path: "/budget?department=finance", staffId: "wanghui" })],
    ["quiet hours", async () => ({ path: "/policies/quiet-hours", staffId: "yinxue" })],
    ["settings", async () => ({ path: "/settings", staffId: "chenyao" })],
    ["decision", async () => ({ path: await site.link(caseId, "shuaizhong@xunda.example") })],
    ["unknown link", async () => ({ path: `/d/${"x".repeat(43)}` })],
    ["not found", async () => ({ path: "/cases/JD-2026-999999", staffId: "chenyao" })],
  ];
  // Each language is looked at on one screen in full, and on the other for its width.
  for (const [name, where] of pages)
    for (const [locale, screen, other] of [
      ["zh-CN", "phone", "desk"],
      ["en", "desk", "phone"],
    ] as const)
      test(`${name} in ${locale} is accessible and fits phone and desk`, async () => {
        const { path, staffId } = await where();
        const cookie = staffId ? (await site.as(staffId)).cookie : "";
        const context = await contextFor(browser, site.url, {
          screen,
          locale,
          cookie,
          dark: locale === "en",
        });
        const page = await context.newPage();
        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(error.message));
        page.on("console", (message) => {
          if (message.type() === "error" && !/404|Failed to load resource/.test(message.text()))
            errors.push(message.text());
        });
        await page.goto(site.url + path);
        expect(await page.getAttribute("html", "lang")).toBe(locale);
        expect(await violations(page)).toEqual([]);
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize(SIZES[other]);
        expect(await overflows(page)).toBe(false);
        expect(errors).toEqual([]);
        await context.close();
      });
});

describe("the decision page at 360 × 640", () => {
  test("shows the amount and the buttons without scrolling, and running its scripts decides nothing", async () => {
    const context = await contextFor(browser, site.url, { screen: "phone" });
    const page = await context.newPage();
    await page.goto(site.url + (await site.link(caseId, "shuaizhong@xunda.example")));
    await page.waitForTimeout(500);
    const approve = page.getByRole("button", { name: "同意" });
    const box = await approve.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(await page.textContent("main")).toContain("5,000");
    const { body } = await chenyao.get(`/api/cases/${caseId}`);
    expect(body.steps[0].status).toBe("open");
    await context.close();
  });
});
