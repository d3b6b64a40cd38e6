/** Complaints as customers file and follow them, by a stranger's client. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Care,
  careComplaint,
  careFields,
  filed,
  followedUp,
  noticed,
  openStep,
  say,
  status,
  tailOf,
} from "../support/care.ts";
import { type Answer, nonceOf } from "../support/client.ts";
import { site } from "../support/journey.ts";

beforeAll(async () => {
  // A Wednesday morning: nothing of what follows is late by itself.
  await site.advance({ to: "2026-12-02T09:30:00+08:00" });
  await site.visitor().page("/c");
}, 120_000);

const from = (address: string) => ({ "x-forwarded-for": address });
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  site.visitor().post(path, body, headers);

/** The value of the cookie that lets a customer see his case. */
async function pass(care: Care): Promise<string> {
  const answer = await site.visitor().form(`/c/${care.caseId}/status`, { tail: care.tail });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`/c/${care.caseId}`);
  const cookie = answer.headers.getSetCookie()[0] ?? "";
  expect(cookie).toMatch(
    /^careloop_case=.+; Path=\/c\/TS-\d{4}-\d{6}; HttpOnly; SameSite=Lax; Max-Age=1800$/,
  );
  return cookie.split(";")[0] ?? "";
}
const page = (care: Care, cookie: string, path = "") =>
  site.visitor().call("GET", `/c/${care.caseId}${path}`, { headers: { accept: "text/html", cookie } });
const press = (care: Care, cookie: string, fields: Record<string, string>) =>
  site.visitor().form(`/c/${care.caseId}`, fields, { cookie });

describe("filing", () => {
  test("answers with code and promised times, and acknowledges by e-mail and SMS at once", async () => {
    const complaint = careComplaint();
    const answer = await post("/api/complaints", complaint);
    expect(answer.status, answer.text).toBe(201);
    expect(Object.keys(answer.body).sort()).toEqual([
      "ackDueAt",
      "caseId",
      "priority",
      "resolveDueAt",
      "respondDueAt",
    ]);
    expect(answer.body.priority).toBe("P2");
    await site.settle();

    const mails = await site.inbox({ caseId: answer.body.caseId, kind: "complaint.acknowledged" });
    expect(mails.map((mail) => mail.channel).sort()).toEqual(["email", "sms"]);
    const sms = mails.find((mail) => mail.channel === "sms");
    expect(sms?.to).toBe(complaint.complainantPhone);
    expect(sms?.text).toContain(answer.body.caseId);
    expect(sms?.text).not.toMatch(/\/c\/|\/d\//);
    expect(sms?.text).not.toContain(tailOf(complaint));
    const mail = mails.find((one) => one.channel === "email");
    expect(mail?.to).toBe("ye.san@jieliya.example");
    expect(mail?.links.every((link) => link.endsWith("/c"))).toBe(true);
    expect(mail?.subject).toContain(answer.body.caseId);
  });

  test("reaches P2 at most from the public, but danger is P1", async () => {
    const grave = await post("/api/complaints", careComplaint({ severity: "critical", urgency: "high" }));
    expect(grave.body.priority).toBe("P2");
    const danger = await post("/api/complaints", careComplaint({ safetyFlag: true }));
    expect(danger.body.priority).toBe("P1");
    const clerk = await site.as("limin");
    const staff = await clerk.post(
      "/api/complaints",
      careComplaint({ channel: "hotline", severity: "critical", urgency: "high" }),
    );
    expect(staff.status, staff.text).toBe(201);
    expect(staff.body.priority).toBe("P1");
  });

  test("refuses by field, in the reader's language, and then nothing exists", async () => {
    const answer = await post("/api/complaints", {
      ...careComplaint({ channel: "hotline", complainantName: "a\r\nBcc: x@y.example", category: "weather" }),
      status: "closed",
    });
    expect(answer.status).toBe(400);
    const codes = Object.fromEntries(
      answer.body.errors.map((one: { path: string; code: string }) => [one.path, one.code]),
    );
    expect(codes).toMatchObject({
      channel: "channel_not_public",
      complainantName: "control_characters",
      category: "choose",
      status: "unknown_field",
    });
    expect(answer.body.errors.every((one: { message: string }) => /[一-龥]/.test(one.message))).toBe(true);
    expect(
      (
        await site
          .visitor()
          .call("POST", "/api/complaints", { body: "{", headers: { "content-type": "application/json" } })
      ).status,
    ).toBe(400);
    expect(
      (
        await site
          .visitor()
          .call("POST", "/api/complaints", { body: "a=b", headers: { "content-type": "text/plain" } })
      ).status,
    ).toBe(415);
  });

  test("by a colleague needs the header against foreign pages, and hints at what may be the same", async () => {
    const clerk = await site.as("limin");
    const complaint = careComplaint({ channel: "hotline" });
    const foreign = await clerk.call("POST", "/api/complaints", {
      body: JSON.stringify(complaint),
      headers: { "content-type": "application/json" },
    });
    expect(foreign.status).toBe(403);
    expect(foreign.body.code).toBe("csrf");
    const first = await clerk.post("/api/complaints", complaint, { "idempotency-key": "care-1" });
    const twice = await clerk.post("/api/complaints", complaint, { "idempotency-key": "care-1" });
    expect(twice.text).toBe(first.text);
    const second = await clerk.post("/api/complaints", complaint);
    expect(second.body.possibleDuplicates).toContain(first.body.caseId);
    // Who only pretends to be signed in is told so.
    const stale = await site.visitor().post("/api/complaints", complaint, { cookie: "careloop=limin.xxxx" });
    expect(stale.status).toBe(400);
  });

  test("by the public form gives the code on a page; the same press twice is one case", async () => {
    const key = "0123456789abcdef-press";
    const fields = { ...careFields(careComplaint()), key, website: "" };
    const first = await site.visitor().form("/c", fields);
    expect(first.status, first.text).toBe(200);
    const [caseId] = /TS-\d{4}-\d{6}/.exec(first.text) ?? [];
    const again = await site.visitor().form("/c", fields);
    expect(again.text).toContain(caseId);
    const cookie = first.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const care = { caseId: caseId ?? "", tail: "", complaint: {} };
    expect((await page(care, cookie)).text).toContain("12 箱毛巾到货时外箱破损");
  });

  test("with the hidden field filled in says the same and keeps nothing", async () => {
    const before = (await site.inbox()).length;
    const real = await site.visitor().form("/c", careFields(careComplaint()));
    const trapped = await site
      .visitor()
      .form("/c", { ...careFields(careComplaint()), website: "http://spam.example" });
    expect(trapped.status).toBe(real.status);
    const blank = (text: string) =>
      text.replace(/TS-\d{4}-\d{6}/g, "TS").replace(/<ol class="road">[\s\S]*?<\/ol>/, "");
    expect(blank(trapped.text)).toBe(blank(real.text));
    expect(trapped.headers.getSetCookie().length).toBe(real.headers.getSetCookie().length);
    await site.settle();
    const [caseId = ""] = /TS-\d{4}-\d{6}/.exec(trapped.text) ?? [];
    expect((await site.inbox({ caseId })).length).toBe(0);
    expect((await site.inbox()).length).toBeGreaterThan(before);
  });

  test("shows the form again with what was typed and what is wrong", async () => {
    const answer = await site
      .visitor()
      .form("/c", { ...careFields(careComplaint()), complainantPhone: "abc", description: "" });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("赔偿受潮货物并说明原因");
    expect(answer.text).toContain('href="#complainantPhone"');
    expect(answer.text).toContain('href="#description"');
  });
});

describe("limits", () => {
  test("five complaints an hour for a phone, however it is written", async () => {
    const complaint = careComplaint({ complainantPhone: "138 0000 7777" });
    for (let n = 0; n < 5; n += 1) expect((await post("/api/complaints", complaint)).status).toBe(201);
    const sixth = await post("/api/complaints", {
      ...complaint,
      complainantPhone: "+86-138-0000-7777".replace(/-/g, " "),
    });
    expect(sixth.status).toBe(429);
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(3000);
    expect(sixth.body.code).toBe("too_soon");
    // A page says how long, and keeps what was typed.
    const form = await site.visitor().form("/c", careFields(complaint));
    expect(form.status).toBe(429);
    expect(form.text).toContain("赔偿受潮货物并说明原因");
    // A colleague who writes down a call is not limited.
    const clerk = await site.as("limin");
    expect((await clerk.post("/api/complaints", { ...complaint, channel: "hotline" })).status).toBe(201);
    await site.advance({ advance: "PT1H" });
    expect((await post("/api/complaints", complaint)).status).toBe(201);
  });

  test("thirty complaints an hour from an address, and what was refused does not count", async () => {
    const address = from("203.0.113.9");
    expect((await post("/api/complaints", careComplaint({ category: "weather" }), address)).status).toBe(400);
    const answers: Answer[] = [];
    // A few at a time: the machine may have little to spare.
    while (answers.length < 32)
      answers.push(
        ...(await Promise.all(
          Array.from({ length: 4 }, () => post("/api/complaints", careComplaint(), address)),
        )),
      );
    const counts = answers.map((one) => one.status).sort();
    expect(counts.filter((one) => one === 201)).toHaveLength(30);
    expect(counts.filter((one) => one === 429)).toHaveLength(2);
    expect((await post("/api/complaints", careComplaint(), from("203.0.113.10"))).status).toBe(201);
    await site.settle();
  });

  test("ten wrong answers for a code within an hour shut it for an hour, for right ones and for codes that do not exist", async () => {
    const care = await filed(site);
    const wrong = String((Number(care.tail) + 1) % 10_000).padStart(4, "0");
    for (const caseId of [care.caseId, "TS-2026-999999"]) {
      for (let n = 0; n < 10; n += 1)
        expect((await post(`/c/${caseId}/status`, { tail: wrong })).status).toBe(404);
      const shut = await post(`/c/${caseId}/status`, { tail: care.tail });
      expect(shut.status).toBe(429);
      expect(Number(shut.headers.get("retry-after"))).toBeGreaterThan(3500);
    }
    await site.advance({ advance: "PT59M" });
    expect((await status(site, care)).status).toBe(429);
    await site.advance({ advance: "PT2M" });
    expect((await status(site, care)).status).toBe(200);
  });

  test("right answers do not count", async () => {
    const care = await filed(site);
    for (let n = 0; n < 15; n += 1) expect((await status(site, care)).status).toBe(200);
  });

  test("twenty wrong guesses in ten minutes from an address", async () => {
    const address = from("2001:db8:7::1");
    for (let n = 0; n < 20; n += 1)
      expect(
        (await post(`/c/TS-2026-8000${String(n).padStart(2, "0")}/status`, { tail: "0000" }, address)).status,
      ).toBe(404);
    // Any address of the same network.
    const care = await filed(site);
    expect((await post(`/c/${care.caseId}/status`, { tail: care.tail }, from("2001:db8:7::2"))).status).toBe(
      429,
    );
    await site.advance({ advance: "PT10M" });
    expect((await post(`/c/${care.caseId}/status`, { tail: care.tail }, address)).status).toBe(200);
  });
});

describe("the way in", () => {
  test("one body of bytes for wrong, missing and unknown, and no cookie", async () => {
    const care = await filed(site);
    const wrong = care.tail === "9999" ? "0000" : "9999";
    const clerk = await site.as("chenyao");
    const visit = (await clerk.get("/api/tasks")).status;
    expect(visit).toBe(200);
    for (const language of ["zh-CN", "en"]) {
      const headers = { "accept-language": language };
      const json = await Promise.all([
        post(`/c/${care.caseId}/status`, { tail: wrong }, headers),
        post(`/c/${care.caseId}/status`, {}, headers),
        post(`/c/${care.caseId}/status`, { tail: 1234 }, headers),
        post("/c/TS-2026-777777/status", { tail: wrong }, headers),
        post("/c/JD-2026-000001/status", { tail: wrong }, headers),
        post("/c/%3Cscript%3E/status", { tail: wrong }, headers),
        post(`/c/${care.caseId}`, { tail: wrong, message: "x" }, headers),
        post("/c/TS-2026-777777", { choice: "confirm" }, headers),
      ]);
      expect(new Set(json.map((one) => `${one.status} ${one.text}`)).size).toBe(1);
      expect(json[0]?.status).toBe(404);
      const forms = await Promise.all([
        site.visitor().form(`/c/${care.caseId}/status`, { tail: wrong }, headers),
        site.visitor().form(`/c/${care.caseId}/status`, {}, headers),
        site.visitor().form("/c/TS-2026-777777/status", { tail: wrong }, headers),
        site.visitor().form("/c/status", { code: "TS-2026-777777", tail: wrong }, headers),
      ]);
      expect(new Set(forms.map((one) => `${one.status} ${one.text}`)).size).toBe(1);
      for (const one of [...json, ...forms]) expect(one.headers.getSetCookie()).toEqual([]);
    }
  });

  test("asks for the digits on the same page for every code, and then shows the case for half an hour", async () => {
    const care = await filed(site);
    const asked = await site.visitor().page(`/c/${care.caseId}`);
    const unknown = await site.visitor().page("/c/TS-2026-777778");
    expect(asked.status).toBe(200);
    expect(asked.text.replaceAll(care.caseId, "X")).toBe(unknown.text.replaceAll("TS-2026-777778", "X"));
    expect(asked.headers.get("referrer-policy")).toBe("no-referrer");
    expect(asked.headers.get("cache-control")).toBe("no-store");
    const cookie = await pass(care);
    const seen = await page(care, cookie);
    expect(seen.text).toContain("12 箱毛巾到货时外箱破损");
    expect(seen.text).not.toContain(care.tail);
    // Not for another case, nor for longer.
    const other = await filed(site);
    expect((await page(other, cookie)).text).not.toContain("12 箱毛巾");
    await site.advance({ advance: "PT31M" });
    expect((await page(care, cookie)).text).not.toContain("12 箱毛巾");
  });

  test("also with the code typed beside the digits", async () => {
    const care = await filed(site);
    const answer = await site
      .visitor()
      .form("/c/status", { code: ` ${care.caseId.toLowerCase()} `, tail: care.tail });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`/c/${care.caseId}`);
  });

  test("the JSON is what is addressed to the customer, and nothing else", async () => {
    const care = await filed(site);
    const { holder } = await openStep(site, care.caseId);
    await holder.post(`/api/cases/${care.caseId}/notes`, { text: "客户脾气很大", mentions: [] });
    await holder.post(`/api/cases/${care.caseId}/messages`, { text: "我们正在查装车照片。", confirm: true });
    const { body } = await status(site, care);
    expect(Object.keys(body).sort()).toEqual([
      "canAnswer",
      "canConfirm",
      "canReopen",
      "caseId",
      "description",
      "messages",
      "phase",
      "promised",
      "status",
    ]);
    expect(body).toMatchObject({
      caseId: care.caseId,
      status: "open",
      phase: "investigating",
      canAnswer: false,
      canConfirm: false,
      canReopen: false,
      messages: [{ from: "us", text: "我们正在查装车照片。" }],
    });
    expect(body.promised.respondDueAt).toMatch(/^2026-12-\d\dT\d\d:\d\d:\d\d\+08:00$/);
    expect(JSON.stringify(body)).not.toContain("脾气");
    const cookie = await pass(care);
    expect((await page(care, cookie)).text).not.toContain("脾气");
  });
});

describe("answering", () => {
  test("a question stops the clocks, the customer's answer starts them; no question, no answer", async () => {
    const care = await filed(site);
    expect((await say(site, care, { message: "还有一件事" })).status).toBe(409);
    const { holder } = await openStep(site, care.caseId);
    const asked = await holder.post(`/api/cases/${care.caseId}/pause`, {
      question: "请问收货时有没有当场拍照?",
    });
    expect(asked.status, asked.text).toBe(200);
    await site.settle();
    const [mail] = await site.inbox({ caseId: care.caseId, kind: "complaint.question", channel: "email" });
    expect(mail?.text).toContain("有没有当场拍照");
    expect((await status(site, care)).body).toMatchObject({
      canAnswer: true,
      promised: { resolveDueAt: null },
    });

    const cookie = await pass(care);
    const shown = await page(care, cookie);
    const fields = { nonce: nonceOf(shown.text), message: "有，三张。\r\n都在附件里。" };
    const answered = await press(care, cookie, fields);
    expect(answered.status, answered.text).toBe(303);
    // The same press once more is no second answer.
    expect((await press(care, cookie, fields)).status).toBe(409);
    const { body } = await status(site, care);
    expect(body).toMatchObject({ canAnswer: false });
    expect(body.messages.at(-1)).toMatchObject({ from: "customer", text: "有，三张。\n都在附件里。" });
    expect(body.promised.resolveDueAt).not.toBeNull();
    const desk = await site.as("limin");
    const { events } = (await desk.get(`/api/cases/${care.caseId}`)).body;
    const kinds = events.map((one: { kind: string }) => one.kind);
    expect(kinds).toEqual(expect.arrayContaining(["customer.answered", "clock.resumed"]));
  });

  test("confirm by JSON, then a satisfied follow-up closes; within 15 days it may be reopened", async () => {
    const care = await filed(site);
    expect((await say(site, care, { choice: "confirm" })).status).toBe(409);
    await noticed(site, care);
    expect((await status(site, care)).body).toMatchObject({ phase: "confirming", canConfirm: true });
    const sms = await site.inbox({ caseId: care.caseId, kind: "complaint.notice", channel: "sms" });
    expect(sms[0]?.text).not.toMatch(/\/d\/|\/c\//);
    const bad = await say(site, care, { choice: "confirm", csat: 9 });
    expect(bad.status).toBe(400);
    const done = await say(site, care, { choice: "confirm", csat: 5 });
    expect(done.status, done.text).toBe(200);
    expect(done.body).toMatchObject({ outcome: "confirmed" });
    expect((await say(site, care, { choice: "confirm" })).status).toBe(409);
    await site.settle();
    await followedUp(site, care, 5);
    expect((await status(site, care)).body).toMatchObject({
      status: "closed",
      phase: "closed",
      canReopen: true,
    });
    const reasonless = await say(site, care, { choice: "reopen", comment: " " });
    expect(reasonless.status).toBe(400);
    expect(reasonless.body.errors[0]).toMatchObject({ path: "comment", code: "reason_required" });
    const again = await say(site, care, { choice: "reopen", comment: "又破了一箱" });
    expect(again.status, again.text).toBe(200);
    await site.settle();
    expect((await status(site, care)).body).toMatchObject({ status: "open", canReopen: false });
    const kinds = (await site.inbox({ caseId: care.caseId })).map((one) => one.kind);
    expect(kinds).toEqual(expect.arrayContaining(["complaint.closed", "complaint.reopened"]));
  });

  test("disagree on the page needs a reason and starts again one level up", async () => {
    const care = await filed(site);
    await noticed(site, care, "不予支持。<script>alert(1)</script>");
    const cookie = await pass(care);
    const shown = await page(care, cookie);
    expect(shown.text).toContain("&lt;script&gt;");
    const nonce = nonceOf(shown.text);
    const empty = await press(care, cookie, { nonce, choice: "disagree", comment: "" });
    expect(empty.status).toBe(400);
    const done = await press(care, cookie, { nonce, choice: "disagree", comment: "太少了" });
    expect(done.status, done.text).toBe(303);
    await site.settle();
    const { body } = await status(site, care);
    expect(body).toMatchObject({ status: "open", canConfirm: false });
    expect(body.messages.at(-1)).toMatchObject({ from: "customer", text: "太少了" });
    expect((await page(care, cookie)).text).toContain("重新处理");
  });

  test("after fifteen days it is too late", async () => {
    const care = await filed(site);
    await noticed(site, care);
    await say(site, care, { choice: "confirm" });
    await site.settle();
    await followedUp(site, care, 5);
    await site.advance({ advance: "P15DT1H" });
    expect((await status(site, care)).body).toMatchObject({ canReopen: false });
    const late = await say(site, care, { choice: "reopen", comment: "又破了" });
    expect(late.status).toBe(409);
    expect(late.body.code).toBe("reopen_window_over");
  });
});

describe("the link in the mail with the notice", () => {
  const linkOf = (care: Care) => site.link(care.caseId, "ye.san@jieliya.example", "complaint.notice");

  test("opens as often as wanted and decides nothing; a press decides once", async () => {
    const care = await filed(site);
    await noticed(site, care, "我们赔偿三箱毛巾。");
    const path = await linkOf(care);
    const visitor = site.visitor();
    for (let n = 0; n < 3; n += 1) {
      const opened = await visitor.page(path);
      expect(opened.status).toBe(200);
      expect(opened.text).toContain("我们赔偿三箱毛巾。");
      expect(opened.text).not.toContain("装卸班组");
    }
    const head = await visitor.call("HEAD", path);
    expect(head.status).toBe(200);
    const nonce = nonceOf((await visitor.page(path)).text);
    expect((await visitor.form(path, { nonce, choice: "approve" })).status).toBe(400);
    const reasonless = await visitor.form(path, { nonce, choice: "disagree", comment: "" });
    expect(reasonless.status).toBe(400);
    expect((await visitor.form(path, { nonce: "x", choice: "confirm" })).status).toBe(409);
    const done = await visitor.form(
      path,
      { nonce, choice: "confirm", csat: "4" },
      { accept: "application/json" },
    );
    expect(done.status, done.text).toBe(200);
    expect(done.body).toMatchObject({ outcome: "confirmed", undoUntil: null });
    const after = await visitor.page(path);
    expect(after.status).toBe(200);
    expect(after.text).not.toContain('<form class="stack-s"');
    const late = await visitor.form(
      path,
      { nonce, choice: "disagree", comment: "不" },
      { accept: "application/json" },
    );
    expect(late.status).toBe(409);
    expect(late.body.code).toBe("already_decided");
    await site.settle();
    const desk = await site.as("limin");
    const view = (await desk.get(`/api/cases/${care.caseId}`)).body;
    expect(view.csat).toBe(4);
    expect(view.phase).toBe("following-up");
  });

  test("is nobody else's: a colleague who is signed in is told so; a mutated one is unknown", async () => {
    const care = await filed(site);
    await noticed(site, care);
    const path = await linkOf(care);
    const clerk = await site.as("limin");
    expect((await clerk.page(path)).status).toBe(403);
    const mutated = `${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`;
    expect((await site.visitor().page(mutated)).status).toBe(404);
  });

  test("without an answer the step ends when it is due, and the link has nothing to press", async () => {
    const care = await filed(site);
    await noticed(site, care);
    const path = await linkOf(care);
    await site.advance({ advance: "P5D" });
    const opened = await site.visitor().page(path);
    expect(opened.status).toBe(200);
    expect(opened.text).toContain("打电话");
    expect((await status(site, care)).body).toMatchObject({ canConfirm: false });
  });
});

describe("hostile text", () => {
  const HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202Egnp.exe\u2066 \u200F",
    "𠮷".repeat(500),
    "{caseId} {name} $& $1",
    "a\u2028b",
  ].join("\n");

  test("is text on every page, in every mail, and never a header", async () => {
    const care = await filed(site, {
      description: HOSTILE.replace("\u2028", " "),
      complainantName: '<b>"叶三"</b> {caseId}',
      organisation: "=cmd|' /C calc'!A0",
    });
    const { body } = await status(site, care);
    expect(body.description).toContain("<img src=x onerror=alert(1)>");
    const cookie = await pass(care);
    const seen = await page(care, cookie);
    expect(seen.text).not.toContain("<img src=x");
    expect(seen.text).toContain("&lt;img src=x onerror=alert(1)&gt;");
    const mails = await site.inbox({ caseId: care.caseId, channel: "email" });
    const acknowledged = mails.find((one) => one.kind === "complaint.acknowledged");
    expect(acknowledged?.html).not.toContain('<b>"叶三"');
    expect(acknowledged?.html).toContain("{caseId}");
    expect(acknowledged?.subject).toBe(`已受理您的投诉 ${care.caseId}`);
  });

  test("huge unicode beyond the limit is refused at its field", async () => {
    const answer = await post("/api/complaints", careComplaint({ description: "𠮷".repeat(5000) }));
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ path: "description", code: "too_long" });
    const big = await post("/api/complaints", careComplaint({ description: "x".repeat(1_100_000) }));
    expect(big.status).toBe(413);
  });
});

describe("photos", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  test("are uploaded with the digits, and what lies about its type is refused", async () => {
    const care = await filed(site);
    const path = `/c/${care.caseId}/attachments`;
    expect(
      (await post(path, { tail: "x", name: "a.png", contentType: "image/png", size: png.length })).status,
    ).toBe(404);
    expect(
      (
        await post(path, {
          tail: care.tail,
          name: "a.png",
          contentType: "image/png",
          size: png.length,
          internal: true,
        })
      ).status,
    ).toBe(400);
    const asked = await post(path, {
      tail: care.tail,
      name: "外箱.png",
      contentType: "image/png",
      size: png.length,
    });
    expect(asked.status, asked.text).toBe(201);
    const { attachmentId, upload } = asked.body;
    expect((await post(`${path}/${attachmentId}/confirm`, { tail: care.tail })).body.errors[0].code).toBe(
      "not_uploaded",
    );
    const sent = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: png });
    expect(sent.status).toBe(200);
    const kept = await post(`${path}/${attachmentId}/confirm`, { tail: care.tail });
    expect(kept.status, kept.text).toBe(200);
    expect(kept.body).toMatchObject({ contentType: "image/png", size: png.length });

    const html = Buffer.from("<html>");
    const lie = await post(path, {
      tail: care.tail,
      name: "b.png",
      contentType: "image/png",
      size: html.length,
    });
    await fetch(lie.body.upload.url, { method: "PUT", headers: lie.body.upload.headers, body: html });
    const refused = await post(`${path}/${lie.body.attachmentId}/confirm`, { tail: care.tail });
    expect(refused.status).toBe(400);
    expect(refused.body.code).toBe("type_mismatch");

    const cookie = await pass(care);
    expect((await page(care, cookie)).text).toContain("外箱.png");
    const desk = await site.as("limin");
    const view = (await desk.get(`/api/cases/${care.caseId}`)).body;
    expect(view.attachments).toHaveLength(1);
  });

  test("without script: a form to the store, then a press", async () => {
    const care = await filed(site);
    const cookie = await pass(care);
    const shown = await page(care, cookie, "/attachments");
    expect(shown.status, shown.text).toBe(200);
    const action = /action="([^"]+)" encType|action="([^"]+)" enctype/i.exec(shown.text);
    const url = (action?.[1] ?? action?.[2] ?? "").replaceAll("&amp;", "&");
    const form = new FormData();
    for (const [, name, value] of shown.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g))
      if (name !== "lang" && name !== "back")
        form.append(name as string, (value as string).replaceAll("&amp;", "&"));
    form.append("file", new Blob([png], { type: "image/png" }), "x.png");
    const uploaded = await fetch(url, { method: "POST", body: form, redirect: "manual" });
    expect(uploaded.status).toBe(303);
    const back = new URL(uploaded.headers.get("location") ?? "");
    const confirm = await site
      .visitor()
      .call("GET", back.pathname + back.search, { headers: { cookie, accept: "text/html" } });
    expect(confirm.status, confirm.text).toBe(200);
    const seal = back.searchParams.get("seal") ?? "";
    const kept = await site.visitor().form(back.pathname, { seal }, { cookie });
    expect(kept.status, kept.text).toBe(303);
    expect((await page(care, cookie)).text).toContain("照片 1.png");
  });
});
