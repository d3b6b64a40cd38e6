/** Calls and visits from their planning to the accepted record, as a stranger's client sees them. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, nonceOf } from "../support/client.ts";
import { site } from "../support/journey.ts";

let desk: Client;
let register: Client;
let agent: Client;
let visitLead: Client;
beforeAll(async () => {
  await site.advance({ to: "2026-11-26T09:30:00+08:00" });
  [desk, register, agent, visitLead] = (await Promise.all(
    ["huangyuanli", "liuyanli", "zhangyun", "lichaoqun"].map((staffId) => site.as(staffId)),
  )) as [Client, Client, Client, Client];
});

// biome-ignore lint/suspicious/noExplicitAny: a case as a client reads it
type View = any;
const view = async (caseId: string, client = desk): Promise<View> => {
  const answer = await client.get(`/api/cases/${caseId}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const kinds = (of: View): string[] => of.events.map((event: { kind: string }) => event.kind);
const instant = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

let numbers = 0;
/** A customer of 张云, spoken to far in the future only, so that nothing else plans anything with him. */
async function customer(
  change: Record<string, unknown> = {},
): Promise<{ customerId: string; email: string }> {
  numbers += 1;
  const email = `buyer${numbers}@follow.example`;
  const made = await register.post("/api/customers", {
    name: `回访测试${numbers}公司`,
    tier: "B",
    owner: "zhangyun",
    nextDueOn: "2029-01-08",
    contacts: [{ name: "叶三", phone: `+86137777700${String(numbers).padStart(2, "0")}`, email }],
    ...change,
  });
  expect(made.status, made.text).toBe(201);
  return { customerId: made.body.customerId, email };
}

async function planned(
  change: Record<string, unknown> = {},
): Promise<{ caseId: string; customerId: string; email: string }> {
  const { customerId, email } = await customer();
  const made = await desk.post("/api/follow-ups", { customerId, mode: "call", ...change });
  expect(made.status, made.text).toBe(201);
  await site.pause();
  return { caseId: made.body.caseId, customerId, email };
}

async function act(caseId: string, kind: string, body: Record<string, unknown>, by?: string) {
  const step = (await view(caseId)).steps.find(
    (one: { kind: string; status: string }) => one.kind === kind && one.status === "open",
  );
  expect(step, `no open step ${kind}`).toBeDefined();
  const client = await site.as(by ?? step.assignees[0].staffId);
  const answer = await client.post(`/api/steps/${step.stepId}`, body);
  await site.pause();
  return answer;
}

const callRecord = async (change: Record<string, unknown> = {}) => ({
  attempts: [{ at: instant(await site.now()), channel: "phone", result: "reached", note: "" }],
  contactName: "叶三",
  satisfaction: 4,
  issueFound: false,
  verbatim: "处理及时,希望以后包装加固。",
  newNeeds: "",
  suggestion: "包装加固",
  needsComplaint: false,
  nextFollowUpOn: "2027-06-11",
  ...change,
});

const visitRecord = async (change: Record<string, unknown> = {}) => ({
  customerName: "洁丽雅有限公司",
  customerAddress: "成都市双流开发区567号",
  visitors: ["张云"],
  visitDate: instant(await site.now()).slice(0, 10),
  frequency: { count: 1, unit: "month" },
  filledAt: instant(await site.now()),
  materialsUsed: "客户负责人阅读了所带去的资料",
  purpose: "让本公司对洁丽雅有限公司进行物流配送",
  companyOverview: "优异",
  companyType: "毛巾公司",
  siteAreaSqm: 2234,
  registeredCapitalCny10k: 54,
  employeeCount: 275,
  contactName: "叶三",
  contactPhone: "+8613800001234",
  businessScope: "经营毛巾浴巾等各类产品",
  qualityRequirements: "防潮、按时到货",
  agreedIntent: "同意将配送作业让我公司完成",
  customerFeedback: "良好",
  nextVisitPlan: { dueOn: "2027-06-09" },
  ...change,
});

describe("a call", () => {
  test("is planned by hand, told at once, recorded and accepted", async () => {
    const { caseId, customerId } = await planned({ purpose: "了解包装是否改善" });
    expect(caseId).toMatch(/^HF-2026-\d{6}$/);
    const seen = await view(caseId, agent);
    expect(seen).toMatchObject({
      process: "follow-up",
      status: "open",
      phase: "planned",
      outcome: null,
      customerId,
      mode: "call",
      sourceType: "cadence",
      plannedOn: "2026-11-26",
      // Tier B: three working days, the first of them today.
      dueAt: "2026-11-30T18:00:00+08:00",
      assignee: { staffId: "zhangyun", name: "张云" },
      assignmentReason: { rule: "manual" },
      appointment: null,
      prepChecklist: [],
      attempts: [],
      record: null,
      complaintId: null,
      missed: false,
      missedAt: null,
      chainValid: true,
    });
    expect(seen.assignmentReason.text).toContain("张云");
    const [mail] = await site.inbox({ caseId, kind: "follow-up.assigned" });
    expect(mail).toMatchObject({ to: "zhangyun@xunda.example", channel: "email" });
    expect(mail?.subject).toContain(caseId);
    expect(mail?.attachments.map((one) => one.name)).toEqual([`${caseId}.ics`]);
    expect((await agent.get("/api/tasks")).body.items).toContainEqual(
      expect.objectContaining({ caseId, kind: "follow-up", process: "follow-up" }),
    );
    const listed = await agent.get(`/api/follow-ups?customerId=${customerId}`);
    expect(listed.body.items).toMatchObject([{ caseId, plannedOn: "2026-11-26", missed: false }]);
    const twice = await desk.post("/api/follow-ups", { customerId, mode: "visit" });
    expect(twice).toMatchObject({ status: 409, body: { code: "already_planned" } });

    const recorded = await agent.post(`/api/follow-ups/${caseId}/record`, await callRecord());
    expect(recorded).toMatchObject({ status: 200, body: { caseId, nextDueOn: "2027-06-11" } });
    await site.pause();
    expect((await register.get(`/api/customers/${customerId}`)).body).toMatchObject({
      nextDueOn: "2027-06-11",
      lastContactSource: { process: "follow-up", caseId },
    });
    expect((await agent.post(`/api/follow-ups/${caseId}/record`, await callRecord())).body.code).toBe(
      "already_decided",
    );
    expect((await view(caseId)).phase).toBe("reviewing");
    expect((await act(caseId, "review", { choice: "return", comment: "" })).body.errors[0]).toMatchObject({
      path: "comment",
      code: "reason_required",
    });
    await act(caseId, "review", { choice: "return", comment: "请补充客户原话" });
    expect(await view(caseId)).toMatchObject({ phase: "planned", status: "open" });
    await agent.post(`/api/follow-ups/${caseId}/record`, await callRecord({ satisfaction: 5 }));
    await site.pause();
    expect((await act(caseId, "review", { choice: "accept" }, "huangyuanli")).status).toBe(200);
    const closed = await view(caseId);
    expect(closed).toMatchObject({
      status: "closed",
      phase: "closed",
      outcome: "recorded",
      record: { satisfaction: 5 },
    });
    expect(kinds(closed)).toEqual(
      expect.arrayContaining([
        "follow-up.planned",
        "follow-up.assigned",
        "follow-up.recorded",
        "follow-up.returned",
        "follow-up.reviewed",
        "follow-up.closed",
      ]),
    );
  });

  test("in vain three times asks the lead: somebody else to call, then nobody", async () => {
    const { caseId, customerId } = await planned();
    const attempt = async (result = "no_answer") =>
      act(caseId, "follow-up", {
        choice: "attempt",
        data: { at: instant(await site.now()), channel: "phone", result, note: "" },
      });
    for (const day of ["2026-11-26", "2026-11-27"]) {
      await site.advance({ to: `${day}T10:30:00+08:00` });
      expect((await attempt()).status).toBe(200);
      await site.advance({ to: `${day}T14:30:00+08:00` });
      if (day === "2026-11-26") await attempt("wrong_number");
    }
    expect((await view(caseId)).attempts).toHaveLength(3);
    expect(await site.inbox({ caseId, kind: "follow-up.new-contact" })).toMatchObject([
      { to: "huangyuanli@xunda.example" },
    ]);
    const retry = { choice: "retry", data: { name: "王五", phone: "+8613700000009" } };
    expect((await act(caseId, "new-contact", retry, "lichaoqun")).body.code).toBe("not_assignee");
    expect((await act(caseId, "new-contact", retry)).status).toBe(200);
    expect((await view(caseId)).content.contact).toMatchObject({ name: "王五" });
    await attempt();
    await site.advance({ to: "2026-11-30T10:30:00+08:00" });
    await attempt();
    await site.advance({ to: "2026-11-30T14:30:00+08:00" });
    await attempt("refused");
    expect((await act(caseId, "new-contact", { choice: "give-up", comment: "都不接" })).status).toBe(200);
    const closed = await view(caseId);
    expect(closed).toMatchObject({ status: "closed", outcome: "unreachable" });
    expect(kinds(closed)).toContain("follow-up.unreachable");
    // Once a month: thirty days later.
    const { nextDueOn } = (await register.get(`/api/customers/${customerId}`)).body;
    expect(nextDueOn).toBe("2026-12-30");
  });

  test("that finds a complaint opens it, linked both ways", async () => {
    const { caseId, customerId } = await planned();
    const answer = await agent.post(
      `/api/follow-ups/${caseId}/record`,
      await callRecord({
        needsComplaint: true,
        issueFound: true,
        issueCategory: "damage",
        verbatim: "上周的箱子又破了。",
      }),
    );
    expect(answer.status, answer.text).toBe(200);
    await site.pause();
    const { complaintId, events } = await view(caseId);
    expect(complaintId).toMatch(/^TS-2026-\d{6}$/);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "complaint.opened", data: { complaintId } }),
    );
    expect(await view(complaintId)).toMatchObject({
      process: "complaint",
      followUpId: caseId,
      category: "damage",
      content: { channel: "followup_call", description: "上周的箱子又破了。" },
    });
    // The record's own next day counts, not the complaint.
    await site.settle();
    expect((await register.get(`/api/customers/${customerId}`)).body.nextDueOn).toBe("2027-06-11");
  });

  test("refuses what is wrong, by field and in the reader's language, and shows itself to few", async () => {
    const { caseId, customerId } = await planned();
    const path = `/api/follow-ups/${caseId}/record`;
    const wrong = await agent.post(path, await callRecord({ nextFollowUpOn: null }), {
      "accept-language": "en",
    });
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        errors: [
          { path: "nextFollowUpOn", code: "next_required", message: expect.stringContaining("next contact") },
        ],
      },
    });
    expect(
      (await agent.post(path, await callRecord({ nextFollowUpOn: "2026-11-26" }))).body.errors[0].code,
    ).toBe("in_the_past");
    expect((await agent.post(path, { nonsense: true })).status).toBe(400);
    expect(
      (await agent.call("POST", path, { body: "{}", headers: { "content-type": "application/json" } })).body
        .code,
    ).toBe("csrf");
    expect((await desk.post(path, await callRecord())).body.code).toBe("not_assignee");
    const stranger = await site.as("zengqun");
    expect((await stranger.get(`/api/cases/${caseId}`)).status).toBe(404);
    expect((await stranger.post(path, await callRecord())).status).toBe(404);
    expect((await stranger.post("/api/follow-ups", { customerId, mode: "call" })).status).toBe(404);
    expect((await site.visitor().get(`/api/cases/${caseId}`)).status).toBe(401);
    expect(
      (await desk.post("/api/follow-ups", { customerId, mode: "call", plannedOn: "2026-10-12" })).status,
    ).toBe(400);
    expect((await view(caseId)).record).toBeNull();
  });

  test("that nobody records climbs: assignee, lead, manager, one mail each", async () => {
    const { caseId } = await planned();
    const { dueAt } = await view(caseId);
    await site.advance({ to: dueAt });
    await site.pause();
    expect(await view(caseId)).toMatchObject({ missed: true, missedAt: dueAt, status: "open" });
    expect(await site.inbox({ caseId, kind: "step.due" })).toMatchObject([{ to: "zhangyun@xunda.example" }]);
    await site.advance({ advance: "P2D" });
    expect((await site.inbox({ caseId, kind: "step.climbed" })).map((mail) => mail.to)).toEqual([
      "huangyuanli@xunda.example",
      "yinxue@xunda.example",
    ]);
    expect(await site.inbox({ caseId, kind: "step.due" })).toHaveLength(1);
    expect((await desk.get("/api/follow-ups?missed=true")).body.items).toContainEqual(
      expect.objectContaining({ caseId }),
    );
    await agent.post(`/api/follow-ups/${caseId}/record`, await callRecord());
    await site.pause();
    expect(await view(caseId)).toMatchObject({ missed: false, missedAt: dueAt, phase: "reviewing" });
  });
});

describe("a visit", () => {
  const soon = async (days: number, time = "10:00"): Promise<string> =>
    `${instant((await site.now()) + days * 86_400_000).slice(0, 10)}T${time}:00+08:00`;

  test("is agreed on by link, prepared, moved, agreed on anew, and recorded", async () => {
    const { caseId, email } = await planned({ mode: "visit" });
    const path = `/api/follow-ups/${caseId}`;
    const at = await soon(3);
    expect(
      (await agent.put(`${path}/appointment`, { at: "2026-10-12T10:00:00+08:00", place: "公司" })).body
        .errors[0].code,
    ).toBe("in_the_past");
    expect((await agent.put(`${path}/appointment`, { at, place: "双流开发区567号" })).status).toBe(200);
    await site.pause();
    expect((await view(caseId)).appointment).toEqual({ at, place: "双流开发区567号", status: "proposed" });
    const [sms] = await site.inbox({ caseId, channel: "sms", kind: "follow-up.appointment" });
    expect(sms?.text).toContain(caseId);
    expect(sms?.links).toEqual([]);
    const first = await site.link(caseId, email, "follow-up.appointment");
    const guest = site.visitor();
    const page = await guest.page(first);
    expect(page.status).toBe(200);
    expect(page.text).toContain("双流开发区567号");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    const pressed = await guest.form(
      first,
      { nonce: nonceOf(page.text), choice: "confirm" },
      { accept: "application/json" },
    );
    expect(pressed).toMatchObject({ status: 200, body: { outcome: "confirmed" } });
    expect(
      (
        await guest.form(
          first,
          { nonce: nonceOf(page.text), choice: "decline" },
          { accept: "application/json" },
        )
      ).body.code,
    ).toBe("already_decided");
    expect(await view(caseId)).toMatchObject({ phase: "confirmed", appointment: { status: "confirmed" } });
    expect((await guest.page(first)).text).not.toContain('name="choice"');

    const feed = new URL((await agent.get("/api/calendar-feed")).body.url).pathname;
    const calendar = (await site.visitor().call("GET", feed)).text.replaceAll("\r\n ", "");
    const { customerName } = await view(caseId);
    expect(calendar).toContain(
      `SUMMARY:${customerName}\r\nDESCRIPTION:${caseId}\r\nLOCATION:双流开发区567号`,
    );
    expect(calendar).toContain(`DTSTART:${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`);
    expect((await agent.put(`${path}/checklist`, { done: ["goal", "time"] })).status).toBe(200);
    const later = await soon(4, "15:00");
    expect(
      (await agent.put(`${path}/appointment`, { at: later, place: "双流开发区567号" })).body.errors[0],
    ).toMatchObject({ path: "reason", code: "reason_required" });
    await agent.put(`${path}/appointment`, { at: later, place: "双流开发区567号", reason: "客户临时有会" });
    await site.pause();
    expect(await view(caseId)).toMatchObject({
      phase: "planned",
      appointment: { at: later, status: "proposed" },
    });
    const second = await site.link(caseId, email, "follow-up.appointment");
    expect(second).not.toBe(first);
    const asked = await guest.page(second);
    expect((await guest.form(second, { nonce: nonceOf(asked.text), choice: "confirm" })).status).toBe(303);

    await site.advance({ to: later });
    const [prepare] = await site.inbox({ caseId, kind: "follow-up.day-before" });
    expect(prepare?.to).toBe("zhangyun@xunda.example");
    expect(prepare?.text).toContain("做好访前计划");
    expect(prepare?.text).not.toContain("明确拜访目标");
    expect(
      (await site.inbox({ caseId, kind: "follow-up.customer-reminder", channel: "email" })).map(
        (mail) => mail.to,
      ),
    ).toEqual([email]);
    expect(
      (await agent.post(`${path}/check-in`, { at: instant(await site.now()), note: "前台" })).status,
    ).toBe(200);
    const { nextVisitPlan: _none, ...incomplete } = await visitRecord();
    expect((await agent.post(`${path}/record`, incomplete)).body.errors[0]).toMatchObject({
      code: "next_required",
    });
    expect((await agent.post(`${path}/record`, await visitRecord())).status).toBe(200);
    await site.pause();
    expect((await act(caseId, "review", { choice: "accept" }, "lichaoqun")).status).toBe(200);
    const closed = await view(caseId, visitLead);
    expect(closed.outcome).toBe("recorded");
    expect(kinds(closed)).toEqual(
      expect.arrayContaining([
        "appointment.proposed",
        "appointment.confirmed",
        "appointment.moved",
        "checklist.changed",
        "visit.checked-in",
      ]),
    );
  });

  test("the customer asks for another time, or declines; his old link is no use any more", async () => {
    const { caseId, email } = await planned({ mode: "visit" });
    const path = `/api/follow-ups/${caseId}/appointment`;
    await agent.put(path, { at: await soon(5), place: "公司" });
    await site.pause();
    const link = await site.link(caseId, email, "follow-up.appointment");
    const guest = site.visitor();
    const other = await soon(8, "09:00");
    const press = async (where: string, form: Record<string, string>) =>
      guest.form(
        where,
        { nonce: nonceOf((await guest.page(where)).text), ...form },
        { accept: "application/json" },
      );
    expect((await press(link, { choice: "propose-other", at: "2026-10-12T09:00" })).body.errors[0].code).toBe(
      "in_the_past",
    );
    expect((await press(link, { choice: "propose-other", at: other })).body.outcome).toBe("proposed");
    await site.pause();
    expect((await view(caseId)).appointment).toMatchObject({ at: other, status: "proposed" });
    expect(
      await site.inbox({ caseId, kind: "follow-up.appointment", to: "zhangyun@xunda.example" }),
    ).toHaveLength(1);
    await agent.put(path, { at: other, place: "公司" });
    await site.pause();
    const fresh = await site.link(caseId, email, "follow-up.appointment");
    expect((await press(fresh, { choice: "decline", comment: "本月不方便" })).body.outcome).toBe("declined");
    const seen = await view(caseId);
    expect(seen.appointment.status).toBe("declined");
    expect(seen.steps.filter((step: { kind: string }) => step.kind === "appointment")).toMatchObject([
      { outcome: "proposed", assignees: [{ customer: seen.customerName }] },
      { outcome: "declined" },
    ]);
    expect((await guest.get("/d/nothing-like-a-link")).status).toBe(404);
  });

  test("who wants no more mails gets none, whatever is booked at night waits, and the case says both", async () => {
    const { caseId, customerId, email } = await planned({ mode: "visit" });
    const path = `/api/follow-ups/${caseId}/appointment`;
    await site.advance({ to: `${instant(await site.now()).slice(0, 10)}T22:10:00+08:00` });
    await agent.put(path, { at: await soon(6), place: "公司" });
    await site.pause();
    const [mail] = await site.inbox({ caseId, kind: "follow-up.appointment", channel: "email" });
    expect(mail?.to).toBe(email);
    const messages = async () => (await view(caseId)).messages as Record<string, unknown>[];
    const morning = `${await soon(1, "08:00")}`;
    expect(await messages()).toContainEqual(
      expect.objectContaining({ channel: "sms", status: "deferred", deferredUntil: morning }),
    );
    const refuse = /\S+\/o\/\S+/.exec(mail?.text ?? "")?.[0] ?? "";
    const guest = site.visitor();
    expect((await guest.page(new URL(refuse).pathname)).status).toBe(200);
    expect((await guest.form(new URL(refuse).pathname, { "List-Unsubscribe": "One-Click" })).status).toBe(
      200,
    );
    expect((await register.get(`/api/customers/${customerId}`)).body.contacts[0].suppressed.email).toBe(true);
    await site.advance({ to: morning });
    await agent.put(path, { at: await soon(8), place: "公司", reason: "换一天" });
    await site.pause();
    expect(await messages()).toContainEqual(
      expect.objectContaining({ channel: "email", status: "suppressed", reason: "opted_out" }),
    );
    expect((await view(caseId)).events).toContainEqual(
      expect.objectContaining({
        kind: "message.suppressed",
        data: expect.objectContaining({ channel: "email", reason: "opted_out" }),
      }),
    );
    expect(await site.inbox({ caseId, to: email })).toHaveLength(1);
    expect(await site.inbox({ caseId, channel: "sms" })).toHaveLength(2);
  });
});
