/** Every verb of a step as a signer meets it: mails, links, pages and the clock (contracts/approvals.md §5, §6). */
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Client, nonceOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

const MAIL = (staffId: string) => `${staffId}@xunda.example`;
const SHUAI = MAIL("shuaizhong");
const ZHANG = MAIL("zhangke");
let limin: Client;
let shuaizhong: Client;

beforeAll(async () => {
  // An SMS about a decision waits for the end of the quiet hours.
  await site.nextMorning();
  limin = await site.as("limin");
  shuaizhong = await site.as("shuaizhong");
});

type Event = { kind: string; by: { staffId: string } | null; data?: Record<string, unknown> };
type Step = {
  stepId: string;
  stage: string;
  status: string;
  outcome: string | null;
  assignees: { staffId: string }[];
};

/** A request that the department manager alone decides, unless it is for more. */
async function submit(change: Record<string, unknown> = {}): Promise<string> {
  const content = receptionFor(await site.now(), {
    costDepartment: "management",
    budgetAmount: 90_000,
    excessReason: undefined,
    hostLeaders: [],
    ...change,
  });
  const answer = await limin.post("/api/receptions", content);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId;
}
const caseNow = async (caseId: string) => (await limin.get(`/api/cases/${caseId}`)).body;
const kinds = async (caseId: string): Promise<string[]> =>
  (await caseNow(caseId)).events.map((event: Event) => event.kind);
const openStep = async (caseId: string): Promise<Step> =>
  (await caseNow(caseId)).steps.find((step: Step) => step.status === "open");

/** Opens the newest link of a person and presses a button of its page. */
async function press(
  caseId: string,
  email: string,
  fields: Record<string, string>,
  kind = "approval.request",
): Promise<Answer> {
  const path = await site.link(caseId, email, kind);
  const nonce = nonceOf((await site.visitor().page(path)).text);
  return site.visitor().form(path, { nonce, comment: "", ...fields }, { accept: "application/json" });
}
async function approve(caseId: string, email: string): Promise<void> {
  const answer = await press(caseId, email, { choice: "approve" });
  expect(answer.status, answer.text).toBe(200);
  await site.settle();
}
/** The choices that the forms of a page offer. */
const choicesOf = (page: string): string[] =>
  [...page.matchAll(/name="choice" value="([^"]+)"/g)].map(([, choice]) => choice as string);

describe("within two minutes a signer", () => {
  test("takes an approval back by the link of his receipt, and nothing has followed", async () => {
    const caseId = await submit();
    const before = await site.now();
    const answer = await press(caseId, SHUAI, { choice: "approve" });
    expect(answer.body.outcome).toBe("approved");
    expect(answer.body.effectiveAt).toBe(answer.body.undoUntil);
    expect(Date.parse(answer.body.undoUntil) - before).toBeGreaterThanOrEqual(120_000);
    expect(Date.parse(answer.body.undoUntil) - before).toBeLessThan(130_000);
    await site.pause();
    const [receipt] = await site.inbox({ caseId, kind: "vote.receipt", to: SHUAI });
    expect(receipt?.text).toContain(caseId);
    expect(await site.inbox({ caseId, kind: "case.decision" })).toEqual([]);
    expect((await caseNow(caseId)).steps[0]).toMatchObject({
      status: "done",
      outcome: "approved",
      undoUntil: answer.body.undoUntil,
      effectiveAt: answer.body.undoUntil,
    });

    const path = await site.link(caseId, SHUAI, "vote.receipt");
    expect(choicesOf((await site.visitor().page(path)).text)).toEqual(["undo"]);
    const undone = await press(caseId, SHUAI, { choice: "undo" }, "vote.receipt");
    expect(undone.status, undone.text).toBe(200);
    await site.settle();

    const body = await caseNow(caseId);
    expect(body).toMatchObject({ phase: "approval", outcome: null, chainValid: true });
    expect(body.steps).toHaveLength(1);
    expect(body.steps[0]).toMatchObject({ status: "open", outcome: null, undoUntil: null });
    expect(body.steps[0].votes).toMatchObject([{ choice: "approve", undone: true }]);
    expect((await kinds(caseId)).slice(-2)).toEqual(["vote.approved", "vote.undone"]);
    // The old link is worth nothing, the fresh one is.
    expect((await site.visitor().page(path)).text).not.toContain('name="nonce"');
    expect(await site.link(caseId, SHUAI)).not.toBe(path);
    await approve(caseId, SHUAI);
    expect((await caseNow(caseId)).outcome).toBe("approved");
    expect(await site.inbox({ caseId, kind: "case.decision" })).toHaveLength(4);
  });

  test("takes a rejection back signed in, on the page of the step", async () => {
    const caseId = await submit();
    const { stepId } = await openStep(caseId);
    const path = `/cases/${caseId}/steps/${stepId}`;
    const csrf = /name="csrf" value="([^"]+)"/.exec((await shuaizhong.page(path)).text)?.[1] ?? "";
    const rejected = await shuaizhong.form(path, { csrf, choice: "reject", comment: "不同意" });
    expect(rejected.status, rejected.text).toBe(303);
    expect(choicesOf((await shuaizhong.page(`${path}?done`)).text)).toEqual(["undo"]);
    expect((await shuaizhong.form(path, { csrf, choice: "undo" })).status).toBe(303);
    await site.settle();
    expect(await caseNow(caseId)).toMatchObject({ status: "open", phase: "approval", outcome: null });
    expect(choicesOf((await shuaizhong.page(path)).text)).toContain("approve");
  });

  test("and only he; afterwards nobody", async () => {
    const caseId = await submit();
    const { stepId } = await openStep(caseId);
    const path = await site.link(caseId, SHUAI);
    await press(caseId, SHUAI, { choice: "approve" });
    const nonce = nonceOf((await site.visitor().page(path)).text);
    const zhangke = await site.as("zhangke");
    expect(
      (await zhangke.post(`/api/steps/${stepId}`, { choice: "undo", comment: "", data: {} })).body.code,
    ).toBe("not_assignee");
    await site.settle();
    const late = await site.visitor().form(path, { nonce, choice: "undo" }, { accept: "application/json" });
    expect([late.status, late.body.code]).toEqual([409, "undo_over"]);
    const page = await site.visitor().page(path);
    expect([page.status, page.text.includes('name="nonce"')]).toEqual([200, false]);
    expect(
      (await shuaizhong.post(`/api/steps/${stepId}`, { choice: "undo", comment: "", data: {} })).body.code,
    ).toBe("undo_over");
  });

  test("is overtaken by a withdrawal and by an edit", async () => {
    const withdrawn = await submit();
    await press(withdrawn, SHUAI, { choice: "approve" });
    expect((await limin.post(`/api/cases/${withdrawn}/withdraw`)).status).toBe(200);
    const edited = await submit();
    await press(edited, SHUAI, { choice: "approve" });
    const { content } = await caseNow(edited);
    const answer = await limin.put(`/api/receptions/${edited}`, { ...content, roomCount: 1 });
    expect(answer.status, answer.text).toBe(200);
    await site.settle();
    expect((await caseNow(withdrawn)).outcome).toBe("withdrawn");
    expect(await caseNow(edited)).toMatchObject({ outcome: null, phase: "approval" });
    await approve(edited, SHUAI);
    expect((await caseNow(edited)).outcome).toBe("approved");
  });
});

describe("a signer", () => {
  test("returns the request; the requester is asked once it counts", async () => {
    const caseId = await submit();
    await press(caseId, SHUAI, { choice: "return", comment: "请补充行程" });
    await site.pause();
    expect((await caseNow(caseId)).phase).toBe("approval");
    expect(await site.inbox({ caseId, kind: "case.returned" })).toEqual([]);
    await site.settle();
    expect((await caseNow(caseId)).phase).toBe("returned");
    expect(await site.inbox({ caseId, kind: "case.returned" })).toHaveLength(1);
  });

  test("returns to an earlier stage, which opens again", async () => {
    const caseId = await submit({ budgetAmount: 300_000 });
    await approve(caseId, SHUAI);
    const wrong = await press(caseId, ZHANG, { choice: "return", comment: "x", toStage: "finance" });
    expect([wrong.status, wrong.body.errors?.[0]?.path]).toEqual([400, "toStage"]);
    const page = await site.visitor().page(await site.link(caseId, ZHANG));
    expect(page.text).toContain('<option value="dept_manager"');
    await press(caseId, ZHANG, { choice: "return", comment: "部门再核一下", toStage: "dept_manager" });
    await site.settle();
    expect(await openStep(caseId)).toMatchObject({
      stage: "dept_manager",
      assignees: [{ staffId: "shuaizhong" }],
    });
    expect((await caseNow(caseId)).steps[0].votes).toMatchObject([{ choice: "approve", void: true }]);
    await approve(caseId, SHUAI);
    await approve(caseId, ZHANG);
    expect(await caseNow(caseId)).toMatchObject({ outcome: "approved", chainValid: true });
  });

  test("hands over; the old link is stale, the new signer decides for him", async () => {
    const caseId = await submit();
    const old = await site.link(caseId, SHUAI);
    const nonce = nonceOf((await site.visitor().page(old)).text);
    const page = await site.visitor().page(old);
    expect(page.text).toContain('<option value="luoqiang"');
    expect(page.text).not.toContain('<option value="limin"');
    const own = await press(caseId, SHUAI, { choice: "transfer", comment: "出差", toStaffId: "limin" });
    expect([own.status, own.body.code]).toEqual([409, "self_approval"]);
    const done = await press(caseId, SHUAI, { choice: "transfer", comment: "出差", toStaffId: "luoqiang" });
    expect([done.status, done.body.outcome, done.body.effectiveAt]).toEqual([200, null, null]);
    await site.pause();
    expect(await site.inbox({ caseId, kind: "vote.receipt", to: SHUAI })).toHaveLength(1);
    const late = await site.visitor().form(old, { nonce, choice: "approve" }, { accept: "application/json" });
    expect([late.status, late.body.code]).toEqual([409, "stale"]);
    const shown = await site.visitor().page(old);
    expect([shown.status, shown.text.includes('name="nonce"')]).toEqual([200, false]);
    expect((await openStep(caseId)).assignees).toMatchObject([
      { staffId: "luoqiang", for: { staffId: "shuaizhong" } },
    ]);
    await approve(caseId, MAIL("luoqiang"));
    expect((await caseNow(caseId)).outcome).toBe("approved");
    expect(await kinds(caseId)).toContain("vote.transferred");
  });

  test("has somebody sign before himself", async () => {
    const caseId = await submit();
    const done = await press(caseId, SHUAI, { choice: "add-before", comment: "请先看", toStaffId: "hejing" });
    expect(done.body).toMatchObject({ outcome: "add-before", undoUntil: null });
    await site.pause();
    expect(await openStep(caseId)).toMatchObject({
      stage: "dept_manager",
      assignees: [{ staffId: "hejing" }],
      addedBy: { staffId: "shuaizhong" },
    });
    const again = await press(caseId, MAIL("hejing"), {
      choice: "add-after",
      comment: "再请人",
      toStaffId: "wanghui",
    });
    expect([again.status, again.body.code]).toEqual([409, "no_second_adding"]);
    await approve(caseId, MAIL("hejing"));
    expect(await openStep(caseId)).toMatchObject({
      stage: "dept_manager",
      assignees: [{ staffId: "shuaizhong" }],
    });
    await approve(caseId, SHUAI);
    expect((await caseNow(caseId)).outcome).toBe("approved");
    expect(await kinds(caseId)).toContain("vote.added-before");
  });

  test("approves and has somebody sign after himself", async () => {
    const caseId = await submit();
    const done = await press(caseId, SHUAI, { choice: "add-after", comment: "请核对", toStaffId: "hejing" });
    expect(done.body.outcome).toBe("add-after");
    expect(done.body.undoUntil).not.toBeNull();
    await site.pause();
    expect(await site.inbox({ caseId, kind: "approval.request", to: MAIL("hejing") })).toEqual([]);
    await site.settle();
    expect((await caseNow(caseId)).outcome).toBeNull();
    await approve(caseId, MAIL("hejing"));
    expect((await caseNow(caseId)).outcome).toBe("approved");
    expect(await kinds(caseId)).toContain("vote.added-after");
  });

  test("by link needs the code from his phone for more than ¥5,000", async () => {
    const caseId = await submit({ budgetAmount: 500_100, excessReason: "贵宾" });
    const path = await site.link(caseId, SHUAI);
    const visitor = site.visitor();
    const json = { accept: "application/json" };
    const nonce = nonceOf((await visitor.page(path)).text);
    const vote = (fields: Record<string, string>) =>
      visitor.form(path, { nonce, choice: "approve", ...fields }, json);
    expect([(await vote({})).status, (await vote({})).body.code]).toEqual([403, "step_up"]);
    expect((await visitor.form(`${path}/code`, { nonce: "forged" }, json)).status).toBe(409);
    const asked = await visitor.form(`${path}/code`, { nonce }, json);
    expect([asked.status, asked.body]).toEqual([200, { sent: true }]);
    await site.pause();
    const sent = await site.inbox({ caseId, kind: "vote.code" });
    expect(sent.map((one) => [one.channel, one.to])).toEqual([["sms", "+8613810000011"]]);
    const codes = sent[0]?.text.match(/\d{6,}/g) ?? [];
    expect(codes).toHaveLength(1);
    const [code = ""] = codes;
    const wrong = await vote({ code: code === "000000" ? "000001" : "000000" });
    expect([wrong.status, wrong.body.code]).toEqual([403, "wrong_code"]);
    const done = await vote({ code });
    expect(done.status, done.text).toBe(200);
    await site.settle();
    // The next signer is signed in: no code.
    const { stepId } = await openStep(caseId);
    const zhangke = await site.as("zhangke");
    const signed = await zhangke.post(`/api/steps/${stepId}`, { choice: "approve", comment: "", data: {} });
    expect(signed.status, signed.text).toBe(200);
    await site.settle();
    const third = await site.link(caseId, MAIL("wanghui"));
    const page = await visitor.page(third);
    expect(page.text).toContain(`action="${third}/code"`);
    const shown = await visitor.form(`${third}/code`, { nonce: nonceOf(page.text) });
    expect([shown.status, shown.headers.get("location")]).toEqual([303, third]);
    expect((await visitor.page(third)).text).toContain("验证码已发到您登记的手机");
  });
});
