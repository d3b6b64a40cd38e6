/** S3, as far as a private bucket of documents needs it. https://docs.aws.amazon.com/AmazonS3/latest/API/ */
import * as z from "zod";
import { parseXml } from "../gateway/codecs/xml.ts";
import { type Action, AwsError, type Call, type Cloud, type RawAnswer } from "../kernel.ts";
import { action, type EdgeService, type WireCall } from "./action.ts";
import { checkAccess, type SecretOf } from "./s3-auth.ts";
import { postObject } from "./s3-form.ts";
import { checkPreconditions, rangeOf, storedHeaders } from "./s3-headers.ts";
import { listObjects } from "./s3-list.ts";
import { createS3Store, type Expiry, KEPT_HEADERS, type StoredObject, XMLNS } from "./s3-store.ts";

const Bucket = z.object({ Bucket: z.string() });
const ObjectRef = z.object({ Bucket: z.string(), Key: z.string() });
type Ref = z.infer<typeof ObjectRef>;
/** Sub-resources that this S3 does not have: better refused than mistaken for the object itself. */
const ELSEWHERE = [
  "acl",
  "tagging",
  "uploads",
  "uploadId",
  "policy",
  "lifecycle",
  "versioning",
  "attributes",
  "torrent",
];

/** `secretOf` names the secrets with which signed addresses are checked; roles of the template all have "local". */
export function createS3(cloud: Cloud, secretOf: SecretOf = (id) => (cloud.roles.has(id) ? "local" : null)) {
  const store = createS3Store(cloud);
  const { host: siteHost } = new URL(cloud.siteUrl);
  const isSite = (origin: string | undefined) =>
    origin !== undefined &&
    URL.canParse(origin) &&
    new URL(origin).host.replace("127.0.0.1", "localhost") === siteHost;

  /** An action on the wire: the caller may do it, and asks for nothing that is not here. */
  function guarded<S extends z.ZodType>(
    input: S,
    route: string,
    run: (input: z.infer<S>, http: WireCall["http"]) => unknown,
  ): Action {
    const checked = (given: z.infer<S>, { http }: Call) => {
      if (!http) throw new AwsError("NotImplemented", "Only over HTTP.", 501);
      checkAccess(cloud, http, secretOf);
      const other = ELSEWHERE.find((name) => http.query.has(name));
      if (other) throw new AwsError("NotImplemented", `?${other} is not part of this cloud.`, 501);
      return run(given, http);
    };
    return action(input, checked, route);
  }

  const describe = (object: StoredObject): Record<string, string> => ({
    ...object.headers,
    etag: object.etag,
    "last-modified": new Date(object.modified).toUTCString(),
    "accept-ranges": "bytes",
  });

  function getObject({ Bucket: bucket, Key }: Ref, http: WireCall["http"]): RawAnswer {
    const object = store.get(bucket, Key);
    checkPreconditions(object, http.headers["if-match"], http.headers["if-none-match"]);
    const headers = describe(object);
    for (const name of [...KEPT_HEADERS, "expires"]) {
      const override = http.query.get(`response-${name}`);
      if (override !== null) headers[name] = override;
    }
    const range = rangeOf(http.headers.range, object.size);
    if (range) headers["content-range"] = `bytes ${range[0]}-${range[1]}/${object.size}`;
    headers["content-length"] = String(range ? range[1] - range[0] + 1 : object.size);
    const whole = http.method === "HEAD" ? Buffer.alloc(0) : store.read(bucket, Key);
    return {
      status: range ? 206 : 200,
      headers,
      body: range ? whole.subarray(range[0], range[1] + 1) : whole,
    };
  }

  function copyObject(to: Ref, source: string, http: WireCall["http"]): object {
    const [, bucket, key] = /^\/?([^/]+)\/(.+?)(?:\?versionId=.*)?$/.exec(source) ?? [];
    if (!bucket || !key) throw new AwsError("InvalidArgument", "Invalid copy source object key");
    const from = { Bucket: decodeURIComponent(bucket), Key: decodeURIComponent(key) };
    const object = store.get(from.Bucket, from.Key);
    checkPreconditions(object, http.headers["x-amz-copy-source-if-match"]);
    const replaced = http.headers["x-amz-metadata-directive"] === "REPLACE";
    const headers = replaced ? storedHeaders(http.headers) : object.headers;
    const made = store.put(to.Bucket, to.Key, store.read(from.Bucket, from.Key), headers);
    return {
      CopyObjectResult: {
        "@xmlns": XMLNS,
        LastModified: new Date(made.modified).toISOString(),
        ETag: made.etag,
      },
    };
  }

  function putObject(ref: Ref, http: WireCall["http"]): unknown {
    const source = http.headers["x-amz-copy-source"];
    if (source) return copyObject(ref, source, http);
    if (http.headers["if-none-match"] === "*") {
      const there = store.list(ref.Bucket, ref.Key, "").some((object) => object.key === ref.Key);
      if (there)
        throw new AwsError(
          "PreconditionFailed",
          "At least one of the pre-conditions you specified did not hold",
          412,
        );
    }
    const made = store.put(ref.Bucket, ref.Key, http.body, storedHeaders(http.headers));
    return { status: 200, headers: { etag: made.etag }, body: "" };
  }

  function deleteObjects({ Bucket: bucket }: { Bucket: string }, { body }: WireCall["http"]): object {
    const { Delete } = parseXml(body.toString("utf8")) as { Delete?: { Object?: unknown; Quiet?: string } };
    const keys = [Delete?.Object ?? []].flat().map((item) => String((item as { Key?: unknown }).Key));
    if (keys.length === 0) throw new AwsError("MalformedXML", "The XML you provided was not well-formed");
    for (const key of keys) store.remove(bucket, key);
    const Deleted = Delete?.Quiet === "true" ? [] : keys.map((Key) => ({ Key }));
    return { DeleteResult: { "@xmlns": XMLNS, Deleted } };
  }

  const preflight = (_input: unknown, { http }: Call): RawAnswer => {
    if (!isSite(http?.headers.origin))
      throw new AwsError("AccessForbidden", "CORSResponse: This CORS request is not allowed.", 403);
    const headers: Record<string, string> = {
      "access-control-allow-methods": "GET, HEAD, PUT, POST",
      "access-control-allow-headers": http?.headers["access-control-request-headers"] ?? "*",
      "access-control-max-age": "600",
    };
    return { status: 200, headers, body: "" };
  };

  const service: EdgeService = {
    name: "s3",
    protocol: "rest-xml",
    actions: {
      ListBuckets: guarded(z.object({}), "GET /", () => ({
        ListAllMyBucketsResult: {
          "@xmlns": XMLNS,
          Buckets: {
            Bucket: store.buckets().map((bucket) => ({
              Name: bucket.name,
              CreationDate: new Date(bucket.created).toISOString(),
            })),
          },
        },
      })),
      CreateBucket: action(
        z.object({ Bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/) }),
        ({ Bucket: bucket }, { http }) => {
          if (http) checkAccess(cloud, http, secretOf);
          if (http && [...http.query.keys()].some((name) => ELSEWHERE.includes(name))) {
            throw new AwsError("NotImplemented", "Only the bucket itself is part of this cloud.", 501);
          }
          if (!provisionBucket(bucket)) {
            throw new AwsError(
              "BucketAlreadyOwnedByYou",
              "Your previous request to create the named bucket succeeded and you already own it.",
              409,
            );
          }
          return { status: 200, headers: { location: `/${bucket}` }, body: "" };
        },
        "PUT /{Bucket}",
      ),
      HeadBucket: guarded(Bucket, "HEAD /{Bucket}", ({ Bucket: bucket }) => {
        store.enter(bucket);
        return { status: 200, headers: { "x-amz-bucket-region": cloud.region }, body: "" };
      }),
      ListObjectsV2: guarded(Bucket, "GET /{Bucket}?list-type=2", (input, http) =>
        listObjects(store, input.Bucket, http.query),
      ),
      DeleteObjects: guarded(Bucket, "POST /{Bucket}?delete", deleteObjects),
      PostObject: action(
        Bucket,
        (input, { http }) => {
          if (!http) throw new AwsError("NotImplemented", "Only over HTTP.", 501);
          return postObject(cloud, store, input.Bucket, http, secretOf);
        },
        "POST /{Bucket}",
      ),
      PutObject: guarded(ObjectRef, "PUT /{Bucket}/{Key+}", putObject),
      GetObject: guarded(ObjectRef, "GET /{Bucket}/{Key+}", getObject),
      HeadObject: guarded(ObjectRef, "HEAD /{Bucket}/{Key+}", getObject),
      DeleteObject: guarded(ObjectRef, "DELETE /{Bucket}/{Key+}", ({ Bucket: bucket, Key }) => {
        store.remove(bucket, Key);
        return { status: 204, headers: {}, body: "" };
      }),
      PreflightBucket: action(z.object({}), preflight, "OPTIONS /{Bucket}"),
      Preflight: action(z.object({}), preflight, "OPTIONS /{Bucket}/{Key+}"),
    },
    edgeHeaders({ headers: { origin } }): Record<string, string> {
      if (origin === undefined || !isSite(origin)) return {};
      return {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "ETag",
        vary: "Origin",
      };
    },
  };

  /** Makes a bucket, or gives the one that is there these rules. False when it was there. */
  function provisionBucket(name: string, expiry: Expiry[] = [{ prefix: "tmp/", days: 1 }]): boolean {
    return store.createBucket(name, expiry);
  }
  return { service, provisionBucket };
}
