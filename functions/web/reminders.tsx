/**
 * Lambda `web-reminders`: the quiet hours, the registered text messages, and everybody's own calendar (contracts/follow-ups.md
 * "Reminders, calendar").
 */
import { readCalendar, renewFeed, stopFeed, viewFeed } from "../directory/calendar-feed.ts";
import { checkCsrf, requireSession, type Session } from "../directory/session.ts";
import { changeQuietHours, viewQuietHours } from "../message/quiet-hours.ts";
import { signed } from "../message/sms-rules.ts";
import { smsTemplates } from "../message/sms-templates.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { Refusal } from "../shared/errors.ts";
import {
  empty,
  html,
  httpHandler,
  json,
  type Reply,
  type Request,
  type Route,
  redirect,
  withJson,
} from "../shared/http.ts";
import { fieldMessage, refusalMessage } from "../shared/i18n/messages.ts";
import { reminderTexts } from "../shared/i18n/sections/reminders.ts";
import { CALENDAR_TYPE } from "../shared/ical.ts";
import { keyOf, writer } from "./calls.ts";
import type { Reader } from "./models/view.ts";
import { errorPage } from "./pages/error.tsx";
import { type QuietPage, quietHoursPage } from "./pages/quiet-hours.tsx";
import { settingsPage, type Told } from "./pages/settings.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

const QUIET_API = "/api/policies/quiet-hours";
const FEED_API = "/api/calendar-feed";
const QUIET = "/policies/quiet-hours";

const api: Route[] = [
  {
    method: "GET",
    path: QUIET_API,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewQuietHours(actor));
    },
  },
  {
    method: "PUT",
    path: QUIET_API,
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await withJson(request, (input) => changeQuietHours(actor, input)));
    },
  },
  {
    method: "GET",
    path: "/api/sms-templates",
    async handle(request) {
      await requireSession(request);
      const signature = env("SMS_SIGNATURE");
      // As they are registered and as they arrive: with the signature.
      return json(
        200,
        smsTemplates().map((one) => ({ ...one, text: signed(signature, one.text) })),
      );
    },
  },
  {
    method: "GET",
    path: FEED_API,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewFeed(actor));
    },
  },
  {
    method: "POST",
    path: FEED_API,
    async handle(request) {
      const { actor } = await writer(request);
      const { status, body } = await renewFeed(actor, keyOf(request));
      return json(status, body);
    },
  },
  {
    method: "DELETE",
    path: FEED_API,
    async handle(request) {
      const { actor } = await writer(request);
      await stopFeed(actor);
      return empty(204);
    },
  },
];

/** What a calendar program fetches: no session, no cookie, only the address. */
const feed: Route = {
  method: "GET",
  path: "/feeds/{link}",
  async handle(request) {
    return {
      status: 200,
      headers: { "content-type": CALENDAR_TYPE, "content-disposition": 'inline; filename="careloop.ics"' },
      body: await readCalendar(request.params.link ?? "", now()),
    };
  },
};

const pages: Route[] = [
  staffPage("GET", QUIET, async (request, { actor }, r) => {
    const { version, ...values } = await viewQuietHours(actor);
    const saved = request.query.get("told") === "saved";
    return html(200, quietHoursPage(r, { values, version, problems: [], saved }));
  }),
  staffPage("POST", QUIET, saveQuietHours),
  staffPage("GET", "/settings", async (request, { actor }, r) => {
    const said = request.query.get("told");
    const told: Told = said === "renewed" || said === "stopped" ? said : null;
    return html(200, settingsPage(r, { ...(await viewFeed(actor)), told }));
  }),
  staffPage("POST", "/settings/calendar-feed", async (request, session) => {
    const form = request.form();
    checkCsrf(session, request, form);
    const isStop = form.get("act") === "stop";
    if (isStop) await stopFeed(session.actor);
    else await renewFeed(session.actor);
    return redirect(`/settings?told=${isStop ? "stopped" : "renewed"}`);
  }),
];

async function saveQuietHours(request: Request, session: Session, r: Reader): Promise<Reply> {
  const form = request.form();
  const values = { from: form.get("from") ?? "", to: form.get("to") ?? "" };
  const version = Number(form.get("version"));
  try {
    checkCsrf(session, request, form);
    await changeQuietHours(session.actor, { ...values, version });
    return redirect(`${QUIET}?told=saved`);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === "not_allowed") throw error;
    const page = { values, saved: false, ...wrongOf(error, r) };
    // What another has saved meanwhile is what this form changes now.
    const newest = error.code === "stale" ? Number(error.data.version) : version;
    return html(error.status, quietHoursPage({ ...r, path: QUIET }, { ...page, version: newest }));
  }
}

/** A refused form: what is wrong, at its fields where it has some. */
function wrongOf(error: Refusal, r: Reader): Pick<QuietPage, "problems"> & { message?: string } {
  const t = reminderTexts(r.locale).quiet;
  const labels: Record<string, string> = { from: t.from, to: t.to };
  if (error.fields.length > 0)
    return {
      problems: error.fields.map((field) => ({
        input: field.path,
        label: labels[field.path] ?? "",
        message: fieldMessage(field, r.locale),
      })),
    };
  const message = error.code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(error.code, r.locale);
  return { problems: [], message };
}

export const handler = httpHandler({
  routes: [...api, feed, ...pages],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
