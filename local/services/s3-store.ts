/** Objects as plain files below `s3/<bucket>/` of the data folder, with what is known of them in SQLite. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AwsError, type Cloud } from "../kernel.ts";

/** Headers that are stored with an object and come back with it. */
export const KEPT_HEADERS = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
];

/** Namespace of S3 documents. */
export const XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/";

export type StoredObject = {
  key: string;
  size: number;
  etag: string;
  modified: number;
  /** Kept headers and x-amz-meta-*. */
  headers: Record<string, string>;
};
/** Objects below a prefix that go after some days. */
export type Expiry = { prefix: string; days: number };

type Row = Omit<StoredObject, "headers"> & { headers: string };

const DAY = 86_400_000;

/**
 * The file of a key. Folders end in "+", which no encoded name contains: so `a` and `a/b` can both be there, and no
 * part of a key is "..".
 */
function fileOf(key: string): string {
  const parts = key.split("/").map((part) => encodeURIComponent(part).replaceAll(".", "%2E"));
  const name = parts.pop()!;
  return join(...parts.map((part) => `${part}+`), name || "%");
}

export function createS3Store(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec(
    "CREATE TABLE IF NOT EXISTS s3_buckets (name TEXT PRIMARY KEY, created REAL NOT NULL, expiry TEXT NOT NULL)",
  );
  db.exec(`CREATE TABLE IF NOT EXISTS s3_objects (
    bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified REAL NOT NULL,
    headers TEXT NOT NULL, PRIMARY KEY (bucket, key))`);
  const root = join(cloud.dataDir, "s3");
  const findBucket = db.prepare("SELECT * FROM s3_buckets WHERE name = ?");
  const findObject = db.prepare("SELECT * FROM s3_objects WHERE bucket = ? AND key = ?");
  const removeObject = db.prepare("DELETE FROM s3_objects WHERE bucket = ? AND key = ?");
  const upsert = db.prepare("INSERT OR REPLACE INTO s3_objects VALUES (?, ?, ?, ?, ?, ?)");

  function remove(bucket: string, key: string): void {
    removeObject.run(bucket, key);
    rmSync(join(root, bucket, fileOf(key)), { force: true });
  }

  /** Throws NoSuchBucket; takes away what has expired since somebody last looked. */
  function enter(bucket: string): void {
    const row = findBucket.get(bucket) as { expiry: string } | undefined;
    if (!row) {
      throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: bucket });
    }
    const expired = db.prepare(
      "SELECT key FROM s3_objects WHERE bucket = ? AND substr(key, 1, length(?2)) = ?2 AND modified <= ?3",
    );
    for (const { prefix, days } of JSON.parse(row.expiry) as Expiry[]) {
      const rows = expired.all(bucket, prefix, clock.now() - days * DAY) as { key: string }[];
      for (const { key } of rows) remove(bucket, key);
    }
  }

  return {
    enter,
    /** False when the bucket is there already. */
    createBucket(name: string, expiry: Expiry[]): boolean {
      const sql =
        "INSERT INTO s3_buckets VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET expiry = excluded.expiry";
      const fresh = !findBucket.get(name);
      db.prepare(sql).run(name, clock.now(), JSON.stringify(expiry));
      return fresh;
    },
    buckets: () =>
      db.prepare("SELECT name, created FROM s3_buckets ORDER BY name").all() as {
        name: string;
        created: number;
      }[],
    put(bucket: string, key: string, body: Buffer, headers: Record<string, string>): StoredObject {
      enter(bucket);
      if (Buffer.byteLength(key) > 1024) throw new AwsError("KeyTooLongError", "Your key is too long");
      const file = join(root, bucket, fileOf(key));
      mkdirSync(dirname(file), { recursive: true });
      // Written beside and renamed: a reader sees the old bytes or the new ones.
      const beside = join(root, `.${randomUUID()}`);
      writeFileSync(beside, body, { flush: true });
      renameSync(beside, file);
      const etag = `"${createHash("md5").update(body).digest("hex")}"`;
      const modified = Math.floor(clock.now() / 1000) * 1000;
      upsert.run(bucket, key, body.length, etag, modified, JSON.stringify(headers));
      return { key, size: body.length, etag, modified, headers };
    },
    get(bucket: string, key: string): StoredObject {
      enter(bucket);
      const row = findObject.get(bucket, key) as Row | undefined;
      if (!row) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key: key });
      return { ...row, headers: JSON.parse(row.headers) as Record<string, string> };
    },
    read: (bucket: string, key: string): Buffer => readFileSync(join(root, bucket, fileOf(key))),
    remove(bucket: string, key: string): void {
      enter(bucket);
      remove(bucket, key);
    },
    /** Keys after `after` in the order of their bytes. */
    list(bucket: string, prefix: string, after: string): Omit<StoredObject, "headers">[] {
      enter(bucket);
      const sql =
        "SELECT * FROM s3_objects WHERE bucket = ?1 AND substr(key, 1, length(?2)) = ?2 AND key > ?3 ORDER BY key";
      return db.prepare(sql).all(bucket, prefix, after) as Row[];
    },
  };
}

export type S3Store = ReturnType<typeof createS3Store>;
