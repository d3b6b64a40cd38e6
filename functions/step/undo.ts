/**
 * A deciding vote is taken back while its window is open (contracts/approvals.md §6): the step is as it was before, and
 * the voter gets a fresh link. The alarm at the end of the window wants the same timer, so exactly one of both wins.
 */
import type { Seat, Timer } from "../case/model.ts";
import { type Change, putMessage, putSeat, putTimer, putVote } from "../case/store.ts";
import { newMessage } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import { conflict } from "../shared/errors.ts";
import type { Answer } from "../shared/idempotency.ts";
import type { Write } from "../shared/table.ts";
import { LINK_LIFE_MS } from "./links.ts";
import type { Acting, Decision } from "./model.ts";
import { linkWrite } from "./open.ts";
import { countedVotes } from "./rules.ts";
import { changeStep, seatsOf, takeTimer, useNonce } from "./store.ts";
import { isLateFinding } from "./vote.ts";

const ENDING = ["endedAt", "effectiveAt", "undoUntil", "decidedBy", "added", "toStage"] as const;

export function undoing(acting: Acting): Change<Answer<Decision>> {
  const { file, step, seat, actor, act, door, around, at } = acting;
  const { header } = file;
  const timers = file.timers.filter((one) => one.stepId === step.stepId);
  const alarm = timers.find((one) => one.kind === "effective" && one.pending);
  const votes = countedVotes(step, file.votes);
  const vote = votes.findLast((one) => one.by === actor.staffId);
  // The alarm rang already, by a clock that is ahead of this one.
  if (!alarm) throw conflict("undo_over");
  if (!vote || !around.keys) throw new Error(`Step ${step.stepId} has nothing to undo`);
  const renewed: Seat = {
    ...seat,
    status: "open",
    link: {
      kid: around.keys.current,
      version: seat.link.version + 1,
      expiresAt: stamp(at + LINK_LIFE_MS),
    },
  };
  const voted = new Set(votes.filter((one) => one !== vote).map((one) => one.by));
  const waiting = seatsOf(file, step).filter(
    (one) => one !== seat && one.status === "done" && !voted.has(one.staffId),
  );
  // A late approval that is taken back leaves no finding; the timeline keeps that it was raised.
  const findings = header.findings.filter((one) => !(isLateFinding(one) && one.at === vote.at));
  return {
    result: {
      status: 200,
      body: { stepId: step.stepId, outcome: null, effectiveAt: null, undoUntil: null },
    },
    ...(findings.length === header.findings.length ? {} : { header: { findings } }),
    events: [
      {
        kind: "vote.undone",
        by: actor.staffId,
        ...(vote.for === undefined ? {} : { for: vote.for }),
        via: door.via,
        stepId: step.stepId,
        contentHash: header.contentHash,
        data: {
          stage: step.stage,
          choice: vote.choice,
          ...(act.comment === "" ? {} : { comment: act.comment }),
        },
      },
    ],
    writes: [
      takeTimer(alarm),
      changeStep(step, { status: "open", outcome: null }, ENDING),
      putVote(header.caseId, { ...vote, undone: true }),
      ...file.votes
        .filter((one) => one.voidBy === step.stepId && one !== vote)
        .map(({ void: _void, voidBy: _by, ...one }) => putVote(header.caseId, one)),
      putSeat(renewed),
      ...waiting.map((one) => putSeat({ ...one, status: "open" })),
      linkWrite(around.keys, renewed),
      ...climbAgain(timers),
      ...(door.via === "link" ? [useNonce(header.caseId, door.nonce, at)] : []),
      putMessage(
        newMessage({
          caseId: header.caseId,
          kind: "approval.request",
          to: actor.staffId,
          channel: "email",
          locale: actor.locale,
          stepId: step.stepId,
          at,
          key: `${step.stepId}-v${renewed.link.version}`,
        }),
      ),
    ],
  };
}

/** The rung that was waiting when the step ended waits again: the highest one, because each is set by the one before. */
function climbAgain(timers: Timer[]): Write[] {
  const rungs = timers.filter((one) => one.kind === "rung");
  const next = rungs.toSorted((a, b) => a.rung - b.rung).at(-1);
  return next ? [putTimer({ ...next, pending: "timer", arms: next.arms + 1 })] : [];
}
