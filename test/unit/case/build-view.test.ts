import { describe, expect, test } from "vitest";
import { buildView, type CaseFacts } from "../../../functions/case/build-view.ts";
import type { CaseFile } from "../../../functions/case/model.ts";
import { RECEPTION_POLICY } from "../../../functions/policy/shipped.ts";
import { findingText } from "../../../functions/shared/i18n/sections/findings.ts";
import { hashOf } from "../../../functions/shared/ids.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { caseFile, seatOf, stepOf, voteOf } from "../../support/case-file.ts";
import { WEDNESDAY } from "../../support/reception.ts";

const facts: CaseFacts = {
  people: new Map(PEOPLE.map((one) => [one.staffId, one])),
  absences: [],
  buckets: [
    {
      department: "finance",
      period: "2026-12",
      category: "hospitality",
      control: "hard",
      allotted: 6_000_000,
      reserved: 500_000,
      committed: 0,
      spent: 0,
      available: 5_500_000,
    },
  ],
  policy: RECEPTION_POLICY,
  tax: { year: 2026, revenue: 1_200_000_000, preOpening: false, actual: 0 },
};
const base = caseFile();
const first = stepOf(base, 1, {
  status: "done",
  outcome: "approved",
  endedAt: "2026-12-02T03:00:00.000Z",
  token: "SECRET-TOKEN",
});
const second = stepOf(base, 2, { stage: "general_manager", assignees: ["zhangke"], token: "SECRET-TOKEN" });
const file: CaseFile = {
  ...base,
  steps: [first, second],
  seats: [seatOf(first, "shuaizhong", { status: "done" }), seatOf(second, "zhangke", { rules: ["self"] })],
  votes: [voteOf(first, "shuaizhong", "approve", { comment: "可以" })],
};
const view = (of: CaseFile = file) => buildView(of, { ...facts, tell: findingText }, WEDNESDAY, "zh-CN");

describe("the view of a case", () => {
  test("has the keys of the contract, with people by name and instants in Shanghai time", () => {
    expect(view()).toMatchObject({
      caseId: "JD-2026-000001",
      process: "reception",
      status: "open",
      phase: "approval",
      outcome: null,
      createdBy: { staffId: "chenyao", name: "陈瑶" },
      createdAt: "2026-12-02T10:00:00+08:00",
      contentHash: hashOf(base.content),
      chainValid: true,
      amount: 500_000,
    });
    expect(view().steps[0]).toEqual({
      stepId: "JD-2026-000001-1-1",
      kind: "approval",
      stage: "dept_manager",
      status: "done",
      outcome: "approved",
      assignees: [{ staffId: "shuaizhong", name: "帅钟" }],
      mode: "single",
      need: 1,
      openedAt: "2026-12-02T10:00:00+08:00",
      dueAt: "2026-12-02T19:00:00+08:00",
      provisional: false,
      endedAt: "2026-12-02T11:00:00+08:00",
      round: 1,
      alsoStages: [],
      effectiveAt: null,
      undoUntil: null,
      votes: [
        {
          by: { staffId: "shuaizhong", name: "帅钟" },
          choice: "approve",
          at: "2026-12-02T11:00:00+08:00",
          via: "login",
          contentHash: hashOf(base.content),
          comment: "可以",
        },
      ],
    });
  });

  test("shows each line of the timeline with its data, but the content only once", () => {
    const [submitted, reserved] = view().events;
    expect(submitted).toEqual({
      seq: 1,
      at: "2026-12-02T10:00:00+08:00",
      kind: "case.submitted",
      by: { staffId: "chenyao", name: "陈瑶" },
      via: "login",
      contentHash: hashOf(base.content),
      data: {},
    });
    expect(reserved?.data).toEqual({ amount: 500_000 });
    expect(view().content).toEqual(base.content);
  });

  test("never contains a task token, a link or a key", () => {
    const text = JSON.stringify(view());
    for (const secret of ["SECRET-TOKEN", "token", "attempt", '"link"', "kid", "salt", "pending"])
      expect(text.replaceAll('"via":"link"', "")).not.toContain(secret);
  });

  test("lines whose data was erased by law say so, and the chain still holds", () => {
    const erased = view({ ...file, payloads: new Map(), content: null });
    expect(erased.chainValid).toBe(true);
    expect(erased.content).toBeNull();
    expect(erased.events.map((event) => event.erased)).toEqual([true, true]);
    expect(erased.events.every((event) => !("data" in event))).toBe(true);
  });

  test("a changed line shows as a broken chain", () => {
    const events = base.events.with(0, { ...base.events[0]!, at: "2026-12-01T00:00:00.000Z" });
    expect(view({ ...file, events }).chainValid).toBe(false);
  });

  test("attachments that are still being uploaded are not shown", () => {
    const one = {
      v: 1,
      attachmentId: "a",
      by: "chenyao",
      name: "a.pdf",
      contentType: "application/pdf",
      size: 1,
      at: first.openedAt,
    } as const;
    const shown = view({
      ...file,
      attachments: [
        { ...one, status: "stored" },
        { ...one, attachmentId: "b", status: "uploading" },
      ],
    });
    expect(shown.attachments.map((each) => each.attachmentId)).toEqual(["a"]);
  });

  test("messages come in the order in which they were written", () => {
    const message = (messageId: string, createdAt: string): CaseFile["messages"][number] => ({
      v: 1,
      messageId,
      caseId: base.header.caseId,
      kind: "approval.request",
      channel: "email",
      to: "zhangke",
      params: {},
      locale: "zh-CN",
      status: "sent",
      dueAt: createdAt,
      createdAt,
      attempt: 1,
      sentAt: createdAt,
    });
    const shown = view({
      ...file,
      messages: [message("a", "2026-12-02T05:00:00.000Z"), message("b", "2026-12-02T04:00:00.000Z")],
    });
    expect(shown.messages).toEqual([
      {
        id: "b",
        kind: "approval.request",
        channel: "email",
        to: { staffId: "zhangke", name: "张科" },
        status: "sent",
        sentAt: "2026-12-02T12:00:00+08:00",
        deferredUntil: null,
      },
      {
        id: "a",
        kind: "approval.request",
        channel: "email",
        to: { staffId: "zhangke", name: "张科" },
        status: "sent",
        sentAt: "2026-12-02T13:00:00+08:00",
        deferredUntil: null,
      },
    ]);
    const { sentAt: _sentAt, ...waiting } = message("c", "2026-12-02T14:00:00.000Z");
    const held = { ...waiting, status: "deferred" as const, dueAt: "2026-12-03T00:00:00.000Z" };
    expect(view({ ...file, messages: [held] }).messages[0]).toMatchObject({
      status: "deferred",
      sentAt: null,
      deferredUntil: "2026-12-03T08:00:00+08:00",
    });
  });
});

describe("the route in a view", () => {
  const states = (of: CaseFile) => view(of).route.stages.map((stage) => [stage.stage, stage.state]);

  test("done, now and next, each with its signers and why", () => {
    const [done, now] = view().route.stages;
    expect(done).toMatchObject({
      state: "done",
      decidedAt: "2026-12-02T11:00:00+08:00",
      signers: [{ staffId: "shuaizhong" }],
    });
    expect(now).toMatchObject({
      state: "now",
      rules: ["amount"],
      signers: [{ staffId: "zhangke", name: "张科", rules: ["self"] }],
    });
  });

  test("before the first step opens every stage is next, one after the other on the working calendar", () => {
    const stages = view({ ...file, steps: [], seats: [], votes: [] }).route.stages;
    expect(stages.map((stage) => [stage.state, stage.dueAt])).toEqual([
      ["next", "2026-12-03T10:00:00+08:00"],
      ["next", "2026-12-04T10:00:00+08:00"],
    ]);
  });

  test("a later stage is due after the open one's own due time", () => {
    const open = { ...first, status: "open" as const, outcome: null, dueAt: "2026-12-03T02:00:00.000Z" };
    const stages = view({ ...file, steps: [open], votes: [] }).route.stages;
    expect(stages.map((stage) => [stage.state, stage.dueAt])).toEqual([
      ["now", "2026-12-03T10:00:00+08:00"],
      ["next", "2026-12-04T10:00:00+08:00"],
    ]);
  });

  test("steps of an earlier revision are not part of it", () => {
    expect(states({ ...file, header: { ...file.header, revision: 2 } })).toEqual([
      ["dept_manager", "next"],
      ["general_manager", "next"],
    ]);
  });
});

test("findings are told in the reader's language; standard and tax are the case's own", () => {
  const finding = {
    kind: "over_standard" as const,
    evidence: [{ path: "budgetAmount", value: 500_000, limit: 300_000 }],
    at: "2026-12-02T02:00:00.000Z",
  };
  const standards = { version: 1, amount: 300_000, lines: [], companionsMax: 3 };
  const found = view({ ...file, header: { ...file.header, findings: [finding], standards } });

  expect(found.findings).toEqual([
    {
      ...finding,
      at: "2026-12-02T10:00:00+08:00",
      text: "申请 ¥5,000，按接待标准测算为 ¥3,000，超出 ¥2,000。",
    },
  ]);
  expect(found.standards).toEqual(standards);
  expect(found.tax).toEqual({
    year: 2026,
    deductibleBefore: 0,
    deductibleAfter: 300_000,
    nonDeductibleOfThis: 200_000,
  });
});

test("what a case has spent itself is not counted twice in its tax", () => {
  const settlement = { seq: 1, charged: 400_000, approved: 500_000 };
  const settled = { ...file, header: { ...file.header, outcome: "settled", settlement } };
  const tax = { year: 2026, revenue: 1_200_000_000, preOpening: false, actual: 400_000 };
  expect(buildView(settled, { ...facts, tax }, WEDNESDAY, "zh-CN").tax).toMatchObject({
    deductibleBefore: 0,
    deductibleAfter: 240_000,
  });
});
