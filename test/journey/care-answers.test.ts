/** Customers answer, confirm, disagree and send photos, by a stranger's client. */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  act,
  type Care,
  filed,
  followedUp,
  investigated,
  noticed,
  openStep,
  pageOf,
  pass,
  say,
  status,
} from "../support/care.ts";
import { type Answer, csrfOf, nonceOf } from "../support/client.ts";
import { site } from "../support/journey.ts";

beforeAll(async () => {
  // A Wednesday morning: nothing of what follows is late by itself.
  await site.advance({ to: "2026-12-02T09:30:00+08:00" });
  await site.visitor().page("/c");
}, 120_000);

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  site.visitor().post(path, body, headers);

const press = (care: Care, cookie: string, fields: Record<string, string>) =>
  site.visitor().form(`/c/${care.caseId}`, fields, { cookie });

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

    const cookie = await pass(site, care);
    const shown = await pageOf(site, care, cookie);
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
    const cookie = await pass(site, care);
    const shown = await pageOf(site, care, cookie);
    expect(shown.text).toContain("&lt;script>alert(1)");
    expect(shown.text).not.toContain("<script>alert");
    const nonce = nonceOf(shown.text);
    const empty = await press(care, cookie, { nonce, choice: "disagree", comment: "" });
    expect(empty.status).toBe(400);
    const done = await press(care, cookie, { nonce, choice: "disagree", comment: "太少了" });
    expect(done.status, done.text).toBe(303);
    await site.settle();
    const { body } = await status(site, care);
    expect(body).toMatchObject({ status: "open", canConfirm: false });
    expect(body.messages.at(-1)).toMatchObject({ from: "customer", text: "太少了" });
    expect((await pageOf(site, care, cookie)).text).toContain("重新处理");
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

    const cookie = await pass(site, care);
    expect((await pageOf(site, care, cookie)).text).toContain("外箱.png");
    const desk = await site.as("limin");
    const view = (await desk.get(`/api/cases/${care.caseId}`)).body;
    expect(view.attachments).toHaveLength(1);
  });

  test("without script: a form to the store, then a press", async () => {
    const care = await filed(site);
    const cookie = await pass(site, care);
    const shown = await pageOf(site, care, cookie, "/attachments");
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
    expect((await pageOf(site, care, cookie)).text).toContain("照片 1.png");
  });
});

describe("by the forms of their steps", () => {
  const submit = async (caseId: string, kind: string, fields: Record<string, string>) => {
    const { holder, stepId, kind: open } = await openStep(site, caseId);
    expect(open).toBe(kind);
    const path = `/complaints/${caseId}/steps/${stepId}`;
    const page = await holder.page(path);
    expect(page.status).toBe(200);
    const answer = await holder.form(path, { csrf: csrfOf(page.text), key: randomUUID(), ...fields });
    await site.settle();
    return answer;
  };

  test("goods are sent again before the customer is asked", async () => {
    const care = await filed(site);
    const { data } = investigated("本周重新配送三件。");
    const redo = { ...data, disposition: { ...data.disposition, type: "redo" } };
    await act(site, care.caseId, "investigate", { choice: "done", data: redo });
    const wrong = await submit(care.caseId, "exchange", { choice: "done", waybillNo: "", note: "加固包装" });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain("加固包装");
    const fields = { choice: "done", waybillNo: "XD202612020001", note: "加固包装" };
    expect((await submit(care.caseId, "exchange", fields)).status).toBe(303);
    expect((await openStep(site, care.caseId)).kind).toBe("approval");
  });

  test("where nobody fits, the lead names who takes it", async () => {
    const desk = await site.as("limin");
    const people = (await desk.get("/api/people")).body as { staffId: string; skills: string[] }[];
    const agents = people.filter((one) => one.skills.includes("damage"));
    const day = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 10);
    const back: (() => Promise<Answer>)[] = [];
    for (const { staffId } of agents) {
      const own = await site.as(staffId);
      const away = await own.post("/api/absences", { from: day, to: day, reason: "培训" });
      expect(away.status, away.text).toBe(201);
      const path = `/api/absences/${away.body.absenceId}`;
      back.push(() => own.call("DELETE", path, { headers: { "x-careloop": "1" } }));
    }
    const care = await filed(site);
    const held = await openStep(site, care.caseId);
    expect(held.kind).toBe("assign");
    const { staffId: lead } = held;
    const absent = { choice: "assign", toStaffId: "zhangyun", comment: "由张云办理" };
    expect((await submit(care.caseId, "assign", absent)).status).toBe(400);
    const fields = { choice: "assign", toStaffId: lead, comment: "今天都在培训，由我办理" };
    expect((await submit(care.caseId, "assign", fields)).status).toBe(303);
    expect(await openStep(site, care.caseId)).toMatchObject({ kind: "investigate", staffId: lead });
    for (const one of back) expect((await one()).status).toBe(204);
  });
});
