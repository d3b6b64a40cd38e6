/** The investigation report of a case: page, recipients, receipt. */
import { isDesk, maySee } from "../../case/access.ts";
import type { CaseFile } from "../../case/model.ts";
import { readCase } from "../../case/store.ts";
import { dispositionOf, investigationOf } from "../../complaint/records.ts";
import type { Person } from "../../directory/model.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { people } from "../../directory/store.ts";
import { distributeReport, readSteps } from "../../report/recipients.ts";
import { toApi } from "../../shared/clock.ts";
import { notFound, Refusal } from "../../shared/errors.ts";
import { html, json, type Reply, type Request, type Route, redirect, withJson } from "../../shared/http.ts";
import { reportReadTexts } from "../../shared/i18n/sections/report-read.ts";
import { actOnStep } from "../../step/act.ts";
import { keyOf, writer } from "../calls.ts";
import type { Reader } from "../models/view.ts";
import { type Receipt, reportPage } from "../pages/report-read.tsx";
import { staffPage } from "../staff-page.ts";

const PATH = "/cases/{caseId}/report";
const pathOf = (caseId: string): string => `/cases/${encodeURIComponent(caseId)}/report`;

async function show(request: Request, session: Session, r: Reader, problem: string | null): Promise<Reply> {
  const caseId = request.params.caseId!;
  const [file, staff] = await Promise.all([readCase(caseId), people()]);
  if (!file?.header.complaint || !maySee(session.actor, file)) throw notFound();
  const investigation = investigationOf(file);
  return html(
    problem === null ? 200 : 400,
    reportPage(
      { ...r, path: pathOf(caseId) },
      {
        caseId,
        report: investigation && { investigation, disposition: dispositionOf(file) },
        receipt: receiptOf(file, session),
        ...recipientsOf(file, staff),
        offered: isDesk(session.actor) ? offeredOf(file, staff) : null,
        problem,
        sent: request.query.get("told") === "sent",
      },
    ),
  );
}

/** The reader's own, of the newest report. */
function receiptOf(file: CaseFile, { actor, csrf }: Session): Receipt | null {
  const step = readSteps(file).find((one) => one.assignees.includes(actor.staffId));
  if (!step) return null;
  if (step.status === "open")
    return {
      state: "open",
      action: pathOf(file.header.caseId),
      hidden: { csrf, stepId: step.stepId },
    };
  return step.outcome === "done" && step.endedAt
    ? { state: "read", at: toApi(step.endedAt) }
    : { state: "over" };
}

const recipientsOf = (file: CaseFile, staff: Person[]) => ({
  recipients: readSteps(file).map((step) => ({
    name: step.assignees.map((id) => staff.find((one) => one.staffId === id)?.name ?? id).join(),
    sentAt: toApi(step.openedAt),
    readAt: step.outcome === "done" && step.endedAt ? toApi(step.endedAt) : null,
    expired: step.outcome === "expired",
  })),
});

/** Everybody who has not been sent it. */
function offeredOf(file: CaseFile, staff: Person[]): Person[] {
  const had = new Set(readSteps(file).flatMap((step) => step.assignees));
  return staff.filter((person) => person.active && !had.has(person.staffId));
}

export const distributionRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/cases/{caseId}/report/recipients",
    async handle(request) {
      const { actor } = await writer(request);
      const caseId = request.params.caseId!;
      return json(
        200,
        await withJson(request, (input) => distributeReport(actor, caseId, input, keyOf(request))),
      );
    },
  },
  staffPage("GET", PATH, (request, session, r) => show(request, session, r, null)),
  staffPage("POST", PATH, async (request, session, r) => {
    const form = request.form();
    checkCsrf(session, request, form);
    const caseId = request.params.caseId!;
    const stepId = form.get("stepId");
    if (form.get("choice") === "read" && stepId?.startsWith(`${caseId}-read-`)) {
      await actOnStep(session.actor, stepId, { choice: "read" });
      return redirect(pathOf(caseId));
    }
    try {
      await distributeReport(session.actor, caseId, { staffIds: form.getAll("staffIds") });
      return redirect(`${pathOf(caseId)}?told=sent`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 400) throw error;
      return show(request, session, r, reportReadTexts(r.locale).choose);
    }
  }),
];
