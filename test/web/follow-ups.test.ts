/** Calling and visiting customers by clicking: planning, appointment, contacts, records, review, calendar. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Look, launch } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, onPage } from "../support/screen.ts";

let browser: Browser;
let desk: Client;
let register: Client;
const cookies = new Map<string, string>();

/** Somebody’s cookie; signed in once. */
async function cookieOf(staffId: string): Promise<string> {
  const known = cookies.get(staffId) ?? (await site.as(staffId)).cookie;
  cookies.set(staffId, known);
  return known;
}

beforeAll(async () => {
  browser = await launch();
  desk = await site.as("limin");
  register = await site.as("liuyanli");
  // A Tuesday afternoon: offices are open.
  await site.advance({ to: "2026-12-01T14:00:00+08:00" }).catch(() => undefined);
}, 240_000);
afterAll(() => browser.close());

const open = async (
  staffId: string,
  path: string,
  look: (page: Page) => Promise<void>,
  how: Partial<Look> = {},
) => onPage(browser, site, path, { screen: "desk", cookie: await cookieOf(staffId), ...how }, look);

const pressed = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const told = (page: Page) => page.locator('.notice[role="status"]').textContent();
const unfolded = (page: Page, text: string) => page.locator("summary", { hasText: text }).first().click();
const read = async (caseId: string) => (await desk.get(`/api/cases/${caseId}`)).body;

let made = 0;
/** A customer of 张云, and a contact with him by her, whose step is open. */
async function planned(mode: "call" | "visit"): Promise<{ caseId: string; name: string }> {
  made += 1;
  const name = `页面客户${made}号`;
  const entered = await register.post("/api/customers", {
    name,
    tier: "B",
    owner: "zhangyun",
    contacts: [
      {
        name: "高山",
        phone: `+86137000002${String(made).padStart(2, "0")}`,
        email: `p${made}@customer.example`,
      },
    ],
    nextDueOn: "2027-03-01",
  });
  expect(entered.status, entered.text).toBe(201);
  const answer = await desk.post("/api/follow-ups", {
    customerId: entered.body.customerId,
    mode,
    purpose: "了解到货情况",
    assignee: "zhangyun",
  });
  expect(answer.status, answer.text).toBe(201);
  await site.pause();
  return { caseId: answer.body.caseId, name };
}

const formOf = async (caseId: string): Promise<string> => {
  const { steps } = await read(caseId);
  const step = steps.find(
    (one: { status: string; kind: string }) => one.status === "open" && one.kind !== "appointment",
  );
  return `/follow-ups/${caseId}/steps/${step.stepId}`;
};

const reviewer = async (caseId: string): Promise<string> => {
  const { steps } = await read(caseId);
  return steps.find((one: { status: string; kind: string }) => one.kind === "review" && one.status === "open")
    .assignees[0].staffId;
};

describe("a call", () => {
  test("on a phone, without scripts: a contact in vain, the record, returned, recorded again, accepted", async () => {
    const { caseId, name } = await planned("call");
    const phone = { screen: "phone", script: false } as const;
    await open(
      "zhangyun",
      "/",
      async (page) => {
        await page.getByRole("link", { name: `回访客户：${name}` }).click();
        expect(new URL(page.url()).pathname).toBe(await formOf(caseId));
        await unfolded(page, "记录一次没有联系上");
        await page.locator("#attempt-result").selectOption("no_answer");
        await page.locator("#attempt-note").fill("占线");
        await pressed(page, "记下这次联系");
        expect(await told(page)).toContain("已记下");
        expect(await page.locator("#attempts ~ ol, .clocks").first().textContent()).toContain("没人接");

        await page.getByRole("link", { name: "联系客户、填记录" }).click();
        await page.locator('input[name="satisfaction"][value="4"]').check();
        await page.locator('input[name="next"][value="none"]').check();
        await page.locator("#verbatim").fill("到货及时");
        await pressed(page, "提交记录，送主管审核");
        // Refused at its field; nothing typed is lost.
        expect(await page.locator("#noNextReason-e").textContent()).toContain("不再联系");
        expect(await page.inputValue("#verbatim")).toBe("到货及时");
        await page.locator('input[name="next"][value="date"]').check();
        await page.locator("#nextOn").fill("2027-01-11");
        await pressed(page, "提交记录，送主管审核");
        expect(await told(page)).toContain("等主管审核");
      },
      phone,
    );
    await site.pause();
    const lead = await reviewer(caseId);
    await open(
      lead,
      await formOf(caseId),
      async (page) => {
        expect(await page.textContent("main")).toContain("到货及时");
        await pressed(page, "退回");
        expect(await page.locator("#return-comment-e").count()).toBe(1);
        await page.locator("#return-comment").fill("请补上客户的建议");
        await pressed(page, "退回");
        expect(await told(page)).toContain("已退回");
      },
      phone,
    );
    await site.pause();
    await open(
      "zhangyun",
      await formOf(caseId),
      async (page) => {
        expect(await page.textContent("main")).toContain("请补上客户的建议");
        expect(await page.inputValue("#verbatim")).toBe("到货及时");
        await page.locator("#suggestion").fill("包装加固");
        await pressed(page, "提交记录，送主管审核");
        expect(await told(page)).toContain("等主管审核");
      },
      phone,
    );
    await site.pause();
    await open(lead, await formOf(caseId), async (page) => {
      await pressed(page, "通过");
      expect(await told(page)).toContain("回访完成");
    });
    await site.pause();
    const view = await read(caseId);
    expect(view).toMatchObject({ status: "closed", outcome: "recorded" });
    expect(view.record).toMatchObject({ suggestion: "包装加固", nextFollowUpOn: "2027-01-11" });
  }, 180_000);

  test("the form is sound on a phone in Chinese and at a desk in English; it opens a complaint", async () => {
    const { caseId } = await planned("call");
    const form = await formOf(caseId);
    await open("zhangyun", form, isSound, { screen: "phone" });
    await open(
      "zhangyun",
      form,
      async (page) => {
        await isSound(page);
        await page.locator('input[name="satisfaction"][value="2"]').check();
        await page.locator('input[name="issueFound"][value="yes"]').check();
        await page.locator("#issueCategory").selectOption("delay");
        await page.locator("#verbatim").fill("Two days late again");
        await page.locator('input[name="needsComplaint"][value="yes"]').check();
        await pressed(page, "Submit the record for review");
        expect(await told(page)).toContain("Record submitted");
        await page.locator('#facts ~ dl a[href^="/complaints/"]').waitFor();
        await isSound(page);
      },
      { locale: "en" },
    );
    expect((await read(caseId)).complaintId).toMatch(/^TS-/);
  }, 120_000);

  test("passed on, it is somebody else’s; whoever does not hold the step sees the case", async () => {
    const { caseId } = await planned("call");
    const form = await formOf(caseId);
    await open("zhangyun", form, async (page) => {
      await unfolded(page, "转给同事");
      await page.locator("#toStaffId").selectOption("tangli");
      await page.locator("#transfer-comment").fill("明天请假");
      await pressed(page, "确认转交");
      expect(await told(page)).toContain("已转给同事");
    });
    await open("zhangyun", form, async (page) => {
      expect(new URL(page.url()).pathname).toBe(`/follow-ups/${caseId}`);
    });
    expect((await read(caseId)).assignee.staffId).toBe("tangli");
  }, 120_000);
});

describe("a visit", () => {
  test("booked, prepared, checked in, recorded on the visit form", async () => {
    const { caseId } = await planned("visit");
    await open(
      "zhangyun",
      `/cases/${caseId}`,
      async (page) => {
        expect(new URL(page.url()).pathname).toBe(`/follow-ups/${caseId}`);
        await isSound(page);
        await unfolded(page, "预约时间");
        await page.locator("#appointment-date").fill("2026-12-03");
        await page.locator("#appointment-time").fill("10:30");
        await page.locator("#place").fill("成都市双流开发区567号");
        await pressed(page, "登记预约");
        expect(await told(page)).toContain("预约已登记");
        await unfolded(page, "改约");
        await page.locator("#appointment-time").fill("15:00");
        await pressed(page, "确认改约");
        await page.locator("#reason-e").waitFor();
        expect(await page.inputValue("#appointment-time")).toBe("15:00");
        await page.locator('input[name="done"][value="goal"]').check();
        await pressed(page, "保存准备情况");
        expect(await page.locator("main").textContent()).toContain("1 项已完成");
        await unfolded(page, "登记到访");
        await pressed(page, "登记到访");
        expect(await told(page)).toContain("已登记到访");
        await page.getByRole("link", { name: "添加资料" }).click();
        const photo = {
          name: "现场.pdf",
          mimeType: "application/pdf",
          buffer: Buffer.from("%PDF-1.4\n%%EOF\n"),
        };
        await page.locator('input[type="file"]').setInputFiles(photo);
        await page.locator('main button[type="submit"]').click();
        await page.locator('input[name="name"]').fill("现场.pdf");
        await page.locator('main button[type="submit"]').click();
        expect(await told(page)).toContain("资料已添加");
        expect(await page.locator(".files").textContent()).toContain("现场.pdf");
      },
      { screen: "phone" },
    );
    await open("zhangyun", await formOf(caseId), async (page) => {
      await isSound(page);
      const texts: Record<string, string> = {
        customerAddress: "成都市双流开发区567号",
        materialsUsed: "客户负责人阅读了所带去的资料",
        companyOverview: "优异",
        companyType: "毛巾公司",
        siteAreaSqm: "2234",
        registeredCapitalCny10k: "54",
        employeeCount: "275",
        businessScope: "经营毛巾浴巾等各类产品",
        qualityRequirements: "防潮、按时到货",
        agreedIntent: "同意将配送作业让我公司完成",
      };
      for (const [name, text] of Object.entries(texts)) await page.locator(`#${name}`).fill(text);
      await pressed(page, "提交记录，送主管审核");
      await page.locator("#customerFeedback-e").waitFor();
      expect(await page.inputValue("#employeeCount")).toBe("275");
      await page.locator("#customerFeedback").fill("良好");
      await pressed(page, "提交记录，送主管审核");
      expect(await told(page)).toContain("等主管审核");
      expect(await page.textContent("main")).toContain("2,234 平方米");
      await isSound(page);
    });
    expect((await read(caseId)).record).toMatchObject({ visitors: ["张云"], employeeCount: 275 });
  }, 180_000);
});

describe("the customer's link", () => {
  test("on a phone: a time that is over is refused at its field, another one reaches whoever comes", async () => {
    const { caseId } = await planned("visit");
    const agent = await site.as("zhangyun");
    const booked = { at: "2026-12-08T10:30:00+08:00", place: "客户公司" };
    expect((await agent.put(`/api/follow-ups/${caseId}/appointment`, booked)).status).toBe(200);
    await site.pause();
    const path = await site.link(caseId, `p${made}@customer.example`, "follow-up.appointment");
    await onPage(browser, site, path, { screen: "phone", locale: "en" }, isSound);
    await onPage(browser, site, path, { screen: "phone" }, async (page) => {
      await unfolded(page, "换个时间");
      await page.locator("#at").fill("2026-11-30T15:00");
      await pressed(page, "发送");
      await page.locator("#at-e").waitFor();
      expect(await page.inputValue("#at")).toBe("2026-11-30T15:00");
      await isSound(page);
      await page.locator("#at").fill("2026-12-09T15:00");
      await pressed(page, "发送");
      expect(await told(page)).toContain("已收到您希望的时间");
      await isSound(page);
    });
    await open("zhangyun", `/follow-ups/${caseId}`, async (page) => {
      // What the customer asked for stands in the form: one press books it.
      expect(await page.inputValue("#appointment-time")).toBe("15:00");
      await pressed(page, "确认改约");
      expect(await told(page)).toContain("预约已登记");
    });
    expect((await read(caseId)).appointment).toMatchObject({ at: "2026-12-09T15:00:00+08:00" });
  }, 120_000);
});

describe("the list and the calendar", () => {
  test("what waits for somebody is listed among the tasks, decision or not", async () => {
    const { name } = await planned("call");
    await open(
      "zhangyun",
      "/tasks",
      async (page) => {
        await isSound(page);
        expect(await page.textContent("h1")).toMatch(/^\d+ steps? waits? for you$/);
        await page.getByRole("link", { name: `Contact the customer: ${name}` }).click();
        expect(new URL(page.url()).pathname).toMatch(/^\/follow-ups\/HF-.*\/steps\//);
      },
      { screen: "phone", locale: "en" },
    );
  }, 60_000);

  test("planned by hand from the list; a second one is refused with the way to the first", async () => {
    await register.post("/api/customers", {
      name: "手工安排公司",
      tier: "C",
      contacts: [{ name: "何平", phone: "+8613700009911" }],
      nextDueOn: "2027-03-01",
    });
    await open("limin", "/follow-ups", async (page) => {
      await isSound(page);
      await page.getByRole("link", { name: "安排回访" }).click();
      await page.locator("#q").fill("手工安排");
      await pressed(page, "找客户");
      await page.getByRole("link", { name: "手工安排公司" }).click();
      await isSound(page);
      await page.locator("#assignee").selectOption("zengqun");
      await page.locator("#purpose").fill("问候");
      const form = page.url();
      await pressed(page, "安排");
      expect(await told(page)).toContain("已安排");
      await page.goto(form);
      await page.locator("#purpose").fill("再问候");
      await pressed(page, "安排");
      expect(await page.locator(".oops").textContent()).toContain("HF-");
      expect(await page.inputValue("#purpose")).toBe("再问候");
    });
    await site.pause();
    await open("limin", "/follow-ups?assignee=zengqun", async (page) => {
      expect(await page.locator("table.data tbody").textContent()).toContain("手工安排公司");
    });
    await open(
      "zhangyun",
      "/follow-ups",
      async (page) => {
        expect(await page.textContent("main")).not.toContain("手工安排公司");
      },
      { screen: "phone" },
    );
  }, 120_000);

  test("the calendar turns by keyboard, marks today and days off, and is a list on a phone", async () => {
    const { name } = await planned("call");
    await open("zhangyun", "/follow-ups/calendar", async (page) => {
      await isSound(page);
      expect(await page.locator('.cal [aria-current="date"]').textContent()).toContain(name);
      expect(await page.locator(".is-off").count()).toBeGreaterThan(7);
      await page.getByRole("link", { name: "下个月" }).focus();
      await page.keyboard.press("Enter");
      await page.locator("h1", { hasText: "2027年1月" }).waitFor();
      await page.getByRole("link", { name: "周", exact: true }).focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/view=week/);
      expect(await page.locator(".cal-day").count()).toBe(7);
    });
    await open("limin", "/follow-ups/calendar?whose=team&day=2026-12-30", async (page) => {
      const held = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.day);
      // One stop for the keyboard among all days; arrows go on from it, beyond the end of the month as well.
      await page.locator('.cal-date a[tabindex="0"]').focus();
      expect(await page.locator('.cal-date a[tabindex="0"]').count()).toBe(1);
      await page.locator('[data-day="2026-12-30"]').focus();
      for (const [key, day] of [
        ["ArrowRight", "2026-12-31"],
        ["ArrowUp", "2026-12-24"],
        ["ArrowLeft", "2026-12-23"],
        ["ArrowDown", "2026-12-30"],
      ] as const) {
        await page.keyboard.press(key);
        expect(await held()).toBe(day);
      }
      await page.keyboard.press("ArrowDown");
      await page.waitForURL(/day=2027-01/);
      expect(await held()).toBe("2027-01-06");
      await page.keyboard.press("Enter");
      await page.waitForURL(/view=week.*day=2027-01-06/);
      expect(await page.locator('.switch [aria-current="page"]').allTextContents()).toEqual(["周", "团队"]);
      await isSound(page);
    });
    await open("limin", "/follow-ups/calendar?whose=team&view=month", isSound, {
      screen: "phone",
      locale: "en",
    });
  }, 120_000);
});
