/**
 * Lambda `web-care`: complaints as customers see them (contracts/complaints.md "Intake and the customer's page"), and the
 * form with which a colleague writes one down. No page of `/c` tells whether a code exists, nor who is signed in.
 */
import { answerCase, noticeShown, type Press, pageNonce } from "../care/answer.ts";
import { confirmCase } from "../care/confirm.ts";
import { type CustomerCase, commentOn, customerCase, isSameAnswer, statusOf } from "../care/customer-view.ts";
import { decoy } from "../care/decoy.ts";
import { openByPass, openByTail, openCase } from "../care/open-status.ts";
import { PASS, passCookie } from "../care/pass.ts";
import { keptPolicy } from "../care/policy.ts";
import { type Basis, type Filed, fileComplaint, refuseAgain, startBasis, startKey } from "../care/submit.ts";
import type { Step } from "../case/model.ts";
import { phoneHashOf } from "../complaint/duplicate-rules.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import { type ComplaintCase, POLICY, policyOf, readAround } from "../complaint/write.ts";
import { checkCsrf, claimedStaffId, optionalSession, type Session } from "../directory/session.ts";
import { policyVersions } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { env } from "../shared/env.ts";
import { Refusal } from "../shared/errors.ts";
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
import { when } from "../shared/i18n/format.ts";
import { fieldMessage, fill, refusalMessage } from "../shared/i18n/messages.ts";
import { care } from "../shared/i18n/sections/care.ts";
import { careAnswer } from "../shared/i18n/sections/care-answer.ts";
import { refuseFields } from "../shared/plain.ts";
import { early } from "../shared/table.ts";
import { linkKeys } from "../step/links.ts";
import { careErrorPage, caseOf, proofOf, secondsOf, tailIn, visitor, writtenIn } from "./care-request.ts";
import type { Refused } from "./components/care-confirm.tsx";
import {
  blankCare,
  blankStaffCare,
  type CareValues,
  careProblems,
  PUBLIC_ORDER,
  readCare,
  STAFF_ORDER,
  toComplaint,
} from "./models/care-form.ts";
import { word } from "./models/text.ts";
import type { Reader } from "./models/view.ts";
import { askPage, waitText } from "./pages/care-ask.tsx";
import { type CareForm, publicFormPage, staffFormPage } from "./pages/care-form.tsx";
import { CARE_TOLD, statusPage } from "./pages/care-status.tsx";
import { thanksPage } from "./pages/care-thanks.tsx";
import { readerFor, staffPage } from "./staff-page.ts";

// ---- filing

/** Tells a press that is repeated from a new one; what is no such mark is replaced. */
const markOf = (form: URLSearchParams): string => {
  const key = form.get("key") ?? "";
  return /^[\w-]{16,64}$/.test(key) ? key : crypto.randomUUID();
};

/**
 * Who files by JSON: a colleague with his header, or anybody. A session that has ended is nobody's; what only colleagues
 * may say is then refused as theirs.
 */
async function caller(request: Request, input: unknown): Promise<Session | null> {
  const session = await optionalSession(request);
  if (session) checkCsrf(session, request);
  else if (claimedStaffId(request) !== null && Reflect.get(Object(input), "channel") !== "web")
    throw new Refusal(401, "unauthenticated");
  return session;
}

const fileByJson: Route = {
  method: "POST",
  path: "/api/complaints",
  async handle(request) {
    const { locale, sourceIp } = request;
    const [claimed, repeatable] = [claimedStaffId(request), request.headers["idempotency-key"]];
    // A colleague has no limit, and what was filed before is answered again.
    if (claimed === null && repeatable === undefined) await refuseAgain(sourceIp);
    const basis = startBasis();
    return withJson(request, async (input) => {
      const key = startKey(claimed, input, repeatable);
      const session = await caller(request, input);
      const filing = { input, actor: session?.actor ?? null, locale, sourceIp, key };
      const { status, body } = await fileComplaint(filing, basis);
      return json(status, body);
    });
  },
};

/** Working hours until somebody gets in touch with who fills in nothing about severity. */
const promiseOf = ({ matrix, defaults, clocks, attachments }: ComplaintPolicy) => ({
  respondHours: Math.ceil(clocks[matrix[defaults.severity][defaults.urgency]].respond / 60),
  photos: attachments.count,
});

/** The policy of all pages (shared/http.ts), with the store of documents as the one further place to connect to. */
const formPolicy = (): string =>
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${env("UPLOAD_HOST")}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

async function publicForm(r: Reader, form: CareForm, status = 200): Promise<Reply> {
  const page = publicFormPage(r, form, promiseOf(await keptPolicy()));
  return html(status, page, { "content-security-policy": formPolicy() });
}

const publicFormRoutes: Route[] = [
  {
    method: "GET",
    path: "/c",
    handle: (request) =>
      publicForm(visitor(request, "/c"), { values: blankCare(), problems: [], key: crypto.randomUUID() }),
  },
  {
    method: "POST",
    path: "/c",
    async handle(request) {
      const form = request.form();
      const values = readCare(form);
      const r = visitor(request, "/c");
      const basis = startBasis();
      if ((form.get("website") ?? "") !== "") return thanked(r, ...(await decoyed(basis)));
      const key = markOf(form);
      try {
        const input = { channel: "web", ...toComplaint(values, form) };
        const { body } = await fileComplaint(
          {
            input,
            actor: null,
            locale: r.locale,
            sourceIp: request.sourceIp,
            key: startKey(null, input, key),
          },
          basis,
        );
        return thanked(r, body, await passFor(body.caseId, phoneHashOf(values.complainantPhone)));
      } catch (error) {
        if (!(error instanceof Refusal) || !isShown(error)) throw error;
        // A mark that was used for other content is worn out: the next press is another complaint.
        const next = error.code === "idempotency_mismatch" ? crypto.randomUUID() : key;
        return withRetry(
          error,
          await publicForm(r, refusedForm(error, values, PUBLIC_ORDER, next, r), error.status),
        );
      }
    },
  },
];

async function decoyed(basis: Basis): Promise<[Filed, string]> {
  const { body, pass } = await decoy(basis, await linkKeys(), await passLife());
  return [body, pass];
}

const thanked = (r: Reader, body: Filed, pass: string): Reply => ({
  ...html(200, thanksPage(r, body)),
  cookies: [pass],
});

const passLife = async (): Promise<number> => elapsedMs((await keptPolicy()).limits.statusCookie);

/** Who has just filed a case need not show the digits of the phone that he has just typed. */
async function passFor(caseId: string, phoneHash: string): Promise<string> {
  const [keys, life] = await Promise.all([linkKeys(), passLife()]);
  return passCookie(keys, { caseId, phoneHash }, now(), life);
}

/** Whether the form itself says what was wrong with it. */
const isShown = (refusal: Refusal): boolean =>
  refusal.fields.length > 0 || ["too_soon", "busy", "idempotency_mismatch", "csrf"].includes(refusal.code);

function refusedForm(
  refusal: Refusal,
  values: CareValues,
  order: typeof PUBLIC_ORDER | typeof STAFF_ORDER,
  key: string,
  r: Reader,
): CareForm {
  const problems = careProblems(refusal.fields, order, r);
  if (problems.length > 0) return { values, problems, key };
  const t = care(r.locale).problems;
  const messages: Record<string, string> = {
    too_soon: fill(t.tooSoon, { wait: waitText(secondsOf(refusal), r) }),
    busy: t.busy,
    idempotency_mismatch: t.twice,
    csrf: r.t.web.form.pressAgain,
  };
  return { values, problems, key, message: messages[refusal.code] ?? refusalMessage(refusal.code, r.locale) };
}

const withRetry = (refusal: Refusal, reply: Reply): Reply =>
  typeof refusal.data.retryAfter === "number"
    ? { ...reply, headers: { ...reply.headers, "retry-after": String(refusal.data.retryAfter) } }
    : reply;

// ---- a colleague's form

const NEW = "/complaints/new";

const staffFormRoutes: Route[] = [
  staffPage("GET", NEW, async (_request, _session, r) =>
    html(200, staffFormPage(r, { values: blankStaffCare(), problems: [], key: crypto.randomUUID() })),
  ),
  {
    method: "POST",
    path: NEW,
    async handle(request) {
      const form = request.form();
      const values = readCare(form);
      const key = markOf(form);
      const input = toComplaint(values, form);
      const [basis, started] = [startBasis(), startKey(claimedStaffId(request), input, key)];
      const session = await optionalSession(request);
      const r = readerFor(request, session, NEW);
      const again = (status: number, of: CareForm): Reply => html(status, staffFormPage(r, of));
      if (!session) return again(401, { values, problems: [], key, message: r.t.web.form.signInAgain });
      try {
        checkCsrf(session, request, form);
        const { body } = await fileComplaint(
          { input, actor: session.actor, locale: "zh-CN", sourceIp: request.sourceIp, key: started },
          basis,
        );
        return redirect(`/cases/${body.caseId}`);
      } catch (error) {
        if (!(error instanceof Refusal) || !isShown(error)) throw error;
        const next = error.code === "idempotency_mismatch" ? crypto.randomUUID() : key;
        return again(error.status, refusedForm(error, values, STAFF_ORDER, next, r));
      }
    },
  },
];

// ---- the customer's case

const policies = () => early(policyVersions<ComplaintPolicy>(POLICY));

async function showCase(
  request: Request,
  file: ComplaintCase,
  beside: { refused?: Refused; status?: number } = {},
): Promise<Reply> {
  const [versions, keys] = await Promise.all([policies(), linkKeys()]);
  const r = visitor(request, `/c/${file.header.caseId}`);
  const told = request.query.get("told");
  const view: CustomerCase = customerCase(file, policyOf(file, { policies: versions }), r.now);
  return html(
    beside.status ?? 200,
    statusPage(r, {
      view,
      nonce: pageNonce(keys, file, r.now),
      told: CARE_TOLD.find((one) => one === told) ?? null,
      ...(beside.refused ? { refused: beside.refused } : {}),
    }),
  );
}

/** The digits, by JSON for the case itself, by form for a pass and the way to the page. `rest`: what JSON says beside. */
async function status(request: Request, caseId: string, tail: unknown, rest: unknown = {}): Promise<Reply> {
  const versions = policies();
  const file = await openByTail(caseId, proofOf(request, tail ?? ""));
  refuseFields(rest);
  if (!request.isForm) return json(200, statusOf(file, policyOf(file, { policies: await versions }), now()));
  const { phoneHash } = file.header.complaint;
  return redirect(`/c/${caseId}`, [await passFor(caseId, phoneHash)]);
}

const statusRoutes: Route[] = [
  {
    method: "GET",
    path: "/c/status",
    handle: async () => redirect("/c#status"),
  },
  {
    // The code is typed beside the digits: the page that led here does not know it.
    method: "POST",
    path: "/c/status",
    handle: (request) => {
      const form = request.form();
      const code = (form.get("code") ?? "").normalize("NFKC").replace(/\s/g, "").toUpperCase();
      return status(request, code, form.get("tail"));
    },
  },
  {
    method: "POST",
    path: "/c/{caseId}/status",
    async handle(request) {
      if (request.isForm) return status(request, caseOf(request), request.form().get("tail"));
      const { tail, rest } = await tailIn(request);
      return status(request, caseOf(request), tail, rest);
    },
  },
  {
    method: "GET",
    path: "/c/{caseId}",
    async handle(request) {
      const caseId = caseOf(request);
      const file = await openByPass(caseId, request.cookies[PASS]);
      if (file) return showCase(request, file);
      return html(200, askPage(visitor(request, `/c/${encodeURIComponent(caseId)}`), caseId));
    },
  },
  {
    method: "POST",
    path: "/c/{caseId}",
    handle: (request) => (request.isForm ? pressed(request) : answered(request)),
  },
];

const isConfirmation = (choice: unknown): choice is "confirm" | "disagree" =>
  choice === "confirm" || choice === "disagree";

/** What is told of a press on the page that follows it. */
const TOLD = { confirm: "confirmed", disagree: "disagreed" } as const;

async function answered(request: Request): Promise<Reply> {
  const { tail, rest } = await tailIn(request);
  const around = early(readAround());
  const file = await openByTail(caseOf(request), proofOf(request, tail ?? ""));
  if (isConfirmation(Reflect.get(Object(rest), "choice"))) {
    const decision = await confirmCase(file, rest, { via: "json" }, around);
    return json(200, { caseId: file.header.caseId, ...decision });
  }
  const { caseId } = await answerCase(file, rest, { via: "json" }, around);
  return json(200, { caseId });
}

async function pressed(request: Request): Promise<Reply> {
  const around = early(readAround());
  const form = request.form();
  const { tail, nonce = "", ...fields } = Object.fromEntries(form);
  const file = await openCase(caseOf(request), proofOf(request, tail));
  const { caseId } = file.header;
  const written = writtenIn(form);
  const input = {
    ...fields,
    ...("message" in fields ? { message: written } : {}),
    ...("comment" in fields ? { comment: written } : {}),
  };
  const press: Press = { via: "form", nonce, keys: await linkKeys() };
  try {
    if (!isConfirmation(fields.choice)) {
      const { told } = await answerCase(file, input, press, around);
      return redirect(`/c/${caseId}?told=${told}`);
    }
    await confirmCase(file, input, press, around);
    return redirect(`/c/${caseId}?told=${TOLD[fields.choice]}`);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 404) throw error;
    const fresh = (await openByPass(caseId, request.cookies[PASS])) ?? file;
    const asked = noticeShown(press, fresh);
    // The second press of one button gets the receipt of the first.
    if (asked && isConfirmation(fields.choice)) {
      const given = { outcome: asked.outcome, comment: commentOn(fresh, asked) };
      if (isSameAnswer(given, { choice: fields.choice, comment: written }))
        return redirect(`/c/${caseId}?told=${TOLD[fields.choice]}`);
    }
    return showCase(request, fresh, {
      status: error.status,
      refused: refusedPress(error, { fields, written, asked }, visitor(request, "/c")),
    });
  }
}

/** Where on the page a refused press is told. */
function refusedPress(
  refusal: Refusal,
  pressed: { fields: Record<string, string>; written: string; asked: Step | undefined },
  r: Reader,
): Refused {
  const { fields, written, asked } = pressed;
  const [field] = refusal.fields;
  const t = care(r.locale).status.told;
  const known: Record<string, string> = {
    stale: careAnswer(r.locale).stale,
    wrong_phase: t.wrong,
    not_paused: t.wrong,
  };
  const message = field
    ? fieldMessage(field, r.locale)
    : asked?.status === "done" && asked.endedAt
      ? fill(word(care(r.locale).status.already, asked.outcome), {
          time: when(asked.endedAt, r.now, r.locale),
        })
      : (known[refusal.code] ?? refusalMessage(refusal.code, r.locale));
  const form =
    "message" in fields
      ? "message"
      : fields.choice === "disagree" || fields.choice === "reopen"
        ? fields.choice
        : null;
  return { form: field ? form : null, message, written };
}

export const handler = httpHandler({
  routes: [fileByJson, ...publicFormRoutes, ...staffFormRoutes, ...statusRoutes],
  errorPage: careErrorPage,
});
