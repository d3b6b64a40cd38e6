/** A step by its link: every state of its page, the decision, and the fresh link of an expired one (MECHANICS §4). */
import { buildView } from "../case/build-view.ts";
import type { CaseFile, LinkItem, Seat, Step } from "../case/model.ts";
import { caseFacts } from "../case/read.ts";
import { changeCase, putMessage, putSeat, readCase } from "../case/store.ts";
import type { CaseView, StepView, VoteView } from "../case/view.ts";
import type { Locale, Person } from "../directory/model.ts";
import type { Session } from "../directory/session.ts";
import { readPeople } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { conflict, forbidden, notFound, Refusal } from "../shared/errors.ts";
import { findingText } from "../shared/i18n/sections/findings.ts";
import { ConditionFailed, early, getItem } from "../shared/table.ts";
import { decide, policyOf, readAround } from "./act.ts";
import { needsCode, sendCode, takeTry } from "./code.ts";
import {
  isNonceFor,
  issueNonce,
  LINK_LIFE_MS,
  type LinkKeys,
  linkKey,
  linkKeys,
  type Shown,
} from "./links.ts";
import type { Around, Decision } from "./model.ts";
import { linkWrite } from "./open.ts";
import { codeState, countedVotes, isApproval, undoRefusal } from "./rules.ts";
import { readForm } from "./schema.ts";
import { NONCE_LABEL, useNonce } from "./store.ts";

export type LinkState = "open" | "decided" | "void" | "expired";

export type LinkPage = {
  state: LinkState;
  view: CaseView;
  step: StepView;
  viewer: Person;
  /** For the form of an open or an expired link, and of a vote that can still be undone. */
  nonce: string | null;
  /** What this person voted, if so; a vote that was taken back is none. */
  mine: VoteView | null;
  /** Whether a press of `undo` takes the vote back. */
  undo: boolean;
  /** Approving needs the code that goes to the viewer's phone; whether one is on its way that still works. */
  codeNeeded: boolean;
  codeSent: boolean;
  /** Everybody, for the names that a form offers. */
  staff: Person[];
};

type Opened = {
  item: LinkItem;
  file: CaseFile;
  step: Step;
  seat: Seat | undefined;
  viewer: Person;
  keys: LinkKeys;
  /** Whether the viewer has a session of his own beside the link. */
  signedIn: boolean;
};

/** The session of who opens a link; while it is still being read, the link is read beside it. */
export type Opener = Session | null | Promise<Session | null>;

/** A link, or one whose item is being read already. */
export type Link = string | { link: string; item: Promise<LinkItem | null> };
const textOf = (link: Link): string => (typeof link === "string" ? link : link.link);

/** What a link stands for; null for what is none, or unknown. */
export const readLink = async (link: string): Promise<LinkItem | null> =>
  /^[\w-]{43,}$/.test(link) ? ((await getItem(env("CASES_TABLE"), linkKey(link))) as LinkItem | null) : null;

/**
 * Link, then session: 404 for unknown ids, 403 `wrong_person` for somebody else's session. `beside` starts reads that
 * go with the case's.
 */
async function open(
  link: Link,
  opener: Opener,
  beside?: (item: LinkItem, session: Session | null) => void,
): Promise<Opened> {
  const [item, session, keys] = await Promise.all([
    typeof link === "string" ? readLink(link) : link.item,
    opener,
    linkKeys(),
  ]);
  if (!item) throw notFound();
  if (session && session.actor.staffId !== item.staffId) throw forbidden("wrong_person");
  beside?.(item, session);
  const [file, staff] = await Promise.all([readCase(item.caseId), readPeople([item.staffId])]);
  const step = file?.steps.find((one) => one.stepId === item.stepId);
  const viewer = staff.get(item.staffId);
  if (!file || !step || !viewer) throw notFound();
  if (!viewer.active) throw forbidden("not_allowed");
  const seat = file.seats.find((one) => one.stepId === item.stepId && one.staffId === item.staffId);
  return { item, file, step, seat, viewer, keys, signedIn: session !== null };
}

/** What a link shows now. Moved to somebody else wins over decided, decided over outdated, outdated over expired. */
function stateOf({ item, file, step, seat }: Opened, at: number): LinkState {
  if (step.status === "void" || seat?.status === "void") return "void";
  if (step.status === "done") return "decided";
  if (!seat || seat.link.version !== item.version || step.contentHash !== file.header.contentHash)
    return "void";
  if (countedVotes(step, file.votes).some((vote) => vote.by === item.staffId)) return "decided";
  return Date.parse(seat.link.expiresAt) <= at ? "expired" : "open";
}

/** Whether this link can take its person's vote back: not an older one than the seat has now. */
const offersUndo = ({ item, file, step, seat }: Opened, at: number): boolean =>
  step.status === "done" &&
  seat?.link.version === item.version &&
  undoRefusal(file, step, item.staffId, at) === null;

const shownOf = (link: string, file: CaseFile): Shown => ({
  link,
  contentHash: file.header.contentHash,
  revision: file.header.revision,
});

/** The page of a link, in the language of its person unless told otherwise. Changes nothing. Throws 404, 403. */
export async function openLink(link: Link, opener: Opener, locale?: Locale): Promise<LinkPage> {
  const opened = await open(link, opener);
  const { item, file, viewer, keys, signedIn } = opened;
  const at = now();
  const state = stateOf(opened, at);
  const undo = state === "decided" && offersUndo(opened, at);
  const facts = await caseFacts(file);
  const view = buildView(file, { ...facts, tell: findingText }, at, locale ?? viewer.locale);
  const step = view.steps.find((one) => one.stepId === opened.step.stepId);
  if (!step) throw notFound();
  const code = file.codes.find((one) => one.stepId === step.stepId && one.staffId === viewer.staffId);
  const shown = { version: item.version, contentHash: file.header.contentHash };
  return {
    state,
    view,
    step,
    viewer,
    nonce:
      state === "open" || state === "expired" || undo
        ? issueNonce(keys, shownOf(textOf(link), file), at)
        : null,
    mine: step.votes.findLast((vote) => vote.by.staffId === viewer.staffId && !vote.undone) ?? null,
    undo,
    codeNeeded: state === "open" && needsCode(file, facts.policy.stepUpAbove, signedIn),
    codeSent: codeState(code, shown, at) === "live",
    staff: [...facts.people.values()],
  };
}

/**
 * A POST on a link: the form's `nonce`, `choice`, `comment`, and what the choice takes. Throws 409 `already_decided`,
 * `already_voted`, `stale`, `undo_over`, 410 `expired`, 400 by field. `fresh` = a new link was mailed to the registered
 * address.
 */
export async function actByLink(
  link: Link,
  opener: Opener,
  form: Record<string, string>,
): Promise<Decision | { fresh: true }> {
  const { nonce = "", ...rest } = form;
  const { opened, around } = await openToAct(link, opener, rest);
  const { viewer, keys, item, signedIn } = opened;
  const state = stateOf(opened, now());
  // Who handed the step on is told that this cannot be undone, by the checks that follow.
  const handedOn = rest.choice === "undo" && opened.step.status === "open" && opened.seat?.status === "void";
  if (state === "void" && !handedOn) throw conflict("stale");
  if (rest.choice === "undo" && opened.seat?.link.version !== item.version) throw conflict("stale");
  if (state === "expired") {
    if (rest.choice !== "fresh-link") throw new Refusal(410, "expired");
    return sendFreshLink(opened, textOf(link), nonce, rest);
  }
  const { body } = await decide(
    viewer,
    opened.file,
    item.stepId,
    rest,
    {
      via: "link",
      nonce,
      version: item.version,
      signedIn,
      isFresh: (file) => isNonceFor(keys, nonce, shownOf(textOf(link), file)),
    },
    { ...around, keys },
    () => [],
  );
  return body;
}

/** As `open`, with what a decision needs read beside the case. */
async function openToAct(
  link: Link,
  opener: Opener,
  form: Record<string, string>,
): Promise<{ opened: Opened; around: Around }> {
  let around: Promise<Around> | undefined;
  const opened = await open(link, opener, (item, session) => {
    around = early(readBeside(item, session, form));
  });
  if (!around) throw notFound();
  return { opened, around: await around };
}

/** With a step-up code in the form, the try that it takes; who is signed in needs none. */
async function readBeside(
  { caseId, stepId, staffId }: LinkItem,
  session: Session | null,
  form: Record<string, string>,
): Promise<Around> {
  const tries = !session && form.code && isApproval(form.choice ?? "");
  const [around, tried] = await Promise.all([
    readAround(caseId, form),
    tries ? takeTry(caseId, stepId, staffId) : null,
  ]);
  return { ...around, tried };
}

/**
 * `POST /d/{link}/code`: a step-up code for the page whose `nonce` this is, which is not used up. Throws as a decision by
 * this link would; 409 `not_here` where the amount needs none, 429 `too_soon`.
 */
export async function askForCode(link: Link, opener: Opener, form: Record<string, string>): Promise<void> {
  const { opened, around } = await openToAct(link, opener, form);
  const { file: known, item, viewer, keys } = opened;
  const { nonce = "" } = form;
  if (stateOf(opened, now()) === "expired") throw new Refusal(410, "expired");
  await sendCode(known, { stepId: item.stepId, viewer, version: item.version, keys }, (file) => {
    const step = file.steps.find((one) => one.stepId === item.stepId);
    const seat = file.seats.find((one) => one.stepId === item.stepId && one.staffId === item.staffId);
    if (!step) throw notFound();
    const state = stateOf({ ...opened, file, step, seat }, now());
    if (state === "decided") throw conflict(step.status === "done" ? "already_decided" : "already_voted");
    if (state !== "open" || !isNonceFor(keys, nonce, shownOf(textOf(link), file))) throw conflict("stale");
    if (step.kind !== "approval" || !needsCode(file, policyOf(file, around).stepUpAbove, false))
      throw conflict("not_here");
  });
}

/** Version + 1 to the registered address; the old link is void from then on. */
async function sendFreshLink(
  opened: Opened,
  link: string,
  nonce: string,
  form: Record<string, string>,
): Promise<{ fresh: true }> {
  const { item, viewer, keys } = opened;
  try {
    return await changeCase(item.caseId, (file, at) => {
      const step = file.steps.find((one) => one.stepId === item.stepId);
      const seat = file.seats.find((one) => one.stepId === item.stepId && one.staffId === item.staffId);
      if (step?.status !== "open" || !seat || seat.link.version !== item.version) throw conflict("stale");
      if (!isNonceFor(keys, nonce, shownOf(link, file))) throw conflict("stale");
      readForm(form);
      const version = item.version + 1;
      const renewed: Seat = {
        ...seat,
        link: { kid: keys.current, version, expiresAt: stamp(at + LINK_LIFE_MS) },
      };
      return {
        result: { fresh: true as const },
        events: [
          {
            kind: "link.renewed",
            by: viewer.staffId,
            via: "link" as const,
            stepId: step.stepId,
            data: { version },
          },
        ],
        writes: [
          putSeat(renewed),
          linkWrite(keys, renewed),
          useNonce(item.caseId, nonce, at),
          putMessage(
            newMessage({
              caseId: item.caseId,
              kind: "approval.request",
              to: viewer.staffId,
              channel: "email",
              locale: viewer.locale,
              stepId: step.stepId,
              at,
              key: `${step.stepId}-v${version}`,
            }),
          ),
        ],
      };
    });
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(NONCE_LABEL)) throw conflict("stale");
    throw error;
  }
}
