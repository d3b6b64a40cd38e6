/** Decisions by link, without a login. GET shows, only POST decides (DESIGN §3.1). */
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { LinkItem } from "../case/model.ts";
import { processOf } from "../case/store.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import { optionalSession, type Session } from "../directory/session.ts";
import { now } from "../shared/clock.ts";
import { Refusal } from "../shared/errors.ts";
import { html, httpHandler, json, type Reply, type Request, type Route, redirect } from "../shared/http.ts";
import { early } from "../shared/table.ts";
import {
  actByLink,
  askForCode,
  type Link,
  type LinkPage,
  type Opener,
  openLink,
  readLink,
} from "../step/link.ts";
import { pressAppointmentLink, showAppointmentLink } from "./appointment-link.ts";
import { pressCustomerLink, showCustomerLink } from "./care-link.ts";
import { DONE, type Pressed, pressedOf, receipt, refusedPage, type Standing, stepPage } from "./decide.ts";
import { type Reader, readerOf } from "./models/view.ts";
import { expiredPage, freshPage, undonePage, wrongPersonPage } from "./pages/decided.tsx";
import { errorPage, unknownLinkPage } from "./pages/error.tsx";
import { type Receipt, type Report, readLinkPage } from "./pages/report-read.tsx";

const metrics = new Metrics();

/** Opens are a metric, never an event: mail scanners open links too (MECHANICS §4). */
function countOpen(): void {
  metrics.addMetric("LinkOpened", MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

const pathOf = (request: Request): string => `/d/${request.params.link}`;

/** Links keep a page of their own: signing out and the navigation belong to the staff pages. */
const reader = (request: Request, session: Session | null): Reader =>
  readerOf({ locale: request.locale, now: now(), path: pathOf(request) }, session);

function standingOf(page: LinkPage, request: Request): Standing {
  const { view, step, viewer, mine, nonce, state, undo, codeNeeded, codeSent, staff } = page;
  return {
    view,
    step,
    viewer,
    mine,
    state: state === "expired" ? "void" : state,
    action: pathOf(request),
    hidden: { nonce: nonce ?? "" },
    staff: false,
    undo,
    code: codeNeeded ? { sent: codeSent } : null,
    people: staff,
  };
}

function show(page: LinkPage, request: Request, session: Session | null): Reply {
  const r = reader(request, session);
  const standing = standingOf(page, request);
  if (page.state === "expired") return html(410, expiredPage(r, standing, pathOf(request), page.nonce ?? ""));
  if (page.step.kind === "read") return html(200, reportLink(r, page, pathOf(request)));
  return request.query.has(DONE) ? receipt(r, standing) : stepPage(r, standing);
}

/** The report that somebody was sent, with the receipt that he may leave. */
function reportLink(r: Reader, { view, step, nonce, state, mine }: LinkPage, action: string): string {
  const data = view.events.findLast((event) => event.kind === "complaint.investigated")?.data;
  const receipt: Receipt =
    state === "open"
      ? { state, action, hidden: { nonce: nonce ?? "" } }
      : mine || step.outcome === "done"
        ? { state: "read", at: mine?.at ?? step.endedAt ?? step.openedAt }
        : { state: "over" };
  return readLinkPage(r, { caseId: view.caseId, report: (data as Report | undefined) ?? null, receipt });
}

/** What a customer's link does; where there is none, it is as unknown as any other. */
type Customers = (link: string, item: LinkItem) => Promise<Reply>;

/** Somebody else's session: say so, and offer the way out. */
async function guarded(
  request: Request,
  run: (link: Link, opener: Opener) => Promise<Reply>,
  customers?: Customers,
): Promise<Reply> {
  const opener = early(optionalSession(request));
  const link = request.params.link!;
  const item = early(readLink(link));
  try {
    const known = await item;
    if (known?.staffId !== CUSTOMER || !customers) return await run({ link, item }, opener);
    if (await opener) throw new Refusal(403, "wrong_person");
    return await customers(link, known);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "wrong_person" || request.wantsJson) throw error;
    return html(403, wrongPersonPage(reader(request, await opener)));
  }
}

/** A customer is asked about a proposal or about an appointment. */
const isAppointment = ({ caseId }: LinkItem): boolean => processOf(caseId) === "follow-up";

const routes: Route[] = [
  {
    method: "GET",
    path: "/d/{link}",
    handle: (request) =>
      guarded(
        request,
        async (link, opener) => {
          const page = await openLink(link, opener, request.locale);
          countOpen();
          return show(page, request, await opener);
        },
        async (link, item) => {
          const reply = await (isAppointment(item) ? showAppointmentLink : showCustomerLink)(
            request,
            link,
            item,
          );
          countOpen();
          return reply;
        },
      ),
  },
  {
    method: "POST",
    path: "/d/{link}",
    handle: (request) =>
      guarded(
        request,
        (link, opener) => press(request, link, opener),
        (link, item) =>
          (isAppointment(item) ? pressAppointmentLink : pressCustomerLink)(
            request,
            link,
            item,
            request.form(),
          ),
      ),
  },
  {
    method: "POST",
    path: "/d/{link}/code",
    handle: (request) => guarded(request, (link, opener) => sendCode(request, link, opener)),
  },
];

/** The fields of a press. Who may open it is checked before what was sent: an unknown link answers the same to any body. */
async function formOf(request: Request, link: Link, opener: Opener): Promise<URLSearchParams> {
  if (request.isForm) return request.form();
  await openLink(link, opener);
  throw new Refusal(415, "content_type");
}

/** Sends a code; the page it leads back to knows that one is on its way. */
async function sendCode(request: Request, link: Link, opener: Opener): Promise<Reply> {
  const form = await formOf(request, link, opener);
  try {
    await askForCode(link, opener, Object.fromEntries(form));
    if (request.wantsJson) return json(200, { sent: true });
    return redirect(pathOf(request));
  } catch (error) {
    return refused(request, link, opener, error, pressedOf(form));
  }
}

async function press(request: Request, link: Link, opener: Opener): Promise<Reply> {
  const form = await formOf(request, link, opener);
  const kept = pressedOf(form);
  try {
    const done = await actByLink(link, opener, {
      ...Object.fromEntries(form),
      ...(form.has("comment") ? { comment: kept.comment } : {}),
    });
    if (request.wantsJson) return json(200, done);
    const session = await opener;
    const viewer = session?.actor ?? null;
    if ("fresh" in done) return html(200, freshPage(reader(request, session), viewer));
    // The link is void from now on, so there is no page to go to.
    if (kept.choice === "undo") return html(200, undonePage(reader(request, session), viewer));
    return redirect(`${pathOf(request)}?${DONE}`);
  } catch (error) {
    return refused(request, link, opener, error, kept);
  }
}

/** The page after a refused press; what has no page of its own is thrown again. */
async function refused(
  request: Request,
  link: Link,
  opener: Opener,
  error: unknown,
  kept: Pressed,
): Promise<Reply> {
  if (!(error instanceof Refusal) || request.wantsJson || ["not_found", "wrong_person"].includes(error.code))
    throw error;
  const page = await openLink(link, opener, request.locale);
  const r = reader(request, await opener);
  if (page.state === "expired")
    return html(410, expiredPage(r, standingOf(page, request), pathOf(request), page.nonce ?? ""));
  if (page.step.kind === "read") throw error;
  const reply = refusedPage(r, standingOf(page, request), error, kept);
  if (!reply) throw error;
  const { retryAfter } = error.data;
  return typeof retryAfter === "number"
    ? { ...reply, headers: { ...reply.headers, "retry-after": String(retryAfter) } }
    : reply;
}

export const handler = httpHandler({
  routes,
  errorPage(refusal, request) {
    // Also for whatever else lies under /d/: one constant page that does not repeat what was asked for.
    const r = readerOf({ locale: request.locale, now: now(), path: "/" }, null);
    if (refusal.code === "not_found") return html(404, unknownLinkPage(r));
    return html(refusal.status, errorPage(r, refusal));
  },
});
