/**
 * What a person does on a step, signed in or by link (MECHANICS §3.2): checks in the order of the contract (link,
 * session, step state, vote, nonce, content, fields), a pure tally, one transaction. First decision wins.
 */

import type { CaseFile, Seat, Step, Vote } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, caseOfStep, changeCase, put, putSeat, putVote, sk } from "../case/store.ts";
import type { Actor } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import { stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, type Write } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { CHOICES, countedVotes, needsComment, tally } from "./rules.ts";
import { actSchema } from "./schema.ts";
import { endStep, seatsOf } from "./store.ts";

/** What a decision answers (contracts/README.md "Steps and links"). */
export type Decision = {
  stepId: string;
  outcome: string | null;
  effectiveAt: string | null;
  undoUntil: string | null;
};

export type Act = { choice: string; comment: string; contentHash?: string };

/** Through which door somebody acts; a link brings the nonce that its page held. */
export type Door = { via: "login" } | { via: "link"; nonce: string; isFresh(file: CaseFile): boolean };

const NONCE_LABEL = "nonce";
/** Used nonces are kept longer than any link lives. */
const NONCE_DAYS = 30;

/** A signed-in person acts. `input`: `{choice, comment, data, contentHash?}`. */
export async function actOnStep(
  actor: Actor,
  stepId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Decision> {
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `act ${stepId}`, body: input });
  const file = await readVisible(actor, caseOfStep(stepId));
  if (!file.steps.some((step) => step.stepId === stepId)) throw notFound();
  const answer = await once<Decision>(key, (extra) =>
    decide(actor, file, stepId, input, { via: "login" }, extra),
  );
  return answer.body;
}

/** One decision on a step of a case that was just read. Throws Refusals in the order of the contract. */
export async function decide(
  actor: Actor,
  known: CaseFile,
  stepId: string,
  input: unknown,
  door: Door,
  extra: (answer: Answer<Decision>) => Write[],
): Promise<Answer<Decision>> {
  try {
    return await changeCase(
      known.header.caseId,
      async (file, at) => {
        const step = file.steps.find((one) => one.stepId === stepId);
        if (!step) throw notFound();
        const seat = seatsOf(file, step).find((one) => one.staffId === actor.staffId);
        if (!seat) throw forbidden("not_assignee");
        await checkState(file, step, actor);
        if (door.via === "link" && !door.isFresh(file)) throw conflict("stale");
        if (step.contentHash !== file.header.contentHash || !isCurrent(input, file)) throw conflict("stale");
        const act = readAct(step, input);
        checkAct(file, act, step, at);
        const change = voting(file, step, seat, act, door, at);
        return { ...change, writes: [...(change.writes ?? []), ...extra(change.result)] };
      },
      known,
    );
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(NONCE_LABEL)) throw conflict("stale");
    throw error;
  }
}

/** 409 with who decided and when, `stale` for a step that was voided, `already_voted` while others still vote. */
async function checkState(file: CaseFile, step: Step, actor: Actor): Promise<void> {
  if (step.status === "void") throw conflict("stale");
  if (step.status === "done") {
    // Whether the vote still counts after an edit or not: this is who ended the step.
    const by = file.votes.filter((vote) => vote.stepId === step.stepId).at(-1)?.by;
    const person = by === undefined ? undefined : (await readPeople([by])).get(by);
    throw conflict("already_decided", {
      outcome: step.outcome,
      at: step.endedAt ? toApi(step.endedAt) : null,
      by: person ? { staffId: person.staffId, name: person.name } : null,
    });
  }
  if (countedVotes(step, file.votes).some((vote) => vote.by === actor.staffId))
    throw conflict("already_voted");
}

/** Whether the content that a caller names, where he names one, is the case's own. */
function isCurrent(input: unknown, file: CaseFile): boolean {
  if (typeof input !== "object" || input === null || !("contentHash" in input)) return true;
  return typeof input.contentHash !== "string" || input.contentHash === file.header.contentHash;
}

function readAct(step: Step, input: unknown): Act {
  const parsed = actSchema.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  if (!(CHOICES[step.kind] ?? []).includes(parsed.data.choice))
    throw invalid({ path: "choice", code: "choice" });
  return { ...parsed.data, comment: parsed.data.comment.trim() };
}

function checkAct(file: CaseFile, act: Act, step: Step, at: number): void {
  const { facts } = file.header;
  // A signature after the visit began has to say why (contracts/approvals.md §1).
  const begins = file.content?.arriveAt;
  const late = act.choice === "approve" && typeof begins === "string" && Date.parse(begins) < at;
  if ((needsComment(act.choice) || late) && act.comment === "")
    throw invalid({ path: "comment", code: "reason_required" });
  if (act.choice === "approve" && step.limit !== null && facts.amount > step.limit)
    throw forbidden("over_limit");
}

const EVENT: Record<string, string> = {
  approve: "vote.approved",
  reject: "vote.rejected",
  return: "vote.returned",
};

function voting(
  file: CaseFile,
  step: Step,
  seat: Seat,
  act: Act,
  door: Door,
  at: number,
): Change<Answer<Decision>> {
  const { caseId, contentHash } = file.header;
  const vote: Vote = {
    v: 1,
    stepId: step.stepId,
    by: seat.staffId,
    n: 1 + file.votes.filter((one) => one.stepId === step.stepId && one.by === seat.staffId).length,
    ...(seat.for === undefined ? {} : { for: seat.for }),
    choice: act.choice,
    at: stamp(at),
    via: door.via,
    contentHash,
    comment: act.comment,
  };
  const votes = [...countedVotes(step, file.votes), vote];
  const outcome = tally(
    step.mode,
    step.need,
    step.assignees.length,
    votes.map((one) => one.choice),
  );
  const result: Decision = {
    stepId: step.stepId,
    outcome,
    effectiveAt: outcome === null ? null : toApi(at),
    undoUntil: null,
  };
  const nonce: Write[] =
    door.via === "link"
      ? [
          put(
            caseId,
            sk.nonce(door.nonce),
            { v: 1, expiresAt: Math.floor(at / 1000) + NONCE_DAYS * 86_400 },
            { label: NONCE_LABEL, mustBeNew: true },
          ),
        ]
      : [];
  // The voter's own seat is closed with the vote; the others with the step.
  const others = { ...file, seats: file.seats.filter((one) => one !== seat) };
  return {
    result: { status: 200, body: result },
    events: [
      {
        kind: EVENT[act.choice] ?? "vote.cast",
        by: seat.staffId,
        ...(seat.for === undefined ? {} : { for: seat.for }),
        via: door.via,
        stepId: step.stepId,
        contentHash,
        data: { stage: step.stage, ...(act.comment === "" ? {} : { comment: act.comment }) },
      },
    ],
    writes: [
      putVote(caseId, vote),
      putSeat({ ...seat, status: "done" }),
      ...nonce,
      ...(outcome === null ? [] : endStep(others, step, { status: "done", outcome, at })),
    ],
  };
}
