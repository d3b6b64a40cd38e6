/** The whole example by hand in a browser: sign-in, form, mail, 同意 — with scripts and without. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, violations } from "../support/browser.ts";
import { site } from "../support/journey.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
}, 120_000);
afterAll(() => browser.close());

const day = async (ahead: number) =>
  new Date((await site.now()) + 8 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);

/** Through the sign-in page and the issuer's list of people. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.goto(`${site.url}/`);
  await page.getByRole("link", { name: /登录/ }).first().click();
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.waitForURL(`${site.url}/`);
}

async function fillIn(page: Page): Promise<void> {
  const [arrive, leave] = [await day(12), await day(13)];
  const fields: Record<string, string> = {
    visitingOrg: "洁丽雅有限公司",
    guestsMale: "1",
    guestsFemale: "1",
    guestContactName: "陈辰",
    guestContactPhone: "13800000001",
    arrivalDate: arrive,
    arriveTime: "09:00",
    departTime: "07:50",
    fromPlace: "双流",
    toPlace: "郫县",
    leaveDate: leave,
    leaveTime: "09:00",
    roomCount: "2",
    budgetAmount: "5,000.00",
    exchangeContent: "参观公司内部环境与配送环节",
  };
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
  await page.selectOption('[name="hotelName"]', { label: "金叶" });
  await page.check('[name="level"][value="C"]');
  await page.selectOption('[name="costDepartment"]', "finance");
}

describe("the reception form", () => {
  for (const script of [true, false])
    test(`${script ? "with" : "without"} scripts: companions come and go, errors keep what was typed, the request is made once`, async () => {
      const context = await contextFor(browser, site.url, { screen: "phone", script });
      const page = await context.newPage();
      await signIn(page, "陈瑶");
      await page.goto(`${site.url}/receptions/new`);
      await fillIn(page);
      await page.getByRole("button", { name: /陪同人员/ }).click();
      await page.fill('[name="companions.0.name"]', "曾群");
      await page.fill('[name="companions.0.phone"]', "13800000002");
      await page.getByRole("button", { name: /陪同人员/ }).click();
      await page.getByRole("button", { name: /移除.*2|移除第 2/ }).click();
      expect(await page.inputValue('[name="companions.0.name"]')).toBe("曾群");

      await page.fill('[name="guestContactName"]', "");
      await page.fill('[name="budgetAmount"]', "5,000.001");
      await page.getByRole("button", { name: "提交审批" }).click();
      const summary = page.locator(".oops");
      await summary.waitFor();
      expect(await summary.locator("a").count()).toBe(2);
      expect(await page.getAttribute('[name="guestContactName"]', "aria-invalid")).toBe("true");
      expect(await page.inputValue('[name="budgetAmount"]')).toBe("5,000.001");
      expect(await page.inputValue('[name="visitingOrg"]')).toBe("洁丽雅有限公司");
      expect(await page.inputValue('[name="companions.0.phone"]')).toBe("13800000002");
      if (script) expect(await violations(page)).toEqual([]);

      await page.fill('[name="guestContactName"]', "陈辰");
      await page.fill('[name="budgetAmount"]', "5,000");
      await page.getByRole("button", { name: "提交审批" }).click();
      // ¥2,000 above the standard: the field appears where the reason belongs.
      await page.getByLabel(/比标准高 ¥2,000，请说明/).fill("用车 ¥1,400、会议室 ¥600");
      await page.getByRole("button", { name: "提交审批" }).click();
      await page.waitForURL(/\/cases\/JD-/);
      const caseId = page.url().match(/JD-\d{4}-\d{6}/)?.[0] as string;
      const chenyao = await site.as("chenyao");
      const { body } = await chenyao.get(`/api/cases/${caseId}`);
      expect(body.content).toMatchObject({
        visitingOrg: "洁丽雅有限公司",
        budgetAmount: 500_000,
        companions: [{ name: "曾群", phone: "13800000002" }],
        hotelName: "金叶",
        hotelStar: 3,
        hotelClass: "2",
      });
      await context.close();
    });
});

describe("the decision", () => {
  test("is made from the mail on a phone: 退回 asks for the reason, 同意 is one press, the receipt says what comes next", async () => {
    const chenyao = await site.as("chenyao");
    const { receptionFor } = await import("../support/client.ts");
    const { body } = await chenyao.post("/api/receptions", receptionFor(await site.now()));
    await site.settle();
    const context = await contextFor(browser, site.url, { screen: "phone", script: false });
    const page = await context.newPage();
    const path = await site.link(body.caseId, "shuaizhong@xunda.example");
    await page.goto(site.url + path);
    await page.locator("summary", { hasText: "退回修改" }).click();
    await page.getByRole("button", { name: "确认退回" }).click();
    expect(page.url()).toBe(site.url + path);
    expect((await chenyao.get(`/api/cases/${body.caseId}`)).body.steps[0].status).toBe("open");
    await page.goto(site.url + path);
    await page.getByRole("button", { name: "同意", exact: true }).click();
    await page.getByRole("heading", { name: /您已同意/ }).waitFor();
    expect(await page.textContent("main")).toContain("张科");
    await page.goto(site.url + path);
    const choices = () =>
      page.locator('[name="choice"]').evaluateAll((all) => all.map((one) => one.getAttribute("value")));
    expect(await choices()).toEqual(["undo"]);
    await site.advance({ advance: "PT3M" });
    await page.goto(site.url + path);
    expect(await choices()).toEqual([]);
    await context.close();
  });
});
