/**
 * The requester changes a request, in approval or after a return (contracts/approvals.md §6). Any change voids open
 * steps, votes and links, adjusts the reservation and starts the chain anew, in one transaction.
 */

import { restartOf } from "../approval/chain-rules.ts";
import type { ApprovalPolicy } from "../approval/model.ts";
import { type Changed, changesBetween, type FieldChange, restarted } from "../case/changed.ts";
import type { CaseFile, Header } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, changeCase } from "../case/store.ts";
import type { Visit } from "../customer/store.ts";
import type { Actor, Person } from "../directory/model.ts";
import { people, policyVersions } from "../directory/store.ts";
import { type Bucket, type BucketId, sameBuckets } from "../ledger/rules.ts";
import { budgetRefusal, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { now } from "../shared/clock.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { type Basis, POLICY, readBasis, readReception, visitsAround } from "./basis.ts";
import { type Assessment, assess } from "./facts.ts";
import type { Reception } from "./schema.ts";
import { contentOf, raised } from "./submit.ts";

export type Edited = { caseId: string; contentHash: string; changes: FieldChange[]; restartStage: string };

/** `basis`: read beside the session by whoever knows the caller's id before (basis.ts). */
export type EditOptions = { ifMatch?: string; idempotencyKey?: string; basis?: Promise<Basis> };

/** Throws 404, 403 `not_requester`, 409 `wrong_phase`, `stale`, 400 by field, 409 `no_budget`, `budget_exceeded`. */
export async function editReception(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: EditOptions = {},
): Promise<Edited> {
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `PUT ${caseId}`, body: input });
  const draft = early(prepare(caseId, input, options.basis ?? readBasis(input, actor.staffId)));
  const [file, staff, policies] = await Promise.all([
    readVisible(actor, caseId),
    people(),
    policyVersions(POLICY),
  ]);
  if (file.header.createdBy !== actor.staffId) throw forbidden("not_requester");
  const policy = policies.find((one) => one.version === file.header.policy.version);
  if (!policy) throw new Error(`Policy ${POLICY} has no version ${file.header.policy.version}`);
  const call: Call = { actor, staff, file, policy: policy.document, ifMatch: options.ifMatch };
  const answer = await once<Edited>(key, (extra) => edit(call, draft, extra));
  return answer.body;
}

type Call = {
  actor: Actor;
  staff: Person[];
  file: CaseFile;
  policy: ApprovalPolicy;
  ifMatch: string | undefined;
};

type Draft = { content: Reception; basis: Basis; visits: Visit[] };

async function prepare(caseId: string, input: unknown, reading: Promise<Basis>): Promise<Draft> {
  const basis = await reading;
  const content = readReception(input, basis.table.document, now());
  return { content, basis, visits: await visitsAround(basis, content, caseId) };
}

async function edit(
  { actor, staff, file: known, policy, ifMatch }: Call,
  drafting: Promise<Draft>,
  extra: (answer: Answer<Edited>) => Write[],
): Promise<Answer<Edited>> {
  let needed = 0;
  try {
    return await changeCase(
      known.header.caseId,
      async (file, at) => {
        const { header } = file;
        // Once the visit took place only its settlement can go on.
        if (header.status !== "open" || !["approval", "returned"].includes(header.phase) || header.round > 1)
          throw conflict("wrong_phase");
        if (ifMatch !== undefined && ifMatch.replace(/^"|"$/g, "") !== header.contentHash)
          throw conflict("stale");
        const draft = await drafting;
        const { content, basis } = draft;
        if (basis.buckets.length === 0) throw conflict("no_budget");
        const changes = changesBetween(file.content ?? {}, content);
        const assessment = reassess(header, actor, draft, at);
        const restarts = restartOf(file, policy, assessment.facts, at);
        const result = (contentHash: string): Answer<Edited> => ({
          status: 200,
          body: { caseId: header.caseId, contentHash, changes, restartStage: restarts.stage },
        });
        if (changes.length === 0 && header.phase === "approval")
          return { result: result(header.contentHash), events: [] };
        const stays = sameBuckets(basis.buckets, header.buckets);
        needed = content.budgetAmount - (stays ? header.held : 0);
        const judged = { content, basis, assessment };
        const change = restart(file, judged, { actor, changes, restarts, staff, at });
        const answer = result(change.header?.contentHash ?? header.contentHash);
        return { ...change, result: answer, writes: [...(change.writes ?? []), ...extra(answer)] };
      },
      known,
    );
  } catch (error) {
    if (error instanceof ConditionFailed && isBudgetFailure(error)) throw budgetRefusal(error, needed);
    throw error;
  }
}

/** Everything that a submission judges, of the new content; the department stays the one of the submission. */
function reassess(header: Header, actor: Actor, { content, basis, visits }: Draft, at: number): Assessment {
  const own = (bucket: Bucket) => header.buckets.some((held) => sameBuckets([held], [bucket]));
  return assess({
    content,
    requester: { ...actor, department: header.department },
    at,
    table: basis.table,
    buckets: basis.buckets.map((bucket) =>
      own(bucket) ? { ...bucket, available: bucket.available + header.held } : bucket,
    ),
    creditGrade: basis.customer?.creditGrade ?? null,
    visits,
    unsettled: [],
  });
}

type Judged = { content: Reception; basis: Basis; assessment: Assessment };

/** The changed request with its money and findings. */
function restart(
  file: CaseFile,
  { content, basis, assessment }: Judged,
  changed: Omit<Changed, "content" | "contentHash">,
): Omit<Change<never>, "result"> {
  const { header } = file;
  const next = contentOf(content, basis, assessment);
  const again = restarted(file, { ...changed, content, contentHash: next.contentHash });
  const by = changed.actor.staffId;
  const adjusted = adjustments(header, next, again.header.revision, by, changed.at);
  return {
    header: { ...again.header, ...next },
    events: [
      ...again.events,
      ...(adjusted.length > 0
        ? [
            {
              kind: "budget.adjusted",
              by,
              via: "login" as const,
              data: { from: header.held, to: next.held, buckets: next.buckets },
            },
          ]
        : []),
      ...raised(assessment.findings),
    ],
    writes: [...again.writes, ...adjusted],
  };
}

/** What each bucket gets more or less; in one that the request leaves, all of it back. */
function adjustments(
  header: Header,
  next: { held: number; buckets: BucketId[] },
  round: number,
  by: string,
  at: number,
): Write[] {
  const entry = { kind: "adjust" as const, caseId: header.caseId, round, by, at };
  return entryWrites(
    { ...entry, buckets: header.buckets, amount: -header.held },
    { ...entry, buckets: next.buckets, amount: next.held },
  );
}
