/** The planner and campaigns as a client meets them: the daily run, who is passed over, contacts, pauses, a campaign. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, nonceOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let desk: Client;
let manager: Client;
let register: Client;
let agents: Record<string, Client>;
beforeAll(async () => {
  desk = await site.as("limin");
  manager = await site.as("yinxue");
  register = await site.as("liuyanli");
  agents = Object.fromEntries(
    await Promise.all(
      ["zhangyun", "zengqun", "tangli"].map(async (one) => [one, await site.as(one)] as const),
    ),
  );
}, 120_000);

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
const today = async () => dayOf(await site.now());
const plus = (day: string, days: number) => dayOf(Date.parse(`${day}T12:00:00+08:00`) + days * DAY_MS);

/** Whether people work on a day, as the site's own calendar says. */
async function isWorked(day: string): Promise<boolean> {
  const { status, text, body } = await desk.get(`/api/working-calendar?from=${day}&to=${day}`);
  expect(status, text).toBe(200);
  return body[0].working;
}

/** Moves to 07:20 of the next day on which people work; the day. */
async function nextMorning(): Promise<string> {
  let day = plus(await today(), 1);
  while (!(await isWorked(day))) day = plus(day, 1);
  await site.advance({ to: `${day}T07:20:00+08:00` });
  return day;
}
const clock = async (time: string) => site.advance({ to: `${await today()}T${time}:00+08:00` });

let made = 0;
/** A customer who is due on a day. */
async function enter(nextDueOn: string, change: object = {}): Promise<string> {
  made += 1;
  const { status, text, body } = await register.post("/api/customers", {
    name: `旅程客户${made}号`,
    tier: "B",
    contacts: [
      {
        name: "高山",
        phone: `+86137000001${String(made).padStart(2, "0")}`,
        email: `g${made}@customer.example`,
      },
    ],
    nextDueOn,
    ...change,
  });
  expect(status, text).toBe(201);
  return body.customerId;
}
const customer = async (customerId: string) => (await register.get(`/api/customers/${customerId}`)).body;
const followUpsOf = async (customerId: string) =>
  (await desk.get(`/api/follow-ups?customerId=${customerId}`)).body.items as {
    caseId: string;
    plannedOn: string;
    status: string;
    outcome: string | null;
    assignee: unknown;
  }[];
const run = async () => {
  const answer = await desk.post("/api/planner/runs");
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const complain = async (change: object) => {
  const answer = await desk.post("/api/complaints", {
    channel: "hotline",
    complainantName: "某人",
    complainantPhone: "+8613100009999",
    category: "delay",
    description: "晚到两天。",
    ...change,
  });
  expect(answer.status, answer.text).toBe(201);
  await site.pause();
  return answer.body.caseId as string;
};

test("in the morning everybody who is due gets one follow-up, and no run after it makes another", async () => {
  const day = await nextMorning();
  await clock("07:31");
  const { body } = await desk.get(`/api/planner/runs?from=${day}&to=${day}`);
  expect(body.items).toHaveLength(1);
  const [daily] = body.items;
  expect(Object.keys(daily).sort()).toEqual(
    ["runId", "at", "due", "created", "existing", "skipped", "assignments"].sort(),
  );
  expect(daily.at.slice(0, 16)).toBe(`${day}T07:30`);
  expect(daily).toMatchObject({ due: 6, created: 6, existing: 0, skipped: [] });
  const mine = (await agents.zhangyun!.get(`/api/follow-ups?from=${day}&to=${day}`)).body.items;
  expect(mine.map((one: { customerId: string }) => one.customerId).sort()).toEqual(["C0001", "C0004"]);
  const tasks = (await agents.zhangyun!.get("/api/tasks")).body.items;
  expect(tasks.filter((one: { process: string }) => one.process === "follow-up")).toHaveLength(2);
  const again = await run();
  expect(again).toMatchObject({ due: 6, created: 0, existing: 6, assignments: [] });
  const both = await Promise.all([run(), run()]);
  expect(both.map((one) => one.created)).toEqual([0, 0]);
  for (const one of [agents.zhangyun!, register, await site.as("wanghui")])
    expect((await one.post("/api/planner/runs")).status).toBe(403);
  expect((await site.visitor().post("/api/planner/runs")).status).toBe(401);
  expect((await desk.post("/api/planner/runs", { all: 1 })).body.errors).toMatchObject([
    { path: "all", code: "unknown_field" },
  ]);
});

describe("a contact", () => {
  test("by complaint, whoever files it, moves the next day and cancels what only the tier asked for", async () => {
    const [before] = await followUpsOf("C0003");
    expect(before).toMatchObject({ status: "open" });
    const caseId = await complain({ complainantName: "何佳", complainantPhone: "139 2000 0004" });
    expect(await customer("C0003")).toMatchObject({
      lastContactSource: { process: "complaint", caseId },
      lastContactAt: expect.stringContaining(await today()),
    });
    expect((await customer("C0003")).nextDueOn > plus(await today(), 29)).toBe(true);
    expect((await followUpsOf("C0003"))[0]).toMatchObject({ status: "closed", outcome: "cancelled" });
    const story = (await desk.get(`/api/cases/${before!.caseId}`)).body;
    expect(story).toMatchObject({ phase: "closed", outcome: "cancelled" });
    expect(
      story.events.find((one: { kind: string }) => one.kind === "follow-up.cancelled").data,
    ).toMatchObject({
      reason: "contacted",
    });
    expect(await run()).toMatchObject({ due: 5, created: 0 });
  });

  test("with a follow-up that somebody has begun leaves it alone", async () => {
    const [one] = await followUpsOf("C0005");
    const step = (await agents.zengqun!.get("/api/tasks")).body.items.find(
      (task: { caseId: string }) => task.caseId === one!.caseId,
    );
    const attempt = {
      at: new Date((await site.now()) - 60_000).toISOString(),
      channel: "phone",
      result: "no_answer",
      note: "",
    };
    const tried = await agents.zengqun!.post(`/api/steps/${step.stepId}`, {
      choice: "attempt",
      data: attempt,
    });
    expect(tried.status, tried.text).toBe(200);
    await complain({ organisation: "明畅" });
    expect((await customer("C0005")).lastContactSource).toMatchObject({ process: "complaint" });
    expect((await followUpsOf("C0005"))[0]).toMatchObject({ status: "open" });
  });

  test("by a visit to us counts once the guests have left", async () => {
    const guest = await enter(plus(await today(), 300), { name: "来访客户有限公司", tier: "C" });
    const asker = await site.as("chenyao");
    const content = receptionFor(
      await site.now(),
      { visitingOrg: "来访客户有限公司", budgetAmount: 80_000, costDepartment: "marketing" },
      2,
    );
    const { status, text, body } = await asker.post("/api/receptions", content);
    expect(status, text).toBe(201);
    await site.settle();
    const path = await site.link(body.caseId, "shuaizhong@xunda.example");
    const page = await site.visitor().page(path);
    await site.visitor().form(path, { nonce: nonceOf(page.text), choice: "approve", comment: "" });
    await site.settle();
    expect((await customer(guest)).lastContactAt).toBeNull();
    const leave = String(content.plannedLeaveAt);
    await site.advance({ to: leave });
    await site.settle();
    expect(await customer(guest)).toMatchObject({
      lastContactAt: leave,
      lastContactSource: { process: "reception", caseId: body.caseId },
    });
    expect((await customer(guest)).nextDueOn > plus(leave.slice(0, 10), 90)).toBe(true);
  });
});

describe("who is passed over", () => {
  test("was spoken to three times within the week; he comes again when that is over", async () => {
    const tired = await enter(plus(await today(), 200));
    const { name } = await customer(tired);
    for (let n = 0; n < 3; n += 1) await complain({ organisation: name });
    const day = await nextMorning();
    const { version } = await customer(tired);
    await register.put(`/api/customers/${tired}`, { version, nextDueOn: day });
    expect((await run()).skipped).toContainEqual({ customerId: tired, reason: "fatigue" });
    await site.advance({ advance: "P7D" });
    await nextMorning();
    await clock("07:31");
    expect(await followUpsOf(tired)).toHaveLength(1);
  });

  test("has opted out", async () => {
    const out = await enter(await today(), { tier: "D" });
    await desk.post(`/api/customers/${out}/opt-outs`, { channel: "email", reason: "不需要" });
    expect((await run()).skipped).toContainEqual({ customerId: out, reason: "opted-out" });
    expect(await followUpsOf(out)).toEqual([]);
  });

  test("finds nobody who could call him, until somebody is there again; an absent owner is stood in for", async () => {
    const day = await nextMorning();
    const absences: { client: Client; absenceId: string }[] = [];
    for (const client of Object.values(agents)) {
      const { status, text, body } = await client.post("/api/absences", {
        from: day,
        to: day,
        reason: "培训",
      });
      expect(status, text).toBe(201);
      absences.push({ client, absenceId: body.absenceId });
    }
    const owned = await enter(day, { owner: "zhangyun" });
    expect((await run()).skipped).toContainEqual({ customerId: owned, reason: "no-agent" });
    const [, back] = absences;
    expect(
      (
        await back!.client.call("DELETE", `/api/absences/${back!.absenceId}`, {
          headers: { "x-careloop": "1" },
        })
      ).status,
    ).toBe(204);
    const { assignments } = await run();
    expect(assignments).toContainEqual({
      caseId: expect.stringMatching(/^HF-/),
      customerId: owned,
      staffId: "zengqun",
      reason: expect.stringContaining("张云不在"),
    });
    const caseId = assignments.find((one: { customerId: string }) => one.customerId === owned).caseId;
    await site.pause();
    const { body } = await desk.get(`/api/cases/${caseId}`);
    expect(body.assignmentReason).toMatchObject({ rule: "only_one", text: expect.stringContaining("曾群") });
    expect(body.assignmentReason.candidates).toContainEqual(
      expect.objectContaining({ staffId: "zhangyun", present: false }),
    );
  });
});

test("customers without an owner are shared out evenly", async () => {
  const day = await nextMorning();
  const load = async () =>
    Object.fromEntries(
      (await desk.get("/api/people")).body
        .filter((one: { role: string }) => one.role === "agent")
        .map((one: { staffId: string; load: number }) => [one.staffId, one.load]),
    ) as Record<string, number>;
  await site.pause();
  const before = await load();
  const fresh: string[] = [];
  for (let n = 0; n < 12; n += 1) fresh.push(await enter(day));
  const { assignments } = await run();
  const got = assignments.filter((one: { customerId: string }) => fresh.includes(one.customerId));
  expect(got).toHaveLength(12);
  const after = Object.entries(before).map(
    ([staffId, count]) =>
      count + assignments.filter((one: { staffId: string }) => one.staffId === staffId).length,
  );
  expect(Math.max(...after) - Math.min(...after)).toBeLessThanOrEqual(
    Math.max(1, Math.max(...Object.values(before)) - Math.min(...Object.values(before))),
  );
  await site.pause();
  expect(Object.values(await load()).sort()).toEqual(after.sort());
});

test("while the planner is paused nothing is planned; the first run afterwards finds all that came due", async () => {
  expect((await desk.get("/api/planner")).status).toBe(403);
  expect((await manager.put("/api/planner", { paused: true })).body.errors).toMatchObject([
    { path: "reason", code: "reason_required" },
  ]);
  expect((await manager.put("/api/planner", { paused: true, reason: "系统切换" })).body).toEqual({
    paused: true,
    reason: "系统切换",
  });
  const days: string[] = [];
  const waiting: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const day = await nextMorning();
    days.push(day);
    waiting.push(await enter(day));
    await clock("09:00");
  }
  const span = `from=${days[0]}&to=${days[2]}`;
  expect((await desk.get(`/api/planner/runs?${span}`)).body.items).toEqual([]);
  for (const one of waiting) expect(await followUpsOf(one)).toEqual([]);
  expect((await manager.put("/api/planner", { paused: false, reason: "" })).status).toBe(200);
  expect((await manager.get("/api/planner")).body).toEqual({ paused: false, reason: null });
  const day = await nextMorning();
  await clock("07:31");
  for (const one of waiting)
    expect(await followUpsOf(one)).toEqual([expect.objectContaining({ plannedOn: day, status: "open" })]);
});

test("a campaign goes from draft to done, once, and counts what becomes of it", async () => {
  const day = await nextMorning();
  await clock("09:00");
  const far = plus(day, 250);
  const members: string[] = [];
  for (const owner of ["zhangyun", "zengqun", null])
    members.push(await enter(far, { ...(owner === null ? {} : { owner }), tier: "C" }));
  const body = {
    name: "年终满意度回访",
    customerIds: [...members, "C0005"],
    channel: "phone",
    questions: ["对时效满意吗？"],
    plannedOn: day,
    dueOn: plus(day, 7),
  };
  expect((await agents.zhangyun!.post("/api/campaigns", body)).status).toBe(403);
  expect((await desk.post("/api/campaigns", { ...body, customerIds: ["C9999"] })).body.errors).toMatchObject([
    { path: "customerIds.0", code: "choose" },
  ]);
  const opened = await desk.post("/api/campaigns", body);
  expect(opened.status, opened.text).toBe(201);
  const path = `/api/campaigns/${opened.body.campaignId}`;
  expect((await desk.get(path)).body).toMatchObject({
    status: "draft",
    total: 4,
    generated: 0,
    skipped: [],
    recorded: 0,
    unreachable: 0,
    missed: 0,
  });
  const preview = (await desk.get(`${path}/preview`)).body;
  expect(preview.assignments.map((one: { customerId: string }) => one.customerId).sort()).toEqual(
    [...members].sort(),
  );
  // One of his is still to be recorded.
  expect(preview.skipped).toEqual([{ customerId: "C0005", reason: "already_planned" }]);
  expect((await desk.post(`${path}/generate`)).status).toBe(202);
  const twice = await desk.post(`${path}/generate`);
  expect([twice.status, twice.body.code]).toEqual([409, "already_generated"]);
  await site.settle();
  expect((await desk.get(path)).body).toMatchObject({
    status: "done",
    generated: 3,
    skipped: [{ customerId: "C0005", reason: "already_planned" }],
  });
  const { campaignId } = opened.body;
  const list = (await desk.get(`/api/follow-ups?campaignId=${campaignId}`)).body.items;
  expect(list).toHaveLength(3);
  const mine = list.find((one: { customerId: string }) => one.customerId === members[0]);
  const recorded = await agents.zhangyun!.post(`/api/follow-ups/${mine.caseId}/record`, {
    attempts: [
      {
        at: new Date((await site.now()) - 60_000).toISOString(),
        channel: "phone",
        result: "reached",
        note: "",
      },
    ],
    contactName: "高山",
    satisfaction: 5,
    issueFound: false,
    verbatim: "很好",
    newNeeds: "",
    suggestion: "",
    needsComplaint: false,
    nextFollowUpOn: plus(day, 60),
  });
  expect(recorded.status, recorded.text).toBe(200);
  await site.pause();
  expect((await desk.get(path)).body).toMatchObject({ recorded: 1, missed: 0 });
  await site.advance({ to: `${plus(day, 8)}T09:00:00+08:00` });
  expect((await desk.get(path)).body).toMatchObject({ recorded: 1, missed: 2 });
  expect((await desk.get("/api/campaigns/HD-20200101-00000000")).status).toBe(404);
});
