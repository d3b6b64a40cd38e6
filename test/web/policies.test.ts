/** Rules, people and absences in a real browser: axe clean at 360 px and on a desk, in both languages, by hand without scripts. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, overflows, SIZES, violations } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";

const RECEPTION = "/api/policies/reception";
let browser: Browser;
let admin: Client;
// biome-ignore lint/suspicious/noExplicitAny: the document as a client reads it
let original: any;

beforeAll(async () => {
  browser = await launch();
  admin = await site.as("limin");
  original = (await admin.get(RECEPTION)).body.document;
  const { version, document } = (await admin.get("/api/policies/budget-change")).body;
  const saved = await admin.put("/api/policies/budget-change/draft", {
    basedOn: version,
    document: { ...document, undoSeconds: 30, batchUpTo: 100, climbOn: { over_budget: "next" } },
  });
  expect(saved.status, saved.text).toBe(200);
  const zhangyun = await site.as("zhangyun");
  await zhangyun.post("/api/absences", {
    from: "2099-01-01",
    to: "2099-01-05",
    substituteId: "zengqun",
    reason: "年假",
  });
}, 120_000);
// Others who use this cloud find the rules as they were.
afterAll(async () => {
  const { version } = (await admin.get(RECEPTION)).body;
  await admin.put(`${RECEPTION}/draft`, { basedOn: version, document: original });
  await admin.post(`${RECEPTION}/draft/publish`);
  await browser.close();
});

describe("every page", () => {
  const DRAFT = "/policies/budget-change/draft";
  const pages: [string, string, string][] = [
    ["rules", "/policies", "limin"],
    ["a policy", "/policies/reception", "limin"],
    ["the standards", "/policies/standards", "zhangyun"],
    ["the figures of complaints", "/policies/complaint", "limin"],
    ["the editor", "/policies/reception/edit", "limin"],
    ["the editor of the standards", "/policies/standards/edit", "limin"],
    ["the editor as text", "/policies/reception/edit?as=text", "limin"],
    ["a draft", `${DRAFT}?from=2026-01-01&to=2026-12-30`, "limin"],
    ["a draft with days that cannot be read", `${DRAFT}?from=x&to=`, "limin"],
    ["publication", "/policies/budget-change/publish", "limin"],
    ["no draft", "/policies/standards/draft", "limin"],
    ["people", "/people", "zhangyun"],
    ["people of the administrator", "/people", "yinxue"],
    ["somebody who may leave", "/people/shuaizhong", "yinxue"],
    ["absences", "/absences", "zhangyun"],
    ["absences of the administrator", "/absences", "yinxue"],
  ];
  // Each language is looked at on one screen in full, and on the other for its width.
  for (const [name, path, staffId] of pages)
    for (const [locale, screen, other] of [
      ["zh-CN", "phone", "desk"],
      ["en", "desk", "phone"],
    ] as const)
      test(`${name} in ${locale} is accessible and fits phone and desk`, async () => {
        const { cookie } = await site.as(staffId);
        const context = await contextFor(browser, site.url, {
          screen,
          locale,
          cookie,
          dark: locale === "en",
        });
        const page = await context.newPage();
        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(error.message));
        await page.goto(site.url + path);
        expect(await page.getAttribute("html", "lang")).toBe(locale);
        expect(await page.textContent("h1")).not.toBe("");
        expect(await violations(page)).toEqual([]);
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize(SIZES[other]);
        expect(await overflows(page)).toBe(false);
        expect(errors).toEqual([]);
        await context.close();
      });
});

describe("by hand on a phone, without scripts", () => {
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    const { cookie } = await site.as("limin");
    context = await contextFor(browser, site.url, { screen: "phone", script: false, cookie });
    page = await context.newPage();
  });
  afterAll(() => context.close());

  test("a committee is added, corrected, looked at, tried out and published", async () => {
    await page.goto(`${site.url}/policies`);
    await page.getByRole("link", { name: "接待审批规则" }).click();
    await page.getByRole("link", { name: "修改", exact: true }).click();
    await page.getByRole("button", { name: "加一级" }).click();
    const stage = page.getByRole("region", { name: /第 4 级/ });
    await stage.getByLabel("名称", { exact: true }).selectOption("committee");
    await stage.getByRole("button", { name: "第 4 级加一组条件" }).click();
    await stage.getByLabel(/^金额超过/).fill("20000");
    await stage.getByLabel("由谁签").selectOption("role:committee");
    await stage.getByLabel("怎样算通过").selectOption("n-of-m");
    await stage.getByLabel(/^要几人同意/).fill("9");
    await page.getByRole("button", { name: "保存草稿" }).click();

    expect(await page.getByRole("alert").textContent()).toContain("不能多于签批人数（现在 3 人）");
    expect(await overflows(page)).toBe(false);
    expect(await stage.getByLabel(/^金额超过/).inputValue()).toBe("20000");
    await stage.getByLabel(/^要几人同意/).fill("2");
    await page.getByRole("button", { name: "保存草稿" }).click();

    const main = () => page.textContent("main");
    expect(await main()).toContain("委员会审批");
    expect(await main()).toContain("金额超过 ¥20,000");
    await page.getByRole("button", { name: "试算" }).click();
    expect(await main()).toMatch(/这些天提交了 \d+ 份申请/);
    await page.getByRole("link", { name: /^发布第/ }).click();
    await page.getByRole("button", { name: /^发布第/ }).click();
    expect(await main()).toContain("已发布，从现在起用于新的申请");
    const { document } = (await admin.get(RECEPTION)).body;
    expect(document.stages[3]).toEqual({
      stage: "committee",
      when: { amountAbove: 2_000_000 },
      signers: { role: "committee" },
      mode: "n-of-m",
      need: 2,
      due: "PT8H",
    });
    expect(document).toEqual({ ...original, stages: document.stages });
  });
});
