/**
 * What a request would set off, before it is handed in: who will sign, the standard, what stands out, tax and what is left
 * of the budget (contracts/approvals.md §4). Stores and reserves nothing.
 */
import { previewRoute } from "../approval/route.ts";
import { maySubmit } from "../case/access.ts";
import type { BudgetEffect, FindingView, RouteView, StandardsView, TaxView } from "../case/view.ts";
import type { Visit } from "../customer/store.ts";
import type { Actor, Department, Locale } from "../directory/model.ts";
import { policyVersions, roster } from "../directory/store.ts";
import { type BucketId, bucketView, sameBuckets } from "../ledger/rules.ts";
import { taxEffect } from "../ledger/tax-rules.ts";
import { readTax } from "../ledger/tax-year.ts";
import { now, shanghaiDate, toApi } from "../shared/clock.ts";
import { type FieldError, forbidden, invalid } from "../shared/errors.ts";
import { findingText } from "../shared/i18n/sections/findings.ts";
import { early } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { type Basis, POLICY, readBasis, unsettledOf, visitsAround } from "./basis.ts";
import { assess } from "./facts.ts";
import { type Reception, receptionSchema } from "./schema.ts";
import { isExcessive, type Standards } from "./standards.ts";

export type Preview = RouteView & {
  budget: BudgetEffect[];
  standards: StandardsView;
  findings: FindingView[];
  tax: TaxView | null;
};

/** A case that a preview would change: what it was handed in under and holds. */
export type Existing = {
  caseId: string;
  department: Department;
  policyVersion: number;
  held: number;
  buckets: BucketId[];
};

/** Everything read for a preview; none of it needs the caller's session. */
export type Sources = Awaited<ReturnType<typeof read>>;

/** Starts the reads: two round trips, beside the session. `caseId`: the case that it would change. */
export const readSources = (
  input: unknown,
  staffId: string,
  options: { caseId?: string; basis?: Promise<Basis> } = {},
): Promise<Sources> => early(read(input, options.basis ?? readBasis(input, staffId), options.caseId));

async function read(input: unknown, reading: Promise<Basis>, caseId: string | undefined) {
  const at = now();
  const content = contentOf(input);
  const visiting = async (): Promise<Visit[]> => {
    const basis = await reading;
    return content ? visitsAround(basis, content, caseId) : [];
  };
  const [basis, visits, people, versions, tax] = await Promise.all([
    reading,
    visiting(),
    roster(shanghaiDate(at)),
    caseId === undefined ? [] : policyVersions(POLICY),
    content ? readTax(Number(content.arrivalDate.slice(0, 4))) : null,
  ]);
  return { at, content, basis, visits, roster: people, versions, tax };
}

/** Nothing of these changes what a preview says. */
const BESIDE_THE_POINT: Partial<Reception> = {
  visitingOrg: "-",
  guestContactName: "-",
  guestContactPhone: "0000000",
  fromPlace: "-",
  toPlace: "-",
  roomType: "-",
  hotelClass: "2",
  hotelStar: 3,
  exchangeContent: "-",
};

/** The form's values as far as a preview needs them: reasons may be missing, and what it says nothing about. */
function contentOf(input: unknown): Reception | null {
  const check = (form: unknown) => receptionSchema(0, () => false).safeParse(form);
  const parsed = check(input);
  if (parsed.success) return parsed.data;
  if (typeof input !== "object" || input === null) return null;
  const wrong = parsed.error.issues.map((issue) => String(issue.path[0]));
  const filled: Record<string, unknown> = { ...input };
  for (const name of wrong) {
    if (!Object.hasOwn(BESIDE_THE_POINT, name)) return null;
    filled[name] = BESIDE_THE_POINT[name as keyof Reception];
  }
  return check(filled).data ?? null;
}

/** What a submission would be told is wrong with the fields. */
export function problemsOf(input: unknown, table: Standards, at: number): FieldError[] {
  const parsed = receptionSchema(at, (r) => isExcessive(table, r)).safeParse(input);
  return parsed.success ? [] : fieldErrors(parsed.error);
}

/** The preview of a form, also while what does not matter for it is missing; null where more is wrong. */
export function previewOf(
  actor: Actor,
  { at, content, basis, visits, roster: people, versions, tax }: Sources,
  locale: Locale,
  existing?: Existing,
): Preview | null {
  if (!content) return null;
  const holds = (bucket: BucketId) =>
    existing?.buckets.some((held) => sameBuckets([held], [bucket])) === true;
  const buckets = basis.buckets.map((bucket) =>
    holds(bucket) ? { ...bucket, available: bucket.available + (existing?.held ?? 0) } : bucket,
  );
  const requester = existing ? { ...actor, department: existing.department } : actor;
  const { facts, standards, findings } = assess({
    content,
    requester,
    at,
    table: basis.table,
    buckets,
    creditGrade: basis.customer?.creditGrade ?? null,
    visits,
    unsettled: existing ? [] : unsettledOf(basis, at),
  });
  const policy = versions.find((one) => one.version === existing?.policyVersion) ?? basis.policy;
  return {
    ...previewRoute(policy, facts, { roster: people, locale, at }),
    budget: buckets.map((bucket) => ({
      ...bucketView(bucket),
      availableAfter: bucket.available - content.budgetAmount,
    })),
    standards,
    findings: findings.map((one) => ({ ...one, at: toApi(one.at), text: findingText(one, locale) })),
    tax: tax && taxEffect(tax, content.budgetAmount),
  };
}

/** What of a bucket is shown to people who may not open its page. */
const shownOf = ({ department, period, category, control, available, availableAfter }: BudgetEffect) => ({
  department,
  period,
  category,
  control,
  available,
  availableAfter,
});

/** `POST /api/receptions/preview`: `input` as a submission takes it. Throws 403, 400 by field. */
export async function previewReception(
  actor: Actor,
  input: unknown,
  locale: Locale,
  reading: Promise<Sources> = readSources(input, actor.staffId),
) {
  if (!maySubmit(actor)) throw forbidden("not_allowed");
  const sources = await reading;
  const problems = problemsOf(input, sources.basis.table.document, sources.at);
  const preview = previewOf(actor, sources, locale);
  if (problems.length > 0 || !preview) throw invalid(...problems);
  return { ...preview, budget: preview.budget.map(shownOf) };
}
