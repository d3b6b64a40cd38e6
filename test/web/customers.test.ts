/** Pages of customers in a real browser: axe clean, at 360 px and on a desk, in both languages, without script. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, overflows, SIZES } from "../support/browser.ts";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { isSound, onPage } from "../support/screen.ts";

let browser: Browser;
let register: Client;
/** An import that was checked and found wanting. */
let checked: string;

beforeAll(async () => {
  browser = await launch();
  register = await site.as("liuyanli");
  const bytes = Buffer.from("customerId,name,tier,contactName,contactPhone\nX1,=1+1,Z,,1\n");
  const { body } = await register.post("/api/customer-imports", {
    name: "客户.csv",
    contentType: "text/csv",
    size: bytes.length,
  });
  await fetch(body.upload.url, { method: "PUT", headers: body.upload.headers, body: bytes });
  await register.post(`/api/customer-imports/${body.importId}/check`, {});
  checked = `/customers/imports/${body.importId}`;
}, 180_000);
afterAll(() => browser.close());

describe("every page", () => {
  const pages: [string, () => string, string][] = [
    ["list", () => "/customers", "liuyanli"],
    ["list that finds nobody", () => "/customers?q=zzz&tier=A&stale=true", "liuyanli"],
    ["list of an agent", () => "/customers", "zhangyun"],
    ["record", () => "/customers/C0001?told=saved", "zhangyun"],
    ["form", () => "/customers/C0001/edit", "liuyanli"],
    ["new", () => "/customers/new", "liuyanli"],
    ["import", () => "/customers/import", "liuyanli"],
    ["problems of a file", () => checked, "liuyanli"],
  ];
  for (const [name, path, staffId] of pages)
    for (const [locale, screen, other] of [
      ["zh-CN", "phone", "desk"],
      ["en", "desk", "phone"],
    ] as const)
      test(`${name} in ${locale} is accessible and fits phone and desk`, async () => {
        const { cookie } = await site.as(staffId);
        const look = { screen, locale, cookie, dark: locale === "en" };
        await onPage(browser, site, path(), look, async (page) => {
          expect(await page.getAttribute("html", "lang")).toBe(locale);
          await isSound(page);
          await page.setViewportSize(SIZES[other]);
          expect(await overflows(page)).toBe(false);
        });
      });
});

test("a form with mistakes names them, accessibly", async () => {
  await onPage(
    browser,
    site,
    "/customers/new",
    { screen: "phone", cookie: register.cookie },
    async (page) => {
      await page.click("main button[type=submit]");
      expect(await page.getByRole("alert").count()).toBe(1);
      await isSound(page);
    },
  );
});

test("searching and opening work without script", async () => {
  const look = { screen: "phone", cookie: register.cookie, script: false } as const;
  await onPage(browser, site, "/customers", look, async (page) => {
    await page.fill("input[name=q]", "洁丽雅");
    await page.click("main button[type=submit]");
    await page.click("text=洁丽雅有限公司");
    expect(await page.textContent("h1")).toBe("洁丽雅有限公司");
  });
});

test("a file is uploaded, found wanting row by row, mended and imported", async () => {
  const file = (tier: string) => ({
    name: "客户.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      `customerId,name,tier,contactName,contactPhone\nX901,新都纸业,${tier},高山,13700009901\nX902,郫都豆瓣,C,何平,13700009902\n`,
    ),
  });
  const upload = async (page: Page, tier: string) => {
    await page.getByRole("button", { name: "选择文件" }).click();
    await page.locator("#file").setInputFiles(file(tier));
    await page.getByRole("button", { name: "上传", exact: true }).click();
    await page.getByRole("button", { name: "检查文件" }).click();
  };
  await onPage(browser, site, "/customers", { screen: "phone", cookie: register.cookie }, async (page) => {
    await page.getByRole("link", { name: "导入" }).click();
    expect(await page.textContent("main")).toContain("客户编号");
    await upload(page, "Z");
    await page.locator("#result").waitFor();
    const row = page.locator("table.data tbody tr");
    expect(await row.allTextContents()).toEqual([expect.stringMatching(/^第 2 行tier/)]);
    expect(await page.getByRole("button", { name: "全部导入" }).count()).toBe(0);
    await isSound(page);
    expect((await register.get("/api/customers/X902")).status).toBe(404);
    await page.getByRole("link", { name: "换一个文件" }).click();
    await upload(page, "A");
    await page.getByRole("button", { name: "全部导入" }).click();
    expect(await page.locator('[role="status"]').textContent()).toContain("新增 2");
    await isSound(page);
  });
  expect((await register.get("/api/customers/X901")).body).toMatchObject({ name: "新都纸业", tier: "A" });
}, 60_000);
