/** A table in which nobody has published anything, as a deployment begins: every process runs by what was shipped. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { changeCadence, viewCadence } from "../../functions/customer/cadence-store.ts";
import { readCadence } from "../../functions/customer/schema.ts";
import { currentPolicy, policyKey, policyVersions, readPolicy } from "../../functions/directory/store.ts";
import { viewSwitch } from "../../functions/planner/switch.ts";
import { dryRun } from "../../functions/policy/dry-run.ts";
import { POLICIES } from "../../functions/policy/kinds.ts";
import {
  diffDraft,
  publishDraft,
  readPolicyBook,
  saveDraft,
  viewPolicy,
} from "../../functions/policy/policies.ts";
import {
  BUDGET_CHANGE_POLICY,
  COMPLAINT_POLICY,
  RECEPTION_POLICY,
  STANDARDS_POLICY,
} from "../../functions/policy/shipped.ts";
import { env } from "../../functions/shared/env.ts";
import { transact } from "../../functions/shared/table.ts";
import { policyPage } from "../../functions/web/pages/policies.tsx";
import { answer, filed, go, investigation, readOne, record, toCustomer } from "../support/complaint.ts";
import * as c from "../support/complaint-view.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { decide, opened, race, read, refusal } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  await tables.reset();
  const keys = [...POLICIES, "cadence"].map((policyId) => policyKey(policyId, 1));
  await transact(keys.map((Key) => ({ label: "none", Delete: { TableName: env("DIRECTORY_TABLE"), Key } })));
});

const limin = person("limin");
const yinxue = person("yinxue");
const stored = async (policyId: string) => (await tables.items("Directory", `POLICY#${policyId}`)).length;
const publish = async (policyId: string, document: unknown, basedOn = 1) => {
  await saveDraft(limin, policyId, { basedOn, document });
  return publishDraft(yinxue, policyId, {});
};

test.each([
  ["reception", RECEPTION_POLICY],
  ["budget-change", BUDGET_CHANGE_POLICY],
  ["standards", STANDARDS_POLICY],
  ["complaint", COMPLAINT_POLICY],
])(
  "%s is there in version 1 by every way of reading it, and nobody published it",
  async (policyId, document) => {
    expect(await stored(policyId)).toBe(0);
    const version = { policyId, version: 1, document };
    expect(await policyVersions(policyId)).toEqual([version]);
    expect(await currentPolicy(policyId)).toEqual(version);
    expect(await readPolicy(policyId, 1)).toEqual(version);
    await expect(readPolicy(policyId, 2)).rejects.toThrow("no version 2");
    const view = { ...version, publishedAt: null, publishedBy: null };
    expect((await readPolicyBook(limin, policyId)).versions).toEqual([view]);
    expect(await viewPolicy(limin, policyId, null)).toEqual(view);
    expect(await viewPolicy(limin, policyId, "1")).toEqual(view);
    expect(await refusal(viewPolicy(limin, policyId, "2"))).toBe("404 not_found");
  },
);

test("a policy that nobody ships is an error of ours, not an empty one", async () => {
  await expect(currentPolicy("nothing")).rejects.toThrow("no policy nothing");
  await expect(readPolicy("nothing", 1)).rejects.toThrow("no version 1");
});

test("the first publication is version 2, once, and is listed before what was shipped", async () => {
  const document = { ...RECEPTION_POLICY, undoSeconds: 60 };
  expect(await refusal(saveDraft(limin, "reception", { basedOn: 2, document }))).toBe("409 stale");
  await saveDraft(limin, "reception", { basedOn: 1, document });
  expect(await diffDraft(limin, "reception")).toEqual({
    changes: [{ path: "undoSeconds", from: 120, to: 60 }],
  });
  const both = [limin, yinxue].map((actor) => publishDraft(actor, "reception", {}));
  expect(await race(both)).toEqual({ ok: 1, "409 stale": 1 });
  const { versions } = await readPolicyBook(limin, "reception");
  expect(versions.map((one) => [one.version, one.publishedBy === null])).toEqual([
    [2, false],
    [1, true],
  ]);
  expect((await currentPolicy("reception")).document).toEqual(document);
  expect((await readPolicy("reception", 1)).document).toEqual(RECEPTION_POLICY);
  expect(await stored("reception")).toBe(1);
});

test.each(["zh-CN", "en"] as const)("its page says that nobody published it: %s", async (locale) => {
  const book = await readPolicyBook(limin, "complaint");
  const r = c.as("complaint_admin", undefined, locale);
  const said = locale === "en" ? "as supplied with the system" : "随系统提供";
  const html = policyPage(r, book, book.versions[0]!, null);
  expect(html.split(said)).toHaveLength(3);
});

test("a reception is judged by it and keeps it when another is published; a dry run counts the case", async () => {
  const { caseId, stepId } = await opened({ budgetAmount: 80_000 });
  expect((await read(caseId)).header.policy).toEqual({ policyId: "reception", version: 1 });
  const committee = { ...RECEPTION_POLICY.stages[1]!, stage: "committee", when: {} };
  const document = { ...RECEPTION_POLICY, stages: [...RECEPTION_POLICY.stages, committee] };
  await saveDraft(limin, "reception", { basedOn: 1, document });
  expect(await dryRun(limin, "reception", { from: "2026-12-02", to: "2026-12-02" })).toEqual({
    cases: 1,
    changed: [{ caseId, before: ["dept_manager"], after: ["dept_manager", "committee"] }],
  });
  await publishDraft(yinxue, "reception", {});
  expect(await decide("shuaizhong", stepId, "approve")).toMatchObject({ outcome: "approved" });
  const later = await opened({ budgetAmount: 80_000 });
  expect((await read(later.caseId)).header.policy.version).toBe(2);
});

test("a complaint goes its whole way by it, also when another is published under way", async () => {
  const caseId = await filed();
  await go(caseId);
  expect((await readOne(caseId)).header.policy).toEqual({ policyId: "complaint", version: 1 });
  const clocks = structuredClone(COMPLAINT_POLICY.clocks);
  clocks.P3.resolve = 960;
  expect(await publish("complaint", { ...COMPLAINT_POLICY, clocks })).toEqual({ version: 2 });
  await toCustomer(caseId, investigation());
  await answer(caseId, "customer-confirm", "confirm");
  await go(caseId);
  await answer(caseId, "follow-up", "done", { data: record() });
  expect(await go(caseId)).toBeNull();
  const minutes = async (id: string) =>
    (await readOne(id)).clocks.find((clock) => clock.kind === "resolve")?.minutes;
  expect((await readOne(caseId)).header).toMatchObject({ outcome: "satisfied", policy: { version: 1 } });
  expect(await minutes(caseId)).toBe(1440);
  expect(await minutes(await filed({ waybillNo: "XD2" }))).toBe(960);
});

test("the cadence begins with it, and is changed from version 1 on", async () => {
  const seen = await viewCadence(limin);
  expect(seen).toMatchObject({ version: 1, firstContactDays: 7, coverageTarget: 0.8 });
  const put = (document: object) => changeCadence(limin, () => readCadence(document));
  expect(await put({ ...seen, firstContactDays: 5 })).toMatchObject({ version: 2, firstContactDays: 5 });
  expect(await refusal(put(seen))).toBe("409 stale");
  expect(await viewCadence(limin)).toMatchObject({ version: 2, firstContactDays: 5 });
});

test("the planner runs until somebody stops it", async () => {
  expect(await viewSwitch(yinxue)).toEqual({ paused: false, reason: null });
});
