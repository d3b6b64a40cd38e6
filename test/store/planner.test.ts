/** The planner and campaigns on the tables: everybody who is due gets one follow-up, whatever happens twice or dies. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as advance } from "../../functions/case/advance.ts";
import { myCases } from "../../functions/case/lists.ts";
import type { Work } from "../../functions/case/model.ts";
import { pkOf, readCase, sk } from "../../functions/case/store.ts";
import { contactWrite, noteContact } from "../../functions/customer/contact-store.ts";
import { readCustomer } from "../../functions/customer/record-store.ts";
import { enterCustomer, optOutCustomer, putCustomer } from "../../functions/customer/records.ts";
import { forgetCalendar } from "../../functions/directory/calendar.ts";
import type { Absence } from "../../functions/directory/model.ts";
import { addAbsence } from "../../functions/directory/store.ts";
import * as start from "../../functions/follow-up/start.ts";
import {
  generateCampaign,
  listCampaigns,
  openCampaign,
  previewCampaign,
  viewCampaign,
} from "../../functions/planner/campaigns.ts";
import { handler as contacted } from "../../functions/planner/contacted.ts";
import { handler as plannerPage } from "../../functions/planner/page.ts";
import { listRuns, runNow } from "../../functions/planner/runs.ts";
import { handler as plannerStart } from "../../functions/planner/start.ts";
import { readJob } from "../../functions/planner/store.ts";
import { turnSwitch, viewSwitch } from "../../functions/planner/switch.ts";
import * as table from "../../functions/shared/table.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { refusal, refused } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

vi.mock("../../functions/follow-up/start.ts", { spy: true });
vi.mock("../../functions/shared/table.ts", { spy: true });

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(async () => {
  vi.mocked(start.startFollowUp).mockReset();
  vi.mocked(table.transact).mockReset();
  vi.setSystemTime(WEDNESDAY);
  forgetCalendar();
  await tables.reset();
  // The demo's customers are entered on Wednesday and due on Thursday.
  at("2026-12-03T07:30:00+08:00");
});
afterAll(() => tables.stop());

const at = (instant: string) => vi.setSystemTime(Date.parse(instant));
const limin = person("limin");
const yinxue = person("yinxue");
const liuyanli = person("liuyanli");
const zhangyun = person("zhangyun");

const run = async (actor = limin) => (await runNow(actor, {}, { locale: "zh-CN" })).body;
const OWNED = { zhangyun: ["C0001", "C0004"], zengqun: ["C0002", "C0005"], tangli: ["C0003", "C0006"] };

async function enter(customerId: string, change: object = {}): Promise<void> {
  await enterCustomer(liuyanli, {
    customerId,
    name: `客户${customerId}`,
    tier: "B",
    contacts: [{ name: "王", phone: "13800000001", email: "w@customer.example" }],
    nextDueOn: "2026-12-03",
    ...change,
  });
}

async function away(staffId: string, from = "2026-12-03", to = from): Promise<void> {
  const absence: Absence = {
    absenceId: `${staffId}-${from}`,
    staffId,
    from,
    to,
    reason: "年假",
    createdBy: staffId,
    createdAt: "2026-12-01T00:00:00.000Z",
  };
  const version = (await tables.get("Directory", "ABSENCES", "VERSION"))?.n ?? 0;
  await addAbsence(absence, Number(version), []);
}

/** Every follow-up there is, by the list of all. */
async function planned(): Promise<string[]> {
  const lists = await Promise.all(
    Array.from({ length: 8 }, (_, shard) => tables.items("Cases", `PLANNED#${shard}`)),
  );
  return lists.flat().map((item) => String(item.caseId));
}

describe("a run", () => {
  test("gives everybody who is due a follow-up at his owner's, on the terms of his tier", async () => {
    const body = await run();
    expect(body).toMatchObject({ due: 6, created: 6, existing: 0, skipped: [] });
    const by = (staffId: string) =>
      body.assignments.filter((one) => one.staffId === staffId).map((one) => one.customerId);
    for (const [owner, customers] of Object.entries(OWNED)) expect(by(owner).sort()).toEqual(customers);
    const caseOf = (customerId: string) =>
      body.assignments.find((one) => one.customerId === customerId)?.caseId ?? "";
    expect((await readCase(caseOf("C0001")))?.header).toMatchObject({
      process: "follow-up",
      customerId: "C0001",
      createdBy: "system",
      // Three working days: Thursday, Friday, Monday, at six.
      dueAt: "2026-12-07T10:00:00.000Z",
      followUp: {
        mode: "visit",
        sourceType: "cadence",
        sourceId: null,
        plannedOn: "2026-12-03",
        assignee: "zhangyun",
        assignmentReason: { rule: "owner" },
      },
    });
    // Five would end on Wednesday the 9th, which is the seventh day as well.
    expect((await readCase(caseOf("C0005")))?.header).toMatchObject({
      dueAt: "2026-12-09T10:00:00.000Z",
      followUp: { mode: "call" },
    });
    expect(body.assignments[0]?.reason).toMatch(/负责这位客户。$/);
  });

  test("twice makes nothing twice, on the same day and on those after", async () => {
    await run();
    expect(await run()).toMatchObject({ due: 6, created: 0, existing: 6, assignments: [] });
    at("2026-12-04T07:30:00+08:00");
    expect(await run()).toMatchObject({ due: 6, created: 0, existing: 6 });
    expect(await planned()).toHaveLength(6);
  });

  test("beside another shares the customers with it", async () => {
    const bodies = await Promise.all([run(), run(), run(yinxue)]);
    expect(bodies.reduce((sum, one) => sum + one.created, 0)).toBe(6);
    for (const one of bodies) expect([one.due, one.created + one.existing]).toEqual([6, 6]);
    expect(await planned()).toHaveLength(6);
  });

  test("after an outage and a holiday picks up all that came due, and on a day off what was due before it", async () => {
    await enter("N1", { nextDueOn: "2026-12-02" });
    await enter("N2", { nextDueOn: "2026-12-05" });
    // Saturday: N2 stands for Monday.
    at("2026-12-05T10:00:00+08:00");
    const saturday = await run();
    expect(saturday).toMatchObject({ due: 7, created: 7 });
    const caseId = saturday.assignments.find((one) => one.customerId === "N1")?.caseId ?? "";
    expect((await readCase(caseId))?.header.followUp).toMatchObject({ plannedOn: "2026-12-07" });
    at("2026-12-07T07:30:00+08:00");
    expect(await run()).toMatchObject({ due: 8, created: 1, existing: 7 });
  });

  test("is answered once for a key, and refuses what it does not know and whom it is not for", async () => {
    const keyed = () => runNow(limin, {}, { locale: "zh-CN", idempotencyKey: "k1" });
    const first = await keyed();
    expect(await keyed()).toEqual(first);
    expect(await refusal(runNow(limin, { all: true }, { locale: "zh-CN" }))).toBe(
      "400 invalid all:unknown_field",
    );
    for (const actor of [zhangyun, liuyanli, person("wanghui")])
      expect(await refusal(run(actor))).toBe("403 not_allowed");
    expect((await listRuns(limin, { from: null, to: null }, "zh-CN")).items).toEqual([first.body]);
  });
});

describe("who gets it", () => {
  test("is somebody else while the owner is away: the one with the least to do, and why is kept", async () => {
    await away("zhangyun");
    const body = await run();
    const others = body.assignments.filter((one) => OWNED.zhangyun.includes(one.customerId));
    // Both others have two of their own; each gets one.
    expect(others.map((one) => one.staffId).sort()).toEqual(["tangli", "zengqun"]);
    expect(others.every((one) => one.reason.startsWith("张云不在，"))).toBe(true);
    const { followUp } = (await readCase(others[0]!.caseId))!.header;
    expect(followUp?.assignmentReason).toMatchObject({
      rule: "fairness",
      instead: "zhangyun",
      candidates: expect.arrayContaining([
        { staffId: "zhangyun", skilled: true, present: false, load: 0 },
        { staffId: "tangli", skilled: true, present: true, load: 2 },
      ]),
    });
  });

  test("is levelled over pages where nobody looks after them, with what they have open counted", async () => {
    for (let n = 0; n < 12; n += 1)
      await tables.put("Cases", {
        pk: "C#X",
        sk: `SEAT#X-${n}#zengqun`,
        assignee: "zengqun",
        status: "open",
        dueAt: `2026-12-03T00:00:${10 + n}.000Z`,
      });
    const customers = Array.from({ length: 130 }, (_, n) => `N${n}`);
    for (let from = 0; from < customers.length; from += 10)
      await Promise.all(customers.slice(from, from + 10).map((customerId) => enter(customerId)));
    const body = await run();
    expect(body).toMatchObject({ due: 136, created: 136, skipped: [] });
    const count = (staffId: string) => body.assignments.filter((one) => one.staffId === staffId).length;
    const loads = [count("zhangyun"), count("zengqun") + 12, count("tangli")];
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    expect(new Set(await planned()).size).toBe(136);
    expect(await run()).toMatchObject({ created: 0, existing: 136 });
  }, 60_000);
});

describe("who is passed over", () => {
  test("comes again the next day", async () => {
    for (const staffId of ["zhangyun", "zengqun", "tangli"]) await away(staffId);
    const none = await run();
    expect(none).toMatchObject({ due: 6, created: 0, existing: 0, assignments: [] });
    expect(none.skipped).toHaveLength(6);
    expect(none.skipped).toContainEqual({ customerId: "C0001", reason: "no-agent" });
    expect(await planned()).toEqual([]);
    at("2026-12-04T07:30:00+08:00");
    expect(await run()).toMatchObject({ due: 6, created: 6, skipped: [] });
  });

  test("was spoken to too often, by whatever process, or does not want to be", async () => {
    for (const day of [28, 29, 30])
      await table.transact([
        contactWrite("C0002", {
          at: `2026-11-${day}T02:00:00.000Z`,
          process: "complaint",
          caseId: `TS-2026-0000${day}`,
        }),
      ]);
    await optOutCustomer(limin, "C0006", { channel: "email", reason: "不需要" });
    const body = await run();
    expect(body).toMatchObject({ due: 6, created: 4 });
    expect([...body.skipped].sort((a, b) => (a.customerId < b.customerId ? -1 : 1))).toEqual([
      { customerId: "C0002", reason: "fatigue" },
      { customerId: "C0006", reason: "opted-out" },
    ]);
    // On Monday the first of the three is over a week ago.
    at("2026-12-07T07:30:00+08:00");
    expect(await run()).toMatchObject({ created: 1, existing: 4, skipped: [{ customerId: "C0006" }] });
  });
});

describe("the run of a day", () => {
  const works = async () => (await tables.items("Cases", "C#PLAN-2026-12-03")) as unknown as Work[];

  test("begins once, however often the clock strikes, and goes by its workflow", async () => {
    expect(await Promise.all([plannerStart(), plannerStart()])).toEqual([
      { runId: "2026-12-03" },
      { runId: "2026-12-03" },
    ]);
    expect(await works()).toMatchObject([{ kind: "plan", of: "run", jobId: "2026-12-03", pending: "work" }]);
    await advance({ redrive: [{ pk: "C#PLAN-2026-12-03", sk: "WORK#PLAN-2026-12-03" }] });
    expect(tables.aws.of("StartExecution")).toMatchObject([
      {
        stateMachineArn: process.env.STATE_MACHINE_PLAN_FOLLOW_UPS,
        name: "PLAN-2026-12-03",
        input: JSON.stringify({ jobId: "2026-12-03" }),
      },
    ]);
    expect(await works()).not.toMatchObject([{ pending: "work" }]);
    expect(await plannerPage({ v: 1, jobId: "2026-12-03" })).toEqual({ done: true, failed: 0 });
    expect(await plannerPage({ v: 1, jobId: "2026-12-03" })).toEqual({ done: true, failed: 0 });
    const { items } = await listRuns(limin, { from: "2026-12-03", to: "2026-12-03" }, "en");
    expect(items).toMatchObject([
      { runId: "2026-12-03", at: "2026-12-03T07:30:00+08:00", due: 6, created: 6 },
    ]);
    expect(items[0]?.assignments[0]?.reason).toMatch(/looks after this customer\.$/);
    expect((await listRuns(limin, { from: "2026-12-04", to: "2026-12-31" }, "en")).items).toEqual([]);
  });

  test("is none on a day off, nor while the planner is paused; the next one picks up all", async () => {
    at("2026-12-05T07:30:00+08:00");
    expect(await plannerStart()).toEqual({ runId: null });
    at("2026-12-03T07:30:00+08:00");
    expect(await turnSwitch(yinxue, { paused: true, reason: "系统切换" })).toEqual({
      paused: true,
      reason: "系统切换",
    });
    expect(await viewSwitch(yinxue)).toEqual({ paused: true, reason: "系统切换" });
    expect(await plannerStart()).toEqual({ runId: null });
    expect((await listRuns(limin, { from: null, to: null }, "zh-CN")).items).toEqual([]);
    at("2026-12-08T07:30:00+08:00");
    expect(await turnSwitch(yinxue, { paused: false })).toEqual({ paused: false, reason: null });
    await plannerStart();
    await plannerPage({ v: 1, jobId: "2026-12-08" });
    expect(await readJob("2026-12-08")).toMatchObject({ status: "done", due: 6, created: 6 });
  });

  test("is paused by the service manager alone, who says why", async () => {
    expect(await refusal(turnSwitch(yinxue, { paused: true, reason: " " }))).toBe(
      "400 invalid reason:reason_required",
    );
    expect(await refusal(turnSwitch(yinxue, { reason: "x" }))).toBe("400 invalid paused:required");
    for (const actor of [limin, zhangyun]) {
      expect(await refusal(viewSwitch(actor))).toBe("403 not_allowed");
      expect(await refusal(turnSwitch(actor, { paused: false }))).toBe("403 not_allowed");
    }
  });
});

describe("what goes wrong", () => {
  /** The functions as they are, for those that a test puts in their place. */
  let actual: typeof table;
  let starting: typeof start;
  beforeAll(async () => {
    actual = await vi.importActual<typeof table>("../../functions/shared/table.ts");
    starting = await vi.importActual<typeof start>("../../functions/follow-up/start.ts");
  });
  const begin = async () => {
    await plannerStart();
    return () => plannerPage({ v: 1, jobId: "2026-12-03" });
  };

  test("a call that dies after the follow-ups and before its page counts them all the same, once", async () => {
    const page = await begin();
    vi.mocked(table.transact).mockImplementation(async (writes) => {
      if (writes.some((write) => write.label.startsWith("PART#"))) throw new Error("killed");
      return actual.transact(writes);
    });
    await expect(page()).rejects.toThrow("killed");
    expect(await planned()).toHaveLength(6);
    vi.mocked(table.transact).mockReset();
    expect(await page()).toEqual({ done: true, failed: 0 });
    const { items } = await listRuns(limin, { from: null, to: null }, "zh-CN");
    expect(items).toMatchObject([{ due: 6, created: 6, existing: 0 }]);
    expect(items[0]?.assignments).toHaveLength(6);
    expect(await planned()).toHaveLength(6);
  });

  test("two that do the same run at once end with the same figures", async () => {
    for (let n = 0; n < 8; n += 1) await enter(`N${n}`);
    const page = await begin();
    await Promise.all([page(), page(), page()]);
    expect(await readJob("2026-12-03")).toMatchObject({ status: "done", due: 14, created: 14, existing: 0 });
    expect(await planned()).toHaveLength(14);
  });

  test("a customer with whom something fails keeps nobody else waiting, and is tried again", async () => {
    const page = await begin();
    vi.mocked(start.startFollowUp).mockImplementation(async (plan) => {
      if (plan.customerId === "C0002") throw new TypeError("broken");
      return starting.startFollowUp(plan);
    });
    expect(await page()).toEqual({ done: true, failed: 1 });
    vi.mocked(start.startFollowUp).mockReset();
    expect(await run()).toMatchObject({ due: 6, created: 1, existing: 5 });
  });

  test("somebody who is spoken to while the planner looks at him is due no more", async () => {
    const page = await begin();
    vi.mocked(start.startFollowUp).mockImplementation(async (plan) => {
      if (plan.customerId === "C0003")
        await noteContact("C0003", { at: "2026-12-02T23:30:00.000Z", process: "complaint", caseId: "TS-1" });
      return starting.startFollowUp(plan);
    });
    await page();
    expect(await readJob("2026-12-03")).toMatchObject({ due: 5, created: 5, failed: 0 });
    expect(await tables.items("Cases", "PLANNED#OF#C0003")).toEqual([]);
  });
});

describe("a contact by itself", () => {
  async function complaint(
    content: object,
    process = "complaint",
  ): Promise<{ caseId: string; workId: string }> {
    const caseId = "TS-2026-000009";
    const workId = `${caseId}-contact`;
    await tables.put("Cases", {
      pk: pkOf(caseId),
      sk: sk.header,
      caseId,
      process,
      contentSeq: 1,
      seq: 1,
      title: "x",
    });
    await tables.put("Cases", {
      pk: pkOf(caseId),
      sk: sk.payload(1),
      v: 1,
      seq: 1,
      salt: "s",
      data: { content },
    });
    await tables.put("Cases", {
      pk: pkOf(caseId),
      sk: sk.work(workId),
      v: 1,
      workId,
      caseId,
      kind: "contact",
      contactAt: "2026-12-03T01:00:00.000Z",
      pending: "work",
      dueAt: "2026-12-03T01:00:00.000Z",
    });
    return { caseId, workId };
  }

  test("moves the next day, and cancels what only the tier asked for", async () => {
    const { assignments } = await run();
    const caseId = assignments.find((one) => one.customerId === "C0003")?.caseId ?? "";
    const work = await complaint({ complainantName: "何佳", complainantPhone: "139-2000-0004" });
    await advance({ redrive: [{ pk: pkOf(work.caseId), sk: sk.work(work.workId) }] });
    expect(tables.aws.of("Invoke")).toMatchObject([{ FunctionName: "planner-contacted", ...work }]);
    expect(await contacted(work)).toEqual({ customers: ["C0003"] });
    expect(await readCustomer("C0003")).toMatchObject({
      lastContactAt: "2026-12-03T01:00:00.000Z",
      lastContactSource: { process: "complaint", caseId: work.caseId },
      nextDueOn: "2027-01-04",
    });
    const file = await readCase(caseId);
    expect(file?.header).toMatchObject({
      status: "closed",
      outcome: "cancelled",
      followUp: { reason: "contacted" },
    });
    expect(file?.events.map((one) => one.kind)).toContain("follow-up.cancelled");
    expect(await tables.get("Cases", pkOf(work.caseId), sk.work(work.workId))).not.toHaveProperty("pending");
    // What is asked for again is done.
    const version = (await readCustomer("C0003"))?.version;
    expect(await contacted(work)).toEqual({ customers: [] });
    expect((await readCustomer("C0003"))?.version).toBe(version);
    expect(await run()).toMatchObject({ due: 5, created: 0, existing: 5 });
  });

  test("of nobody whom we know is noted nowhere, and asked for no more", async () => {
    const work = await complaint({ complainantName: "路人", complainantPhone: "13100000000" });
    expect(await contacted(work)).toEqual({ customers: [] });
    expect(await tables.get("Cases", pkOf(work.caseId), sk.work(work.workId))).not.toHaveProperty("pending");
  });

  test("is a reception as well, by the guest's name", async () => {
    const work = await complaint({ visitingOrg: "佰草集" }, "reception");
    expect(await contacted(work)).toEqual({ customers: ["C0003"] });
    expect(await readCustomer("C0003")).toMatchObject({ lastContactSource: { process: "reception" } });
  });

  test("does not leave somebody without a follow-up whom somebody makes due on that day again", async () => {
    await run();
    await contacted(await complaint({ complainantName: "何佳", complainantPhone: "13920000004" }));
    const { version = 0 } = (await readCustomer("C0003")) ?? {};
    await putCustomer(liuyanli, "C0003", { version, nextDueOn: "2026-12-03" });
    expect(await run()).toMatchObject({ due: 6, created: 1, existing: 5 });
    expect(await run()).toMatchObject({ due: 6, created: 0, existing: 6 });
    expect(await tables.items("Cases", "PLANNED#OF#C0003")).toHaveLength(2);
  });

  test("that could not be noted is asked for again", async () => {
    const work = await complaint({ complainantName: "何佳", complainantPhone: "13920000004" });
    await tables.put("Customers", {
      pk: "IMPORT",
      sk: "CURRENT",
      importId: "i",
      checkId: "c",
      state: "applying",
      until: Date.now() + 60_000,
    });
    await expect(contacted(work)).rejects.toThrow("busy");
    expect(await tables.get("Cases", pkOf(work.caseId), sk.work(work.workId))).toHaveProperty("pending");
    at("2026-12-03T07:35:00+08:00");
    expect(await contacted(work)).toEqual({ customers: ["C0003"] });
  });
});

describe("a campaign", () => {
  const asked = (change: object = {}) => ({
    name: "年终回访",
    customerIds: ["C0001", "C0002", "C0006"],
    channel: "phone",
    questions: ["对时效满意吗？"],
    plannedOn: "2026-12-04",
    dueOn: "2026-12-11",
    ...change,
  });
  const open = async (change: object = {}) => (await openCampaign(limin, asked(change))).body.campaignId;
  const generate = async (campaignId: string) => {
    await generateCampaign(limin, campaignId, {});
    return plannerPage({ v: 1, jobId: campaignId });
  };

  test("is listed, the newest first, and is nobody's case", async () => {
    const first = await open();
    at("2026-12-03T07:31:00+08:00");
    const second = await open({ name: "时效回访" });
    const { items, next } = await listCampaigns(yinxue, { limit: 1 });
    expect(items).toEqual([
      {
        campaignId: second,
        ...{ name: "时效回访", status: "draft", plannedOn: "2026-12-04", dueOn: "2026-12-11", total: 3 },
        ...{ by: "limin", openedAt: "2026-12-03T07:31:00+08:00" },
      },
    ]);
    const rest = await listCampaigns(yinxue, { limit: 1, cursor: next ?? "" });
    expect(rest).toMatchObject({ items: [{ campaignId: first, name: "年终回访" }], next: null });
    expect(await refusal(listCampaigns(yinxue, { cursor: "x" }))).toContain("cursor:invalid");
    expect(await refusal(listCampaigns(zhangyun))).toBe("403 not_allowed");
    expect((await myCases(limin)).items).toEqual([]);
  });

  test("is shown before, generated once, and each customer gets one", async () => {
    await away("zhangyun", "2026-12-04");
    const campaignId = await open();
    expect(await viewCampaign(limin, campaignId)).toMatchObject({ status: "draft", total: 3, generated: 0 });
    const preview = await previewCampaign(limin, campaignId, "zh-CN");
    expect(preview).toMatchObject({ total: 3, shown: 3, skipped: [] });
    expect(preview.assignments).toHaveLength(3);
    expect(preview.assignments).toContainEqual({
      customerId: "C0002",
      customerName: "快洁服装制造公司",
      staffId: "zengqun",
      reason: "曾群负责这位客户。",
    });
    expect(await planned()).toEqual([]);
    const answers = await Promise.allSettled([
      generateCampaign(limin, campaignId, {}),
      generateCampaign(yinxue, campaignId, {}),
    ]);
    expect(answers.filter((one) => one.status === "fulfilled")).toMatchObject([
      { value: { status: 202, body: { campaignId, status: "generating" } } },
    ]);
    expect(await refusal(generateCampaign(limin, campaignId, {}))).toBe("409 already_generated");
    expect(await viewCampaign(limin, campaignId)).toMatchObject({ status: "generating" });
    await advance({ redrive: [{ pk: `C#PLAN-${campaignId}`, sk: `WORK#PLAN-${campaignId}` }] });
    expect(tables.aws.of("StartExecution")).toMatchObject([
      {
        stateMachineArn: process.env.STATE_MACHINE_GENERATE_CAMPAIGN,
        input: JSON.stringify({ jobId: campaignId }),
      },
    ]);
    expect(await plannerPage({ v: 1, jobId: campaignId })).toEqual({ done: true, failed: 0 });
    expect(await viewCampaign(limin, campaignId)).toEqual({
      campaignId,
      ...{ name: "年终回访", channel: "phone", questions: ["对时效满意吗？"] },
      ...{ plannedOn: "2026-12-04", dueOn: "2026-12-11" },
      ...{ status: "done", total: 3, generated: 3, skipped: [] },
      ...{ recorded: 0, unreachable: 0, missed: 0 },
    });
    const [caseId = ""] = (await tables.items("Cases", "PLANNED#OF#C0001")).map((item) =>
      String(item.caseId),
    );
    const file = await readCase(caseId);
    expect(file?.header).toMatchObject({
      dueAt: "2026-12-11T10:00:00.000Z",
      followUp: { mode: "call", sourceType: "campaign", sourceId: campaignId, plannedOn: "2026-12-04" },
    });
    expect(file?.header.followUp?.assignee).not.toBe("zhangyun");
    expect(file?.content).toMatchObject({ questions: ["对时效满意吗？"], purpose: "年终回访" });
    // Nobody has recorded any of them at six on the 11th.
    at("2026-12-11T18:00:00+08:00");
    expect(await viewCampaign(limin, campaignId)).toMatchObject({ missed: 3 });
  });

  test("passes over who has one already, was spoken to too often, or refuses the channel", async () => {
    await optOutCustomer(limin, "C0006", { channel: "email", reason: "不需要" });
    await run();
    const campaignId = await open({ channel: "email", customerIds: ["C0001", "C0006"] });
    await generate(campaignId);
    const { skipped, generated } = await viewCampaign(limin, campaignId);
    expect(generated).toBe(0);
    expect(skipped).toContainEqual({ customerId: "C0001", reason: "already_planned" });
    expect(skipped).toContainEqual({ customerId: "C0006", reason: "opted-out" });
  });

  test("is for a part of the register as well, as it was when it was made", async () => {
    const campaignId = await open({ customerIds: undefined, select: { owner: "zhangyun" } });
    await putCustomer(liuyanli, "C0002", { version: 1, owner: "zhangyun" });
    expect(await viewCampaign(limin, campaignId)).toMatchObject({ total: 2 });
    await generate(campaignId);
    expect(await viewCampaign(limin, campaignId)).toMatchObject({ status: "done", generated: 2 });
    expect(
      (await viewCampaign(limin, await open({ customerIds: undefined, select: { tier: "D" } }))).total,
    ).toBe(2);
  });

  test("says what is wrong with it, and is for the desk alone", async () => {
    const wrong = async (change: object) =>
      (await refused(openCampaign(limin, asked(change)))).fields.map(({ path, code }) => `${path} ${code}`);
    expect(await wrong({ customerIds: undefined })).toEqual(["customerIds required"]);
    expect(await wrong({ select: {} })).toEqual(["select invalid"]);
    expect(await wrong({ customerIds: ["C0001", "C9999"] })).toEqual(["customerIds.1 choose"]);
    expect(await wrong({ plannedOn: "2026-12-02" })).toEqual(["plannedOn in_the_past"]);
    expect(await wrong({ dueOn: "2026-12-03" })).toEqual(["dueOn to_before_from"]);
    expect(await wrong({ channel: "fax", name: "a\nb" })).toEqual([
      "name control_characters",
      "channel choose",
    ]);
    expect(await wrong({ customerIds: undefined, select: { q: "没有这家" } })).toEqual([
      "select nobody_selected",
    ]);
    expect(await refusal(openCampaign(zhangyun, asked()))).toBe("403 not_allowed");
    expect(await refusal(viewCampaign(zhangyun, await open()))).toBe("403 not_allowed");
    expect(await refusal(viewCampaign(limin, "HD-20261203-00000000"))).toBe("404 not_found");
    expect(await refusal(viewCampaign(limin, "2026-12-03"))).toBe("404 not_found");
    expect(await planned()).toEqual([]);
  });
});
