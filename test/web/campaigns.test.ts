/** Campaigns, the planner, the cadence and the summary by clicking; and the way from one page to the next. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Look, launch } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, MAIL, onPage } from "../support/screen.ts";

let browser: Browser;
let register: Client;
const cookies = new Map<string, string>();

async function cookieOf(staffId: string): Promise<string> {
  const known = cookies.get(staffId) ?? (await site.as(staffId)).cookie;
  cookies.set(staffId, known);
  return known;
}

beforeAll(async () => {
  browser = await launch();
  register = await site.as("liuyanli");
  // A Tuesday morning after the planner's own run.
  await site.advance({ to: "2026-12-01T10:00:00+08:00" });
}, 240_000);
afterAll(() => browser.close());

const PHONE = { screen: "phone" } as const;
const open = async (
  staffId: string,
  path: string,
  look: (page: Page) => Promise<void>,
  how: Partial<Look> = {},
) => onPage(browser, site, path, { screen: "desk", cookie: await cookieOf(staffId), ...how }, look);
const pressed = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const told = (page: Page) => page.locator('.notice[role="status"]').textContent();

let made = 0;
async function enter(name: string): Promise<string> {
  made += 1;
  const { status, text, body } = await register.post("/api/customers", {
    name,
    tier: "C",
    owner: "tangli",
    contacts: [{ name: "高山", phone: `+86137000003${String(made).padStart(2, "0")}` }],
    nextDueOn: "2027-06-08",
  });
  expect(status, text).toBe(201);
  return body.customerId;
}

test.each([
  ["zhangyun", ["列表", "日历"]],
  ["limin", ["列表", "日历", "回访活动", "自动安排", "回访频率", "回访总结", "客户分析"]],
  ["huangyuanli", ["列表", "日历", "回访活动", "自动安排", "回访总结", "客户分析"]],
  ["zhangke", ["列表", "日历", "回访总结", "客户分析"]],
])(
  "the pages that %s may open stand beside one another, and each opens",
  async (staffId, names) => {
    await open(
      staffId,
      "/follow-ups",
      async (page) => {
        const tabs = page.locator(".tabs a");
        expect(await tabs.allTextContents()).toEqual(names);
        for (const name of names) {
          await page.locator(".tabs a", { hasText: name }).click();
          await page.locator('.tabs [aria-current="page"]', { hasText: name }).waitFor();
          await isSound(page);
        }
      },
      PHONE,
    );
  },
  120_000,
);

describe("a campaign", () => {
  test("is drawn up, corrected, looked at, generated, and shows by itself how far it is", async () => {
    for (const n of [1, 2, 3]) await enter(`活动客户${n}号`);
    await open("limin", "/campaigns", async (page) => {
      expect(await page.locator(".empty").textContent()).toContain("还没有回访活动");
      await page.getByRole("link", { name: "新建回访活动" }).click();
      await isSound(page);
      await page.locator("#q").fill("活动客户");
      await page.locator("#questions").fill("对时效满意吗？");
      await page.locator("#dueOn").fill("2026-12-11");
      await pressed(page, "下一步：看安排");
      await page.locator("#name-e").waitFor();
      expect(await page.inputValue("#q")).toBe("活动客户");
      expect(await page.inputValue("#plannedOn")).toBe("2026-12-01");
      await isSound(page);
      await page.locator("#name").fill("年终满意度回访");
      await pressed(page, "下一步：看安排");
      await page.getByRole("heading", { name: "年终满意度回访" }).waitFor();
      expect(await page.textContent("main")).toContain("选中 3 家客户：能安排 3 家");
      expect(await page.locator("#preview ~ * tbody, section:has(#preview) tbody").textContent()).toContain(
        "活动客户2号",
      );
      await isSound(page);
      await pressed(page, "生成回访");
      await site.settle();
      // The page asks again by itself while they are made.
      await page.locator(".tag-done", { hasText: "已生成" }).waitFor({ timeout: 20_000 });
      expect(await page.textContent("main")).toContain("还要联系 3");
      await page.getByRole("link", { name: "查看这些回访" }).click();
      expect(await page.locator("table.data tbody tr").count()).toBe(3);
    });
    await open(
      "limin",
      "/campaigns",
      async (page) => {
        await isSound(page);
        const row = await page.locator("table.data tbody tr").textContent();
        for (const text of ["年终满意度回访", "Generated", "3 customers"]) expect(row).toContain(text);
        await page.getByRole("link", { name: "年终满意度回访" }).click();
        await page.getByRole("heading", { name: "How far it is" }).waitFor();
        await isSound(page);
      },
      { ...PHONE, locale: "en" },
    );
    await open("zhangyun", "/campaigns", async (page) => {
      expect(await page.textContent("main")).not.toContain("年终满意度回访");
    });
  }, 120_000);

  test("by numbers names the one that nobody knows; a home page with campaigns opens", async () => {
    await open(
      "limin",
      "/campaigns/new",
      async (page) => {
        await page.locator("#name").fill("按编号");
        await page.locator('input[name="of"][value="ids"]').check();
        await page.locator("#customerIds").fill("C0001\nC9999");
        await page.locator("#dueOn").fill("2026-12-11");
        await pressed(page, "下一步：看安排");
        await page.locator("#customerIds-e").waitFor();
        expect(await page.inputValue("#customerIds")).toBe("C0001\nC9999");
        await page.goto(`${site.url}/`);
        await page.getByRole("heading", { name: "我的待办" }).waitFor();
      },
      { ...PHONE, script: false },
    );
  }, 60_000);
});

describe("the planner", () => {
  test("runs once more, is paused with a reason and resumed, and tells customers by their names", async () => {
    await open(
      "yinxue",
      "/planner",
      async (page) => {
        await isSound(page);
        await page.locator("details summary").first().waitFor();
        expect(await page.locator("details").first().textContent()).toContain("洁丽雅有限公司");
        await pressed(page, "现在运行一次");
        expect(await told(page)).toContain("已运行");
        await pressed(page, "暂停");
        await page.locator("#reason-e").waitFor();
        await isSound(page);
        await page.locator("#reason").fill("系统切换");
        await pressed(page, "暂停");
        expect(await told(page)).toContain("已暂停");
        expect(await page.textContent("main")).toContain("系统切换");
        await pressed(page, "恢复");
        expect(await told(page)).toContain("已恢复");
      },
      PHONE,
    );
  }, 60_000);

  test("the cadence says at its field what is wrong, keeps what was typed, and is saved", async () => {
    await open(
      "limin",
      "/policies/cadence",
      async (page) => {
        await isSound(page);
        const field = page.locator('[name="tiers.B.count"]');
        await field.fill("0");
        await page.locator('[name="coverageTarget"]').fill("85");
        await pressed(page, "Save");
        await page.locator(".bad", { has: field }).waitFor();
        expect(await page.inputValue('[name="coverageTarget"]')).toBe("85");
        await isSound(page);
        await field.fill("2");
        await pressed(page, "Save");
        expect(await told(page)).toContain("Saved");
      },
      { ...PHONE, locale: "en" },
    );
    const { body } = await (await site.as("limin")).get("/api/policies/cadence");
    expect(body).toMatchObject({ coverageTarget: 0.85, tiers: { B: { count: 2 } } });
  }, 60_000);
});

test("a summary: drafted, corrected, handed in, approved by the link in the mail, and fixed from then on", async () => {
  const path = "/reports/follow-ups?period=2026-12";
  await open("limin", path, async (page) => {
    await isSound(page);
    await page.locator("#conclusions").fill("覆盖率还不够。");
    await page.locator('[name="actions.0.text"]').fill("每周一核对到期名单");
    await pressed(page, "保存");
    // A measure is somebody's, until a day.
    expect(await page.locator(".oops li").count()).toBeGreaterThan(0);
    expect(await page.inputValue("#conclusions")).toBe("覆盖率还不够。");
    await isSound(page);
    await page.locator('[name="actions.0.owner"]').selectOption("zhangyun");
    await page.locator('[name="actions.0.dueOn"]').fill("2027-01-11");
    await pressed(page, "保存");
    expect(await told(page)).toContain("已保存");
    await pressed(page, "保存并提交审批");
    expect(await told(page)).toContain("已提交审批");
    await isSound(page);
  });
  await site.pause();
  const [mail] = (await site.inbox({ to: MAIL("yinxue"), kind: "approval.request" })).slice(-1);
  const link = mail?.links.find((one) => one.includes("/d/"));
  await onPage(browser, site, new URL(link ?? "").pathname, PHONE, async (page) => {
    await isSound(page);
    expect(await page.textContent("main")).toContain("每周一核对到期名单");
    await pressed(page, "同意");
    await page.getByRole("heading", { name: "您已批准这份总结" }).waitFor();
  });
  await site.settle();
  await open(
    "limin",
    path,
    async (page) => {
      expect(await page.locator(".tag-done").first().textContent()).toBe("Archived");
      expect(await page.locator("#conclusions").count()).toBe(0);
      expect(await page.textContent("main")).toContain("每周一核对到期名单");
      await isSound(page);
    },
    { ...PHONE, locale: "en" },
  );
}, 120_000);
