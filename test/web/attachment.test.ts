/** A photo on a reception: chosen, uploaded to the bucket, confirmed, seen by the signer; without scripts too. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { contextFor, launch, violations } from "../support/browser.ts";
import { receptionFor, Site } from "../support/client.ts";

const site = new Site(inject("siteUrl"));
let browser: Browser;
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

beforeAll(async () => {
  browser = await launch();
}, 120_000);
afterAll(() => browser.close());

test.each([true, false])("by a page, scripts: %s", async (script) => {
  const chenyao = await site.as("chenyao");
  const { body } = await chenyao.post(
    "/api/receptions",
    receptionFor(await site.now(), { costDepartment: "management" }),
  );
  const context = await contextFor(browser, site.url, { screen: "phone", script, cookie: chenyao.cookie });
  const page = await context.newPage();
  await page.goto(`${site.url}/cases/${body.caseId}`);
  await page.getByRole("button", { name: "添加附件" }).click();
  if (script) expect(await violations(page)).toEqual([]);
  await page.setInputFiles("input[type=file]", { name: "现场.png", mimeType: "image/png", buffer: PIXEL });
  await page.getByRole("button", { name: "上传" }).click();
  await page.getByRole("heading", { name: "确认附件" }).waitFor();
  expect((await chenyao.get(`/api/cases/${body.caseId}`)).body.attachments).toEqual([]);
  if (script) expect(await violations(page)).toEqual([]);
  await page.getByLabel("文件名称").fill("现场照片");
  await page.getByRole("button", { name: "放进事项" }).click();
  await page.waitForURL(/\/cases\/JD-\d{4}-\d{6}(\?.*)?$/);
  expect(await page.textContent("main")).toContain("现场照片");
  await context.close();

  await site.settle();
  const signer = await site.as("shuaizhong");
  const seen = (await signer.get(`/api/cases/${body.caseId}`)).body;
  expect(seen.attachments).toMatchObject([{ contentType: "image/png", size: PIXEL.length }]);
  expect(seen.events.map((event: { kind: string }) => event.kind)).toContain("attachment.added");
  const path = `/api/cases/${body.caseId}/attachments/${seen.attachments[0].attachmentId}`;
  const download = await signer.get(path);
  expect(download.status).toBe(302);
  const bytes = await (await fetch(download.headers.get("location") ?? "")).arrayBuffer();
  expect(Buffer.from(bytes).equals(PIXEL)).toBe(true);
  expect((await (await site.as("luoqiang")).get(path)).status).toBe(404);
});
