/** The forms of a complaint’s steps, for whoever holds them; a lead enters what a customer said on the phone. */
import { readCase } from "../../case/store.ts";
import { actOnComplaint, readBeside } from "../../complaint/act.ts";
import type { ComplaintPolicy } from "../../complaint/model.ts";
import { viewComplaint } from "../../complaint/view.ts";
import { POLICY } from "../../complaint/write.ts";
import { listPeople } from "../../directory/people.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { readPolicy } from "../../directory/store.ts";
import { notFound, Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Route, redirect } from "../../shared/http.ts";
import { early } from "../../shared/table.ts";
import { answerKey } from "../../step/key.ts";
import { mayEnterAnswer } from "../models/complaint.ts";
import {
  actOf,
  followUpDefaults,
  formProblems,
  investigationDefaults,
  isStepForm,
  refusedText,
  type Typed,
  typedOf,
} from "../models/complaint-forms.ts";
import { str } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { complaintStepPage } from "../pages/complaint-step.tsx";
import { staffPage } from "../staff-page.ts";

const STEP = "/complaints/{caseId}/steps/{stepId}";

type Pressed = { choice: string; typed: Typed; refusal: Refusal | null; key: string };

/** The form of the step, or the case where there is nothing to fill in for this reader. Throws 404. */
async function show(
  session: Session,
  caseId: string,
  stepId: string,
  r: Reader,
  { choice, typed, refusal, key }: Pressed,
): Promise<Reply> {
  const { actor } = session;
  const [view, staff] = await Promise.all([viewComplaint(actor, caseId, r.locale), listPeople()]);
  const step = view.steps.find((one) => one.stepId === stepId);
  if (!step) throw notFound();
  const mine =
    step.assignees.some((one) => one.staffId === actor.staffId) || mayEnterAnswer(view, r)?.stepId === stepId;
  const { kind } = step;
  if (step.status !== "open" || !mine || !isStepForm(kind)) {
    if (refusal) throw refusal;
    return redirect(`/complaints/${caseId}`);
  }
  const { policyId, version } = view.route.policy;
  const { document } = await readPolicy<ComplaintPolicy>(policyId || POLICY, version);
  const problems = refusal ? formProblems(refusal.fields, r).filter((one) => one.label !== "") : [];
  const message = refusal && problems.length === 0 ? refusedText(refusal, r) : "";
  return html(
    refusal?.status ?? 200,
    complaintStepPage(r, {
      view,
      step: { ...step, kind },
      choice,
      typed,
      defaults: kind === "investigate" ? investigationDefaults(view) : followUpDefaults(view, r.now),
      problems,
      ...(message ? { message } : {}),
      candidates: staff
        .filter((one) => one.active && one.staffId !== view.assignee?.staffId)
        .map((one) => ({ ...one, away: one.absence !== null })),
      limit: document.handlerLimit,
      key,
    }),
  );
}

export const stepRoutes: Route[] = [
  staffPage("GET", STEP, (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    return show(session, caseId, stepId, r, {
      choice: "",
      typed: {},
      refusal: null,
      key: crypto.randomUUID(),
    });
  }),
  staffPage("POST", STEP, async (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    const form = request.form();
    const typed = typedOf(form);
    const choice = str(typed.choice);
    const key = typed.key || crypto.randomUUID();
    try {
      checkCsrf(session, request, form);
      const { actor } = session;
      const known = early(readCase(caseId));
      // What is read beside the case does not depend on the kind of the step, and only an investigation names money.
      const reads = {
        key: answerKey(actor, stepId, typed, key),
        known,
        beside: early(readBeside(actOf("investigate", choice, typed))),
      };
      const kind = (await known)?.steps.find((one) => one.stepId === stepId)?.kind ?? "";
      if (!isStepForm(kind)) throw notFound();
      await actOnComplaint(actor, stepId, actOf(kind, choice, typed), reads);
      return redirect(`/complaints/${caseId}?told=done`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404) throw error;
      // A key that was used for other content is worn out.
      const fresh = error.code === "idempotency_mismatch" ? crypto.randomUUID() : key;
      return show(session, caseId, stepId, r, { choice, typed, refusal: error, key: fresh });
    }
  }),
];
