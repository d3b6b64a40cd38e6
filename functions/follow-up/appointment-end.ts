/** How an appointment ends without the customer's answer: it is moved, or what it was for is done. */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { openSteps, voidedEvents } from "../step/store.ts";
import { APPOINTMENT } from "./model.ts";

type Ended = { events: NewEvent[]; ends: { step: Step; end: { status: "void"; outcome: null } }[] };

/** The customer is asked no longer: what was open is void. */
export function endAppointment(file: CaseFile): Ended {
  const open = openSteps(file).filter((step) => step.kind === APPOINTMENT);
  return {
    events: voidedEvents(open, { by: null, via: "system" }),
    ends: open.map((step) => ({ step, end: { status: "void", outcome: null } })),
  };
}
