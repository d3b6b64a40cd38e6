/** Statistics, investigation report and verifying a dossier in a real browser: axe clean, phone and desk, without scripts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, overflows, SIZES, violations } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";

const HOSTILE = "<b>原因</b>=1+1\u202e";
const folder = mkdtempSync(join(tmpdir(), "careloop-page-"));
let browser: Browser;
let desk: Client;
let caseId: string;

beforeAll(async () => {
  browser = await launch();
  desk = await site.as("limin");
  const filed = await desk.post("/api/complaints", {
    channel: "hotline",
    complainantName: "周明",
    complainantPhone: "+8613911114444",
    category: "delay",
    description: "晚了两天。",
  });
  caseId = filed.body.caseId;
  await site.settle();
  const view = (await desk.get(`/api/cases/${caseId}`)).body;
  const step = view.steps.find((one: { status: string }) => one.status === "open");
  const handler = await site.as(step.assignees[0].staffId);
  const text = "按规定办";
  const investigation = {
    cause: HOSTILE,
    facts: text,
    responsibility: text,
    immediateAction: text,
    corrective: text,
    preventive: text,
  };
  const disposition = { type: "apology", noticeText: "对不起。" };
  const data = { investigation, disposition, claim: false };
  const done = await handler.post(`/api/steps/${step.stepId}`, { choice: "done", comment: "", data });
  expect(done.status, done.text).toBe(200);
  await site.settle();
  const sent = await desk.post(`/api/cases/${caseId}/report/recipients`, { staffIds: ["limin", "luoqiang"] });
  expect(sent.status, sent.text).toBe(200);
}, 240_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("every page", () => {
  const pages: [string, () => string, string][] = [
    ["statistics", () => "/reports/complaints", "limin"],
    ["statistics of an empty month", () => "/reports/complaints?period=2024-02", "zhangke"],
    ["statistics for somebody who may not", () => "/reports/complaints", "zhangyun"],
    ["verify", () => "/dossiers/verify", "wanghui"],
    ["report", () => `/cases/${caseId}/report`, "limin"],
    ["report for its reader", () => `/cases/${caseId}/report`, "luoqiang"],
  ];
  for (const [name, path, staffId] of pages)
    for (const [locale, screen, other] of [
      ["zh-CN", "phone", "desk"],
      ["en", "desk", "phone"],
    ] as const)
      test(`${name} in ${locale} is accessible and fits phone and desk`, async () => {
        const { cookie } = await site.as(staffId);
        const look = { screen, locale, cookie, dark: locale === "en" };
        const context = await contextFor(browser, site.url, look);
        const page = await context.newPage();
        await page.goto(site.url + path());
        expect(await page.getAttribute("html", "lang")).toBe(locale);
        expect(await violations(page)).toEqual([]);
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize(SIZES[other]);
        expect(await overflows(page)).toBe(false);
        expect(await page.content()).not.toContain("undefined");
        await context.close();
      });
});

test("a drawing has its table beside it, and hostile text stays text", async () => {
  const context = await contextFor(browser, site.url, { screen: "desk", cookie: desk.cookie });
  const page = await context.newPage();
  await page.goto(`${site.url}/reports/complaints`);
  expect(await page.locator("svg.chart[role=img][aria-label]").count()).toBeGreaterThanOrEqual(4);
  for (const section of await page.locator("section.sheet:has(svg.chart)").all())
    expect(await section.locator("table").count()).toBe(1);
  expect(await page.locator("b", { hasText: "原因" }).count()).toBe(0);
  expect(await page.getByText("<b>原因</b>").count()).toBeGreaterThan(0);
  await context.close();
});

test("a file is verified by the plain form", async () => {
  const file = join(folder, "x.zip");
  writeFileSync(file, "no dossier at all");
  const context = await contextFor(browser, site.url, { screen: "phone", cookie: desk.cookie });
  const page = await context.newPage();
  await page.goto(`${site.url}/dossiers/verify`);
  await page.setInputFiles("#file", file);
  await page.click("main button[type=submit]");
  await page.waitForSelector("#result");
  expect(await page.textContent("#result")).toContain("被改动过");
  expect(await violations(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
  await context.close();
});

test("the desk sends the report on; a reader leaves his receipt", async () => {
  const context = await contextFor(browser, site.url, { screen: "phone", cookie: desk.cookie });
  const page = await context.newPage();
  await page.goto(`${site.url}/cases/${caseId}/report`);
  await page.check("input[value=gaofeng]");
  await page
    .locator("#send + form button, section[aria-labelledby=send] button[type=submit]")
    .first()
    .click();
  await page.waitForURL(/told=sent/);
  expect(await page.getByRole("status").count()).toBe(1);
  expect(await page.locator("section[aria-labelledby=recipients] tbody tr").count()).toBe(3);
  await page.click("button[value=read]");
  await page.waitForURL(/\/report$/);
  expect(await page.locator("button[value=read]").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await context.close();
});
