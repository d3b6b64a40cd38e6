/** Pages of signed-in people, the same in every function that has some. */
import { workingCalendar } from "../directory/calendar.ts";
import { claimedStaffId, optionalSession, type Session } from "../directory/session.ts";
import { now } from "../shared/clock.ts";
import { Refusal } from "../shared/errors.ts";
import { html, type Reply, type Request, type Route } from "../shared/http.ts";
import { early } from "../shared/table.ts";
import { localPath, type Reader, readerOf } from "./models/view.ts";
import { errorPage } from "./pages/error.tsx";

/** The path of a request as it was called, to come back to. */
export const pathOf = (route: string, request: Request): string => {
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(request.params[name] ?? ""),
  );
  const query = request.query.toString();
  return query === "" ? path : `${path}?${query}`;
};

export const readerFor = (request: Request, session: Session | null, path: string): Reader =>
  readerOf({ locale: request.locale, now: now(), path }, session);

type Page = (request: Request, session: Session, r: Reader) => Promise<Reply>;

/** A page for signed-in people. Refusals are shown with their navigation; a visitor is shown the way in. */
export function staffPage(method: "GET" | "POST", path: string, show: Page): Route {
  return {
    method,
    path,
    async handle(request) {
      const here = pathOf(path, request);
      const reading = claimedStaffId(request) === null ? undefined : early(workingCalendar());
      const session = await optionalSession(request);
      const wanted = method === "GET" ? here : "/";
      const r = readerFor(request, session, wanted);
      if (session && reading) r.calendar = await reading;
      const refused = (refusal: Refusal): Reply => {
        if (request.wantsJson) throw refusal;
        const written = request.isForm ? (request.form().get("comment") ?? "") : "";
        return html(
          refusal.status,
          errorPage(r, refusal, method === "GET" ? here : localPath(here), written),
        );
      };
      if (!session) return refused(new Refusal(401, "unauthenticated"));
      try {
        return await show(request, session, r);
      } catch (error) {
        if (error instanceof Refusal) return refused(error);
        throw error;
      }
    },
  };
}
