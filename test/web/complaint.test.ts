/** Working on complaints by clicking: handler, desk, signer, follow-up and manager; with and without scripts. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Look, launch } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, MAIL, onPage } from "../support/screen.ts";

let browser: Browser;
let desk: Client;
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

const complaint = (change: Record<string, unknown> = {}) => ({
  channel: "hotline",
  complainantName: "叶三",
  complainantPhone: "+8613800001234",
  complainantEmail: "ye.san@jieliya.example",
  organisation: "洁丽雅有限公司",
  waybillNo: "XD202612010017",
  category: "damage",
  description: "12 箱毛巾到货时外箱破损，3 箱受潮。",
  remedySought: "赔偿受潮货物并说明原因",
  severity: "major",
  urgency: "high",
  ...change,
});

/** A new complaint, with whoever handles it. */
async function filed(change: Record<string, unknown> = {}): Promise<{ caseId: string; handler: string }> {
  const answer = await desk.post("/api/complaints", complaint(change));
  expect(answer.status, answer.text).toBe(201);
  await site.pause();
  const { caseId } = answer.body;
  return { caseId, handler: (await read(caseId)).assignee.staffId };
}

const read = async (caseId: string) => (await desk.get(`/api/cases/${caseId}`)).body;
const kinds = async (caseId: string): Promise<string[]> =>
  (await read(caseId)).events.map((one: { kind: string }) => one.kind);
const pressed = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const told = (page: Page) => page.locator('.notice[role="status"]').textContent();
const unfolded = (page: Page, text: string) => page.locator("summary", { hasText: text }).first().click();

const INVESTIGATION = {
  cause: "中转站淋雨",
  facts: "周二卸车时没有雨布，12 箱外箱破损",
  responsibility: "中转站卸车班组",
  immediateAction: "已向客户道歉，换装外箱",
  corrective: "雨天卸车加盖雨布",
  preventive: "雨布列入班前检查",
};

/** The handler fills in his form and submits it. */
async function investigate(
  page: Page,
  type: string,
  amount = "",
  notice = "我们核实后向您道歉。",
): Promise<void> {
  for (const [name, text] of Object.entries(INVESTIGATION))
    await page.locator(`textarea[name="${name}"]`).fill(text);
  await page.locator(`input[name="type"][value="${type}"]`).check();
  if (amount) await page.locator("#amount").fill(amount);
  await page.locator("#noticeText").fill(notice);
  await pressed(page, "提交，送审处理通知");
}

const formOf = async (caseId: string): Promise<string> => {
  const { steps } = await read(caseId);
  const step = steps.find((one: { status: string }) => one.status === "open");
  return `/complaints/${caseId}/steps/${step.stepId}`;
};

describe("writing about a complaint", () => {
  for (const script of [true, false])
    test(`${script ? "with" : "without"} scripts: a note inside, a message in two presses, a question and the way on`, async () => {
      const { caseId, handler } = await filed({
        waybillNo: `XD-${script}`,
        complainantPhone: "+8613900000001",
      });
      await open(
        handler,
        `/cases/${caseId}`,
        async (page) => {
          await unfolded(page, "写内部备注");
          await page.locator("#notes-text").fill("先不要向客户提责任方，@李敏 请看");
          await pressed(page, "存为内部备注");
          expect(await told(page)).toContain("客户看不到");
          expect(await page.locator("article.inner").textContent()).toContain("先不要向客户提责任方");

          await unfolded(page, "写给客户");
          await page.locator("#messages-text").fill("您好，已在调查。\n<b>周五</b>前答复");
          if (script) await isSound(page);
          await pressed(page, "下一步：预览");
          expect(await page.locator("article.outer").textContent()).toContain("<b>周五</b>前答复");
          expect(await page.textContent("main")).toContain("ye.san@jieliya.example");
          if (script) await isSound(page);
          await pressed(page, "再改改");
          expect(await page.inputValue("#messages-text")).toBe("您好，已在调查。\n<b>周五</b>前答复");
          await pressed(page, "下一步：预览");
          await pressed(page, "确认发给客户");
          expect(await told(page)).toContain("已发给客户");

          await unfolded(page, "问客户，暂停计时");
          await page.locator("#pause-question").fill("请补拍内包装");
          await pressed(page, "下一步：预览");
          await pressed(page, "确认发给客户");
          expect(await told(page)).toContain("计时暂停");
          expect(await page.locator("#road").textContent()).toContain("在等客户答复，计时暂停");

          await unfolded(page, "不等客户答复");
          await page.locator("#resume-comment").fill("客户电话里说明了");
          await pressed(page, "继续计时");
          expect(await told(page)).toContain("计时继续");
        },
        { script },
      );
      await site.pause();
      const sent = await site.inbox({ caseId, channel: "email" });
      expect(sent.filter((mail) => mail.kind === "complaint.message")).toHaveLength(1);
      expect(sent.filter((mail) => mail.kind === "complaint.question")).toHaveLength(1);
      const [mention] = sent.filter((mail) => mail.kind === "note.mentioned");
      expect(mention?.to).toBe(MAIL("limin"));
      // What is inside stays inside.
      for (const mail of sent.filter((one) => one.to.startsWith("ye.san")))
        expect(`${mail.text}${mail.html}`).not.toContain("责任方");
    }, 120_000);

  test("a standard reply fills the field; what was refused keeps what was typed", async () => {
    const { caseId, handler } = await filed({ waybillNo: "XD-T", complainantPhone: "+8613900000002" });
    await open(handler, `/complaints/${caseId}`, async (page) => {
      await unfolded(page, "写给客户");
      await page.locator("#messages-template").selectOption({ index: 1 });
      await pressed(page, "套用");
      expect((await page.inputValue("#messages-text")).length).toBeGreaterThan(5);
      await page.locator("#messages-text").fill("长".repeat(4001));
      await pressed(page, "下一步：预览");
      expect(await page.locator("#messages-text-e").textContent()).toContain("4000");
      expect((await page.inputValue("#messages-text")).length).toBe(4001);
    });
  });
});

describe("the desk", () => {
  test("grades, nudges, and merges what is the same", async () => {
    const first = await filed({ waybillNo: "XD-M", complainantPhone: "+8613900000003" });
    const second = await filed({ waybillNo: "XD-M", complainantPhone: "+8613900000003" });
    await open("limin", `/complaints/${second.caseId}`, async (page) => {
      await unfolded(page, "改分级");
      await page.locator("#triage-priority").selectOption("P1");
      await page.locator("#triage-sub").fill("受潮");
      await page.locator("#triage-reason").fill("客户周五铺货");
      await isSound(page);
      await pressed(page, "保存分级");
      expect(await told(page)).toContain("分级已改");
      expect(await page.locator(".head .tag").allTextContents()).toContain("P1 特急");
      expect(await page.locator(".timeline").textContent()).toContain("优先级：P2 紧急 改为 P1 特急");

      await page.getByRole("button", { name: /^催办/ }).click();
      expect(await told(page)).toContain("已催办");
      await page.getByRole("button", { name: /^催办/ }).click();
      await page.locator("#nudge-e").waitFor();

      await pressed(page, `并入 ${first.caseId}`);
      expect(await page.inputValue("#merge-into")).toBe(first.caseId);
      await page.locator("#merge-reason").fill("同一批货");
      await pressed(page, "确认合并");
      expect(await page.textContent("main")).toContain(`这件已并入 ${first.caseId}`);
    });
    await open("limin", `/complaints/${first.caseId}`, async (page) => {
      expect(await page.textContent("main")).toContain(`来自已并入的 ${second.caseId}`);
    });
  }, 120_000);

  test("the board counts, filters and finds; its files open", async () => {
    const { caseId } = await filed({
      waybillNo: "XD-FIND-1",
      complainantPhone: "+8613900000004",
      category: "price",
    });
    await open("limin", "/complaints", async (page) => {
      await isSound(page);
      expect(Number(await page.locator(".tally b").first().textContent())).toBeGreaterThan(0);
      await page.locator("#f-category").selectOption("price");
      await pressed(page, "筛选");
      expect(page.url()).toContain("category=price");
      expect(
        await page.locator("#list ~ table tbody, table.data-fold tbody").first().textContent(),
      ).toContain("价格");
      await page.locator("#f-q").fill("xd-find-1");
      await pressed(page, "筛选");
      expect(await page.locator("table.data-fold").textContent()).toContain(caseId);
      await page.locator("#f-q").fill(caseId);
      await pressed(page, "筛选");
      expect(new URL(page.url()).pathname).toBe(`/complaints/${caseId}`);
    });
    const csv = await desk.call("GET", "/api/complaints?status=open&format=csv");
    expect(csv.status).toBe(200);
    expect(csv.text).toContain(caseId);
  });
});

describe("from the investigation to the end", () => {
  test("refused first, signed by money and by notice, agreed on the phone, called, closed", async () => {
    const { caseId, handler } = await filed({ waybillNo: "XD-E", complainantPhone: "+8613900000005" });
    await open(handler, `/cases/${caseId}`, async (page) => {
      await page.getByRole("link", { name: "填写调查结果" }).click();
      await isSound(page);
      await page.locator('input[name="type"][value="compensation"]').check();
      await page.locator("#cause").fill("写了一半");
      await pressed(page, "提交，送审处理通知");
      await page.locator(".oops").waitFor();
      await isSound(page);
      expect(await page.inputValue("#cause")).toBe("写了一半");
      expect(await page.locator(".oops a").count()).toBeGreaterThan(4);
      await investigate(page, "compensation", "800", "我们赔偿 800 元，并已加盖雨布。");
      expect(await told(page)).toContain("已提交");
      await site.pause();
      await page.reload();
      expect(await page.locator("#road").textContent()).toContain("审批赔偿");
    });
    const signs = async (staffId: string, said: string) => {
      await site.pause();
      const path = await site.link(caseId, MAIL(staffId));
      await onPage(browser, site, path, { screen: "phone" }, async (page) => {
        await isSound(page);
        expect(await page.textContent("main")).toContain(said);
        await pressed(page, "同意");
        await page.locator(".closing").waitFor();
        expect(await page.textContent("main")).not.toMatch(/来客|接待/);
      });
      await site.settle();
    };
    await signs("shuaizhong", "¥800");
    await signs("yinxue", "我们赔偿 800 元，并已加盖雨布。");
    await open("huangyuanli", `/complaints/${caseId}`, async (page) => {
      await page.getByRole("link", { name: "登记客户的电话答复" }).click();
      await isSound(page);
      await page.locator('input[name="choice"][value="confirm"]').check();
      await page.locator('input[name="csat"][value="5"]').check();
      await page.locator("#comment").fill("14:30 电话，客户说可以");
      await pressed(page, "登记答复");
      expect(await told(page)).toContain("已提交");
    });
    await site.pause();
    const { steps } = await read(caseId);
    const caller = steps.find((one: { status: string }) => one.status === "open").assignees[0].staffId;
    expect(caller).not.toBe(handler);
    await open(
      caller,
      await formOf(caseId),
      async (page) => {
        await isSound(page);
        await unfolded(page, "记录一次没有联系上");
        await pressed(page, "记下这次联系");
        expect(await told(page)).toContain("已提交");
        await page.goto(site.url + (await formOf(caseId)));
        expect(await page.textContent("main")).toContain("没人接");
        await page.locator('input[name="satisfaction"][value="5"]').check();
        await page.locator('input[name="issueFound"][value="no"]').check();
        await page.locator('input[name="needsComplaint"][value="no"]').check();
        await page.locator("#verbatim").fill("处理及时，希望以后包装加固。");
        await pressed(page, "提交回访记录");
        expect(await told(page)).toContain("已提交");
      },
      { screen: "phone" },
    );
    await site.pause();
    const view = await read(caseId);
    expect([view.status, view.outcome]).toEqual(["closed", "satisfied"]);
    await open("limin", `/complaints/${caseId}`, async (page) => {
      await isSound(page);
      expect(await page.locator("#road").textContent()).toContain("回访满意，已办结");
      expect(await page.locator(".road .now").count()).toBe(0);
    });
  }, 240_000);

  test("not agreed twice and once more: the manager decides with a reason", async () => {
    const { caseId } = await filed({ waybillNo: "XD-D", complainantPhone: "+8613900000006" });
    for (let round = 1; round <= 3; round += 1) {
      const { assignee } = await read(caseId);
      await open(assignee.staffId, await formOf(caseId), (page) => investigate(page, "apology"));
      await site.pause();
      const { steps } = await read(caseId);
      const signer = steps.find((one: { status: string }) => one.status === "open").assignees[0].staffId;
      const path = await site.link(caseId, MAIL(signer));
      await onPage(browser, site, path, { screen: "phone" }, async (page) => {
        await pressed(page, "同意");
        await page.locator(".closing").waitFor();
      });
      await site.settle();
      await open("huangyuanli", await formOf(caseId), async (page) => {
        await page.locator('input[name="choice"][value="disagree"]').check();
        await page.locator("#comment").fill(`第 ${round} 次，客户不认可`);
        await pressed(page, "登记答复");
      });
      await site.pause();
    }
    const { steps, reopenCount } = await read(caseId);
    expect(reopenCount).toBe(2);
    const decider = steps.find((one: { status: string }) => one.status === "open").assignees[0].staffId;
    await open(decider, await formOf(caseId), async (page) => {
      await isSound(page);
      expect(await page.textContent("main")).toContain("第 2 次，客户不认可");
      await page.locator("#comment-close").fill("已按公司规定处理，客户要求超出责任范围");
      await pressed(page, "确认办结");
      expect(await told(page)).toContain("已提交");
    });
    await site.pause();
    expect((await read(caseId)).outcome).toBe("manager-closed");
    expect(await kinds(caseId)).toContain("complaint.closed");
  }, 300_000);
});

describe.each([
  ["zh-CN", "phone", false],
  ["zh-CN", "desk", true],
  ["en", "phone", true],
  ["en", "desk", false],
] as const)("in %s on a %s, dark: %s", (locale, screen, dark) => {
  test("case, form, board and home are accessible and fit", async () => {
    const { caseId, handler } = await filed({
      waybillNo: `XD-${locale}-${screen}`,
      complainantPhone: `+861390000${screen === "phone" ? "1" : "2"}00${locale === "en" ? "1" : "2"}`,
      organisation: "‮شركة الشحن‬ <b>Very long organisation name & sons</b> Ltd.",
      description: `${"长".repeat(200)}\n\u202eRTL <img src=x onerror=alert(1)>`,
    });
    for (const [staffId, path] of [
      [handler, `/complaints/${caseId}`],
      [handler, await formOf(caseId)],
      ["limin", "/complaints"],
      [handler, "/"],
      ["limin", `/cases/${caseId}/workflow`],
    ] as const)
      await open(
        staffId,
        path,
        async (page) => {
          await isSound(page);
          expect(await page.textContent("main")).not.toMatch(/\{\w+\}|customer-confirm|manager-decision/);
        },
        { screen, locale, dark },
      );
  }, 120_000);
});
