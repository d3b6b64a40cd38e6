/**
 * A case that was not approved within `reserveFor` of its submission gives its money back (contracts/approvals.md §8).
 * How a case of a process closes is the process's to say; this asks it and ends what its people still work on.
 */

import { closing as closingChange } from "../budget-change/ended.ts";
import type { Closing } from "../case/ended.ts";
import type { CaseFile, Process, Timer } from "../case/model.ts";
import { type Change, putTimer } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { closing } from "../reception/ended.ts";
import { endStep, openSteps, voidedEvents } from "./store.ts";

/** Processes whose cases hold money before they are approved. */
const EXPIRES: Partial<Record<Process, Closing>> = {
  reception: closing,
  "budget-change": closingChange,
};

/** Whether a case still waits for its approval and holds money for it. */
export const isReserved = ({ header }: CaseFile): boolean =>
  header.status === "open" && header.outcome === null && EXPIRES[header.process] !== undefined;

/** The case expires: closed and released, its open steps void, its people told. */
export function endReservation(
  file: CaseFile,
  timer: Timer,
  staff: Person[],
  at: number,
): Omit<Change<never>, "result"> {
  const close = EXPIRES[file.header.process];
  if (!close) return { events: [] };
  const change = close(file, "expired", staff, at);
  const open = openSteps(file);
  return {
    ...change,
    events: [...voidedEvents(open, { by: null, via: "system" }), ...change.events],
    writes: [
      putTimer({ ...timer, pending: undefined }),
      ...open.flatMap((step) => endStep(file, step, { status: "void", outcome: null, at })),
      ...(change.writes ?? []),
    ],
  };
}
