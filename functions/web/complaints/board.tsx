/** The board of complaints: the register with counts, filters in its address and a search that opens a case at once. */

import { readsReports } from "../../case/access.ts";
import { readsAll } from "../../complaint/access.ts";
import { exportRegister, readRegister } from "../../complaint/register.ts";
import { type RegisterLine, type RegisterQuery, readRegisterQuery } from "../../complaint/register-rules.ts";
import type { Actor } from "../../directory/model.ts";
import { listPeople } from "../../directory/people.ts";
import { Refusal } from "../../shared/errors.ts";
import { html, type Route, redirect } from "../../shared/http.ts";
import { fieldMessage } from "../../shared/i18n/messages.ts";
import { boardPath, filterOf, ofView, queryOf, searchOf, statsOf } from "../models/complaint-board.ts";
import { casePath } from "../models/paths.ts";
import { seesComplaints } from "../models/view.ts";
import { complaintBoardPage } from "../pages/complaint-board.tsx";
import { staffPage } from "../staff-page.ts";

const PAGE = 50;

/** Every open complaint, for the counts; null where they are more than a page can count. */
async function openLines(actor: Actor): Promise<RegisterLine[] | null> {
  try {
    return await exportRegister(actor, { status: "open" });
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return null;
    throw error;
  }
}

export const boardRoute: Route = staffPage("GET", "/complaints", async (request, session, r) => {
  const { actor } = session;
  const { query } = request;
  const typed = query.get("q")?.trim();
  const filter = filterOf(query);
  if (typed) {
    const found = searchOf(typed);
    return redirect("caseId" in found ? casePath(found.caseId) : boardPath(found));
  }
  const everything = readsAll(actor);
  const cursor = query.get("cursor");
  let asked: RegisterQuery = { status: "open" };
  let problem: string | undefined;
  try {
    asked = readRegisterQuery(new URLSearchParams(queryOf({ ...filter, status: filter.status ?? "" })));
    if (filter.status === "open") asked = { ...asked, status: "open" };
  } catch (error) {
    const [field] = error instanceof Refusal ? error.fields : [];
    if (!field) throw error;
    problem = fieldMessage(field, r.locale);
  }
  const [register, open, mates] = await Promise.all([
    readRegister(actor, asked, { limit: PAGE, ...(cursor ? { cursor } : {}) }),
    everything ? openLines(actor) : null,
    listPeople(),
  ]);
  const picked = filter.view && open ? open.filter((line) => ofView(line, filter.view, r.now)) : null;
  return html(
    problem ? 400 : 200,
    complaintBoardPage(r, {
      lines: picked ?? register.items,
      next: picked ? null : register.next,
      paged: cursor !== null,
      filter,
      stats: open ? statsOf(open, r.now) : null,
      mates: mates.map((one) => ({
        ...one,
        away: one.absence !== null,
        handles: one.active && one.roles.includes("agent"),
      })),
      enters: seesComplaints(actor),
      everything,
      reports: readsReports(actor),
      ...(problem ? { problem } : {}),
    }),
  );
});
