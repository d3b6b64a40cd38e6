/** What ends a case that was not approved, whatever its process: the workflow's call, and the requester's own. */
import type { Actor, Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { mailEach } from "../message/compose.ts";
import type { Write } from "../shared/table.ts";
import { endStep, openSteps, voidedEvents } from "../step/store.ts";
import type { NewEvent } from "./chain.ts";
import type { EndInput } from "./decided.ts";
import type { CaseFile } from "./model.ts";
import { type Change, changeCase, putMessage } from "./store.ts";

export type NotApproved = "rejected" | "expired";

/** How a process closes its case: header, money, events, messages. */
export type Closing = (
  file: CaseFile,
  outcome: NotApproved,
  staff: Person[],
  at: number,
) => Omit<Change<never>, "result">;

/**
 * The Lambda that a workflow calls once its chain rejected a case or let it expire. A case that moved on meanwhile is
 * left alone, so a second call changes nothing more.
 */
export const endedHandler =
  (closing: Closing) =>
  async ({
    caseId,
    revision,
    outcome,
  }: EndInput & { outcome: NotApproved }): Promise<{ outcome: string }> => {
    const staff = await people();
    return changeCase(caseId, (file, at) => {
      const { header } = file;
      if (header.revision !== revision || header.status !== "open")
        return { result: { outcome: header.outcome ?? "superseded" }, events: [] };
      return { result: { outcome }, ...closing(file, outcome, staff, at) };
    });
  };

/**
 * The requester takes a case back: open steps are void, everybody who held one is told. The money is the process's to
 * give back.
 */
export function withdrawal(
  file: CaseFile,
  actor: Actor,
  staff: Person[],
  at: number,
): { events: NewEvent[]; writes: Write[] } {
  const { caseId, contentHash } = file.header;
  const open = openSteps(file);
  const by = { by: actor.staffId, via: "login" as const };
  const told = file.seats.map((seat) => seat.staffId).filter((staffId) => staffId !== actor.staffId);
  return {
    events: [{ ...by, kind: "case.withdrawn", contentHash }, ...voidedEvents(open, by)],
    writes: [
      ...open.flatMap((step) => endStep(file, step, { status: "void", outcome: null, at })),
      ...mailEach(told, staff, { caseId, kind: "case.withdrawn", at, key: caseId }).map(putMessage),
    ],
  };
}
