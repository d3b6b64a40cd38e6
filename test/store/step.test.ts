import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApprovalPolicy } from "../../functions/approval/model.ts";
import { handler as nextStage } from "../../functions/approval/next-stage.ts";
import { policyKey } from "../../functions/directory/store.ts";
import { RECEPTION_POLICY } from "../../functions/policy/shipped.ts";
import { editReception } from "../../functions/reception/edit.ts";
import { withdrawReception } from "../../functions/reception/withdraw.ts";
import { toApi } from "../../functions/shared/clock.ts";
import { sha256 } from "../../functions/shared/ids.ts";
import { actOnStep } from "../../functions/step/act.ts";
import { actByLink, openLink } from "../../functions/step/link.ts";
import { linkFor } from "../../functions/step/links.ts";
import { type OpenInput, handler as openStep, type StepPlan } from "../../functions/step/open.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  act,
  attempt,
  decide,
  finish,
  kinds,
  next,
  nextStep,
  opened,
  passWindows,
  race,
  read,
  refusal,
  refused,
  rungsOf,
  sound,
  stepNow,
  submit,
} from "../support/flow.ts";
import { form, person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

const chenyao = person("chenyao");
const HOUR = 3_600_000;

/** The newest version of the reception policy becomes one with these stages. */
let versions = 1;
async function publish(stages: ApprovalPolicy["stages"]): Promise<void> {
  versions += 1;
  await tables.put("Directory", {
    ...policyKey("reception", versions),
    v: 1,
    policyId: "reception",
    version: versions,
    document: { ...RECEPTION_POLICY, stages },
  });
}
const restore = () => publish(RECEPTION_POLICY.stages);

/** A case whose only stage is the committee's, two of three. */
async function committee(mode: "n-of-m" | "all-sign" = "n-of-m") {
  await publish([
    {
      stage: "committee",
      when: {},
      signers: { role: "committee" },
      mode,
      need: mode === "n-of-m" ? 2 : undefined,
      due: "PT8H",
    },
  ]);
  // No leader attends, so nobody else has to sign.
  const found = await opened({ hostLeaders: [] });
  await restore();
  return found;
}

async function planOf(caseId: string): Promise<StepPlan> {
  const { header } = await read(caseId);
  const asked = await nextStage({ v: 1, caseId, revision: header.revision, endedStep: null, reason: null });
  if (asked.next !== "step") throw new Error("No step");
  return asked.step;
}

async function openWith(caseId: string, changes: Partial<OpenInput>, step?: StepPlan) {
  const plan = step ?? (await planOf(caseId));
  return openStep({
    v: 1,
    caseId,
    revision: 1,
    step: plan,
    token: "token-a",
    attempt: attempt(),
    ...changes,
  });
}

const resumeOf = (stepId: string) =>
  tables.get("Cases", `C#${stepId.split("-").slice(0, 3).join("-")}`, `WORK#${stepId}-resume`);

describe("opening a step", () => {
  test("writes step, seat, link, message, first timer and event together", async () => {
    const caseId = await submit();

    const { stepId } = await openWith(caseId, { token: "token-open" });

    const file = await sound(tables, caseId);
    expect(file.steps).toMatchObject([
      {
        stepId: `${caseId}-1-1`,
        status: "open",
        stage: "dept_manager",
        assignees: ["shuaizhong"],
        token: "token-open",
        dueAt: "2026-12-03T02:00:00.000Z",
        contentHash: file.header.contentHash,
      },
    ]);
    expect(file.seats).toMatchObject([
      { stepId, staffId: "shuaizhong", assignee: "shuaizhong", status: "open" },
    ]);
    expect(file.messages).toMatchObject([
      { kind: "approval.request", to: "shuaizhong", channel: "email", stepId },
    ]);
    expect(rungsOf(file)).toMatchObject([
      { timerId: `${stepId}-r1`, pending: "timer", dueAt: "2026-12-02T07:00:00.000Z" },
    ]);
    expect(kinds(file).at(-1)).toBe("step.opened");
    const link = linkFor(LINK_KEYS, { stepId, staffId: "shuaizhong", version: 1, kid: "k1" });
    expect(JSON.stringify([file, await tables.items("Cases", `C#${caseId}`)])).not.toContain(link);
    expect((await openLink(link, null)).state).toBe("open");
  });

  test("again with the same attempt changes nothing, ten at once open one step", async () => {
    const caseId = await submit();
    const plan = await planOf(caseId);
    const input = { token: "token-a", attempt: attempt() };
    await Promise.all(Array.from({ length: 4 }, () => openWith(caseId, input, plan)));
    const before = await read(caseId);

    await openWith(caseId, input, plan);

    expect(await read(caseId)).toEqual(before);
    expect(kinds(before).filter((kind) => kind === "step.opened")).toHaveLength(1);
    expect(before.messages).toHaveLength(1);
  });

  test("a newer attempt brings its token, an older one never", async () => {
    const caseId = await submit();
    const plan = await planOf(caseId);
    const newer = attempt({ retry: 1 });
    await openWith(caseId, { token: "first" }, plan);
    await openWith(caseId, { token: "second", attempt: newer }, plan);
    expect((await stepNow(plan.stepId)).token).toBe("second");
    await openWith(caseId, { token: "first", attempt: attempt() }, plan);
    await openWith(caseId, { token: "other", attempt: newer }, plan);
    expect(await stepNow(plan.stepId)).toMatchObject({ token: "second", attempt: newer });
    expect(await resumeOf(plan.stepId)).toBeNull();
  });

  test("a decided step takes the newer token and owes it an answer, and nobody is asked again", async () => {
    const { caseId, stepId } = await opened();
    const plan = await planOf(caseId);
    await decide("shuaizhong", stepId, "approve");
    const told = await resumeOf(stepId);
    await tables.put("Cases", { ...told, pending: undefined });
    const before = await read(caseId);

    await openWith(caseId, { token: "newer", attempt: attempt({ retry: 1 }) }, plan);

    const after = await read(caseId);
    expect(after.steps).toEqual(
      before.steps.map((step) => ({ ...step, token: "newer", attempt: attempt({ retry: 1 }) })),
    );
    expect(after.messages).toEqual(before.messages);
    expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
  });

  test("a decision and a newer token at the same instant: the outcome stands and the newest token is the one resumed", async () => {
    for (let round = 0; round < 8; round += 1) {
      const { caseId, stepId } = await opened();
      const plan = await planOf(caseId);
      const [decided, taken] = await Promise.allSettled([
        act("shuaizhong", stepId, "approve"),
        openWith(caseId, { token: `newer-${round}`, attempt: attempt({ retry: 1 }) }, plan),
      ]);
      expect(decided.status).toBe("fulfilled");
      if (taken.status === "rejected") {
        expect(taken.reason).toMatchObject({ name: "Busy" });
        await openWith(caseId, { token: `newer-${round}`, attempt: attempt({ retry: 1 }) }, plan);
      }
      expect(await stepNow(stepId)).toMatchObject({ outcome: "approved", token: `newer-${round}` });
      await passWindows(caseId);
      expect(await resumeOf(stepId)).toMatchObject({ pending: "work" });
    }
  });

  test("a withdrawal or an edit was first: the workflow learns that its revision is over", async () => {
    const withdrawn = await submit();
    const plan = await planOf(withdrawn);
    await withdrawReception(chenyao, withdrawn);
    await expect(openWith(withdrawn, {}, plan)).rejects.toMatchObject({ name: "Case.Superseded" });

    const edited = await submit();
    const old = await planOf(edited);
    await editReception(chenyao, edited, form({ budgetAmount: 70_000 }));
    await expect(openWith(edited, {}, old)).rejects.toMatchObject({ name: "Case.Superseded" });
    expect((await read(edited)).steps).toEqual([]);
    for (const caseId of [withdrawn, edited])
      expect(await nextStage({ v: 1, caseId, revision: 1, endedStep: null, reason: "superseded" })).toEqual({
        next: "done",
        outcome: "superseded",
      });
  });

  test("the largest step, twenty seats, is one transaction", async () => {
    const caseId = await submit();
    const plan = await planOf(caseId);
    const signers = Array.from({ length: 20 }, (_, index) => ({ staffId: `signer-${index}`, rules: [] }));
    await Promise.all(
      signers.map(({ staffId }) =>
        tables.put("Directory", {
          pk: "STAFF",
          sk: staffId,
          v: 1,
          ...person("daiwen"),
          staffId,
          active: false,
        }),
      ),
    );
    await openWith(caseId, {}, { ...plan, mode: "all-sign", need: 20, signers });
    expect((await sound(tables, caseId)).seats).toHaveLength(20);
  });
});

describe("deciding", () => {
  test("an approval ends the step at once, and owes a resume once it cannot be undone any more", async () => {
    const { caseId, stepId } = await opened();

    const decision = await act("shuaizhong", stepId, "approve");

    expect(decision).toEqual({
      stepId,
      outcome: "approved",
      effectiveAt: "2026-12-02T10:02:00+08:00",
      undoUntil: "2026-12-02T10:02:00+08:00",
    });
    const file = await sound(tables, caseId);
    expect(file.steps).toMatchObject([
      { status: "done", outcome: "approved", endedAt: "2026-12-02T02:00:00.000Z" },
    ]);
    expect(file.votes).toMatchObject([{ by: "shuaizhong", choice: "approve", via: "login", comment: "" }]);
    expect(kinds(file).at(-1)).toBe("vote.approved");
    await passWindows(caseId);
    expect(await resumeOf(stepId)).toMatchObject({ kind: "resume", stepId, pending: "work" });
    expect(await next(caseId)).toEqual({ outcome: "approved" });
  });

  test.each([
    ["reject", "rejected", "vote.rejected"],
    ["return", "returned", "vote.returned"],
  ])("%s ends the step as %s and needs the reason", async (choice, outcome, kind) => {
    const { caseId, stepId } = await opened();
    expect(await refusal(act("shuaizhong", stepId, choice))).toBe("400 invalid comment:reason_required");
    expect(await refusal(act("shuaizhong", stepId, choice, " \n "))).toBe(
      "400 invalid comment:reason_required",
    );
    expect((await act("shuaizhong", stepId, choice, "请改用公司会议室")).outcome).toBe(outcome);
    const file = await sound(tables, caseId);
    expect(kinds(file).at(-1)).toBe(kind);
    expect(file.payloads.get(file.header.seq)?.data.comment).toBe("请改用公司会议室");
  });

  test("an approval after the visit began needs the reason too", async () => {
    const { stepId } = await opened();
    vi.setSystemTime("2026-12-07T01:00:01.000Z");
    expect(await refusal(act("shuaizhong", stepId, "approve"))).toBe("400 invalid comment:reason_required");
    expect((await act("shuaizhong", stepId, "approve", "补签")).outcome).toBe("approved");
  });

  test("two people at the same instant on an any-sign step: one decides, the other learns who and when", async () => {
    const { caseId } = await opened({ budgetAmount: 600_000 });
    await act("shuaizhong", `${caseId}-1-1`, "approve");
    await act("zhangke", await nextStep(caseId), "approve");
    const stepId = await nextStep(caseId);

    const results = await Promise.allSettled([
      act("wanghui", stepId, "approve"),
      act("zhaomin", stepId, "reject", "超出预算"),
    ]);

    const won = results.findIndex((result) => result.status === "fulfilled");
    const lost = results.find((result) => result.status === "rejected");
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(lost?.reason).toMatchObject({
      status: 409,
      code: "already_decided",
      data: {
        by: { staffId: ["wanghui", "zhaomin"][won] },
        at: toApi(Date.now()),
        outcome: ["approved", "rejected"][won],
      },
    });
    const file = await sound(tables, caseId);
    expect(file.votes.filter((vote) => vote.stepId === stepId)).toHaveLength(1);
  });

  test("the same person ten times at once has one vote", async () => {
    const { caseId, stepId } = await committee();
    const count = await race(Array.from({ length: 5 }, () => act("daiwen", stepId, "approve")));
    expect(count).toEqual({ ok: 1, "409 already_voted": 4 });
    expect((await sound(tables, caseId)).votes).toHaveLength(1);
    const single = await opened();
    expect(await race(Array.from({ length: 5 }, () => act("shuaizhong", single.stepId, "approve")))).toEqual({
      ok: 1,
      "409 already_decided": 4,
    });
  });

  test("with one key the same answer comes again, also at the same instant", async () => {
    const { stepId } = await opened();
    const call = () =>
      actOnStep(person("shuaizhong"), stepId, { choice: "approve" }, { idempotencyKey: "press" });
    expect(await race(Array.from({ length: 5 }, call))).toEqual({ ok: 5 });
    const again = await call();
    expect(again.outcome).toBe("approved");
    expect(Object.keys(again)).toEqual(["stepId", "outcome", "effectiveAt", "undoUntil"]);
    const other = actOnStep(
      person("shuaizhong"),
      stepId,
      { choice: "reject", comment: "x" },
      { idempotencyKey: "press" },
    );
    expect(await refusal(other)).toBe("409 idempotency_mismatch");
  });

  test("two of three: open after the first, decided by the second, late for the third", async () => {
    const { caseId, stepId } = await committee();
    expect(await act("xielei", stepId, "approve")).toEqual({
      stepId,
      outcome: null,
      effectiveAt: null,
      undoUntil: null,
    });
    expect((await stepNow(stepId)).status).toBe("open");
    expect((await act("gaofeng", stepId, "approve")).outcome).toBe("approved");
    expect(await refusal(act("daiwen", stepId, "approve"))).toBe("409 already_decided");
    expect((await sound(tables, caseId)).votes).toHaveLength(2);
    expect(await next(caseId)).toEqual({ outcome: "approved" });
  });

  test("two of three: the second rejection makes it impossible", async () => {
    const { caseId, stepId } = await committee();
    await act("xielei", stepId, "reject", "不需要");
    expect((await act("gaofeng", stepId, "reject", "不需要")).outcome).toBe("rejected");
    expect(await next(caseId)).toEqual({ outcome: "rejected" });
    await sound(tables, caseId);
  });

  test("all three at once on two of three: the outcome is what the first two votes say", async () => {
    const { caseId, stepId } = await committee();
    const count = await race(["xielei", "gaofeng", "daiwen"].map((id) => act(id, stepId, "approve")));
    expect(count).toEqual({ ok: 2, "409 already_decided": 1 });
    expect((await stepNow(stepId)).outcome).toBe("approved");
    await sound(tables, caseId);
  });

  test("all must sign: everybody's approval counts once, one rejection ends it", async () => {
    const { stepId } = await committee("all-sign");
    await act("xielei", stepId, "approve");
    await act("gaofeng", stepId, "approve");
    expect((await stepNow(stepId)).status).toBe("open");
    expect((await act("daiwen", stepId, "reject", "不同意")).outcome).toBe("rejected");
  });

  test("who is asked first, then the state, then the content, then the fields", async () => {
    const { caseId, stepId } = await opened();
    expect(await refusal(act("zhangke", stepId, "nonsense"))).toBe("403 not_assignee");
    expect(await refusal(act("zhangyun", stepId, "approve"))).toBe("404 not_found");
    expect(await refusal(act("shuaizhong", `${caseId}-1-9`, "approve"))).toBe("404 not_found");
    expect(await refusal(act("shuaizhong", "nonsense", "approve"))).toBe("404 not_found");
    const old = { choice: "nonsense", contentHash: "0".repeat(64) };
    expect(await refusal(actOnStep(person("shuaizhong"), stepId, old))).toBe("409 stale");
    expect(await refusal(act("shuaizhong", stepId, "nonsense"))).toBe("400 invalid choice:choice");
    expect(await refusal(actOnStep(person("shuaizhong"), stepId, {}))).toBe("400 invalid choice:choice");
    expect(await refusal(actOnStep(person("shuaizhong"), stepId, null))).toMatch(/^400/);
    const extra = { choice: "approve", outcome: "approved" };
    expect(await refusal(actOnStep(person("shuaizhong"), stepId, extra))).toBe(
      "400 invalid outcome:unknown_field",
    );
    expect(kinds(await sound(tables, caseId)).at(-1)).toBe("step.opened");
    const current = { choice: "approve", contentHash: (await read(caseId)).header.contentHash };
    expect((await actOnStep(person("shuaizhong"), stepId, current)).outcome).toBe("approved");
  });

  test("the last approval of a chain is held to the limit of its post, a rejection is not", async () => {
    await publish([{ ...RECEPTION_POLICY.stages[0]!, limit: 79_999 }]);
    const { stepId } = await opened();
    await restore();
    expect(await refusal(act("shuaizhong", stepId, "approve"))).toBe("403 over_limit");
    expect((await act("shuaizhong", stepId, "reject", "超额")).outcome).toBe("rejected");
  });
});

describe("deciding by link", () => {
  const linkOf = (stepId: string, staffId = "shuaizhong", version = 1) =>
    linkFor(LINK_KEYS, { stepId, staffId, version, kid: "k1" });
  async function page(link: string) {
    const { nonce } = await openLink(link, null);
    if (nonce === null) throw new Error("A page without a form");
    return nonce;
  }
  const press = (link: string, nonce: string, choice = "approve", comment = "") =>
    actByLink(link, null, { nonce, choice, comment });
  const session = (staffId: string) => ({ actor: person(staffId), csrf: "csrf" });

  test("opening it any number of times writes nothing; one press decides", async () => {
    const { caseId, stepId } = await opened();
    const link = linkOf(stepId);
    const before = await read(caseId);
    for (let count = 0; count < 3; count += 1) await openLink(link, null);
    expect(await read(caseId)).toEqual(before);

    expect(await press(link, await page(link))).toMatchObject({ stepId, outcome: "approved" });

    expect((await sound(tables, caseId)).votes).toMatchObject([{ by: "shuaizhong", via: "link" }]);
    expect(await openLink(link, null)).toMatchObject({
      state: "decided",
      undo: true,
      mine: { choice: "approve" },
    });
    expect(await refusal(press(link, "any"))).toBe("409 already_decided");
  });

  test("a nonce works once, for its own link and the content it showed", async () => {
    const { stepId } = await committee();
    const [mine, hers] = [linkOf(stepId, "xielei"), linkOf(stepId, "gaofeng")];
    const nonce = await page(mine);
    expect(await refusal(press(mine, ""))).toBe("409 stale");
    expect(await refusal(press(mine, `${nonce}x`))).toBe("409 stale");
    expect(await refusal(press(hers, nonce))).toBe("409 stale");
    expect(await press(mine, nonce)).toMatchObject({ outcome: null });
    expect(await refusal(press(mine, nonce))).toBe("409 already_voted");
  });

  test("a press that was refused does not use up the nonce", async () => {
    const { stepId } = await opened();
    const link = linkOf(stepId);
    const nonce = await page(link);
    expect(await refusal(press(link, nonce, "reject"))).toBe("400 invalid comment:reason_required");
    expect(await refusal(press(link, nonce, "nonsense"))).toBe("400 invalid choice:choice");
    expect(await press(link, nonce, "reject", "不同意")).toMatchObject({ outcome: "rejected" });
  });

  test("one nonce pressed five times at once is one vote", async () => {
    const { caseId, stepId } = await committee();
    const link = linkOf(stepId, "xielei");
    const nonce = await page(link);
    const count = await race(Array.from({ length: 5 }, () => press(link, nonce)));
    expect(count.ok).toBe(1);
    expect((await sound(tables, caseId)).votes).toHaveLength(1);
  });

  test("a nonce that the table knows as used is stale, and nothing is decided", async () => {
    const { caseId, stepId } = await opened();
    const link = linkOf(stepId);
    const nonce = await page(link);
    await tables.put("Cases", { pk: `C#${caseId}`, sk: `NONCE#${sha256(nonce)}`, v: 1 });
    expect(await refusal(press(link, nonce))).toBe("409 stale");
    expect((await sound(tables, caseId)).votes).toEqual([]);
    expect(await press(link, await page(link))).toMatchObject({ outcome: "approved" });
  });

  test("after an edit the old page and the old link are stale", async () => {
    const { caseId, stepId } = await opened();
    const link = linkOf(stepId);
    const nonce = await page(link);
    await editReception(chenyao, caseId, form({ budgetAmount: 70_000 }));
    expect(await refusal(press(link, nonce))).toBe("409 stale");
    expect(await openLink(link, null)).toMatchObject({ state: "void", nonce: null });
  });

  test("after a withdrawal the page says so and the old nonce is stale", async () => {
    const { caseId, stepId } = await opened();
    const link = linkOf(stepId);
    const nonce = await page(link);
    await withdrawReception(chenyao, caseId);
    expect(await openLink(link, null)).toMatchObject({ state: "void", nonce: null, mine: null });
    expect(await refusal(press(link, nonce))).toBe("409 stale");
    expect((await sound(tables, caseId)).votes).toEqual([]);
  });

  test("somebody else's session gets no form, the own one does", async () => {
    const { stepId } = await opened();
    const link = linkOf(stepId);
    const nonce = await page(link);
    expect(await refusal(openLink(link, session("zhangke")))).toBe("403 wrong_person");
    expect(await refusal(actByLink(link, session("zhangke"), { nonce, choice: "approve" }))).toBe(
      "403 wrong_person",
    );
    expect((await openLink(link, session("shuaizhong"))).state).toBe("open");
  });

  test.each(["", "x", "../x", "a".repeat(43), "a".repeat(200), "%00".repeat(20)])(
    "an unknown link %j is not found",
    async (link) => {
      expect(await refusal(openLink(link, null))).toBe("404 not_found");
      expect(await refusal(press(link, "nonce"))).toBe("404 not_found");
    },
  );

  test("an expired link offers a fresh one, which voids it; the fresh one works", async () => {
    const { caseId, stepId } = await opened();
    const old = linkOf(stepId);
    vi.setSystemTime(WEDNESDAY + 7 * 24 * HOUR);
    const { state, nonce } = await openLink(old, null);
    expect(state).toBe("expired");
    expect(await refusal(press(old, nonce ?? "", "approve", "同意"))).toBe("410 expired");
    expect(await refusal(press(old, "forged", "fresh-link"))).toBe("409 stale");
    const elsewhere = actByLink(old, null, { nonce: nonce ?? "", choice: "fresh-link", to: "x@y.example" });
    expect(await refusal(elsewhere)).toBe("400 invalid to:unknown_field");

    const answers = await race(Array.from({ length: 3 }, () => press(old, nonce ?? "", "fresh-link")));

    expect(answers).toEqual({ ok: 1, "409 stale": 2 });
    const file = await sound(tables, caseId);
    expect(file.messages.filter((one) => one.kind === "approval.request").map((one) => one.to)).toEqual([
      "shuaizhong",
      "shuaizhong",
    ]);
    expect((await openLink(old, null)).state).toBe("void");
    const fresh = linkOf(stepId, "shuaizhong", 2);
    expect(await press(fresh, await page(fresh), "approve", "同意")).toMatchObject({ outcome: "approved" });
  });

  test("of a person who has left it is refused", async () => {
    const { stepId } = await opened();
    const key = ["STAFF", "shuaizhong"] as const;
    const stored = await tables.get("Directory", ...key);
    await tables.put("Directory", { ...stored, active: false });
    const answer = await refusal(openLink(linkOf(stepId), null));
    await tables.put("Directory", { ...stored });
    expect(answer).toBe("403 not_allowed");
  });
});

describe("the end of the chain", () => {
  test("approved: committed once however often it is called, requester and finance are told once", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    expect(await next(caseId)).toEqual({ outcome: "approved" });

    const answers = await Promise.all(Array.from({ length: 4 }, () => finish(caseId, 1, "approved")));
    await finish(caseId, 1, "approved");

    expect(answers).toMatchObject(Array(4).fill({ outcome: "approved" }));
    const file = await sound(tables, caseId);
    expect(file.header).toMatchObject({ status: "open", phase: "approved", outcome: "approved" });
    const told = file.messages.filter((one) => one.kind === "case.decision");
    expect(told.map((one) => `${one.to} ${one.channel}`).sort()).toEqual([
      "chenyao email",
      "chenyao sms",
      "wanghui email",
      "zhaomin email",
    ]);
    expect(await refusal(withdrawReception(chenyao, caseId))).toBe("409 wrong_phase");
    expect(await refusal(editReception(chenyao, caseId, form()))).toBe("409 wrong_phase");
  });

  test("an approval that comes after the withdrawal moves no money", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "approve");
    await withdrawReception(chenyao, caseId);
    expect(await finish(caseId, 1, "approved")).toMatchObject({ outcome: "withdrawn" });
    expect((await sound(tables, caseId)).header.outcome).toBe("withdrawn");
  });

  test("rejected: closed and released once", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "reject", "不需要");
    expect(await next(caseId)).toEqual({ outcome: "rejected" });
    await Promise.all(Array.from({ length: 4 }, () => finish(caseId, 1, "rejected")));
    expect((await sound(tables, caseId)).header).toMatchObject({
      status: "closed",
      phase: "closed",
      outcome: "rejected",
    });
  });

  test("returned: the requester gets a step of his own, the reservation stays, an edit resubmits", async () => {
    const { caseId, stepId } = await opened();
    await act("shuaizhong", stepId, "return", "请补充行程");
    const revise = await nextStep(caseId);
    const returned = await sound(tables, caseId);
    expect(returned.header).toMatchObject({ phase: "returned", status: "open" });
    expect(returned.steps.at(-1)).toMatchObject({ kind: "revise", assignees: ["chenyao"], status: "open" });
    expect(returned.messages.at(-1)).toBeDefined();
    expect(returned.messages.filter((one) => one.kind === "case.returned").map((one) => one.to)).toEqual([
      "chenyao",
    ]);
    expect(await refusal(act("chenyao", revise, "approve"))).toBe("400 invalid choice:choice");

    await editReception(chenyao, caseId, form({ budgetAmount: 80_000 }));

    const again = await sound(tables, caseId);
    expect(again.header).toMatchObject({ phase: "approval", revision: 2 });
    expect(again.steps.at(-1)).toMatchObject({ stepId: revise, status: "done", outcome: "done" });
    expect(kinds(again)).toContain("case.resubmitted");
    expect(await nextStep(caseId)).toBe(`${caseId}-2-1`);
  });
});

test("a refusal of a done step names the person even after an edit voided the vote", async () => {
  const { caseId, stepId } = await opened({ budgetAmount: 300_000 });
  await act("shuaizhong", stepId, "approve");
  await editReception(chenyao, caseId, form({ budgetAmount: 200_000 }));
  const late = await refused(act("shuaizhong", stepId, "approve"));
  expect(late).toMatchObject({
    code: "already_decided",
    data: { by: { staffId: "shuaizhong", name: "帅钟" } },
  });
});
