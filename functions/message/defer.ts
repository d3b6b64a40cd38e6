/**
 * Puts a message off until the quiet hours are over: it waits in the outbox with the time at which it leaves, the case
 * tells so, and a timer rings then. One transaction; what the timer misses the sweeper finds, as the message stays in the
 * index of what is pending.
 */
import type { CaseFile, Message, Timer } from "../case/model.ts";
import { changeCase, putTimer } from "../case/store.ts";
import { stamp, toApi } from "../shared/clock.ts";
import { ConditionFailed, transact, type Write } from "../shared/table.ts";
import { deferral } from "./store.ts";

/** One alarm for all that a case puts off until an instant: `TS-2026-000001-q202612030000`. */
const quietTimer = (caseId: string, until: number): Timer => ({
  v: 1,
  timerId: `${caseId}-q${stamp(until).replace(/\D/g, "").slice(0, 12)}`,
  caseId,
  kind: "quiet",
  pending: "timer",
  dueAt: stamp(until),
  arms: 0,
});

/** `message` as it is in hand; `file`: its case, null for one that is about none. Nothing happens where it no longer is. */
export async function defer(message: Message, until: number, file: CaseFile | null): Promise<void> {
  const { messageId, caseId, kind, channel, to, stepId } = message;
  const writes: Write[] = [deferral(message, until), putTimer(quietTimer(caseId, until))];
  try {
    if (!file) return await transact(writes);
    await changeCase(
      caseId,
      () => ({
        result: undefined,
        events: [
          {
            kind: "message.deferred",
            by: null,
            via: "system",
            ...(stepId === undefined ? {} : { stepId }),
            data: { messageId, kind, channel, to, until: toApi(until) },
          },
        ],
        writes,
      }),
      file,
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
