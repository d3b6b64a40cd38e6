/**
 * The requester changes a request, in approval or after a return (contracts/approvals.md §6). Any change voids open
 * steps, votes and links, adjusts the reservation and starts the chain anew, in one transaction.
 */

import type { ApprovalPolicy } from "../approval/model.ts";
import { planRoute } from "../approval/rules.ts";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Header, Message, Step } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, changeCase, putMessage, putVote, putWork } from "../case/store.ts";
import type { Actor, Person } from "../directory/model.ts";
import { people, policyVersions } from "../directory/store.ts";
import { type BucketId, sameBuckets } from "../ledger/rules.ts";
import { budgetRefusal, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { newMessage } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { ConditionFailed, type Write } from "../shared/table.ts";
import { countedVotes } from "../step/rules.ts";
import { endStep, openSteps, seatsOf } from "../step/store.ts";
import { bucketOf, changesBetween, type FieldChange, factsOf } from "./facts.ts";
import type { Reception } from "./schema.ts";
import { POLICY, readReception, startWork } from "./submit.ts";

export type Edited = { caseId: string; contentHash: string; changes: FieldChange[]; restartStage: string };

/** Throws 404, 403 `not_requester`, 409 `wrong_phase`, `stale`, `budget_exceeded`, 400 by field. */
export async function editReception(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { ifMatch?: string; idempotencyKey?: string } = {},
): Promise<Edited> {
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `PUT ${caseId}`, body: input });
  const [file, staff, policies] = await Promise.all([
    readVisible(actor, caseId),
    people(),
    policyVersions(POLICY),
  ]);
  if (file.header.createdBy !== actor.staffId) throw forbidden("not_requester");
  const policy = policies.find((one) => one.version === file.header.policy.version);
  if (!policy) throw new Error(`Policy ${POLICY} has no version ${file.header.policy.version}`);
  const known = { file, staff, policy: policy.document };
  const answer = await once<Edited>(key, (extra) => edit(actor, known, input, options.ifMatch, extra));
  return answer.body;
}

async function edit(
  actor: Actor,
  { file: known, staff, policy }: { file: CaseFile; staff: Person[]; policy: ApprovalPolicy },
  input: unknown,
  ifMatch: string | undefined,
  extra: (answer: Answer<Edited>) => Write[],
): Promise<Answer<Edited>> {
  let needed = 0;
  try {
    return await changeCase(
      known.header.caseId,
      (file, at) => {
        const { header } = file;
        if (header.status !== "open" || !["approval", "returned"].includes(header.phase))
          throw conflict("wrong_phase");
        if (ifMatch !== undefined && ifMatch.replace(/^"|"$/g, "") !== header.contentHash)
          throw conflict("stale");
        const content = readReception(input);
        const facts = factsOf(content, { staffId: actor.staffId, department: header.department });
        const changes = changesBetween(file.content ?? {}, content);
        const restartStage = planRoute(policy, facts, staff)[0]?.stage ?? "";
        const result = (contentHash: string): Answer<Edited> => ({
          status: 200,
          body: { caseId: header.caseId, contentHash, changes, restartStage },
        });
        if (changes.length === 0 && header.phase === "approval")
          return { result: result(header.contentHash), events: [] };
        const stays = sameBuckets([bucketOf(content)], header.buckets);
        needed = facts.amount - (stays ? header.held : 0);
        const change = restart(file, actor, content, facts, changes, staff, at);
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

function restart(
  file: CaseFile,
  actor: Actor,
  content: Reception,
  facts: Header["facts"],
  changes: FieldChange[],
  staff: Person[],
  at: number,
): Omit<Change<never>, "result"> {
  const { header } = file;
  const revision = header.revision + 1;
  const contentHash = hashOf(content);
  const buckets = [bucketOf(content)];
  const open = openSteps(file);
  const returned = header.phase === "returned";
  const adjusted = adjustments(header, facts.amount, buckets, revision, actor.staffId, at);
  const events: NewEvent[] = [
    {
      kind: returned ? "case.resubmitted" : "case.edited",
      by: actor.staffId,
      via: "login",
      contentHash,
      data: { content, changes },
    },
    ...open.map(
      (step): NewEvent => ({
        kind: "step.voided",
        by: actor.staffId,
        via: "login",
        stepId: step.stepId,
        data: { stage: step.stage },
      }),
    ),
    ...(adjusted.length > 0
      ? [
          {
            kind: "budget.adjusted",
            by: actor.staffId,
            via: "login" as const,
            data: { from: header.held, to: facts.amount, buckets },
          },
        ]
      : []),
  ];
  return {
    header: {
      phase: "approval",
      revision,
      contentHash,
      facts,
      buckets,
      held: facts.amount,
      title: content.visitingOrg,
      dueAt: stamp(Date.parse(content.arriveAt)),
    },
    events,
    writes: [
      ...open.flatMap((step) => endOf(file, step, at)),
      ...file.votes
        .filter((vote) => !vote.void)
        .map((vote) => putVote(header.caseId, { ...vote, void: true })),
      ...adjusted,
      ...tellChange(file, open, revision, staff, at).map(putMessage),
      putWork(startWork(header.caseId, revision, at)),
    ],
  };
}

/** A revise step was answered by the edit itself; an approval step is void. */
const endOf = (file: CaseFile, step: Step, at: number): Write[] =>
  endStep(
    file,
    step,
    step.kind === "revise" ? { status: "done", outcome: "done", at } : { status: "void", outcome: null, at },
  );

/** One entry for the difference, or one in each bucket where the edit moves the request to another. */
function adjustments(
  header: Header,
  amount: number,
  buckets: BucketId[],
  round: number,
  by: string,
  at: number,
): Write[] {
  const { caseId } = header;
  const same = sameBuckets(buckets, header.buckets);
  const before = header.held;
  if (same && amount === before) return [];
  const entry = { kind: "adjust" as const, caseId, round, by, at };
  if (same) return entryWrites({ ...entry, buckets, amount: amount - before });
  return [
    ...entryWrites({ ...entry, buckets: header.buckets, amount: -before }),
    ...entryWrites({ ...entry, buckets, amount }),
  ];
}

/** Those who had voted or held an open link learn what changed. */
function tellChange(file: CaseFile, open: Step[], revision: number, staff: Person[], at: number): Message[] {
  const { header } = file;
  const current = file.steps.filter((step) => step.revision === header.revision);
  const voters = current.flatMap((step) => countedVotes(step, file.votes).map((vote) => vote.by));
  const holders = open.flatMap((step) => seatsOf(file, step).map((seat) => seat.staffId));
  const told = [...new Set([...voters, ...holders])].filter((staffId) => staffId !== header.createdBy);
  return told.flatMap((staffId) => {
    const person = staff.find((one) => one.staffId === staffId);
    if (!person) return [];
    return newMessage({
      caseId: header.caseId,
      kind: "case.changed",
      to: staffId,
      channel: "email",
      locale: person.locale,
      params: { revision, seq: header.seq + 1 },
      at,
      key: `${header.caseId}-${revision}`,
    });
  });
}
