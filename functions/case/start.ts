/** What a submitted case waits for: its workflow, and the end of its reservation. Pure. */
import { stamp } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import type { Timer, Work } from "./model.ts";

/** Asks case/advance to start the execution of a revision. */
export const startWork = (caseId: string, revision: number, at: number): Work => ({
  v: 1,
  workId: `${caseId}-${revision}`,
  caseId,
  kind: "start",
  revision,
  pending: "work",
  dueAt: stamp(at),
});

/** Asks case/advance to have the dossier of the n-th closing of a case written (docs/decisions/0009-dossier.md). */
export const archiveWork = (caseId: string, version: number, at: number): Work => ({
  v: 1,
  workId: `${caseId}-archive-${version}`,
  caseId,
  kind: "archive",
  version,
  pending: "work",
  dueAt: stamp(at),
});

/** Asks for a contact to be noted on the record of the customer whom a case is about (planner/contacted.ts). */
export const contactWork = (caseId: string, contactAt: number, at: number): Work => ({
  v: 1,
  workId: `${caseId}-contact`,
  caseId,
  kind: "contact",
  contactAt: stamp(contactAt),
  pending: "work",
  dueAt: stamp(at),
});

/** A case that is not approved within `reserveFor` (ISO 8601) of its submission gives its money back (contracts/budget.md §2). */
export const reservationTimer = (caseId: string, reserveFor: string, at: number): Timer => ({
  v: 1,
  timerId: `${caseId}-reservation`,
  caseId,
  kind: "reservation",
  pending: "timer",
  dueAt: stamp(at + elapsedMs(reserveFor)),
  arms: 0,
});
