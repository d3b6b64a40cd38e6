/** A complaint as its pages read it: the JSON of contracts/complaints.md, who may do what on it, and its words. Pure. */
import type { EventView, StepView, Who } from "../../case/view.ts";
import type { ComplaintView } from "../../complaint/view.ts";
import type { Role } from "../../directory/model.ts";
import { complaintRoad } from "../../shared/i18n/sections/complaint-road.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { isolate, str } from "./text.ts";
import type { Reader } from "./view.ts";

export type { ComplaintView };

/** Who is who, for staff ids that events name. */
export type Names = (staffId: string) => string;

/** The step of the main line, or the signature, that people are working on; a claim and a report run beside it. */
export const openComplaintStep = (view: Pick<ComplaintView, "steps">): StepView | undefined =>
  view.steps.find((step) => step.status === "open" && !BESIDE.includes(step.kind));

const BESIDE: readonly string[] = ["read", "claim"];

/** What a step is about: its kind, or of a signature the chain it belongs to. */
export const aboutOf = (step: Pick<StepView, "kind" | "stage">): string =>
  step.kind === "approval" ? (step.stage === "notice" ? "notice" : "compensation") : step.kind;

const LEADS: readonly Role[] = ["aftersales_lead", "callcenter_lead"];
const DESK: readonly Role[] = [...LEADS, "complaint_admin", "service_manager"];

const holds = (r: Reader, roles: readonly Role[]): boolean =>
  r.actor?.roles.some((role) => roles.includes(role)) === true;

/** Leads, complaint admin, service manager. */
export const isDesk = (r: Reader): boolean => holds(r, DESK);

export const isHandler = (view: ComplaintView, r: Reader): boolean =>
  view.assignee !== null && view.assignee.staffId === r.actor?.staffId;

/** The handler and the desk act on the case as a whole. */
export const works = (view: ComplaintView, r: Reader): boolean =>
  view.status === "open" && (isHandler(view, r) || isDesk(r));

/** Whether the customer may be asked now: not while he is already. */
export const mayPause = (view: ComplaintView, r: Reader): boolean => works(view, r) && !view.paused;
export const mayResume = (view: ComplaintView, r: Reader): boolean => works(view, r) && view.paused;
export const mayMerge = (view: ComplaintView, r: Reader): boolean => view.status === "open" && isDesk(r);

const DAY_MS = 86_400_000;
const REOPEN_DAYS = 15;

/** Within 15 days of closing; how often it may still be is for the call to say. */
export const mayReopen = (view: ComplaintView, r: Reader): boolean =>
  view.status === "closed" &&
  isDesk(r) &&
  view.mergedInto === null &&
  view.closedAt !== null &&
  r.now <= Date.parse(view.closedAt) + REOPEN_DAYS * DAY_MS;

/** Whether somebody else holds the open step, so that a reminder makes sense. */
export const mayNudge = (view: ComplaintView, r: Reader): boolean => {
  const step = openComplaintStep(view);
  return (
    step?.assignees.some((one) => one.staffId !== r.actor?.staffId && one.staffId !== "customer") === true
  );
};

export const mayReadDossier = (view: ComplaintView, r: Reader): boolean =>
  view.dossier !== null && (isDesk(r) || holds(r, ["records_admin"]));

/** The reader’s own open steps, the main line first. */
export const myOpenSteps = (view: ComplaintView, r: Reader): StepView[] =>
  view.steps.filter(
    (step) => step.status === "open" && step.assignees.some((one) => one.staffId === r.actor?.staffId),
  );

/** A lead who did not handle the case may enter what the customer said on the phone. */
export function mayEnterAnswer(view: ComplaintView, r: Reader): StepView | null {
  const step = openComplaintStep(view);
  const handled = view.stretches.some((one) => one.assignee?.staffId === r.actor?.staffId);
  return step?.kind === "customer-confirm" && holds(r, LEADS) && !handled ? step : null;
}

// ---- words

const TITLE = 40;

/** The first sentence of what the customer wrote, for a heading; the category once that was erased. */
export function complaintTitle(view: ComplaintView, r: Reader): string {
  const t = complaintWords(r.locale);
  const said = str(view.content?.description)
    .split(/[。！？!?\n]|\.\s/)[0]
    ?.trim();
  if (!said) {
    const category = wordOf(t.categories, view.category);
    return complaintRoad(r.locale).untitled.replace(
      "{category}",
      r.locale === "en" ? category.toLowerCase() : category,
    );
  }
  const letters = [...said];
  return isolate(letters.length <= TITLE ? said : `${letters.slice(0, TITLE - 1).join("")}…`);
}

/** The customer by name, where the content still has it. */
export const customerName = (view: Pick<ComplaintView, "content">, r: Reader): string =>
  isolate(str(view.content?.complainantName)) || complaintRoad(r.locale).customer;

/** Names of a step’s people; the customer is one of them. */
export const holdersOf = (
  view: Pick<ComplaintView, "content">,
  step: StepView,
  r: Reader,
): (Who & { for?: Who })[] =>
  step.assignees.map((one) => (one.staffId === "customer" ? { ...one, name: customerName(view, r) } : one));

/** Who did something, in words. */
export function byOf(event: EventView, view: ComplaintView, r: Reader): string {
  const { by } = event;
  if (by === null) return complaintRoad(r.locale).system;
  if ("customer" in by || by.staffId === "customer") return customerName(view, r);
  return isolate(by.name);
}

/** The number of the event that began the present round; 0 in the first. */
export const roundStart = (view: Pick<ComplaintView, "events">): number =>
  view.events.findLast((event) => event.kind === "complaint.reopened")?.seq ?? 0;

/** The look of a priority: the two that press stand out. */
export const priorityTag = (priority: string): string =>
  priority === "P1"
    ? "tag tag-plain tag-late"
    : priority === "P2"
      ? "tag tag-plain tag-warn"
      : "tag tag-plain";

/** The look of where a complaint is. */
export const phaseTag = (line: { status: string; paused: boolean }): string =>
  line.status === "closed" ? "tag tag-done" : line.paused ? "tag tag-warn" : "tag tag-now";

/** Whom a note calls: the one chosen, and everybody whose name stands behind an @ in it. */
export function mentionsIn(
  text: string,
  chosen: string,
  people: { staffId: string; name: string; active: boolean }[],
): string[] {
  const named = people.filter((one) => one.active && text.includes(`@${one.name}`)).map((one) => one.staffId);
  return [...new Set([...(chosen === "" ? [] : [chosen]), ...named])];
}
