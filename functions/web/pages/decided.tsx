/** What you did, what happens next, and the proof; also what a link shows once it can decide nothing any more. */
import type { JSX } from "preact";
import type { CaseView, StepView, VoteView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import { checkCode, exact, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { verbs } from "../../shared/i18n/sections/verbs.ts";
import { Fact, Money, Prose, Road, Sheet, When } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { type Target, Undo } from "../components/verbs.tsx";
import { againstDeadline, nextAfter } from "../models/decision.ts";
import { stageName } from "../models/road.ts";
import { subjectOf, topicOf } from "../models/subject.ts";
import { isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { sentenceOf, stationsOf } from "../models/where.ts";

export type Decided = {
  view: CaseView;
  step: StepView;
  viewer: Person;
  staff: boolean;
  mine: VoteView | null;
  /** Where the vote can still be taken back. */
  undo?: Target;
};

/** Taking back is offered as long as it works; the step says until when. */
const UndoIn = ({ r, of }: { r: Reader; of: Decided }): JSX.Element | null =>
  of.undo && of.step.undoUntil ? <Undo r={r} of={of.undo} until={of.step.undoUntil} /> : null;

/** 您已同意这笔接待 */
function didText(view: CaseView, step: StepView, choice: string, r: Reader): string {
  const { did } = decisionTexts(r.locale);
  const topic = topicOf(view, step.round);
  const words = { approve: did.approve[topic], reject: did.reject[topic], return: did.return[topic] };
  return word({ ...words, ...verbs(r.locale).did }, choice);
}

/** After a decision: the ring closes. */
export function receiptPage(r: Reader, of: Decided & { mine: VoteView }): string {
  const { decided } = r.t.web;
  const { view, step, mine } = of;
  const done = didText(view, step, mine.choice, r);
  return page({
    r: { ...r, actor: of.viewer },
    title: fill(decided.titleOf, { done, subject: subjectOf(view, r) }),
    kind: of.staff ? "staff" : "link",
    narrow: true,
    children: (
      <>
        <section class="ask" aria-labelledby="done">
          <Closing />
          <div>
            <h1 id="done">{done}</h1>
            <p class="quiet">
              <When at={mine.at} r={r} />
              {r.locale === "en" ? ", " : "，"}
              {againstDeadline(mine, step, r)}
            </p>
          </div>
        </section>
        <UndoIn r={r} of={of} />
        <Sheet id="next" title={decided.next}>
          <ol class="road">
            {nextAfter(view, step, mine, r).map((stop) => (
              <li
                key={stop.title}
                class={stop.state}
                aria-current={stop.state === "now" ? "step" : undefined}
              >
                <b>{stop.title}</b>
                {stop.note && <span>{stop.note}</span>}
                {stop.at && <When at={stop.at} r={r} />}
              </li>
            ))}
          </ol>
        </Sheet>
        <Proof r={r} of={of} />
        {of.staff && <ToCase r={r} view={view} />}
      </>
    ),
  });
}

/** A decided step opened again, by whoever decided or by somebody who came later. `problem`: a press that came too late. */
export function decidedPage(r: Reader, of: Decided, problem?: string): string {
  const { link, decided } = r.t.web;
  const { view, step, mine } = of;
  const vote = mine ?? step.votes.findLast((one) => !one.void && !one.undone) ?? null;
  const title = link.doneTitle;
  return page({
    r: { ...r, actor: of.viewer },
    title: fill(decided.titleOf, { done: title, subject: subjectOf(view, r) }),
    kind: of.staff ? "staff" : "link",
    narrow: true,
    children: (
      <>
        {problem && (
          <p class="notice notice-warn" role="alert">
            <b>{problem}</b>
          </p>
        )}
        <section class="ask" aria-labelledby="done">
          <div>
            <p class="kicker">
              {view.caseId} · {stageName(step.stage, r)}
            </p>
            <h1 id="done">{title}</h1>
            <p>{doneText(step, vote, mine, r)}</p>
            {vote?.comment && (
              <blockquote>
                <Prose text={vote.comment} />
              </blockquote>
            )}
          </div>
        </section>
        <UndoIn r={r} of={of} />
        <Sheet id="next" title={link.now}>
          <p>{sentenceOf(view, r).text}</p>
          <Road stations={stationsOf(view, r)} r={r} />
        </Sheet>
        {vote && <Proof r={r} of={{ ...of, mine: vote }} />}
        {of.staff && <ToCase r={r} view={view} />}
      </>
    ),
  });
}

function doneText(step: StepView, vote: VoteView | null, mine: VoteView | null, r: Reader): string {
  const { link } = r.t.web;
  if (!vote) return link.doneNobody;
  const params = {
    name: isolate(vote.by.name),
    time: when(vote.at, r.now, r.locale),
    voted: word(r.locale === "en" ? r.t.words.voted : r.t.words.choices, vote.choice),
  };
  return fill(mine && step.status === "open" ? link.yourVote : link.doneBy, params);
}

/** Void or moved: nothing to decide here; what to expect instead. */
export function voidPage(r: Reader, of: Omit<Decided, "undo">): string {
  const { link } = r.t.web;
  return page({
    r: { ...r, actor: of.viewer },
    title: link.voidTitle,
    kind: of.staff ? "staff" : "link",
    narrow: true,
    children: (
      <>
        <section class="ask" aria-labelledby="done">
          <div>
            <p class="kicker">{of.view.caseId}</p>
            <h1 id="done">{link.voidTitle}</h1>
            <p>{link.void}</p>
          </div>
        </section>
        <Sheet id="next" title={link.now}>
          <p>{sentenceOf(of.view, r).text}</p>
          <Road stations={stationsOf(of.view, r)} r={r} />
        </Sheet>
        {of.staff && <ToCase r={r} view={of.view} />}
      </>
    ),
  });
}

/** Expired: the button sends a fresh link to the registered address. */
export function expiredPage(r: Reader, of: Omit<Decided, "undo">, action: string, nonce: string): string {
  const { link } = r.t.web;
  return page({
    r: { ...r, actor: of.viewer },
    title: link.expiredTitle,
    kind: "link",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{link.expiredTitle}</h1>
        <p>{link.expired}</p>
        <form method="post" action={action} class="btns">
          <input type="hidden" name="nonce" value={nonce} />
          <button class="btn btn-main" type="submit" name="choice" value="fresh-link">
            {link.fresh}
          </button>
        </form>
      </section>
    ),
  });
}

/** The fresh link is on its way. */
export function freshPage(r: Reader, viewer: Person | null): string {
  const { link } = r.t.web;
  return page({
    r: { ...r, actor: viewer },
    title: link.freshSent,
    kind: "link",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{link.freshSent}</h1>
        <p>{link.freshText}</p>
      </section>
    ),
  });
}

/** The vote was taken back; a fresh link is on its way. */
export function undonePage(r: Reader, viewer: Person | null): string {
  const { undo } = verbs(r.locale);
  return page({
    r: { ...r, actor: viewer },
    title: undo.doneTitle,
    kind: "link",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{undo.doneTitle}</h1>
        <p>{undo.done}</p>
      </section>
    ),
  });
}

/** Somebody else is signed in on this machine. */
export function wrongPersonPage(r: Reader): string {
  const { link, signOut } = r.t.web;
  return page({
    r,
    title: link.wrongTitle,
    kind: "link",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{link.wrongTitle}</h1>
        <p>{fill(link.wrong, { name: isolate(r.actor?.name ?? "") })}</p>
        <form method="post" action="/signout" class="btns">
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <button class="btn btn-main" type="submit">
            {signOut}
          </button>
          <a class="btn" href="/">
            {r.t.web.errors.back}
          </a>
        </form>
      </section>
    ),
  });
}

function Proof({ r, of }: { r: Reader; of: Decided & { mine: VoteView } }): JSX.Element {
  const { decided } = r.t.web;
  const { view, mine } = of;
  const signed = view.steps.flatMap((step) => step.votes.filter((vote) => !vote.void && !vote.undone));
  return (
    <Sheet id="proof" title={decided.proof}>
      <dl class="facts">
        <Fact label={decided.caseRow}>
          {view.caseId} {subjectOf(view, r)}
        </Fact>
        <Fact label={decided.requester}>
          <bdi>{view.createdBy.name}</bdi>
        </Fact>
        <Fact label={decided.amount}>
          <Money fen={view.amount} />
        </Fact>
        {view.status === "open" && view.budget[0] && (
          <Fact label={decided.after}>
            <Money fen={view.budget[0].availableAfter} />
          </Fact>
        )}
        <Fact label={decided.signed}>
          {signed.map((vote, index) => (
            <>
              {index > 0 && <br />}
              <bdi>{vote.by.name}</bdi>
              {vote.for && fill(r.t.web.events.forWhom, { name: isolate(vote.for.name) })} ·{" "}
              {word(r.t.words.voted, vote.choice)} ·{" "}
              <time dateTime={vote.at}>{exact(vote.at, r.locale)}</time>
            </>
          ))}
        </Fact>
        {mine.comment && mine.by.staffId === of.viewer.staffId && (
          <Fact label={decided.said}>
            <Prose text={mine.comment} />
          </Fact>
        )}
        <Fact label={r.t.web.case.check}>{checkCode(mine.contentHash)}</Fact>
      </dl>
      {!of.staff && <p class="hint">{decided.keep}</p>}
    </Sheet>
  );
}

const ToCase = ({ r, view }: { r: Reader; view: CaseView }): JSX.Element => (
  <p class="btns">
    <a class="btn" href={`/cases/${view.caseId}`}>
      {r.t.web.decide.fullCase}
    </a>
    <a class="btn btn-bare" href="/">
      {r.t.web.errors.back}
    </a>
  </p>
);

const Closing = (): JSX.Element => (
  <svg class="closing" viewBox="3 3 58 58" aria-hidden="true">
    <circle class="arc" cx="32" cy="32" r="26" pathLength="100" />
    <path d="M21 33l8 8 15-17" />
  </svg>
);
