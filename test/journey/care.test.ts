/** Complaints as customers file them and find them again, by a stranger's client. */
import { beforeAll, describe, expect, test } from "vitest";
import { careComplaint, careFields, filed, openStep, pageOf, pass, status, tailOf } from "../support/care.ts";
import type { Answer } from "../support/client.ts";
import { site } from "../support/journey.ts";

beforeAll(async () => {
  // A Wednesday morning: nothing of what follows is late by itself.
  await site.advance({ to: "2026-12-02T09:30:00+08:00" });
  await site.visitor().page("/c");
}, 120_000);

const from = (address: string) => ({ "x-forwarded-for": address });
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  site.visitor().post(path, body, headers);

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
    expect((await pageOf(site, care, cookie)).text).toContain("12 箱毛巾到货时外箱破损");
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
    const cookie = await pass(site, care);
    const seen = await pageOf(site, care, cookie);
    expect(seen.text).toContain("12 箱毛巾到货时外箱破损");
    expect(seen.text).not.toContain(care.tail);
    // Not for another case, nor for longer.
    const other = await filed(site);
    expect((await pageOf(site, other, cookie)).text).not.toContain("12 箱毛巾");
    await site.advance({ advance: "PT31M" });
    expect((await pageOf(site, care, cookie)).text).not.toContain("12 箱毛巾");
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
    const cookie = await pass(site, care);
    expect((await pageOf(site, care, cookie)).text).not.toContain("脾气");
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
    const cookie = await pass(site, care);
    const seen = await pageOf(site, care, cookie);
    expect(seen.text).not.toContain("<img src=x");
    expect(seen.text).toContain("&lt;img src=x onerror=alert(1)>");
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
