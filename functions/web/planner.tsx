/** Lambda `web-planner`: API and pages of the planner and of campaigns, and the page of the cadence. */
import { requireSession } from "../directory/session.ts";
import { generateCampaign, openCampaign, previewCampaign, viewCampaign } from "../planner/campaigns.ts";
import { listRuns, runNow } from "../planner/runs.ts";
import { turnSwitch, viewSwitch } from "../planner/switch.ts";
import { html, httpHandler, json, type Route, withJson } from "../shared/http.ts";
import { keyOf, pagingOf, writer } from "./calls.ts";
import { errorPage } from "./pages/error.tsx";
import { plannerPages } from "./planner-pages.tsx";
import { readerFor } from "./staff-page.ts";

const PLANNER = "/api/planner";
const CAMPAIGNS = "/api/campaigns";
const CAMPAIGN = `${CAMPAIGNS}/{campaignId}`;

const routes: Route[] = [
  {
    method: "GET",
    path: PLANNER,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewSwitch(actor));
    },
  },
  {
    method: "PUT",
    path: PLANNER,
    async handle(request) {
      const { actor } = await writer(request);
      return json(200, await withJson(request, (input) => turnSwitch(actor, input)));
    },
  },
  {
    method: "GET",
    path: `${PLANNER}/runs`,
    async handle(request) {
      const { actor } = await requireSession(request);
      const { query, locale } = request;
      const asked = { from: query.get("from"), to: query.get("to"), ...pagingOf(query) };
      return json(200, await listRuns(actor, asked, locale));
    },
  },
  {
    method: "POST",
    path: `${PLANNER}/runs`,
    async handle(request) {
      const { actor } = await writer(request);
      const options = { locale: request.locale, ...keyOf(request) };
      const { status, body } = await withJson(request, (input) => runNow(actor, input, options));
      return json(status, body);
    },
  },
  {
    method: "POST",
    path: CAMPAIGNS,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) => openCampaign(actor, input, keyOf(request));
      const { status, body } = await withJson(request, run);
      return json(status, body);
    },
  },
  {
    method: "GET",
    path: CAMPAIGN,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await viewCampaign(actor, request.params.campaignId!));
    },
  },
  {
    method: "GET",
    path: `${CAMPAIGN}/preview`,
    async handle(request) {
      const { actor } = await requireSession(request);
      return json(200, await previewCampaign(actor, request.params.campaignId!, request.locale));
    },
  },
  {
    method: "POST",
    path: `${CAMPAIGN}/generate`,
    async handle(request) {
      const { actor } = await writer(request);
      const run = (input: unknown) =>
        generateCampaign(actor, request.params.campaignId!, input, keyOf(request));
      const { status, body } = await withJson(request, run);
      return json(status, body);
    },
  },
];

export const handler = httpHandler({
  routes: [...routes, ...plannerPages],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
