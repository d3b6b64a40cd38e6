/**
 * Summaries of follow-ups (回访总结报告, contracts/follow-ups.md "Reports"): shown with their figures, and written by people
 * until they are handed in. What is archived never changes again.
 */
import { readsReports } from "../case/access.ts";
import type { Actor } from "../directory/model.ts";
import { people, readPeople } from "../directory/store.ts";
import { now, toApi } from "../shared/clock.ts";
import { toCsv } from "../shared/csv.ts";
import { conflict, forbidden, invalid } from "../shared/errors.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { xlsx } from "../shared/xlsx.ts";
import { type Figures, linesOf, type Plan, type Scope, scopeId } from "./follow-up-rules.ts";
import { countScope, nameOfScope } from "./follow-ups.ts";
import { newSummary, type Summary } from "./summary-model.ts";
import { readText, scopeOf } from "./summary-schema.ts";
import { readSummary, SUMMARY_LABEL, summaryWrite } from "./summary-store.ts";

/** `GET /api/reports/follow-ups`. Instants ISO with +08:00, people by staff id. */
export type SummaryView = Figures & {
  /** The month; null of a campaign. */
  period: string | null;
  scope: "month" | "campaign";
  campaignId: string | null;
  /** Of the campaign. */
  name: string | null;
  /** Of what people wrote: 0 before anybody did. */
  version: number;
  conclusions: string;
  actions: Plan[];
  status: Summary["status"];
  author: string | null;
  approvedBy: string | null;
  archivedAt: string | null;
  /** The case that has it signed. */
  caseId: string | null;
};

export type Asked = { period: string | null; campaign: string | null };

/** Without month and campaign the running month. Throws 403, 400 by field, 404. */
export async function viewSummary(actor: Actor, asked: Asked): Promise<SummaryView> {
  if (!readsReports(actor)) throw forbidden("not_allowed");
  return summaryOf(scopeOf(asked, now()));
}

async function summaryOf(scope: Scope): Promise<SummaryView> {
  const [name, kept] = await Promise.all([nameOfScope(scope), readSummary(scopeId(scope))]);
  const summary = kept ?? newSummary(scopeId(scope), scope);
  return viewOf(summary, name, summary.figures ?? (await countScope(scope)));
}

function viewOf(summary: Summary, name: string | null, figures: Figures): SummaryView {
  const { scope, version, conclusions, actions, status, author, approvedBy, archivedAt, caseId } = summary;
  const isMonth = "period" in scope;
  return {
    period: isMonth ? scope.period : null,
    scope: isMonth ? "month" : "campaign",
    campaignId: isMonth ? null : scope.campaign,
    name,
    ...figures,
    version,
    conclusions,
    actions,
    status,
    author,
    approvedBy,
    archivedAt: archivedAt === null ? null : toApi(archivedAt),
    caseId,
  };
}

/** Refuses to change what is being signed or was archived. Throws 409 `wrong_phase`. */
export function checkDraft(summary: Summary): void {
  if (summary.status !== "draft") throw conflict("wrong_phase", { status: summary.status });
}

/**
 * `PUT` of what people write: `{conclusions, actions}`, and the `version` that they saw, where that matters to them. Throws
 * 403, 404, 409 `wrong_phase`, `stale`, 400 by field.
 */
export async function writeSummary(actor: Actor, asked: Asked, input: unknown): Promise<SummaryView> {
  if (!readsReports(actor)) throw forbidden("not_allowed");
  const scope = scopeOf(asked, now());
  const id = scopeId(scope);
  const [, kept] = await Promise.all([nameOfScope(scope), readSummary(id)]);
  const before = kept ?? newSummary(id, scope);
  checkDraft(before);
  const { version, conclusions, actions } = readText(input);
  await checkOwners(actions);
  if (version !== undefined && version !== before.version)
    throw conflict("stale", { version: before.version });
  try {
    await transact([summaryWrite({ ...before, conclusions, actions }, before.version)]);
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(SUMMARY_LABEL)) throw conflict("stale");
    throw error;
  }
  return summaryOf(scope);
}

/** Whoever is to do something works here. Throws 400 at each who does not. */
async function checkOwners(actions: readonly Plan[]): Promise<void> {
  const found = await readPeople(actions.map(({ owner }) => owner));
  const unknown = actions.flatMap(({ owner }, index) =>
    found.get(owner)?.active ? [] : [{ path: `actions.${index}.owner`, code: "choose" }],
  );
  if (unknown.length > 0) throw invalid(...unknown);
}

const COLUMNS = ["section", "name", "measure", "value"] as const;

async function lines(view: SummaryView) {
  const staff = await people();
  const nameOf = (staffId: string) => staff.find((one) => one.staffId === staffId)?.name ?? staffId;
  return linesOf(view, idOf(view), nameOf);
}

/** The month or the campaign, for names of files. */
export const idOf = ({ period, campaignId }: Pick<SummaryView, "period" | "campaignId">): string =>
  period ?? campaignId ?? "";

export const summaryCsv = async (view: SummaryView): Promise<string> =>
  toCsv(Object.fromEntries(COLUMNS.map((name) => [name, name])), await lines(view));

export const summaryXlsx = async (view: SummaryView): Promise<Buffer> =>
  xlsx(idOf(view), [COLUMNS, ...(await lines(view)).map((line) => COLUMNS.map((name) => line[name]))]);
