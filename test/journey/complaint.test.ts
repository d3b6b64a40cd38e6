/** The roads of a complaint, told by a stranger's client: HTTP, mails and the clock. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { site } from "../support/journey.ts";

let desk: Client;
const people = new Map<string, Client>();
const as = async (staffId: string): Promise<Client> => {
  const known = people.get(staffId) ?? (await site.as(staffId));
  people.set(staffId, known);
  return known;
};

beforeAll(async () => {
  desk = await as("huangyuanli");
  // The first call of a function takes its time.
  await site.visitor().page("/c");
}, 120_000);

/** A day of the virtual clock takes its time on a busy machine. */
const LONG = 600_000;

let phones = 0;
const complaint = (change: Record<string, unknown> = {}) => {
  phones += 1;
  return {
    channel: "hotline",
    complainantName: "周明",
    complainantPhone: `+8613911${String(phones).padStart(6, "0")}`,
    complainantEmail: `zhou${phones}@jieliya.example`,
    organisation: "洁丽雅有限公司",
    waybillNo: `XD2026120100${String(phones).padStart(2, "0")}`,
    category: "damage",
    description: "三件毛巾外箱破损，里面受潮。",
    severity: "major",
    urgency: "medium",
    ...change,
  };
};

async function file(change: Record<string, unknown> = {}, client = desk): Promise<string> {
  const answer = await client.post("/api/complaints", complaint(change));
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId;
}

type Step = {
  stepId: string;
  kind: string;
  stage: string;
  status: string;
  outcome: string | null;
  dueAt: string;
  assignees: { staffId: string }[];
};
const view = async (caseId: string) => {
  const answer = await desk.get(`/api/cases/${caseId}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const steps = async (caseId: string): Promise<Step[]> => (await view(caseId)).steps;
const kinds = async (caseId: string): Promise<string[]> =>
  (await view(caseId)).events.map((event: { kind: string }) => event.kind);

async function openStep(caseId: string, kind: string): Promise<Step> {
  const open = (await steps(caseId)).filter((step) => step.status === "open");
  expect(open.map((step) => step.kind)).toEqual([kind]);
  return open[0]!;
}

/** Whoever holds the open step of a kind answers it. */
async function answer(
  caseId: string,
  kind: string,
  body: { choice: string; comment?: string; data?: unknown },
  by?: string,
) {
  const step = await openStep(caseId, kind);
  const holder = await as(by ?? step.assignees[0]?.staffId ?? "");
  const told = await holder.post(`/api/steps/${step.stepId}`, { comment: "", data: {}, ...body });
  expect(told.status, told.text).toBe(200);
  await site.settle();
  return told.body;
}

const investigation = (disposition: Record<string, unknown> = {}) => ({
  investigation: {
    cause: "装卸时淋雨",
    facts: "卸车时下雨，没有盖雨布。",
    responsibility: "装卸班组",
    immediateAction: "已换包装",
    corrective: "补发三件",
    preventive: "雨天备雨布",
  },
  disposition: { type: "apology", noticeText: "我们为此道歉，三件毛巾本周补发。", ...disposition },
});

const investigate = (caseId: string, disposition: Record<string, unknown> = {}) =>
  answer(caseId, "investigate", { choice: "done", data: investigation(disposition) });
const approve = (caseId: string) => answer(caseId, "approval", { choice: "approve" });
/** A lead who did not handle the case enters what the customer said on the telephone. */
const customerSays = (caseId: string, choice: "confirm" | "disagree", comment: string) =>
  answer(caseId, "customer-confirm", { choice, comment }, "huangyuanli");

async function followUp(caseId: string, satisfaction: number) {
  const at = new Date(await site.now()).toISOString();
  return answer(caseId, "follow-up", {
    choice: "done",
    data: {
      attempts: [{ at, channel: "phone", result: "reached", note: "" }],
      contactName: "周明",
      satisfaction,
      issueFound: false,
      needsComplaint: false,
    },
  });
}

const bucket = async () => {
  const month = new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 7);
  const finance = await as("wanghui");
  return (await finance.get(`/api/budgets/customer_service/${month}`)).body;
};

describe("a complaint", () => {
  test(
    "that nobody answers is told up the ladder, over New Year's Day and a weekend",
    async () => {
      await site.advance({ to: "2026-12-30T16:00:00+08:00" });
      const answered = await desk.post("/api/complaints", complaint());
      const { caseId } = answered.body;
      // P3: 240 and 1440 minutes. Wed 2 h, Thu 8 h; Fri 1 Jan is a holiday, then the weekend; the rest from Mon 4 Jan on.
      expect(answered.body).toMatchObject({
        respondDueAt: "2026-12-31T11:00:00+08:00",
        resolveDueAt: "2027-01-05T16:00:00+08:00",
      });
      await site.advance({ to: "2027-01-11T18:00:00+08:00" });
      const mails = await site.inbox({ caseId });
      const rungs = (kind: string) =>
        mails
          .filter((mail) => mail.kind === kind)
          .map((mail) => [mail.to.split("@")[0], mail.sentAt.slice(0, 16)]);
      expect(rungs("clock.climbed")).toEqual([
        ["lichaoqun", "2026-12-31T12:00"],
        ["yinxue", "2026-12-31T14:00"],
        ["zhangke", "2026-12-31T15:00"],
        ["lichaoqun", "2027-01-06T14:00"],
        ["yinxue", "2027-01-07T11:00"],
        ["zhangke", "2027-01-07T18:00"],
      ]);
      expect(rungs("clock.warned")).toHaveLength(2);
      expect(rungs("clock.breached")).toHaveLength(2);
      expect((await kinds(caseId)).filter((kind) => kind === "clock.breached")).toHaveLength(2);
      await investigate(caseId);
      await approve(caseId);
      await customerSays(caseId, "confirm", "客户来电认可");
      await followUp(caseId, 5);
      expect(await view(caseId)).toMatchObject({ status: "closed", outcome: "satisfied" });
    },
    LONG,
  );

  test(
    "goes from its receipt to a satisfied follow-up, and only that closes it",
    async () => {
      const caseId = await file();
      expect(caseId).toMatch(/^TS-\d{4}-\d{6}$/);
      expect(await view(caseId)).toMatchObject({
        process: "complaint",
        status: "open",
        phase: "investigating",
        outcome: null,
      });
      const handler = (await openStep(caseId, "investigate")).assignees[0]?.staffId ?? "";
      expect(["zhangyun", "zengqun", "tangli"]).toContain(handler);
      const tasks = await (await as(handler)).get("/api/tasks");
      expect(tasks.body.items.map((task: { caseId: string }) => task.caseId)).toContain(caseId);

      expect(await investigate(caseId)).toMatchObject({ outcome: "done", undoUntil: null });
      expect(await openStep(caseId, "approval")).toMatchObject({
        stage: "notice",
        assignees: [{ staffId: "yinxue" }],
      });
      await approve(caseId);
      expect(await view(caseId)).toMatchObject({ phase: "confirming" });
      await customerSays(caseId, "confirm", "客户来电认可");
      expect(await view(caseId)).toMatchObject({ status: "open", phase: "following-up" });
      const follow = await openStep(caseId, "follow-up");
      expect(follow.assignees[0]?.staffId).not.toBe(handler);
      await followUp(caseId, 5);

      const closed = await view(caseId);
      expect(closed).toMatchObject({
        status: "closed",
        phase: "closed",
        outcome: "satisfied",
        chainValid: true,
      });
      const told = await kinds(caseId);
      for (const kind of [
        "complaint.received",
        "clock.started",
        "complaint.assigned",
        "step.opened",
        "complaint.investigated",
        "notice.approved",
        "notice.sent",
        "clock.met",
        "customer.confirmed",
        "follow-up.recorded",
        "complaint.closed",
      ])
        expect(told).toContain(kind);
      expect(told.filter((kind) => kind === "clock.met")).toHaveLength(3);
    },
    LONG,
  );

  test(
    "that the customer rejects comes back one level up, and closes once he is satisfied",
    async () => {
      const caseId = await file();
      await investigate(caseId);
      await approve(caseId);
      await customerSays(caseId, "disagree", "毛巾还是湿的");
      expect(await openStep(caseId, "investigate")).toMatchObject({
        assignees: [{ staffId: "lichaoqun" }],
      });
      await investigate(caseId);
      await approve(caseId);
      await customerSays(caseId, "confirm", "客户来电认可");
      await followUp(caseId, 4);
      expect(await view(caseId)).toMatchObject({ status: "closed", outcome: "satisfied" });
      const reopened = (await view(caseId)).events.find(
        (event: { kind: string }) => event.kind === "complaint.reopened",
      );
      expect(reopened.data).toMatchObject({ reason: "disagreed", level: 1 });
    },
    LONG,
  );

  test(
    "whose customer cannot be reached three times comes back one level up",
    async () => {
      const caseId = await file();
      await investigate(caseId);
      await approve(caseId);
      await customerSays(caseId, "confirm", "客户来电认可");
      const vain = async () => {
        const at = new Date(await site.now()).toISOString();
        return answer(caseId, "follow-up", {
          choice: "attempt",
          data: { at, channel: "phone", result: "no_answer", note: "" },
        });
      };
      expect(await vain()).toMatchObject({ outcome: null });
      // The same half-day counts once.
      expect(await vain()).toMatchObject({ outcome: null });
      await site.advance({ advance: "P1D" });
      expect(await vain()).toMatchObject({ outcome: null });
      await site.advance({ advance: "P1D" });
      expect(await vain()).toMatchObject({ outcome: "unreachable" });
      expect(await openStep(caseId, "investigate")).toMatchObject({
        assignees: [{ staffId: "lichaoqun" }],
      });
      const { events, status } = await view(caseId);
      expect(status).toBe("open");
      expect(
        events.find((event: { kind: string }) => event.kind === "complaint.reopened").data,
      ).toMatchObject({
        reason: "unreachable",
        level: 1,
        round: 2,
      });
    },
    LONG,
  );

  test(
    "that costs more than the handler may give goes through the chain and its department's budget",
    async () => {
      const caseId = await file();
      const before = await bucket();
      await investigate(caseId, { type: "compensation", amount: 200_000 });
      expect((await bucket()).reserved).toBe(before.reserved + 200_000);
      for (const signer of ["shuaizhong", "zhangke"]) {
        expect(await openStep(caseId, "approval")).toMatchObject({
          stage: "compensation",
          assignees: [{ staffId: signer }],
        });
        await approve(caseId);
      }
      const after = await bucket();
      expect(after.reserved).toBe(before.reserved);
      expect(after.committed).toBe(before.committed + 200_000);
      expect(await openStep(caseId, "approval")).toMatchObject({ stage: "notice" });
      expect(await kinds(caseId)).toContain("compensation.approved");

      const refused = await file();
      await investigate(refused, { type: "refund", amount: 60_000 });
      await answer(refused, "approval", { choice: "reject", comment: "责任没有查清" });
      expect(await openStep(refused, "investigate")).toBeTruthy();
      expect(await bucket()).toEqual(after);
    },
    LONG,
  );
});
