/**
 * Lambda `budget-change-applied`: the last stage signed. A top-up is allotted; a transfer leaves the bucket that held it
 * and arrives in the other, in one transaction. Called twice it changes nothing more.
 */
import { decisionMessages, type EndInput } from "../case/decided.ts";
import { changeCase, putMessage } from "../case/store.ts";
import { people } from "../directory/store.ts";
import { type Entry, entryWrites } from "../ledger/store.ts";
import { heldEntry } from "./ended.ts";
import { budgetChangeSchema } from "./schema.ts";

export async function handler({ caseId, revision }: EndInput): Promise<{ outcome: string }> {
  const staff = await people();
  return changeCase(caseId, (file, at) => {
    const { header } = file;
    if (header.revision !== revision || header.status !== "open")
      return { result: { outcome: header.outcome ?? "superseded" }, events: [] };
    const change = budgetChangeSchema.parse(file.content);
    const entry = { caseId, round: revision, amount: change.amount, by: null, at };
    const entries: Entry[] =
      change.kind === "top-up"
        ? [{ ...entry, kind: "top-up", buckets: [change.to] }]
        : [
            heldEntry(header, null, at),
            { ...entry, kind: "transfer-out", buckets: [change.from] },
            { ...entry, kind: "transfer-in", buckets: [change.to] },
          ];
    const outcome = "applied";
    return {
      result: { outcome },
      header: { status: "closed", phase: "closed", outcome, held: 0 },
      events: [
        {
          kind: "budget.applied",
          by: null,
          via: "system",
          data: { amount: change.amount, buckets: [...header.buckets, change.to] },
        },
      ],
      writes: [
        ...entryWrites(...entries),
        ...decisionMessages(header, "approved", staff, at).map(putMessage),
      ],
    };
  });
}
