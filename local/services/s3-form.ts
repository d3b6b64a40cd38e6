/** Uploads by a browser's form. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
import { AwsError, type Cloud, type RawAnswer } from "../kernel.ts";
import type { WireCall } from "./action.ts";
import { checkPolicy, type SecretOf } from "./s3-auth.ts";
import { storedHeaders } from "./s3-headers.ts";
import type { S3Store } from "./s3-store.ts";

/** In a key it stands for the name that the browser gives the file. */
const FILENAME = "$" + "{filename}";

/** A browser's form: fields, and the file last. */
export async function postObject(
  cloud: Cloud,
  store: S3Store,
  bucket: string,
  http: WireCall["http"],
  secretOf: SecretOf,
): Promise<RawAnswer> {
  store.enter(bucket);
  const headersOfForm = { "content-type": http.headers["content-type"] ?? "" };
  const form = await new Response(new Uint8Array(http.body), { headers: headersOfForm })
    .formData()
    .catch(() => null);
  const file = form?.get("file");
  if (!form || !(file instanceof Blob)) {
    throw new AwsError("InvalidArgument", "POST requires exactly one file upload per request.");
  }
  const fields: Record<string, string> = {};
  for (const [name, value] of form) if (typeof value === "string") fields[name.toLowerCase()] = value;
  const key = (fields.key ?? "").replaceAll(FILENAME, (file as File).name);
  if (!key) throw new AwsError("InvalidArgument", "Bucket POST must contain a field named 'key'.");
  checkPolicy(cloud, bucket, { ...fields, key }, file.size, secretOf);
  const made = store.put(bucket, key, Buffer.from(await file.arrayBuffer()), storedHeaders(fields));
  const headers: Record<string, string> = { etag: made.etag };
  const redirect = fields.success_action_redirect;
  if (redirect && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag: made.etag }))
      url.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, location: url.href }, body: "" };
  }
  const wanted = Number(fields.success_action_status);
  return { status: wanted === 200 || wanted === 201 ? wanted : 204, headers, body: "" };
}
