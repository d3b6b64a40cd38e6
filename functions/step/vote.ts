/** A vote: approve, reject, return, and the two ways to bring in another signer. Pure but for the ids it makes. */
import type { Finding, Vote } from "../case/model.ts";
import { type Change, putMessage, putSeat, putVote } from "../case/store.ts";
import { newMessage } from "../message/compose.ts";
import { stamp, toApi } from "../shared/clock.ts";
import type { Answer } from "../shared/idempotency.ts";
import type { Write } from "../shared/table.ts";
import { codeWrites } from "./code.ts";
import type { Acting, Decision } from "./model.ts";
import { countedVotes, isApproval, outcomeAfter, undoEnd, votesFrom } from "./rules.ts";
import { endStep, useNonce } from "./store.ts";

const EVENT: Record<string, string> = {
  approve: "vote.approved",
  reject: "vote.rejected",
  return: "vote.returned",
  transfer: "vote.transferred",
  "add-before": "vote.added-before",
  "add-after": "vote.added-after",
};

/**
 * Whether this approves a visit that has begun: such a signature says why (contracts/approvals.md §1). The second round
 * of a case approves its settlement, which always comes after the visit.
 */
export function isLate({ file, step, act, at }: Pick<Acting, "file" | "step" | "act" | "at">): boolean {
  const begins = file.content?.arriveAt;
  return isApproval(act.choice) && step.round === 1 && typeof begins === "string" && Date.parse(begins) < at;
}

/** The vote as it is stored; its number counts the person's votes on the step. */
export function voteOf({ file, step, seat, act, door, at }: Acting): Vote {
  return {
    v: 1,
    stepId: step.stepId,
    by: seat.staffId,
    n: 1 + file.votes.filter((one) => one.stepId === step.stepId && one.by === seat.staffId).length,
    ...(seat.for === undefined ? {} : { for: seat.for }),
    choice: act.choice,
    at: stamp(at),
    via: door.via,
    contentHash: file.header.contentHash,
    comment: act.comment,
    ...(act.toStaffId === undefined ? {} : { to: act.toStaffId }),
  };
}

/** What the timeline says of a vote. */
export function voteEvent({ file, step, seat, act, door }: Acting) {
  return {
    kind: EVENT[act.choice] ?? "vote.cast",
    by: seat.staffId,
    ...(seat.for === undefined ? {} : { for: seat.for }),
    via: door.via,
    stepId: step.stepId,
    contentHash: file.header.contentHash,
    data: {
      stage: step.stage,
      ...(act.toStaffId === undefined ? {} : { to: act.toStaffId }),
      ...(act.toStage === undefined ? {} : { toStage: act.toStage }),
      ...(act.comment === "" ? {} : { comment: act.comment }),
    },
  };
}

/** The vote itself, the nonce it used up, and the receipt that the voter gets at once. */
export function castWrites(
  { file, step, actor, door, at }: Acting,
  vote: Vote,
  until: number | null,
): Write[] {
  const { caseId } = file.header;
  return [
    putVote(caseId, vote),
    ...(door.via === "link" ? [useNonce(caseId, door.nonce, at)] : []),
    putMessage(
      newMessage({
        caseId,
        kind: "vote.receipt",
        to: actor.staffId,
        channel: "email",
        locale: actor.locale,
        stepId: step.stepId,
        params: { choice: vote.choice, n: vote.n, ...(until === null ? {} : { undoUntil: stamp(until) }) },
        at,
        key: `${step.stepId}-n${vote.n}`,
      }),
    ),
  ];
}

export function voting(acting: Acting): Change<Answer<Decision>> {
  const { file, step, seat, act, policy, at } = acting;
  const { header } = file;
  const vote = voteOf(acting);
  const outcome = outcomeAfter(step, [...countedVotes(step, file.votes), vote], act.choice);
  const undoUntil = undoEnd(step, outcome, at, policy.undoSeconds);
  const finding = lateFinding(acting);
  // The voter's own seat is closed with the vote; the others with the step.
  const others = { ...file, seats: file.seats.filter((one) => one !== seat) };
  return {
    result: {
      status: 200,
      body: {
        stepId: step.stepId,
        outcome,
        effectiveAt: outcome === null ? null : toApi(undoUntil ?? at),
        undoUntil: undoUntil === null ? null : toApi(undoUntil),
      },
    },
    ...(finding ? { header: { findings: [...header.findings, finding] } } : {}),
    events: [
      voteEvent(acting),
      ...(finding
        ? [
            {
              kind: "finding.raised",
              by: null,
              via: "system" as const,
              stepId: step.stepId,
              data: { kind: finding.kind, evidence: finding.evidence },
            },
          ]
        : []),
    ],
    writes: [
      ...castWrites(acting, vote, undoUntil),
      putSeat({ ...seat, status: "done" }),
      ...codeWrites(acting),
      ...(outcome === null
        ? []
        : endStep(others, step, {
            status: "done",
            outcome,
            at,
            by: seat.staffId,
            undoUntil,
            ...(outcome === act.choice && act.toStaffId !== undefined ? { added: act.toStaffId } : {}),
            ...(act.toStage === undefined ? {} : { toStage: act.toStage }),
          })),
      ...(act.toStage === undefined
        ? []
        : votesFrom(file.steps, file.votes, step, act.toStage, file.header.kept).map((one) =>
            putVote(header.caseId, { ...one, void: true, voidBy: step.stepId }),
          )),
    ],
  };
}

/** `retroactive`, raised once: that somebody approved after the visit had begun. */
function lateFinding(acting: Acting): Finding | null {
  const { file, at } = acting;
  if (!isLate(acting) || file.header.findings.some(isLateFinding)) return null;
  return {
    kind: "retroactive",
    evidence: [
      { path: "arriveAt", value: String(file.content?.arriveAt) },
      { path: "approvedAt", value: toApi(at) },
    ],
    at: stamp(at),
  };
}

/** Whether a finding came from a late approval, and not from the request itself. */
export const isLateFinding = (finding: Finding): boolean =>
  finding.kind === "retroactive" && finding.evidence.some((one) => one.path === "approvedAt");
