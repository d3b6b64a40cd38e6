/** What people do on a whole case, and who may (contracts/approvals.md §5, §7). */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { commentOnCase } from "../../functions/case/comment.ts";
import { copyCase } from "../../functions/case/copy.ts";
import { viewCase } from "../../functions/case/read.ts";
import { waitingDecisions } from "../../functions/case/waiting.ts";
import { cancelAbsence, enterAbsence, listAbsences } from "../../functions/directory/absence.ts";
import { changePerson, listPeople } from "../../functions/directory/people.ts";
import { absenceVersion, policyKey } from "../../functions/directory/store.ts";
import { RECEPTION_POLICY } from "../../functions/policy/shipped.ts";
import { revokeReception } from "../../functions/reception/revoke.ts";
import { approveBatch } from "../../functions/step/batch.ts";
import { nudge } from "../../functions/step/nudge.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import {
  act,
  bucketOf,
  finish,
  kinds,
  next,
  nextStep,
  opened,
  race,
  read,
  refusal,
  refused,
  submit,
} from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const HOUR = 3_600_000;

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(() => vi.setSystemTime(WEDNESDAY));
afterAll(() => tables.stop());

const told = async (caseId: string, kind: string): Promise<string[]> =>
  (await read(caseId)).messages
    .filter((one) => one.kind === kind)
    .map((one) => one.to)
    .sort();

/** A request that the department manager has approved for good. */
async function approved(changes: Record<string, unknown> = {}): Promise<string> {
  const { caseId, stepId } = await opened(changes);
  await act("shuaizhong", stepId, "approve");
  vi.setSystemTime(Date.now() + HOUR);
  expect(await next(caseId)).toEqual({ outcome: "approved" });
  await finish(caseId, 1, "approved");
  return caseId;
}

describe("comment", () => {
  test("whoever sees the case says something; strangers find nothing", async () => {
    const { caseId } = await opened();
    expect(await commentOnCase(person("wanghui"), caseId, { text: "请附邀请函" })).toEqual({ caseId });
    const { events } = await viewCase(person("chenyao"), caseId, "zh-CN");
    expect(events.at(-1)).toMatchObject({
      kind: "comment.added",
      by: { staffId: "wanghui" },
      data: { text: "请附邀请函" },
    });
    expect(await refusal(commentOnCase(person("zhangyun"), caseId, { text: "看看" }))).toBe("404 not_found");
  });

  test.each([
    [{}, "text:required"],
    [{ text: "  " }, "text:required"],
    [{ text: "x".repeat(2001) }, "text:too_long"],
    [{ text: "好", extra: 1 }, "extra:unknown_field"],
  ])("%o is refused and leaves no line", async (input, problem) => {
    const { caseId } = await opened();
    const before = kinds(await read(caseId));
    expect(await refusal(commentOnCase(person("chenyao"), caseId, input))).toBe(`400 invalid ${problem}`);
    expect(kinds(await read(caseId))).toEqual(before);
  });

  test("a key that comes twice is one line", async () => {
    const { caseId } = await opened();
    const say = () => commentOnCase(person("chenyao"), caseId, { text: "一次" }, { idempotencyKey: "k-1" });
    await race([say(), say()]);
    await say();
    expect(kinds(await read(caseId)).filter((kind) => kind === "comment.added")).toHaveLength(1);
  });
});

describe("copy", () => {
  test("who is put on copy is told once, and may read and comment", async () => {
    const { caseId } = await opened();
    expect(await refusal(viewCase(person("songna"), caseId, "zh-CN"))).toBe("404 not_found");
    await copyCase(person("chenyao"), caseId, { staffIds: ["songna"], comment: "请安排接站" });
    await copyCase(person("shuaizhong"), caseId, { staffIds: ["songna", "weijun"] });
    expect(await told(caseId, "case.cc")).toEqual(["songna", "weijun"]);
    expect((await viewCase(person("songna"), caseId, "zh-CN")).cc.map((one) => one.staffId)).toEqual([
      "songna",
      "weijun",
    ]);
    await commentOnCase(person("songna"), caseId, { text: "收到" });
    expect(await refusal(copyCase(person("songna"), caseId, { staffIds: ["weijun"] }))).toBe(
      "403 not_allowed",
    );
  });

  test("unknown people, nobody and too many are refused", async () => {
    const { caseId } = await opened();
    const copy = (staffIds: unknown) => refusal(copyCase(person("chenyao"), caseId, { staffIds }));
    expect(await copy(["songna", "nobody"])).toBe("400 invalid staffIds.1:choose");
    expect(await copy([])).toBe("400 invalid staffIds:required");
    expect(await copy(Array(21).fill("songna"))).toBe("400 invalid staffIds:too_many");
    expect(await told(caseId, "case.cc")).toEqual([]);
  });
});

describe("nudge", () => {
  test("requester and administrator remind the signer, once in four hours", async () => {
    const { caseId, stepId } = await opened();
    await nudge(person("chenyao"), caseId, {});
    expect(await told(caseId, "step.nudge")).toEqual(["shuaizhong"]);
    vi.setSystemTime(WEDNESDAY + 4 * HOUR - 1000);
    const early = await refused(nudge(person("yinxue"), caseId, {}));
    expect([early.status, early.code, early.data.retryAfter]).toEqual([429, "too_soon", 1]);
    vi.setSystemTime(WEDNESDAY + 4 * HOUR);
    await nudge(person("yinxue"), caseId, {});
    expect(await told(caseId, "step.nudge")).toEqual(["shuaizhong", "shuaizhong"]);
    expect((await read(caseId)).events.at(-1)).toMatchObject({ kind: "step.nudged", by: "yinxue", stepId });
  });

  test("nobody else, and nothing where nobody is waited for", async () => {
    const { caseId, stepId } = await opened();
    for (const staffId of ["shuaizhong", "zhangke", "wanghui"])
      expect(await refusal(nudge(person(staffId), caseId, {}))).toBe("403 not_allowed");
    expect(await refusal(nudge(person("chenyao"), caseId, { loud: true }))).toBe(
      "400 invalid loud:unknown_field",
    );
    await act("shuaizhong", stepId, "reject", "不同意");
    expect(await refusal(nudge(person("chenyao"), caseId, {}))).toBe("409 wrong_phase");
  });

  test("two at the same instant remind once", async () => {
    const { caseId } = await opened();
    const count = await race([nudge(person("chenyao"), caseId, {}), nudge(person("yinxue"), caseId, {})]);
    expect(count).toEqual({ ok: 1, "429 too_soon": 1 });
    expect(await told(caseId, "step.nudge")).toEqual(["shuaizhong"]);
  });
});

describe("revoke", () => {
  test("the requester calls an approved visit off: the commitment is free, signers and finance are told", async () => {
    const before = await bucketOf(tables);
    const caseId = await approved();
    expect((await bucketOf(tables)).committed).toBe(before.committed + 80_000);
    await revokeReception(person("chenyao"), caseId, { comment: "客户改期" });
    expect(await bucketOf(tables)).toEqual(before);
    const file = await read(caseId);
    expect(file.header).toMatchObject({ status: "closed", phase: "closed", outcome: "revoked", held: 0 });
    expect(kinds(file).slice(-2)).toEqual(["case.revoked", "budget.released"]);
    expect(await told(caseId, "case.revoked")).toEqual(["shuaizhong", "wanghui", "zhaomin"]);
  });

  test("not by others, not before approval, not without a reason, not after arrival, not twice", async () => {
    const revoke = (by: string, caseId: string, comment = "改期") =>
      refusal(revokeReception(person(by), caseId, { comment }));
    const { caseId: open } = await opened();
    expect(await revoke("chenyao", open)).toBe("409 wrong_phase");
    const caseId = await approved();
    for (const staffId of ["shuaizhong", "zhangke", "yinxue", "wanghui"])
      expect(await revoke(staffId, caseId)).toBe("403 not_requester");
    expect(await revoke("zhangyun", caseId)).toBe("404 not_found");
    expect(await revoke("chenyao", caseId, " ")).toBe("400 invalid comment:reason_required");
    vi.setSystemTime(Date.parse("2026-12-07T09:00:00+08:00"));
    expect(await revoke("chenyao", caseId, "")).toBe("409 too_late");
    vi.setSystemTime(Date.parse("2026-12-07T08:59:59+08:00"));
    const count = await race(
      [1, 2].map(() => revokeReception(person("chenyao"), caseId, { comment: "改期" })),
    );
    expect(count).toEqual({ ok: 1, "409 wrong_phase": 1 });
  });
});

describe("decisions in a row", () => {
  test("the list has the facts that matter and says what may be approved together", async () => {
    await tables.reset();
    const { caseId, stepId } = await opened();
    const { items, next: more } = await waitingDecisions(person("shuaizhong"), {}, "zh-CN");
    expect(more).toBeNull();
    expect(items).toMatchObject([
      {
        stepId,
        kind: "approval",
        batchable: false,
        contentHash: (await read(caseId)).header.contentHash,
        facts: {
          visitingOrg: "洁丽雅有限公司",
          amount: 80_000,
          level: "C",
          people: 3,
          requester: { staffId: "chenyao", name: "陈瑶" },
          availableAfter: (await bucketOf(tables)).available,
        },
      },
    ]);
  });

  test("off by default; where the policy allows it each step is decided as if alone", async () => {
    await tables.reset();
    const off = await opened();
    const of = async ({ caseId, stepId }: { caseId: string; stepId: string }) => ({
      stepId,
      contentHash: (await read(caseId)).header.contentHash,
    });
    const batch = async (steps: unknown[], choice = "approve") =>
      (await approveBatch(person("shuaizhong"), { choice, steps })).body.results;
    expect(await batch([await of(off)])).toEqual([
      { stepId: off.stepId, status: 403, code: "not_batchable" },
    ]);

    await tables.put("Directory", {
      ...policyKey("reception", 2),
      v: 1,
      policyId: "reception",
      version: 2,
      publishedAt: "2026-12-01T00:00:00.000Z",
      publishedBy: "yinxue",
      document: { ...RECEPTION_POLICY, batchUpTo: 90_000 },
    });
    const [small, changed, large] = [await opened(), await opened(), await opened({ budgetAmount: 95_000 })];
    const mine = await nextStep(await submit({}, "luoqiang"));
    const results = await batch([
      await of(small),
      { ...(await of(changed)), contentHash: "0".repeat(64) },
      await of(large),
      { stepId: mine, contentHash: "0".repeat(64) },
    ]);
    expect(results).toEqual([
      { stepId: small.stepId, status: 200 },
      { stepId: changed.stepId, status: 409, code: "stale" },
      { stepId: large.stepId, status: 403, code: "not_batchable" },
      expect.objectContaining({ stepId: mine, status: expect.toBeOneOf([403, 404]) }),
    ]);
    expect((await read(small.caseId)).votes).toMatchObject([{ by: "shuaizhong", choice: "approve" }]);
    expect((await read(large.caseId)).votes).toEqual([]);
  });

  test("nothing but approve in a row", async () => {
    const { caseId, stepId } = await opened();
    const steps = [{ stepId, contentHash: (await read(caseId)).header.contentHash }];
    for (const choice of ["reject", "return", "transfer"])
      expect(await refusal(approveBatch(person("shuaizhong"), { choice, steps }))).toBe(
        "400 invalid choice:choice",
      );
    expect(await refusal(approveBatch(person("shuaizhong"), { choice: "approve", steps: [] }))).toBe(
      "400 invalid steps:required",
    );
    expect((await read(caseId)).votes).toEqual([]);
  });
});

describe("absences", () => {
  const days = { from: "2026-12-07", to: "2026-12-09", reason: "出差" };
  const enter = async (by: string, input: Record<string, unknown> = {}) =>
    (await enterAbsence(person(by), { ...days, ...input }, await absenceVersion())).body.absenceId;

  test("one's own with a substitute; the administrator enters and sees everybody's", async () => {
    await tables.reset();
    const own = await enter("shuaizhong", { substituteId: "luoqiang" });
    const other = await enter("yinxue", { staffId: "pengtao" });
    expect((await listAbsences(person("shuaizhong"), null)).items).toMatchObject([
      { absenceId: own, staffId: "shuaizhong", name: "帅钟", substitute: { name: "罗强" }, ...days },
    ]);
    expect((await listAbsences(person("yinxue"), null)).items.map((one) => one.absenceId).sort()).toEqual(
      [own, other].sort(),
    );
    expect(await refusal(listAbsences(person("shuaizhong"), "pengtao"))).toBe("403 not_allowed");
    expect(await refusal(cancelAbsence(person("shuaizhong"), other))).toBe("404 not_found");
    await cancelAbsence(person("pengtao"), other);
    expect((await listAbsences(person("yinxue"), "pengtao")).items).toEqual([]);
  });

  test("somebody else's is the administrator's to enter", async () => {
    expect(await refusal(enter("shuaizhong", { staffId: "luoqiang", substituteId: "pengtao" }))).toBe(
      "403 not_allowed",
    );
  });

  test("circles and chains are refused, also when two are entered at once", async () => {
    await tables.reset();
    expect(await refusal(enter("shuaizhong", { substituteId: "shuaizhong" }))).toBe("409 delegation_cycle");
    await enter("shuaizhong", { substituteId: "luoqiang" });
    expect(await refusal(enter("luoqiang", { substituteId: "shuaizhong" }))).toBe("409 delegation_cycle");
    expect(await refusal(enter("luoqiang"))).toBe("409 delegation_chain");
    expect(await refusal(enter("pengtao", { substituteId: "shuaizhong" }))).toBe("409 delegation_chain");
    const count = await race([
      enter("zhangke", { substituteId: "pengtao" }),
      enter("pengtao", { substituteId: "zhangke" }),
    ]);
    expect(count.ok).toBe(1);
  });

  test.each([
    [{ to: "2026-12-06" }, "to:to_before_from"],
    [{ from: "2026-13-01" }, "from:date"],
    [{ reason: "" }, "reason:required"],
    [{ substituteId: "nobody" }, "substituteId:choose"],
    [{ until: "2026-12-09" }, "until:unknown_field"],
  ])("%o is refused", async (input, problem) => {
    expect(await refusal(enter("chenyao", input))).toBe(`400 invalid ${problem}`);
  });
});

describe("people", () => {
  test("everybody is listed with skills, load and absence, without phone numbers", async () => {
    const people = await listPeople();
    expect(people.find((one) => one.staffId === "chenyao")).toEqual({
      staffId: "chenyao",
      name: "陈瑶",
      email: "chenyao@xunda.example",
      role: "reception_lead",
      roles: ["reception_lead"],
      department: "customer_service",
      active: true,
      skills: [],
      load: 0,
      absence: null,
    });
    expect(people.find((one) => one.staffId === "zhangyun")?.skills).toContain("damage");
  });

  test("what waits for somebody is his load; who is away today is said so", async () => {
    await tables.reset();
    const { stepId } = await opened();
    const before = (await listPeople()).find((one) => one.staffId === "shuaizhong")!;
    expect(before).toMatchObject({ load: 1, absence: null });
    await act("shuaizhong", stepId, "approve");
    const days = { from: "2026-12-02", to: "2026-12-03", substituteId: "pengtao" };
    await enterAbsence(person("shuaizhong"), { ...days, reason: "出差" }, await absenceVersion());
    expect((await listPeople()).find((one) => one.staffId === "shuaizhong")).toMatchObject({
      load: 0,
      absence: days,
    });
    vi.setSystemTime(Date.parse("2026-12-04T09:00:00+08:00"));
    expect((await listPeople()).find((one) => one.staffId === "shuaizhong")?.absence).toBeNull();
    await tables.reset();
  });

  test("only the administrator lets people go and back in", async () => {
    expect(await refusal(changePerson(person("zhangke"), "songna", { active: false }))).toBe(
      "403 not_allowed",
    );
    expect(await refusal(changePerson(person("yinxue"), "nobody", { active: false }))).toBe("404 not_found");
    expect(await refusal(changePerson(person("yinxue"), "songna", { active: "no" }))).toBe(
      "400 invalid active:choose",
    );
    expect((await changePerson(person("yinxue"), "songna", { active: false })).person).toMatchObject({
      active: false,
    });
    expect((await listPeople()).find((one) => one.staffId === "songna")).toMatchObject({ active: false });
    await changePerson(person("yinxue"), "songna", { active: true });
  });
});
