/** The page of a case and its forms in a browser, with and without scripts. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, MAIL, onPage, submitted } from "../support/screen.ts";

let browser: Browser;
let requester: Client;
let caseId: string;

beforeAll(async () => {
  browser = await launch();
  requester = await site.as("hejing");
  caseId = await submitted(site, requester);
}, 120_000);
afterAll(() => browser.close());

const desk = () => ({ screen: "desk", cookie: requester.cookie }) as const;

describe("forms of a case", () => {
  for (const script of [true, false])
    test(`${script ? "with" : "without"} scripts: a comment, a copy and a nudge`, async () => {
      const words = script ? "客人改坐高铁" : "请\n尽快";
      await onPage(browser, site, `/cases/${caseId}`, { ...desk(), script }, async (page) => {
        await page.locator("summary", { hasText: "写评论" }).click();
        await page.locator("#comment").fill(words);
        await isSound(page).catch((error) => {
          if (script) throw error;
        });
        await page.getByRole("button", { name: "发表评论" }).click();
        await page.getByText("评论已发表").waitFor();
        await page.locator("summary", { hasText: "抄送给别人" }).click();
        await page.locator("#cc-who").selectOption(script ? "zhangyun" : "tangli");
        await page.locator("#cc-note").fill("请知悉");
        await page.getByRole("button", { name: "抄送", exact: true }).click();
        await page.getByText("已抄送").waitFor();
        expect(await page.locator("section:has(#cc)").textContent()).toContain(script ? "张云" : "唐丽");
      });
      const { events } = (await requester.get(`/api/cases/${caseId}`)).body;
      const said = events.filter((one: { kind: string }) => one.kind === "comment.added");
      expect(said.at(-1).data.text).toBe(words);
    });

  test("a nudge goes out once; the next one is told when it may", async () => {
    await onPage(browser, site, `/cases/${caseId}`, desk(), async (page) => {
      await page.getByRole("button", { name: "催办帅钟" }).click();
      await page.getByText("已催办").waitFor();
      await page.getByRole("button", { name: "催办帅钟" }).click();
      await page.locator('[role="alert"]').waitFor();
    });
    await site.pause();
    expect(await site.inbox({ to: MAIL("shuaizhong"), caseId, kind: "step.nudge" })).toHaveLength(1);
  });

  test("what was typed stays where it was refused", async () => {
    await onPage(browser, site, `/cases/${caseId}`, { ...desk(), script: false }, async (page) => {
      await page.locator("summary", { hasText: "写评论" }).click();
      const long = "很长".repeat(1001);
      await page.locator("#comment").fill(long);
      await page.getByRole("button", { name: "发表评论" }).click();
      await page.locator("#comment-e").waitFor();
      expect(await page.inputValue("#comment")).toBe(long);
    });
  });

  test("an approved visit is called off with a reason, and its signers hear of it", async () => {
    const shuaizhong = await site.as("shuaizhong");
    const { steps } = (await shuaizhong.get(`/api/cases/${caseId}`)).body;
    const vote = { choice: "approve", comment: "", data: {} };
    expect((await shuaizhong.post(`/api/steps/${steps[0].stepId}`, vote)).status).toBe(200);
    await site.settle();
    await onPage(
      browser,
      site,
      `/cases/${caseId}`,
      { screen: "phone", cookie: requester.cookie },
      async (page) => {
        await page.locator("summary", { hasText: "撤销申请" }).click();
        await isSound(page);
        await page.locator("#revoke").fill("客人行程取消");
        await page.getByRole("button", { name: "确认撤销" }).click();
        await page.getByText("申请已撤销，预算已退还").waitFor();
        expect(await page.textContent(".timeline")).toContain("何静撤销了申请");
      },
    );
    await site.pause();
    expect(await site.inbox({ to: MAIL("shuaizhong"), caseId, kind: "case.revoked" })).toHaveLength(1);
  });
});

test.each([
  ["zh-CN", "phone", false],
  ["zh-CN", "desk", true],
  ["en", "phone", true],
  ["en", "desk", false],
] as const)("a judged case in %s on a %s, dark: %s, is accessible and fits", async (locale, screen, dark) => {
  const judged = await submitted(site, requester, {
    budgetAmount: 90_000,
    retroactiveReason: undefined,
    hostLeaders: ["dept_mgr"],
  });
  await onPage(
    browser,
    site,
    `/cases/${judged}`,
    { screen, locale, dark, cookie: requester.cookie },
    async (page) => {
      await isSound(page);
      expect(await page.locator("#noticed").count()).toBe(1);
      expect(await page.textContent("main")).not.toMatch(/dept_manager|claimant_below|budget-change|\{\w+\}/);
    },
  );
});
