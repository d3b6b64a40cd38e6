/**
 * The pages of one step, by link or signed in: what it shows now, and what it answers to a press. Both doors show
 * the same pages; they differ in where the form posts to and what it carries.
 */
import type { CaseView, StepView, VoteView } from "../case/view.ts";
import type { Person } from "../directory/model.ts";
import type { Refusal } from "../shared/errors.ts";
import { html, type Reply } from "../shared/http.ts";
import { when } from "../shared/i18n/format.ts";
import { fieldMessage, fill, refusalMessage } from "../shared/i18n/messages.ts";
import type { Verbs } from "./components/verbs.tsx";
import { isolate, word } from "./models/text.ts";
import { colleaguesOf, earlierStages, mayAdd } from "./models/verbs.ts";
import type { Reader } from "./models/view.ts";
import { decidedPage, receiptPage, voidPage } from "./pages/decided.tsx";
import { decisionPage } from "./pages/decision.tsx";

export type Standing = {
  view: CaseView;
  step: StepView;
  viewer: Person;
  mine: VoteView | null;
  state: "open" | "decided" | "void";
  action: string;
  hidden: Record<string, string>;
  staff: boolean;
  /** Whether the vote can still be taken back here. */
  undo: boolean;
  /** Whether approving needs a code, and whether one is on its way. */
  code: { sent: boolean } | null;
  /** Everybody, for the names that a form offers. */
  people: Person[];
};

export type Pressed = { choice: string; comment: string; toStaffId: string; toStage: string };

/** What was pressed, with one kind of line end. */
export const pressedOf = (form: URLSearchParams): Pressed => ({
  choice: form.get("choice") ?? "",
  comment: (form.get("comment") ?? "").replace(/\r\n?/g, "\n").trim(),
  toStaffId: form.get("toStaffId") ?? "",
  toStage: form.get("toStage") ?? "",
});

/** The same as the body of the JSON call has it. */
export const bodyOf = ({ choice, comment, toStaffId, toStage }: Pressed) => ({
  choice,
  comment,
  data: { ...(toStaffId === "" ? {} : { toStaffId }), ...(toStage === "" ? {} : { toStage }) },
});

/** The page of a step as it stands. */
export function stepPage(r: Reader, standing: Standing, status = 200): Reply {
  if (standing.state === "void") return html(status, voidPage(r, standing));
  if (standing.state === "decided") return html(status, decidedPage(r, withUndo(standing)));
  return html(status, decisionPage(r, { ...standing, verbs: verbsOf(standing) }));
}

const withUndo = (standing: Standing) => {
  const { undo, action, hidden, ...rest } = standing;
  return { ...rest, ...(undo ? { undo: { action, hidden } } : {}) };
};

/** What the forms beside the three buttons offer, and how the last press left them. */
function verbsOf({ view, step, people, code }: Standing, kept?: Pressed, refused?: Refused): Verbs {
  const wrong = refused?.code === "wrong_code" || refused?.code === "step_up";
  return {
    colleagues: colleaguesOf(view, step, people),
    earlier: earlierStages(view, step),
    mayAdd: mayAdd(step),
    code: code && { ...code, ...(wrong ? { wrong: refused.message } : {}) },
    ...(kept ? { kept } : {}),
    ...(refused ? { problem: refused.message } : {}),
  };
}

type Refused = { code: string; message: string };

/** A decision answers with the way to its receipt (303), so that a reload shows it again and decides nothing. */
export const DONE = "done";

/** The page after a decision: what was done and what happens next. */
export const receipt = (r: Reader, standing: Standing): Reply =>
  standing.mine && standing.state === "decided"
    ? html(200, receiptPage(r, { ...withUndo(standing), mine: standing.mine }))
    : stepPage(r, standing);

const KNOWN = [
  "already_decided",
  "already_voted",
  "stale",
  "over_limit",
  "csrf",
  "busy",
  "step_up",
  "wrong_code",
  "too_soon",
  "self_approval",
  "no_second_adding",
  "not_here",
  "undo_over",
];

/** The page after a refused press: the same status, the text kept, and what to do now. Null: not for this page. */
export function refusedPage(r: Reader, standing: Standing, refusal: Refusal, kept: Pressed): Reply | null {
  const known = KNOWN.includes(refusal.code);
  if (!known && refusal.fields.length === 0) return null;
  if (standing.state === "void") return html(refusal.status, voidPage(r, standing));
  if (standing.state === "decided")
    return html(refusal.status, decidedPage(r, withUndo(standing), tooLate(refusal, standing, r)));
  const [field] = refusal.fields;
  const message = field
    ? fieldMessage(field, r.locale)
    : refusal.code === "csrf"
      ? r.t.web.form.pressAgain
      : refusalMessage(refusal.code, r.locale);
  const refused = { code: field?.code ?? refusal.code, message };
  return html(
    refusal.status,
    decisionPage(r, { ...standing, verbs: verbsOf(standing, kept, refused), kept, refused }),
  );
}

/** 这一步已经有结果了：帅钟昨天 14:05 同意 */
function tooLate(refusal: Refusal, { step }: Standing, r: Reader): string {
  const vote = step.votes.findLast((one) => !one.void && !one.undone);
  if (refusal.code !== "already_decided" || !vote) return refusalMessage(refusal.code, r.locale);
  return fill(r.t.web.link.doneBy, {
    name: isolate(vote.by.name),
    time: when(vote.at, r.now, r.locale),
    voted: word(r.locale === "en" ? r.t.words.voted : r.t.words.choices, vote.choice),
  });
}
