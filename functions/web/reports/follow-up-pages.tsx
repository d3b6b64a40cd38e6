/** Pages of the summaries of follow-ups and of the report of customers. */
import { readVisible } from "../../case/read.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { people } from "../../directory/store.ts";
import { viewCustomerReport } from "../../report/customers.ts";
import { viewSummary, writeSummary } from "../../report/summaries.ts";
import { summaryPath } from "../../report/summary-path.ts";
import { submitSummary } from "../../report/summary-submit.ts";
import { notFound, Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Request, type Route, redirect } from "../../shared/http.ts";
import { fieldMessage, refusalMessage } from "../../shared/i18n/messages.ts";
import { followUpReportTexts } from "../../shared/i18n/sections/follow-up-report.ts";
import { filledFirst, formOfSummary, inputOf, typedSummary } from "../models/summary-form.ts";
import { localPath, type Reader } from "../models/view.ts";
import { customerReportPage } from "../pages/customer-report.tsx";
import { followUpReportPage, type SummaryPage, scopeQuery } from "../pages/follow-up-report.tsx";
import { pathOf, staffPage } from "../staff-page.ts";
import { askedOf } from "./follow-up-api.ts";

const PATH = "/reports/follow-ups";

const TOLD = ["saved", "submitted"] as const;

async function showSummary(request: Request, session: Session, r: Reader): Promise<Reply> {
  const [view, staff] = await Promise.all([viewSummary(session.actor, askedOf(request)), people()]);
  const said = request.query.get("told");
  const told = TOLD.find((one) => one === said) ?? null;
  return html(
    200,
    followUpReportPage(r, { view, people: staff, form: formOfSummary(view), problems: [], told }),
  );
}

/** Keeps what was written and, where that was pressed, hands it in. */
async function saveSummary(request: Request, session: Session, r: Reader): Promise<Reply> {
  const form = request.form();
  const typed = typedSummary(form);
  const asked = askedOf(request);
  const here = { ...r, path: localPath(pathOf(PATH, request)) };
  try {
    checkCsrf(session, request, form);
    const view = await writeSummary(session.actor, asked, inputOf(typed));
    if (form.get("act") !== "submit") return redirect(`${PATH}?${scopeQuery(view)}&told=saved`);
    const { period, campaignId } = view;
    await submitSummary(session.actor, period === null ? { campaign: campaignId } : { period });
    return redirect(`${PATH}?${scopeQuery(view)}&told=submitted`);
  } catch (error) {
    if (!(error instanceof Refusal) || ["not_allowed", "not_found"].includes(error.code)) throw error;
    const [view, staff] = await Promise.all([viewSummary(session.actor, asked), people()]);
    const wrong = wrongOf(error, here);
    const kept = { ...filledFirst(typed), version: view.version };
    return html(
      error.status,
      followUpReportPage(here, { view, people: staff, form: kept, told: null, ...wrong }),
    );
  }
}

/** A refused form: what is wrong, at its fields where it has some. */
function wrongOf(error: Refusal, r: Reader): Pick<SummaryPage, "problems"> & { message?: string } {
  const t = followUpReportTexts(r.locale);
  const labels: Record<string, string> = { text: t.actionText, owner: t.actionOwner, dueOn: t.actionDue };
  if (error.fields.length > 0)
    return {
      problems: error.fields.map((field) => ({
        input: field.path,
        label: labels[field.path.split(".").at(-1) ?? ""] ?? t.conclusions,
        message: fieldMessage(field, r.locale),
      })),
    };
  const message =
    error.code === "csrf"
      ? r.t.web.form.pressAgain
      : error.code === "stale"
        ? t.stale
        : refusalMessage(error.code, r.locale);
  return { problems: [], message };
}

export const followUpReportPages: Route[] = [
  staffPage("GET", PATH, showSummary),
  staffPage("POST", PATH, saveSummary),
  // Lists and mails know a summary that is being signed by its case.
  staffPage("GET", "/reports/summaries/{caseId}", async (request, session) => {
    const { header } = await readVisible(session.actor, request.params.caseId!);
    if (header.summary === undefined) throw notFound();
    return redirect(summaryPath(header.summary.id));
  }),
  staffPage("GET", "/reports/customers", async (request, session, r) =>
    html(200, customerReportPage(r, await viewCustomerReport(session.actor, request.query.get("period")))),
  ),
];
