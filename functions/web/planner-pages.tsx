/** Pages of campaigns, of the planner and of the cadence. */
import { isDesk } from "../case/access.ts";
import { changeCadence, viewCadence } from "../customer/cadence-store.ts";
import { readCustomers } from "../customer/contact-store.ts";
import { readCadence } from "../customer/schema.ts";
import { checkCsrf, type Session } from "../directory/session.ts";
import { people } from "../directory/store.ts";
import {
  generateCampaign,
  listCampaigns,
  openCampaign,
  previewCampaign,
  viewCampaign,
} from "../planner/campaigns.ts";
import { listRuns, runNow } from "../planner/runs.ts";
import { turnSwitch, viewSwitch } from "../planner/switch.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { forbidden, Refusal } from "../shared/errors.ts";
import { html, type Reply, type Request, type Route, redirect } from "../shared/http.ts";
import { fieldMessage, fill, refusalMessage } from "../shared/i18n/messages.ts";
import { campaignTexts } from "../shared/i18n/sections/campaigns.ts";
import { cadenceInput, typedCadence, valuesOf } from "./models/cadence-form.ts";
import type { Problem } from "./models/reception-form.ts";
import type { Reader } from "./models/view.ts";
import { cadencePage } from "./pages/cadence.tsx";
import { campaignPage, campaignsPage, type Names, newCampaignPage } from "./pages/campaigns.tsx";
import { detailsOf, plannerPage } from "./pages/planner.tsx";
import { staffPage } from "./staff-page.ts";

type Wrong = { problems: Problem[]; message?: string };

/** Refusals that a form cannot help with. */
const BEYOND = ["not_allowed", "not_found"];

/** A refused form: what is wrong, at its fields where it has some. `labelOf` names a field by its path. */
function wrongOf(error: unknown, r: Reader, labelOf: (path: string) => string, stale?: string): Wrong {
  if (!(error instanceof Refusal) || BEYOND.includes(error.code)) throw error;
  if (error.fields.length > 0)
    return {
      problems: error.fields.map((field) => ({
        input: field.path,
        label: labelOf(field.path),
        message: fieldMessage(field, r.locale),
      })),
    };
  const message =
    error.code === "csrf"
      ? r.t.web.form.pressAgain
      : error.code === "stale" && stale !== undefined
        ? stale
        : refusalMessage(error.code, r.locale);
  return { problems: [], message };
}

const statusOf = (error: unknown): number => (error instanceof Refusal ? error.status : 500);

// ---- campaigns

const CAMPAIGNS = "/campaigns";

/** Names of customers by number. */
async function namesOf(customerIds: string[]): Promise<Names> {
  const found = await readCustomers(customerIds);
  return (customerId) => found.get(customerId)?.name ?? customerId;
}

const rowsIn = (text: string, by: RegExp): string[] =>
  text
    .split(by)
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** What the call gets. */
function campaignInput(values: Record<string, string>): object {
  const { name = "", channel, plannedOn = "", dueOn = "", questions = "", customerIds = "" } = values;
  const { tier = "", owner = "", q = "" } = values;
  return {
    name,
    channel,
    plannedOn,
    dueOn,
    questions: rowsIn(questions, /[\r\n]+/),
    ...(values.of === "ids"
      ? { customerIds: rowsIn(customerIds, /[\s,，、;；]+/) }
      : { select: { tier, owner, q } }),
  };
}

/** Where a problem of the call stands in the form. */
const inputOf = (path: string): string => {
  if (path === "select") return "of";
  const [first = "", second = ""] = path.split(".");
  return first === "select" ? second : first;
};

async function createCampaign(request: Request, session: Session, r: Reader): Promise<Reply> {
  const form = request.form();
  const values = Object.fromEntries(form);
  try {
    checkCsrf(session, request, form);
    const { body } = await openCampaign(session.actor, campaignInput(values));
    return redirect(`/campaigns/${body.campaignId}`);
  } catch (error) {
    const labels: Record<string, string> = campaignTexts(r.locale).campaign as unknown as Record<
      string,
      string
    >;
    const wrong = wrongOf(error, r, (path) => labels[inputOf(path)] ?? "");
    const problems = wrong.problems
      .map((one) => ({ ...one, input: inputOf(one.input) }))
      .filter((one, index, all) => all.findIndex(({ input }) => input === one.input) === index);
    const page = { ...wrong, problems, values, people: await people() };
    return html(statusOf(error), newCampaignPage({ ...r, path: `${CAMPAIGNS}/new` }, page));
  }
}

/** Seconds after which a browser asks again how far it is. */
const REFRESH = "3";

async function showCampaign(
  session: Session,
  campaignId: string,
  r: Reader,
  message?: string,
): Promise<Reply> {
  const view = await viewCampaign(session.actor, campaignId);
  const preview = view.status === "draft" ? await previewCampaign(session.actor, campaignId, r.locale) : null;
  const skipped = preview?.skipped ?? view.skipped;
  const names = await namesOf(skipped.map((one) => one.customerId));
  const page = campaignPage(r, { view, preview, names, ...(message === undefined ? {} : { message }) });
  return html(
    message === undefined ? 200 : 409,
    page,
    view.status === "generating" ? { refresh: REFRESH } : {},
  );
}

const CAMPAIGN = `${CAMPAIGNS}/{campaignId}`;

const campaigns: Route[] = [
  staffPage("GET", CAMPAIGNS, async (request, { actor }, r) => {
    const cursor = request.query.get("cursor");
    const [{ items, next }, staff] = await Promise.all([
      listCampaigns(actor, cursor ? { cursor } : {}),
      people(),
    ]);
    return html(200, campaignsPage(r, { lines: items, next, paged: cursor !== null, people: staff }));
  }),
  staffPage("GET", `${CAMPAIGNS}/new`, async (_request, { actor }, r) => {
    if (!isDesk(actor)) throw forbidden("not_allowed");
    const values = { plannedOn: shanghaiDate(r.now) };
    return html(200, newCampaignPage(r, { values, people: await people(), problems: [] }));
  }),
  staffPage("POST", CAMPAIGNS, createCampaign),
  staffPage("GET", CAMPAIGN, (request, session, r) => showCampaign(session, request.params.campaignId!, r)),
  staffPage("POST", `${CAMPAIGN}/generate`, async (request, session, r) => {
    const campaignId = request.params.campaignId!;
    const path = `/campaigns/${encodeURIComponent(campaignId)}`;
    try {
      checkCsrf(session, request, request.form());
      await generateCampaign(session.actor, campaignId, {});
      return redirect(path);
    } catch (error) {
      const { message } = wrongOf(error, r, () => "");
      return showCampaign(session, campaignId, { ...r, path }, message);
    }
  }),
];

// ---- the planner

async function showPlanner(
  session: Session,
  r: Reader,
  of: Wrong & { told?: string | null; status?: number } = { problems: [] },
): Promise<Reply> {
  const { actor } = session;
  const [{ items }, pausing] = await Promise.all([
    listRuns(actor, { from: null, to: null }, r.locale),
    actor.roles.includes("service_manager") ? viewSwitch(actor) : null,
  ]);
  const { status = 200, told = null, ...wrong } = of;
  const names = await namesOf(detailsOf(items).flatMap((run) => run.customerIds));
  return html(
    status,
    plannerPage({ ...r, path: "/planner" }, { runs: items, pausing, names, told, ...wrong }),
  );
}

const planner: Route[] = [
  staffPage("GET", "/planner", (request, session, r) => {
    const t = campaignTexts(r.locale).planner.told;
    const said = request.query.get("told");
    const n = Number(request.query.get("n") ?? 0);
    const told =
      said === "ran" ? fill(t.ran, { n }) : said === "paused" || said === "resumed" ? t[said] : null;
    return showPlanner(session, r, { problems: [], told });
  }),
  staffPage("POST", "/planner", async (request, session, r) => {
    const form = request.form();
    const paused = form.get("act") !== "resume";
    try {
      checkCsrf(session, request, form);
      await turnSwitch(session.actor, { paused, reason: form.get("reason") ?? "" });
      return redirect(`/planner?told=${paused ? "paused" : "resumed"}`);
    } catch (error) {
      const wrong = wrongOf(error, r, () => campaignTexts(r.locale).planner.pauseReason);
      return showPlanner(session, r, { ...wrong, status: statusOf(error) });
    }
  }),
  staffPage("POST", "/planner/runs", async (request, session, r) => {
    try {
      checkCsrf(session, request, request.form());
      const { body } = await runNow(session.actor, {}, { locale: r.locale });
      return redirect(`/planner?told=ran&n=${body.created}`);
    } catch (error) {
      return showPlanner(session, r, { ...wrongOf(error, r, () => ""), status: statusOf(error) });
    }
  }),
];

// ---- the cadence

const CADENCE = "/policies/cadence";

async function saveCadence(request: Request, session: Session, r: Reader): Promise<Reply> {
  const form = request.form();
  const values = typedCadence(form);
  try {
    checkCsrf(session, request, form);
    await changeCadence(session.actor, () => readCadence(cadenceInput(values)));
    return redirect(`${CADENCE}?told=saved`);
  } catch (error) {
    const t = campaignTexts(r.locale).cadence;
    const labels: Record<string, string> = {
      count: t.count,
      unit: t.unit,
      window: t.window,
      channel: t.channel,
      firstContactDays: t.first,
      contacts: t.contacts,
      days: t.days,
      coverageTarget: t.target,
    };
    const labelOf = (path: string): string => {
      const tier = /^tiers\.(\w)\./.exec(path)?.[1];
      const name = labels[path.split(".").at(-1) ?? ""] ?? "";
      return tier ? `${fill(t.tier, { tier })} · ${name}` : name;
    };
    const wrong = wrongOf(error, r, labelOf, t.stale);
    // What another has saved meanwhile is what this form changes now.
    const newest = error instanceof Refusal && error.code === "stale" ? error.data.version : values.version;
    const page = { values, version: Number(newest), saved: false, ...wrong };
    return html(statusOf(error), cadencePage({ ...r, path: CADENCE }, page));
  }
}

const cadence: Route[] = [
  staffPage("GET", CADENCE, async (request, { actor }, r) => {
    const { version, ...policy } = await viewCadence(actor);
    const saved = request.query.get("told") === "saved";
    return html(200, cadencePage(r, { values: valuesOf(policy), version, problems: [], saved }));
  }),
  staffPage("POST", CADENCE, saveCadence),
];

export const plannerPages: Route[] = [...campaigns, ...planner, ...cadence];
