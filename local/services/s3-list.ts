/** ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
import { type S3Store, XMLNS } from "./s3-store.ts";

/** One page of a bucket's keys, with what lies below a delimiter folded into common prefixes. */
export function listObjects(store: S3Store, bucket: string, query: URLSearchParams): object {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const most = Math.min(Number(query.get("max-keys") ?? 1000), 1000);
  const token = query.get("continuation-token");
  const after = token ? Buffer.from(token, "base64url").toString("utf8") : (query.get("start-after") ?? "");
  const text = (value: string) => (query.get("encoding-type") === "url" ? encodeURIComponent(value) : value);
  const Contents: object[] = [];
  const folders = new Set<string>();
  let last = "";
  let IsTruncated = false;
  for (const object of store.list(bucket, prefix, after)) {
    const cut = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    const folder = cut < 0 ? null : object.key.slice(0, cut + delimiter.length);
    // A folder that the page before ended with is not listed again.
    if (folder !== null && (folders.has(folder) || after.startsWith(folder))) continue;
    if (Contents.length + folders.size >= most) {
      IsTruncated = true;
      break;
    }
    last = folder ?? object.key;
    if (folder !== null) folders.add(folder);
    else {
      const { key, etag: ETag, size: Size } = object;
      const LastModified = new Date(object.modified).toISOString();
      Contents.push({ Key: text(key), LastModified, ETag, Size, StorageClass: "STANDARD" });
    }
  }
  const page = {
    "@xmlns": XMLNS,
    Name: bucket,
    Prefix: text(prefix),
    ...(delimiter ? { Delimiter: text(delimiter) } : {}),
    ...(query.get("encoding-type") ? { EncodingType: "url" } : {}),
    KeyCount: Contents.length + folders.size,
    MaxKeys: most,
    IsTruncated,
    ...(IsTruncated ? { NextContinuationToken: Buffer.from(last).toString("base64url") } : {}),
    Contents,
    CommonPrefixes: [...folders].map((folder) => ({ Prefix: text(folder) })),
  };
  return { ListBucketResult: page };
}
