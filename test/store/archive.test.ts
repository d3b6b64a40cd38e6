/** Dossiers on real tables; the bucket is a map. What dies half-way is finished by the next call, and nothing is written twice. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as archive } from "../../functions/archive/archive.ts";
import { verifyDossier } from "../../functions/archive/dossier-rules.ts";
import { dossierUrl } from "../../functions/archive/download.ts";
import { verifyOnRecord } from "../../functions/archive/verify.ts";
import { handler as advance } from "../../functions/case/advance.ts";
import { verify } from "../../functions/case/chain.ts";
import { archiveWork } from "../../functions/case/start.ts";
import { pkOf, readCase, sk } from "../../functions/case/store.ts";
import { readPeople } from "../../functions/directory/store.ts";
import { sha256 } from "../../functions/shared/ids.ts";
import { CLOSED, closedComplaint, PHOTO, putCase } from "../support/closed-complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { emptyCase } from "../support/empty-case.ts";
import { COMPLAINT_ID } from "../unit/complaint/sample.ts";

const s3 = mockClient(S3Client);
const bucket = new Map<string, Buffer>();
const KEY = `dossier/${COMPLAINT_ID}/1.zip`;
const WORK = archiveWork(COMPLAINT_ID, 1, CLOSED);
let tables: TestTables;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: CLOSED + 60_000 });
  tables = await startTables();
  process.env.DOCUMENTS_BUCKET = "documents";
  process.env.ARCHIVE_FUNCTION_NAME = "case-archive";
}, 30_000);
afterAll(() => tables.stop());

beforeEach(async () => {
  await emptyCase(tables, COMPLAINT_ID);
  await putCase(tables, closedComplaint());
  await tables.put("Cases", { pk: pkOf(COMPLAINT_ID), sk: sk.work(WORK.workId), ...WORK });
  tables.aws.clear();
  bucket.clear();
  bucket.set(`case/${COMPLAINT_ID}/A1`, PHOTO);
  s3.reset();
  const named = (name: string) => Object.assign(new Error(name), { name });
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const body = bucket.get(Key);
    if (!body) throw named("NoSuchKey");
    return { Body: { transformToByteArray: async () => body } as never };
  });
  s3.on(PutObjectCommand).callsFake(({ Key, Body, IfNoneMatch }) => {
    expect(IfNoneMatch).toBe("*");
    if (bucket.has(Key)) throw named("PreconditionFailed");
    bucket.set(Key, Buffer.from(Body));
    return {};
  });
});

const run = () => archive({ caseId: COMPLAINT_ID, version: 1 });
const read = async () => (await readCase(COMPLAINT_ID))!;
const work = () => tables.get("Cases", pkOf(COMPLAINT_ID), sk.work(WORK.workId));
const person = async (staffId: string) => (await readPeople([staffId])).get(staffId)!;
const lines = async () => (await read()).events.filter((event) => event.kind === "complaint.archived");

describe("a closing is archived", () => {
  test("once, on record, with the end of its work", async () => {
    const { sha256: digest } = await run();
    const dossier = bucket.get(KEY)!;
    expect(digest).toBe(sha256(dossier));
    expect(verifyDossier(dossier)).toMatchObject({ valid: true, caseId: COMPLAINT_ID, version: 1 });
    const file = await read();
    expect(file.header.complaint?.dossier).toEqual({ version: 1, sha256: digest, retainUntil: "2031-12-04" });
    expect(file.header.status).toBe("closed");
    const [line] = await lines();
    expect(line).toMatchObject({ by: null, via: "system" });
    expect(file.payloads.get(line!.seq)?.data).toEqual(file.header.complaint?.dossier);
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    expect(await work()).not.toHaveProperty("pending");
  });

  test("called again it does nothing again", async () => {
    await run();
    const before = bucket.get(KEY);
    expect(await run()).toEqual({ sha256: null });
    expect(await lines()).toHaveLength(1);
    expect(bucket.get(KEY)).toBe(before);
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  });

  test("called twice at the same time it is one dossier and one line", async () => {
    await Promise.all([run(), run()]);
    expect(await lines()).toHaveLength(1);
    expect((await read()).header.complaint?.dossier?.sha256).toBe(sha256(bucket.get(KEY)!));
  });

  test("what died before the record was made is recorded as it was written, whatever has happened since", async () => {
    await run();
    const first = bucket.get(KEY)!;
    // The transaction of the first run never came to pass, and a note was added meanwhile.
    await emptyCase(tables, COMPLAINT_ID);
    const note = { noteId: "N9", text: "later", mentions: [] };
    await putCase(tables, closedComplaint([{ kind: "note.added", by: "limin", via: "login", data: note }]));
    const { sha256: digest } = await run();
    expect(bucket.get(KEY)).toBe(first);
    expect(digest).toBe(sha256(first));
    expect((await read()).header.complaint?.dossier?.sha256).toBe(digest);
  });

  test("what died before anything was written begins anew", async () => {
    s3.on(PutObjectCommand).rejectsOnce(new Error("gone"));
    await expect(run()).rejects.toThrow("gone");
    expect(await lines()).toHaveLength(0);
    expect(await work()).toHaveProperty("pending", "work");
  });

  test("something else in its place is a fault, and stays where it is", async () => {
    bucket.set(KEY, Buffer.from("something else"));
    await expect(run()).rejects.toThrow("is none");
    expect(bucket.get(KEY)?.toString()).toBe("something else");
    expect(await lines()).toHaveLength(0);
  });

  test("an earlier closing that is archived later does not pass for the newest", async () => {
    await emptyCase(tables, COMPLAINT_ID);
    const more = [
      { kind: "complaint.reopened", by: "limin", via: "login" as const, data: { reason: "requested" } },
      { kind: "complaint.closed", by: null, via: "system" as const, data: { reason: "satisfied" } },
    ];
    await putCase(tables, closedComplaint(more));
    await archive({ caseId: COMPLAINT_ID, version: 2 });
    await archive({ caseId: COMPLAINT_ID, version: 1 });
    expect((await read()).header.complaint?.dossier?.version).toBe(2);
    const [first, second] = [1, 2].map((n) => bucket.get(`dossier/${COMPLAINT_ID}/${n}.zip`)!);
    expect(verifyDossier(first!)).toMatchObject({ valid: true, events: 8 });
    expect(verifyDossier(second!)).toMatchObject({ valid: true, events: 10 });
    expect(await verifyOnRecord(first!)).toMatchObject({ valid: true });
    expect(await verifyOnRecord(second!)).toMatchObject({ valid: true });
  });

  test("a document that is gone keeps nothing from being archived", async () => {
    bucket.delete(`case/${COMPLAINT_ID}/A1`);
    await run();
    expect(verifyDossier(bucket.get(KEY)!).valid).toBe(true);
  });

  test("a closing that never was is a fault", async () => {
    await expect(archive({ caseId: COMPLAINT_ID, version: 7 })).rejects.toThrow("no closing");
    await expect(archive({ caseId: "TS-2026-999999", version: 1 })).rejects.toThrow("no closing");
  });
});

test("the item of work calls the function and stays until the record is made", async () => {
  await advance({ redrive: [{ pk: pkOf(COMPLAINT_ID), sk: sk.work(WORK.workId) }] });
  expect(tables.aws.of("Invoke")).toEqual([
    expect.objectContaining({ FunctionName: "case-archive", caseId: COMPLAINT_ID, version: 1 }),
  ]);
  expect(await work()).toHaveProperty("pending", "work");
});

describe("verified on record", () => {
  test("a dossier of ours is valid", async () => {
    await run();
    expect(await verifyOnRecord(bucket.get(KEY)!)).toMatchObject({ valid: true, problems: [] });
  });

  test("one that nobody has on record is not, however whole it is", async () => {
    await run();
    const dossier = bucket.get(KEY)!;
    await emptyCase(tables, COMPLAINT_ID);
    const unknown = { valid: false, caseId: COMPLAINT_ID, problems: [{ code: "not_on_record" }] };
    expect(await verifyOnRecord(dossier)).toMatchObject(unknown);
    await putCase(tables, closedComplaint());
    expect(await verifyOnRecord(dossier)).toMatchObject(unknown);
  });
});

describe("who fetches it", () => {
  const url = async (staffId: string, version: string | null = null) =>
    dossierUrl(await person(staffId), COMPLAINT_ID, version);

  test("the desk and the records' administrator, once it is there", async () => {
    await expect(url("limin")).rejects.toMatchObject({ status: 503 });
    await run();
    for (const staffId of ["limin", "liuyanli", "yinxue"])
      expect(await url(staffId)).toContain(`/documents/${KEY}?`.replace("/documents", ""));
    expect(await url("limin", "1")).toContain("X-Amz-Signature");
  });

  test("others not, and only closings that there are", async () => {
    await run();
    await expect(url("zhangke")).rejects.toMatchObject({ status: 403, code: "not_allowed" });
    await expect(url("wanghui")).rejects.toMatchObject({ status: 404 });
    await expect(url("limin", "2")).rejects.toMatchObject({ status: 404 });
    for (const version of ["0", "-1", "x", "1.5", "99999"])
      await expect(url("limin", version)).rejects.toMatchObject({ status: 400 });
  });

  test("a case that was never closed has none", async () => {
    await emptyCase(tables, COMPLAINT_ID);
    const file = closedComplaint([], { status: "open" });
    const events = file.events.filter((event) => event.kind !== "complaint.closed");
    await putCase(tables, { ...file, events });
    await expect(url("limin")).rejects.toMatchObject({ status: 409, code: "not_closed" });
  });
});
