/** The preview beside the form, in a browser: by a press without scripts, by itself with them; on a phone, in both languages. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contextFor, launch, overflows, violations } from "../support/browser.ts";
import { receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let browser: Browser;
let cookie: string;

beforeAll(async () => {
  browser = await launch();
  cookie = (await site.as("chenyao")).cookie;
}, 120_000);
afterAll(() => browser.close());

const day = async (ahead: number) =>
  new Date((await site.now()) + 8 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);

/** What a preview needs and no more: no names, phones, places or purpose yet. */
async function fillNumbers(page: Page, amount: string): Promise<void> {
  const [arrive, leave] = [await day(12), await day(13)];
  const fields: Record<string, string> = {
    guestsMale: "1",
    guestsFemale: "1",
    arrivalDate: arrive,
    arriveTime: "09:00",
    departTime: "07:50",
    leaveDate: leave,
    leaveTime: "09:00",
    roomCount: "2",
    budgetAmount: amount,
  };
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
  await page.check('[name="hostLeaders"][value="gm"]');
  await page.selectOption('[name="costDepartment"]', "marketing");
}

const beside = async (page: Page) => (await page.locator("#preview").textContent()) ?? "";
const open = async (look: { script: boolean; locale?: "zh-CN" | "en" }) => {
  const context = await contextFor(browser, site.url, { screen: "phone", cookie, ...look });
  const page = await context.newPage();
  await page.goto(`${site.url}/receptions/new`);
  return { context, page };
};

describe("the preview on the form", () => {
  test("comes by a press without scripts: standard, what stands out, budget and who signs, and the reason is asked for", async () => {
    const { context, page } = await open({ script: false });
    expect(await page.locator('[name="excessReason"]').isVisible()).toBe(false);
    await fillNumbers(page, "5,000");
    await page.getByRole("button", { name: "预览" }).click();

    const text = await beside(page);
    expect(text).toContain("用餐 8 人次 × ¥100");
    expect(text).toMatch(/C 级标准\s*¥2,600\.00/);
    expect(text).toContain("申请 ¥5,000，按接待标准测算为 ¥2,600，超出 ¥2,400。");
    expect(text).toContain("出面的总经理职级高于申请人，须由其签批。");
    expect(text).toMatch(/税前不能扣除\s*¥2,000\.00/);
    expect(text).toMatch(/提交后，市场部.*还可用/);
    expect(text).toMatch(/帅钟[\s\S]*张科/);
    await expect.poll(() => page.getByLabel("比标准高 ¥2,400，请说明").isVisible()).toBe(true);
    expect(await page.inputValue('[name="budgetAmount"]')).toBe("5,000");
    expect(await page.getAttribute('[name="guestContactName"]', "aria-invalid")).toBe("true");
    expect(await overflows(page)).toBe(false);
    await context.close();
  });

  test.each(["zh-CN", "en"] as const)(
    "follows the typing with scripts, accessible and within 360 px (%s)",
    async (locale) => {
      const { context, page } = await open({ script: true, locale });
      await fillNumbers(page, "2,600");
      await expect.poll(() => beside(page), { timeout: 30_000 }).toContain("2,600.00");
      await expect
        .poll(() => page.locator("#preview .road b").allInnerTexts(), { timeout: 30_000 })
        .toContain("张科");
      expect(await page.locator('[name="excessReason"]').isVisible()).toBe(false);

      await page.fill('[name="budgetAmount"]', "2,600.01");
      await page.locator('[name="excessReason"]').waitFor({ state: "visible", timeout: 30_000 });
      const label = locale === "en" ? "¥0.01 above the standard: please say why" : "比标准高 ¥0.01，请说明";
      await expect.poll(() => page.getByLabel(label).isVisible()).toBe(true);
      expect(page.url()).toBe(`${site.url}/receptions/new`);
      expect(await violations(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      await context.close();
    },
  );

  test("of a change begins with the case as it is", async () => {
    const chenyao = await site.as("chenyao");
    const body = receptionFor(await site.now(), { costDepartment: "transport", visitingOrg: "预览修改" });
    const { caseId } = (await chenyao.post("/api/receptions", body)).body;
    await site.settle();
    const context = await contextFor(browser, site.url, { screen: "phone", cookie, script: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/receptions/${caseId}/edit`);
    expect(await beside(page)).toMatch(/C 级标准\s*¥3,000\.00/);
    await page.fill('[name="budgetAmount"]', "900");
    await page.getByRole("button", { name: "预览" }).click();
    const text = await beside(page);
    expect(text).not.toContain("超出");
    expect(text).toMatch(/帅钟/);
    await context.close();
  });
});
