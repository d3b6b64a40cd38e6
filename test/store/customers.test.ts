/** Customers on the tables: entering, changing, finding, opting out; imports that are all or nothing, whatever ends them. */
import { strToU8 } from "fflate";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { changeCadence, viewCadence } from "../../functions/customer/cadence-store.ts";
import { customersCsv } from "../../functions/customer/export.ts";
import { applyImport } from "../../functions/customer/import-apply.ts";
import { checkImport, requestImport } from "../../functions/customer/import-check.ts";
import { handler as finishByStream } from "../../functions/customer/import-finish.ts";
import { listCustomers, readFilter } from "../../functions/customer/list.ts";
import {
  enterCustomer,
  optOutCustomer,
  putCustomer,
  viewCustomer,
} from "../../functions/customer/records.ts";
import { aliasKey } from "../../functions/customer/rules.ts";
import { readCadence } from "../../functions/customer/schema.ts";
import { findCustomer } from "../../functions/customer/store.ts";
import * as store from "../../functions/shared/table.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { refusal, refused } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

/** What lies in the bucket, by number. */
const uploads = new Map<string, Uint8Array>();
vi.mock("../../functions/file/bucket.ts", () => ({
  headUpload: async (id: string) => {
    const bytes = uploads.get(id);
    return bytes ? { size: bytes.length, etag: `"${bytes.length}"` } : null;
  },
  readWhole: async (id: string) => uploads.get(id),
  signPut: async (id: string) => ({ method: "PUT", url: `https://bucket.example/${id}`, headers: {} }),
  signPost: async () => ({ url: "https://bucket.example", fields: {} }),
}));
vi.mock("../../functions/shared/table.ts", { spy: true });

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  uploads.clear();
  await tables.reset();
});
afterAll(() => tables.stop());

const liuyanli = person("liuyanli");
const zhangyun = person("zhangyun");
const zengqun = person("zengqun");
const limin = person("limin");
const wanghui = person("wanghui");

const entry = (change: object = {}) => ({
  name: "甲物流公司",
  tier: "D",
  contacts: [{ name: "王", phone: "13800000001" }],
  ...change,
});
const enter = async (change: object = {}) => (await enterCustomer(liuyanli, entry(change))).body.customerId;
const list = (query = "", actor = liuyanli, paging = {}) =>
  listCustomers(actor, readFilter(new URLSearchParams(query)), paging);
const idsOf = async (query = "", actor = liuyanli) =>
  (await list(query, actor)).items.map((one) => one.customerId);

describe("a customer", () => {
  test("is entered by the register alone, with names that mean him", async () => {
    const customerId = await enter({ aliases: ["甲物流"], owner: "zengqun" });
    expect(await viewCustomer(zengqun, customerId)).toMatchObject({
      customerId,
      version: 1,
      name: "甲物流公司",
      creditGrade: "C",
      lastContactAt: null,
      nextDueOn: "2026-12-03",
    });
    expect(await findCustomer("「甲物流」")).toMatchObject({ customerId, tier: "D" });
    for (const actor of [limin, zhangyun, wanghui])
      expect(await refusal(enterCustomer(actor, entry()))).toBe("403 not_allowed");
    expect(await refusal(enterCustomer(liuyanli, entry({ customerId: "C0001" })))).toBe(
      "409 customer_exists",
    );
    expect((await refused(enterCustomer(liuyanli, entry({ owner: "nobody" })))).fields).toEqual([
      { path: "owner", code: "nobody" },
    ]);
  });

  test("that is sent twice with one key is one", async () => {
    const again = () => enterCustomer(liuyanli, entry(), { idempotencyKey: "one" });
    const [first, second] = [await again(), await again()];
    expect(second).toEqual(first);
    expect(await idsOf("q=甲物流")).toHaveLength(1);
    const other = enterCustomer(liuyanli, entry({ name: "乙" }), { idempotencyKey: "one" });
    expect(await refusal(other)).toBe("409 idempotency_mismatch");
  });

  test("is seen by desk, register and owner, and by nobody else", async () => {
    for (const actor of [limin, liuyanli, zhangyun])
      expect((await viewCustomer(actor, "C0001")).name).toBe("洁丽雅有限公司");
    for (const actor of [zengqun, wanghui])
      expect(await refusal(viewCustomer(actor, "C0001"))).toBe("404 not_found");
    expect(await refusal(viewCustomer(liuyanli, "C9999"))).toBe("404 not_found");
    expect(await refusal(viewCustomer(liuyanli, "../x"))).toBe("404 not_found");
  });

  test("is changed by his owner, but for tier, grade and owner", async () => {
    const seen = await viewCustomer(zhangyun, "C0001");
    const after = await putCustomer(zhangyun, "C0001", { ...seen, address: "成都市新址1号" });
    expect(after).toMatchObject({ version: 2, address: "成都市新址1号", nextDueOn: seen.nextDueOn });
    expect(await refusal(putCustomer(zhangyun, "C0001", { version: 2, tier: "B" }))).toBe("403 not_allowed");
    expect(await refusal(putCustomer(zhangyun, "C0001", { version: 2, owner: null }))).toBe(
      "403 not_allowed",
    );
    expect(await refusal(putCustomer(limin, "C0001", { version: 2, address: "x" }))).toBe("403 not_allowed");
    expect(await refusal(putCustomer(zengqun, "C0001", { version: 2, address: "x" }))).toBe("404 not_found");
    expect(await refusal(putCustomer(liuyanli, "C0001", { version: 1, tier: "B" }))).toBe("409 stale");
    const wrong = putCustomer(liuyanli, "C0001", {
      version: 2,
      completeness: 0.5,
      lastContactAt: "2026-01-01",
    });
    expect((await refused(wrong)).fields.map(({ path }) => path)).toEqual(["lastContactAt", "completeness"]);
  });

  test("in a new tier is planned anew and known by it at once", async () => {
    await putCustomer(liuyanli, "C0006", { version: 1, tier: "A", nextDueOn: "2027-06-01" });
    const after = await putCustomer(liuyanli, "C0006", { version: 2, tier: "B" });
    expect(after).toMatchObject({ tier: "B", nextDueOn: "2027-01-04" });
    expect(await findCustomer("大鹏")).toMatchObject({ tier: "B" });
    expect(await idsOf("tier=B")).toEqual(["C0003", "C0006"].sort());
  });

  test("who is renamed is found by the new name and not the old one, and a name of another stays his", async () => {
    await putCustomer(liuyanli, "C0002", { version: 1, name: "快洁服装集团", aliases: ["快洁", "洁丽雅"] });
    expect(await findCustomer("快洁服装集团")).toMatchObject({ customerId: "C0002" });
    expect(await findCustomer("快洁服装制造公司")).toBeNull();
    expect(await findCustomer("洁丽雅")).toMatchObject({ customerId: "C0001" });
    expect((await idsOf("q=洁丽雅")).sort()).toEqual(["C0001", "C0002"]);
    // Changed again without a word of names, although one of his is another's.
    await putCustomer(liuyanli, "C0002", { version: 2, address: "成都" });
    expect(await findCustomer("洁丽雅")).toMatchObject({ customerId: "C0001" });
  });

  test("changed by two at once is changed by one", async () => {
    const race = await Promise.allSettled(
      ["甲", "乙"].map((address) => putCustomer(liuyanli, "C0001", { version: 1, address })),
    );
    expect(race.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await viewCustomer(liuyanli, "C0001")).version).toBe(2);
  });

  test("opts out once, for all his contacts", async () => {
    const out = { channel: "email", reason: "邮件太多" };
    await optOutCustomer(zhangyun, "C0001", out);
    await optOutCustomer(limin, "C0001", out);
    const { version, contacts } = await viewCustomer(zhangyun, "C0001");
    expect(version).toBe(2);
    expect(contacts.map((one) => one.suppressed)).toEqual(Array(2).fill({ email: true, sms: false }));
    expect(await refusal(optOutCustomer(zengqun, "C0001", out))).toBe("404 not_found");
    expect((await refused(optOutCustomer(zhangyun, "C0001", { channel: "fax" }))).status).toBe(400);
  });
});

describe("the list", () => {
  test("has all for the desk, by name; an agent's own, by day; nobody else any", async () => {
    expect(await idsOf()).toHaveLength(6);
    expect(await idsOf("", zhangyun)).toEqual(["C0001", "C0004"]);
    expect(await idsOf("owner=zengqun", zhangyun)).toEqual([]);
    expect(await idsOf("owner=zengqun", limin)).toEqual(["C0002", "C0005"]);
    expect(await refusal(list("", wanghui))).toBe("403 not_allowed");
    expect((await refused(list("", liuyanli, { cursor: "nonsense" }))).fields[0]?.path).toBe("cursor");
  });

  test("is paged without a gap or a repetition", async () => {
    for (let n = 0; n < 30; n += 1) await enter({ name: `丙${n % 7}公司`, customerId: `P${n}` });
    for (const [query, total] of [
      ["", 36],
      ["q=公司", 36],
      ["q=丙", 30],
      ["owner=zhangyun", 2],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(query, liuyanli, {
          limit: 1 + (seen.length % 4),
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...page.items.map((one) => one.customerId));
        cursor = page.next ?? undefined;
      } while (cursor);
      expect(seen, query).toHaveLength(total);
      expect(new Set(seen).size).toBe(total);
    }
  });

  test("of stale ones has whom nobody has touched for long", async () => {
    expect(await idsOf("stale=true")).toEqual([]);
    vi.setSystemTime(WEDNESDAY + 91 * 86_400_000);
    await putCustomer(liuyanli, "C0001", { version: 1, address: "成都" });
    expect(await idsOf("stale=true")).toHaveLength(5);
    expect(await idsOf("stale=true", zhangyun)).toEqual(["C0004"]);
  });
});

test("the cadence is changed by its keepers, from the version that they saw", async () => {
  const seen = await viewCadence(limin);
  expect(seen).toMatchObject({ version: 1, firstContactDays: 7, coverageTarget: 0.8 });
  const put = (document: object, actor = limin) => changeCadence(actor, () => readCadence(document));
  expect(await put({ ...seen, firstContactDays: 5 })).toMatchObject({ version: 2, firstContactDays: 5 });
  expect(await refusal(put({ ...seen, firstContactDays: 4 }))).toBe("409 stale");
  expect(await refusal(viewCadence(liuyanli))).toBe("403 not_allowed");
});

describe("an import", () => {
  const HEADER = "customerId,name,tier,contactName,contactPhone,aliases";
  const row = (n: number) => `N${n},新客户${n}公司,B,王${n},138${String(n).padStart(8, "0")},新${n}`;

  async function uploaded(text: string): Promise<string> {
    const bytes = strToU8(text);
    const { importId } = await requestImport(liuyanli, {
      name: "客户.csv",
      contentType: "text/csv",
      size: bytes.length,
    });
    uploads.set(importId, bytes);
    return importId;
  }
  const many = (n: number) => uploaded([HEADER, ...Array.from({ length: n }, (_, at) => row(at))].join("\n"));
  const customers = async () =>
    (await customersCsv(liuyanli, readFilter(new URLSearchParams()))).split("\r\n").length - 2;

  /** The connection is lost after so many transactions, until it is called with none. */
  function dies(after?: number): void {
    const transact = vi.mocked(store.transact);
    transact.mockRestore();
    let left = after;
    if (left === undefined) return;
    transact.mockImplementation(async (writes) => {
      if (left === 0) throw new Error("the process is gone");
      left = (left ?? 0) - 1;
      await actual.transact(writes);
    });
  }
  let actual: typeof store;
  beforeAll(async () => {
    actual = await vi.importActual<typeof store>("../../functions/shared/table.ts");
  });

  test("is for the register alone, and for tables", async () => {
    const request = { name: "a.csv", contentType: "text/csv", size: 10 };
    expect(await refusal(requestImport(limin, request))).toBe("403 not_allowed");
    expect(await refusal(checkImport(limin, "x", {}))).toBe("403 not_allowed");
    expect(await refusal(applyImport(zhangyun, "x", {}))).toBe("403 not_allowed");
    expect(await refusal(checkImport(liuyanli, "x", {}))).toBe("404 not_found");
    expect((await refused(requestImport(liuyanli, { ...request, contentType: "image/png" }))).fields).toEqual(
      [{ path: "contentType", code: "table_type" }],
    );
    const keyed = () => requestImport(liuyanli, request, { idempotencyKey: "k" });
    expect(await keyed()).toEqual(await keyed());
    const other = requestImport(liuyanli, { ...request, size: 11 }, { idempotencyKey: "k" });
    expect(await refusal(other)).toBe("409 idempotency_mismatch");
  });

  test("is checked without a change, applied once, and known by name, list and number at once", async () => {
    const importId = await many(250);
    expect(await refusal(applyImport(liuyanli, importId, {}))).toBe("409 not_checked");
    expect(await checkImport(liuyanli, importId, {})).toEqual({
      rows: 250,
      create: 250,
      update: 0,
      unchanged: 0,
      applicable: true,
      problems: [],
    });
    expect(await customers()).toBe(6);
    expect(await applyImport(liuyanli, importId, {})).toEqual({ created: 250, updated: 0, unchanged: 0 });
    expect(await customers()).toBe(256);
    expect(await findCustomer("新249")).toMatchObject({ customerId: "N249", tier: "B" });
    expect(await viewCustomer(liuyanli, "N7")).toMatchObject({ version: 1, nextDueOn: "2026-12-03" });
    expect(await refusal(applyImport(liuyanli, importId, {}))).toBe("409 already_applied");
    expect(await refusal(checkImport(liuyanli, importId, {}))).toBe("409 already_applied");
  });

  test("with a problem changes nothing", async () => {
    const importId = await uploaded(`${HEADER}\n${row(1)}\nC0001,洁丽雅有限公司,X,陈,1,\n`);
    const { applicable, problems } = await checkImport(liuyanli, importId, {});
    expect(applicable).toBe(false);
    expect(problems).toHaveLength(2);
    expect(await refusal(applyImport(liuyanli, importId, {}))).toBe("409 has_problems");
    expect(await customers()).toBe(6);
  });

  test("that has not arrived, or was checked the day before, is told so", async () => {
    const importId = await many(1);
    const bytes = uploads.get(importId)!;
    uploads.clear();
    expect(await refusal(checkImport(liuyanli, importId, {}))).toBe("409 not_uploaded");
    uploads.set(importId, bytes);
    await checkImport(liuyanli, importId, { encoding: "utf-8" });
    expect((await refused(checkImport(liuyanli, importId, { encoding: "big5" }))).status).toBe(400);
    vi.setSystemTime(WEDNESDAY + 25 * 3_600_000);
    expect(await refusal(applyImport(liuyanli, importId, {}))).toBe("409 not_checked");
  });

  test("is stale once somebody changed one of its customers, or took one of its names", async () => {
    const text = (await customersCsv(liuyanli, readFilter(new URLSearchParams()))).replace(
      "成都市双流",
      "成都双流",
    );
    const first = await uploaded(text);
    expect(await checkImport(liuyanli, first, {})).toMatchObject({
      update: 1,
      unchanged: 5,
      applicable: true,
    });
    await putCustomer(zhangyun, "C0001", { version: 1, address: "别处" });
    expect(await refusal(applyImport(liuyanli, first, {}))).toBe("409 stale");
    const second = await many(3);
    await checkImport(liuyanli, second, {});
    await enter({ name: "新2" });
    expect(await refusal(applyImport(liuyanli, second, {}))).toBe("409 stale");
    // Nobody is held back by either.
    expect((await putCustomer(zhangyun, "C0001", { version: 2, address: "又一处" })).version).toBe(3);
    await checkImport(liuyanli, second, {});
    expect(await applyImport(liuyanli, second, {})).toMatchObject({ created: 3 });
    expect(await findCustomer("新2")).not.toMatchObject({ customerId: "N2" });
  });

  test("that dies before it is decided has never been, and holds nobody back for longer than its time", async () => {
    const importId = await many(120);
    await checkImport(liuyanli, importId, {});
    dies(1);
    await expect(applyImport(liuyanli, importId, {})).rejects.toThrow();
    dies();
    expect(await customers()).toBe(6);
    expect(await refusal(putCustomer(zhangyun, "C0001", { version: 1, address: "成都" }))).toBe("503 busy");
    vi.setSystemTime(WEDNESDAY + 61_000);
    expect((await putCustomer(zhangyun, "C0001", { version: 1, address: "成都" })).version).toBe(2);
    expect(await applyImport(liuyanli, importId, {})).toMatchObject({ created: 120 });
  });

  test.each([2, 3, 5])(
    "that dies after %i transactions is there as a whole, and whoever writes next ends it",
    async (n) => {
      const importId = await many(120);
      await checkImport(liuyanli, importId, {});
      dies(n);
      // It is decided: what is still to be written is not the caller's to know.
      expect(await applyImport(liuyanli, importId, {})).toMatchObject({ created: 120 });
      dies();
      // Readers see all of it, of everybody.
      expect(await customers()).toBe(126);
      expect(await viewCustomer(liuyanli, "N119")).toMatchObject({ name: "新客户119公司" });
      expect(await idsOf("q=新客户118")).toEqual(["N118"]);
      // A writer ends it, and changes what it left.
      expect((await putCustomer(liuyanli, "N119", { version: 1, tier: "A" })).version).toBe(2);
      expect(await tables.get("Customers", "IMPORT", "CURRENT")).toBeNull();
      expect(await customers()).toBe(126);
      expect(await tables.get("Customers", aliasKey("新0").pk, "ALIAS")).toMatchObject({ customerId: "N0" });
      expect(await refusal(applyImport(liuyanli, importId, {}))).toBe("409 already_applied");
    },
  );

  test("that two people apply at once is applied once", async () => {
    const importId = await many(150);
    await checkImport(liuyanli, importId, {});
    const race = await Promise.allSettled([1, 2, 3].map(() => applyImport(liuyanli, importId, {})));
    expect(race.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await customers()).toBe(156);
    expect(await tables.get("Customers", "IMPORT", "CURRENT")).toBeNull();
  });

  test("that several write at the same time is written once by all of them, and none fails", async () => {
    const importId = await many(400);
    await checkImport(liuyanli, importId, {});
    dies(2);
    await applyImport(liuyanli, importId, {});
    dies();
    const byStream = () => finishByStream({ Records: [] });
    await Promise.all([byStream(), byStream(), byStream()]);
    expect(await tables.get("Customers", "IMPORT", "CURRENT")).toBeNull();
    expect(await customers()).toBe(406);
  });

  test("with a fault leaves nothing going on behind it", async () => {
    const importId = await many(400);
    await checkImport(liuyanli, importId, {});
    dies(2);
    await applyImport(liuyanli, importId, {});
    dies(3);
    await expect(finishByStream({ Records: [] })).rejects.toThrow("the process is gone");
    const calls = vi.mocked(store.transact).mock.calls.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(vi.mocked(store.transact).mock.calls).toHaveLength(calls);
    dies();
    await finishByStream({ Records: [] });
    expect(await customers()).toBe(406);
  });

  test("of what was exported changes nothing", async () => {
    const importId = await uploaded(await customersCsv(liuyanli, readFilter(new URLSearchParams())));
    const checked = await checkImport(liuyanli, importId, {});
    expect(checked).toMatchObject({ rows: 6, create: 0, update: 0, unchanged: 6, problems: [] });
    expect(await applyImport(liuyanli, importId, {})).toEqual({ created: 0, updated: 0, unchanged: 6 });
  });

  test("that takes longer than anybody waits goes on from the table's stream, and is there meanwhile", async () => {
    const importId = await many(400);
    await checkImport(liuyanli, importId, {});
    const clock = vi.spyOn(performance, "now");
    let real = 0;
    // Time flies: the call that is waited for writes next to nothing.
    clock.mockImplementation(() => (real += 2_000));
    expect(await applyImport(liuyanli, importId, {})).toMatchObject({ created: 400 });
    expect(await tables.get("Customers", "IMPORT", "CURRENT")).toMatchObject({ state: "applied" });
    expect(await refusal(putCustomer(zhangyun, "C0001", { version: 1, address: "成都" }))).toBe("503 busy");
    clock.mockRestore();
    expect(await customers()).toBe(406);
    await finishByStream({ Records: [] });
    expect(await tables.get("Customers", "IMPORT", "CURRENT")).toBeNull();
    expect(await customers()).toBe(406);
    expect(await findCustomer("新399")).toMatchObject({ customerId: "N399" });
  });
});
