/**
 * What waits for signed-in people and how they decide it: the list of decisions, approving several at once, the page of
 * a step, and the API of all that. Apart from WebStaff, because deciding brings the whole of a step's verbs with it and a
 * bundle has its limit (docs/decisions/0003-checks-and-bundles.md).
 */
import { myTasks } from "../case/lists.ts";
import { waitingDecisions } from "../case/waiting.ts";
import { checkCsrf } from "../directory/session.ts";
import { Refusal } from "../shared/errors.ts";
import { html, httpHandler, type Route } from "../shared/http.ts";
import { fieldMessage } from "../shared/i18n/messages.ts";
import { approveBatch } from "../step/batch.ts";
import { errorPage } from "./pages/error.tsx";
import { batchPage, tasksPage } from "./pages/tasks.tsx";
import { readerFor, staffPage } from "./staff-page.ts";
import { stepRoutes } from "./steps.tsx";
import { tasksApiRoutes } from "./tasks-api.ts";

/** A page of them; whoever has more is told so. */
const MOST = 100;
/** The kind of step that is decided; what else waits is done on pages of its own. */
const APPROVAL = "approval";

const taskRoutes: Route[] = [
  staffPage("GET", "/tasks", async (request, session, r) => {
    const { actor } = session;
    const [decisions, mine] = await Promise.all([
      waitingDecisions(actor, { limit: MOST }, r.locale),
      myTasks(actor, { limit: MOST }),
    ]);
    const others = mine.items.filter((one) => one.kind !== APPROVAL);
    const filter = {
      process: request.query.get("process") ?? "",
      overdue: request.query.get("overdue") === "1",
    };
    return html(200, tasksPage(r, { ...decisions, filter, others }));
  }),
  staffPage("POST", "/tasks/batch", async (request, session, r) => {
    const form = request.form();
    checkCsrf(session, request, form);
    const { actor } = session;
    const steps = form.getAll("step").map((one) => {
      const [stepId = "", contentHash = ""] = one.split(" ");
      return { stepId, contentHash };
    });
    // What was ticked is named again beside its result: read before it is decided and gone from the list.
    const before = await waitingDecisions(actor, { limit: MOST }, r.locale);
    try {
      const { body } = await approveBatch(actor, { choice: form.get("choice"), steps });
      return html(200, batchPage(r, before.items, body.results));
    } catch (error) {
      const [field] = error instanceof Refusal ? error.fields : [];
      if (!field) throw error;
      const filter = { process: "", overdue: false };
      return html(
        400,
        tasksPage(r, { ...before, filter, others: [], problem: fieldMessage(field, r.locale) }),
      );
    }
  }),
];

export const handler = httpHandler({
  routes: [...tasksApiRoutes, ...taskRoutes, ...stepRoutes],
  errorPage: (refusal, request) => html(refusal.status, errorPage(readerFor(request, null, "/"), refusal)),
});
