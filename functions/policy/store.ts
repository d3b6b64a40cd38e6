/** Published versions and drafts of policies. Keys: docs/access-patterns.md. */
import { policyKey, shippedBelow } from "../directory/store.ts";
import { env } from "../shared/env.ts";
import { conflict } from "../shared/errors.ts";
import { ConditionFailed, getItem, type Item, queryAll, transact, type Write } from "../shared/table.ts";

const table = () => env("DIRECTORY_TABLE");

export type Version = {
  policyId: string;
  version: number;
  /** Table stamp and staff id; null where it was shipped. */
  publishedAt: string | null;
  publishedBy: string | null;
  document: unknown;
};

/** One for each policy: what the next version may become. */
export type Draft = {
  policyId: string;
  /** The version that it changes. */
  basedOn: number;
  document: unknown;
  /** Of the document: a draft that changed meanwhile is another one. */
  hash: string;
  savedAt: string;
  savedBy: string;
};

const toVersion = (item: Item): Version => ({
  policyId: item.policyId as string,
  version: item.version as number,
  publishedAt: item.publishedAt as string,
  publishedBy: item.publishedBy as string,
  document: item.document,
});

/** Every version, newest first; a policy changes a few times a year. */
export async function readVersions(policyId: string): Promise<Version[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :v)",
    ExpressionAttributeValues: { ":pk": `POLICY#${policyId}`, ":v": "V#" },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  const published = items.map(toVersion);
  const shipped = shippedBelow(published, policyId);
  return [...published, ...shipped.map((one) => ({ ...one, publishedAt: null, publishedBy: null }))];
}

const draftKey = (policyId: string) => ({ pk: `POLICY#${policyId}`, sk: "DRAFT" });

export async function readDraft(policyId: string): Promise<Draft | null> {
  const item = await getItem(table(), draftKey(policyId));
  if (!item) return null;
  const { pk: _pk, sk: _sk, v: _v, ...draft } = item;
  return draft as Draft;
}

/** Fails once there is a version after this one. */
const isNewest = (policyId: string, version: number): Write => ({
  label: "newest",
  ConditionCheck: {
    TableName: table(),
    Key: policyKey(policyId, version + 1),
    ConditionExpression: "attribute_not_exists(pk)",
  },
});

async function orStale(writes: Write[]): Promise<void> {
  try {
    await transact(writes);
  } catch (error) {
    throw error instanceof ConditionFailed ? conflict("stale") : error;
  }
}

/**
 * Keeps a draft in place of the one before. `seen`: the hash of the draft that it was made from, null for none; left
 * out, any may be there. Throws 409 `stale` once a newer version is out, or another draft than the one seen.
 */
export function putDraft(draft: Draft, seen: string | null | undefined, extra: Write[]): Promise<void> {
  const condition =
    seen === undefined
      ? {}
      : seen === null
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "#hash = :seen",
            ExpressionAttributeNames: { "#hash": "hash" },
            ExpressionAttributeValues: { ":seen": seen },
          };
  return orStale([
    isNewest(draft.policyId, draft.basedOn),
    {
      label: "draft",
      Put: { TableName: table(), Item: { ...draftKey(draft.policyId), v: 1, ...draft }, ...condition },
    },
    ...extra,
  ]);
}

/** The draft becomes the version after the one that it changes, and is gone. Throws 409 `stale`: one of both moved on. */
export function putVersion(version: Version, draft: Draft, extra: Write[]): Promise<void> {
  return orStale([
    {
      label: "version",
      Put: {
        TableName: table(),
        Item: { ...policyKey(version.policyId, version.version), v: 1, ...version },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    dropWrite(draft),
    ...extra,
  ]);
}

const dropWrite = (draft: Draft): Write => ({
  label: "draft",
  Delete: {
    TableName: table(),
    Key: draftKey(draft.policyId),
    ConditionExpression: "#hash = :hash AND basedOn = :basedOn",
    ExpressionAttributeNames: { "#hash": "hash" },
    ExpressionAttributeValues: { ":hash": draft.hash, ":basedOn": draft.basedOn },
  },
});

/** Throws 409 `stale` where somebody saved another draft meanwhile. */
export const dropDraft = (draft: Draft): Promise<void> => orStale([dropWrite(draft)]);
