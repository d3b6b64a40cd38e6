/** Pages and API of the working calendar's years: everybody reads, who keeps the rules enters and publishes. */
import { checkYear, keepsCalendar, publishYear, readYear } from "../calendar/years.ts";
import { checkCsrf, requireSession, type Session } from "../directory/session.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { forbidden, notFound, Refusal } from "../shared/errors.ts";
import {
  html,
  httpHandler,
  json,
  type Reply,
  type Request,
  type Route,
  redirect,
  withJson,
} from "../shared/http.ts";
import { refusalMessage } from "../shared/i18n/messages.ts";
import { calendarTexts } from "../shared/i18n/sections/calendar.ts";
import { writer } from "./calls.ts";
import {
  fromNotice,
  typedYear,
  valuesOf,
  type YearValues,
  yearInput,
  yearProblemsAt,
} from "./models/calendar-form.ts";
import type { Reader } from "./models/view.ts";
import { calendarPage, yearConfirmPage, yearEditPage, yearPath } from "./pages/calendar.tsx";
import { errorPage } from "./pages/error.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

/** `2027` as a number, else 404. */
function yearOf(request: Request): number {
  const text = request.params.year ?? "";
  if (!/^\d{4}$/.test(text)) throw notFound();
  return Number(text);
}

const YEAR = "/calendar/{year}";

const pages: Route[] = [
  staffPage("GET", "/calendar", async (_request, _session, r) =>
    redirect(yearPath(Number(shanghaiDate(r.now).slice(0, 4)))),
  ),
  staffPage("GET", YEAR, async (request, { actor }, r) => {
    const book = await readYear(actor, yearOf(request));
    return html(200, calendarPage(r, book, request.query.get("told") === "published"));
  }),
  staffPage("GET", `${YEAR}/edit`, async (request, { actor }, r) => {
    const { view, years } = await editable(actor, yearOf(request));
    if (!years.includes(view.year)) throw notFound();
    return html(200, yearEditPage(r, { year: view.year, values: valuesOf(view), problems: [] }));
  }),
  staffPage("POST", `${YEAR}/edit`, (request, session, r) => pressed(request, session, r)),
];

async function editable(actor: Session["actor"], year: number) {
  if (!keepsCalendar(actor)) throw forbidden("not_allowed");
  return readYear(actor, year);
}

/** One of the buttons: read the notice, look at what changes, publish, or go back to the fields. */
async function pressed(request: Request, session: Session, r: Reader): Promise<Reply> {
  const year = yearOf(request);
  const form = request.form();
  const values = typedYear(form);
  const { actor } = session;
  if (!keepsCalendar(actor)) throw forbidden("not_allowed");
  const act = form.get("act");
  if (act === "edit") return html(200, yearEditPage(r, { year, values, problems: [] }));
  if (act === "read") {
    const { values: read, told, problems } = fromNotice(values, year, r);
    return html(problems.length > 0 ? 400 : 200, yearEditPage(r, { year, values: read, told, problems }));
  }
  const { input, problems } = yearInput(values, year, r);
  if (problems.length > 0) return html(400, yearEditPage(r, { year, values, problems }));
  try {
    checkCsrf(session, request, form);
    if (act !== "publish")
      return html(200, yearConfirmPage(r, year, values, await checkYear(actor, year, input)));
    await publishYear(actor, year, input);
    return redirect(`${yearPath(year)}?told=published`);
  } catch (error) {
    return refusedForm(error, { year, values, input }, r);
  }
}

function refusedForm(
  error: unknown,
  of: { year: number; values: YearValues; input: object },
  r: Reader,
): Reply {
  if (!(error instanceof Refusal) || ![400, 403, 409].includes(error.status)) throw error;
  if (error.code === "not_allowed") throw error;
  const { edit } = calendarTexts(r.locale);
  const words: Record<string, string> = { stale: edit.stale, csrf: r.t.web.form.pressAgain };
  const { year, values, input } = of;
  const problems = yearProblemsAt(error.fields, input, r);
  const message =
    problems.length > 0 ? {} : { message: words[error.code] ?? refusalMessage(error.code, r.locale) };
  return html(error.status, yearEditPage(r, { year, values, problems, ...message }));
}

// ---- API

const API = "/api/calendar-years/{year}";

const api: Route[] = [
  {
    method: "GET",
    path: API,
    async handle(request) {
      const { actor } = await requireSession(request);
      const { view, missing } = await readYear(actor, yearOf(request));
      return json(200, { ...view, missing: missing.includes(view.year) });
    },
  },
  {
    method: "POST",
    path: API,
    async handle(request) {
      const { actor } = await writer(request);
      const { version, changes } = await withJson(request, (input) =>
        publishYear(actor, yearOf(request), input),
      );
      return json(200, { year: yearOf(request), version, changes });
    },
  },
  {
    method: "POST",
    path: `${API}/check`,
    async handle(request) {
      const { actor } = await writer(request);
      const { changes, doubts } = await withJson(request, (input) =>
        checkYear(actor, yearOf(request), input),
      );
      return json(200, { changes, doubts });
    },
  },
];

export const handler = httpHandler({
  routes: [...api, ...pages],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
