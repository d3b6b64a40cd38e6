/** What the contract of complaints says in a word here and there, on the tables (contracts/complaints.md). */
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { verify } from "../../functions/case/chain.ts";
import { pauseComplaint } from "../../functions/complaint/pause.ts";
import { viewComplaint } from "../../functions/complaint/view.ts";
import { confirmUpload } from "../../functions/file/confirm-upload.ts";
import { requestUpload } from "../../functions/file/request-upload.ts";
import { handler as dispatch } from "../../functions/message/dispatch.ts";
import { publishDraft, saveDraft } from "../../functions/policy/policies.ts";
import { COMPLAINT_POLICY } from "../../functions/policy/shipped.ts";
import { distributeReport } from "../../functions/report/recipients.ts";
import { answer, filed, go, investigation, readOne, record, toCustomer } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { kinds, refusal, refused } from "../support/flow.ts";
import { send } from "../support/handlers.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

process.env.POWERTOOLS_LOG_LEVEL = "ERROR";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
process.env.DOCUMENTS_BUCKET = "documents";
process.env.UPLOAD_HOST = "files.careloop.example";
const { handler: care } = await import("../../functions/web/care.tsx");
const { handler: photos } = await import("../../functions/web/photos.tsx");

mockClient(SESClient).on(SendRawEmailCommand).resolves({ MessageId: "ses-1" });
mockClient(SNSClient).on(PublishCommand).resolves({ MessageId: "sns-1" });
Object.assign(process.env, {
  MAIL_FROM: "讯达物流 <careloop@xunda.example>",
  MAIL_CONFIGURATION_SET: "careloop",
  SMS_SIGNATURE: "讯达物流",
});

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  await tables.reset();
});
afterAll(() => tables.stop());

async function opened(): Promise<{ caseId: string; handler: string }> {
  const caseId = await filed();
  await go(caseId);
  return { caseId, handler: (await readOne(caseId)).header.complaint.assignee! };
}

describe("satisfaction", () => {
  const csat = async (caseId: string) => (await readOne(caseId)).header.complaint.csat;

  test("is the customer's own before the first follow-up, and the last follow-up's from then on", async () => {
    const { caseId } = await opened();
    await toCustomer(caseId);
    await answer(caseId, "customer-confirm", "confirm", { data: { csat: 5 } });
    expect(await csat(caseId)).toBe(5);
    await go(caseId);
    await answer(caseId, "follow-up", "done", { data: record({ satisfaction: 2 }) });
    expect(await csat(caseId)).toBe(2);
    await go(caseId);
    await toCustomer(caseId);
    await answer(caseId, "customer-confirm", "confirm", { data: { csat: 5 } });
    expect(await csat(caseId)).toBe(2);
    await go(caseId);
    await answer(caseId, "follow-up", "done", { data: record({ satisfaction: 4 }) });
    expect(await csat(caseId)).toBe(4);
  });
});

describe("a pause that nobody ends", () => {
  test("ends with the notice, and the timeline says so", async () => {
    const { caseId, handler } = await opened();
    await pauseComplaint(person(handler), caseId, { question: "几箱？" });
    await toCustomer(caseId);
    const file = await readOne(caseId);
    expect(file.header.complaint.paused).toBe(false);
    expect(kinds(file).filter((kind) => /^clock\.(paused|resumed)$|^notice\.sent$/.test(kind))).toEqual([
      "clock.paused",
      "notice.sent",
      "clock.resumed",
    ]);
  });

  test("ends with the round; where nobody had paused, nothing is said to run on", async () => {
    const { caseId, handler } = await opened();
    await toCustomer(caseId);
    await pauseComplaint(person(handler), caseId, { question: "还缺什么？" });
    await answer(caseId, "customer-confirm", "disagree", { comment: "太少" });
    await go(caseId);
    const lines = kinds(await readOne(caseId));
    expect(lines.filter((kind) => kind === "clock.resumed")).toHaveLength(1);
    await toCustomer(caseId);
    expect(kinds(await readOne(caseId)).filter((kind) => kind === "clock.resumed")).toHaveLength(1);
  });
});

describe("a message that is not to be sent", () => {
  const sendAll = async (caseId: string) => {
    const open = (await readOne(caseId)).messages.filter((one) => one.status === "pending");
    const keys = open.map(({ messageId }) => ({ pk: `C#${caseId}`, sk: `MSG#${messageId}` }));
    // Delivered twice and at once, as streams do.
    await Promise.all([dispatch({ redrive: keys }), dispatch({ redrive: keys })]);
  };

  test("is told on the timeline with its reason, once, and the chain holds", async () => {
    const { caseId } = await opened();
    await toCustomer(caseId);
    // He answers on his page before the mail that asks him went out.
    await answer(caseId, "customer-confirm", "confirm");
    await sendAll(caseId);
    const file = await readOne(caseId);
    const held = file.messages.filter((one) => one.status === "suppressed");
    expect(held.map((one) => [one.kind, one.channel, one.failure]).sort()).toEqual([
      ["approval.request", "email", "step_ended"],
      ["complaint.notice", "email", "step_ended"],
      ["complaint.notice", "sms", "step_ended"],
    ]);
    const lines = file.events.filter((event) => event.kind === "message.suppressed");
    expect(lines.map((line) => file.payloads.get(line.seq)?.data.messageId).sort()).toEqual(
      held.map((one) => one.messageId).sort(),
    );
    expect(file.payloads.get(lines[0]!.seq)?.data).toMatchObject({ reason: "step_ended" });
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    const view = await viewComplaint(person("limin"), caseId, "zh-CN");
    expect(view.messages.filter((one) => one.status === "suppressed").map((one) => one.reason)).toEqual(
      Array(3).fill("step_ended"),
    );
  });
});

describe("the customer's calls", () => {
  const TAIL = "0001";
  const call = async (path: string, json: object) => {
    const { statusCode, body } = await send(care, "POST", path, { json });
    const { code, errors } = JSON.parse(body ?? "{}");
    return [
      statusCode,
      code ?? errors?.map((one: { path: string; code: string }) => `${one.path}:${one.code}`),
    ];
  };

  test("a choice that is none is told at the field, whatever the case waits for", async () => {
    const { caseId } = await opened();
    const path = `/c/${caseId}`;
    expect(await call(path, { tail: TAIL, choice: "close" })).toEqual([400, ["choice:choice"]]);
    expect(await call(path, { tail: TAIL })).toEqual([400, ["choice:choice"]]);
    expect(await call(path, { tail: TAIL, choice: "reopen" })).toEqual([409, "wrong_phase"]);
    expect(await call(path, { tail: "9999", choice: "close" })).toEqual([404, "not_found"]);
  });

  test("fields that nobody knows are refused to who knows the digits, and tell nothing to others", async () => {
    const { caseId } = await opened();
    const path = `/c/${caseId}/status`;
    expect(await call(path, { tail: TAIL, all: true })).toEqual([400, ["all:unknown_field"]]);
    expect(await call(path, { tail: "9999", all: true })).toEqual([404, "not_found"]);
    const confirm = `/c/${caseId}/attachments/01ARZ3NDEKTSV4RRFFQ69G5FAV/confirm`;
    const { statusCode } = await send(photos, "POST", confirm, { json: { tail: TAIL, name: "x" } });
    expect(statusCode).toBe(400);
  });
});

test("the public form may send photos to the store, and never within its own body", async () => {
  const { headers, body = "" } = await send(care, "GET", "/c");
  expect(headers?.["content-security-policy"]).toContain("connect-src 'self' files.careloop.example;");
  const [input = ""] = /<input[^>]*type="file"[^>]*>/.exec(body) ?? [];
  expect(input).toContain("multiple");
  expect(input).not.toMatch(/ name=/);
  // Where no script runs the hint says when they can be added.
  expect(body).toMatch(/<div class="field" data-photos(?:="true")? hidden/);
  expect(body).toContain("提交后马上可以添加");
});

test("files are as many and as large as the policy says that the case began with", async () => {
  const before = (await opened()).caseId;
  const attachments = { count: 1, bytes: 1000 };
  await saveDraft(person("limin"), "complaint", {
    basedOn: 1,
    document: { ...COMPLAINT_POLICY, attachments },
  });
  await publishDraft(person("limin"), "complaint", {});
  const after = await filed({ waybillNo: "XD2" });
  const ask = (caseId: string, size: number) =>
    requestUpload("customer", caseId, { name: "箱.png", contentType: "image/png", size });
  expect((await refused(ask(after, 1001))).code).toBe("too_large");
  await ask(before, 1001);
  const { attachmentId } = await ask(after, 1000);
  const stored = { v: 1, attachmentId: "A", by: "customer", name: "a.png", contentType: "image/png" };
  const item = { ...stored, size: 9, sha256: "x", status: "stored", at: new Date().toISOString() };
  await tables.put("Cases", { pk: `C#${after}`, sk: "ATT#A", ...item });
  expect((await refused(ask(after, 9))).code).toBe("too_many");
  expect((await refused(confirmUpload("customer", after, attachmentId))).code).toBe("too_many");
});

test("the recipients of a report: a key gives the same answer again, and no second mail", async () => {
  const { caseId } = await opened();
  await answer(caseId, "investigate", "done", { data: investigation() });
  const call = (staffIds: string[]) =>
    distributeReport(person("limin"), caseId, { staffIds }, { idempotencyKey: "k1" });
  const first = await call(["luoqiang"]);
  expect(first.recipients.map((one) => one.staffId)).toEqual(["luoqiang"]);
  expect(await call(["luoqiang"])).toEqual(first);
  expect(await refusal(call(["pengtao"]))).toBe("409 idempotency_mismatch");
  const steps = (await readOne(caseId)).steps.filter((step) => step.kind === "read");
  expect(steps.map((step) => step.assignees)).toEqual([["luoqiang"]]);
  expect(
    await refusal(distributeReport(person("wanghui"), caseId, { staffIds: [] }, { idempotencyKey: "k1" })),
  ).toBe("404 not_found");
});
