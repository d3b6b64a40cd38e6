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

/** Calls and visits in every state: what the planner made, one that was recorded, one that waits for the customer. */
async function followUps(): Promise<void> {
  const [limin, zhangyun] = [await site.as("limin"), await site.as("zhangyun")];
  await site.nextMorning();
  await limin.post("/api/planner/runs");
  await site.pause();
  const plan = async (customerId: string, mode: "call" | "visit", purpose: string): Promise<string> => {
    const { items } = (await limin.get(`/api/follow-ups?customerId=${customerId}&status=open`)).body;
    if (items.length > 0) return items[0].caseId;
    const input = { customerId, mode, purpose, assignee: "zhangyun", overrideReason: "年终走访" };
    const { body } = await limin.post("/api/follow-ups", input);
    await site.pause();
    return body.caseId;
  };
  const record = async (caseId: string, change: Record<string, unknown>) => {
    const { body } = await limin.get(`/api/cases/${caseId}`);
    const holder = await site.as(body.assignee.staffId);
    const contact = { at: new Date(await site.now()).toISOString(), channel: "phone", result: "reached", note: "" };
    await holder.post(`/api/follow-ups/${caseId}/record`, {
      attempts: [contact],
      contactName: "叶三",
      satisfaction: 4,
      issueFound: false,
      needsComplaint: false,
      nextFollowUpOn: `${new Date((await site.now()) + 40 * 86_400_000).toISOString().slice(0, 10)}`,
      ...change,
    });
    await site.pause();
    const { holder: lead, stepId } = await openStep(site, caseId);
    await lead.post(`/api/steps/${stepId}`, { choice: "accept", comment: "", data: {} });
    await site.pause();
  };
  const purpose = "了解包装是否改善，明年运量大概多少";
  await record(await plan("C0004", "call", purpose), { satisfaction: 5, verbatim: "比去年快多了。" });
  await record(await plan("C0003", "call", purpose), {
    issueFound: true,
    issueCategory: "delay",
    satisfaction: 3,
    verbatim: "旺季晚到过两次。",
    newNeeds: "希望周末也能送货。",
  });
  const call = await plan("C0006", "call", purpose);
  const visit = await plan("C0001", "visit", purpose);
  const at = `${new Date((await site.now()) + 86_400_000).toISOString().slice(0, 10)}T14:30:00+08:00`;
  await zhangyun.put(`/api/follow-ups/${visit}/appointment`, { at, place: "成都市双流开发区567号" });
  await zhangyun.put(`/api/follow-ups/${visit}/checklist`, { done: ["goal", "plan", "time"] });
  await site.pause();
  const step = await openStep(site, call);
  const month = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 7);
  await take("follow-ups", "/follow-ups?status=", { screen: "desk", cookie: limin.cookie });
  await take("follow-up-calendar", "/follow-ups/calendar?whose=team", { screen: "desk", cookie: limin.cookie }, true);
  await take("follow-up", `/follow-ups/${visit}`, { screen: "desk", cookie: zhangyun.cookie }, true);
  await take("follow-up-form-360", `/follow-ups/${call}/steps/${step.stepId}#record`, {
    screen: "phone",
    cookie: step.holder.cookie,
  });
  await take("summary", `/reports/follow-ups?period=${month}`, { screen: "desk", cookie: limin.cookie }, true);
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
  await followUps();
} finally {
  await browser.close();
  await cloud.remove();
}
