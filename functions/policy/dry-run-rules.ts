/** Which cases a draft would have sent another way. Pure. */
import type { ApprovalFacts, ApprovalPolicy } from "../approval/model.ts";
import { neededStages } from "../approval/rules.ts";

/** What a case was judged by, and what the draft would have judged it by. */
export type Judged = {
  caseId: string;
  before: { policy: ApprovalPolicy; facts: ApprovalFacts };
  after: { policy: ApprovalPolicy; facts: ApprovalFacts };
};

export type DryRun = { cases: number; changed: { caseId: string; before: string[]; after: string[] }[] };

const stagesOf = ({ policy, facts }: Judged["before"]): string[] =>
  neededStages(policy, facts).map((one) => one.policy.stage);

/** The stages of each case in their order, where the two differ. */
export function compareRoutes(cases: Judged[]): DryRun {
  const changed = cases.flatMap(({ caseId, ...judged }) => {
    const before = stagesOf(judged.before);
    const after = stagesOf(judged.after);
    return before.join("\n") === after.join("\n") ? [] : [{ caseId, before, after }];
  });
  return { cases: cases.length, changed };
}
