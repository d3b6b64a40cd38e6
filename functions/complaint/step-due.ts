/** An investigation is due with the case's own clock: where that moves, the step and its place in lists move with it. Pure. */
import { putSeat } from "../case/store.ts";
import type { Write } from "../shared/table.ts";
import { changeStep, openSteps, seatsOf } from "../step/store.ts";
import type { Clock } from "./model.ts";
import type { ComplaintCase } from "./write.ts";

/** `clocks`: those that changed; `ending`: ids of steps that this change ends. A clock that stands still moves nothing. */
export function dueWrites(file: ComplaintCase, clocks: readonly Clock[], ending: readonly string[]): Write[] {
  const clock = clocks.find(
    (one) => one.kind === "resolve" && one.round === file.header.complaint.round && one.metAt === null,
  );
  const dueAt = clock?.dueAt;
  if (!clock || !dueAt) return [];
  const { trace, provisional } = clock;
  return openSteps(file)
    .filter((step) => step.kind === "investigate" && step.dueAt !== dueAt && !ending.includes(step.stepId))
    .flatMap((step) => [
      changeStep(step, { dueAt, dueTrace: trace, provisional }),
      ...seatsOf(file, step)
        .filter((seat) => seat.status === "open")
        .map((seat) => putSeat({ ...seat, dueAt })),
    ]);
}
