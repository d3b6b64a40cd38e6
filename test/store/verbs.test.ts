/** What a signer can do on a step beside saying yes or no, each against a real table and with rivals at the same instant. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApprovalPolicy } from "../../functions/approval/model.ts";
import type { Seat, Timer } from "../../functions/case/model.ts";
import { pkOf } from "../../functions/case/store.ts";
import { policyKey } from "../../functions/directory/store.ts";
import { bucketPk } from "../../functions/ledger/store.ts";
import { RECEPTION_POLICY } from "../../functions/policy/shipped.ts";
import { editReception } from "../../functions/reception/edit.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { stamp } from "../../functions/shared/clock.ts";
import { actByLink, askForCode, openLink } from "../../functions/step/link.ts";
import { codeFor, linkFor } from "../../functions/step/links.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import { PEOPLE } from "../../local/demo/data.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  act,
  entriesOf,
  finish,
  kinds,
  next,
  nextStep,
  opened,
  race,
  read,
  refusal,
  refused,
  sound,
  stepNow,
} from "../support/flow.ts";
import { form, person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  await publish({});
  // Many large requests: the month's budget is not what this is about.
  const pk = bucketPk({ department: "finance", period: "2026-12", category: "hospitality" });
  const bucket = await tables.get("Ledger", pk, "BUCKET");
  await tables.put("Ledger", { ...bucket, allotted: 10_000_000_00, available: 10_000_000_00 });
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

const chenyao = person("chenyao");
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const END = WEDNESDAY + 2 * MINUTE;

let versions = 10;
/** The newest reception policy: the demo's with two minutes to undo, and these changes. */
async function publish(changes: Partial<ApprovalPolicy>): Promise<void> {
  versions += 1;
  await tables.put("Directory", {
    ...policyKey("reception", versions),
    v: 1,
    policyId: "reception",
    version: versions,
    document: { ...RECEPTION_POLICY, undoSeconds: 120, ...changes },
  });
}

/** A case under another policy than the others. */
async function openedUnder(changes: Partial<ApprovalPolicy>, content: Record<string, unknown> = {}) {
  await publish(changes);
  const found = await opened(content);
  await publish({});
  return found;
}
const COMMITTEE: Partial<ApprovalPolicy> = {
  stages: [
    { stage: "committee", when: {}, signers: { role: "committee" }, mode: "n-of-m", need: 2, due: "PT8H" },
  ],
};

const resumeOf = (stepId: string) =>
  tables.get("Cases", pkOf(stepId.split("-").slice(0, 3).join("-")), `WORK#${stepId}-resume`);
const timerNow = async (stepId: string, timerId: string): Promise<Timer> => {
  const { timers } = await read(stepId.split("-").slice(0, 3).join("-"));
  const found = timers.find((one) => one.timerId === timerId);
  if (!found) throw new Error(`No timer ${timerId}`);
  return found;
};
const seatOf = async (stepId: string, staffId: string): Promise<Seat> => {
  const { seats } = await read(stepId.split("-").slice(0, 3).join("-"));
  const found = seats.find((one) => one.stepId === stepId && one.staffId === staffId);
  if (!found) throw new Error(`No seat of ${staffId}`);
  return found;
};
const ring = (stepId: string, n = 1) =>
  runTimer({ v: 1, caseId: stepId.split("-").slice(0, 3).join("-"), timerId: `${stepId}-eff${n}` });
/** Lets the undo window of a step pass. */
async function pass(stepId: string, n = 1): Promise<void> {
  const timer = await timerNow(stepId, `${stepId}-eff${n}`);
  vi.setSystemTime(timer.dueAt);
  await ring(stepId, n);
}
const mails = async (caseId: string, kind: string) =>
  (await read(caseId)).messages.filter((one) => one.kind === kind);

const linkOf = (stepId: string, staffId = "shuaizhong", version = 1) =>
  linkFor(LINK_KEYS, { stepId, staffId, version, kid: "k1" });
async function nonceOf(link: string): Promise<string> {
  const { nonce } = await openLink(link, null);
  if (nonce === null) throw new Error("A page without a form");
  return nonce;
}
const press = async (link: string, fields: Record<string, string>) =>
  actByLink(link, null, { nonce: await nonceOf(link), comment: "", ...fields });

describe("the undo window", () => {
  test.each([
    ["approve", "", {}, "approved"],
    ["reject", "不同意", {}, "rejected"],
    ["return", "请补充", {}, "returned"],
    ["add-after", "请财务也看", { toStaffId: "wanghui" }, "add-after"],
  ])("%s ends the step at once and has no effect for two minutes", async (choice, comment, data, outcome) => {
    const { caseId, stepId } = await opened();

    expect(await act("shuaizhong", stepId, choice, comment, data)).toEqual({
      stepId,
      outcome,
      effectiveAt: "2026-12-02T10:02:00+08:00",
      undoUntil: "2026-12-02T10:02:00+08:00",
    });

    const file = await sound(tables, caseId);
    expect(file.steps[0]).toMatchObject({
      status: "done",
      outcome,
      decidedBy: "shuaizhong",
      endedAt: stamp(WEDNESDAY),
      effectiveAt: stamp(END),
      undoUntil: stamp(END),
    });
    expect(file.timers.filter((one) => one.pending && one.stepId === stepId)).toMatchObject([
      { timerId: `${stepId}-eff1`, kind: "effective", dueAt: stamp(END) },
    ]);
    expect(await resumeOf(stepId)).toBeNull();
    // The workflow that asks meanwhile is sent back to the same step.
    expect(await next(caseId, { meanwhile: true })).toEqual({ stepId });
    const [receipt] = await mails(caseId, "vote.receipt");
    expect(receipt).toMatchObject({
      to: "shuaizhong",
      channel: "email",
      dueAt: stamp(WEDNESDAY),
      params: { choice, undoUntil: stamp(END) },
    });

    await pass(stepId);
    expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
    expect(await next(caseId)).not.toEqual({ stepId });
    await sound(tables, caseId);
  });

  test("the alarm that comes early asks for another, twice it does nothing more", async () => {
    const { stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    vi.setSystemTime(END - 1);
    await ring(stepId);
    expect(await timerNow(stepId, `${stepId}-eff1`)).toMatchObject({ pending: "timer", arms: 1 });
    expect(await resumeOf(stepId)).toBeNull();
    vi.setSystemTime(END);
    await Promise.all([ring(stepId), ring(stepId), ring(stepId)]);
    const told = await resumeOf(stepId);
    await tables.put("Cases", { ...told, pending: undefined });
    await ring(stepId);
    expect(await resumeOf(stepId)).not.toHaveProperty("pending");
  });

  test("undo: the step is as it was before, with a fresh link and its ladder", async () => {
    const { caseId, stepId } = await opened();
    const before = await stepNow(stepId);
    await act("shuaizhong", stepId, "approve");
    vi.setSystemTime(END - SECOND);

    expect(await act("shuaizhong", stepId, "undo")).toEqual({
      stepId,
      outcome: null,
      effectiveAt: null,
      undoUntil: null,
    });

    expect(await stepNow(stepId)).toEqual({
      ...before,
      token: expect.anything(),
      attempt: expect.anything(),
    });
    const file = await sound(tables, caseId);
    expect(kinds(file).at(-1)).toBe("vote.undone");
    expect(file.votes).toMatchObject([{ choice: "approve", n: 1, undone: true }]);
    expect(file.seats).toMatchObject([{ status: "open", assignee: "shuaizhong", link: { version: 2 } }]);
    expect(file.timers.filter((one) => one.pending && one.stepId === stepId)).toMatchObject([
      { timerId: `${stepId}-r1`, arms: 1 },
    ]);
    expect((await mails(caseId, "approval.request")).map((one) => one.messageId)).toHaveLength(2);
    expect((await openLink(linkOf(stepId), null)).state).toBe("void");

    // He votes again, and the second vote has a window of its own.
    await press(linkOf(stepId, "shuaizhong", 2), { choice: "reject", comment: "不同意" });
    const again = await sound(tables, caseId);
    expect(again.votes.map((one) => [one.n, one.choice, one.undone ?? false])).toEqual([
      [1, "approve", true],
      [2, "reject", false],
    ]);
    expect(again.steps[0]).toMatchObject({ outcome: "rejected", undoUntil: stamp(END + 119 * SECOND) });
    await ring(stepId, 1);
    expect(await resumeOf(stepId)).toBeNull();
    await pass(stepId, 2);
    expect(await next(caseId)).toEqual({ outcome: "rejected" });
  });

  test("by link: the page has the choice alone, the nonce works once, an older link does nothing", async () => {
    const { stepId } = await opened();
    const link = linkOf(stepId);
    await press(link, { choice: "approve" });
    const page = await openLink(link, null);
    expect(page).toMatchObject({ state: "decided", undo: true, mine: { choice: "approve" } });
    const nonce = page.nonce ?? "";
    expect(await refusal(actByLink(link, null, { nonce: `${nonce}x`, choice: "undo" }))).toBe("409 stale");
    expect(await refusal(actByLink(link, null, { nonce, choice: "approve" }))).toBe("409 already_decided");
    expect(await actByLink(link, null, { nonce, choice: "undo", comment: "" })).toMatchObject({
      outcome: null,
    });
    expect(await refusal(actByLink(link, null, { nonce, choice: "undo" }))).toBe("409 stale");
    const fresh = linkOf(stepId, "shuaizhong", 2);
    expect(await openLink(fresh, null)).toMatchObject({ state: "open", undo: false, mine: null });
  });

  test("is over at its end, even before the alarm rang", async () => {
    const { stepId } = await opened();
    const link = linkOf(stepId);
    await press(link, { choice: "approve" });
    const { nonce } = await openLink(link, null);
    vi.setSystemTime(END);
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
    expect(await refusal(actByLink(link, null, { nonce: nonce ?? "", choice: "undo" }))).toBe(
      "409 undo_over",
    );
    expect(await openLink(link, null)).toMatchObject({ state: "decided", undo: false, nonce: null });
  });

  test("belongs to who decided; nothing was decided, nothing is undone", async () => {
    const { stepId } = await opened();
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
    expect(await refusal(act("zhangke", stepId, "undo"))).toBe("403 not_assignee");
    await act("shuaizhong", stepId, "approve");
    expect(await refusal(act("zhangke", stepId, "undo"))).toBe("403 not_assignee");
    expect(await refusal(act("chenyao", stepId, "undo"))).toBe("403 not_assignee");
    expect((await stepNow(stepId)).outcome).toBe("approved");
  });

  test("without a window a vote counts at once and its receipt names none", async () => {
    const { caseId, stepId } = await openedUnder({ undoSeconds: 0 });
    expect(await act("shuaizhong", stepId, "approve")).toMatchObject({ undoUntil: null });
    expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
    expect((await mails(caseId, "vote.receipt"))[0]?.params).toEqual({ choice: "approve", n: 1 });
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
  });

  test("two of three: the vote that decided can be undone, the one before cannot", async () => {
    const { caseId, stepId } = await openedUnder(COMMITTEE);
    await act("xielei", stepId, "approve");
    expect(await refusal(act("xielei", stepId, "undo"))).toBe("409 undo_over");
    await act("daiwen", stepId, "approve");
    expect((await mails(caseId, "vote.receipt")).map((one) => one.to).sort()).toEqual(["daiwen", "xielei"]);
    expect(await refusal(act("xielei", stepId, "undo"))).toBe("403 not_assignee");
    expect(await refusal(act("gaofeng", stepId, "undo"))).toBe("403 not_assignee");
    await act("daiwen", stepId, "undo");
    const { seats } = await sound(tables, caseId);
    expect(Object.fromEntries(seats.map((one) => [one.staffId, one.status]))).toEqual({
      xielei: "done",
      gaofeng: "open",
      daiwen: "open",
    });
    expect((await act("gaofeng", stepId, "approve")).outcome).toBe("approved");
  });

  test("five presses of undo at once are one", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    const count = await race(Array.from({ length: 5 }, () => act("shuaizhong", stepId, "undo")));
    expect(count).toEqual({ ok: 1, "409 undo_over": 4 });
    expect(kinds(await sound(tables, caseId)).filter((kind) => kind === "vote.undone")).toHaveLength(1);
  });

  test("undo and the alarm at the same instant: exactly one of both wins", async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      vi.setSystemTime(WEDNESDAY);
      const { caseId, stepId } = await opened();
      await act("shuaizhong", stepId, "approve");
      // Two machines whose clocks differ: for one the window is over, for the other it is not.
      const timer = await timerNow(stepId, `${stepId}-eff1`);
      await tables.put("Cases", {
        pk: pkOf(caseId),
        sk: `TIMER#${timer.timerId}`,
        ...timer,
        dueAt: stamp(WEDNESDAY),
      });
      const calls = [() => act("shuaizhong", stepId, "undo"), () => ring(stepId)];
      const [undone] = await Promise.allSettled(
        round % 2 === 0
          ? calls.map((call) => call())
          : calls
              .toReversed()
              .map((call) => call())
              .toReversed(),
      );
      const file = await sound(tables, caseId);
      const [step] = file.steps;
      const resumed = (await resumeOf(stepId)) !== null;
      if (undone?.status === "fulfilled") {
        expect([step?.status, resumed]).toEqual(["open", false]);
        seen.add("undo");
      } else {
        expect(undone?.reason).toMatchObject({ status: 409, code: "undo_over" });
        expect([step?.status, step?.outcome, resumed]).toEqual(["done", "approved", true]);
        seen.add("alarm");
      }
    }
    expect(seen.size).toBeGreaterThan(0);
  });

  test("the alarm of a faster clock was first: over, though the window seems open here", async () => {
    const { stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    vi.setSystemTime(END);
    await ring(stepId);
    vi.setSystemTime(END - SECOND);
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
  });

  test("a withdrawal within it wins: the execution is told at its end, nothing can be undone", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    await withdrawReception(chenyao, caseId);
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
    await pass(stepId);
    expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
    expect(await next(caseId)).toEqual({ outcome: "superseded" });
    expect((await sound(tables, caseId)).header.outcome).toBe("withdrawn");
  });

  test("an edit within it starts anew, and the old vote is neither counted nor undone", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    await editReception(chenyao, caseId, form({ budgetAmount: 70_000 }));
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
    expect(await openLink(linkOf(stepId), null)).toMatchObject({ undo: false, nonce: null });
    await pass(stepId);
    expect(await nextStep(caseId)).toBe(`${caseId}-2-1`);
  });
});

describe("handing over", () => {
  test("the same step, a new signer for the old one, a link of his own; the old one is stale", async () => {
    const { caseId, stepId } = await opened();
    const before = await stepNow(stepId);
    const old = linkOf(stepId);
    const nonce = await nonceOf(old);

    expect(await act("shuaizhong", stepId, "transfer", "出差", { toStaffId: "luoqiang" })).toEqual({
      stepId,
      outcome: null,
      effectiveAt: null,
      undoUntil: null,
    });

    const file = await sound(tables, caseId);
    expect(file.steps[0]).toEqual({ ...before, assignees: ["luoqiang"] });
    expect(await seatOf(stepId, "luoqiang")).toMatchObject({
      status: "open",
      assignee: "luoqiang",
      for: "shuaizhong",
      rules: [],
      dueAt: before.dueAt,
      link: { version: 1 },
    });
    const left = await seatOf(stepId, "shuaizhong");
    expect([left.status, left.assignee]).toEqual(["void", undefined]);
    expect(kinds(file).at(-1)).toBe("vote.transferred");
    expect(file.payloads.get(file.header.seq)?.data).toMatchObject({ to: "luoqiang", comment: "出差" });
    expect(file.votes).toMatchObject([{ by: "shuaizhong", choice: "transfer", to: "luoqiang" }]);
    expect((await mails(caseId, "approval.request")).map((one) => one.to).sort()).toEqual([
      "luoqiang",
      "shuaizhong",
    ]);
    expect((await mails(caseId, "vote.receipt")).map((one) => one.to)).toEqual(["shuaizhong"]);
    expect(file.timers.filter((one) => one.pending && one.stepId === stepId)).toMatchObject([
      { timerId: `${stepId}-r1`, arms: 0 },
    ]);

    expect(await openLink(old, null)).toMatchObject({ state: "void", nonce: null, undo: false });
    expect(await refusal(actByLink(old, null, { nonce, choice: "approve" }))).toBe("409 stale");
    expect(await refusal(act("shuaizhong", stepId, "approve"))).toBe("403 not_assignee");
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
    expect(await refusal(act("luoqiang", stepId, "undo"))).toBe("409 undo_over");
    vi.setSystemTime(WEDNESDAY + SECOND);
    await press(linkOf(stepId, "luoqiang"), { choice: "approve" });
    const [, vote] = (await sound(tables, caseId)).votes;
    expect(vote).toMatchObject({ by: "luoqiang", for: "shuaizhong", choice: "approve" });
    // Decided by another: the old signer's link stays what it was.
    expect(await refusal(actByLink(old, null, { nonce, choice: "reject", comment: "x" }))).toBe("409 stale");
  });

  test("and back: the first signer gets a link that no earlier mail carried", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "transfer", "出差", { toStaffId: "luoqiang" });
    await press(linkOf(stepId, "luoqiang"), {
      choice: "transfer",
      comment: "还给您",
      toStaffId: "shuaizhong",
    });
    expect((await openLink(linkOf(stepId), null)).state).toBe("void");
    const fresh = linkOf(stepId, "shuaizhong", 2);
    expect(await press(fresh, { choice: "approve" })).toMatchObject({ outcome: "approved" });
    const { votes } = await sound(tables, caseId);
    expect(votes.filter((one) => one.by === "shuaizhong").map((one) => [one.n, one.choice])).toEqual([
      [1, "transfer"],
      [2, "approve"],
    ]);
  });

  test("to two people at once goes to one of them", async () => {
    const { caseId, stepId } = await opened();
    const count = await race(
      ["luoqiang", "zhangke"].map((toStaffId) =>
        act("shuaizhong", stepId, "transfer", "出差", { toStaffId }),
      ),
    );
    expect(count).toEqual({ ok: 1, "403 not_assignee": 1 });
    const { steps, seats } = await sound(tables, caseId);
    expect(seats.filter((one) => one.status === "open").map((one) => one.staffId)).toEqual(
      steps[0]?.assignees,
    );
  });

  test("and an approval at the same instant: one of both", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { caseId, stepId } = await opened();
      const count = await race([
        act("shuaizhong", stepId, "transfer", "出差", { toStaffId: "luoqiang" }),
        act("shuaizhong", stepId, "approve"),
      ]);
      expect(count.ok).toBe(1);
      const [step] = (await sound(tables, caseId)).steps;
      expect([step?.assignees[0], step?.status]).toEqual(
        step?.outcome === "approved" ? ["shuaizhong", "done"] : ["luoqiang", "open"],
      );
    }
  });

  test("one of a committee: the others' votes and need stay", async () => {
    const { caseId, stepId } = await openedUnder(COMMITTEE);
    await act("xielei", stepId, "approve");
    expect(await refusal(act("gaofeng", stepId, "transfer", "出差", { toStaffId: "xielei" }))).toBe(
      "400 invalid data.toStaffId:choose",
    );
    await act("gaofeng", stepId, "transfer", "出差", { toStaffId: "zhangke" });
    expect((await stepNow(stepId)).assignees.toSorted()).toEqual(["daiwen", "xielei", "zhangke"]);
    expect((await act("zhangke", stepId, "approve")).outcome).toBe("approved");
    await sound(tables, caseId);
  });
});

describe("another signer first or after", () => {
  test("before: he signs the same stage, then it opens again for the first", async () => {
    const { caseId, stepId } = await opened();
    expect(await act("shuaizhong", stepId, "add-before", "请先看", { toStaffId: "wanghui" })).toMatchObject({
      outcome: "add-before",
      effectiveAt: "2026-12-02T10:00:00+08:00",
      undoUntil: null,
    });
    expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
    expect(await refusal(act("shuaizhong", stepId, "undo"))).toBe("409 undo_over");
    expect(await stepNow(stepId)).toMatchObject({ added: "wanghui", outcome: "add-before" });

    const second = await nextStep(caseId);
    expect(await stepNow(second)).toMatchObject({
      stage: "dept_manager",
      assignees: ["wanghui"],
      addedBy: "shuaizhong",
    });
    for (const choice of ["add-before", "add-after"])
      expect(await refusal(act("wanghui", second, choice, "再请人", { toStaffId: "zhangke" }))).toBe(
        "409 no_second_adding",
      );
    await act("wanghui", second, "approve");
    await pass(second);

    const third = await nextStep(caseId);
    expect(await stepNow(third)).toMatchObject({ stage: "dept_manager", assignees: ["shuaizhong"] });
    await act("shuaizhong", third, "approve");
    await pass(third);
    expect(await next(caseId)).toEqual({ outcome: "approved" });
    expect(kinds(await sound(tables, caseId))).toContain("vote.added-before");
  });

  test("after: counts as approval once the window is over, then he signs, then the chain goes on", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "add-after", "请财务也看", { toStaffId: "wanghui" });
    await pass(stepId);
    const second = await nextStep(caseId);
    expect(await stepNow(second)).toMatchObject({ assignees: ["wanghui"], addedBy: "shuaizhong" });
    await act("wanghui", second, "approve");
    await pass(second);
    expect(await next(caseId)).toEqual({ outcome: "approved" });
    expect(kinds(await sound(tables, caseId))).toContain("vote.added-after");
  });

  test("after, and undone: nobody was added", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "add-after", "请财务也看", { toStaffId: "wanghui" });
    await act("shuaizhong", stepId, "undo");
    const step = await stepNow(stepId);
    expect([step.added, step.outcome, step.status]).toEqual([undefined, null, "open"]);
    expect(await next(caseId)).toEqual({ stepId });
  });

  test("only where one person signs", async () => {
    const { stepId } = await openedUnder(COMMITTEE);
    for (const choice of ["add-before", "add-after"])
      expect(await refusal(act("xielei", stepId, choice, "请人", { toStaffId: "wanghui" }))).toBe(
        "409 not_here",
      );
  });
});

describe("whom a verb names", () => {
  test.each(["transfer", "add-before", "add-after"])("%s", async (choice) => {
    const { caseId, stepId } = await opened();
    const to = (toStaffId: unknown, comment = "原因") =>
      act("shuaizhong", stepId, choice, comment, { toStaffId });
    for (const wrong of ["", "nobody", "shuaizhong", "x".repeat(3000), "../x"])
      expect(await refusal(to(wrong)), wrong.slice(0, 20)).toBe("400 invalid data.toStaffId:choose");
    expect(await refusal(to(7))).toBe("400 invalid data.toStaffId:choose");
    expect(await refusal(act("shuaizhong", stepId, choice, "原因"))).toBe(
      "400 invalid data.toStaffId:choose",
    );
    expect(await refusal(to("wanghui", " "))).toBe("400 invalid comment:reason_required");
    expect(await refusal(to("chenyao"))).toBe("409 self_approval");
    const link = linkOf(stepId);
    expect(await refusal(press(link, { choice, comment: "原因", toStaffId: "nobody" }))).toBe(
      "400 invalid toStaffId:choose",
    );
    const key = ["STAFF", "luoqiang"] as const;
    const stored = await tables.get("Directory", ...key);
    await tables.put("Directory", { ...stored, active: false });
    const inactive = await refusal(to("luoqiang"));
    await tables.put("Directory", { ...stored });
    expect(inactive).toBe("400 invalid data.toStaffId:choose");
    expect(kinds(await sound(tables, caseId)).at(-1)).toBe("step.opened");
  });

  test("fields that a choice does not take are unknown", async () => {
    const { stepId } = await opened();
    const wrong: [string, Record<string, unknown>, string][] = [
      ["approve", { toStaffId: "wanghui" }, "data.toStaffId"],
      ["approve", { toStage: "finance" }, "data.toStage"],
      ["reject", { toStage: "finance" }, "data.toStage"],
      ["transfer", { toStaffId: "wanghui", toStage: "finance" }, "data.toStage"],
      ["approve", { code: "123456" }, "data.code"],
      ["return", { stage: "finance" }, "data.stage"],
    ];
    for (const [choice, data, path] of wrong)
      expect(await refusal(act("shuaizhong", stepId, choice, "原因", data)), path).toBe(
        `400 invalid ${path}:unknown_field`,
      );
    const link = linkOf(stepId);
    expect(await refusal(press(link, { choice: "reject", comment: "x", toStaffId: "wanghui" }))).toBe(
      "400 invalid toStaffId:unknown_field",
    );
    // A field that was left empty was not sent.
    expect(await press(link, { choice: "approve", toStaffId: "", toStage: "", code: "" })).toMatchObject({
      outcome: "approved",
    });
  });
});

describe("return to an earlier stage", () => {
  async function atFinance() {
    const { caseId } = await openedUnder({ undoSeconds: 0 }, { budgetAmount: 600_000 });
    await act("shuaizhong", `${caseId}-1-1`, "approve");
    await act("zhangke", await nextStep(caseId), "approve", "同意");
    return { caseId, stepId: await nextStep(caseId) };
  }

  test("opens that stage again and those after it; votes from there on are void", async () => {
    const { caseId, stepId } = await atFinance();
    expect(
      (await act("wanghui", stepId, "return", "金额再核一下", { toStage: "general_manager" })).outcome,
    ).toBe("returned");
    const file = await sound(tables, caseId);
    expect(file.votes.map((one) => [one.by, one.choice, one.void ?? false])).toEqual(
      expect.arrayContaining([
        ["shuaizhong", "approve", false],
        ["zhangke", "approve", true],
        ["wanghui", "return", false],
      ]),
    );
    expect(file.header.phase).toBe("approval");
    const again = await nextStep(caseId);
    expect(await stepNow(again)).toMatchObject({ stage: "general_manager", assignees: ["zhangke"] });
    await act("zhangke", again, "approve");
    const finance = await nextStep(caseId);
    expect((await stepNow(finance)).stage).toBe("finance");
    await act("zhaomin", finance, "approve");
    expect(await next(caseId)).toEqual({ outcome: "approved" });
  });

  test("only to a stage that came before and is approved now", async () => {
    const { caseId, stepId } = await atFinance();
    for (const toStage of ["finance", "committee", "nonsense", ""])
      expect(await refusal(act("wanghui", stepId, "return", "x", { toStage })), toStage).toBe(
        "400 invalid data.toStage:choose",
      );
    await act("wanghui", stepId, "return", "x", { toStage: "dept_manager" });
    const again = await nextStep(caseId);
    // Its own and later stages wait to be approved again.
    for (const toStage of ["dept_manager", "general_manager"])
      expect(await refusal(act("shuaizhong", again, "return", "x", { toStage }))).toBe(
        "400 invalid data.toStage:choose",
      );
  });

  test("undone within its window: the votes count again", async () => {
    const { caseId } = await opened({ budgetAmount: 300_000 });
    await act("shuaizhong", `${caseId}-1-1`, "approve");
    await pass(`${caseId}-1-1`);
    const stepId = await nextStep(caseId);
    await act("zhangke", stepId, "return", "再看看", { toStage: "dept_manager" });
    expect((await read(caseId)).votes.find((one) => one.by === "shuaizhong")).toMatchObject({ void: true });
    await act("zhangke", stepId, "undo");
    const [vote] = (await sound(tables, caseId)).votes;
    expect([vote?.by, vote?.void, vote?.voidBy]).toEqual(["shuaizhong", undefined, undefined]);
    expect((await stepNow(stepId)).toStage).toBeUndefined();
    await act("zhangke", stepId, "approve");
    await pass(stepId, 2);
    expect(await next(caseId)).toEqual({ outcome: "approved" });
  });
});

describe("a code for large amounts", () => {
  const session = (staffId: string) => ({ actor: person(staffId), csrf: "csrf" });
  async function large() {
    const { caseId, stepId } = await opened({ budgetAmount: 600_000 });
    const link = linkOf(stepId);
    const ask = async () => askForCode(link, null, { nonce: await nonceOf(link) });
    const right = async () => codeFor(LINK_KEYS, (await read(caseId)).codes[0]!);
    const wrong = async () => String((Number(await right()) + 1) % 1_000_000).padStart(6, "0");
    const approve = (code?: string) => press(link, { choice: "approve", ...(code ? { code } : {}) });
    return { caseId, stepId, link, ask, right, wrong, approve };
  }

  test("goes to the signer's phone, approves once, and is stored nowhere", async () => {
    const { caseId, stepId, link, right, wrong, approve } = await large();
    expect(await openLink(link, null)).toMatchObject({ codeNeeded: true, codeSent: false });
    expect(await refusal(approve())).toBe("403 step_up");
    expect(await refusal(approve("123456"))).toBe("403 wrong_code");
    const nonce = await nonceOf(link);
    await askForCode(link, null, { nonce });
    expect(await openLink(link, null)).toMatchObject({ codeNeeded: true, codeSent: true });
    const [sms] = await mails(caseId, "vote.code");
    expect(sms).toMatchObject({ to: "shuaizhong", channel: "sms", stepId, params: { n: 1 } });
    const code = await right();
    expect(code).toMatch(/^\d{6}$/);
    expect(JSON.stringify(await tables.items("Cases", pkOf(caseId)))).not.toContain(`"${code}"`);
    expect(await refusal(approve(await wrong()))).toBe("403 wrong_code");
    expect((await read(caseId)).codes[0]).toMatchObject({ tries: 1, used: false });
    // Asking for the code did not use the page's nonce up.
    expect(await actByLink(link, null, { nonce, choice: "approve", comment: "", code })).toMatchObject({
      outcome: "approved",
    });
    expect((await sound(tables, caseId)).codes[0]).toMatchObject({ used: true });
    // The vote is undone: the code has had its turn.
    await act("shuaizhong", stepId, "undo");
    const fresh = linkOf(stepId, "shuaizhong", 2);
    expect(await refusal(press(fresh, { choice: "approve", code }))).toBe("403 wrong_code");
  });

  test("is not needed signed in, for smaller amounts, or to say no", async () => {
    const one = await large();
    const nonce = await nonceOf(one.link);
    expect((await openLink(one.link, session("shuaizhong"))).codeNeeded).toBe(false);
    expect(
      await actByLink(one.link, session("shuaizhong"), { nonce, choice: "approve", comment: "" }),
    ).toMatchObject({ outcome: "approved" });
    const two = await large();
    expect((await act("shuaizhong", two.stepId, "approve")).outcome).toBe("approved");
    const three = await large();
    expect(await press(three.link, { choice: "reject", comment: "不同意" })).toMatchObject({
      outcome: "rejected",
    });
    const small = await opened({ budgetAmount: 500_000 });
    const link = linkOf(small.stepId);
    expect(await refusal(askForCode(link, null, { nonce: await nonceOf(link) }))).toBe("409 not_here");
    expect(await press(link, { choice: "approve" })).toMatchObject({ outcome: "approved" });
  });

  test("add-after needs it too", async () => {
    const { link, ask, right } = await large();
    const fields = { choice: "add-after", comment: "请财务也看", toStaffId: "wanghui" };
    expect(await refusal(press(link, fields))).toBe("403 step_up");
    await ask();
    expect(await press(link, { ...fields, code: await right() })).toMatchObject({ outcome: "add-after" });
  });

  test("is dead after ten minutes, after five wrong tries, and once a newer one was sent", async () => {
    const { caseId, ask, right, wrong, approve } = await large();
    await ask();
    const first = await right();
    vi.setSystemTime(WEDNESDAY + 10 * MINUTE);
    expect(await refusal(approve(first))).toBe("403 wrong_code");
    await ask();
    expect(await refusal(approve(first))).toBe("403 wrong_code");
    const second = await right();
    for (let count = 0; count < 4; count += 1)
      expect(await refusal(approve(await wrong()))).toBe("403 wrong_code");
    expect((await read(caseId)).codes[0]?.tries).toBe(5);
    expect(await refusal(approve(second))).toBe("403 wrong_code");
    await ask();
    expect(await approve(await right())).toMatchObject({ outcome: "approved" });
  });

  test("of guesses at the same instant five are looked at, and the code is dead", async () => {
    const { caseId, ask, right, wrong, approve } = await large();
    await ask();
    const code = await wrong();
    expect(await race(Array.from({ length: 20 }, () => approve(code)))).toEqual({ "403 wrong_code": 20 });
    expect((await read(caseId)).codes[0]?.tries).toBe(5);
    expect(await refusal(approve(await right()))).toBe("403 wrong_code");
  });

  test("three in an hour; the fourth is told when to come back", async () => {
    const { caseId, ask } = await large();
    for (let minute = 0; minute < 3; minute += 1) {
      vi.setSystemTime(WEDNESDAY + minute * MINUTE);
      await ask();
    }
    vi.setSystemTime(WEDNESDAY + 30 * MINUTE);
    expect(await refused(ask())).toMatchObject({ status: 429, code: "too_soon", data: { retryAfter: 1800 } });
    vi.setSystemTime(WEDNESDAY + 60 * MINUTE);
    await ask();
    expect(await mails(caseId, "vote.code")).toHaveLength(4);
  });

  test("asked for six times at once: three are sent", async () => {
    const { caseId, link } = await large();
    const nonce = await nonceOf(link);
    const count = await race(Array.from({ length: 6 }, () => askForCode(link, null, { nonce })));
    expect((count.ok ?? 0) + (count["429 too_soon"] ?? 0) + (count["503 busy"] ?? 0)).toBe(6);
    expect(await mails(caseId, "vote.code")).toHaveLength(count.ok ?? 0);
    expect(count.ok).toBeLessThanOrEqual(3);
  });

  test("is for this content only, and asking is refused as deciding would be", async () => {
    const { caseId, stepId, link, ask, right } = await large();
    expect(await refusal(askForCode(link, null, { nonce: "forged" }))).toBe("409 stale");
    expect(await refusal(askForCode(link, session("zhangke"), { nonce: "x" }))).toBe("403 wrong_person");
    expect(await refusal(askForCode("a".repeat(43), null, { nonce: "x" }))).toBe("404 not_found");
    await ask();
    const old = await right();
    await editReception(chenyao, caseId, form({ budgetAmount: 700_000 }));
    expect(await refusal(askForCode(link, null, { nonce: "x" }))).toBe("409 stale");
    const again = await nextStep(caseId);
    expect(again).not.toBe(stepId);
    expect(await refusal(press(linkOf(again), { choice: "approve", code: old }))).toBe("403 wrong_code");
  });
});

describe("a late approval", () => {
  test("raises a finding with both instants, once; undone it is gone", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 300_000 });
    vi.setSystemTime("2026-12-07T01:00:01.000Z");
    expect(await refusal(act("shuaizhong", stepId, "approve"))).toBe("400 invalid comment:reason_required");
    await act("shuaizhong", stepId, "approve", "补签");
    const found = {
      kind: "retroactive",
      evidence: [
        { path: "arriveAt", value: "2026-12-07T09:00:00+08:00" },
        { path: "approvedAt", value: "2026-12-07T09:00:01+08:00" },
      ],
    };
    const file = await sound(tables, caseId);
    expect(file.header.findings.filter((one) => one.kind === "retroactive")).toMatchObject([found]);
    expect(kinds(file).slice(-2)).toEqual(["vote.approved", "finding.raised"]);
    expect(file.payloads.get(file.header.seq)?.data).toEqual(found);
    await act("shuaizhong", stepId, "undo");
    expect((await read(caseId)).header.findings.filter((one) => one.kind === "retroactive")).toEqual([]);
    await act("shuaizhong", stepId, "approve", "补签");
    await pass(stepId, 2);
    await act("zhangke", await nextStep(caseId), "approve", "补签");
    expect((await read(caseId)).header.findings.filter((one) => one.kind === "retroactive")).toHaveLength(1);
  });
});

describe("a reservation that nobody approved in time", () => {
  async function reserved(changes: Record<string, unknown> = {}) {
    const { caseId, stepId } = await opened(changes);
    const timer = await timerNow(stepId, `${caseId}-reservation`);
    expect(timer).toMatchObject({ kind: "reservation", dueAt: stamp(WEDNESDAY + 30 * 24 * 60 * MINUTE) });
    const expire = () => runTimer({ v: 1, caseId, timerId: timer.timerId });
    return { caseId, stepId, timer, expire };
  }

  test("expires the case: steps void, money back, people told, the execution learns it", async () => {
    const { caseId, stepId, timer, expire } = await reserved();
    vi.setSystemTime(timer.dueAt);
    await Promise.all([expire(), expire(), expire()]);
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({ status: "closed", phase: "closed", outcome: "expired", held: 0 });
    expect(file.steps[0]?.status).toBe("void");
    expect(await entriesOf(tables, caseId)).toEqual(["expire", "reserve"]);
    expect((await mails(caseId, "case.expired")).map((one) => one.to).sort()).toEqual([
      "chenyao",
      "shuaizhong",
    ]);
    expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
    expect(await next(caseId, { revision: 1 })).toEqual({ outcome: "superseded" });
    expect(await refusal(act("shuaizhong", stepId, "approve"))).toBe("409 stale");
  });

  const approval = async ({ caseId, stepId }: { caseId: string; stepId: string }) => {
    await act("shuaizhong", stepId, "approve");
    await pass(stepId);
    await finish(caseId, 1, "approved");
  };
  test.each([
    ["approved", approval],
    ["closed", ({ caseId }: { caseId: string }) => withdrawReception(chenyao, caseId)],
  ])("is laid aside once the case was %s", async (_state, prepare) => {
    const { caseId, stepId, timer, expire } = await reserved();
    await prepare({ caseId, stepId });
    vi.setSystemTime(timer.dueAt);
    const before = (await read(caseId)).header;
    await expire();
    expect((await read(caseId)).header).toEqual(before);
    expect((await timerNow(`${caseId}-1-1`, timer.timerId)).pending).toBeUndefined();
  });
});

describe("every verb is refused to everybody whom the policy does not name", () => {
  const VERBS: [string, Record<string, unknown>][] = [
    ["approve", {}],
    ["reject", {}],
    ["return", {}],
    ["transfer", { toStaffId: "hejing" }],
    ["add-before", { toStaffId: "hejing" }],
    ["add-after", { toStaffId: "hejing" }],
    ["undo", {}],
  ];
  /** Each state of the first step of a case of ¥3,000, and who may still do what on it. */
  const STATES: [string, (of: { caseId: string; stepId: string }) => Promise<unknown>][] = [
    ["open", async () => undefined],
    ["in its window", ({ stepId }) => act("shuaizhong", stepId, "approve")],
    [
      "decided",
      async ({ stepId }) => {
        await act("shuaizhong", stepId, "approve");
        await pass(stepId);
      },
    ],
    ["withdrawn", ({ caseId }) => withdrawReception(chenyao, caseId)],
    ["handed over", ({ stepId }) => act("shuaizhong", stepId, "transfer", "出差", { toStaffId: "limin" })],
  ];

  test.each(STATES)(
    "%s",
    async (_state, prepare) => {
      const found = await opened({ budgetAmount: 300_000 });
      await prepare(found);
      const before = await read(found.caseId);
      const { assignees } = await stepNow(found.stepId);
      for (const { staffId } of PEOPLE.filter((one) => !assignees.includes(one.staffId)))
        for (const [choice, data] of VERBS) {
          const told = await refusal(act(staffId, found.stepId, choice, "原因", data));
          // Who handed the step on had a vote on it, and that has no undo.
          const own = choice === "undo" && staffId === "shuaizhong";
          expect(
            own ? ["409 undo_over"] : ["403 not_assignee", "404 not_found"],
            `${staffId} ${choice}`,
          ).toContain(told);
        }
      expect(await read(found.caseId)).toEqual(before);
    },
    120_000,
  );
});
