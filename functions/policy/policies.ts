/**
 * Rules as data: everybody's table of standards and the policies of the approval chains, each with its published
 * versions and one draft (contracts/approvals.md §8). A version never changes, and a case keeps the one it began with.
 */
import * as z from "zod";
import type { Actor, Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { now, stamp, toApi } from "../shared/clock.ts";
import { conflict, type FieldError, forbidden, invalid, notFound } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { early } from "../shared/table.ts";
import { fieldErrors, refuseFields, wholeNumber } from "../shared/validate.ts";
import { keepsPolicies } from "./access.ts";
import { type Change, changesBetween } from "./diff-rules.ts";
import { isPolicyId, type PolicyId, problemsIn, readsPolicy } from "./kinds.ts";
import {
  type Draft,
  dropDraft,
  putDraft,
  putVersion,
  readDraft,
  readVersions,
  type Version,
} from "./store.ts";

type Name = { staffId: string; name: string };
export type PolicyView = {
  policyId: PolicyId;
  version: number;
  /** Null where it was shipped with the software. */
  publishedAt: string | null;
  publishedBy: Name | null;
  document: unknown;
};
export type DraftView = { basedOn: number; document: unknown; hash: string; savedAt: string; savedBy: Name };
/** A policy with all its versions, newest first, and its draft. */
export type PolicyBook = {
  policyId: PolicyId;
  versions: PolicyView[];
  draft: DraftView | null;
  staff: Person[];
};

/** Throws 403 `not_allowed` before 404. */
function readable(actor: Actor, policyId: string): PolicyId {
  if (!readsPolicy(actor, policyId)) throw forbidden("not_allowed");
  if (!isPolicyId(policyId)) throw notFound();
  return policyId;
}

function writable(actor: Actor, policyId: string): PolicyId {
  if (!keepsPolicies(actor)) throw forbidden("not_allowed");
  return readable(actor, policyId);
}

const nameIn =
  (staff: Person[]) =>
  (staffId: string): Name => ({
    staffId,
    name: staff.find((person) => person.staffId === staffId)?.name ?? staffId,
  });

const viewOf = (version: Version, policyId: PolicyId, staff: Person[]): PolicyView => ({
  policyId,
  version: version.version,
  publishedAt: version.publishedAt === null ? null : toApi(version.publishedAt),
  publishedBy: version.publishedBy === null ? null : nameIn(staff)(version.publishedBy),
  document: version.document,
});

/** Everything of a policy, for its pages. Readers who do not keep it are not shown the draft. Throws 403, 404. */
export async function readPolicyBook(actor: Actor, id: string): Promise<PolicyBook> {
  const policyId = readable(actor, id);
  const [versions, draft, staff] = await Promise.all([readVersions(policyId), readDraft(policyId), people()]);
  return {
    policyId,
    versions: versions.map((one) => viewOf(one, policyId, staff)),
    draft:
      draft && keepsPolicies(actor)
        ? {
            basedOn: draft.basedOn,
            document: draft.document,
            hash: draft.hash,
            savedAt: toApi(draft.savedAt),
            savedBy: nameIn(staff)(draft.savedBy),
          }
        : null,
    staff,
  };
}

/** `GET /api/policies/{policyId}?version=`; the newest without one. Throws 403, 404, 400 `version`. */
export async function viewPolicy(actor: Actor, id: string, version: string | null): Promise<PolicyView> {
  const { versions } = await readPolicyBook(actor, id);
  if (version !== null && !/^[1-9]\d{0,8}$/.test(version)) throw invalid({ path: "version", code: "number" });
  const found = version === null ? versions[0] : versions.find((one) => one.version === Number(version));
  if (!found) throw notFound();
  return found;
}

// ---- the draft

const saving = () => z.strictObject({ basedOn: wholeNumber(1, 999_999_999), document: z.unknown() });

/** Problems of the document as the caller sent it: below `document`. */
const below = (problems: FieldError[]): FieldError[] =>
  problems.map((one) => ({ ...one, path: one.path === "" ? "document" : `document.${one.path}` }));

type Saved = { policyId: PolicyId; basedOn: number; savedAt: string; savedBy: Name };

/**
 * `PUT …/draft` `{basedOn, document}`. `seen`: the hash of the draft that this one was made from, null for none. Throws
 * 403, 404, 409 `stale` where `basedOn` is not the newest version, 400 with every problem; then nothing is stored.
 */
export async function saveDraft(
  actor: Actor,
  id: string,
  input: unknown,
  options: { seen?: string | null; idempotencyKey?: string } = {},
): Promise<Saved> {
  const policyId = writable(actor, id);
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `PUT draft ${policyId}`,
    body: input,
  });
  const reading = early(readSent(policyId, input));
  const answer = await once<Saved>(key, async (extra) => {
    const draft = await reading;
    const at = stamp(now());
    const savedBy = { staffId: actor.staffId, name: actor.name };
    const saved = {
      status: 200,
      body: { policyId, basedOn: draft.basedOn, savedAt: toApi(at), savedBy },
    };
    await putDraft(
      { policyId, ...draft, hash: hashOf(draft.document), savedAt: at, savedBy: actor.staffId },
      options.seen,
      extra(saved),
    );
    return saved;
  });
  return answer.body;
}

/** The draft that was sent, judged. Throws 409 `stale`, 400. */
async function readSent(policyId: PolicyId, input: unknown): Promise<{ basedOn: number; document: unknown }> {
  const [versions, staff] = await Promise.all([readVersions(policyId), people()]);
  const newest = versions[0]?.version ?? 0;
  const body = saving().safeParse(input);
  if (body.success && body.data.basedOn !== newest) throw conflict("stale", { newest });
  const sent =
    typeof input === "object" && input !== null && "document" in input ? input.document : undefined;
  const problems = [
    ...(body.error ? fieldErrors(body.error) : []),
    ...below(problemsIn(policyId, sent, staff)),
  ];
  if (!body.success || problems.length > 0) throw invalid(...problems);
  return { basedOn: body.data.basedOn, document: tidy(body.data.document) };
}

/** As it was judged: without blanks around its words. */
function tidy(value: unknown): unknown {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tidy(one)]));
}

/** The draft of a policy, or 404. */
async function draftOf(policyId: PolicyId): Promise<Draft> {
  const draft = await readDraft(policyId);
  if (!draft) throw notFound();
  return draft;
}

/** `POST …/draft/validate`: of the document that was sent, or else of the draft that is kept. Stores nothing. */
export async function validateDraft(
  actor: Actor,
  id: string,
  input: unknown,
): Promise<{ ok: boolean; errors: FieldError[] }> {
  const policyId = writable(actor, id);
  const sent = typeof input === "object" && input !== null && "document" in input;
  const [staff, draft] = await Promise.all([people(), sent ? null : readDraft(policyId)]);
  const shape = sent ? saving().partial().safeParse(input) : null;
  if (shape?.error) throw invalid(...fieldErrors(shape.error));
  if (!sent) refuseFields(input);
  if (!sent && !draft) throw notFound();
  const errors = below(problemsIn(policyId, sent ? input.document : draft?.document, staff));
  return { ok: errors.length === 0, errors };
}

/** `GET …/draft/diff`: against the newest version. Throws 403, 404. */
export async function diffDraft(actor: Actor, id: string): Promise<{ changes: Change[] }> {
  const policyId = writable(actor, id);
  const [draft, versions] = await Promise.all([draftOf(policyId), readVersions(policyId)]);
  return { changes: changesBetween(versions[0]?.document, draft.document) };
}

/**
 * `POST …/draft/publish`: the draft becomes the next version, whole and once. `seen`: the hash of the draft that was
 * looked at. Throws 403, 404, 409 `stale` where there is no draft, another one, or a newer version; 400 where
 * somebody whom it names left meanwhile.
 */
export async function publishDraft(
  actor: Actor,
  id: string,
  input: unknown,
  options: { seen?: string; idempotencyKey?: string } = {},
): Promise<{ version: number }> {
  const policyId = writable(actor, id);
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: `publish ${policyId}`,
    body: input,
  });
  const reading = early(readReady(policyId, input, options.seen));
  const answer = await once<{ version: number }>(key, async (extra) => {
    const draft = await reading;
    const version = draft.basedOn + 1;
    const published = { status: 200, body: { version } };
    await putVersion(
      {
        policyId,
        version,
        publishedAt: stamp(now()),
        publishedBy: actor.staffId,
        document: draft.document,
      },
      draft,
      extra(published),
    );
    return published;
  });
  return answer.body;
}

/** The draft as it may be published now. Throws 409 `stale`, 400. */
async function readReady(policyId: PolicyId, input: unknown, seen: string | undefined): Promise<Draft> {
  const [draft, versions, staff] = await Promise.all([readDraft(policyId), readVersions(policyId), people()]);
  const newest = versions[0]?.version ?? 0;
  const named = basedOnOf(input);
  if (!draft || draft.basedOn !== newest || (named !== undefined && named !== newest))
    throw conflict("stale", { newest });
  if (seen !== undefined && seen !== draft.hash) throw conflict("stale", { newest });
  const problems = below(problemsIn(policyId, draft.document, staff));
  if (problems.length > 0) throw invalid(...problems);
  return draft;
}

/** A publication may name the version that it follows; other fields it does not know. */
function basedOnOf(input: unknown): number | undefined {
  if (input === undefined) return undefined;
  const parsed = saving().pick({ basedOn: true }).partial().safeParse(input);
  if (parsed.error) throw invalid(...fieldErrors(parsed.error));
  return parsed.data.basedOn;
}

/** Lays a draft aside. `seen`: the hash of the draft that was looked at. Throws 403, 404, 409 `stale`. */
export async function discardDraft(actor: Actor, id: string, seen: string): Promise<void> {
  const draft = await draftOf(writable(actor, id));
  await dropDraft({ ...draft, hash: seen });
}
