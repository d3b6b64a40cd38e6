/** What calls of colleagues on a complaint share (contracts/complaints.md "The case"). */
import type { Actor } from "../directory/model.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { mayWork } from "./access.ts";
import { type Clocked, clocksAfter, meetClocks } from "./clocks.ts";
import type { Around, ComplaintCase } from "./write.ts";

export type CallOptions = { idempotencyKey?: string };

/** Throws 403 `not_allowed` unless it is the handler or the desk; then 409 `wrong_phase` once the case is closed. */
export function checkWorks(actor: Actor, file: ComplaintCase): void {
  if (!mayWork(actor, file)) throw forbidden("not_allowed");
  if (file.header.status !== "open") throw conflict("wrong_phase");
}

/** A person wrote to the customer: the first answer is given. */
export const answered = (file: ComplaintCase, { calendar }: Around, at: number): Clocked =>
  meetClocks(file, ["respond"], calendar, at);

/** One change of clocks after another: what both leave. */
export function clockedThen(
  file: ComplaintCase,
  first: Clocked,
  then: (file: ComplaintCase) => Clocked,
): Clocked {
  const second = then({ ...file, clocks: clocksAfter(file, first.clocks) });
  const untouched = first.clocks.filter(
    (clock) => !second.clocks.some((one) => one.clockId === clock.clockId),
  );
  return { clocks: [...untouched, ...second.clocks], events: [...first.events, ...second.events] };
}
