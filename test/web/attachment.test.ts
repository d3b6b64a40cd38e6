/** A photo on a reception: chosen, uploaded to the bucket, confirmed, seen by the signer; without scripts too. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contextFor, launch, violations } from "../support/browser.ts";
import { type Client, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let browser: Browser;
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

beforeAll(async () => {
  browser = await launch();
}, 120_000);
afterAll(() => browser.close());

async function newCase(chenyao: Client): Promise<string> {
  const { body } = await chenyao.post(
    "/api/receptions",
    receptionFor(await site.now(), { costDepartment: "management" }),
  );
  return body.caseId;
}

test("by the script: straight to the bucket, with progress; what is refused says why and leaves the page as it was", async () => {
  const chenyao = await site.as("chenyao");
  const caseId = await newCase(chenyao);
  const context = await contextFor(browser, site.url, { screen: "phone", cookie: chenyao.cookie });
  const page = await context.newPage();
  const told: string[] = [];
  await page.exposeFunction("tell", (text: string) => told.push(text));
  const blocked: string[] = [];
  page.on("console", (message) => message.type() === "error" && blocked.push(message.text()));
  await page.goto(`${site.url}/cases/${caseId}`);
  await page.evaluate(() => {
    const place = document.querySelector("[data-told]")!;
    const { tell } = globalThis as unknown as { tell(text: string): void };
    new MutationObserver(() => tell(place.textContent)).observe(place, { childList: true });
  });
  const add = page.getByRole("button", { name: "添加附件" });
  const choose = (name: string, mimeType: string, buffer: Buffer) =>
    page.getByLabel("选择文件").setInputFiles({ name, mimeType, buffer });

  await choose("安装.exe", "application/x-msdownload", PIXEL);
  await add.click();
  await page.getByText("只收 JPEG、PNG、WebP 和 PDF 文件").waitFor();
  // A text that calls itself a photo is announced, uploaded, and found out.
  await choose("不是照片.png", "image/png", Buffer.from("plain text"));
  await add.click();
  await expect.poll(() => told.at(-1), { timeout: 20_000 }).toContain("只收 JPEG、PNG、WebP 和 PDF 文件");
  expect(told).toContain("正在核对");
  expect(page.url()).toBe(`${site.url}/cases/${caseId}`);
  expect((await chenyao.get(`/api/cases/${caseId}`)).body.attachments).toEqual([]);
  expect(await violations(page)).toEqual([]);
  // The two refusals, and nothing that the page's policy kept from going out.
  expect(blocked.every((text) => text.includes("400"))).toBe(true);

  told.length = 0;
  await choose("现场.png", "image/png", PIXEL);
  await add.click();
  await page.waitForURL(/\?told=attached$/);
  expect([...new Set(told)]).toEqual(["正在上传 0%", "正在上传 100%", "正在核对"]);
  expect(await page.textContent("main")).toContain("附件已添加");
  await page.getByRole("link", { name: "现场.png" }).waitFor();
  expect((await chenyao.get(`/api/cases/${caseId}`)).body.attachments).toMatchObject([
    { name: "现场.png", contentType: "image/png", size: PIXEL.length },
  ]);
  await context.close();
});

test("by the script, where the bucket cannot be reached: the plain page takes over", async () => {
  const chenyao = await site.as("chenyao");
  const caseId = await newCase(chenyao);
  const context = await contextFor(browser, site.url, { screen: "phone", cookie: chenyao.cookie });
  const page = await context.newPage();
  await page.route(/\/tmp\//, (route) => route.abort());
  await page.goto(`${site.url}/cases/${caseId}`);
  await page.getByLabel("选择文件").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "添加附件" }).click();
  await page.waitForURL(`${site.url}/cases/${caseId}/attachments`);
  await page.getByRole("button", { name: "上传" }).waitFor();
  await context.close();
});

test.each([true, false])("by a page, scripts: %s", async (script) => {
  const chenyao = await site.as("chenyao");
  const caseId = await newCase(chenyao);
  const context = await contextFor(browser, site.url, { screen: "phone", script, cookie: chenyao.cookie });
  const page = await context.newPage();
  if (script) await page.goto(`${site.url}/cases/${caseId}/attachments`);
  else {
    await page.goto(`${site.url}/cases/${caseId}`);
    await page.getByRole("button", { name: "添加附件" }).click();
  }
  if (script) expect(await violations(page)).toEqual([]);
  await page.setInputFiles("input[type=file]", { name: "现场.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "上传" }).click();
  await page.getByRole("heading", { name: "确认附件" }).waitFor();
  expect((await chenyao.get(`/api/cases/${caseId}`)).body.attachments).toEqual([]);
  if (script) expect(await violations(page)).toEqual([]);
  await page.getByLabel("文件名称").fill("现场照片");
  await page.getByRole("button", { name: "放进事项" }).click();
  await page.waitForURL(/\/cases\/JD-\d{4}-\d{6}(\?.*)?$/);
  expect(await page.textContent("main")).toContain("现场照片");
  await context.close();

  await site.settle();
  const signer = await site.as("shuaizhong");
  const seen = (await signer.get(`/api/cases/${caseId}`)).body;
  expect(seen.attachments).toMatchObject([{ contentType: "image/png", size: PIXEL.length }]);
  expect(seen.events.map((event: { kind: string }) => event.kind)).toContain("attachment.added");
  const path = `/api/cases/${caseId}/attachments/${seen.attachments[0].attachmentId}`;
  const download = await signer.get(path);
  expect(download.status).toBe(302);
  const bytes = await (await fetch(download.headers.get("location") ?? "")).arrayBuffer();
  expect(Buffer.from(bytes).equals(PIXEL)).toBe(true);
  expect((await (await site.as("luoqiang")).get(path)).status).toBe(404);
});
