/**
 * Lambda `web-customers`: the pages of customers, and the one by which a customer opts out. Their API and their files have
 * functions of their own (docs/decisions/0003-checks-and-bundles.md).
 */
import { isDesk } from "../case/access.ts";
import { changesCustomer, isOwner, keepsCustomers, seesAllCustomers } from "../customer/access.ts";
import { contactsOf } from "../customer/contacts.ts";
import { readProblems, readRecord } from "../customer/import-store.ts";
import { listCustomers, readFilter } from "../customer/list.ts";
import { optOutOf } from "../customer/opt-out-link.ts";
import {
  enterCustomer,
  optOutByLink,
  optOutCustomer,
  putCustomer,
  viewCustomer,
} from "../customer/records.ts";
import { checkCsrf, type Session } from "../directory/session.ts";
import { people } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { forbidden, notFound, Refusal } from "../shared/errors.ts";
import { html, httpHandler, json, type Reply, type Request, type Route, redirect } from "../shared/http.ts";
import { refusalMessage } from "../shared/i18n/messages.ts";
import { customerTexts } from "../shared/i18n/sections/customers.ts";
import { linkKeys } from "../step/links.ts";
import { pagingOf } from "./calls.ts";
import {
  blankValues,
  customerProblems,
  readCustomerForm,
  toCustomerInput,
  valuesOf,
} from "./models/customer-form.ts";
import type { Problem } from "./models/reception-form.ts";
import { type Reader, readerOf } from "./models/view.ts";
import { type CustomerForm, customerFormPage } from "./pages/customer-form.tsx";
import { importPage, importStartPage } from "./pages/customer-import.tsx";
import { customerPage, customerPath, customersPage, type ProfilePage } from "./pages/customers.tsx";
import { errorPage, unknownLinkPage } from "./pages/error.tsx";
import { optOutPage } from "./pages/opt-out.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

const CUSTOMER = "/customers/{customerId}";

const staffNow = async () => (await people()).filter((one) => one.active);

const listPage = staffPage("GET", "/customers", async (request, { actor }, r) => {
  const filter = readFilter(request.query);
  const paging = pagingOf(request.query);
  const [{ items, next }, staff] = await Promise.all([listCustomers(actor, filter, paging), staffNow()]);
  return html(
    200,
    customersPage(r, {
      items,
      next,
      filter,
      staff,
      later: paging.cursor !== undefined,
      seesAll: seesAllCustomers(actor),
      keeps: keepsCustomers(actor),
    }),
  );
});

// ---- one customer

const NOTHING_SAID: ProfilePage["out"] = { reason: "", channel: "email", problems: [] };

async function profile(
  request: Request,
  { actor }: Session,
  r: Reader,
  status = 200,
  out = NOTHING_SAID,
): Promise<Reply> {
  const customerId = request.params.customerId!;
  const customer = await viewCustomer(actor, customerId);
  const [staff, contacts] = await Promise.all([people(), contactsOf(customerId)]);
  const { told } = customerTexts(r.locale);
  const said = request.query.get("told") ?? "";
  return html(
    status,
    customerPage(r, {
      customer,
      staff,
      contacts,
      out,
      changes: changesCustomer(actor, customer),
      plans: isDesk(actor) || isOwner(actor, customer),
      told: Object.hasOwn(told, said) ? told[said as keyof typeof told] : null,
    }),
  );
}

/** A refused form: what is wrong, at its fields where it has some. */
function wrongOf(error: unknown, r: Reader): { status: number; problems: Problem[]; message?: string } {
  if (!(error instanceof Refusal) || error.status === 404) throw error;
  if (error.fields.length > 0) return { status: 400, problems: customerProblems(error.fields, r) };
  const { form } = r.t.web;
  const words: Record<string, string> = {
    csrf: form.pressAgain,
    idempotency_mismatch: form.twice,
    stale: customerTexts(r.locale).stale409,
  };
  const message = words[error.code] ?? refusalMessage(error.code, r.locale);
  return { status: error.status, problems: [], message };
}

const fresh = (): string => crypto.randomUUID();

async function showForm(
  { actor }: Session,
  r: Reader,
  status: number,
  form: Omit<CustomerForm, "staff" | "keeps" | "key">,
): Promise<Reply> {
  const staff = await staffNow();
  const keeps = keepsCustomers(actor);
  return html(status, customerFormPage(r, { ...form, staff, keeps, key: fresh() }));
}

const profilePages: Route[] = [
  staffPage("GET", "/customers/new", async (_request, session, r) => {
    if (!keepsCustomers(session.actor)) throw forbidden("not_allowed");
    return showForm(session, r, 200, { values: blankValues(), problems: [], of: null });
  }),
  staffPage("POST", "/customers/new", async (request, session, r) => {
    if (!keepsCustomers(session.actor)) throw forbidden("not_allowed");
    const form = request.form();
    const values = readCustomerForm(form);
    try {
      checkCsrf(session, request, form);
      const key = form.get("key") || fresh();
      const input = toCustomerInput(values, null, true);
      const { body } = await enterCustomer(session.actor, input, { idempotencyKey: key });
      return redirect(`${customerPath(body.customerId)}?told=created`);
    } catch (error) {
      const { status, ...wrong } = wrongOf(error, r);
      return showForm(session, { ...r, path: "/customers/new" }, status, { values, of: null, ...wrong });
    }
  }),
  staffPage("GET", CUSTOMER, (request, session, r) => profile(request, session, r)),
  staffPage("GET", `${CUSTOMER}/edit`, async (request, session, r) => {
    const customer = await viewCustomer(session.actor, request.params.customerId!);
    if (!changesCustomer(session.actor, customer)) throw forbidden("not_allowed");
    return showForm(session, r, 200, { values: valuesOf(customer), problems: [], of: customer });
  }),
  staffPage("POST", `${CUSTOMER}/edit`, async (request, session, r) => {
    const customerId = request.params.customerId!;
    const form = request.form();
    const values = readCustomerForm(form);
    const version = Number(form.get("version"));
    try {
      checkCsrf(session, request, form);
      const input = toCustomerInput(values, version, keepsCustomers(session.actor));
      await putCustomer(session.actor, customerId, input);
      return redirect(`${customerPath(customerId)}?told=saved`);
    } catch (error) {
      const { status, ...wrong } = wrongOf(error, r);
      if (error instanceof Refusal && error.code === "not_allowed") throw error;
      const { name } = await viewCustomer(session.actor, customerId);
      const page = { ...r, path: `${customerPath(customerId)}/edit` };
      return showForm(session, page, status, { values, of: { customerId, name, version }, ...wrong });
    }
  }),
  staffPage("POST", `${CUSTOMER}/opt-outs`, async (request, session, r) => {
    const customerId = request.params.customerId!;
    const form = request.form();
    const [channel, reason] = [form.get("channel") ?? "", form.get("reason") ?? ""];
    try {
      checkCsrf(session, request, form);
      await optOutCustomer(session.actor, customerId, { channel, reason });
      return redirect(`${customerPath(customerId)}?told=out`);
    } catch (error) {
      const { status, problems, message } = wrongOf(error, r);
      const { optOut } = customerTexts(r.locale);
      const labels: Record<string, string> = { reason: optOut.reason, channel: optOut.channel };
      const named = problems.map((one) => ({ ...one, label: labels[one.input] ?? one.label }));
      const page = { ...r, path: customerPath(customerId) };
      const out = { channel, reason, problems: named, ...(message ? { message } : {}) };
      return profile(request, session, page, status, out);
    }
  }),
];

// ---- from a file

/** How long the address of an upload is good, as it is signed (file/bucket.ts). */
const FORM_LIVES_MS = 900_000;

const refusedIn = (request: Request, r: Reader): string | null => {
  const code = request.query.get("refused");
  return code === null ? null : code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(code, r.locale);
};

const importPages: Route[] = [
  staffPage("GET", "/customers/import", async (request, { actor }, r) => {
    if (!keepsCustomers(actor)) throw forbidden("not_allowed");
    return html(200, importStartPage(r, refusedIn(request, r)));
  }),
  staffPage("GET", "/customers/imports/{importId}", async (request, { actor }, r) => {
    if (!keepsCustomers(actor)) throw forbidden("not_allowed");
    const record = await readRecord(request.params.importId!);
    if (!record) throw notFound();
    const { check, form, at } = record;
    const problems = check && check.problems > 0 ? await readProblems(record.importId, check.checkId) : [];
    // The bucket comes back here with the object's key: then the file is there.
    const isUploaded = request.query.has("key") || record.status !== "waiting";
    const shown = form && !isUploaded && Date.parse(at) + FORM_LIVES_MS > r.now ? form : null;
    const target = shown ? new URL(shown.url).origin : "";
    const page = importPage(r, { record, problems, form: shown, refused: refusedIn(request, r) });
    return html(200, page, {
      "content-security-policy":
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        `form-action 'self' ${target}; frame-ancestors 'none'; base-uri 'none'`,
    });
  }),
];

// ---- the customer's own link

/** GET shows, POST does: a mail program may press once for its reader (RFC 8058), and what only opens links changes nothing. */
function optOutRoute(method: "GET" | "POST"): Route {
  return {
    method,
    path: "/o/{link}",
    async handle(request) {
      const link = request.params.link ?? "";
      const r = readerOf({ locale: request.locale, now: now(), path: "/" }, null);
      const of = optOutOf(await linkKeys(), link);
      const unknown = (): Reply => {
        if (request.wantsJson) throw notFound();
        return html(404, unknownLinkPage(r));
      };
      if (!of) return unknown();
      try {
        if (method === "POST")
          await optOutByLink(of.customerId, of.channel, customerTexts("zh-CN").out.title);
      } catch (error) {
        if (error instanceof Refusal && error.status === 404) return unknown();
        throw error;
      }
      const done = method === "POST";
      if (request.wantsJson) return json(200, { channel: of.channel, done });
      return html(200, optOutPage({ ...r, path: `/o/${link}` }, { link, channel: of.channel, done }));
    },
  };
}

export const handler = httpHandler({
  routes: [listPage, ...importPages, ...profilePages, optOutRoute("GET"), optOutRoute("POST")],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
