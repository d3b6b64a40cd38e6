/** Chromium from npm, as a phone or a desk sees the site. */
import chromium from "@sparticuz/chromium";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium as driver, type Page } from "playwright-core";

export type Screen = "phone" | "desk";
export const SIZES: Record<Screen, { width: number; height: number }> = {
  phone: { width: 360, height: 640 },
  desk: { width: 1280, height: 900 },
};

/** One browser; close it at the end. Not with the package's own arguments: one process for all pages dies with the first. */
export async function launch(): Promise<Browser> {
  return driver.launch({
    executablePath: await chromium.executablePath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--font-render-hinting=none",
      "--headless=shell",
    ],
    headless: true,
  });
}

export type Look = {
  screen: Screen;
  locale?: "zh-CN" | "en";
  dark?: boolean;
  script?: boolean;
  cookie?: string;
};

/** A fresh context: screen, language, colour scheme, with or without scripts, signed in by a cookie. */
export async function contextFor(browser: Browser, siteUrl: string, look: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: SIZES[look.screen],
    deviceScaleFactor: look.screen === "phone" ? 2 : 1,
    locale: look.locale ?? "zh-CN",
    colorScheme: look.dark ? "dark" : "light",
    javaScriptEnabled: look.script ?? true,
    timezoneId: "Asia/Shanghai",
  });
  const [name = "", value = ""] = (look.cookie ?? "").split("=");
  if (name) await context.addCookies([{ name, value, url: siteUrl }]);
  return context;
}

export type Violation = { id: string; nodes: string[] };

/** WCAG 2.2 A and AA problems of a page. */
export async function violations(page: Page): Promise<Violation[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: typeof axe }).axe;
    const { violations: list } = await runner.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    });
    return list.map((one) => ({ id: one.id, nodes: one.nodes.map((node) => node.html.slice(0, 160)) }));
  });
  return found;
}

/** Whether anything is wider than the screen. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
