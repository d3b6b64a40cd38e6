/** How many round trips to DynamoDB follow one another in the calls on a complaint (docs/access-patterns.md). */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { passCookie } from "../../functions/care/pass.ts";
import { keptPolicy } from "../../functions/care/policy.ts";
import { linkFor } from "../../functions/step/links.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { nonceOf } from "../support/client.ts";
import {
  answer,
  complaint,
  filed,
  go,
  investigation,
  openOf,
  readOne,
  record,
  toCustomer,
} from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { signedIn, within } from "../support/handlers.ts";
import { WEDNESDAY } from "../support/reception.ts";

process.env.POWERTOOLS_LOG_LEVEL = "ERROR";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
process.env.UPLOAD_HOST = "files.careloop.example";
const { handler: care } = await import("../../functions/web/care.tsx");
const { handler: cases } = await import("../../functions/web/cases.ts");
const { handler: steps } = await import("../../functions/web/steps-api.ts");
const { handler: decision } = await import("../../functions/web/decision.tsx");
const { handler: page } = await import("../../functions/web/complaint.tsx");
const { handler: stepPages } = await import("../../functions/web/complaint-steps.tsx");
const { handler: register } = await import("../../functions/web/complaints.tsx");

let tables: TestTables;
const cookies = new Map<string, string>();
const as = (staffId: string): { cookies: string[] } => ({ cookies: [cookies.get(staffId) ?? ""] });
let phones = 0;
const TAIL = "0001";

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  // A function that runs knows the limits.
  await keptPolicy();
  for (const staffId of ["limin", "lichaoqun", "zhangyun", "zengqun", "tangli", "yinxue"])
    cookies.set(staffId, await signedIn(staffId));
});
afterAll(() => tables.stop());

/** A case of its own: nothing of it is like another's. */
async function opened(): Promise<{ caseId: string; handler: string }> {
  phones += 1;
  const change = { complainantPhone: `+86137${2000 + phones}${TAIL}`, waybillNo: `XD${phones}` };
  const caseId = await filed(change);
  await go(caseId);
  return { caseId, handler: (await readOne(caseId)).header.complaint.assignee! };
}
const body = (change: Record<string, unknown> = {}) => {
  phones += 1;
  return complaint({
    complainantPhone: `+86137${2000 + phones}${TAIL}`,
    waybillNo: `XD${phones}`,
    ...change,
  });
};

test("filing a complaint takes three, and one more where the limits are to be read first", async () => {
  const web = body({ channel: "web" });
  vi.setSystemTime(WEDNESDAY + 3_600_000);
  await within(4, 201, care, "POST", "/api/complaints", { json: body({ channel: "web" }) });
  await within(3, 201, care, "POST", "/api/complaints", { json: web, key: "public-mark-0000001" });
  // What was taken of the limits is given back.
  await within(2, 201, care, "POST", "/api/complaints", { json: web, key: "public-mark-0000001" });
  const json = body();
  const call = { ...as("limin"), json, key: "staff" };
  await within(3, 201, care, "POST", "/api/complaints", call);
  await within(2, 201, care, "POST", "/api/complaints", call);
  const { channel: _channel, ...fields } = body() as Record<string, string>;
  const form = { ...fields, key: "0123456789abcdef" };
  await within(3, 200, care, "POST", "/c", { form });
  const shown = await within(2, 200, care, "GET", "/complaints/new", as("limin"));
  const csrf = /name="csrf" value="([^"]+)"/.exec(shown.body ?? "")?.[1] ?? "";
  const own = { ...body(), csrf, key: "fedcba9876543210" } as Record<string, string>;
  await within(3, 303, care, "POST", "/complaints/new", { ...as("limin"), form: own });
  await within(2, 400, care, "POST", "/api/complaints", { json: body({ channel: "web", category: "x" }) });
});

test("a key that was read under the name of a cookie which is over is read again as nobody's", async () => {
  const json = body({ channel: "web" });
  const over = { cookies: [`careloop=limin.${"x".repeat(43)}`], json, key: "one-mark-0000000001" };
  const first = await within(4, 201, care, "POST", "/api/complaints", over);
  const again = await within(4, 201, care, "POST", "/api/complaints", { ...over, cookies: [] });
  expect(again.body).toBe(first.body);
  const mine = await within(3, 201, care, "POST", "/api/complaints", { ...over, ...as("limin") });
  expect(JSON.parse(mine.body ?? "").caseId).not.toBe(JSON.parse(first.body ?? "").caseId);
});

test("answering each kind of step takes three", async () => {
  const { caseId, handler } = await opened();
  const post = (stepId: string, by: string, json: object) =>
    within(3, 200, steps, "POST", `/api/steps/${stepId}`, { ...as(by), json, key: `${stepId}-${by}` });
  const step = await openOf(caseId, "investigate");
  const other = ["zhangyun", "zengqun", "tangli"].find((one) => one !== handler)!;
  const handed = { choice: "transfer", comment: "出差", data: { toStaffId: other } };
  await post(step.stepId, handler, handed);
  const paid = investigation({ type: "compensation", amount: 60_000 });
  await post(step.stepId, other, { choice: "done", data: paid });
  const two = await opened();
  const own = await openOf(two.caseId, "investigate");
  await post(own.stepId, two.handler, {
    choice: "hand-over",
    comment: "运输部",
    data: { toDepartment: "transport" },
  });
});

test("the customer's step by a lead, a contact and the record of a follow-up take three", async () => {
  const { caseId } = await opened();
  await toCustomer(caseId);
  const post = (stepId: string, by: string, json: object) =>
    within(3, 200, steps, "POST", `/api/steps/${stepId}`, { ...as(by), json, key: `${stepId}-${by}` });
  const confirm = await openOf(caseId, "customer-confirm");
  await post(confirm.stepId, "lichaoqun", { choice: "confirm", comment: "来电认可" });
  await go(caseId);
  const follow = await openOf(caseId, "follow-up");
  const at = new Date(Date.now()).toISOString();
  const attempt = { at, channel: "phone", result: "no_answer" };
  await post(follow.stepId, follow.assignees[0]!, { choice: "attempt", data: attempt });
  vi.setSystemTime(Date.now() + 60_000);
  const by = follow.assignees[0]!;
  await within(3, 200, steps, "POST", `/api/steps/${follow.stepId}`, {
    ...as(by),
    json: { choice: "done", data: record() },
  });
});

test("a customer's answer takes three by his link, by his page and with his digits", async () => {
  const one = await opened();
  await toCustomer(one.caseId);
  const { stepId } = await openOf(one.caseId, "customer-confirm");
  const path = `/d/${linkFor(LINK_KEYS, { stepId, staffId: "customer", version: 1, kid: "k1" })}`;
  const shown = await within(2, 200, decision, "GET", path);
  const form = { nonce: nonceOf(shown.body ?? ""), choice: "confirm" };
  await within(3, 303, decision, "POST", path, { form });

  const two = await opened();
  await toCustomer(two.caseId);
  const { phoneHash } = (await readOne(two.caseId)).header.complaint;
  const of = { caseId: two.caseId, phoneHash };
  const pass = passCookie(LINK_KEYS, of, Date.now(), 600_000).split(";")[0] ?? "";
  const own = await within(2, 200, care, "GET", `/c/${two.caseId}`, { cookies: [pass] });
  const pressed = { nonce: nonceOf(own.body ?? ""), choice: "disagree", comment: "太少" };
  await within(2, 303, care, "POST", `/c/${two.caseId}`, { cookies: [pass], form: pressed });

  const three = await opened();
  await toCustomer(three.caseId);
  await keptPolicy();
  const json = { tail: TAIL, choice: "confirm", csat: 5 };
  await within(3, 200, care, "POST", `/c/${three.caseId}`, { json });
});

test("the status page and a wrong guess take two", async () => {
  const { caseId } = await opened();
  await within(2, 200, care, "POST", `/c/${caseId}/status`, { json: { tail: TAIL } });
  await within(2, 303, care, "POST", `/c/${caseId}/status`, { form: { tail: TAIL } });
  await within(1, 404, care, "POST", `/c/${caseId}/status`, { json: { tail: "9999" } });
  await within(1, 404, care, "POST", "/c/TS-2026-999999/status", { json: { tail: "9999" } });
});

test("reading a case takes three, whatever is read of it", async () => {
  const { caseId, handler } = await opened();
  await answer(caseId, "investigate", "done", { data: investigation() });
  await within(3, 200, cases, "GET", `/api/cases/${caseId}`, as("limin"));
  await within(2, 200, cases, "GET", `/api/cases/${caseId}/clocks`, as("limin"));
  await within(3, 200, page, "GET", `/complaints/${caseId}`, as("limin"));
  await within(3, 200, register, "GET", "/api/complaints", as("limin"));
  await within(3, 200, register, "GET", "/api/complaints?status=open", as(handler));
  const two = await opened();
  const { stepId } = await openOf(two.caseId, "investigate");
  const path = `/complaints/${two.caseId}/steps/${stepId}`;
  const shown = await within(3, 200, stepPages, "GET", path, as(two.handler));
  const csrf = /name="csrf" value="([^"]+)"/.exec(shown.body ?? "")?.[1] ?? "";
  const form = {
    csrf,
    key: "0123456789abcdef",
    choice: "hand-over",
    comment: "运输部",
    toDepartment: "transport",
  };
  await within(3, 303, stepPages, "POST", path, { ...as(two.handler), form });
});

test("what people do on a case takes three", async () => {
  const { caseId, handler } = await opened();
  const other = await opened();
  const post = (name: string, status: number, json: object) =>
    within(3, status, cases, "POST", `/api/cases/${caseId}/${name}`, { ...as(handler), json, key: name });
  await post("notes", 201, { text: "已联系" });
  await post("messages", 201, { text: "我们在查", confirm: true });
  await post("triage", 200, { severity: "critical", reason: "贵重" });
  await post("pause", 200, { question: "几箱?" });
  await post("resume", 200, {});
  await post("nudge", 200, {});
  const json = { into: other.caseId, reason: "同一件事" };
  await within(3, 200, cases, "POST", `/api/cases/${caseId}/merge`, { ...as("limin"), json });
});
