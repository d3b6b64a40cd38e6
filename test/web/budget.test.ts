/** Statement, forms of budgets and the tax page in a real browser: axe clean, at 360 px and on a desk, without scripts. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, overflows, SIZES, violations } from "../support/browser.ts";
import { type Client, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let browser: Browser;
let finance: Client;
/** A statement with several entries, one of them of a case. */
let statement: string;

beforeAll(async () => {
  browser = await launch();
  finance = await site.as("wanghui");
  const chenyao = await site.as("chenyao");
  const request = receptionFor(await site.now(), { costDepartment: "management" }, 100);
  const { body } = await chenyao.post("/api/receptions", request);
  await chenyao.post(`/api/cases/${body.caseId}/withdraw`);
  await chenyao.post("/api/receptions", request);
  await site.settle();
  statement = `/budget/management/${String(request.arrivalDate).slice(0, 7)}`;
}, 120_000);
afterAll(() => browser.close());

describe("every page", () => {
  const pages: [string, () => string, string][] = [
    ["overview", () => "/budget?department=management", "wanghui"],
    ["statement", () => statement, "wanghui"],
    ["statement of a manager", () => statement.replace("management", "transport"), "luoqiang"],
    ["new budget", () => "/budget/new", "wanghui"],
    ["top-up or transfer", () => "/budget/change", "wanghui"],
    ["tax", () => "/tax", "wanghui"],
    ["tax of a year without revenue", () => "/tax/2040", "zhangke"],
    ["somebody else's budget", () => statement, "luoqiang"],
  ];
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
        await page.goto(site.url + path());
        expect(await page.getAttribute("html", "lang")).toBe(locale);
        expect(await violations(page)).toEqual([]);
        expect(await overflows(page)).toBe(false);
        await page.setViewportSize(SIZES[other]);
        expect(await overflows(page)).toBe(false);
        expect(errors).toEqual([]);
        await context.close();
      });
});

test.each(["/budget/new", "/budget/change"])("%s with mistakes names them, accessibly", async (path) => {
  const context = await contextFor(browser, site.url, { screen: "phone", cookie: finance.cookie });
  const page = await context.newPage();
  await page.goto(site.url + path);
  await page.click("main button[type=submit]");
  expect(await page.getByRole("alert").count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
  await context.close();
});

test("the page of a budget change is accessible and fits a phone", async () => {
  const period = statement.split("/").at(-1);
  const to = { department: "management", period, category: "hospitality" };
  const change = { kind: "top-up", to, amount: 100, reason: "追加" };
  const { body } = await finance.post("/api/budget-changes", change);
  await site.settle();
  const context = await contextFor(browser, site.url, { screen: "phone", cookie: finance.cookie });
  const page = await context.newPage();
  await page.goto(`${site.url}/cases/${body.caseId}`);
  expect(await page.textContent("main")).toContain("追加");
  expect(await violations(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
  await context.close();
});

describe("without scripts", () => {
  test("the statement says in its table what its chart draws", async () => {
    const answer = await finance.get(`/api${statement.replace("/budget", "/budgets")}/entries`);
    const page = await finance.page(statement);
    expect(page.status).toBe(200);
    for (const { caseId } of answer.body.items) if (caseId) expect(page.text).toContain(caseId);
    expect(page.text).toMatch(/<svg[^>]*role="img"[^>]*aria-label="余额走势/);
    const yuan = (fen: number) => Math.floor(fen / 100).toLocaleString("en-US");
    for (const { balance } of answer.body.items) expect(page.text).toContain(yuan(balance));
    const csv = await finance.page(`${statement}/entries.csv`);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    expect(csv.headers.get("content-disposition")).toContain("attachment");
    expect(csv.text.trimEnd().split("\r\n")).toHaveLength(answer.body.items.length + 1);
  });

  test("finance makes a budget, steers it and sets the revenue; what was typed stays", async () => {
    const { cookie } = finance;
    const context = await contextFor(browser, site.url, { screen: "phone", cookie, script: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/budget/new`);
    await page.selectOption("[name=department]", "management");
    await page.fill("[name=period]", "2041-q3");
    await page.fill("[name=allotted]", "两万");
    await page.click("main button[type=submit]");
    expect(await page.getByRole("alert").count()).toBe(1);
    expect(await page.inputValue("[name=period]")).toBe("2041-q3");
    expect(await page.inputValue("[name=allotted]")).toBe("两万");
    await page.fill("[name=allotted]", "20,000.50");
    await page.click("main button[type=submit]");
    expect(new URL(page.url()).pathname).toBe("/budget/management/2041-Q3");
    expect(await page.textContent("main")).toContain("20,000");
    await page.getByRole("button", { name: "改为弹性控制" }).click();
    expect((await finance.get("/api/budgets/management/2041-Q3")).body).toMatchObject({
      control: "soft",
      allotted: 2_000_050,
    });
    await page.goto(`${site.url}/tax/2041`);
    await page.fill("[name=revenue]", "¥9,000,000");
    await page.click("main button[type=submit]");
    expect((await finance.get("/api/tax/2041")).body.revenue).toBe(900_000_000);
    expect(await page.getByRole("status").count()).toBe(1);
    await context.close();
  });

  test("a transfer is asked for by the form, sent back, changed and submitted again", async () => {
    const { cookie } = finance;
    const context = await contextFor(browser, site.url, { screen: "phone", cookie, script: false });
    const page = await context.newPage();
    const month = statement.split("/").at(-1)!;
    await page.goto(`${site.url}/budget/change`);
    await page.check("[name=kind][value=transfer]");
    await page.selectOption("[name=to]", `management/${month}/hospitality`);
    await page.fill("[name=amount]", "100");
    await page.fill("[name=reason]", "旺季");
    await page.click("main button[type=submit]");
    expect(await page.getByRole("alert").count()).toBe(1);
    expect(await page.inputValue("[name=reason]")).toBe("旺季");
    await page.selectOption("[name=from]", `marketing/${month}/hospitality`);
    await page.fill("[name=amount]", "99999999");
    await page.click("main button[type=submit]");
    expect(await page.textContent("[role=alert]")).toContain("可用");
    await page.fill("[name=amount]", "100");
    await page.click("main button[type=submit]");
    const caseId = new URL(page.url()).pathname.split("/").at(-1)!;
    expect(caseId).toMatch(/^YS-/);
    await site.settle();
    const view = (await finance.get(`/api/cases/${caseId}`)).body;
    const returned = await (await site.as("zhangke")).post(`/api/steps/${view.steps[0].stepId}`, {
      choice: "return",
      comment: "请减半",
    });
    expect(returned.status).toBe(200);
    await site.advance({ advance: "PT3M" });
    await page.goto(`${site.url}/budget/change/${caseId}`);
    expect(await page.textContent("main")).toContain("请减半");
    expect(await page.inputValue("[name=amount]")).toBe("100.00");
    await page.fill("[name=amount]", "50");
    await page.click("main button[type=submit]");
    expect(new URL(page.url()).pathname).toBe(`/cases/${caseId}`);
    expect((await finance.get(`/api/cases/${caseId}`)).body).toMatchObject({
      phase: "approval",
      amount: 5_000,
    });
    await site.settle();
    await context.close();
  });
});
