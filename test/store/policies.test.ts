/** Versions, drafts, publication and dry runs of policies on the tables; who may; and what happens to a leaver's steps. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApprovalPolicy } from "../../functions/approval/model.ts";
import { cancelAbsence, enterAbsence } from "../../functions/directory/absence.ts";
import { changePerson, readLeaving } from "../../functions/directory/people.ts";
import { currentPolicy } from "../../functions/directory/store.ts";
import { dryRun } from "../../functions/policy/dry-run.ts";
import {
  diffDraft,
  discardDraft,
  publishDraft,
  readPolicyBook,
  saveDraft,
  validateDraft,
  viewPolicy,
} from "../../functions/policy/policies.ts";
import { RECEPTION_POLICY, STANDARDS_POLICY } from "../../functions/policy/shipped.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  act,
  kinds,
  nextStep,
  opened,
  race,
  read,
  refusal,
  refused,
  stepNow,
  submit,
} from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  await tables.reset();
});
afterAll(() => tables.stop());

const limin = person("limin");
const yinxue = person("yinxue");
const COMMITTEE = {
  stage: "committee",
  when: { amountAbove: 60_000 },
  signers: { role: "committee" as const },
  mode: "n-of-m" as const,
  need: 2,
  due: "PT8H",
};
const withCommittee = (change: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({
  ...RECEPTION_POLICY,
  stages: [...RECEPTION_POLICY.stages, COMMITTEE],
  ...change,
});
const save = (document: unknown, basedOn = 1, policyId = "reception") =>
  saveDraft(limin, policyId, { basedOn, document });

describe("a draft", () => {
  test("is checked, kept, compared and published as the next version", async () => {
    expect(await save(withCommittee())).toMatchObject({
      basedOn: 1,
      savedBy: { staffId: "limin", name: "李敏" },
    });
    expect((await currentPolicy("reception")).version).toBe(1);
    expect(await diffDraft(limin, "reception")).toEqual({
      changes: [{ path: "stages.committee", from: null, to: COMMITTEE }],
    });
    expect(await validateDraft(limin, "reception", {})).toEqual({ ok: true, errors: [] });
    expect(await publishDraft(yinxue, "reception", {})).toEqual({ version: 2 });
    expect(await viewPolicy(limin, "reception", null)).toEqual({
      policyId: "reception",
      version: 2,
      publishedAt: "2026-12-02T10:00:00+08:00",
      publishedBy: { staffId: "yinxue", name: "尹雪" },
      document: withCommittee(),
    });
    expect((await viewPolicy(limin, "reception", "1")).document).toEqual(RECEPTION_POLICY);
    expect((await readPolicyBook(limin, "reception")).draft).toBeNull();
  });

  test("with mistakes is not kept, and every mistake has its place in the body", async () => {
    const wrong = { ...withCommittee(), undoSeconds: -1, climbOn: { over_budget: "board" } };
    expect(await refusal(save(wrong))).toBe(
      "400 invalid document.undoSeconds:at_least document.climbOn.over_budget:unknown_stage",
    );
    expect(await refusal(saveDraft(limin, "reception", { document: {}, more: 1 }))).toContain(
      "basedOn:required more:unknown_field document.undoSeconds:required",
    );
    expect((await readPolicyBook(limin, "reception")).draft).toBeNull();
    const { ok, errors } = await validateDraft(limin, "reception", { document: wrong });
    expect([ok, errors.map((one) => one.path)]).toEqual([
      false,
      ["document.undoSeconds", "document.climbOn.over_budget"],
    ]);
  });

  test("words are kept without blanks around them", async () => {
    const document = withCommittee({
      stages: [...RECEPTION_POLICY.stages, { ...COMMITTEE, stage: " 评审 " }],
    });
    await save(document);
    const { changes } = await diffDraft(limin, "reception");
    expect(changes.map((one) => one.path)).toEqual(["stages.评审"]);
  });

  test("of an older version is stale, wherever it is noticed", async () => {
    await save(withCommittee());
    expect(await refusal(save(withCommittee(), 2))).toBe("409 stale");
    expect(await refusal(publishDraft(limin, "reception", { basedOn: 7 }))).toBe("409 stale");
    await publishDraft(limin, "reception", {});
    expect(await refusal(save(withCommittee(), 1))).toBe("409 stale");
    expect(await refusal(publishDraft(limin, "reception", {}))).toBe("409 stale");
    expect((await refused(save(withCommittee(), 1))).data).toEqual({ newest: 2 });
  });

  test("is not overwritten unseen, nor published as another than was looked at", async () => {
    const seen = async () => (await readPolicyBook(limin, "reception")).draft?.hash ?? null;
    await saveDraft(limin, "reception", { basedOn: 1, document: withCommittee() }, { seen: null });
    const first = await seen();
    const again = { basedOn: 1, document: withCommittee({ undoSeconds: 30 }) };
    expect(await refusal(saveDraft(yinxue, "reception", again, { seen: null }))).toBe("409 stale");
    await saveDraft(yinxue, "reception", again, { seen: first });
    expect(await refusal(publishDraft(limin, "reception", {}, { seen: first! }))).toBe("409 stale");
    expect(await refusal(discardDraft(limin, "reception", first!))).toBe("409 stale");
    await discardDraft(limin, "reception", (await seen())!);
    expect(await refusal(diffDraft(limin, "reception"))).toBe("404 not_found");
  });

  test("names people, who may have left before it is published", async () => {
    const named = { ...COMMITTEE, signers: { staffIds: ["songna", "weijun"] } };
    await save(withCommittee({ stages: [...RECEPTION_POLICY.stages, named] }));
    await changePerson(yinxue, "weijun", { active: false });
    expect(await refusal(publishDraft(limin, "reception", {}))).toBe(
      "400 invalid document.stages.3.signers.staffIds.1:choose document.stages.3.need:need_above_signers",
    );
  });
});

describe("a key that is sent again", () => {
  test("gives the answer of the first call: draft, publication, leaver, absence", async () => {
    const key = { idempotencyKey: "again" };
    const draft = { basedOn: 1, document: withCommittee() };
    const saved = await saveDraft(limin, "reception", draft, key);
    vi.setSystemTime(WEDNESDAY + 60_000);
    expect(await saveDraft(limin, "reception", draft, key)).toEqual(saved);
    expect(await refusal(saveDraft(limin, "reception", { ...draft, basedOn: 9 }, key))).toBe(
      "409 idempotency_mismatch",
    );

    for (const _press of [1, 2])
      expect(await publishDraft(limin, "reception", {}, key)).toEqual({ version: 2 });
    expect(await refusal(publishDraft(limin, "reception", { basedOn: 2 }, key))).toBe(
      "409 idempotency_mismatch",
    );

    const left = await changePerson(yinxue, "weijun", { active: false }, key);
    expect(await changePerson(yinxue, "weijun", { active: false }, key)).toEqual(left);
    expect(await refusal(changePerson(yinxue, "weijun", { active: true }, key))).toBe(
      "409 idempotency_mismatch",
    );

    const away = { from: "2026-12-07", to: "2026-12-08", reason: "休假" };
    const { body } = await enterAbsence(limin, away, 0);
    for (const _press of [1, 2]) await cancelAbsence(limin, body.absenceId, key);
    expect(await refusal(cancelAbsence(limin, body.absenceId))).toBe("404 not_found");
  });
});

describe("at once", () => {
  test("many publications are one version, and the others are stale", async () => {
    await save(withCommittee());
    const count = await race(Array.from({ length: 12 }, () => publishDraft(limin, "reception", {})));
    expect(count).toEqual({ ok: 1, "409 stale": 11 });
    expect((await readPolicyBook(limin, "reception")).versions.map((one) => one.version)).toEqual([2, 1]);
  });

  test("drafts that meet a publication either were before it or are refused: no draft of the old version stays", async () => {
    for (let round = 1; round <= 5; round += 1) {
      await save(withCommittee({ undoSeconds: round }), round);
      const [published, ...saved] = await Promise.allSettled([
        publishDraft(limin, "reception", {}),
        ...Array.from({ length: 4 }, (_, index) => save(withCommittee({ undoSeconds: 100 + index }), round)),
      ]);
      const { versions, draft } = await readPolicyBook(limin, "reception");
      expect(versions[0]?.version).toBe(published?.status === "fulfilled" ? round + 1 : round);
      if (published?.status === "fulfilled") expect(draft).toBeNull();
      else await publishDraft(limin, "reception", {});
      for (const one of saved)
        if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "stale" });
    }
  });
});

describe("who may", () => {
  const calls: Record<string, (staffId: string, policyId: string) => Promise<unknown>> = {
    get: (staffId, policyId) => viewPolicy(person(staffId), policyId, null),
    put: (staffId, policyId) => saveDraft(person(staffId), policyId, { basedOn: 9, document: 1 }),
    validate: (staffId, policyId) => validateDraft(person(staffId), policyId, { document: {} }),
    diff: (staffId, policyId) => diffDraft(person(staffId), policyId),
    dryRun: (staffId, policyId) => dryRun(person(staffId), policyId, {}),
    publish: (staffId, policyId) => publishDraft(person(staffId), policyId, {}),
  };
  const answer = (call: Promise<unknown>) =>
    call.then(
      () => "ok",
      (error: { status: number }) => error.status,
    );

  test.each(["limin", "yinxue"])("%s keeps all of them", async (staffId) => {
    for (const policyId of ["reception", "budget-change", "standards"])
      for (const call of Object.values(calls)) expect(await answer(call(staffId, policyId))).not.toBe(403);
    expect(await answer(calls.get!(staffId, "cadence"))).toBe(404);
    expect(await refusal(viewPolicy(person(staffId), "reception", "99"))).toBe("404 not_found");
    expect(await refusal(viewPolicy(person(staffId), "reception", "x"))).toBe("400 invalid version:number");
  });

  test.each(["chenyao", "zhangyun", "shuaizhong", "zhangke", "wanghui", "xielei", "songna", "liuyanli"])(
    "%s reads the standards alone",
    async (staffId) => {
      expect(await answer(calls.get!(staffId, "standards"))).toBe("ok");
      expect((await readPolicyBook(person(staffId), "standards")).draft).toBeNull();
      for (const policyId of ["reception", "budget-change", "cadence"])
        for (const [name, call] of Object.entries(calls))
          expect([name, await answer(call(staffId, policyId))]).toEqual([name, 403]);
      for (const [name, call] of Object.entries(calls))
        if (name !== "get") expect([name, await answer(call(staffId, "standards"))]).toEqual([name, 403]);
    },
  );
});

describe("a case", () => {
  test("keeps the version it began with; a new one has the new", async () => {
    const { caseId, stepId } = await opened({ budgetAmount: 80_000 });
    await save(withCommittee({ undoSeconds: 0 }));
    await publishDraft(limin, "reception", {});
    expect((await read(caseId)).header.policy.version).toBe(1);
    await act("shuaizhong", stepId, "approve");
    const after = await submit({ budgetAmount: 80_000 });
    expect((await read(after)).header.policy.version).toBe(2);
    await act("shuaizhong", await nextStep(after), "approve");
    const step = await stepNow(await nextStep(after));
    expect(step).toMatchObject({ stage: "committee", mode: "n-of-m", need: 2 });
    expect([...step.assignees].sort()).toEqual(["daiwen", "gaofeng", "xielei"]);
  });
});

describe("a dry run", () => {
  const run = (from = "2026-12-02", to = "2026-12-02", policyId = "reception") =>
    dryRun(limin, policyId, { from, to });

  test("names the cases that would have gone another way, running ones too, and changes nothing", async () => {
    const small = await submit({ budgetAmount: 50_000 });
    const { caseId } = await opened({ budgetAmount: 80_000 });
    const other = await submit({ budgetAmount: 90_000 }, "zhangyun");
    await save(withCommittee());
    const before = await tables.items("Cases", `C#${caseId}`);
    expect(await run()).toEqual({
      cases: 3,
      changed: [caseId, other].map((id) => ({
        caseId: id,
        before: ["dept_manager"],
        after: ["dept_manager", "committee"],
      })),
    });
    expect(small).toBeTruthy();
    expect(await tables.items("Cases", `C#${caseId}`)).toEqual(before);
    expect((await currentPolicy("reception")).version).toBe(1);
  });

  test("takes the days of Shanghai, both ends included", async () => {
    await save(withCommittee());
    vi.setSystemTime(Date.parse("2026-12-03T00:00:00+08:00") - 1);
    const late = await submit();
    vi.setSystemTime(Date.parse("2026-12-03T00:00:00+08:00"));
    const early = await submit();
    const named = async (from: string, to: string) => (await run(from, to)).changed.map((one) => one.caseId);
    expect(await named("2026-12-02", "2026-12-02")).toEqual([late]);
    expect(await named("2026-12-03", "2026-12-03")).toEqual([early]);
    expect(await named("2026-12-02", "2026-12-03")).toEqual([late, early]);
    expect(await named("2026-11-01", "2026-11-30")).toEqual([]);
    expect(await run("2026-12-02", "2026-12-03", "reception")).toMatchObject({ cases: 2 });
  });

  test("of the standards judges by the draft's table", async () => {
    const over = await submit({ budgetAmount: 80_000 });
    const cheap = {
      ...STANDARDS_POLICY,
      mealPerHead: { A: 1, B: 1, C: 1 },
      hotelPerRoomNight: ZERO,
      allowancePerPersonDay: 0,
    };
    await save(cheap, 1, "standards");
    expect(await run("2026-12-02", "2026-12-02", "standards")).toEqual({
      cases: 1,
      changed: [{ caseId: over, before: ["dept_manager"], after: ["dept_manager", "general_manager"] }],
    });
  });
  const ZERO = Object.fromEntries(["A", "B", "C"].map((level) => [level, { "1": 0, "2": 0, "3": 0 }]));

  test("asks for a draft and for days that exist, in their order, a year at most", async () => {
    expect(await refusal(run())).toBe("404 not_found");
    await save(withCommittee());
    expect(await refusal(run("2026-12-03", "2026-12-02"))).toBe("400 invalid to:to_before_from");
    expect(await refusal(run("2026-13-01", "x"))).toBe("400 invalid from:date to:date");
    expect(await refusal(run("2024-01-01", "2026-12-02"))).toBe("400 invalid to:too_many_days");
  });
});

describe("somebody leaves", () => {
  const leave = (staffId: string) => changePerson(yinxue, staffId, { active: false });

  test("and what waited for him waits for the administrator, who may not approve it", async () => {
    const { caseId, stepId } = await opened();
    expect((await readLeaving(yinxue, "shuaizhong")).seats.map((seat) => seat.stepId)).toEqual([stepId]);
    expect(await leave("shuaizhong")).toMatchObject({
      person: { staffId: "shuaizhong", active: false },
      handed: [{ caseId, stepId, to: "yinxue" }],
    });
    const file = await read(caseId);
    expect(file.steps[0]).toMatchObject({ status: "open", assignees: ["yinxue"] });
    expect(file.seats.find((seat) => seat.staffId === "yinxue")).toMatchObject({
      status: "open",
      for: "shuaizhong",
      rules: ["vacant"],
    });
    expect(file.seats.find((seat) => seat.staffId === "shuaizhong")).toMatchObject({ status: "void" });
    expect(kinds(file).at(-1)).toBe("vote.transferred");
    expect(file.messages.at(-1)).toMatchObject({ kind: "approval.request", to: "yinxue" });
    expect((await readLeaving(yinxue, "shuaizhong")).seats).toEqual([]);
    expect(await refusal(act("yinxue", stepId, "approve"))).toBe("403 over_limit");
    await act("yinxue", stepId, "transfer", "帅钟已离职", { toStaffId: "luoqiang" });
    expect(await act("luoqiang", stepId, "approve")).toMatchObject({ outcome: "approved" });
  });

  test("the administrator's own request goes to somebody else", async () => {
    const { stepId } = await opened({}, "yinxue");
    await leave("shuaizhong");
    const step = await stepNow(stepId);
    expect(step.assignees).toEqual(["zhangke"]);
  });

  test("of several who sign, his seat is the administrator's, once", async () => {
    // A version that no other test of this file reads: published ones are kept in memory, because they never change.
    for (const version of [1, 2, 3]) {
      await save(withCommittee({ stages: [{ ...COMMITTEE, when: {} }], climbOn: {} }), version);
      await publishDraft(limin, "reception", {});
    }
    const { stepId } = await opened();
    await leave("xielei");
    expect([...(await stepNow(stepId)).assignees].sort()).toEqual(["daiwen", "gaofeng", "yinxue"]);
    await leave("gaofeng");
    expect(await stepNow(stepId)).toMatchObject({ assignees: ["daiwen", "yinxue"], need: 2 });
    expect((await leave("gaofeng")).handed).toEqual([]);
  });

  test("what a requester owes of his own request stays his, and is told", async () => {
    const { caseId, stepId } = await opened({}, "zhangyun");
    await act("shuaizhong", stepId, "return", "请补充");
    vi.setSystemTime(WEDNESDAY + 3_600_000);
    const revise = await nextStep(caseId);
    expect((await leave("zhangyun")).handed).toMatchObject([{ stepId: revise, to: null }]);
    expect((await stepNow(revise)).assignees).toEqual(["zhangyun"]);
  });

  test("but the last administrator stays", async () => {
    expect(await refusal(leave("yinxue"))).toBe("409 last_administrator");
    expect(await refusal(changePerson(limin, "shuaizhong", { active: false }))).toBe("403 not_allowed");
  });
});
