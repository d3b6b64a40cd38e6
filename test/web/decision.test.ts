/** Deciding in a browser: what stands out, what an edit changed, codes, taking back; on a phone, in both languages. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, MAIL, onPage, submitted } from "../support/screen.ts";

const SHUAI = MAIL("shuaizhong");
let browser: Browser;
let requester: Client;

beforeAll(async () => {
  browser = await launch();
  requester = await site.as("liuyanli");
}, 120_000);
afterAll(() => browser.close());

const phone = { screen: "phone" } as const;
const boxOf = async (page: Page, name: string) =>
  (await page.getByRole("button", { name, exact: true }).boundingBox()) ?? { y: 9_999, height: 0 };
const stepOf = async (caseId: string) =>
  (await requester.get(`/api/cases/${caseId}`)).body.steps.at(-1) as { status: string; outcome: string };

describe("a request above the standard", () => {
  let caseId: string;
  beforeAll(async () => {
    const over = { visitingOrg: "蓉通公司", budgetAmount: 480_000, excessReason: "用车 ¥1,400、会议室 ¥400" };
    caseId = await submitted(site, requester, over);
  });

  for (const [locale, dark] of [
    ["zh-CN", false],
    ["en", true],
  ] as const)
    test(`in ${locale}: what stands out comes first, and the buttons need no scrolling at 360 × 640`, async () => {
      const path = await site.link(caseId, SHUAI);
      await onPage(browser, site, path, { ...phone, locale, dark }, async (page) => {
        await isSound(page);
        const [said, left] = await Promise.all([
          page.locator(".notice-warn").boundingBox(),
          page.locator(".ask .left").first().boundingBox(),
        ]);
        expect(said!.y).toBeLessThan(left!.y);
        expect(await page.textContent(".notice-warn")).toContain("¥1,800");
        expect(await page.textContent(".notice-warn")).toContain("会议室");
        for (const name of locale === "en" ? ["Approve"] : ["同意"]) {
          const box = await boxOf(page, name);
          expect(box.y + box.height).toBeLessThanOrEqual(640);
          expect(box.height).toBeGreaterThanOrEqual(44);
        }
        if (locale === "zh-CN") {
          // Who signed and who comes after stand above the buttons.
          const road = await page.locator(".road-row").boundingBox();
          const acts = await page.locator(".acts").boundingBox();
          expect(road!.y + road!.height).toBeLessThanOrEqual(acts!.y + 1);
        }
      });
    });

  test("the full text has every finding, the standard, the tax and why whom is asked", async () => {
    await onPage(browser, site, await site.link(caseId, SHUAI), { screen: "desk" }, async (page) => {
      await page.locator("summary", { hasText: "申请全文与测算" }).click();
      const text = await page.textContent("main");
      for (const said of ["超出 ¥1,800", "C 级标准", "¥3,000", "这笔不能扣除", "金额 ¥4,800 超过 ¥1,000"])
        expect(text).toContain(said);
      await isSound(page);
    });
  });
});

test("a decision is taken back in the browser as long as nothing followed", async () => {
  const caseId = await submitted(site, requester);
  await onPage(browser, site, await site.link(caseId, SHUAI), { ...phone, script: false }, async (page) => {
    await page.getByRole("button", { name: "同意", exact: true }).click();
    await page.getByRole("heading", { name: "您已同意这笔接待" }).waitFor();
    expect(await page.textContent("main")).toContain("前可以撤销");
    await page.getByRole("button", { name: "撤销我的决定" }).click();
    await page.getByRole("heading", { name: "决定已撤销" }).waitFor();
  });
  expect(await stepOf(caseId)).toMatchObject({ status: "open", outcome: null });
  await site.settle();
  // The mail that opens the step again has a link that works.
  await onPage(browser, site, await site.link(caseId, SHUAI), phone, async (page) => {
    await page.locator("summary", { hasText: "驳回" }).click();
    await page.locator("#why-reject").fill("年底前不再安排");
    await page.getByRole("button", { name: "确认驳回" }).click();
    await page.getByRole("heading", { name: "您已驳回这笔接待" }).waitFor();
    await isSound(page);
    await site.settle();
    await page.reload();
    expect(await page.getByRole("button", { name: "撤销我的决定" }).count()).toBe(0);
  });
  expect(await stepOf(caseId)).toMatchObject({ status: "done", outcome: "rejected" });
});

test("a large amount: 同意 asks for the code, a wrong one says so, the right one decides", async () => {
  const caseId = await submitted(site, requester, { budgetAmount: 620_000, excessReason: "住两家酒店" });
  await onPage(browser, site, await site.link(caseId, SHUAI), phone, async (page) => {
    await page.locator("summary", { hasText: "同意" }).first().click();
    await isSound(page);
    await page.getByRole("button", { name: "把验证码发到我的手机" }).click();
    await page.locator("#code").waitFor();
    await site.pause();
    const [sms] = (await site.inbox({ channel: "sms", caseId, kind: "vote.code" })).slice(-1);
    const code = /(?<!\d)\d{6}(?!\d)/.exec(sms?.text ?? "")?.[0] ?? "";
    const say = async (typed: string) => {
      await page.locator("#code").fill(typed);
      await page.locator("form:has(#code)").getByRole("button", { name: "同意" }).click();
    };
    await say(code === "123456" ? "654321" : "123456");
    await page.locator("#code-e").waitFor();
    expect(await page.getAttribute("#code", "aria-invalid")).toBe("true");
    await isSound(page);
    await say(code);
    await page.getByRole("heading", { name: "您已同意这笔接待" }).waitFor();
  });
});

test("after an edit the signer sees first what is not as he signed it", async () => {
  const caseId = await submitted(site, requester, { budgetAmount: 200_000, excessReason: undefined });
  await onPage(browser, site, await site.link(caseId, SHUAI), phone, async (page) => {
    await page.getByRole("button", { name: "同意", exact: true }).click();
    await page.getByRole("heading", { name: "您已同意这笔接待" }).waitFor();
  });
  await site.settle();
  const { content } = (await requester.get(`/api/cases/${caseId}`)).body;
  const put = { ...content, budgetAmount: 240_000, hotelName: "蓉城" };
  expect((await requester.put(`/api/receptions/${caseId}`, put)).status).toBe(200);
  await site.settle();
  const path = await site.link(caseId, SHUAI);
  for (const locale of ["zh-CN", "en"] as const)
    await onPage(browser, site, path, { ...phone, locale }, async (page) => {
      const text = await page.locator(".ask .notice").first().textContent();
      expect(text).toContain("¥2,000.00");
      expect(text).toContain("¥2,400.00");
      expect(text).toContain("蓉城");
      expect(text).toMatch(
        locale === "en" ? /Changed by .* since your vote/ : /您 .* 同意之后，刘艳丽改了 2 处/,
      );
      await isSound(page);
    });
});

test("a budget change speaks of budgets", async () => {
  const month = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 7);
  const bucket = (department: string) => ({ department, period: month, category: "hospitality" });
  const asked = {
    kind: "transfer",
    from: bucket("marketing"),
    to: bucket("finance"),
    amount: 120_000,
    reason: "年底来访增多",
  };
  const { status, body } = await (await site.as("wanghui")).post("/api/budget-changes", asked);
  expect(status).toBe(201);
  await site.settle();
  const path = await site.link(body.caseId, MAIL("zhangke"));
  for (const locale of ["zh-CN", "en"] as const)
    await onPage(browser, site, path, { ...phone, locale, dark: locale === "en" }, async (page) => {
      await isSound(page);
      const text = (await page.textContent("main")) ?? "";
      expect(text).toContain("年底来访增多");
      expect(text).not.toMatch(/来客|客人|guests/);
    });
  await onPage(browser, site, path, phone, async (page) => {
    await page.getByRole("button", { name: "同意", exact: true }).click();
    await page.getByRole("heading", { name: "您已同意这份预算调整" }).waitFor();
    await isSound(page);
  });
});
