/** Contacts on the tables: whose a complaint is, what a contact changes, and how it is counted. */
import { strToU8 } from "fflate";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { contactsSince, customersBy, noteContact } from "../../functions/customer/contact-store.ts";
import { applyImport } from "../../functions/customer/import-apply.ts";
import { checkImport, requestImport } from "../../functions/customer/import-check.ts";
import { readCustomer } from "../../functions/customer/record-store.ts";
import { enterCustomer, putCustomer } from "../../functions/customer/records.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const uploads = new Map<string, Uint8Array>();
vi.mock("../../functions/file/bucket.ts", () => ({
  headUpload: async (id: string) => ({ size: uploads.get(id)?.length ?? 0, etag: '"1"' }),
  readWhole: async (id: string) => uploads.get(id),
  signPut: async (id: string) => ({ method: "PUT", url: `https://bucket.example/${id}`, headers: {} }),
  signPost: async () => ({ url: "https://bucket.example", fields: {} }),
}));

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

const liuyanli = person("liuyanli");
const by = (said: Partial<Parameters<typeof customersBy>[0]>) => customersBy({ names: [], ...said });

describe("whom a complaint is about", () => {
  test("is known by number, name, alias, phone or e-mail, however they are written", async () => {
    expect(await by({ customerId: "C0003" })).toEqual(["C0003"]);
    expect(await by({ names: ["「洁丽雅」有限公司"] })).toEqual(["C0001"]);
    expect(await by({ names: [undefined, "张三", "洁丽雅"] })).toEqual(["C0001"]);
    expect(await by({ phone: "139 2000 0004" })).toEqual(["C0003"]);
    expect(await by({ email: "CONTACT3@customer.example" })).toEqual(["C0002"]);
    expect(await by({ names: ["没有这家"], phone: "13000000000", email: "nobody@customer.example" })).toEqual(
      [],
    );
  });

  test("is said better by a number than by a name, and by a name than by a phone", async () => {
    expect(await by({ customerId: "C0003", names: ["洁丽雅"], phone: "13920000003" })).toEqual(["C0003"]);
    expect(await by({ customerId: "C9999", names: ["洁丽雅"], phone: "13920000003" })).toEqual(["C0001"]);
    expect(await by({ names: ["不认识"], phone: "13920000003" })).toEqual(["C0002"]);
  });

  test("is every customer whose person has that phone; one who gave it up is so no longer", async () => {
    const contacts = [{ name: "刘洋", phone: "13920000003" }];
    const { body } = await enterCustomer(liuyanli, { name: "刘洋的另一家", tier: "D", contacts });
    expect(await by({ phone: "+8613920000003" })).toEqual(["C0002", body.customerId].sort());
    const other = [{ name: "刘洋", phone: "13920000099" }];
    await putCustomer(liuyanli, body.customerId, { version: 1, contacts: other });
    expect(await by({ phone: "+8613920000003" })).toEqual(["C0002"]);
    expect(await by({ phone: "13920000099" })).toEqual([body.customerId]);
  });

  test("is known of customers that came from a file as well", async () => {
    const file =
      "customerId,name,tier,contactName,contactPhone,contactEmail\nC0001,洁丽雅有限公司,A,陈辰,13777000001,\nN1,新来的,D,王,13777000002,w@new.example\n";
    const bytes = strToU8(file);
    const upload = { name: "a.csv", contentType: "text/csv", size: bytes.length };
    const { importId } = await requestImport(liuyanli, upload);
    uploads.set(importId, bytes);
    await checkImport(liuyanli, importId, { encoding: "utf-8" });
    await applyImport(liuyanli, importId, {});
    expect(await by({ phone: "13777000001" })).toEqual(["C0001"]);
    expect(await by({ phone: "13920000001" })).toEqual([]);
    expect(await by({ phone: "13777000002" })).toEqual(["N1"]);
    expect(await by({ email: "w@new.example" })).toEqual(["N1"]);
  });
});

describe("a contact", () => {
  const reached = (at: string, caseId = "TS-2026-000001") => ({ at, process: "complaint", caseId });

  test("is on the record and counted once, however often it is told", async () => {
    const first = reached("2026-12-02T03:00:00.000Z");
    expect(await noteContact("C0003", first)).toBe(true);
    expect(await noteContact("C0003", first)).toBe(true);
    expect(await readCustomer("C0003")).toMatchObject({
      version: 2,
      lastContactAt: first.at,
      lastContactSource: { process: "complaint", caseId: "TS-2026-000001" },
      nextDueOn: "2027-01-04",
    });
    expect(await contactsSince("C0003", "2026-12-01T00:00:00.000Z")).toEqual([first.at]);
    expect(await contactsSince("C0003", first.at)).toEqual([]);
  });

  test("that comes late is counted and moves no date", async () => {
    await noteContact("C0003", reached("2026-12-02T03:00:00.000Z"));
    const before = await readCustomer("C0003");
    await noteContact("C0003", reached("2026-12-01T03:00:00.000Z", "TS-2026-000000"));
    expect(await readCustomer("C0003")).toEqual(before);
    expect(await contactsSince("C0003", "2026-11-30T00:00:00.000Z")).toHaveLength(2);
  });

  test("of several at once loses none", async () => {
    const all = Array.from({ length: 4 }, (_, n) =>
      reached(`2026-12-02T0${n + 1}:00:00.000Z`, `TS-2026-00000${n}`),
    );
    await Promise.all(all.map((one) => noteContact("C0001", one)));
    expect((await readCustomer("C0001"))?.lastContactAt).toBe("2026-12-02T04:00:00.000Z");
    expect(await contactsSince("C0001", "2026-12-01T00:00:00.000Z")).toHaveLength(4);
  });

  test("with nobody whom we know changes nothing", async () => {
    const before = await tables.count("Customers");
    expect(await noteContact("C9999", reached("2026-12-02T03:00:00.000Z"))).toBe(false);
    expect(await tables.count("Customers")).toBe(before);
  });
});
