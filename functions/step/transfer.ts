/** A signer hands his seat to somebody else: the same step, its clock goes on, a link of the new person's own. */
import type { Seat } from "../case/model.ts";
import { type Change, putMessage, putSeat } from "../case/store.ts";
import { newMessage } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import type { Answer } from "../shared/idempotency.ts";
import { LINK_LIFE_MS } from "./links.ts";
import type { Acting, Decision } from "./model.ts";
import { linkWrite } from "./open.ts";
import { changeStep, seatsOf } from "./store.ts";
import { castWrites, voteEvent, voteOf } from "./vote.ts";

/** The old seat is void, so its link is too. The new one stands `for` the old person. */
export function transferring(acting: Acting): Change<Answer<Decision>> {
  const { file, step, seat, act, around, at } = acting;
  const person = around.named.get(act.toStaffId ?? "");
  if (!person || !around.keys) throw new Error("A transfer was checked without its person or its keys");
  const { assignee: _assignee, ...left } = seat;
  // Who held a seat here before gets it back with a link that no earlier mail carried.
  const before = seatsOf(file, step).find((one) => one.staffId === person.staffId);
  const taken: Seat = {
    ...seat,
    staffId: person.staffId,
    assignee: person.staffId,
    for: seat.staffId,
    rules: [],
    link: {
      kid: around.keys.current,
      version: (before?.link.version ?? 0) + 1,
      expiresAt: stamp(at + LINK_LIFE_MS),
    },
  };
  return {
    result: {
      status: 200,
      body: { stepId: step.stepId, outcome: null, effectiveAt: null, undoUntil: null },
    },
    events: [voteEvent(acting)],
    writes: [
      ...castWrites(acting, voteOf(acting), null),
      changeStep(step, {
        assignees: step.assignees.map((one) => (one === seat.staffId ? person.staffId : one)),
      }),
      putSeat({ ...left, status: "void" }),
      putSeat(taken),
      linkWrite(around.keys, taken),
      putMessage(
        newMessage({
          caseId: step.caseId,
          kind: "approval.request",
          to: person.staffId,
          channel: "email",
          locale: person.locale,
          stepId: step.stepId,
          at,
          key: `${step.stepId}-v${taken.link.version}`,
        }),
      ),
    ],
  };
}
