import { createHash, createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3 } from "../../../local/services/s3.ts";
import { fakeCloud } from "./fake-cloud.ts";

const cloud = fakeCloud();
const Bucket = "documents";
let client: S3Client;

beforeAll(async () => {
  cloud.add(createS3(cloud, (id) => (id === "AKIATEST" ? "secret" : null)).service);
  await cloud.listen();
  client = new S3Client({ ...cloud.client, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const put = (Key: string, Body: string | Buffer = "x", over = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...over }));
const get = async (Key: string, over = {}) => {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...over }));
  return { ...answer, text: await answer.Body!.transformToString() };
};

/** A PUT with exactly these headers (fetch would set some of its own). */
function rawPut(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "PUT", headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode!, text: Buffer.concat(chunks).toString() }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

describe("objects", () => {
  it("come back as they were put, with their headers, checksummed framing taken off", async () => {
    const body = Buffer.from("发票".repeat(1000));
    const over = {
      ContentType: "text/plain; charset=utf-8",
      Metadata: { who: "shuai" },
      CacheControl: "no-store",
    };
    const { ETag } = await put("case/JD-2026-000001/01", body, over);
    expect(ETag).toBe(`"${createHash("md5").update(body).digest("hex")}"`);
    const read = await get("case/JD-2026-000001/01");
    expect(read).toMatchObject({ ...over, ETag, ContentLength: body.length });
    expect(read.text).toBe(body.toString());
    expect(read.ContentEncoding).toBeUndefined();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "case/JD-2026-000001/01" }));
    expect(head).toMatchObject({ ETag, ContentLength: body.length, ContentType: over.ContentType });
    expect(existsSync(join(cloud.dataDir, "s3", Bucket, "case+", "JD-2026-000001+", "01"))).toBe(true);
  });

  it.each(["a", "a/b", "../../etc/passwd", "a//b/", "名 字+%2F.txt", "a/./b"])(
    "may be called %s",
    async (key) => {
      await put(key, key);
      expect((await get(key)).text).toBe(key);
    },
  );

  it("give a range, and refuse one beyond the end", async () => {
    await put("range", "0123456789");
    const ranged = async (Range: string) => {
      const { text, ContentRange } = await get("range", { Range });
      return [text, ContentRange];
    };
    expect(await ranged("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
    expect(await ranged("bytes=7-")).toEqual(["789", "bytes 7-9/10"]);
    expect(await ranged("bytes=-2")).toEqual(["89", "bytes 8-9/10"]);
    await expect(ranged("bytes=10-")).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("keep to If-Match and If-None-Match", async () => {
    const { ETag } = await put("match", "1");
    expect((await get("match", { IfMatch: ETag })).text).toBe("1");
    await expect(get("match", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(get("match", { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(put("match", "2", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
  });

  it("are copied with their headers, or with new ones", async () => {
    const { ETag } = await put("tmp/c d", "1", { ContentType: "text/plain", Metadata: { a: "1" } });
    const copy = (over = {}) =>
      client.send(
        new CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/tmp/c%20d`, ...over }),
      );
    expect((await copy({ CopySourceIfMatch: ETag })).CopyObjectResult!.ETag).toBe(ETag);
    expect(await get("copied")).toMatchObject({ text: "1", ContentType: "text/plain", Metadata: { a: "1" } });
    await copy({ MetadataDirective: "REPLACE", ContentType: "image/png" });
    expect(await get("copied")).toMatchObject({ ContentType: "image/png", Metadata: {} });
    await expect(copy({ CopySourceIfMatch: '"x"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
  });

  it("are listed in pages, folded at a delimiter, and deleted", async () => {
    for (const name of ["1", "2", "3/x", "3/y", "4"]) await put(`list/${name}`);
    const list = (over = {}) => client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/", ...over }));
    const first = await list({ Delimiter: "/", MaxKeys: 3 });
    expect(first.Contents!.map((object) => object.Key)).toEqual(["list/1", "list/2"]);
    expect(first.CommonPrefixes).toEqual([{ Prefix: "list/3/" }]);
    expect(first.IsTruncated).toBe(true);
    const rest = await list({ Delimiter: "/", ContinuationToken: first.NextContinuationToken });
    expect(rest).toMatchObject({ KeyCount: 1, IsTruncated: false, Contents: [{ Key: "list/4", Size: 1 }] });
    await client.send(new DeleteObjectCommand({ Bucket, Key: "list/1" }));
    const Objects = ["list/2", "list/3/x", "never"].map((Key) => ({ Key }));
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(deleted.Deleted).toHaveLength(3);
    expect((await list()).Contents!.map((object) => object.Key)).toEqual(["list/3/y", "list/4"]);
  });

  it("below tmp/ go after a day of virtual time", async () => {
    await put("tmp/old");
    await put("case/kept");
    await cloud.advance(86_400_000 - 1000);
    await get("tmp/old");
    await cloud.advance(1000);
    await expect(get("tmp/old")).rejects.toMatchObject({ name: "NoSuchKey" });
    await get("case/kept");
  });

  it("are missed by their own errors", async () => {
    await expect(get("none")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect(client.send(new HeadBucketCommand({ Bucket: "nowhere" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    const elsewhere = new GetObjectCommand({ Bucket: "nowhere", Key: "x" });
    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: "NoSuchBucket" });
    const again = new CreateBucketCommand({ Bucket });
    await expect(client.send(again)).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" });
    expect((await client.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
    expect((await fetch(`${cloud.awsUrl}/${Bucket}/case/kept`)).status).toBe(403);
  });

  it("answer in virtual-host style", async () => {
    await put("host", "h");
    const headers = {
      host: `${Bucket}.localhost:1`,
      authorization: "AWS4-HMAC-SHA256 Credential=K/1/r/s3/aws4_request",
    };
    const text = await new Promise<string>((resolve) => {
      request(`${cloud.awsUrl}/host`, { headers }, (answer) => {
        answer.on("data", (chunk: Buffer) => resolve(chunk.toString()));
      }).end();
    });
    expect(text).toBe("h");
  });
});

describe("signed addresses", () => {
  const signGet = (over = {}, expiresIn = 60) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "signed", ...over }), {
      expiresIn,
      signingDate: new Date(cloud.clock.now()),
    });
  const codeOf = async (answer: Response) => /<Code>(.+)<\/Code>/.exec(await answer.text())?.[1];

  it("give the object under the name that was signed", async () => {
    await put("signed", "s");
    const answer = await fetch(
      await signGet({
        ResponseContentDisposition: 'attachment; filename="a b.txt"',
        ResponseContentType: "text/x",
      }),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="a b.txt"');
    expect(answer.headers.get("content-type")).toBe("text/x");
    expect(await answer.text()).toBe("s");
  });

  it("end by the virtual clock, and allow nothing else", async () => {
    const url = await signGet();
    for (const other of [url.replace("/signed", "/match"), `${url}&response-content-type=text/html`]) {
      const refused = await fetch(other);
      expect([refused.status, await codeOf(refused)]).toEqual([403, "SignatureDoesNotMatch"]);
    }
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(403);
    await cloud.advance(61_000);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain("Request has expired");
  });

  it("take an upload of exactly the length and type that were signed", async () => {
    const sparing = new S3Client({
      ...cloud.client,
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
    const command = new PutObjectCommand({
      Bucket,
      Key: "tmp/u",
      ContentType: "image/png",
      ContentLength: 5,
    });
    const url = await getSignedUrl(sparing, command, {
      expiresIn: 900,
      signingDate: new Date(cloud.clock.now()),
      signableHeaders: new Set(["host", "content-type", "content-length"]),
    });
    const attempt = (type: string, body: string) =>
      rawPut(
        url,
        { ...(type ? { "content-type": type } : {}), "content-length": String(body.length) },
        Buffer.from(body),
      );
    for (const [type, body] of [
      ["image/png", "123456"],
      ["image/jpeg", "12345"],
      ["", "12345"],
    ] as const) {
      const refused = await attempt(type, body);
      expect(refused.status).toBe(403);
      expect(refused.text).toContain("SignatureDoesNotMatch");
    }
    expect((await attempt("image/png", "12345")).status).toBe(200);
    expect(await get("tmp/u")).toMatchObject({ text: "12345", ContentType: "image/png" });
  });
});

describe("a signed form", () => {
  /** Conditions as the SDK's signer makes them, signed at the virtual now. */
  async function sign(over: { redirect?: string } = {}) {
    const { url, fields } = await createPresignedPost(client, {
      Bucket,
      Key: "tmp/form",
      Conditions: [["content-length-range", 1, 10]],
      Fields: over.redirect ? { success_action_redirect: over.redirect } : {},
      Expires: 900,
    });
    // The SDK signs at the machine's time; what it made is dated and signed anew.
    const policy = JSON.parse(Buffer.from(fields.Policy!, "base64").toString()) as { expiration: string };
    policy.expiration = new Date(cloud.clock.now() + 900_000).toISOString();
    fields.Policy = Buffer.from(JSON.stringify(policy)).toString("base64");
    const [, ...scope] = fields["X-Amz-Credential"]!.split("/");
    const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
    const key = scope.reduce<string | Buffer>(hmac, "AWS4secret");
    fields["X-Amz-Signature"] = hmac(key, fields.Policy).toString("hex");
    return { url, fields };
  }
  async function post(
    form: Awaited<ReturnType<typeof sign>>,
    body: string,
    over: Record<string, string> = {},
  ) {
    const data = new FormData();
    for (const [name, value] of Object.entries({ ...form.fields, ...over })) data.append(name, value);
    data.append("file", new Blob([body], { type: "image/png" }), "图.png");
    const answer = await fetch(form.url, { method: "POST", body: data, redirect: "manual" });
    return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
  }

  it("takes a file within its conditions", async () => {
    expect((await post(await sign(), "12345")).status).toBe(204);
    expect((await get("tmp/form")).text).toBe("12345");
    const { status, location } = await post(await sign({ redirect: `${cloud.siteUrl}/files/1?a=b` }), "1");
    expect(status).toBe(303);
    expect(location).toMatch(/^http:\/\/localhost:3000\/files\/1\?a=b&bucket=documents&key=tmp%2Fform&etag=/);
  });

  it.each([
    ["EntityTooLarge", "12345678901", {}, 400],
    ["EntityTooSmall", "", {}, 400],
    ["AccessDenied", "1", { key: "case/other" }, 403],
    ["AccessDenied", "1", { "x-amz-meta-extra": "1" }, 403],
    ["SignatureDoesNotMatch", "1", { "X-Amz-Signature": "0" }, 403],
  ])("refuses with %s", async (code, body, over, status) => {
    const answer = await post(await sign(), body, over);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });

  it("ends by the virtual clock", async () => {
    const form = await sign();
    await cloud.advance(901_000);
    const answer = await post(form, "1");
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("Policy expired");
  });
});

describe("another origin", () => {
  const preflight = (origin: string) =>
    fetch(`${cloud.awsUrl}/${Bucket}/tmp/u`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type",
      },
    });
  it("is the site or nobody", async () => {
    const allowed = await preflight(cloud.siteUrl);
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(cloud.siteUrl);
    expect(allowed.headers.get("access-control-allow-headers")).toBe("content-type");
    const refused = await preflight("https://evil.example");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    const failed = await fetch(`${cloud.awsUrl}/${Bucket}/x`, { headers: { origin: cloud.siteUrl } });
    expect([failed.status, failed.headers.get("access-control-allow-origin")]).toEqual([403, cloud.siteUrl]);
  });
});
