/** What a reader may do on a whole case (contracts/approvals.md §5), as its page offers it. Pure. */
import type { CaseView, StepView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import { openStep } from "./road.ts";
import { roundsOf } from "./subject.ts";
import type { Reader } from "./view.ts";

export type CaseForm = "comments" | "cc" | "nudge" | "revoke";

/** A form that was refused: what was typed, and the message at its field. */
export type FailedForm = { form: CaseForm; message: string; typed: Record<string, string> };

const isRequester = (view: CaseView, r: Reader): boolean => view.createdBy.staffId === r.actor?.staffId;

/** Whoever signs or signed the case. */
const signs = (view: CaseView, r: Reader): boolean =>
  view.steps.some(
    (step) =>
      step.kind === "approval" &&
      [...step.assignees, ...step.votes.map((vote) => vote.by)].some(
        (one) => one.staffId === r.actor?.staffId,
      ),
  );

/** Requester and signers put people on copy and attach files. */
export const mayCopy = (view: CaseView, r: Reader): boolean => isRequester(view, r) || signs(view, r);

/** The step whose signers may be reminded; `administers`: whether the reader is the administrator of the case. */
export function nudgeable(view: CaseView, r: Reader, administers: boolean): StepView | null {
  const step = openStep(view);
  return step?.kind === "approval" && (administers || isRequester(view, r)) ? step : null;
}

/** An approved visit may be called off until the guests arrive. */
export const mayRevoke = (view: CaseView, r: Reader): boolean =>
  isRequester(view, r) &&
  view.process === "reception" &&
  view.status === "open" &&
  view.phase === "approved" &&
  Date.parse(String(view.content?.arriveAt)) > r.now;

/** Until it is approved; in a second round the visit has taken place and only its settlement goes on. */
export const mayWithdraw = (view: CaseView, r: Reader): boolean =>
  isRequester(view, r) &&
  view.status === "open" &&
  ["approval", "returned"].includes(view.phase) &&
  roundsOf(view) === 1;

/** Whom a copy may go to: everybody who is not on copy yet, by name. */
export const copyable = (view: CaseView, r: Reader, people: Person[]): Person[] =>
  people
    .filter(
      (one) =>
        one.active &&
        one.staffId !== r.actor?.staffId &&
        one.staffId !== view.createdBy.staffId &&
        !view.cc.some((each) => each.staffId === one.staffId),
    )
    .sort((a, b) => a.name.localeCompare(b.name, "zh-CN"));
