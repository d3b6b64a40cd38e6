/**
 * What a draft would have meant for the cases of a period: each is judged again by what it was judged by, running ones
 * too. Reads only.
 */
import * as z from "zod";
import type { ApprovalPolicy } from "../approval/model.ts";
import { casesOf, readContents } from "../case/lists.ts";
import type { Header } from "../case/model.ts";
import type { Actor, Person } from "../directory/model.ts";
import { people, readPolicy } from "../directory/store.ts";
import type { Reception } from "../reception/schema.ts";
import { type Standards, standardsOf } from "../reception/standards.ts";
import { forbidden, invalid, notFound } from "../shared/errors.ts";
import { inParallel } from "../shared/parallel.ts";
import { date, fieldErrors } from "../shared/validate.ts";
import { keepsPolicies } from "./access.ts";
import { compareRoutes, type DryRun, type Judged } from "./dry-run-rules.ts";
import { isChainId, isPolicyId, isTried, type PolicyId } from "./kinds.ts";
import { readDraft } from "./store.ts";

const DAY = 86_400_000;
/** A year of cases is read within the time of a page. */
const MAX_DAYS = 366;

const period = () =>
  z.strictObject({ from: date(), to: date() }).superRefine(({ from, to }, context) => {
    const days = (Date.parse(to) - Date.parse(from)) / DAY + 1;
    if (days < 1) context.addIssue({ code: "custom", path: ["to"], message: "to_before_from" });
    if (days > MAX_DAYS)
      context.addIssue({ code: "custom", path: ["to"], message: `too_many_days:${MAX_DAYS}` });
  });

/**
 * `POST …/draft/dry-run` `{from, to}`, days in Asia/Shanghai, both included. `before` is how the version that a case
 * began with sends it. Throws 403, 404 without a draft, 400.
 */
export async function dryRun(actor: Actor, policyId: string, input: unknown): Promise<DryRun> {
  if (!keepsPolicies(actor)) throw forbidden("not_allowed");
  if (!isPolicyId(policyId) || !isTried(policyId)) throw notFound();
  const [draft, staff] = await Promise.all([readDraft(policyId), people()]);
  if (!draft) throw notFound();
  const parsed = period().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const headers = await casesIn(policyId, staff, parsed.data);
  return compareRoutes(
    isChainId(policyId)
      ? await judgedBy(headers, draft.document as ApprovalPolicy)
      : await judgedAt(headers, draft.document as Standards),
  );
}

/** No index holds all cases of a period. A person's are one query each, which reads no more than the period's. */
async function casesIn(
  policyId: PolicyId,
  staff: Person[],
  { from, to }: { from: string; to: string },
): Promise<Header[]> {
  const process = isChainId(policyId) ? policyId : "reception";
  const range = {
    from: Date.parse(`${from}T00:00:00+08:00`),
    before: Date.parse(`${to}T00:00:00+08:00`) + DAY,
  };
  const found = await inParallel(staff, AT_ONCE, (person) => casesOf(person.staffId, range));
  return found
    .flat()
    .filter((header) => header.process === process)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** How many queries run at once. */
const AT_ONCE = 20;

const policyOf = async ({ policy }: Header): Promise<ApprovalPolicy> =>
  (await readPolicy(policy.policyId, policy.version)).document;

/** Another policy, the same facts. */
const judgedBy = (headers: Header[], draft: ApprovalPolicy): Promise<Judged[]> =>
  inParallel(headers, AT_ONCE, async (header) => ({
    caseId: header.caseId,
    before: { policy: await policyOf(header), facts: header.facts },
    after: { policy: draft, facts: header.facts },
  }));

/** Another table: the amount is above its standard, or is not. What was erased by law keeps its way. */
async function judgedAt(headers: Header[], table: Standards): Promise<Judged[]> {
  const contents = await readContents(headers);
  return inParallel(headers, AT_ONCE, async (header) => {
    const policy = await policyOf(header);
    const { overStandard, ...facts } = header.facts;
    const content = contents.get(header.caseId) as Reception | undefined;
    const over = content ? facts.amount > standardsOf(table, 0, content).amount : overStandard;
    return {
      caseId: header.caseId,
      before: { policy, facts: header.facts },
      after: { policy, facts: { ...facts, ...(over ? { overStandard: true } : {}) } },
    };
  });
}
