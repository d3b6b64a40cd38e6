/** Page and forms of one follow-up. */
import type { Actor } from "../../directory/model.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { people } from "../../directory/store.ts";
import { bookAppointment } from "../../follow-up/appointment.ts";
import { viewFollowUp } from "../../follow-up/view.ts";
import { checkIn, tickChecklist } from "../../follow-up/visit.ts";
import { Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Route, redirect } from "../../shared/http.ts";
import {
  bodyOf,
  type CallForm,
  formProblems,
  refusedText,
  type Typed,
  typedOf,
} from "../models/follow-up-forms.ts";
import type { Reader } from "../models/view.ts";
import { followUpPage, TOLD, type Told, type Written } from "../pages/follow-up-case.tsx";
import { staffPage } from "../staff-page.ts";

const CASE = "/follow-ups/{caseId}";

type More = { told?: Told; written?: Written; status?: number };

/** The page with everything that its forms need. Throws 404. */
async function show({ actor }: Session, caseId: string, r: Reader, more: More = {}): Promise<Reply> {
  const [view, staff] = await Promise.all([viewFollowUp(actor, caseId, r.locale), people()]);
  const names = new Map(staff.map((one) => [one.staffId, one.name]));
  const name = (staffId: string) => names.get(staffId) ?? staffId;
  const page = followUpPage(
    { ...r, path: `/follow-ups/${caseId}` },
    { view, name, told: more.told ?? null, written: more.written },
  );
  return html(more.status ?? 200, page);
}

type Call = (actor: Actor, caseId: string, input: unknown) => Promise<unknown>;

/** A form of the case: done, the page greets with what was done; refused, it keeps what was typed. */
const caseForm = (form: CallForm, told: Exclude<Told, null>, call: Call): Route =>
  staffPage("POST", `${CASE}/${form}`, async (request, session, r) => {
    const caseId = request.params.caseId!;
    const posted = request.form();
    const typed = typedOf(posted);
    try {
      checkCsrf(session, request, posted);
      await call(session.actor, caseId, bodyOf(form, typed));
      return redirect(`/follow-ups/${caseId}?told=${told}`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404) throw error;
      return show(session, caseId, r, { written: writtenOf(error, form, typed, r), status: error.status });
    }
  });

/** What a form has no field for is said above it. */
function writtenOf(error: Refusal, form: CallForm, typed: Typed, r: Reader): Written {
  const problems = formProblems(error.fields, typed, r);
  const known = problems.filter((one) => one.label !== "");
  if (known.length > 0) return { form, typed, problems: known };
  return { form, typed, problems: [], message: problems[0]?.message ?? refusedText(error, r) };
}

export const caseRoutes: Route[] = [
  staffPage("GET", CASE, (request, session, r) => {
    const told = request.query.get("told");
    return show(session, request.params.caseId!, r, { told: TOLD.find((one) => one === told) ?? null });
  }),
  caseForm("appointment", "booked", bookAppointment),
  caseForm("checklist", "checked", tickChecklist),
  caseForm("check-in", "arrived", checkIn),
];
