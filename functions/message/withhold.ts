/**
 * Ends a message that the gate does not let go: it leaves the outbox with the reason, and the timeline of a complaint or a
 * follow-up tells so (contracts "What a client can observe"), in one transaction.
 */
import type { CaseFile, Message } from "../case/model.ts";
import { changeCase } from "../case/store.ts";
import { ConditionFailed } from "../shared/table.ts";
import type { Verdict } from "./gate.ts";
import { ending, settle } from "./store.ts";

/** `message` as it is in hand. Nothing happens where it no longer is. */
export async function withhold(
  message: Message,
  { status, reason }: Extract<Verdict, { go: false }>,
  file: CaseFile,
): Promise<void> {
  const { complaint, followUp } = file.header;
  if (status !== "suppressed" || (complaint === undefined && followUp === undefined))
    return settle(message, status, reason);
  const { messageId, caseId, kind, channel, to, stepId } = message;
  try {
    await changeCase(
      caseId,
      () => ({
        result: undefined,
        events: [
          {
            kind: "message.suppressed",
            by: null,
            via: "system",
            ...(stepId === undefined ? {} : { stepId }),
            data: { messageId, kind, channel, to, reason },
          },
        ],
        writes: [ending(message, status, reason)],
      }),
      file,
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
