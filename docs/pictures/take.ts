/**
 * Takes the pictures of the README and of the docs: starts an embedded cloud, plays the plan's example and
 * photographs what people see. `npm run pictures`.
 */
import { join } from "node:path";
import { contextFor, launch, type Look } from "../../test/support/browser.ts";
import { filed, noticed, openStep } from "../../test/support/care.ts";
import { receptionFor, Site } from "../../test/support/client.ts";
import { startCloud } from "../../test/support/cloud.ts";

const cloud = await startCloud();
const browser = await launch();
const site = new Site(cloud.siteUrl);

async function take(name: string, path: string, look: Look, full = false): Promise<void> {
  const context = await contextFor(browser, site.url, look);
  const page = await context.newPage();
  await page.goto(site.url + path);
  await page.screenshot({ path: join(import.meta.dirname, `${name}.png`), fullPage: full });
  await context.close();
}

try {
  const chenyao = await site.as("chenyao");
  const zhangke = await site.as("zhangke");
  const shuaizhong = await site.as("shuaizhong");
  const finance = await site.as("wanghui");
  const { body } = await chenyao.post("/api/receptions", receptionFor(await site.now()));
  const { caseId } = body;
  await site.settle();
  await take("decision-360", await site.link(caseId, "shuaizhong@xunda.example"), { screen: "phone" });
  await take("decision-360-en-dark", await site.link(caseId, "shuaizhong@xunda.example"), {
    screen: "phone",
    locale: "en",
    dark: true,
  });
  const { steps } = (await shuaizhong.get(`/api/cases/${caseId}`)).body;
  await shuaizhong.post(`/api/steps/${steps[0].stepId}`, { choice: "approve", comment: "同意，用车请按实结算。", data: {} });
  await site.settle();
  await take("signin", "/signin", { screen: "desk" });
  await take("home", "/", { screen: "desk", cookie: zhangke.cookie });
  await take("form-360", "/receptions/new", { screen: "phone", cookie: chenyao.cookie });
  await take("form", "/receptions/new", { screen: "desk", cookie: chenyao.cookie }, true);
  await take("case", `/cases/${caseId}`, { screen: "desk", cookie: chenyao.cookie }, true);
  await take("case-360-en", `/cases/${caseId}`, { screen: "phone", locale: "en", cookie: chenyao.cookie });
  await take("workflow", `/cases/${caseId}/workflow`, { screen: "desk", cookie: chenyao.cookie }, true);
  await take("budget", "/budget?department=finance", { screen: "desk", cookie: finance.cookie });

  const complaint = await filed(site);
  const late = await filed(site, { category: "delay", description: "说好周一到，周三才到，影响我们开工。" });
  await filed(site, { category: "service_attitude", description: "司机在厂区内超速，差点撞到人。", safetyFlag: true });
  await noticed(site, late);
  const { holder } = await openStep(site, complaint.caseId);
  const limin = await site.as("limin");
  await take("complain-360", "/c", { screen: "phone" });
  await take("complaints", "/complaints", { screen: "desk", cookie: limin.cookie });
  await take("complaint", `/complaints/${complaint.caseId}`, { screen: "desk", cookie: holder.cookie }, true);
  await take("inbox", "/_local/inbox.html", { screen: "desk" });
} finally {
  await browser.close();
  await cloud.remove();
}
