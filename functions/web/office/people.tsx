/** Pages of people and absences. */
import { drainQueue } from "../../complaint/queue.ts";
import { cancelAbsence, enterAbsence, listAbsences } from "../../directory/absence.ts";
import { changePerson, readLeaving, readStaff } from "../../directory/people.ts";
import { checkCsrf, type Session } from "../../directory/session.ts";
import { absenceVersion } from "../../directory/store.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { Refusal } from "../../shared/errors.ts";
import { html, type Reply, type Route, redirect } from "../../shared/http.ts";
import { fieldMessage, fill, refusalMessage } from "../../shared/i18n/messages.ts";
import { peopleTexts } from "../../shared/i18n/sections/people.ts";
import { isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import {
  type AbsencesPage,
  type AbsenceValues,
  absencesPage,
  peoplePage,
  personPage,
} from "../pages/people.tsx";
import { staffPage } from "../staff-page.ts";

const PERSON = "/people/{staffId}";

/** What was just done, from the address that it led to. */
function toldOf(
  query: URLSearchParams,
  r: Reader,
  people: { staffId: string; name: string }[],
): string | null {
  const { told: texts } = peopleTexts(r.locale);
  const key = query.get("told") ?? "";
  if (!Object.hasOwn(texts, key)) return null;
  const who = people.find((one) => one.staffId === query.get("who"));
  const n = Number(query.get("n") ?? 0);
  return fill(texts[key as keyof typeof texts], {
    name: isolate(who?.name ?? ""),
    n: Number.isInteger(n) ? n : 0,
  });
}

const peoplePages: Route[] = [
  staffPage("GET", "/people", async (request, { actor }, r) => {
    const { people, administers } = await readStaff(actor);
    return html(200, peoplePage(r, { people, administers, told: toldOf(request.query, r, people) }));
  }),
  staffPage("GET", PERSON, async (request, { actor }, r) => {
    const leaving = await readLeaving(actor, request.params.staffId!);
    return html(200, personPage(r, { ...leaving, refused: null }));
  }),
  staffPage("POST", PERSON, async (request, session, r) => {
    const staffId = request.params.staffId!;
    const form = request.form();
    const active = form.get("active") === "yes";
    try {
      checkCsrf(session, request, form);
      const { handed } = await changePerson(session.actor, staffId, { active });
      if (active) await drainQueue();
      const n = handed.filter((one) => one.to !== null).length;
      const told = active ? "back" : n > 0 ? "handed" : "left";
      return redirect(`/people?${new URLSearchParams({ told, who: staffId, n: String(n) })}`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 404 || error.code === "not_allowed") throw error;
      const refused = error.code === "csrf" ? r.t.web.form.pressAgain : refusalMessage(error.code, r.locale);
      return html(error.status, personPage(r, { ...(await readLeaving(session.actor, staffId)), refused }));
    }
  }),
];

const ABSENCES = "/absences";

async function absences(
  session: Session,
  r: Reader,
  status: number,
  more: Partial<AbsencesPage> & { query?: URLSearchParams },
): Promise<Reply> {
  const { actor } = session;
  const [{ items }, { people, administers }] = await Promise.all([
    listAbsences(actor, null),
    readStaff(actor),
  ]);
  const today = shanghaiDate(r.now);
  const { query, ...rest } = more;
  return html(
    status,
    absencesPage(r, {
      // What is over is history: the routing looks at it no more.
      items: items.filter((one) => one.to >= today),
      people,
      administers,
      values: { staffId: actor.staffId, from: "", to: "", substituteId: "", reason: "" },
      problems: [],
      told: query ? toldOf(query, r, people) : null,
      key: crypto.randomUUID(),
      ...rest,
    }),
  );
}

/** A refused form: as it was typed, with what is wrong where it is wrong. */
function refusedForm(refusal: Refusal, values: AbsenceValues, r: Reader): Partial<AbsencesPage> {
  const { absence } = peopleTexts(r.locale);
  const labels: Record<string, string> = {
    staffId: absence.person,
    from: absence.from,
    to: absence.to,
    substituteId: absence.substitute,
    reason: absence.reason,
  };
  const at = (input: string, message: string) => ({ input, label: labels[input] ?? input, message });
  const { fields, code } = refusal;
  if (fields.length > 0)
    return { values, problems: fields.map((one) => at(one.path, fieldMessage(one, r.locale))) };
  const message = refusalMessage(code, r.locale);
  if (code === "delegation_cycle" || code === "delegation_chain")
    return { values, problems: [at("substituteId", message)] };
  const { form } = r.t.web;
  const words: Record<string, string> = { csrf: form.pressAgain, idempotency_mismatch: form.twice };
  return { values, message: words[code] ?? message };
}

const absencePages: Route[] = [
  staffPage("GET", ABSENCES, (request, session, r) => absences(session, r, 200, { query: request.query })),
  staffPage("POST", ABSENCES, async (request, session, r) => {
    const form = request.form();
    const get = (name: string) => form.get(name) ?? "";
    const values: AbsenceValues = {
      staffId: get("staffId") || session.actor.staffId,
      from: get("from"),
      to: get("to"),
      substituteId: get("substituteId"),
      reason: get("reason"),
    };
    const key = get("key");
    try {
      checkCsrf(session, request, form);
      const { substituteId, ...rest } = values;
      const input = { ...rest, ...(substituteId === "" ? {} : { substituteId }) };
      const version = await absenceVersion();
      await enterAbsence(session.actor, input, version, key === "" ? {} : { idempotencyKey: key });
      return redirect(`${ABSENCES}?told=entered`);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === "not_allowed") throw error;
      // A key that was used for other content is worn out: the next press is a new entry.
      const again = error.code === "idempotency_mismatch" || key === "" ? {} : { key };
      return absences(session, r, error.status, { ...again, ...refusedForm(error, values, r) });
    }
  }),
  staffPage("POST", `${ABSENCES}/{absenceId}/cancel`, async (request, session) => {
    checkCsrf(session, request, request.form());
    await cancelAbsence(session.actor, request.params.absenceId!);
    await drainQueue();
    return redirect(`${ABSENCES}?told=cancelled`);
  }),
];

export const peopleRoutes: Route[] = [...peoplePages, ...absencePages];
