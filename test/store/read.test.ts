import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { myCases, myTasks } from "../../functions/case/lists.ts";
import { viewCase } from "../../functions/case/read.ts";
import { checkCsrf, endSession, optionalSession, startSession } from "../../functions/directory/session.ts";
import { currentPolicy, personBySubject, readPeople } from "../../functions/directory/store.ts";
import { readBucket, visibleBuckets } from "../../functions/ledger/read.ts";
import type { Request } from "../../functions/shared/http.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { act, bucketOf, nextStep, opened, refusal, submit } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());

describe("a case", () => {
  test("is shown to who may see it and not found by anybody else", async () => {
    const { caseId, stepId } = await opened();
    const shown = await viewCase(person("chenyao"), caseId, "zh-CN");
    expect(shown).toMatchObject({ caseId, chainValid: true, steps: [{ stepId, status: "open" }] });
    expect(shown.budget).toMatchObject([{ department: "finance", period: "2026-12" }]);
    for (const staffId of ["shuaizhong", "zhangke", "yinxue", "wanghui"])
      expect((await viewCase(person(staffId), caseId, "zh-CN")).caseId).toBe(caseId);
    for (const staffId of ["zhangyun", "luoqiang", "daiwen", "songna"])
      expect(await refusal(viewCase(person(staffId), caseId, "zh-CN"))).toBe("404 not_found");
    expect(await refusal(viewCase(person("yinxue"), "JD-2026-999999", "zh-CN"))).toBe("404 not_found");
  });

  test("never shows its task token or a link", async () => {
    const { caseId, stepId } = await opened();
    const secret = "a-token-nobody-may-see";
    const step = await tables.get("Cases", `C#${caseId}`, `STEP#${stepId}`);
    await tables.put("Cases", { ...step, token: secret });
    expect(JSON.stringify(await viewCase(person("yinxue"), caseId, "zh-CN"))).not.toContain(secret);
  });
});

describe("my tasks", () => {
  test("are my open steps, the most urgent first, page by page", async () => {
    await tables.reset();
    const found: string[] = [];
    for (let hours = 2; hours >= 0; hours -= 1) {
      vi.setSystemTime(WEDNESDAY + hours * 3_600_000);
      found.unshift((await opened()).stepId);
    }
    vi.setSystemTime(WEDNESDAY);
    const decided = await opened();
    await act("shuaizhong", decided.stepId, "approve");

    const all = await myTasks(person("shuaizhong"));
    const first = await myTasks(person("shuaizhong"), { limit: 2 });
    const second = await myTasks(person("shuaizhong"), { limit: 2, cursor: first.next ?? "" });

    expect(all).toMatchObject({
      items: found.map((stepId) => ({ stepId, process: "reception" })),
      next: null,
    });
    expect(all.items[0]).toEqual({
      stepId: found[0],
      caseId: found[0]?.slice(0, 14),
      process: "reception",
      kind: "approval",
      stage: "dept_manager",
      title: "洁丽雅有限公司",
      openedAt: "2026-12-02T10:00:00+08:00",
      dueAt: "2026-12-03T10:00:00+08:00",
    });
    expect([...first.items, ...second.items]).toEqual(all.items);
    // The page with the last item says so, even where it is full.
    const full = { limit: 1, cursor: first.next! };
    expect(await myTasks(person("shuaizhong"), full)).toEqual({ items: [all.items[2]], next: null });
    expect((await myTasks(person("zhangke"))).items).toEqual([]);
  });

  test.each(["x", "e30", "bnVsbA", "MTIz", "W10", "InRleHQi", "eyJwayI6eyJTIjoiYSJ9fQ"])(
    "a cursor that is none is refused: %s",
    async (cursor) => {
      expect(await refusal(myTasks(person("shuaizhong"), { cursor }))).toBe("400 invalid cursor:invalid");
    },
  );

  test.each([0, 101, 1.5, Number.NaN])("a limit of %d is refused", async (limit) => {
    expect(await refusal(myTasks(person("shuaizhong"), { limit }))).toBe("400 invalid limit:at_most");
  });

  test("a cursor of somebody else's list leads nowhere", async () => {
    const first = await myTasks(person("shuaizhong"), { limit: 1 });
    expect(await refusal(myTasks(person("zhangke"), { cursor: first.next ?? "" }))).toBe(
      "400 invalid cursor:invalid",
    );
  });
});

test("my cases are those I asked for, newest first", async () => {
  vi.setSystemTime(WEDNESDAY);
  const one = await submit({}, "limin");
  vi.setSystemTime(WEDNESDAY + 1000);
  const two = await submit({}, "limin");
  expect((await myCases(person("limin"))).items.map((line) => line.caseId)).toEqual([two, one]);
  const first = await myCases(person("limin"), { limit: 1 });
  const second = await myCases(person("limin"), { limit: 1, cursor: first.next ?? "" });
  expect([first.items[0]?.caseId, second.items[0]?.caseId, second.next]).toEqual([two, one, null]);
});

describe("a budget", () => {
  test("is shown to finance, the general manager and its own department's manager", async () => {
    const seen = await readBucket(person("wanghui"), {
      department: "transport",
      period: "2026-12",
      category: "hospitality",
    });
    expect(seen).toEqual({
      department: "transport",
      period: "2026-12",
      category: "hospitality",
      control: "hard",
      ...(await bucketOf(tables, "transport")),
    });
    await readBucket(person("zhangke"), {
      department: "transport",
      period: "2026-12",
      category: "hospitality",
    });
    await readBucket(person("luoqiang"), {
      department: "transport",
      period: "2026-12",
      category: "hospitality",
    });
    for (const staffId of ["shuaizhong", "yinxue", "chenyao", "weijun"])
      expect(
        await refusal(
          readBucket(person(staffId), {
            department: "transport",
            period: "2026-12",
            category: "hospitality",
          }),
        ),
      ).toBe("403 not_allowed");
    expect(
      await refusal(
        readBucket(person("wanghui"), {
          department: "transport",
          period: "2020-01",
          category: "hospitality",
        }),
      ),
    ).toBe("404 not_found");
    expect(
      await refusal(
        readBucket(person("wanghui"), { department: "transport", period: "2026-12", category: "gift" }),
      ),
    ).toBe("404 not_found");
  });

  test("of a month: those that the person may see", async () => {
    const of = async (staffId: string) =>
      (await visibleBuckets(person(staffId), "2026-12")).map((bucket) => bucket.department);
    expect(await of("wanghui")).toEqual([
      "customer_service",
      "transport",
      "marketing",
      "warehouse",
      "finance",
      "management",
    ]);
    expect(await of("luoqiang")).toEqual(["transport"]);
    expect(await of("chenyao")).toEqual([]);
  });
});

describe("a session", () => {
  const request = (cookie: string, headers: Record<string, string> = {}): Request =>
    ({ cookies: { careloop: cookie }, headers }) as unknown as Request;
  const inCookie = (cookie: string) => cookie.slice("careloop=".length, cookie.indexOf(";"));

  test("is who started it, for twelve hours, and only its hash is stored", async () => {
    vi.setSystemTime(WEDNESDAY);
    const cookie = await startSession("chenyao");
    expect(cookie).toMatch(
      /^careloop=chenyao\.[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=43200$/,
    );
    const value = inCookie(cookie);
    expect((await optionalSession(request(value)))?.actor.staffId).toBe("chenyao");
    vi.setSystemTime(WEDNESDAY + 12 * 3_600_000);
    expect(await optionalSession(request(value))).toBeNull();
    vi.setSystemTime(WEDNESDAY);
    const secret = value.split(".")[1] ?? "";
    expect(JSON.stringify(await tables.items("Directory", "STAFF"))).not.toContain(secret);
  });

  test("is nobody's with a changed, foreign or missing cookie", async () => {
    const value = inCookie(await startSession("chenyao"));
    const secret = value.split(".")[1] ?? "";
    for (const cookie of [
      "",
      "chenyao",
      `yinxue.${secret}`,
      `${value}x`,
      `${value}.x`,
      `chenyao.${"a".repeat(43)}`,
    ])
      expect(await optionalSession(request(cookie))).toBeNull();
  });

  test("ends at once when it is ended or the person is deactivated", async () => {
    const value = inCookie(await startSession("limin"));
    const stored = await tables.get("Directory", "STAFF", "limin");
    await tables.put("Directory", { ...stored, active: false });
    expect(await optionalSession(request(value))).toBeNull();
    await tables.put("Directory", { ...stored });
    expect(await optionalSession(request(value))).not.toBeNull();
    expect(await endSession(request(value))).toContain("Max-Age=0");
    expect(await optionalSession(request(value))).toBeNull();
  });

  test("a write needs the header or the form's own field", async () => {
    const value = inCookie(await startSession("chenyao"));
    const session = await optionalSession(request(value));
    if (!session) throw new Error("No session");
    const write = async (headers: Record<string, string>, form?: URLSearchParams) =>
      checkCsrf(session, request(value, headers), form);
    expect(await refusal(write({}))).toBe("403 csrf");
    expect(await refusal(write({ "x-careloop": "0" }))).toBe("403 csrf");
    expect(await refusal(write({}, new URLSearchParams({ csrf: "x" })))).toBe("403 csrf");
    expect(await refusal(write({}, new URLSearchParams()))).toBe("403 csrf");
    await write({ "x-careloop": "1" });
    await write({}, new URLSearchParams({ csrf: session.csrf }));
  });
});

test("people by id and by sign-in, the newest policy", async () => {
  expect([...(await readPeople(["chenyao", "chenyao", "nobody"])).keys()]).toEqual(["chenyao"]);
  expect((await personBySubject("https://issuer.example", "chenyao"))?.name).toBe("陈瑶");
  expect(await personBySubject("https://other.example", "chenyao")).toBeNull();
  const { document } = await currentPolicy("reception");
  for (const version of [2, 10])
    await tables.put("Directory", {
      pk: "POLICY#reception",
      sk: `V#${String(version).padStart(6, "0")}`,
      v: 1,
      policyId: "reception",
      version,
      document,
    });
  expect((await currentPolicy("reception")).version).toBe(10);
});

test("the second stage of a case opens for the next signer", async () => {
  const { caseId, stepId } = await opened({ budgetAmount: 300_000 });
  await act("shuaizhong", stepId, "approve");
  const second = await nextStep(caseId);
  expect((await myTasks(person("zhangke"))).items.map((task) => task.stepId)).toEqual([second]);
});
