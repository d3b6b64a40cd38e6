/** What people do on a complaint beside its steps, and who may (contracts/complaints.md "The case"). */
import { beforeAll, describe, expect, test } from "vitest";
import type { Answer, Client } from "../support/client.ts";
import { site } from "../support/journey.ts";

const PEOPLE = {
  service_manager: "yinxue",
  reception_lead: "chenyao",
  aftersales_lead: "lichaoqun",
  callcenter_lead: "huangyuanli",
  complaint_admin: "limin",
  records_admin: "liuyanli",
  claims_officer: "hejing",
  dept_manager: "shuaizhong",
  other_manager: "luoqiang",
  general_manager: "zhangke",
  finance: "wanghui",
  committee: "xielei",
  host: "songna",
  driver: "weijun",
} as const;
const AGENTS = ["zhangyun", "zengqun", "tangli"];

const staff = new Map<string, Client>();
const as = (staffId: string): Client => staff.get(staffId)!;

let counted = 0;
/** A complaint of somebody who has not complained before, unless said otherwise. */
const complaint = (change: Record<string, unknown> = {}): Record<string, unknown> => {
  counted += 1;
  return {
    channel: "web",
    complainantName: `叶三${counted}`,
    complainantPhone: `+86138${String(20_000_000 + counted)}`,
    complainantEmail: `ye.san${counted}@jieliya.example`,
    organisation: "洁丽雅有限公司",
    waybillNo: `XD2026${String(counted).padStart(6, "0")}`,
    category: "damage",
    description: "12 箱毛巾到货时外箱破损,3 箱受潮。",
    ...change,
  };
};

/** Files a complaint and waits until somebody has it. */
async function filed(change: Record<string, unknown> = {}, by: Client = site.visitor()) {
  const { status, body } = await by.post("/api/complaints", complaint(change));
  expect(status).toBe(201);
  await site.pause();
  const caseId: string = body.caseId;
  const view = (await as("limin").get(`/api/cases/${caseId}`)).body;
  const handler: string = view.assignee.staffId;
  return {
    caseId,
    filed: body,
    handler,
    stranger: AGENTS.find((one) => one !== handler)!,
    call: (who: string, name: string, input: unknown = {}): Promise<Answer> =>
      as(who).post(`/api/cases/${caseId}/${name}`, input),
    read: async (who = "limin") => (await as(who).get(`/api/cases/${caseId}`)).body,
    clocks: async () => (await as("limin").get(`/api/cases/${caseId}/clocks`)).body,
    stepOf: async (kind: string) => {
      const { steps } = (await as("limin").get(`/api/cases/${caseId}`)).body;
      return steps.find(
        (one: { kind: string; status: string }) => one.kind === kind && one.status === "open",
      );
    },
  };
}
type Filed = Awaited<ReturnType<typeof filed>>;

const refusalOf = ({ status, body }: Answer): string =>
  `${status} ${body?.code ?? body?.errors?.map((one: { path: string; code: string }) => `${one.path}:${one.code}`).join(" ")}`;

const INVESTIGATION = {
  investigation: {
    cause: "装车时堆放过高",
    facts: "外箱受压变形",
    responsibility: "运输部",
    immediateAction: "联系客户清点",
    corrective: "补发受潮货物",
    preventive: "装车限高",
  },
  disposition: { type: "apology", noticeText: "我们为此致歉,并补发受潮货物。" },
  claim: false,
};

/** The whole road to a satisfied customer. */
async function closed(one: Filed): Promise<void> {
  const act = async (who: string, kind: string, choice: string, data: unknown = {}, comment = "") => {
    const step = await one.stepOf(kind);
    const answer = await as(who).post(`/api/steps/${step.stepId}`, { choice, comment, data });
    expect(answer.status, `${kind} ${answer.text}`).toBe(200);
    await site.settle();
  };
  await act(one.handler, "investigate", "done", INVESTIGATION);
  await act("yinxue", "approval", "approve");
  await act("huangyuanli", "customer-confirm", "confirm", { csat: 5 }, "电话里说满意");
  const { assignees } = await one.stepOf("follow-up");
  const now = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 19);
  await act(assignees[0].staffId, "follow-up", "done", {
    attempts: [{ at: `${now}+08:00`, channel: "phone", result: "reached", note: "" }],
    contactName: "叶三",
    satisfaction: 5,
    issueFound: false,
    needsComplaint: false,
  });
}

beforeAll(async () => {
  for (const staffId of [...Object.values(PEOPLE), ...AGENTS]) staff.set(staffId, await site.as(staffId));
  // Wednesday morning: nothing here is about waiting for working hours.
  await site.advance({ to: "2026-12-02T09:30:00+08:00" });
});

describe("working calendar", () => {
  test("the National Day of 2026 with its working weekend; a year without a notice is provisional", async () => {
    const days = (await as("songna").get("/api/working-calendar?from=2026-09-19&to=2026-10-10")).body;
    expect(days).toHaveLength(22);
    const day = (date: string) => days.find((one: { date: string }) => one.date === date);
    expect(day("2026-09-20")).toEqual({
      date: "2026-09-20",
      working: true,
      kind: "adjusted",
      intervals: [
        ["09:00", "12:00"],
        ["13:00", "18:00"],
      ],
      provisional: false,
    });
    expect(day("2026-10-01")).toMatchObject({ working: false, kind: "holiday", intervals: [] });
    expect(day("2026-09-19")).toMatchObject({ working: false, kind: "weekend" });
    expect(day("2026-10-09")).toMatchObject({ working: true, kind: "workday" });
    const [next] = (await as("songna").get("/api/working-calendar?from=2028-03-01&to=2028-03-01")).body;
    expect(next).toMatchObject({ kind: "workday", provisional: true });
  });

  test("a deadline comes with its trace, without gap or overlap", async () => {
    const asked = "from=2026-09-30T17:00:00%2B08:00&minutes=120";
    const { body } = await as("songna").get(`/api/working-calendar/deadline?${asked}`);
    expect(body).toMatchObject({
      from: "2026-09-30T17:00:00+08:00",
      minutes: 120,
      dueAt: "2026-10-08T10:00:00+08:00",
      provisional: false,
    });
    expect(body.trace.map((one: { reason: string }) => one.reason)).toContain("holiday");
    let at = body.from;
    for (const span of body.trace) {
      expect(span.from).toBe(at);
      at = span.to;
    }
    expect(at).toBe(body.dueAt);
    const sum = body.trace.reduce((total: number, span: { minutes: number }) => total + span.minutes, 0);
    expect(sum).toBe(120);
  });

  test.each([
    ["/api/working-calendar", "400 from:required to:required"],
    ["/api/working-calendar?from=2026-13-01&to=2026-12-01", "400 from:date"],
    ["/api/working-calendar?from=2026-12-02&to=2026-12-01", "400 to:to_before_from"],
    ["/api/working-calendar?from=2026-01-01&to=2027-02-05", "400 to:too_many_days"],
    ["/api/working-calendar?from=1999-01-01&to=1999-01-02", "400 from:calendar_out_of_range"],
    ["/api/working-calendar/deadline?minutes=1", "400 from:required"],
    ["/api/working-calendar/deadline?from=2026-12-01&minutes=x", "400 from:instant minutes:number"],
    ["/api/working-calendar/deadline?from=2026-12-01T09:00:00Z&minutes=-1", "400 minutes:at_least"],
  ])("%s is refused", async (path, refusal) => {
    expect(refusalOf(await as("songna").get(path))).toBe(refusal);
  });

  test("four hundred days are no more than allowed; a visitor has to sign in", async () => {
    const { body } = await as("songna").get("/api/working-calendar?from=2026-01-01&to=2027-02-04");
    expect(body).toHaveLength(400);
    const path = "/api/working-calendar?from=2026-01-01&to=2026-01-02";
    expect((await site.visitor().get(path)).status).toBe(401);
  });
});

test("templates of replies in the reader's language", async () => {
  const zh = (await as("songna").get("/api/reply-templates")).body;
  const en = (await as("songna").get("/api/reply-templates?locale=en")).body;
  expect(zh.map((one: { templateId: string }) => one.templateId)).toEqual(
    en.map((one: { templateId: string }) => one.templateId),
  );
  expect(zh[0]).toEqual({ templateId: "received", title: expect.any(String), text: expect.any(String) });
  expect(zh[0].text).not.toBe(en[0].text);
  expect((await site.visitor().get("/api/reply-templates")).status).toBe(401);
});

describe("reading", () => {
  test("a complaint shows all that the contract names, the customer by his name", async () => {
    const one = await filed({ severity: "major", urgency: "high" });
    const view = await one.read();
    expect(view).toMatchObject({
      caseId: one.caseId,
      process: "complaint",
      status: "open",
      phase: "investigating",
      outcome: null,
      createdBy: { customer: view.content.complainantName },
      paused: false,
      priority: "P2",
      level: 0,
      reopenCount: 0,
      respondingDept: "customer_service",
      assignee: { staffId: one.handler, name: expect.any(String) },
      notes: [],
      attachments: [],
      investigation: null,
      disposition: null,
      csat: null,
      claimId: null,
      mergedInto: null,
      dossier: null,
      closedAt: null,
    });
    expect(view.assignmentReason.candidates).toHaveLength(3);
    expect(view.assignmentReason.text).toContain(view.assignee.name);
    expect(view.stretches.at(-1)).toMatchObject({ department: "customer_service", to: null });
    expect(view.stretches.at(-1).assignee.staffId).toBe(one.handler);
    const [received] = view.events;
    expect(received).toMatchObject({ kind: "complaint.received", by: { customer: expect.any(String) } });
    const sent = view.messages.filter((each: { kind: string }) => each.kind === "complaint.acknowledged");
    expect(sent.map((each: { channel: string }) => each.channel).sort()).toEqual(["email", "sms"]);
    for (const message of sent) {
      expect(message).toMatchObject({ status: "sent", to: { customer: expect.any(String) } });
      expect((await site.inbox({ caseId: one.caseId })).map(({ id }) => id)).toContain(message.id);
    }
    const english = await as("limin").get(`/api/cases/${one.caseId}`, { "accept-language": "en" });
    expect(english.body.assignmentReason.text).not.toBe(view.assignmentReason.text);
  });

  test("three clocks run from the receipt, each with its trace; strangers find none", async () => {
    const one = await filed({ severity: "minor", urgency: "low" });
    const clocks = await one.clocks();
    expect(clocks.map((each: { kind: string; minutes: number }) => [each.kind, each.minutes])).toEqual([
      ["acknowledge", 120],
      ["respond", 480],
      ["resolve", 2400],
    ]);
    for (const clock of clocks) {
      expect(clock).toMatchObject({ round: 1, priority: "P4", pauses: [] });
      expect(clock.trace.at(-1).to).toBe(clock.dueAt);
      const sum = clock.trace.reduce((total: number, span: { minutes: number }) => total + span.minutes, 0);
      expect(sum).toBeCloseTo(clock.minutes, 6);
    }
    expect(clocks[0]).toMatchObject({ status: "met", metAt: expect.any(String) });
    expect((await as(one.stranger).get(`/api/cases/${one.caseId}/clocks`)).status).toBe(404);
    expect((await site.visitor().get(`/api/cases/${one.caseId}/clocks`)).status).toBe(401);
  });

  test("withdrawing is no way to close one", async () => {
    const one = await filed();
    expect(refusalOf(await one.call("limin", "withdraw"))).toBe("409 closing_gate");
    expect(refusalOf(await one.call(one.stranger, "withdraw"))).toBe("404 not_found");
  });
});

describe("grading", () => {
  test("another priority counts from the same start; the reason is on the timeline; the step follows", async () => {
    const one = await filed({ severity: "minor", urgency: "low" });
    const before = await one.clocks();
    const answer = await one.call(one.handler, "triage", {
      severity: "critical",
      category: "shortage",
      reason: "少了整整一箱",
    });
    expect(answer.status).toBe(200);
    const view = await one.read();
    expect(view).toMatchObject({ priority: "P2", category: "shortage", severity: "critical" });
    const triaged = view.events.find((each: { kind: string }) => each.kind === "complaint.triaged");
    expect(triaged).toMatchObject({
      by: { staffId: one.handler },
      data: {
        reason: "少了整整一箱",
        changes: {
          category: { from: "damage", to: "shortage" },
          severity: { from: "minor", to: "critical" },
          priority: { from: "P4", to: "P2" },
        },
      },
    });
    const [, respond, resolve] = await one.clocks();
    expect(respond).toMatchObject({ priority: "P2", minutes: 120, startedAt: before[1].startedAt });
    expect(resolve).toMatchObject({ priority: "P2", minutes: 960, startedAt: before[2].startedAt });
    expect((await one.stepOf("investigate")).dueAt).toBe(resolve.dueAt);
    const tasks = (await as(one.handler).get("/api/tasks?limit=100")).body.items;
    expect(tasks.find((each: { caseId: string }) => each.caseId === one.caseId).dueAt).toBe(resolve.dueAt);
    await one.call("lichaoqun", "triage", { priority: "P3", reason: "已核实" });
    expect((await one.read()).priority).toBe("P3");
    await one.call("lichaoqun", "triage", { safetyFlag: true, reason: "有人受伤" });
    expect((await one.read()).priority).toBe("P1");
  });

  test.each([
    [{ severity: "minor" }, "400 reason:reason_required"],
    [{ severity: "minor", reason: "  " }, "400 reason:reason_required"],
    [{ reason: "没有变化" }, "400 :required"],
    [{ severity: "huge", reason: "大" }, "400 severity:choose"],
    [{ priority: "P0", reason: "大" }, "400 priority:choose"],
    [{ assignee: "limin", reason: "大" }, "400 assignee:unknown_field"],
  ])("%j is refused and changes nothing", async (input, refusal) => {
    const one = await filed();
    const { events } = await one.read();
    expect(refusalOf(await one.call("limin", "triage", input))).toBe(refusal);
    expect((await one.read()).events).toHaveLength(events.length);
  });
});

describe("notes and messages", () => {
  test("a note is internal; whoever it calls is told, and may read", async () => {
    const one = await filed();
    const answer = await one.call(one.handler, "notes", {
      text: "请协助核对<b>装车</b>记录",
      mentions: ["luoqiang"],
    });
    expect(answer.status).toBe(201);
    await site.pause();
    const view = await one.read("luoqiang");
    expect(view.notes).toEqual([
      {
        noteId: answer.body.noteId,
        at: expect.any(String),
        by: { staffId: one.handler, name: expect.any(String) },
        text: "请协助核对<b>装车</b>记录",
        mentions: [{ staffId: "luoqiang", name: "罗强" }],
      },
    ]);
    const told = await site.inbox({
      to: "luoqiang@xunda.example",
      caseId: one.caseId,
      kind: "note.mentioned",
    });
    expect(told).toHaveLength(1);
    expect(told[0]!.html).not.toContain("<b>装车</b>");
    const email: string = view.content.complainantEmail;
    const theirs = await site.inbox({ caseId: one.caseId, to: email });
    expect(theirs.every((mail) => !mail.text.includes("装车"))).toBe(true);
    expect(refusalOf(await one.call(one.handler, "notes", { text: "", mentions: [] }))).toBe(
      "400 text:required",
    );
    expect(refusalOf(await one.call(one.handler, "notes", { text: "x", mentions: ["nobody"] }))).toBe(
      "400 mentions.0:choose",
    );
  });

  test("a message goes to the customer once it is confirmed, and answers him", async () => {
    const one = await filed();
    expect(refusalOf(await one.call(one.handler, "messages", { text: "您好" }))).toBe(
      "400 confirm:confirm_required",
    );
    expect((await one.clocks())[1].metAt).toBeNull();
    const answer = await one.call(one.handler, "messages", { text: "您好,正在核实。\n=1+1", confirm: true });
    expect(answer.status).toBe(201);
    await site.pause();
    const view = await one.read();
    const message = view.messages.find((each: { id: string }) => each.id === answer.body.messageId);
    expect(message).toMatchObject({ kind: "complaint.message", channel: "email", status: "sent" });
    const [mail] = await site.inbox({ to: view.content.complainantEmail, kind: "complaint.message" });
    expect(mail!.id).toBe(answer.body.messageId);
    expect(mail!.text).toContain("正在核实");
    const [, respond] = await one.clocks();
    expect(respond).toMatchObject({ status: "met", metAt: expect.any(String) });
    expect(view.events.map((each: { kind: string }) => each.kind)).toContain("message.sent");
    const key = { "idempotency-key": "twice" };
    const path = `/api/cases/${one.caseId}/messages`;
    const first = await as(one.handler).post(path, { text: "再告知一次", confirm: true }, key);
    const second = await as(one.handler).post(path, { text: "再告知一次", confirm: true }, key);
    expect(second.body).toEqual(first.body);
    const other = await as(one.handler).post(path, { text: "别的话", confirm: true }, key);
    expect(refusalOf(other)).toBe("409 idempotency_mismatch");
  });
});

describe("pausing", () => {
  test("a question stops respond and resolve; resuming adds what is left, no more and no less", async () => {
    const one = await filed({ severity: "minor", urgency: "low" });
    await site.advance({ advance: "PT30M" });
    expect((await one.call(one.handler, "pause", { question: "受潮的是哪几箱?" })).status).toBe(200);
    await site.pause();
    const paused = await one.read();
    expect(paused.paused).toBe(true);
    const [, respond, resolve] = await one.clocks();
    expect(respond).toMatchObject({ status: "met" });
    expect(resolve).toMatchObject({ status: "paused", dueAt: null });
    const left = resolve.remainingMinutes;
    expect(refusalOf(await one.call(one.handler, "pause", { question: "再问" }))).toBe("409 paused");
    const [mail] = await site.inbox({ to: paused.content.complainantEmail, kind: "complaint.question" });
    expect(mail!.text).toContain("受潮的是哪几箱");
    await site.advance({ advance: "PT26H" });
    expect((await one.clocks())[2].remainingMinutes).toBe(left);
    expect((await one.call("limin", "resume", { comment: "电话里答复了" })).status).toBe(200);
    const [, , running] = await one.clocks();
    expect(running).toMatchObject({ status: "running", remainingMinutes: left });
    expect(running.pauses).toHaveLength(1);
    expect(running.trace.map((span: { reason: string }) => span.reason)).toContain("paused");
    expect(Date.parse(running.dueAt)).toBeGreaterThan(Date.parse(paused.events[0].at));
    expect((await one.stepOf("investigate")).dueAt).toBe(running.dueAt);
    expect(refusalOf(await one.call("limin", "resume", {}))).toBe("409 not_paused");
  });

  test("the customer's answer lets them run on", async () => {
    const one = await filed();
    await one.call(one.handler, "pause", { question: "请补发照片" });
    const tail = String((await one.read()).content.complainantPhone).slice(-4);
    const answer = await site.visitor().post(`/c/${one.caseId}`, { tail, message: "照片已发邮箱" });
    expect(answer.status).toBe(200);
    const view = await one.read();
    expect(view.paused).toBe(false);
    expect(view.conversation.map((each: { from: string; text: string }) => [each.from, each.text])).toEqual([
      ["us", "请补发照片"],
      ["customer", "照片已发邮箱"],
    ]);
    expect((await one.clocks())[2].status).toBe("running");
  });
});

test("whoever may read nudges the holder of the open step, once in four hours", async () => {
  const one = await filed({ severity: "minor", urgency: "low" });
  expect((await one.call("shuaizhong", "nudge")).status).toBe(200);
  await site.pause();
  const again = await one.call("limin", "nudge");
  expect([again.status, again.body.code]).toEqual([429, "too_soon"]);
  expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(3 * 3600);
  const mails = await site.inbox({ caseId: one.caseId, kind: "step.reminded" });
  expect(mails.map((mail) => mail.to)).toEqual([`${one.handler}@xunda.example`]);
  expect(refusalOf(await one.call(one.stranger, "nudge"))).toBe("404 not_found");
  expect(refusalOf(await one.call("limin", "nudge", { who: "me" }))).toBe("400 who:unknown_field");
  await site.advance({ advance: "PT4H" });
  expect((await one.call("limin", "nudge")).status).toBe(200);
});

describe("who may what", () => {
  /** What a call with an impossible body is answered: `sees` it (judged further), 403, or 404. */
  const CALLS: [method: "GET" | "POST", name: string, body: unknown][] = [
    ["GET", "", null],
    ["GET", "/clocks", null],
    ["POST", "/notes", {}],
    ["POST", "/nudge", { no: 1 }],
    ["POST", "/attachments", {}],
    ["POST", "/triage", {}],
    ["POST", "/messages", {}],
    ["POST", "/pause", {}],
    ["POST", "/resume", {}],
    ["POST", "/merge", {}],
    ["POST", "/reopen", {}],
  ];
  const READ = CALLS.slice(0, 5).map(([, name]) => name);
  const WORK = ["/triage", "/messages", "/pause", "/resume"];
  const DESK = ["/merge", "/reopen"];
  const allowed = {
    desk: [...READ, ...WORK, ...DESK],
    handler: [...READ, ...WORK],
    reader: READ,
    stranger: [],
  };

  test("every role on every call: its own, or 403 where it may read, or 404", async () => {
    const one = await filed({ channel: "walk_in" }, as("chenyao"));
    const kind: Record<string, keyof typeof allowed> = {
      yinxue: "desk",
      lichaoqun: "desk",
      huangyuanli: "desk",
      limin: "desk",
      [one.handler]: "handler",
      chenyao: "reader",
      liuyanli: "reader",
      zhangke: "reader",
      shuaizhong: "reader",
    };
    for (const [who, client] of staff)
      for (const [method, name, body] of CALLS) {
        const path = `/api/cases/${one.caseId}${name}`;
        const { status } = method === "GET" ? await client.get(path) : await client.post(path, body);
        const may: readonly string[] = allowed[kind[who] ?? "stranger"];
        const answer = status === 403 ? "403" : status === 404 ? "404" : "yes";
        const wanted = may.includes(name) ? "yes" : may.length > 0 ? "403" : "404";
        expect([who, `${method} ${name}`, answer]).toEqual([who, `${method} ${name}`, wanted]);
      }
    for (const [method, name, body] of CALLS) {
      const path = `/api/cases/${one.caseId}${name}`;
      const visitor = site.visitor();
      const { status } = method === "GET" ? await visitor.get(path) : await visitor.post(path, body);
      expect([name, status]).toEqual([name, 401]);
    }
    const plain = await as("limin").call("POST", `/api/cases/${one.caseId}/notes`, {
      body: JSON.stringify({ text: "从别处来" }),
      headers: { "content-type": "application/json" },
    });
    expect(refusalOf(plain)).toBe("403 csrf");
  });
});

describe("register", () => {
  test("the desk sees all, others theirs; JSON, CSV and a workbook, harmless for spreadsheets", async () => {
    const one = await filed({
      complainantName: '=HYPERLINK("http://x")',
      organisation: "+852 公司",
      waybillNo: "REG-1",
    });
    const path = `/api/complaints?waybillNo=reg1&status=&phase=`;
    const { items, next } = (await as("limin").get(path)).body;
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { caseId: one.caseId, complainantName: '=HYPERLINK("http://x")', status: "open", priority: "P3" },
    ]);
    expect((await as(one.stranger).get(path)).body).toEqual({ items: [], next: null });
    expect((await as(one.handler).get(path)).body.items).toHaveLength(1);
    expect((await site.visitor().get(path)).status).toBe(401);
    const csv = await as("limin").get(`${path}&format=csv`);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(csv.headers.get("content-disposition")).toMatch(
      /^attachment; filename="complaints-2026-12-\d\d\.csv"$/,
    );
    expect(csv.text).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv.text).toContain("'+852 公司");
    const response = await fetch(`${site.url}${path}&format=xlsx`, {
      headers: { cookie: as("limin").cookie },
    });
    expect(response.headers.get("content-type")).toContain("spreadsheetml");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 2).toString()).toBe("PK");
    expect(refusalOf(await as("limin").get(`${path}&format=pdf`))).toBe("400 format:choose");
    expect(refusalOf(await as("limin").get("/api/complaints?category=lost"))).toBe("400 category:choose");
  });
});

test("merged: this one closes, the other keeps its clocks and shows the parts, files too", async () => {
  const [first, second] = [await filed(), await filed()];
  const bytes = Buffer.from("%PDF-1.7 waybill");
  const asked = await second.call(second.handler, "attachments", {
    name: "运单.pdf",
    contentType: "application/pdf",
    size: bytes.length,
    internal: true,
  });
  expect(asked.status).toBe(201);
  const { attachmentId, upload } = asked.body;
  expect((await fetch(upload.url, { method: "PUT", body: bytes, headers: upload.headers })).status).toBe(200);
  expect((await second.call(second.handler, `attachments/${attachmentId}/confirm`)).status).toBe(200);
  const before = await first.clocks();
  const merged = await second.call("limin", "merge", { into: first.caseId, reason: "同一票货" });
  expect(merged.status).toBe(200);
  expect(await second.read()).toMatchObject({
    status: "closed",
    phase: "closed",
    outcome: "merged",
    mergedInto: first.caseId,
  });
  await site.pause();
  expect((await first.clocks()).map((one: { dueAt: string }) => one.dueAt)).toEqual(
    before.map((one: { dueAt: string }) => one.dueAt),
  );
  const view = await first.read();
  expect(view.attachments).toMatchObject([{ attachmentId, internal: true, caseId: second.caseId }]);
  const download = await as(first.handler).get(`/api/cases/${first.caseId}/attachments/${attachmentId}`);
  expect(download.status).toBe(302);
  expect(await (await fetch(download.headers.get("location")!)).text()).toBe("%PDF-1.7 waybill");
  expect(refusalOf(await second.call("limin", "merge", { into: first.caseId, reason: "再来" }))).toBe(
    "409 wrong_phase",
  );
});

test("a satisfied case is opened again by the desk, one level up", async () => {
  const one = await filed();
  expect(refusalOf(await one.call("limin", "reopen", { reason: "没办完" }))).toBe("409 wrong_phase");
  await closed(one);
  const view = await one.read();
  expect(view).toMatchObject({ status: "closed", outcome: "satisfied", csat: 5 });
  expect((await one.call("limin", "reopen", { reason: "客户来电" })).status).toBe(200);
  await site.settle();
  expect(await one.read()).toMatchObject({
    status: "open",
    phase: "investigating",
    level: 1,
    reopenCount: 1,
    assignee: { staffId: "lichaoqun" },
    closedAt: null,
  });
  expect((await one.clocks()).map((each: { round: number }) => each.round)).toEqual([1, 1, 1, 2, 2]);
  await site.advance({ advance: "P1D" });
});

describe("assignment over time", () => {
  test("whoever does nothing on a case loses it to a colleague, once", async () => {
    const urgent = () => filed({ channel: "hotline", severity: "critical", urgency: "high" }, as("chenyao"));
    /** Half of the hour within which the customer is to be answered. */
    const halfOf = async (one: Filed) => {
      const [, respond] = await one.clocks();
      const from = encodeURIComponent(respond.startedAt);
      const asked = await as("limin").get(`/api/working-calendar/deadline?from=${from}&minutes=30`);
      await site.advance({ to: asked.body.dueAt });
      await site.pause();
    };
    const one = await urgent();
    await halfOf(one);
    const view = await one.read();
    expect(view.assignee.staffId).not.toBe(one.handler);
    expect(view.assignmentReason.candidates.map((each: { staffId: string }) => each.staffId)).not.toContain(
      one.handler,
    );
    expect(view.events.map((each: { kind: string }) => each.kind)).toContain("complaint.reassigned");
    const held = view.stretches.flatMap(
      (each: { assignee: { staffId: string } | null }) => each.assignee ?? [],
    );
    expect(held.map((each: { staffId: string }) => each.staffId)).toEqual([
      one.handler,
      view.assignee.staffId,
    ]);
    const touched = await urgent();
    await touched.call(touched.handler, "notes", { text: "已电话联系" });
    await halfOf(touched);
    expect((await touched.read()).assignee.staffId).toBe(touched.handler);
  });

  test("nobody there: the administrator is asked to choose; as soon as somebody is back the case is given out", async () => {
    const today = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 10);
    const absences: [string, string][] = [];
    for (const who of AGENTS) {
      const { body } = await as(who).post("/api/absences", { from: today, to: today, reason: "培训" });
      absences.push([who, body.absenceId]);
    }
    const people = (await as("songna").get("/api/people")).body;
    expect(people.find((one: { staffId: string }) => one.staffId === AGENTS[0])).toMatchObject({
      absence: { from: today, to: today, substituteId: null },
      skills: expect.arrayContaining(["damage", "call"]),
    });
    const { body } = await site.visitor().post("/api/complaints", complaint());
    await site.pause();
    const waiting = (await as("limin").get(`/api/cases/${body.caseId}`)).body;
    expect(waiting).toMatchObject({ phase: "assigning", assignee: null });
    const step = waiting.steps.find((one: { kind: string }) => one.kind === "assign");
    expect(step.assignees[0].staffId).toBe("limin");
    const [[who, absenceId]] = absences as [[string, string]];
    await as(who).send("DELETE", `/api/absences/${absenceId}`, {});
    await site.advance({ advance: "PT30M" });
    const given = (await as("limin").get(`/api/cases/${body.caseId}`)).body;
    expect(given).toMatchObject({ phase: "investigating", assignee: { staffId: who } });
    for (const [other, id] of absences.slice(1)) await as(other).send("DELETE", `/api/absences/${id}`, {});
  });
});
