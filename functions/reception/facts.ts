/** What the policy judges a reception by, and what lists show of it. Pure. */
import type { ApprovalFacts } from "../approval/model.ts";
import type { Finding } from "../case/model.ts";
import type { StandardsView } from "../case/view.ts";
import type { Visit } from "../customer/store.ts";
import type { Actor } from "../directory/model.ts";
import type { PolicyVersion } from "../directory/store.ts";
import type { Bucket } from "../ledger/rules.ts";
import { attendeeStages, higherLeaders, isRetroactive, requestFindings, shortBuckets } from "./findings.ts";
import { guestsTotal, type Reception } from "./schema.ts";
import { type Standards, standardsOf } from "./standards.ts";

type Requester = Pick<Actor, "staffId" | "department" | "roles">;

/** What can be told from the form and its requester alone. */
export const factsOf = (
  content: Reception,
  requester: Pick<Requester, "staffId" | "department">,
): ApprovalFacts => ({
  amount: content.budgetAmount,
  people: guestsTotal(content) + content.companions.length,
  level: content.level,
  department: requester.department,
  costDepartment: content.costDepartment,
  requester: requester.staffId,
});

/** A request with everything that it is judged beside; `at` epoch ms, see findings.ts. */
export type Request = {
  content: Reception;
  requester: Requester;
  at: number;
  table: PolicyVersion<Standards>;
  /** `available` without what the request itself holds already. */
  buckets: Bucket[];
  creditGrade: string | null;
  visits: Visit[];
  unsettled: string[];
};

export type Assessment = { facts: ApprovalFacts; standards: StandardsView; findings: Finding[] };

/** The same for a preview, a submission and an edit: standard, findings and what the chain is judged by. */
export function assess(request: Request): Assessment {
  const { content, requester, at, table, buckets, creditGrade } = request;
  const standards = standardsOf(table.document, table.version, content);
  const attendees = attendeeStages(higherLeaders(content, requester));
  return {
    standards,
    findings: requestFindings({ ...request, table: table.document, standards }),
    facts: {
      ...factsOf(content, requester),
      ...(creditGrade === null ? {} : { creditGrade }),
      ...(shortBuckets(buckets, content.budgetAmount).length > 0 ? { overBudget: true } : {}),
      ...(content.budgetAmount > standards.amount ? { overStandard: true } : {}),
      ...(isRetroactive(content, at) ? { retroactive: true } : {}),
      ...(attendees.length > 0 ? { attendees } : {}),
    },
  };
}
