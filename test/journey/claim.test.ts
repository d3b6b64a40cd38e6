/** Damaged cargo: the investigation opens a claim, its officer collects the documents and settles it, the complaint goes on. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, csrfOf } from "../support/client.ts";
import { site } from "../support/journey.ts";

let desk: Client;
beforeAll(async () => {
  await site.advance({ to: "2026-12-28T09:30:00+08:00" });
  desk = await site.as("huangyuanli");
});

// biome-ignore lint/suspicious/noExplicitAny: a case as a client reads it
type View = any;
const view = async (caseId: string, client = desk): Promise<View> => {
  const answer = await client.get(`/api/cases/${caseId}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const openStep = async (caseId: string): Promise<View> =>
  (await view(caseId)).steps.find((step: { status: string }) => step.status === "open");

async function investigated(
  change: Record<string, unknown> = {},
): Promise<{ caseId: string; claimId: string | null }> {
  const filed = await desk.post("/api/complaints", {
    channel: "hotline",
    complainantName: "周明",
    complainantPhone: "+8613911000001",
    complainantEmail: "zhou@jieliya.example",
    organisation: "洁丽雅有限公司",
    waybillNo: "XD202612010001",
    category: "damage",
    description: "三件毛巾外箱破损，<b>里面受潮</b>。",
    remedySought: "按发票金额赔偿",
    severity: "major",
    urgency: "medium",
    ...change,
  });
  expect(filed.status, filed.text).toBe(201);
  await site.settle();
  const { caseId } = filed.body;
  const step = await openStep(caseId);
  const handler = await site.as(step.assignees[0].staffId);
  const done = await handler.post(`/api/steps/${step.stepId}`, {
    choice: "done",
    comment: "",
    data: {
      investigation: {
        cause: "雨布没有盖严",
        facts: "装车时下雨",
        responsibility: "运输部",
        immediateAction: "更换外箱",
        corrective: "检查雨布",
        preventive: "雨天装车双人复核",
      },
      disposition: { type: "apology", noticeText: "我们已为您申请保险理赔。" },
      claim: true,
    },
  });
  expect(done.status, done.text).toBe(200);
  await site.settle();
  return { caseId, claimId: (await view(caseId)).claimId };
}

describe("a claim", () => {
  let caseId: string;
  let claimId: string;
  let officer: Client;
  let officerId: string;
  let stepId: string;
  beforeAll(async () => {
    const opened = await investigated();
    caseId = opened.caseId;
    claimId = opened.claimId ?? "";
    officerId = (await openStep(claimId)).assignees[0].staffId;
    officer = await site.as(officerId);
  });

  test("is a case of its own, linked both ways, and the complaint does not wait for it", async () => {
    expect(claimId).toMatch(/^LP-2026-\d{6}$/);
    const claim = await view(claimId);
    expect(claim).toMatchObject({
      caseId: claimId,
      process: "claim",
      status: "open",
      complaintId: caseId,
      category: "damage",
      waybillNo: "XD202612010001",
      claim: null,
      chainValid: true,
    });
    expect(claim.content).toMatchObject({
      complaintId: caseId,
      description: "三件毛巾外箱破损，<b>里面受潮</b>。",
      cause: "雨布没有盖严",
    });
    expect(JSON.stringify(claim)).not.toContain("13911000001");
    expect(claim.steps).toMatchObject([{ kind: "claim", status: "open", provisional: true }]);
    stepId = claim.steps[0].stepId;
    const [person] = (await desk.get("/api/people")).body.filter(
      (one: { staffId: string }) => one.staffId === officerId,
    );
    expect(person.roles).toContain("claims_officer");
    expect(
      (await view(caseId)).events.filter((one: { kind: string }) => one.kind === "claim.opened"),
    ).toMatchObject([{ data: { claimId } }]);
    expect((await openStep(caseId)).kind).toBe("approval");
  });

  test("has a clock of its own, and its officer a mail and a task", async () => {
    const { body: clocks } = await officer.get(`/api/cases/${claimId}/clocks`);
    expect(clocks).toMatchObject([{ kind: "resolve", minutes: 2400, status: "running", provisional: true }]);
    const counted = clocks[0].trace.reduce((sum: number, one: { minutes: number }) => sum + one.minutes, 0);
    expect(Math.round(counted)).toBe(2400);
    const [mail] = await site.inbox({ caseId: claimId, kind: "step.opened" });
    expect(mail).toMatchObject({ to: `${officerId}@xunda.example`, channel: "email" });
    expect(mail?.subject).toContain("理赔");
    expect(mail?.html).not.toContain("<b>里面受潮</b>");
    const { items } = (await officer.get("/api/tasks")).body;
    expect(items).toContainEqual(
      expect.objectContaining({ caseId: claimId, kind: "claim", process: "claim" }),
    );
  });

  test("is nobody's who has nothing to do with it", async () => {
    expect((await (await site.as("chenyao")).get(`/api/cases/${claimId}`)).status).toBe(404);
    expect((await site.visitor().get(`/api/cases/${claimId}`)).status).toBe(401);
    const other = await desk.post(`/api/steps/${stepId}`, { choice: "done", data: {} });
    expect([other.status, other.body.code]).toEqual([403, "not_assignee"]);
    expect((await officer.get(`/api/cases/${caseId}`)).status).toBe(200);
    const withdrawn = await officer.post(`/api/cases/${claimId}/withdraw`);
    expect([403, 404, 409]).toContain(withdrawn.status);
    expect((await view(claimId)).status).toBe("open");
  });

  test("is told what is wrong with its record, at each field", async () => {
    const act = (body: object) => officer.post(`/api/steps/${stepId}`, body);
    const paths = async (body: object) => {
      const { status, body: answer } = await act(body);
      expect(status).toBe(400);
      return answer.errors.map((one: { path: string; code: string }) => `${one.path}:${one.code}`);
    };
    expect(await paths({ choice: "approve" })).toEqual(["choice:choice"]);
    expect(await paths({ choice: "done", data: {} })).toEqual([
      "data.documents:invalid",
      "data.insurer:required",
      "data.amount:required",
    ]);
    expect(
      await paths({
        choice: "done",
        data: { documents: [{ name: "waybill", received: "yes" }], insurer: "a\r\nb", amount: -1, extra: 1 },
      }),
    ).toEqual([
      "data.documents.0.received:choose",
      "data.insurer:control_characters",
      "data.amount:at_least",
      "data.extra:unknown_field",
    ]);
    expect((await view(claimId)).status).toBe("open");
  });

  test("keeps what came in so far, and a newly published year moves its clock and its step", async () => {
    const saved = await officer.post(`/api/steps/${stepId}`, {
      choice: "save",
      data: {
        documents: [
          { name: "waybill", received: true },
          { name: "货主声明", received: false },
        ],
      },
    });
    expect(saved.body).toMatchObject({ stepId, outcome: null, effectiveAt: null });
    const { draft } = await view(claimId);
    expect(draft).toMatchObject({
      documents: [{ name: "waybill", received: true }, { name: "货主声明" }],
      insurer: null,
    });

    const before = await openStep(claimId);
    const admin = await site.as("limin");
    const published = await admin.post("/api/calendar-years/2027", {
      basedOn: 0,
      notice: "国办发明电〔2026〕9号",
      daysOff: ["2027-01-01", "2027-01-02", "2027-01-03"],
      workingWeekends: [],
    });
    expect(published.status, published.text).toBe(200);
    await site.advance({ advance: "PT10M" });
    const after = await openStep(claimId);
    expect(after).toMatchObject({ provisional: false, dueAt: before.dueAt });
    const { body: clocks } = await officer.get(`/api/cases/${claimId}/clocks`);
    expect(clocks).toMatchObject([{ provisional: false, minutes: 2400 }]);
    const complaintClocks = (await desk.get(`/api/cases/${caseId}/clocks`)).body;
    expect(complaintClocks.every((one: { provisional: boolean }) => !one.provisional)).toBe(true);
  });

  test("is settled on its page, once", async () => {
    const page = await officer.page(`/claims/${claimId}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain("货主声明");
    expect(page.text).not.toContain("<b>里面受潮</b>");
    const fields = {
      csrf: csrfOf(page.text),
      key: "claim-done-1",
      choice: "done",
      "documents.0.name": "waybill",
      "documents.0.received": "yes",
      "documents.1.name": "货主声明",
      "documents.1.received": "yes",
      "documents.2.name": "",
      insurer: "太平洋财产保险",
      amount: "",
      comment: "",
    };
    const refused = await officer.form(`/claims/${claimId}/steps/${stepId}`, fields);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("太平洋财产保险");
    const settled = await officer.form(`/claims/${claimId}/steps/${stepId}`, {
      ...fields,
      amount: "3,200.50",
    });
    expect([settled.status, settled.headers.get("location")]).toEqual([303, `/claims/${claimId}?told=done`]);
    const again = await officer.form(`/claims/${claimId}/steps/${stepId}`, { ...fields, amount: "3,200.50" });
    expect(again.status).toBe(303);
    const twice = await officer.post(`/api/steps/${stepId}`, {
      choice: "done",
      data: { documents: [{ name: "waybill", received: true }], insurer: "x", amount: 1 },
    });
    expect([twice.status, twice.body.code, twice.body.by?.staffId]).toEqual([
      409,
      "already_decided",
      officerId,
    ]);
    await site.settle();

    expect(await view(claimId)).toMatchObject({
      status: "closed",
      phase: "closed",
      outcome: "recorded",
      chainValid: true,
      claim: {
        documents: [
          { name: "waybill", received: true },
          { name: "货主声明", received: true },
        ],
        insurer: "太平洋财产保险",
        amount: 320_050,
      },
      steps: [{ status: "done", outcome: "done" }],
    });
    const { body: clocks } = await officer.get(`/api/cases/${claimId}/clocks`);
    expect(clocks).toMatchObject([{ status: "met" }]);
    expect((await officer.page(`/claims/${claimId}`, "en")).text).toContain("¥3,200.50");
    // Nothing rings for it any more, and its complaint was never touched by it.
    const before = (await site.inbox({ caseId: claimId })).length;
    await site.advance({ advance: "P10D" });
    expect(await site.inbox({ caseId: claimId })).toHaveLength(before);
    expect((await view(caseId)).claimId).toBe(claimId);
  });
});

test("who does not settle it is reminded, and its clock is late", async () => {
  const { claimId } = await investigated({ complainantPhone: "+8613911000009", waybillNo: "XD202612010009" });
  const step = await openStep(claimId ?? "");
  await site.advance({ to: step.dueAt });
  await site.settle();
  const kinds = (await site.inbox({ caseId: claimId ?? "" })).map((mail) => mail.kind);
  expect(kinds.filter((kind) => kind === "step.remind" || kind === "step.reminded")).toHaveLength(2);
  const clocks = (await desk.get(`/api/cases/${claimId}/clocks`)).body;
  expect(clocks).toMatchObject([{ status: "breached" }]);
});
