/**
 * The open steps of somebody who no longer works here: they go to the administrator as a vacant post's do
 * (contracts/approvals.md §3), so that none is left without an owner. He may transfer, return or reject them. Those of
 * complaints and follow-ups go to whoever fits (complaint/queue.ts, follow-up/leave.ts).
 */

import { chainPolicy } from "../approval/chain-policy.ts";
import { currentFacts } from "../approval/chain-rules.ts";
import type { ApprovalPolicy, Roster } from "../approval/model.ts";
import { signersFor } from "../approval/signer-rules.ts";
import { openSeats } from "../case/lists.ts";
import type { CaseFile, Seat, Step } from "../case/model.ts";
import { type Change, changeCase, putMessage, putSeat } from "../case/store.ts";
import { isLeft, leaveStep } from "../complaint/queue.ts";
import type { Actor, Person } from "../directory/model.ts";
import { readPolicy, roster } from "../directory/store.ts";
import { isFollowUpSeat, leaveFollowUp } from "../follow-up/leave.ts";
import { newMessage } from "../message/compose.ts";
import { now, shanghaiDate, stamp } from "../shared/clock.ts";
import { LINK_LIFE_MS, type LinkKeys, linkKeys } from "./links.ts";
import { linkWrite } from "./open.ts";
import { changeStep, seatsOf } from "./store.ts";

/** A step that changed hands; `to` null: it stays with the person's case, because only its requester can do it. */
export type Handed = { caseId: string; stepId: string; title: string; to: string | null };

/** Only a signature can be given in somebody's place; what a requester owes of his own request stays his. */
const isHandedOver = (seat: Pick<Seat, "kind">): boolean => seat.kind === "approval";

/**
 * Hands every open step of a person, who must be inactive by now, to whoever the routing names for a vacant post: one
 * transaction a case, each again where it lost a race. Called again it goes on where it stopped.
 */
export async function handOver(actor: Actor, left: Person): Promise<Handed[]> {
  const seats = await openSeats(left.staffId);
  if (seats.length === 0) return [];
  const [keys, staff] = await Promise.all([linkKeys(), roster(shanghaiDate(now()))]);
  const handed: Handed[] = [];
  for (const seat of seats) {
    const { caseId, stepId, title } = seat;
    if (isLeft(seat)) {
      handed.push({
        caseId,
        stepId,
        title,
        to: await leaveStep(caseId, stepId, left.staffId, actor.staffId),
      });
      continue;
    }
    if (isFollowUpSeat(seat)) {
      const to = await leaveFollowUp(caseId, stepId, left.staffId, actor.staffId);
      handed.push({ caseId, stepId, title, to });
      continue;
    }
    const { document } = await readPolicy(seat.policy.policyId, seat.policy.version);
    const to = isHandedOver(seat)
      ? await changeCase(caseId, (file, at) =>
          handing({ file, stepId, actor, left, keys, staff, policy: document, at }),
        )
      : null;
    if (to !== undefined) handed.push({ caseId, stepId, title, to });
  }
  return handed;
}

type Handing = {
  file: CaseFile;
  stepId: string;
  actor: Actor;
  left: Person;
  keys: LinkKeys;
  staff: Roster;
  policy: ApprovalPolicy;
  at: number;
};

/** The change of one case; its result is who has the step now, undefined where there is nothing left to hand over. */
function handing(of: Handing): Change<string | undefined> {
  const { file, left, staff, policy, at } = of;
  const step = file.steps.find((one) => one.stepId === of.stepId);
  const seat = step && seatsOf(file, step).find((one) => one.staffId === left.staffId);
  if (!step || !seat || seat.status !== "open" || step.status !== "open")
    return { result: undefined, events: [] };
  const routing = {
    policy: chainPolicy(file.header, policy),
    facts: currentFacts(file.header),
    roster: staff,
  };
  const [signer] = signersFor(left.staffId, routing, shanghaiDate(at)).filter(
    (one) => !step.assignees.includes(one.staffId),
  );
  // Who would take it signs here already: then the others decide without this seat, as long as there are others.
  if (!signer) return withoutSeat(of, step, seat);
  const taken = takenSeat(of, step, seat, signer.staffId);
  const locale = staff.people.find((person) => person.staffId === signer.staffId)?.locale ?? "zh-CN";
  return {
    result: signer.staffId,
    events: [handedEvent(of, step, signer.staffId)],
    writes: [
      changeStep(step, {
        assignees: step.assignees.map((one) => (one === seat.staffId ? signer.staffId : one)),
      }),
      putSeat(voidSeat(seat)),
      putSeat(taken),
      linkWrite(of.keys, taken),
      putMessage(
        newMessage({
          caseId: step.caseId,
          kind: "approval.request",
          to: signer.staffId,
          channel: "email",
          locale,
          stepId: step.stepId,
          at,
          key: `${step.stepId}-v${taken.link.version}`,
        }),
      ),
    ],
  };
}

/** The vacant post's seat. Who held one here before gets it back with a link that no earlier mail carried. */
function takenSeat({ file, keys, at }: Handing, step: Step, seat: Seat, staffId: string): Seat {
  const before = seatsOf(file, step).find((one) => one.staffId === staffId);
  return {
    ...seat,
    staffId,
    assignee: staffId,
    for: seat.staffId,
    rules: ["vacant"],
    link: {
      kid: keys.current,
      version: (before?.link.version ?? 0) + 1,
      expiresAt: stamp(at + LINK_LIFE_MS),
    },
  };
}

function withoutSeat(of: Handing, step: Step, seat: Seat): Change<string | undefined> {
  const assignees = step.assignees.filter((one) => one !== seat.staffId);
  const [other] = assignees;
  if (other === undefined) return { result: undefined, events: [] };
  return {
    result: other,
    events: [handedEvent(of, step, other)],
    writes: [
      changeStep(step, { assignees, need: Math.min(step.need, assignees.length) }),
      putSeat(voidSeat(seat)),
    ],
  };
}

function voidSeat({ assignee: _assignee, ...seat }: Seat): Seat {
  return { ...seat, status: "void" };
}

const handedEvent = ({ actor, left }: Handing, step: Step, to: string) => ({
  kind: "vote.transferred",
  by: actor.staffId,
  for: left.staffId,
  via: "login" as const,
  stepId: step.stepId,
  contentHash: step.contentHash,
  data: { stage: step.stage, to, rule: "vacant" },
});
