/**
 * A summary is handed in: its figures as they are now, its case, and the start of the workflow that has it signed, in one
 * transaction. Whoever hands it in is its author and never signs it.
 */
import { readsReports } from "../case/access.ts";
import type { Header } from "../case/model.ts";
import { startWork } from "../case/start.ts";
import { createCase, nextCaseId, putWork, shardOf } from "../case/store.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import type { Actor } from "../directory/model.ts";
import { currentPolicy, readPeople } from "../directory/store.ts";
import { now, shanghaiDate, stamp } from "../shared/clock.ts";
import { conflict, forbidden } from "../shared/errors.ts";
import { summaryTitle } from "../shared/i18n/sections/summary-names.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { ConditionFailed } from "../shared/table.ts";
import { scopeId } from "./follow-up-rules.ts";
import { countScope, nameOfScope } from "./follow-ups.ts";
import { checkDraft } from "./summaries.ts";
import { newSummary, type Summary, type SummaryContent, type SummaryState } from "./summary-model.ts";
import { readScope } from "./summary-schema.ts";
import { readSummary, SUMMARY_LABEL, summaryWrite } from "./summary-store.ts";

/** The policy that holds how a signature is asked for: reminders, undo, who administers. */
const POLICY = "complaint";

/**
 * The chain's rounds count from the second on, where a signer who sends something back ends the chain: a summary is then a
 * draft again, and handed in anew as another case.
 */
const ROUND = 2;

export type Submitted = { caseId: string; status: Summary["status"] };

/** `POST /api/reports/follow-ups/submit` `{period}` or `{campaign}`: 201. Throws 403, 400, 404, 409 `wrong_phase`, `stale`. */
export async function submitSummary(
  actor: Actor,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<Submitted>> {
  if (!readsReports(actor)) throw forbidden("not_allowed");
  const key = keyed(options.idempotencyKey, {
    staffId: actor.staffId,
    route: "POST /api/reports/follow-ups/submit",
    body: input,
  });
  return once<Submitted>(key, async (extra) => {
    const scope = readScope(input);
    const id = scopeId(scope);
    const [name, kept] = await Promise.all([nameOfScope(scope), readSummary(id)]);
    const before = kept ?? newSummary(id, scope);
    checkDraft(before);
    const { conclusions } = before;
    const [figures, policy, owners] = await Promise.all([
      countScope(scope),
      currentPolicy<ComplaintPolicy>(POLICY),
      readPeople(before.actions.map(({ owner }) => owner)),
    ]);
    const actions = before.actions.map((one) => ({ ...one, name: owners.get(one.owner)?.name ?? one.owner }));
    const content: SummaryContent = { id, scope, name, figures, conclusions, actions };
    const at = now();
    const caseId = await nextCaseId("summary", shanghaiDate(at).slice(0, 4));
    const header = headerOf(caseId, actor, content, { version: policy.version, at });
    const summary: Summary = { ...before, status: "approving", author: actor.staffId, caseId, figures };
    const answer = { status: 201, body: { caseId, status: summary.status } };
    try {
      await createCase(
        header,
        [
          {
            kind: "case.submitted",
            by: actor.staffId,
            via: "login",
            contentHash: header.contentHash,
            data: { content, policy: header.policy },
          },
        ],
        [
          summaryWrite(summary, before.version),
          putWork(startWork(caseId, header.revision, at)),
          ...extra(answer),
        ],
        at,
      );
    } catch (error) {
      // Somebody wrote it or handed it in meanwhile.
      if (error instanceof ConditionFailed && error.labels.includes(SUMMARY_LABEL)) throw conflict("stale");
      throw error;
    }
    return answer;
  });
}

/** The manager signs; what he handed in himself is signed one level up. */
const postFor = (author: Actor): SummaryState["post"] =>
  author.roles.includes("service_manager") ? "general_manager" : "service_manager";

function headerOf(
  caseId: string,
  author: Actor,
  content: SummaryContent,
  of: { version: number; at: number },
): Omit<Header, "seq" | "head" | "contentSeq"> {
  const { staffId, department } = author;
  return {
    v: 1,
    caseId,
    process: "summary",
    status: "open",
    phase: "approval",
    outcome: null,
    createdBy: staffId,
    createdAt: stamp(of.at),
    department,
    shard: shardOf(caseId),
    dueAt: stamp(of.at),
    title: summaryTitle(content, "zh-CN"),
    revision: 1,
    contentHash: hashOf(content),
    policy: { policyId: POLICY, version: of.version },
    facts: { amount: 0, people: 0, department, costDepartment: department, requester: staffId },
    buckets: [],
    held: 0,
    round: ROUND,
    findings: [],
    cc: [],
    summary: { id: content.id, post: postFor(author) },
  };
}
