/** The customer's pages in a browser: phone and desk, both languages, light and dark, without script. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../support/browser.ts";
import { act, careComplaint, filed, investigated, status, tailOf } from "../support/care.ts";
import { site } from "../support/journey.ts";
import { isSound, onPage } from "../support/screen.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
  await site.visitor().page("/c");
}, 120_000);
afterAll(() => browser.close());

/** What a customer types, and the press. */
async function fillIn(page: Page, complaint: Record<string, unknown>): Promise<void> {
  await page.check(`input[value="${complaint.category}"]`);
  await page.fill("#description", String(complaint.description));
  await page.fill("#complainantName", String(complaint.complainantName));
  await page.fill("#complainantPhone", String(complaint.complainantPhone));
  await page.click("form[action='/c'] button[type=submit]");
}

describe("the public form", () => {
  test("is sound in both languages, light and dark, on phone and desk", async () => {
    for (const look of [
      { screen: "phone" as const },
      { screen: "phone" as const, locale: "en" as const, dark: true },
      { screen: "desk" as const },
    ])
      await onPage(browser, site, "/c", look, isSound);
  });

  test("takes a complaint on a phone without script, and leads to its progress", async () => {
    const complaint = careComplaint();
    await onPage(browser, site, "/c", { screen: "phone", script: false }, async (page) => {
      await fillIn(page, complaint);
      await page.waitForSelector("h1");
      const text = await page.textContent("main");
      const [caseId = ""] = /TS-\d{4}-\d{6}/.exec(text ?? "") ?? [];
      expect(caseId).not.toBe("");
      await page.click(`a[href="/c/${caseId}"]`);
      expect(await page.textContent("main")).toContain(String(complaint.description));
    });
  });

  test("takes photos with it: they follow once it is there, and one that is none is named", async () => {
    const complaint = careComplaint();
    await onPage(browser, site, "/c", { screen: "phone" }, async (page) => {
      const files = ["外箱.png", "面单.png"].map((name) => ({ name, mimeType: "image/png", buffer: PNG }));
      const lie = { name: "x.png", mimeType: "image/png", buffer: Buffer.from("<html>") };
      await page.setInputFiles("#photos", [...files, lie]);
      // Refused, the form keeps what was chosen and typed.
      await page.fill("#remedySought", "退运费");
      await page.click("form[action='/c'] button[type=submit]");
      await page.waitForSelector(".oops");
      expect(await page.evaluate(() => document.activeElement?.className)).toBe("oops");
      expect(await page.inputValue("#remedySought")).toBe("退运费");
      await fillIn(page, complaint);
      await page.waitForSelector("[data-photos-to] .error");
      const text = (await page.textContent("main")) ?? "";
      expect(text).toContain("有 1 张照片没有传上去");
      await isSound(page);
      const [caseId = ""] = /TS-\d{4}-\d{6}/.exec(text) ?? [];
      await page.click(`a[href="/c/${caseId}"]`);
      const shown = (await page.textContent("main")) ?? "";
      for (const { name } of files) expect(shown).toContain(name);
      expect(shown).not.toContain("x.png");
    });
  });

  test("says what is missing, and leads the reader to it", async () => {
    await onPage(browser, site, "/c", { screen: "phone" }, async (page) => {
      await page.fill("#remedySought", "退运费");
      await page.click("form[action='/c'] button[type=submit]");
      await page.waitForSelector(".oops");
      await isSound(page);
      expect(await page.evaluate(() => document.activeElement?.className)).toBe("oops");
      expect(await page.inputValue("#remedySought")).toBe("退运费");
      await page.click('.oops a[href="#complainantPhone"]');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("complainantPhone");
    });
  });
});

describe("the progress", () => {
  test("is asked for with code and digits, and shows question, notice and answer", async () => {
    const care = await filed(site);
    await onPage(browser, site, "/c", { screen: "phone", script: false }, async (page) => {
      await page.fill("#code", care.caseId);
      await page.fill("#tail", tailOf(care.complaint));
      await page.click("#status button[type=submit]");
      expect(new URL(page.url()).pathname).toBe(`/c/${care.caseId}`);

      await act(site, care.caseId, "investigate", investigated("我们赔偿三箱毛巾，本周送到。"));
      await act(site, care.caseId, "approval", { choice: "approve" });
      await page.reload();
      expect(await page.textContent("main")).toContain("我们赔偿三箱毛巾");
      await page.check('input[name="csat"][value="5"]');
      await page.click('button[value="confirm"]');
      expect(await page.textContent("[role=status]")).toContain("谢谢您的确认");
      expect((await status(site, care)).body.canConfirm).toBe(false);
    });
  });

  test("is sound where something is asked", async () => {
    const care = await filed(site);
    await act(site, care.caseId, "investigate", investigated("我们赔偿三箱毛巾。"));
    await act(site, care.caseId, "approval", { choice: "approve" });
    const path = await site.link(care.caseId, "ye.san@jieliya.example", "complaint.notice");
    for (const look of [
      { screen: "phone" as const },
      { screen: "desk" as const, locale: "en" as const, dark: true },
    ])
      await onPage(browser, site, path, look, isSound);
    await onPage(browser, site, `/c/${care.caseId}`, { screen: "phone" }, async (page) => {
      await isSound(page);
      await page.fill("#tail", care.tail);
      await page.click("main button[type=submit]");
      await page.waitForSelector("#confirm-t");
      await isSound(page);
      await page.click("summary.btn-no");
      await page.click('button[value="disagree"]');
      await page.waitForSelector("#comment-e");
      await isSound(page);
    });
  });
});

test("a colleague writes a complaint down on the same components", async () => {
  const { cookie } = await site.as("limin");
  const complaint = careComplaint();
  await onPage(browser, site, "/complaints/new", { screen: "phone", cookie }, async (page) => {
    await isSound(page);
    await page.fill("#complainantName", String(complaint.complainantName));
    await page.fill("#complainantPhone", String(complaint.complainantPhone));
    await page.check('input[name="category"][value="delay"]');
    await page.fill("#description", "说好周一到，周三才到。");
    await page.click("form[action='/complaints/new'] button[type=submit]");
    await page.waitForURL(/\/complaints\/TS-/);
    expect(await page.textContent("main")).toContain("说好周一到");
  });
  await onPage(browser, site, "/complaints/new", { screen: "desk", locale: "en", cookie }, isSound);
});
