/** Customers as a client meets them: the register, the desk, an owner, a file, and the link to opt out by. */
import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { csrfOf } from "../support/client.ts";
import { site } from "../support/journey.ts";

let register: Client;
let owner: Client;
let desk: Client;
beforeAll(async () => {
  register = await site.as("liuyanli");
  owner = await site.as("zhangyun");
  desk = await site.as("limin");
}, 120_000);

const entry = (change: object = {}) => ({
  name: "蓉城物流有限公司",
  aliases: ["蓉城物流"],
  tier: "B",
  contacts: [{ name: "高山", phone: "+8613700000001", email: "gao@customer.example" }],
  ...change,
});

test("a customer is entered, found by his alias, changed by his owner and opted out", async () => {
  const made = await register.post("/api/customers", entry({ owner: "zhangyun" }));
  expect(made.status, made.text).toBe(201);
  const path = `/api/customers/${made.body.customerId}`;
  const found = await desk.get(`/api/customers?q=${encodeURIComponent("蓉城物流")}`);
  expect(found.body).toMatchObject({ items: [{ customerId: made.body.customerId, version: 1 }], next: null });
  const seen = (await owner.get(path)).body;
  expect(Object.keys(seen).sort()).toEqual(
    [
      "customerId",
      "version",
      "name",
      "aliases",
      "address",
      "companyType",
      "tier",
      "creditGrade",
      "owner",
      "contacts",
      "lastContactAt",
      "lastContactSource",
      "nextDueOn",
      "noNextReason",
      "completeness",
    ].sort(),
  );
  const changed = await owner.put(path, { ...seen, address: "成都市" });
  expect(changed.status, changed.text).toBe(200);
  expect((await owner.put(path, { ...seen, address: "重庆市" })).status).toBe(409);
  expect((await owner.put(path, { version: 2, tier: "A" })).body).toMatchObject({ code: "not_allowed" });
  expect((await (await site.as("zengqun")).get(path)).status).toBe(404);
  expect((await (await site.as("wanghui")).get("/api/customers")).status).toBe(403);
  expect((await site.visitor().get("/api/customers")).status).toBe(401);
  const out = await desk.post(`${path}/opt-outs`, { channel: "sms", reason: "不方便" });
  expect(out.status, out.text).toBe(201);
  expect((await owner.get(path)).body.contacts[0]).toMatchObject({
    consent: { email: true, sms: false },
    suppressed: { email: false, sms: true },
  });
});

test("the cadence is read and published by its keepers", async () => {
  const { body } = await desk.get("/api/policies/cadence");
  expect(body).toMatchObject({ version: 1, tiers: { A: { count: 2, unit: "month" } }, coverageTarget: 0.8 });
  const next = await desk.put("/api/policies/cadence", { ...body, coverageTarget: 0.9 });
  expect(next.body).toMatchObject({ version: 2, coverageTarget: 0.9 });
  expect((await desk.put("/api/policies/cadence", body)).body).toMatchObject({ code: "stale" });
  expect((await owner.get("/api/policies/cadence")).status).toBe(403);
});

describe("a file", () => {
  async function uploaded(bytes: Uint8Array, contentType = "text/csv"): Promise<string> {
    const asked = await register.post("/api/customer-imports", {
      name: "客户.csv",
      contentType,
      size: bytes.length,
    });
    expect(asked.status, asked.text).toBe(201);
    const { method, url, headers } = asked.body.upload;
    expect((await fetch(url, { method, headers, body: Buffer.from(bytes) })).status).toBe(200);
    return `/api/customer-imports/${asked.body.importId}`;
  }
  const HEADER = "customerId,name,tier,contactName,contactPhone";

  test("with problems is told all of them, and changes nothing; a good one is entered whole", async () => {
    const bad = await uploaded(Buffer.from(`${HEADER}\nX1,=1+1,Z,,1\nX1,乙,A,王,13800000001\n`));
    const checked = await register.post(`${bad}/check`, {});
    expect(checked.status, checked.text).toBe(200);
    expect(checked.body).toMatchObject({ rows: 2, applicable: false });
    expect(
      checked.body.problems.map((one: { row: number; code: string }) => `${one.row} ${one.code}`),
    ).toEqual(["2 formula", "2 invalid", "2 required", "2 invalid", "3 duplicate_id"]);
    expect((await register.post(`${bad}/apply`)).body).toMatchObject({ code: "has_problems" });
    const good = await uploaded(
      Buffer.from(`${HEADER}\nX1,甲三,A,王,13800000001\nX2,乙四,B,李,13800000002\n`),
    );
    expect((await register.post(`${good}/apply`)).body).toMatchObject({ code: "not_checked" });
    expect((await register.post(`${good}/check`, {})).body).toEqual({
      rows: 2,
      create: 2,
      update: 0,
      unchanged: 0,
      applicable: true,
      problems: [],
    });
    expect((await register.post(`${good}/apply`)).body).toEqual({ created: 2, updated: 0, unchanged: 0 });
    expect((await register.post(`${good}/apply`)).body).toMatchObject({ code: "already_applied" });
    expect((await register.get("/api/customers/X2")).body).toMatchObject({ name: "乙四", tier: "B" });
    expect((await desk.post(`${good}/check`, {})).status).toBe(403);
  });

  test.each([
    ["csv", "text/csv"],
    ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ])("that was exported as %s is read in again and changes nothing", async (format, type) => {
    const response = await fetch(`${site.url}/api/customers?format=${format}`, {
      headers: { cookie: register.cookie },
    });
    expect(response.headers.get("content-type")).toContain(type);
    const path = await uploaded(new Uint8Array(await response.arrayBuffer()), type);
    const { body } = await register.post(`${path}/check`, {});
    expect(body).toMatchObject({ create: 0, update: 0, applicable: true, problems: [] });
    expect(body.unchanged).toBeGreaterThanOrEqual(6);
  });

  test("is taken by the pages, without script", async () => {
    const start = await register.page("/customers/import");
    const opened = await register.form("/customers/imports", { csrf: csrfOf(start.text) });
    const path = opened.headers.get("location")!;
    const page = await register.page(path);
    const [, action = ""] = /action="(http[^"]+)"/.exec(page.text) ?? [];
    const form = new FormData();
    for (const [, name = "", value = ""] of page.text.matchAll(
      /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
    ))
      if (name !== "csrf" && name !== "back") form.append(name, value.replaceAll("&amp;", "&"));
    form.append("file", new Blob([`${HEADER}\nX3,丙五,Q,王,13800000003\n`]), "a.csv");
    const sent = await fetch(action.replaceAll("&amp;", "&"), {
      method: "POST",
      body: form,
      redirect: "manual",
    });
    expect(sent.status, await sent.text()).toBe(303);
    const back = new URL(sent.headers.get("location")!);
    expect((await register.page(back.pathname + back.search)).text).not.toContain('type="file"');
    const csrf = csrfOf(page.text);
    const checked = await register.form(`${path}/check`, { csrf, encoding: "utf-8" });
    expect(checked.headers.get("location")).toBe(path);
    const result = await register.page(path);
    expect(result.text).toContain("第 2 行");
    const refused = await register.form(`${path}/apply`, { csrf });
    expect(refused.headers.get("location")).toBe(`${path}?refused=has_problems`);
  });
});

test("pages enter and change a customer, with what is wrong at its place", async () => {
  const form = await register.page("/customers/new");
  const csrf = csrfOf(form.text);
  const empty = await register.form("/customers/new", { csrf, key: "k1", name: "", "contacts.0.name": "" });
  expect(empty.status).toBe(400);
  expect(empty.text).toContain('href="#name"');
  const made = await register.form("/customers/new", {
    csrf,
    key: "k2",
    name: "页面公司",
    tier: "C",
    creditGrade: "B",
    owner: "zhangyun",
    "contacts.0.name": "周",
    "contacts.0.phone": "13800000009",
    "contacts.0.language": "en",
    "contacts.0.channel": "phone",
    "contacts.0.consent": "email",
  });
  expect(made.status, made.text).toBe(303);
  const path = made.headers.get("location")!.split("?")[0]!;
  expect((await owner.page(path)).text).toContain("页面公司");
  expect((await owner.page(`${path}/edit`)).text).not.toContain('name="tier"');
  const edit = await owner.page(`${path}/edit`);
  const saved = await owner.form(`${path}/edit`, {
    csrf: csrfOf(edit.text),
    version: "1",
    name: "页面公司",
    address: "成都",
    nextDueOn: "2027-03-01",
    "contacts.0.name": "周",
    "contacts.0.phone": "13800000009",
    "contacts.0.language": "en",
    "contacts.0.channel": "phone",
  });
  expect(saved.headers.get("location")).toBe(`${path}?told=saved`);
  const { body } = await owner.get(`/api${path}`);
  expect(body).toMatchObject({
    version: 2,
    address: "成都",
    nextDueOn: "2027-03-01",
    contacts: [{ consent: { email: false, sms: false } }],
  });
});

test("a link to opt out by that is not ours is one constant page, for every method", async () => {
  const visitor = site.visitor();
  const mac = createHmac("sha256", "guess").update("opt-out|C0001|email").digest("base64url");
  const pages = await Promise.all(
    ["x", `email.C0001.k1.${mac}`, `email.C9999.k1.${mac}`].map((one) => visitor.page(`/o/${one}`)),
  );
  for (const page of pages) {
    expect(page.status).toBe(404);
    expect(page.text).toBe(pages[0]!.text);
  }
  expect((await visitor.form(`/o/email.C0001.k1.${mac}`, { "List-Unsubscribe": "One-Click" })).status).toBe(
    404,
  );
});
