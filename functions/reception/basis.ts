/**
 * What a request is judged by. None of it needs more than the body and the id of who sends it, so that it is read
 * beside his session: submitting takes three round trips in sequence (docs/access-patterns.md).
 */
import type { ApprovalPolicy } from "../approval/model.ts";
import type { Seat } from "../case/model.ts";
import { unknownCustomerId } from "../customer/rules.ts";
import { type Alias, findCustomer, type Visit, visitsOf } from "../customer/store.ts";
import { DEPARTMENTS } from "../directory/model.ts";
import { currentPolicy, type PolicyVersion } from "../directory/store.ts";
import { existingBuckets } from "../ledger/read.ts";
import type { Bucket } from "../ledger/rules.ts";
import { elapsedMs } from "../shared/duration.ts";
import { env } from "../shared/env.ts";
import { invalid } from "../shared/errors.ts";
import { early, queryAll } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { type Reception, receptionSchema } from "./schema.ts";
import { isExcessive, STANDARDS, type Standards } from "./standards.ts";

export const POLICY = "reception";
export const CATEGORY = "hospitality";

export type Basis = {
  policy: PolicyVersion<ApprovalPolicy>;
  table: PolicyVersion<Standards>;
  /** Every bucket that exists for cost department and day of arrival, the shortest period first. */
  buckets: Bucket[];
  customer: Alias | null;
  /** Open settlement steps of the requester. */
  settling: Pick<Seat, "caseId" | "openedAt">[];
};

/** Starts the reads; `input` is the form as it was sent, whatever is wrong with it. A failure counts where it is awaited. */
export const readBasis = (input: unknown, staffId: string): Promise<Basis> => early(read(input, staffId));

async function read(input: unknown, staffId: string): Promise<Basis> {
  const form: Record<string, unknown> = typeof input === "object" && input !== null ? { ...input } : {};
  const { visitingOrg, costDepartment, arrivalDate } = form;
  const [policy, table, buckets, customer, settling] = await Promise.all([
    currentPolicy(POLICY),
    currentPolicy<Standards>(STANDARDS),
    DEPARTMENTS.some((one) => one === costDepartment) && isDay(arrivalDate)
      ? existingBuckets(costDepartment as string, arrivalDate, CATEGORY)
      : [],
    typeof visitingOrg === "string" && visitingOrg.length <= 100 ? findCustomer(visitingOrg) : null,
    settlementsOf(staffId),
  ]);
  return { policy, table, buckets, customer, settling };
}

const isDay = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));

async function settlementsOf(staffId: string): Promise<Basis["settling"]> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    IndexName: "byAssignee",
    KeyConditionExpression: "assignee = :me AND #status = :open",
    FilterExpression: "kind = :settlement",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":me": staffId, ":open": "open", ":settlement": "settlement" },
  });
  return items.map((item) => ({ caseId: item.caseId as string, openedAt: item.openedAt as string }));
}

/** The form's values, checked at an instant (epoch ms). Throws 400 with every problem. */
export function readReception(input: unknown, table: Standards, at: number): Reception {
  const parsed = receptionSchema(at, (r) => isExcessive(table, r)).safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  return parsed.data;
}

/** Receptions that wait for their settlement longer than the newest policy allows. */
export function unsettledOf({ settling, policy }: Basis, at: number): string[] {
  const since = at - elapsedMs(policy.document.blockUnsettledAfter);
  return settling.filter(({ openedAt }) => Date.parse(openedAt) < since).map(({ caseId }) => caseId);
}

export const customerIdOf = ({ customer }: Basis, content: Reception): string =>
  customer?.customerId ?? unknownCustomerId(content.visitingOrg);

const DAY = 86_400_000;
const [FIRST_DAY, LAST_DAY] = ["0001-01-01", "9999-12-31"].map((day) => Date.parse(day)) as [number, number];

/** Other receptions of the same guest around this one; `caseId`: the case itself, where it exists. */
export async function visitsAround(basis: Basis, content: Reception, caseId?: string): Promise<Visit[]> {
  const reach = basis.table.document.sameGuest.withinDays * DAY;
  const day = (offset: number): string => {
    const at = Math.min(LAST_DAY, Math.max(FIRST_DAY, Date.parse(content.arrivalDate) + offset));
    return new Date(at).toISOString().slice(0, 10);
  };
  const visits = await visitsOf(customerIdOf(basis, content), day(-reach), day(reach));
  return visits.filter((visit) => visit.caseId !== caseId);
}
