/** Settling a visit in a browser: rows, totals, a photo of an invoice, what is wrong, and what became of it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contextFor, launch, overflows, violations } from "../support/browser.ts";
import { type Client, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let browser: Browser;
let zengqun: Client;
/** Visits that wait for their settlement. */
const visits: string[] = [];
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

beforeAll(async () => {
  browser = await launch();
  zengqun = await site.as("zengqun");
  const manager = await site.as("shuaizhong");
  const content = receptionFor(
    await site.now(),
    { costDepartment: "transport", budgetAmount: 80_000, excessReason: undefined, hostLeaders: undefined },
    1,
  );
  for (let n = 0; n < 4; n += 1) {
    const { caseId } = (await zengqun.post("/api/receptions", content)).body;
    visits.push(caseId);
  }
  await site.settle();
  for (const caseId of visits) {
    const { steps } = (await manager.get(`/api/cases/${caseId}`)).body;
    await manager.post(`/api/steps/${steps[0].stepId}`, { choice: "approve", comment: "" });
  }
  await site.advance({ to: String(content.plannedLeaveAt) });
}, 180_000);
afterAll(() => browser.close());

const look = (screen: "phone" | "desk", more: { locale?: "zh-CN" | "en"; script?: boolean } = {}) =>
  contextFor(browser, site.url, { screen, cookie: zengqun.cookie, ...more });

const field = (page: Page, name: string) => page.locator(`[name="${name}"]`);
const caseOf = async (caseId: string) => (await zengqun.get(`/api/cases/${caseId}`)).body;

/** The name of a guest is known, his post is not. */
const post = (page: Page) => field(page, "people.0.post").fill("总经理");

test.each([
  ["phone", "zh-CN"],
  ["phone", "en"],
  ["desk", "zh-CN"],
] as const)("the form on a %s in %s: fits, accessible, defaults from the request", async (screen, locale) => {
  const context = await look(screen, { locale });
  const page = await context.newPage();
  await page.goto(`${site.url}/receptions/${visits[0]}/settlement`);
  expect(await field(page, "guestsTotal").inputValue()).toBe("2");
  expect(await field(page, "companionsTotal").inputValue()).toBe("1");
  expect(await field(page, "place").inputValue()).toBe("金叶");
  expect(await field(page, "lines.0.people").inputValue()).toBe("3");
  expect(await page.textContent("section[aria-labelledby=sum]")).toContain("¥800.00");
  expect(await overflows(page)).toBe(false);
  expect(await violations(page)).toEqual([]);
  await context.close();
});

test("with scripts: rows in place, totals as you type, a photo without losing a word, then settled", async () => {
  const caseId = visits[0]!;
  const context = await look("phone");
  const page = await context.newPage();
  await page.goto(`${site.url}/receptions/${caseId}/settlement`);
  await field(page, "lines.0.amount").fill("300");
  await field(page, "lines.0.place").fill("金叶餐厅");
  await page.getByRole("button", { name: "添加一行" }).click();
  await field(page, "lines.1.item").selectOption("transport");
  await field(page, "lines.1.amount").fill("640.00");
  await page.getByText("超出批准金额 5% 以上").waitFor();
  await field(page, "lines.1.amount").fill("200");
  expect(await page.textContent('[data-sum="charged"]')).toBe("¥500.00");
  expect(await page.textContent('[data-sum="left"]')).toBe("¥300.00");
  await field(page, "lines.1.on").fill(await field(page, "lines.0.on").inputValue());
  await field(page, "lines.1.place").fill("双流");
  await field(page, "invoices.0.no").fill("51000001");
  await field(page, "invoices.0.amount").fill("300");
  await field(page, "invoices.0.issuedOn").fill(await field(page, "lines.0.on").inputValue());
  await field(page, "invoices.0.seller").fill("金叶餐厅");
  await post(page);

  await page.getByLabel("选择文件").setInputFiles({ name: "发票.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "上传" }).click();
  await page.waitForURL(/settlement#invoices$/);
  await field(page, "invoices.0.attachmentId").selectOption({ label: "发票.png" });
  expect(await field(page, "lines.1.amount").inputValue()).toBe("200");

  await page.getByRole("button", { name: "提交结算" }).click();
  await page.getByRole("heading", { name: "已结清" }).waitFor();
  expect(await page.textContent("main")).toContain("余下的 ¥300.00 已退回预算");
  expect(await overflows(page)).toBe(false);
  expect(await violations(page)).toEqual([]);
  const settled = await caseOf(caseId);
  expect(settled).toMatchObject({ outcome: "settled", settlement: { charged: 50_000 } });
  expect(settled.settlement.data.invoices[0].attachmentId).toBe(settled.attachments[0].attachmentId);
  expect(settled.findings.map(({ kind }: { kind: string }) => kind)).not.toContain("missing_list");

  await page.getByRole("link", { name: "打印接待清单" }).click();
  await page.getByRole("heading", { name: /接待清单/ }).waitFor();
  expect(await page.textContent("main")).toContain("陈辰");
  expect(await overflows(page)).toBe(false);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".bar-end").isVisible()).toBe(false);
  expect(await page.getByText("负责人签字").isVisible()).toBe(true);
  await context.close();
});

test("without scripts: rows by buttons, every problem at its field, nothing typed is lost", async () => {
  const caseId = visits[1]!;
  const context = await look("phone", { script: false });
  const page = await context.newPage();
  await page.goto(`${site.url}/receptions/${caseId}/settlement`);
  await field(page, "lines.0.amount").fill("3 00元");
  await page.getByRole("button", { name: "添加一行" }).click();
  await field(page, "lines.1.amount").fill("abc");
  await field(page, "lines.1.place").fill("华天");
  await field(page, "purpose").fill("参观\n与洽谈");
  await page.getByRole("button", { name: "提交结算" }).click();
  await page.getByRole("alert").waitFor();
  const summary = (await page.getByRole("alert").textContent()) ?? "";
  for (const text of ["第 1 行地点", "第 2 行金额", "第 2 行日期", "第 1 位职务"])
    expect(summary).toContain(text);
  expect(await field(page, "lines.1.amount").inputValue()).toBe("abc");
  expect(await field(page, "purpose").inputValue()).toBe("参观\n与洽谈");
  expect(await field(page, "lines.1.amount").getAttribute("aria-invalid")).toBe("true");
  expect((await caseOf(caseId)).phase).toBe("settlement");

  await page.getByRole("button", { name: "删除第 2 行" }).click();
  await page.getByRole("button", { name: "删除第 1 位" }).click();
  await field(page, "lines.0.place").fill("金叶餐厅");
  await page.getByRole("button", { name: "提交结算" }).click();
  await page.getByRole("heading", { name: "已结清" }).waitFor();
  const { findings, settlement } = await caseOf(caseId);
  expect(settlement.charged).toBe(30_000);
  expect(findings.map(({ kind }: { kind: string }) => kind)).toContain("missing_list");
  expect(await page.textContent("section[aria-labelledby=found]")).toContain("没有附接待清单");
  await context.close();
});

test("above what was approved: why, then that it waits for a new approval", async () => {
  const caseId = visits[2]!;
  const context = await look("phone");
  const page = await context.newPage();
  await page.goto(`${site.url}/receptions/${caseId}/settlement`);
  await field(page, "lines.0.amount").fill("900");
  await field(page, "lines.0.place").fill("金叶餐厅");
  await post(page);
  await page.getByRole("button", { name: "提交结算" }).click();
  await page.getByRole("alert").waitFor();
  expect(await violations(page)).toEqual([]);
  await field(page, "overReason").fill("客人多留一天");
  await page.getByRole("button", { name: "提交结算" }).click();
  await page.getByRole("heading", { name: "等待重新审批" }).waitFor();
  expect(await page.textContent("main")).toContain("超出 ¥100.00");
  expect((await caseOf(caseId)).phase).toBe("approval");
  await context.close();
});

test("signed out meanwhile: what was typed stays", async () => {
  const caseId = visits[3]!;
  const context = await look("phone");
  const page = await context.newPage();
  await page.goto(`${site.url}/receptions/${caseId}/settlement`);
  await field(page, "lines.0.amount").fill("123");
  await context.clearCookies();
  await page.getByRole("button", { name: "提交结算" }).click();
  await page.getByRole("alert").waitFor();
  expect(await field(page, "lines.0.amount").inputValue()).toBe("123");
  expect((await caseOf(caseId)).phase).toBe("settlement");
  await context.close();
});
