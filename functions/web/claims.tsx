/** Pages of claims with the insurer. Their JSON is that of all cases and steps. */
import { actOnClaim } from "../claim/act.ts";
import { viewClaim } from "../claim/view.ts";
import { viewClocks } from "../complaint/clock-view.ts";
import { checkCsrf, type Session } from "../directory/session.ts";
import { Refusal } from "../shared/errors.ts";
import { html, httpHandler, type Reply, type Route, redirect } from "../shared/http.ts";
import { refusalMessage } from "../shared/i18n/messages.ts";
import { type ClaimValues, claimAct, claimProblems, claimValues, typedClaim } from "./models/claim.ts";
import type { Problem } from "./models/reception-form.ts";
import type { Reader } from "./models/view.ts";
import { claimPage } from "./pages/claim.tsx";
import { errorPage } from "./pages/error.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

const CLAIM = "/claims/{caseId}";

type Refused = { values: ClaimValues; problems: Problem[]; message?: string; status: number };

/** The page, with the form for its officer. Throws 404. */
async function show(
  { actor }: Session,
  caseId: string,
  r: Reader,
  { told = null, refused }: { told?: "saved" | "done" | null; refused?: Refused } = {},
): Promise<Reply> {
  const [view, clocks] = await Promise.all([viewClaim(actor, caseId, r.locale), viewClocks(actor, caseId)]);
  const step = view.steps.find(
    (one) => one.status === "open" && one.assignees.some((person) => person.staffId === actor.staffId),
  );
  const form = step && {
    stepId: step.stepId,
    ...(refused ?? { values: claimValues(view.draft, crypto.randomUUID()), problems: [] }),
  };
  return html(refused?.status ?? 200, claimPage(r, { view, clocks, form: form ?? null, told }));
}

const routes: Route[] = [
  staffPage("GET", CLAIM, (request, session, r) => {
    const told = request.query.get("told");
    return show(session, request.params.caseId!, r, {
      told: told === "saved" || told === "done" ? told : null,
    });
  }),
  staffPage("POST", `${CLAIM}/steps/{stepId}`, async (request, session, r) => {
    const { caseId = "", stepId = "" } = request.params;
    const form = request.form();
    const values = typedClaim(form);
    const choice = form.get("choice") === "done" ? "done" : "save";
    try {
      checkCsrf(session, request, form);
      await actOnClaim(session.actor, stepId, claimAct(values, choice), { idempotencyKey: values.key });
      return redirect(`/claims/${caseId}?told=${choice === "done" ? "done" : "saved"}`);
    } catch (error) {
      // Settled meanwhile, or another's: the page says so.
      if (!(error instanceof Refusal) || error.status === 404 || error.code === "not_assignee") throw error;
      if (error.code === "already_decided") throw error;
      const problems = claimProblems(error.fields, values, r);
      const words: Record<string, string> = {
        csrf: r.t.web.form.pressAgain,
        idempotency_mismatch: r.t.web.form.twice,
      };
      const message =
        problems.length > 0 ? {} : { message: words[error.code] ?? refusalMessage(error.code, r.locale) };
      const key = error.code === "idempotency_mismatch" ? crypto.randomUUID() : values.key;
      return show(session, caseId, r, {
        refused: { values: { ...values, key }, problems, status: error.status, ...message },
      });
    }
  }),
];

export const handler = httpHandler({
  routes,
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
