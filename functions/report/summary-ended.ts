/**
 * Lambda `summary-ended`: the chain is done. A summary that was signed is archived as it was handed in; one that was not is
 * a draft again. Called twice it changes nothing more.
 */
import type { EndInput } from "../case/decided.ts";
import type { CaseFile } from "../case/model.ts";
import { changeCase, putMessage } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { mailEach } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import { ConditionFailed } from "../shared/table.ts";
import type { Summary } from "./summary-model.ts";
import { readSummary, SUMMARY_LABEL, summaryWrite } from "./summary-store.ts";

export type Ended = EndInput & { outcome: "approved" | "rejected" | "returned" | "expired" };

export async function handler({ caseId, revision, outcome }: Ended): Promise<{ outcome: string }> {
  const staff = await people();
  try {
    return await changeCase(caseId, async (file, at) => {
      const { header } = file;
      if (header.summary === undefined || header.revision !== revision || header.status !== "open")
        return { result: { outcome: header.outcome ?? "superseded" }, events: [] };
      const before = await readSummary(header.summary.id);
      if (before?.caseId !== caseId) throw new Error(`Summary ${header.summary.id} is not that of ${caseId}`);
      return {
        result: { outcome },
        header: { status: "closed", phase: "closed", outcome },
        events: [
          {
            kind: outcome === "approved" ? "summary.archived" : `case.${outcome}`,
            by: null,
            via: "system",
            contentHash: header.contentHash,
          },
        ],
        writes: [
          summaryWrite(after(before, file, outcome, at), before.version),
          ...tell(file, outcome, staff, at).map(putMessage),
        ],
      };
    });
  } catch (error) {
    // The summary changed between read and write: the workflow tries again.
    if (error instanceof ConditionFailed && error.labels.includes(SUMMARY_LABEL))
      throw Object.assign(new Error("The summary changed meanwhile"), { name: "Busy" });
    throw error;
  }
}

function after(before: Summary, file: CaseFile, outcome: Ended["outcome"], at: number): Summary {
  if (outcome !== "approved") return { ...before, status: "draft", author: null, figures: null };
  const approval = file.steps.findLast((step) => step.kind === "approval" && step.outcome === "approved");
  return {
    ...before,
    status: "archived",
    approvedBy: approval?.decidedBy ?? null,
    archivedAt: stamp(at),
  };
}

/** The author hears how it was decided, and those who let it lie that it expired. */
function tell(file: CaseFile, outcome: Ended["outcome"], staff: Person[], at: number) {
  const { caseId, createdBy, revision } = file.header;
  const of = { caseId, at, key: `${caseId}-${revision}` };
  if (outcome === "expired") {
    const waiting = file.steps.at(-1)?.assignees ?? [];
    return mailEach([createdBy, ...waiting], staff, { ...of, kind: "case.expired" });
  }
  const said = outcome === "returned" ? "rejected" : outcome;
  return mailEach([createdBy], staff, { ...of, kind: "case.decision", params: { outcome: said } });
}
