/** The working calendar and claims in a real browser: axe clean at 360 px and on a desk, both languages, by hand without scripts. */
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, overflows, SIZES } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, onPage } from "../support/screen.ts";

/** Where pictures of the pages go, for whoever wants to look at them. */
const PICTURES = process.env.CARELOOP_PICTURES;
let browser: Browser;
let claimId: string;
let officer: Client;
let stepId: string;

async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

beforeAll(async () => {
  browser = await launch();
  await site.advance({ to: "2026-12-28T09:30:00+08:00" });
  const desk = await site.as("huangyuanli");
  const filed = await desk.post("/api/complaints", {
    channel: "hotline",
    complainantName: "周明",
    complainantPhone: "+8613911000001",
    organisation: "洁丽雅有限公司",
    waybillNo: "XD202612010001",
    category: "damage",
    description: "三件毛巾外箱破损，里面受潮。\n<script>alert(1)</script>",
    remedySought: "按发票金额赔偿",
  });
  expect(filed.status, filed.text).toBe(201);
  await site.settle();
  const { caseId } = filed.body;
  const read = async (id: string) => (await desk.get(`/api/cases/${id}`)).body;
  const [step] = (await read(caseId)).steps;
  const handler = await site.as(step.assignees[0].staffId);
  const done = await handler.post(`/api/steps/${step.stepId}`, {
    choice: "done",
    comment: "",
    data: {
      investigation: {
        cause: "雨布没有盖严",
        facts: "装车时下雨",
        responsibility: "运输部",
        immediateAction: "更换外箱",
        corrective: "检查雨布",
        preventive: "雨天装车双人复核",
      },
      disposition: { type: "apology", noticeText: "我们已为您申请保险理赔。" },
      claim: true,
    },
  });
  expect(done.status, done.text).toBe(200);
  await site.settle();
  claimId = (await read(caseId)).claimId;
  const [claim] = (await read(claimId)).steps;
  stepId = claim.stepId;
  officer = await site.as(claim.assignees[0].staffId);
}, 400_000);
afterAll(() => browser.close());

describe("every page", () => {
  const pages: [string, () => string, () => Promise<Client>][] = [
    ["a built-in year", () => "/calendar/2026", () => site.as("limin")],
    ["a provisional year", () => "/calendar/2027", () => site.as("zhangyun")],
    ["entering a year", () => "/calendar/2027/edit", () => site.as("limin")],
    ["a claim to settle", () => `/claims/${claimId}`, async () => officer],
    ["a claim to look at", () => `/claims/${claimId}`, () => site.as("huangyuanli")],
  ];
  for (const [name, path, client] of pages)
    for (const [locale, screen, other] of [
      ["zh-CN", "phone", "desk"],
      ["en", "desk", "phone"],
    ] as const)
      test(`${name} in ${locale} is accessible and fits phone and desk`, async () => {
        const { cookie } = await client();
        await onPage(
          browser,
          site,
          path(),
          { screen, locale, cookie, dark: locale === "en" },
          async (page) => {
            expect(await page.getAttribute("html", "lang")).toBe(locale);
            await isSound(page);
            await picture(page, `${name} ${locale} ${screen}`);
            await page.setViewportSize(SIZES[other]);
            await isSound(page);
            await picture(page, `${name} ${locale} ${other}`);
          },
        );
      });
});

const NOTICE = `　　一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。
　　二、春节：2月5日（农历腊月二十九、周五）至11日（农历正月初六、周四）放假调休，共7天。2月20日（周六）上班。
　　三、清明节：4月3日（周六）至5日（周一）放假，共3天。
　　四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
　　五、端午节：6月9日（周三）放假，共1天。
　　六、中秋节：9月15日（周三）放假，共1天。
　　七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。`;

test("what publishing changes is accessible too", async () => {
  const { cookie } = await site.as("limin");
  await onPage(browser, site, "/calendar/2028/edit", { screen: "phone", cookie }, async (page) => {
    await page.getByLabel("通知名称和文号").fill("试填");
    await page.getByLabel("放假的日子").fill("2028-01-01..2028-01-03");
    await page.getByRole("button", { name: "看看有什么不同" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("请核对");
    await isSound(page);
    await picture(page, "confirm with doubts");
  });
});

test("by hand on a phone, without scripts: a notice is pasted, read, corrected, looked at and published", async () => {
  const { cookie } = await site.as("limin");
  const context = await contextFor(browser, site.url, { screen: "phone", script: false, cookie });
  const page = await context.newPage();
  await page.goto(`${site.url}/policies`);
  await page.getByRole("link", { name: "工作日历" }).click();
  await page.getByRole("link", { name: "录入放假安排" }).first().click();
  // The notice of another year is found out.
  await page.getByLabel("粘贴通知全文").fill(NOTICE.replace("（周五）至3日", "（周四）至3日"));
  await page.getByRole("button", { name: "读出日期" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("星期和日历对不上");
  expect(await overflows(page)).toBe(false);
  await page.getByLabel("粘贴通知全文").fill(NOTICE);
  await page.getByRole("button", { name: "读出日期" }).click();
  expect(await page.getByRole("status").textContent()).toContain("读出 27 个放假日、4 个调休上班日");
  expect(await page.getByLabel("调休上班的周末").inputValue()).toContain("2027-09-26");

  // Without a name, and with a slip: nothing typed is lost.
  const off = page.getByLabel("放假的日子");
  const dates = await off.inputValue();
  await off.fill(`${dates}\n2027-02-30`);
  await page.getByRole("button", { name: "看看有什么不同" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("“2027-02-30”不是有效的日期");
  await off.fill(dates.replace("2027-06-09\n", ""));
  await page.getByRole("button", { name: "看看有什么不同" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("通知名称和文号");
  await page.getByLabel("通知名称和文号").fill("国办发明电〔2026〕9号");
  await page.getByRole("button", { name: "看看有什么不同" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("6月9日");
  expect(await overflows(page)).toBe(false);
  await picture(page, "confirm with doubts");
  await page.getByRole("button", { name: "返回修改" }).click();
  await off.fill(dates);
  await page.getByRole("button", { name: "看看有什么不同" }).click();
  expect(await page.getByRole("alert").count()).toBe(0);
  const row = page.getByRole("row", { name: /2月20日/ });
  expect(await row.textContent()).toContain("调休上班");
  expect(await overflows(page)).toBe(false);
  await picture(page, "confirm");
  await page.getByRole("button", { name: "公布" }).click();
  expect(await page.textContent("main")).toContain("正在重新计算");
  expect(await page.textContent("h1")).toContain("已公布");
  expect(await overflows(page)).toBe(false);
  await picture(page, "published");
  await context.close();
});

test("by hand on a phone, without scripts: documents are ticked, kept, and the claim is settled", async () => {
  const context = await contextFor(browser, site.url, {
    screen: "phone",
    script: false,
    cookie: officer.cookie,
  });
  const page = await context.newPage();
  await page.goto(`${site.url}/cases/${claimId}`);
  expect(new URL(page.url()).pathname).toBe(`/claims/${claimId}`);
  expect(await page.textContent("main")).toContain("<script>alert(1)</script>");
  await page.getByLabel("运单", { exact: true }).check();
  await page.getByLabel(/^其他材料 1/).fill("货主声明");
  await page.getByRole("button", { name: "保存，稍后再办" }).click();
  expect(await page.getByRole("status").textContent()).toContain("已保存");
  expect(await page.getByLabel("运单", { exact: true }).isChecked()).toBe(true);
  await page.getByRole("button", { name: "办结" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("保险公司");
  expect(await overflows(page)).toBe(false);
  await picture(page, "claim refused");
  await page.getByLabel("保险公司").fill("太平洋财产保险");
  await page.getByLabel(/^赔付金额/).fill("3200.5");
  await page.getByRole("button", { name: "办结" }).click();
  expect(await page.textContent("main")).toContain("太平洋财产保险赔付 ¥3,200.50。");
  expect(await overflows(page)).toBe(false);
  await picture(page, "claim settled");
  // Going back and pressing again says that it is settled, and settles nothing twice.
  const again = await officer.get(`/api/cases/${claimId}`);
  expect(again.body.steps.find((one: { stepId: string }) => one.stepId === stepId)?.outcome).toBe("done");
  await context.close();
});
