/** The answer of a step `read`: a receipt, with which nothing else changes. */
import { type Change, putVote } from "../case/store.ts";
import { toApi } from "../shared/clock.ts";
import type { Answer } from "../shared/idempotency.ts";
import type { Acting, Decision } from "./model.ts";
import { endStep, useNonce } from "./store.ts";
import { voteOf } from "./vote.ts";

export function reading(acting: Acting): Change<Answer<Decision>> {
  const { file, step, actor, door, act, at } = acting;
  const { caseId, contentHash } = file.header;
  return {
    result: {
      status: 200,
      body: { stepId: step.stepId, outcome: "done", effectiveAt: toApi(at), undoUntil: null },
    },
    events: [
      {
        kind: "step.decided",
        by: actor.staffId,
        via: door.via,
        stepId: step.stepId,
        contentHash,
        data: {
          kind: step.kind,
          stage: step.stage,
          choice: act.choice,
          outcome: "done",
          ...(act.comment === "" ? {} : { comment: act.comment }),
        },
      },
    ],
    writes: [
      putVote(caseId, voteOf(acting)),
      ...(door.via === "link" ? [useNonce(caseId, door.nonce, at)] : []),
      ...endStep(file, step, { status: "done", outcome: "done", at, by: actor.staffId }),
    ],
  };
}
