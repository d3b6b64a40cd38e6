/** Quiet hours, the digest, everybody's calendar and addresses that take no mail, as a stranger's client meets them. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, csrfOf, type Mail, nonceOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

type Sms = Mail & { templateId?: string };
type Template = { templateId: string; language: string; text: string; variables: string[] };

let chenyao: Client;
let manager: Client;
let desk: Client;
beforeAll(async () => {
  await site.advance({ to: "2026-12-02T10:00:00+08:00" });
  chenyao = await site.as("chenyao");
  manager = await site.as("yinxue");
  desk = await site.as("limin");
}, 120_000);

const POLICY = "/api/policies/quiet-hours";
const at = (mail: Mail | undefined): string =>
  new Date(Date.parse(mail?.sentAt ?? "") + 8 * 3_600_000).toISOString().slice(0, 16);
const kinds = (body: { events: { kind: string }[] }): string[] => body.events.map((event) => event.kind);

async function requested(): Promise<string> {
  const content = receptionFor(await site.now(), { budgetAmount: 80_000, excessReason: undefined });
  const answer = await chenyao.post("/api/receptions", content);
  expect(answer.status, answer.text).toBe(201);
  await site.pause();
  return answer.body.caseId;
}
async function approved(caseId: string): Promise<void> {
  const path = await site.link(caseId, "shuaizhong@xunda.example");
  const nonce = nonceOf((await site.visitor().page(path)).text);
  const answer = await site.visitor().form(path, { nonce, choice: "approve", comment: "" });
  expect(answer.status, answer.text).toBeLessThan(304);
  await site.settle();
}
const complained = async (change: Record<string, unknown>): Promise<string> => {
  const answer = await desk.post("/api/complaints", {
    channel: "hotline",
    complainantName: "周明",
    complainantPhone: "+8613900000001",
    organisation: "洁丽雅有限公司",
    category: "damage",
    description: "三件毛巾外箱破损，里面受潮。",
    ...change,
  });
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId;
};

describe("at night", () => {
  let caseId: string;

  test("what a person's act causes goes at once, and so do answers to one's own act", async () => {
    await site.advance({ to: "2026-12-02T22:30:00+08:00" });
    caseId = await requested();
    await approved(caseId);
    const mails = await site.inbox({ caseId, channel: "email" });
    expect(mails.map((mail) => mail.kind)).toEqual(
      expect.arrayContaining(["approval.request", "vote.receipt", "case.decision"]),
    );
    for (const mail of mails) expect(at(mail).startsWith("2026-12-02T22:3")).toBe(true);

    const care = await site.visitor().post("/api/complaints", {
      ...{ channel: "web", complainantName: "叶三", complainantPhone: "+8613824683579" },
      ...{ complainantEmail: "ye.san@jieliya.example", category: "damage", description: "外箱破损。" },
    });
    await site.settle();
    const said = await site.inbox({ caseId: care.body.caseId, kind: "complaint.acknowledged" });
    expect(said.map((mail) => mail.channel).sort()).toEqual(["email", "sms"]);
    for (const mail of said) expect(at(mail) < "2026-12-02T23:00").toBe(true);
  });

  test("the SMS about the decision waits, and the case says until when", async () => {
    expect(await site.inbox({ caseId, channel: "sms" })).toEqual([]);
    const { body } = await chenyao.get(`/api/cases/${caseId}`);
    expect(body.messages.filter((one: { channel: string }) => one.channel === "sms")).toMatchObject([
      {
        kind: "case.decision",
        status: "deferred",
        sentAt: null,
        deferredUntil: "2026-12-03T08:00:00+08:00",
      },
    ]);
    expect(kinds(body).filter((kind) => kind === "message.deferred")).toHaveLength(1);
    expect(body.chainValid).toBe(true);
    expect((await chenyao.page(`/cases/${caseId}`)).text).toContain("夜间不打扰，有一条通知推迟发送");
  });

  test("and leaves by itself at eight, once, made from a registered template", async () => {
    await site.advance({ to: "2026-12-03T07:59:59+08:00" });
    expect(await site.inbox({ caseId, channel: "sms" })).toEqual([]);
    await site.advance({ to: "2026-12-03T08:00:30+08:00" });
    const [sms, ...more] = (await site.inbox({ caseId, channel: "sms" })) as Sms[];
    expect(more).toEqual([]);
    expect(at(sms)).toBe("2026-12-03T08:00");
    const { body } = await chenyao.get("/api/sms-templates");
    const template = (body as Template[]).find((one) => one.templateId === sms?.templateId);
    expect(template).toMatchObject({ templateId: "case.decision.approved.zh-CN", language: "zh-CN" });
    const pattern = template!.text.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".+");
    expect(sms?.text).toMatch(new RegExp(`^${pattern}$`));
    const after = (await chenyao.get(`/api/cases/${caseId}`)).body;
    expect(after.messages.every((one: { status: string }) => one.status === "sent")).toBe(true);
  });
});

describe("the registered text messages", () => {
  test("are anybody's of the staff to read, each in both languages, with signature and variables", async () => {
    expect((await site.visitor().get("/api/sms-templates")).status).toBe(401);
    const { body } = await chenyao.get("/api/sms-templates");
    const templates = body as Template[];
    expect(templates.filter((one) => one.language === "en")).toHaveLength(templates.length / 2);
    for (const one of templates) {
      expect(Object.keys(one).sort()).toEqual(["kind", "language", "templateId", "text", "variables"]);
      expect(one.text).toMatch(/^【[^】]+】/);
      for (const name of one.variables) expect(one.text).toContain(`{${name}}`);
    }
  });
});

describe("the digest", () => {
  test("came at eight to each who has something open, once, with a calendar and no link of a decision", async () => {
    const open = await requested();
    await site.advance({ to: "2026-12-04T08:00:30+08:00" });
    const mails = await site.inbox({ kind: "digest.daily", to: "shuaizhong@xunda.example" });
    const mail = mails.at(-1)!;
    expect(at(mail)).toBe("2026-12-04T08:00");
    expect(mail.text).toContain(open);
    expect(mail.text).toContain("洁丽雅有限公司");
    expect(mail.links.some((link) => link.includes("/d/"))).toBe(false);
    expect(mail.attachments).toMatchObject([{ name: "tasks-2026-12-04.ics", contentType: "text/calendar" }]);
    const calendar = mail.attachments[0]?.text ?? "";
    expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\n/);
    expect(calendar).toContain(`DESCRIPTION:${open}\r\n`);
    expect(calendar.split("\r\n").every((line) => Buffer.byteLength(line) <= 75)).toBe(true);

    const today = (await site.inbox({ kind: "digest.daily" })).filter((one) => at(one) >= "2026-12-04");
    expect(new Set(today.map((one) => one.to)).size).toBe(today.length);
    const { body: tasks } = await (await site.as("wanghui")).get("/api/tasks");
    expect(tasks.items).toEqual([]);
    expect(today.map((one) => one.to)).not.toContain("wanghui@xunda.example");

    await site.advance({ to: "2026-12-06T20:00:00+08:00" });
    const weekend = (await site.inbox({ kind: "digest.daily" })).filter((one) => at(one) >= "2026-12-05");
    expect(weekend).toEqual([]);
  });
});

describe("the policy", () => {
  test("is the service manager's, and refuses what are no hours at the field", async () => {
    expect((await manager.get(POLICY)).body).toEqual({ version: 0, from: "21:00", to: "08:00" });
    for (const other of [chenyao, desk]) {
      expect((await other.get(POLICY)).status).toBe(403);
      expect((await other.put(POLICY, { from: "20:00", to: "07:00" })).status).toBe(403);
    }
    expect((await site.visitor().get(POLICY)).status).toBe(401);
    const bad = await manager.put(POLICY, { from: "25:00", to: "08:00" });
    expect([bad.status, bad.body.errors[0].path]).toEqual([400, "from"]);
    const same = await manager.put(POLICY, { from: "08:00", to: "08:00" });
    expect([same.status, same.body.errors[0].path]).toEqual([400, "to"]);
    const foreign = await manager.call("PUT", POLICY, {
      body: JSON.stringify({ from: "20:00", to: "07:00" }),
      headers: { "content-type": "application/json" },
    });
    expect([foreign.status, foreign.body.code]).toEqual([403, "csrf"]);
    expect((await manager.get(POLICY)).body.version).toBe(0);
  });

  test("has a page: what is wrong is said at its field, what is right is kept", async () => {
    const page = await manager.page("/policies/quiet-hours");
    expect(page.text).toContain('value="21:00"');
    const csrf = csrfOf(page.text);
    const wrong = await manager.form("/policies/quiet-hours", { csrf, version: "0", from: "x", to: "08:00" });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain("请填写时刻");
    const right = await manager.form("/policies/quiet-hours", {
      ...{ csrf, version: "0", from: "09:00", to: "17:00" },
    });
    expect([right.status, right.headers.get("location")]).toEqual([303, "/policies/quiet-hours?told=saved"]);
    expect((await manager.get(POLICY)).body).toEqual({ version: 1, from: "09:00", to: "17:00" });
    expect((await chenyao.page("/policies/quiet-hours")).status).toBe(403);
    const late = await manager.form("/policies/quiet-hours", {
      ...{ csrf, version: "0", from: "10:00", to: "17:00" },
    });
    expect(late.status).toBe(409);
  });

  test("clocks of P1 ring within the hours, those of other priorities wait for their end", async () => {
    await site.advance({ to: "2026-12-07T09:00:00+08:00" });
    const urgent = await complained({ safetyFlag: true });
    const usual = await complained({ severity: "critical", urgency: "low" });
    await site.advance({ to: "2026-12-07T12:00:00+08:00" });
    const warned = (caseId: string) => site.inbox({ caseId, kind: "clock.warned" });
    expect((await warned(urgent)).length).toBeGreaterThan(0);
    expect(await warned(usual)).toEqual([]);
    const { body } = await desk.get(`/api/cases/${usual}`);
    expect(kinds(body)).toContain("message.deferred");
    expect(body.messages.find((one: { kind: string }) => one.kind === "clock.warned")).toMatchObject({
      status: "deferred",
      deferredUntil: "2026-12-07T17:00:00+08:00",
    });
    await site.advance({ to: "2026-12-07T17:01:00+08:00" });
    expect((await warned(usual)).map(at)).toEqual(["2026-12-07T17:00"]);
  });
});

describe("everybody's own calendar", () => {
  test("is read by whoever has its address; renewed or stopped, the old address is nobody's", async () => {
    const visitor = site.visitor();
    const feed = async () => (await chenyao.get("/api/calendar-feed")).body.url as string | null;
    const path = (url: string | null) => new URL(url ?? "").pathname;
    expect((await visitor.get("/api/calendar-feed")).status).toBe(401);
    const first = await feed();
    expect(await feed()).toBe(first);
    const read = await visitor.call("GET", path(first));
    expect([read.status, read.headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
    expect(read.text).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
    const head = await visitor.call("HEAD", path(first));
    expect([head.status, head.text]).toEqual([200, ""]);

    const renewed = await chenyao.post("/api/calendar-feed");
    expect(renewed.status).toBe(200);
    expect(renewed.body.url).not.toBe(first);
    expect(await feed()).toBe(renewed.body.url);
    const old = await visitor.call("GET", path(first));
    const forged = await visitor.call("GET", `${path(renewed.body.url).slice(0, -5)}x.ics`);
    expect([old.status, forged.status]).toEqual([404, 404]);
    expect(forged.text).toBe(old.text);
    expect((await visitor.call("GET", path(renewed.body.url))).status).toBe(200);

    const stop = await chenyao.call("DELETE", "/api/calendar-feed", { headers: { "x-careloop": "1" } });
    expect(stop.status).toBe(204);
    expect((await chenyao.call("DELETE", "/api/calendar-feed")).status).toBe(403);
    expect(await feed()).toBeNull();
    expect((await visitor.call("GET", path(renewed.body.url))).status).toBe(404);
  });

  test("has a page: the address to take along, and buttons for a new one and for none", async () => {
    const page = await desk.page("/settings");
    const url = /id="feed"[^>]*value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    expect((await site.visitor().call("GET", new URL(url).pathname)).status).toBe(200);
    const csrf = csrfOf(page.text);
    expect((await desk.form("/settings/calendar-feed", { act: "renew" })).status).toBe(403);
    expect((await desk.form("/settings/calendar-feed", { csrf, act: "renew" })).status).toBe(303);
    expect((await site.visitor().call("GET", new URL(url).pathname)).status).toBe(404);
    expect((await desk.form("/settings/calendar-feed", { csrf, act: "stop" })).status).toBe(303);
    expect((await desk.page("/settings", "en")).text).toContain("The subscription is stopped.");
    expect((await site.visitor().page("/settings")).status).toBe(401);
  });
});

describe("an address that takes no mail", () => {
  test("is held back for planned and reminding messages; the customer's other people are not", async () => {
    const register = await site.as("liuyanli");
    const email = "bounce+chen@simulator.amazonses.com";
    const made = await register.post("/api/customers", {
      name: "蓉城物流有限公司",
      tier: "D",
      contacts: [
        { name: "高山", phone: "+8613700000001", email, consent: { email: true, sms: true } },
        { name: "高川", phone: "+8613700000002", email: "gao@customer.example" },
      ],
    });
    expect(made.status, made.text).toBe(201);
    const { customerId } = made.body;
    const caseId = await complained({ customerId, complainantEmail: email });
    const { body } = await register.get(`/api/customers/${customerId}`);
    expect(body.contacts.map((one: { suppressed: object }) => one.suppressed)).toEqual([
      { email: true, sms: false },
      { email: false, sms: false },
    ]);
    expect(body.contacts[0].consent).toEqual({ email: false, sms: true });
    const { messages } = (await desk.get(`/api/cases/${caseId}`)).body;
    expect(messages.find((one: { channel: string }) => one.channel === "email")).toMatchObject({
      status: "failed",
      reason: "bounced",
    });
  });
});
