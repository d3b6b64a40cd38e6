/** All waiting decisions on one page: filtered by address, approved at once where the policy allows it. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, onPage, submitted } from "../support/screen.ts";

let browser: Browser;
let requester: Client;
let shuaizhong: Client;

beforeAll(async () => {
  browser = await launch();
  requester = await site.as("huangyuanli");
  shuaizhong = await site.as("shuaizhong");
}, 120_000);
afterAll(() => browser.close());

/** From now on amounts up to this (fen) may be approved together. */
async function allowUpTo(batchUpTo: number): Promise<void> {
  const limin = await site.as("limin");
  const { document, version } = (await limin.get("/api/policies/reception")).body;
  const draft = { basedOn: version, document: { ...document, batchUpTo } };
  const put = await limin.put("/api/policies/reception/draft", draft);
  expect(put.status, put.text).toBe(200);
  expect((await limin.post("/api/policies/reception/draft/publish")).status).toBe(200);
}

test("nothing waits: the page says so", async () => {
  const xielei = await site.as("xielei");
  for (const locale of ["zh-CN", "en"] as const)
    await onPage(
      browser,
      site,
      "/tasks",
      { screen: "phone", locale, cookie: xielei.cookie },
      async (page) => {
        await isSound(page);
        expect(await page.locator(".empty").count()).toBe(1);
      },
    );
});

test("small amounts are ticked and approved together, larger ones opened; without scripts too", async () => {
  await allowUpTo(80_000);
  const small = [
    await submitted(site, requester, { budgetAmount: 60_000, visitingOrg: "甲公司" }),
    await submitted(site, requester, { budgetAmount: 70_000, visitingOrg: "乙公司" }),
  ];
  const large = await submitted(site, requester, { budgetAmount: 85_000, visitingOrg: "丙公司" });
  const look = { screen: "phone", cookie: shuaizhong.cookie, script: false } as const;
  await onPage(browser, site, "/tasks", look, async (page) => {
    const boxOf = (name: string) => page.locator("li", { hasText: name }).locator('input[type="checkbox"]');
    expect(await boxOf("丙公司").count()).toBe(0);
    for (const name of ["甲公司", "乙公司"]) await boxOf(name).check();
    await page.getByRole("button", { name: "同意选中的" }).click();
    await page.getByRole("heading", { name: "已同意 2 件" }).waitFor();
    // Each is a decision like any other: it can be taken back.
    await page.getByRole("link", { name: /甲公司/ }).click();
    await page.getByRole("button", { name: "撤销我的决定" }).waitFor();
  });
  const outcomes = await Promise.all(
    [...small, large].map(
      async (caseId) => (await requester.get(`/api/cases/${caseId}`)).body.steps[0].outcome,
    ),
  );
  expect(outcomes).toEqual(["approved", "approved", null]);
});

test("nothing ticked: the list comes back with what to do", async () => {
  await submitted(site, requester, { budgetAmount: 50_000, visitingOrg: "丁公司" });
  await onPage(browser, site, "/tasks", { screen: "desk", cookie: shuaizhong.cookie }, async (page) => {
    await page.getByRole("button", { name: "同意选中的" }).click();
    await page.locator(".oops").waitFor();
    await isSound(page);
  });
});

test.each([
  ["zh-CN", false],
  ["en", true],
] as const)("in %s it is accessible, fits a phone, and filters by its address", async (locale, dark) => {
  const look = { screen: "phone", locale, dark, cookie: shuaizhong.cookie } as const;
  await onPage(browser, site, "/", look, async (page) => {
    await page.locator('.tally a[href="/tasks"]').click();
    await page.waitForURL(`${site.url}/tasks`);
    await isSound(page);
    expect(await page.textContent("main")).toContain("丙公司");
    await page.locator('.tally a[href="/tasks?overdue=1"]').click();
    await page.waitForURL(/overdue=1/);
    expect(await page.locator('.tally [aria-current="page"]').getAttribute("href")).toBe("/tasks?overdue=1");
    await isSound(page);
  });
});
