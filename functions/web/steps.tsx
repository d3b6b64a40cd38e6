/** The page of one step for somebody who is signed in: the same as by link, with the case around it. */
import { viewCase } from "../case/read.ts";
import { processOf } from "../case/store.ts";
import { checkCsrf, type Session } from "../directory/session.ts";
import { people } from "../directory/store.ts";
import { notFound, Refusal } from "../shared/errors.ts";
import { type Route, redirect } from "../shared/http.ts";
import { actOnStep } from "../step/act.ts";
import { bodyOf, DONE, pressedOf, receipt, refusedPage, type Standing, stepPage } from "./decide.ts";
import { casePath, editPath } from "./models/paths.ts";
import { taskPath } from "./models/tasks.ts";
import type { Reader } from "./models/view.ts";
import { staffPage } from "./staff-page.ts";

const STEP = "/cases/{caseId}/steps/{stepId}";

async function standingOf(session: Session, caseId: string, stepId: string, r: Reader): Promise<Standing> {
  const { actor, csrf } = session;
  const [view, everybody] = await Promise.all([viewCase(actor, caseId, r.locale), people()]);
  const step = view.steps.find((one) => one.stepId === stepId);
  if (!step) throw notFound();
  const counted = step.votes.filter((vote) => !vote.void && !vote.undone);
  const own = counted.findLast((vote) => vote.by.staffId === actor.staffId) ?? null;
  // Who handed the step on has nothing left to do on it.
  const mine = own?.choice === "transfer" && step.status === "open" ? null : own;
  const state = step.status === "void" ? "void" : step.status === "done" || mine ? "decided" : "open";
  return {
    view,
    step,
    viewer: actor,
    mine,
    state,
    action: `/cases/${caseId}/steps/${stepId}`,
    hidden: { csrf, contentHash: view.contentHash },
    staff: true,
    undo:
      step.undoUntil !== null &&
      r.now < Date.parse(step.undoUntil) &&
      step.decidedBy?.staffId === actor.staffId,
    code: null,
    people: everybody,
  };
}

export const stepRoutes: Route[] = [
  staffPage("GET", STEP, async (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    // Every step of a follow-up has its form beside the page of the case.
    if (processOf(caseId) === "follow-up") return redirect(`${casePath(caseId)}/steps/${stepId}`);
    const standing = await standingOf(session, caseId, stepId, r);
    const { step, state } = standing;
    const { process } = standing.view;
    // The forms of a complaint stand with its page, in a function of its own; the customer has no form here.
    if (process === "complaint" && step.kind !== "approval") {
      const own = taskPath({ ...step, process, caseId });
      return redirect(own.endsWith(stepId) && own.startsWith("/cases/") ? casePath(caseId) : own);
    }
    const mine = step.assignees.some((one) => one.staffId === session.actor.staffId);
    if (step.kind === "revise" && state === "open")
      return redirect(mine ? editPath(standing.view.process, caseId) : `/cases/${caseId}`);
    if (step.kind === "settlement" && state === "open")
      return redirect(mine ? `/receptions/${caseId}/settlement` : `/cases/${caseId}`);
    // Others see the case; the buttons are for those who sign.
    if (state === "open" && !mine) return redirect(`/cases/${caseId}`);
    return request.query.has(DONE) ? receipt(r, standing) : stepPage(r, standing);
  }),
  staffPage("POST", STEP, async (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    const form = request.form();
    const kept = pressedOf(form);
    try {
      checkCsrf(session, request, form);
      const contentHash = form.get("contentHash");
      await actOnStep(session.actor, stepId, { ...bodyOf(kept), ...(contentHash ? { contentHash } : {}) });
      // A vote that was taken back leaves the step's page as it was before; one that was given leads to its receipt.
      return redirect(`/cases/${caseId}/steps/${stepId}${kept.choice === "undo" ? "" : `?${DONE}`}`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === "not_found") throw error;
      const reply = refusedPage(r, await standingOf(session, caseId, stepId, r), error, kept);
      if (reply) return reply;
      throw error;
    }
  }),
];
