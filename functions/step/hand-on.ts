/** A seat goes to somebody else: the same step, its clock goes on, and a link of the new person's own. Pure. */
import type { CaseFile, Seat, Step } from "../case/model.ts";
import { putSeat } from "../case/store.ts";
import { stamp } from "../shared/clock.ts";
import type { Write } from "../shared/table.ts";
import { LINK_LIFE_MS, type LinkKeys } from "./links.ts";
import { linkWrite } from "./open.ts";
import { changeStep, seatsOf } from "./store.ts";

/**
 * The old seat is void, and so is its link; the new one stands `for` the old person. Whoever held a seat here before gets
 * it back with a link that no earlier mail carried. `at`: epoch ms.
 */
export function handOn(
  file: CaseFile,
  step: Step,
  { from, to }: { from: string; to: string },
  keys: LinkKeys,
  at: number,
): Write[] {
  const seats = seatsOf(file, step);
  const seat = seats.find((one) => one.staffId === from);
  if (!seat) throw new Error(`${from} has no seat on step ${step.stepId}`);
  const { assignee: _assignee, ...left } = seat;
  const before = seats.find((one) => one.staffId === to);
  const taken: Seat = {
    ...seat,
    staffId: to,
    assignee: to,
    for: from,
    rules: [],
    link: {
      kid: keys.current,
      version: (before?.link.version ?? 0) + 1,
      expiresAt: stamp(at + LINK_LIFE_MS),
    },
  };
  return [
    changeStep(step, { assignees: step.assignees.map((one) => (one === from ? to : one)) }),
    putSeat({ ...left, status: "void" }),
    putSeat(taken),
    linkWrite(keys, taken),
  ];
}
