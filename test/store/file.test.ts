/** Attachments over the function's own handler, on real tables; the bucket is a map. */

import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Attachment, CaseEvent, Header } from "../../functions/case/model.ts";
import { pkOf, readCase, sk } from "../../functions/case/store.ts";
import { startSession } from "../../functions/directory/session.ts";
import { handler } from "../../functions/file/api.ts";
import { confirmUpload } from "../../functions/file/confirm-upload.ts";
import { sha256 } from "../../functions/shared/ids.ts";
import { CASE_ID, caseFile, seatOf, stepOf } from "../support/case-file.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { emptyCase } from "../support/empty-case.ts";
import { person, WEDNESDAY } from "../support/reception.ts";
import { HTML, PDF, PNG } from "../unit/file/samples.ts";

const s3 = mockClient(S3Client);
const bucket = new Map<string, Buffer>();
let tables: TestTables;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  process.env.DOCUMENTS_BUCKET = "documents";
}, 30_000);
afterAll(() => tables.stop());

const file = caseFile();
const step = stepOf(file, 1);

beforeEach(async () => {
  await emptyCase(tables, CASE_ID);
  await put(sk.header, file.header);
  await put(sk.step(step.stepId), step);
  await put(sk.seat(step.stepId, "shuaizhong"), seatOf(step, "shuaizhong"));
  for (const event of file.events) await put(sk.event(event.seq), event);
  for (const payload of file.payloads.values()) await put(sk.payload(payload.seq), payload);
  bucket.clear();
  s3.reset();
  const etag = (key: string) => `"${sha256(bucket.get(key) ?? Buffer.alloc(0))}"`;
  const need = (key: string, ifMatch?: string): Buffer => {
    const body = bucket.get(key);
    if (!body) throw Object.assign(new Error("none"), { name: "NotFound" });
    if (ifMatch && ifMatch !== etag(key))
      throw Object.assign(new Error("other"), { name: "PreconditionFailed" });
    return body;
  };
  s3.on(HeadObjectCommand).callsFake(({ Key }) => ({ ContentLength: need(Key).length, ETag: etag(Key) }));
  s3.on(GetObjectCommand).callsFake(({ Key, IfMatch }) => ({ Body: Readable.from([need(Key, IfMatch)]) }));
  s3.on(CopyObjectCommand).callsFake(({ Key, CopySource, CopySourceIfMatch }) => {
    bucket.set(Key, need(CopySource.replace("documents/", ""), CopySourceIfMatch));
    return {};
  });
  s3.on(DeleteObjectCommand).callsFake(({ Key }) => {
    bucket.delete(Key);
    return {};
  });
});

const put = (sortKey: string, item: object) =>
  tables.put("Cases", { pk: pkOf(CASE_ID), sk: sortKey, ...item });

type Answer = {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: Record<string, unknown>;
};

async function call(
  who: string | null,
  method: string,
  path: string,
  options: {
    json?: unknown;
    form?: Record<string, string>;
    headers?: Record<string, string>;
    csrf?: boolean;
  } = {},
): Promise<Answer> {
  const cookie = who === null ? null : await cookieOf(who);
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  const answer = (await handler(
    {
      version: "2.0",
      rawPath,
      rawQueryString,
      headers: {
        accept: options.form || !path.startsWith("/api") ? "text/html" : "application/json",
        ...(options.json === undefined ? {} : { "content-type": "application/json" }),
        ...(options.form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        ...(options.csrf === false ? {} : { "x-careloop": "1" }),
        ...options.headers,
      },
      ...(cookie === null ? {} : { cookies: [cookie] }),
      body: options.form ? new URLSearchParams(options.form).toString() : JSON.stringify(options.json ?? {}),
      isBase64Encoded: false,
      requestContext: { http: { method, path: rawPath, sourceIp: "127.0.0.1" } },
    } as unknown as APIGatewayProxyEventV2,
    {} as Context,
  )) as APIGatewayProxyStructuredResultV2;
  const text = answer.body ?? "";
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers as Record<string, string>,
    text,
    body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

const cookies = new Map<string, string>();
async function cookieOf(who: string): Promise<string> {
  const known = cookies.get(who) ?? (await startSession(who)).split(";")[0]!;
  cookies.set(who, known);
  return known;
}

const API = `/api/cases/${CASE_ID}/attachments`;
const PAGES = `/cases/${CASE_ID}/attachments`;
const png = { name: "现场照片.png", contentType: "image/png", size: PNG.length };

/** Asks, uploads these bytes and resolves with the id. */
async function upload(who = "chenyao", bytes: Buffer = PNG, request: object = png): Promise<string> {
  const { status, body } = await call(who, "POST", API, { json: request });
  expect(status).toBe(201);
  bucket.set(`tmp/${body.attachmentId}`, bytes);
  return body.attachmentId as string;
}
const confirm = (id: string, who = "chenyao") => call(who, "POST", `${API}/${id}/confirm`);
const events = async () =>
  (await tables.items("Cases", pkOf(CASE_ID))).filter((item) =>
    String(item.sk).startsWith("E#"),
  ) as unknown as CaseEvent[];

describe("an attachment by the API", () => {
  it("is asked for, uploaded, confirmed by its content, and read", async () => {
    const asked = await call("chenyao", "POST", API, { json: png });
    expect(asked.status).toBe(201);
    const { attachmentId, upload: target } = asked.body as { attachmentId: string; upload: { url: string } };
    expect(target).toMatchObject({ method: "PUT", headers: { "content-type": "image/png" } });
    expect(target.url).toContain(`/tmp/${attachmentId}?`);
    bucket.set(`tmp/${attachmentId}`, PNG);

    const first = await confirm(attachmentId);
    expect(first).toMatchObject({
      status: 200,
      body: { attachmentId, contentType: "image/png", size: PNG.length, sha256: sha256(PNG) },
    });
    expect(await confirm(attachmentId)).toMatchObject({ status: 200, body: first.body });
    expect([...bucket.keys()]).toEqual([`case/${CASE_ID}/${attachmentId}`]);
    const added = (await events()).filter((event) => event.kind === "attachment.added");
    expect(added).toMatchObject([{ seq: 3, by: "chenyao", via: "login" }]);
    expect((await readCase(CASE_ID))?.payloads.get(3)?.data).toEqual({
      attachmentId,
      name: "现场照片.png",
      contentType: "image/png",
      size: PNG.length,
      sha256: sha256(PNG),
    });

    // The signer, and finance which may see every case.
    for (const who of ["shuaizhong", "wanghui"]) {
      const read = await call(who, "GET", `${API}/${attachmentId}`);
      expect(read.status).toBe(302);
      expect(read.headers.location).toContain(`/case/${CASE_ID}/${attachmentId}?`);
      expect(read.headers.location).toContain("response-content-disposition=inline");
    }
  });

  it("by a signer too; a PDF is saved, not shown", async () => {
    const id = await upload("shuaizhong", PDF, {
      name: "报价",
      contentType: "application/pdf",
      size: PDF.length,
    });
    expect((await confirm(id, "shuaizhong")).status).toBe(200);
    expect((await readCase(CASE_ID))?.attachments).toMatchObject([
      { name: "报价.pdf", by: "shuaizhong", status: "stored" },
    ]);
    expect((await call("chenyao", "GET", `${API}/${id}`)).headers.location).toContain(
      "response-content-disposition=attachment",
    );
  });

  it.each([
    [{ ...png, contentType: "text/html" }, "type_mismatch"],
    [{ ...png, size: 10 * 1024 * 1024 + 1 }, "too_large"],
  ])("is refused before the upload: %j", async (json, code) => {
    const { status, body } = await call("chenyao", "POST", API, { json });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code,
      message: expect.any(String),
      errors: [{ code, message: expect.any(String) }],
    });
  });

  it("names wrong fields", async () => {
    const { status, body } = await call("chenyao", "POST", API, {
      json: { name: "a\nb", size: 0, internal: true },
    });
    expect(status).toBe(400);
    expect((body.errors as { path: string }[]).map((one) => one.path).sort()).toEqual([
      "contentType",
      "internal",
      "name",
      "size",
    ]);
  });

  it("is refused after it when its content is something else, is missing or is too much", async () => {
    const missing = (await call("chenyao", "POST", API, { json: png })).body.attachmentId as string;
    expect(await confirm(missing)).toMatchObject({ status: 400, body: { code: "not_uploaded" } });
    const lie = await upload("chenyao", HTML);
    expect(await confirm(lie)).toMatchObject({
      status: 400,
      body: { code: "type_mismatch", errors: [{ path: "" }] },
    });
    const other = await upload("chenyao", PDF);
    expect(await confirm(other)).toMatchObject({ status: 400, body: { code: "type_mismatch" } });
    const big = await upload("chenyao", Buffer.concat([PNG, Buffer.alloc(10 * 1024 * 1024)]));
    expect(await confirm(big)).toMatchObject({ status: 400, body: { code: "too_large" } });
    expect(await events()).toHaveLength(2);
    expect((await call("chenyao", "GET", `${API}/${lie}`)).status).toBe(404);
    expect([...bucket.keys()].every((key) => key.startsWith("tmp/"))).toBe(true);
  });

  it("fits ten times and no more, even side by side", async () => {
    const stored = (n: number): Attachment => ({
      v: 1,
      attachmentId: `A${n}`,
      by: "chenyao",
      ...png,
      status: "stored",
      sha256: "x",
      at: file.header.createdAt,
    });
    for (let n = 0; n < 9; n += 1) await put(sk.attachment(`A${n}`), stored(n));
    const [one, two] = [await upload(), await upload()];
    const answers = await Promise.all([confirm(one), confirm(two)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
    expect(answers.find((answer) => answer.status === 400)?.body.code).toBe("too_many");
    expect(await call("chenyao", "POST", API, { json: png })).toMatchObject({
      status: 400,
      body: { code: "too_many" },
    });
  });

  it("comes again for the same key, and not for another file", async () => {
    const headers = { "idempotency-key": "key-1" };
    const first = await call("chenyao", "POST", API, { json: png, headers });
    vi.setSystemTime(WEDNESDAY + 30_000);
    expect((await call("chenyao", "POST", API, { json: png, headers })).body).toEqual(first.body);
    vi.setSystemTime(WEDNESDAY);
    expect(await call("chenyao", "POST", API, { json: { ...png, size: 9 }, headers })).toMatchObject({
      status: 409,
      body: { code: "idempotency_mismatch" },
    });
    expect((await call("shuaizhong", "POST", API, { json: png, headers })).body.attachmentId).not.toBe(
      first.body.attachmentId,
    );
  });

  it("comes again for the same key once the file is there and the case is closed", async () => {
    const headers = { "idempotency-key": "key-2" };
    const nameless = { ...png, name: "发票" };
    const first = await call("chenyao", "POST", API, { json: nameless, headers });
    const attachmentId = String(first.body.attachmentId);
    const at = new Date(WEDNESDAY).toISOString();
    const stored = {
      v: 1,
      attachmentId,
      by: "chenyao",
      ...png,
      name: "发票.png",
      status: "stored",
      sha256: "x",
      at,
    };
    await put(sk.attachment(attachmentId), stored);
    await put(sk.header, { ...file.header, status: "closed" });
    expect(await call("chenyao", "POST", API, { json: nameless, headers })).toEqual(first);
    expect((await call("chenyao", "POST", API, { json: png, headers })).body.code).toBe(
      "idempotency_mismatch",
    );
    expect((await call("chenyao", "POST", API, { json: { ...nameless, x: 1 }, headers })).body.code).toBe(
      "idempotency_mismatch",
    );
    expect((await call("chenyao", "POST", API, { json: png })).body.code).toBe("wrong_phase");
  });

  it("is kept out by a scan that finds something, and waits for one that is not done", async () => {
    const id = await upload();
    const chenyao = person("chenyao");
    await expect(confirmUpload(chenyao, CASE_ID, id, null, async () => "infected")).rejects.toMatchObject({
      code: "infected",
    });
    await expect(confirmUpload(chenyao, CASE_ID, id, null, async () => "waiting")).rejects.toMatchObject({
      status: 503,
    });
    expect(await events()).toHaveLength(2);
  });
});

describe("who may", () => {
  it("nobody without a session or the header of our own pages", async () => {
    expect((await call(null, "POST", API, { json: png })).status).toBe(401);
    expect(await call("chenyao", "POST", API, { json: png, csrf: false })).toMatchObject({
      status: 403,
      body: { code: "csrf" },
    });
  });

  it("attach: requester and signers; finance only reads; everybody else finds nothing", async () => {
    expect(await call("wanghui", "POST", API, { json: png })).toMatchObject({
      status: 403,
      body: { code: "not_allowed" },
    });
    expect((await call("zhangyun", "POST", API, { json: png })).status).toBe(404);
    const id = await upload();
    expect((await confirm(id, "shuaizhong")).status).toBe(404);
    await confirm(id);
    expect((await call("zhangyun", "GET", `${API}/${id}`)).status).toBe(404);
    expect(
      (await call("chenyao", "POST", "/api/cases/JD-2026-999999/attachments", { json: png })).status,
    ).toBe(404);
  });

  it("not once the case is closed", async () => {
    const closed: Header = { ...file.header, status: "closed", phase: "closed", outcome: "rejected" };
    await put(sk.header, closed);
    expect(await call("chenyao", "POST", API, { json: png })).toMatchObject({
      status: 409,
      body: { code: "wrong_phase" },
    });
  });
});

describe("an attachment without script", () => {
  const csrfOf = (text: string) => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const fieldsOf = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );

  it("is uploaded by the form, named, and in the case only after the confirming press", async () => {
    const page = await call("chenyao", "GET", PAGES);
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).toContain("form-action 'self' http://127.0.0.1:");
    const fields = fieldsOf(page.text);
    expect(fields.key).toMatch(/^tmp\/[0-9A-Z]{26}$/);
    expect(page.text.indexOf('name="file"')).toBeGreaterThan(page.text.indexOf('name="policy"'));
    bucket.set(fields.key!, PDF);

    const back = new URL(fields.success_action_redirect!.replaceAll("&amp;", "&"));
    expect(back.origin).toBe("https://careloop.example");
    const before = await tables.count("Cases");
    const ask = await call("chenyao", "GET", `${back.pathname}${back.search}&bucket=documents&etag=x`);
    expect(ask.status).toBe(200);
    expect(await tables.count("Cases")).toBe(before);

    const form = { csrf: csrfOf(ask.text), seal: fieldsOf(ask.text).seal!, name: "会议室报价单" };
    const nameless = await call("chenyao", "POST", back.pathname, {
      form: { ...form, name: " " },
      csrf: false,
    });
    expect(nameless.status).toBe(400);
    expect(nameless.text).toContain("请填写这一项");
    const done = await call("chenyao", "POST", back.pathname, { form, csrf: false });
    expect(done).toMatchObject({ status: 303, headers: { location: `/cases/${CASE_ID}?told=attached` } });
    expect((await readCase(CASE_ID))?.attachments).toMatchObject([
      { name: "会议室报价单.pdf", status: "stored" },
    ]);
    // Pressed twice.
    expect((await call("chenyao", "POST", back.pathname, { form, csrf: false })).status).toBe(303);
    expect((await events()).filter((event) => event.kind === "attachment.added")).toHaveLength(1);
  });

  it("belongs to the session and the case it was made for", async () => {
    const fields = fieldsOf((await call("chenyao", "GET", PAGES)).text);
    const back = new URL(fields.success_action_redirect!);
    expect((await call("shuaizhong", "GET", `${back.pathname}${back.search}`)).status).toBe(404);
    expect(
      (await call("chenyao", "GET", `${PAGES}/01ARZ3NDEKTSV4RRFFQ69G5FAV/confirm${back.search}`)).status,
    ).toBe(404);
    expect((await call("chenyao", "GET", back.pathname)).status).toBe(404);
  });

  it("starts by a press with the page's token, and answers strangers with a page", async () => {
    const csrf = csrfOf((await call("chenyao", "GET", PAGES)).text);
    expect((await call("chenyao", "POST", PAGES, { form: { csrf }, csrf: false })).status).toBe(200);
    expect((await call("chenyao", "POST", PAGES, { form: { csrf: "x" }, csrf: false })).status).toBe(403);
    const stranger = await call(null, "GET", PAGES);
    expect(stranger.status).toBe(401);
    expect(stranger.headers["content-type"]).toContain("text/html");
  });
});
