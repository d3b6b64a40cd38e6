/**
 * AWS query protocol: a form with Action and dotted names in, XML out. Lists are `Name.member.1`, maps
 * `Name.entry.1.Name` + `.Value`; in answers an array becomes members and a JavaScript Map becomes entries.
 */
import type { Codec } from "./codec.ts";
import { xmlDocument } from "./xml.ts";

type Tree = { [name: string]: Tree | string };

/** "a.b.1.c=x" as nested objects. */
function nest(form: URLSearchParams): Tree {
  const root: Tree = Object.create(null);
  for (const [name, value] of form) {
    const parts = name.split(".");
    const last = parts.pop()!;
    let at = root;
    for (const part of parts) {
      const known = at[part];
      const next = typeof known === "object" ? known : (Object.create(null) as Tree);
      at[part] = next;
      at = next;
    }
    at[last] = value;
  }
  return root;
}

function unfold(tree: Tree | string): unknown {
  if (typeof tree === "string") return tree;
  const byNumber = (list: Tree) =>
    Object.keys(list)
      .sort((a, b) => Number(a) - Number(b))
      .map((key) => unfold(list[key]!));
  const names = Object.keys(tree);
  if (names.length === 1 && typeof tree.member === "object") return byNumber(tree.member);
  if (names.length === 1 && typeof tree.entry === "object") {
    const entries = byNumber(tree.entry) as Record<string, unknown>[];
    return Object.fromEntries(entries.map((entry) => [entry.Name ?? entry.key, entry.Value ?? entry.value]));
  }
  return Object.fromEntries(names.map((name) => [name, unfold(tree[name]!)]));
}

function toXml(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return { member: value.map(toXml) };
  if (value instanceof Map) return { entry: [...value].map(([key, item]) => ({ key, value: toXml(item) })) };
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, toXml(field)]));
}

const headers = (requestId: string) => ({ "content-type": "text/xml", "x-amzn-requestid": requestId });

export const query: Codec = {
  read(_service, request) {
    const form = new URLSearchParams(
      request.method === "POST" ? request.body.toString("utf8") : request.query,
    );
    const action = form.get("Action") ?? "";
    form.delete("Action");
    form.delete("Version");
    return { action, input: unfold(nest(form)) };
  },
  write(service, action, output, requestId) {
    const body = xmlDocument(`${action}Response`, {
      "@xmlns": service.target ?? "",
      [`${action}Result`]: toXml(output ?? {}),
      ResponseMetadata: { RequestId: requestId },
    });
    return { status: 200, headers: headers(requestId), body };
  },
  fail(service, error, requestId) {
    const body = xmlDocument("ErrorResponse", {
      "@xmlns": service.target ?? "",
      Error: {
        Type: error.status < 500 ? "Sender" : "Receiver",
        Code: error.code,
        Message: error.message,
        ...(toXml(error.extra) as object),
      },
      RequestId: requestId,
    });
    return { status: error.status, headers: headers(requestId), body };
  },
};
