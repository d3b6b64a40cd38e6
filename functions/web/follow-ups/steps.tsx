/** The forms of a follow-up's steps, for whoever holds them. */

import { dueAfter } from "../../customer/cadence-rules.ts";
import { currentCadence } from "../../customer/cadence-store.ts";
import { readCustomer } from "../../customer/record-store.ts";
import { workingCalendar } from "../../directory/calendar.ts";
import { listPeople } from "../../directory/people.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { actOnFollowUp } from "../../follow-up/act.ts";
import { viewFollowUp } from "../../follow-up/view.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { notFound, Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Route, redirect } from "../../shared/http.ts";
import { attemptsOn, failedOn } from "../models/complaint-follow-up.ts";
import { type FollowUpView, holds } from "../models/follow-up.ts";
import {
  actOf,
  formProblems,
  isStepForm,
  type Known,
  recordDefaults,
  refusedText,
  type Typed,
  typedOf,
} from "../models/follow-up-forms.ts";
import type { Reader } from "../models/view.ts";
import type { Told } from "../pages/follow-up-case.tsx";
import { followUpStepPage } from "../pages/follow-up-step.tsx";
import { staffPage } from "../staff-page.ts";

const STEP = "/follow-ups/{caseId}/steps/{stepId}";

type Pressed = { choice: string; typed: Typed; refusal: Refusal | null; key: string };

/** What the record may begin with: the customer, and his next day by his tier. */
async function knownOf({ customerId }: FollowUpView, now: number): Promise<Known> {
  const [customer, cadence, calendar] = await Promise.all([
    readCustomer(customerId),
    currentCadence(),
    workingCalendar(),
  ]);
  const tier = customer?.tier ?? "B";
  const { count, unit } = cadence.policy.tiers[tier];
  return {
    address: customer?.address ?? null,
    companyType: customer?.companyType ?? null,
    frequency: { count, unit },
    nextOn: dueAfter(calendar, cadence.policy, tier, shanghaiDate(now)),
  };
}

/** The form of the step, or the case where there is nothing to fill in for this reader. Throws 404. */
async function show(
  { actor }: Session,
  caseId: string,
  stepId: string,
  r: Reader,
  { choice, typed, refusal, key }: Pressed,
): Promise<Reply> {
  const [view, staff] = await Promise.all([viewFollowUp(actor, caseId, r.locale), listPeople()]);
  const step = view.steps.find((one) => one.stepId === stepId);
  if (!step) throw notFound();
  const { kind } = step;
  if (step.status !== "open" || !holds(step, actor.staffId) || !isStepForm(kind)) {
    if (refusal) throw refusal;
    return redirect(`/follow-ups/${caseId}`);
  }
  const problems = refusal ? formProblems(refusal.fields, typed, r) : [];
  const known = problems.filter((one) => one.label !== "");
  const message =
    refusal && known.length === 0 ? (problems[0]?.message ?? refusedText(refusal, r)) : undefined;
  return html(
    refusal?.status ?? 200,
    followUpStepPage(
      { ...r, path: `/follow-ups/${caseId}/steps/${stepId}` },
      {
        view,
        step: { ...step, kind },
        choice,
        typed,
        defaults: kind === "follow-up" ? recordDefaults(view, await knownOf(view, r.now), r.now) : {},
        problems: known,
        ...(message ? { message } : {}),
        mates: staff
          .filter((one) => one.active && one.staffId !== actor.staffId)
          .map((one) => ({ ...one, away: one.absence !== null })),
        failed: failedOn(attemptsOn(view, stepId)),
        key,
      },
    ),
  );
}

const TOLD_OF: Record<string, Exclude<Told, null>> = {
  attempt: "attempted",
  done: "recorded",
  transfer: "transferred",
  retry: "retried",
  "give-up": "given-up",
  accept: "accepted",
  return: "returned",
};

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
    const choice = typed.choice ?? "";
    const key = typed.key || crypto.randomUUID();
    try {
      checkCsrf(session, request, form);
      const { mode } = await viewFollowUp(session.actor, caseId, r.locale);
      await actOnFollowUp(session.actor, stepId, actOf(mode, choice, typed), { idempotencyKey: key });
      return redirect(`/follow-ups/${caseId}?told=${TOLD_OF[choice] ?? "recorded"}`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404) throw error;
      // A key that was used for other content is worn out.
      const fresh = error.code === "idempotency_mismatch" ? crypto.randomUUID() : key;
      return show(session, caseId, stepId, r, { choice, typed, refusal: error, key: fresh });
    }
  }),
];
