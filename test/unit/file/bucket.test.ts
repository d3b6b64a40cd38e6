import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { policySignature, signGet, signPost, signPut } from "../../../functions/file/bucket.ts";

const AT = Date.parse("2026-12-02T02:00:00Z");
const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "token",
};

beforeAll(() => {
  Object.assign(process.env, KEYS, { AWS_REGION: "eu-west-1", DOCUMENTS_BUCKET: "careloop-documents" });
  delete process.env.AWS_ENDPOINT_URL;
});

describe("signPost", () => {
  it("signs as the SDK's own signer does", async () => {
    const back = "https://careloop.example/cases/JD-2026-000001/attachments/A1/confirm?seal=x";
    const ours = await signPost("A1", back, AT);
    const policy = JSON.parse(Buffer.from(ours.fields.policy ?? "", "base64").toString()) as {
      expiration: string;
      conditions: unknown[];
    };
    vi.useFakeTimers({ toFake: ["Date"], now: AT });
    const theirs = await createPresignedPost(
      new S3Client({
        region: "eu-west-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" },
      }),
      { Bucket: "careloop-documents", Key: "tmp/A1", Expires: 900 },
    );
    vi.useRealTimers();
    expect(ours.url).toBe(theirs.url);
    expect(policy.expiration).toBe("2026-12-02T02:15:00.000Z");
    expect(policy.conditions).toContainEqual(["content-length-range", 1, 10 * 1024 * 1024]);
    // S3 refuses a form with a field that the policy does not name.
    const named = policy.conditions.flatMap((one) => (Array.isArray(one) ? [] : Object.keys(one as object)));
    for (const name of Object.keys(ours.fields))
      if (!["policy", "x-amz-signature"].includes(name)) expect(named).toContain(name);
    const by = { secret: "secret", day: "20261202", region: "eu-west-1" };
    expect(policySignature(theirs.fields.Policy ?? "", by)).toBe(theirs.fields["X-Amz-Signature"]);
    expect(policySignature(ours.fields.policy ?? "", by)).toBe(ours.fields["x-amz-signature"]);
    for (const name of ["X-Amz-Credential", "X-Amz-Date", "X-Amz-Algorithm", "X-Amz-Security-Token", "key"])
      expect(ours.fields[name.toLowerCase()]).toBe(theirs.fields[name]);
  });
});

it("signs an upload for exactly one length and type, without a checksum of nothing", async () => {
  const upload = await signPut("A1", "image/png", 123, AT);
  const { searchParams, pathname } = new URL(upload.url);
  expect(pathname).toBe("/tmp/A1");
  expect(searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;content-type;host");
  expect(searchParams.get("X-Amz-Expires")).toBe("900");
  expect(upload.url).not.toMatch(/checksum/i);
  expect(upload.headers).toEqual({ "content-type": "image/png", "content-length": "123" });
  expect(await signPut("A1", "image/png", 123, AT)).toEqual(upload);
});

it("signs a download for a minute under its name and checked type", async () => {
  const url = new URL(
    await signGet("JD-2026-000001", { attachmentId: "A1", name: "发票.pdf", contentType: "application/pdf" }),
  );
  expect(url.pathname).toBe("/case/JD-2026-000001/A1");
  expect(url.searchParams.get("X-Amz-Expires")).toBe("60");
  expect(url.searchParams.get("response-content-type")).toBe("application/pdf");
  expect(url.searchParams.get("response-content-disposition")).toMatch(/^attachment; /);
});
