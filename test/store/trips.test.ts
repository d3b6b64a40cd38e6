/** At most three round trips to DynamoDB follow one another in any request (docs/access-patterns.md). */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { linkFor } from "../../functions/step/links.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { nonceOf } from "../support/client.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { opened, read } from "../support/flow.ts";
import { fieldsFor } from "../support/form-fields.ts";
import {
  type Answer,
  type Call,
  type Handler,
  signedIn,
  within as withinTrips,
} from "../support/handlers.ts";
import { form, WEDNESDAY } from "../support/reception.ts";

process.env.POWERTOOLS_LOG_LEVEL = "ERROR";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
process.env.UPLOAD_HOST = "files.careloop.example";
const { handler: staff } = await import("../../functions/web/staff.tsx");
const { handler: cases } = await import("../../functions/web/cases.ts");
const { handler: tasks } = await import("../../functions/web/tasks.tsx");
const { handler: steps } = await import("../../functions/web/steps-api.ts");
const { handler: request } = await import("../../functions/web/request.tsx");
const { handler: decision } = await import("../../functions/web/decision.tsx");

let tables: TestTables;
const cookies = new Map<string, string>();
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  for (const staffId of ["chenyao", "shuaizhong", "wanghui"]) cookies.set(staffId, await signedIn(staffId));
}, 30_000);
afterAll(() => tables.stop());

type As = { as?: string | undefined } & Omit<Call, "cookies">;

/** A fourth trip must not follow the third. */
const within = (
  trips: number,
  status: number,
  handler: Handler,
  method: string,
  path: string,
  { as, ...call }: As = {},
): Promise<Answer> =>
  withinTrips(trips, status, handler, method, path, { ...call, cookies: as ? [cookies.get(as) ?? ""] : [] });

const cheap = { budgetAmount: 80_000 };
const linkOf = (stepId: string) =>
  `/d/${linkFor(LINK_KEYS, { stepId, staffId: "shuaizhong", version: 1, kid: "k1" })}`;

test("submitting with a key takes three, giving the same answer again two", async () => {
  const call = { as: "chenyao", json: form(cheap), key: "three" };
  const { body } = await within(3, 201, request, "POST", "/api/receptions", call);
  expect((await within(2, 201, request, "POST", "/api/receptions", call)).body).toBe(body);
  await within(2, 409, request, "POST", "/api/receptions", { ...call, json: form() });
});

test("the form of a new request takes three, and so does its page again after a mistake", async () => {
  const fields = { ...fieldsFor(form(cheap)), key: "by-form" };
  await within(3, 303, request, "POST", "/receptions/new", { as: "chenyao", form: fields });
  const wrong = { ...fields, key: "mistaken", visitingOrg: "" };
  await within(3, 400, request, "POST", "/receptions/new", { as: "chenyao", form: wrong });
});

test("a preview takes two by itself and on a new form, three where it changes a case", async () => {
  const call = { as: "chenyao", json: form(cheap) };
  await within(2, 200, request, "POST", "/api/receptions/preview", call);
  const fields = { ...fieldsFor(form(cheap)), do: "preview" };
  await within(2, 200, request, "POST", "/receptions/new", { as: "chenyao", form: fields });
  const path = `/receptions/${(await opened()).caseId}/edit`;
  await within(3, 200, request, "POST", path, { as: "chenyao", form: fields });
});

test("deciding signed in takes three, with a key or by the form of the page", async () => {
  const one = await opened();
  const call = { as: "shuaizhong", json: { choice: "approve", comment: "", data: {} }, key: "three" };
  await within(3, 200, steps, "POST", `/api/steps/${one.stepId}`, call);
  await within(2, 200, steps, "POST", `/api/steps/${one.stepId}`, call);
  const two = await opened();
  const page = `/cases/${two.caseId}/steps/${two.stepId}`;
  await within(3, 200, tasks, "GET", page, { as: "shuaizhong" });
  await within(3, 303, tasks, "POST", page, { as: "shuaizhong", form: { choice: "approve" } });
});

test.each([undefined, "shuaizhong"])(
  "opening a link and deciding by it takes three each, session: %s",
  async (as) => {
    const path = linkOf((await opened()).stepId);
    const page = await within(3, 200, decision, "GET", path, { as });
    const pressed = { nonce: nonceOf(page.body ?? ""), choice: "approve", comment: "" };
    await within(3, 303, decision, "POST", path, { as, form: pressed });
  },
);

test("handing over, taking back and asking for a code take three", async () => {
  const one = await opened();
  const step = `/api/steps/${one.stepId}`;
  const json = (choice: string, data = {}) => ({ choice, comment: "出差", data });
  const as = "shuaizhong";
  await within(3, 200, steps, "POST", step, { as, json: json("approve") });
  await within(3, 200, steps, "POST", step, { as, json: json("undo") });
  await within(3, 200, steps, "POST", step, { as, json: json("transfer", { toStaffId: "luoqiang" }) });
  const path = linkOf((await opened({ budgetAmount: 600_000 })).stepId);
  const nonce = nonceOf((await within(3, 200, decision, "GET", path)).body ?? "");
  const fields = { nonce, comment: "请看", toStaffId: "luoqiang" };
  await within(3, 303, decision, "POST", `${path}/code`, { form: { nonce } });
  await within(3, 303, decision, "POST", path, { form: { ...fields, choice: "transfer" } });
});

test("editing and withdrawing take three", async () => {
  const { caseId } = await opened();
  const path = `/receptions/${caseId}/edit`;
  await within(3, 200, request, "GET", path, { as: "chenyao" });
  const { contentHash } = (await read(caseId)).header;
  await within(3, 303, request, "POST", path, {
    as: "chenyao",
    form: { ...fieldsFor(form({ ...cheap, roomCount: 3 })), contentHash },
  });
  const json = form({ ...cheap, roomCount: 4 });
  await within(3, 200, request, "PUT", `/api/receptions/${caseId}`, { as: "chenyao", json, key: "three" });
  await within(3, 200, cases, "POST", `/api/cases/${caseId}/withdraw`, { as: "chenyao", key: "three" });
});

test("no page takes more than three", async () => {
  const { caseId } = await opened();
  for (const path of ["/", `/cases/${caseId}`, `/cases/${caseId}/workflow`])
    await within(3, 200, staff, "GET", path, { as: "wanghui" });
  await within(3, 200, request, "GET", "/receptions/new", { as: "wanghui" });
  await within(3, 200, tasks, "GET", "/tasks", { as: "shuaizhong" });
});
