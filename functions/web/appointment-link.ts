/** The customer's link about an appointment: the page and its presses (contracts/README.md "Steps and links"). */
import type { LinkItem } from "../case/model.ts";
import { answerAppointment, openAppointmentLink } from "../follow-up/appointment-answer.ts";
import { Refusal } from "../shared/errors.ts";
import { html, json, type Reply, type Request, redirect } from "../shared/http.ts";
import { fieldMessage, refusalMessage } from "../shared/i18n/messages.ts";
import { appointmentLink } from "../shared/i18n/sections/appointment-link.ts";
import { visitor } from "./care-request.ts";
import type { Reader } from "./models/view.ts";
import {
  appointmentPage,
  FIELDS,
  freshAppointmentPage,
  type RefusedAnswer,
} from "./pages/appointment-link.tsx";

const pathOf = (link: string): string => `/d/${link}`;

/** GET: changes nothing, however often it is opened. */
export async function showAppointmentLink(
  request: Request,
  link: string,
  item: LinkItem,
  status = 200,
  refused?: RefusedAnswer,
): Promise<Reply> {
  const view = await openAppointmentLink(link, item);
  const action = pathOf(link);
  const shown = view.state === "expired" ? 410 : status;
  return html(shown, appointmentPage(visitor(request, action), { view, action, refused }));
}

export async function pressAppointmentLink(
  request: Request,
  link: string,
  item: LinkItem,
  form: URLSearchParams,
): Promise<Reply> {
  try {
    const done = await answerAppointment(link, item, Object.fromEntries(form));
    if (request.wantsJson) return json(200, done);
    return "fresh" in done
      ? html(200, freshAppointmentPage(visitor(request, pathOf(link))))
      : redirect(pathOf(link));
  } catch (error) {
    if (!(error instanceof Refusal) || request.wantsJson || error.status === 404) throw error;
    const refused = refusedOf(error, form, visitor(request, pathOf(link)));
    return showAppointmentLink(request, link, item, error.status, refused);
  }
}

/** What was wrong, at its field where it has one, with what was filled in. */
function refusedOf(refusal: Refusal, form: URLSearchParams, { locale }: Reader): RefusedAnswer {
  const [field] = refusal.fields;
  const message = field
    ? fieldMessage(field, locale)
    : refusal.code === "stale"
      ? appointmentLink(locale).stale
      : refusalMessage(refusal.code, locale);
  const place = FIELDS.find((one) => one === field?.path) ?? null;
  return { field: place, message, at: form.get("at") ?? "", comment: form.get("comment") ?? "" };
}
