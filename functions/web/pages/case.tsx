/** One case: where it is, what was asked, what was decided, what happened. */
import type { JSX } from "preact";
import type { CaseView, StepView } from "../../case/view.ts";
import { FILE_TYPES } from "../../file/rules.ts";
import { checkCode, fileSize, money, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { caseForms } from "../../shared/i18n/sections/case-forms.ts";
import { verbs } from "../../shared/i18n/sections/verbs.ts";
import { Money, Prose, Road, Sheet, Until, When } from "../components/bits.tsx";
import { type Acts, Comment, Copies, Nudge, Revoke } from "../components/case-acts.tsx";
import {
  BudgetAfter,
  FactGroups,
  Findings,
  Spent,
  Standard,
  Tax,
  WhyRoute,
} from "../components/case-parts.tsx";
import { page } from "../components/layout.tsx";
import { TimelineSheet } from "../components/timeline.tsx";
import { mayCopy, mayWithdraw } from "../models/case-acts.ts";
import { heldBy } from "../models/decision.ts";
import { editPath } from "../models/paths.ts";
import { openStep, sentence, signersText, stations } from "../models/road.ts";
import { capital, subjectOf } from "../models/subject.ts";
import { isolate, word } from "../models/text.ts";
import { timeline, timeOf } from "../models/timeline.ts";
import type { Reader } from "../models/view.ts";
import { tagOf } from "./home.tsx";

/** Which note greets after an action: told by the page before, in the address. */
export const TOLD = [
  ...(["created", "saved", "withdrawn", "attached", "unchanged"] as const),
  ...(["commented", "copied", "nudged", "revoked"] as const),
];
export type Told = (typeof TOLD)[number] | null;

const NOBODY: Acts = { people: [], administers: false };

export function casePage(r: Reader, view: CaseView, told: Told, acts: Acts = NOBODY): string {
  const { web } = r.t;
  const t = caseForms(r.locale);
  const title = capital(subjectOf(view, r));
  return page({
    r,
    title: `${view.caseId} ${title}`,
    children: (
      <>
        <div class="head">
          <p class="kicker">
            {word(r.t.words.processes, view.process)} {view.caseId} ·{" "}
            {word(r.t.words.departments, view.department)} ·{" "}
            {fill(web.case.requestedBy, {
              name: isolate(view.createdBy.name),
              time: when(view.createdAt, r.now, r.locale),
            })}
          </p>
          <h1>{title}</h1>
          <div class="btns">
            <span class={tagOf(view)}>
              {view.status === "closed"
                ? word(r.t.words.outcomes, view.outcome)
                : word(r.t.words.phases, view.phase)}
            </span>
            <b>
              <Money fen={view.amount} />
            </b>
          </div>
        </div>
        {told && (
          <p class="notice" role="status">
            {{ ...web.case, ...t.told }[told]}
          </p>
        )}
        {acts.failed?.form === "nudge" && (
          <p class="notice notice-warn" role="alert">
            {acts.failed.message}
          </p>
        )}
        <Where r={r} view={view} acts={acts} />
        <div class="cols">
          <div class="stack">
            {view.findings.length > 0 && (
              <Sheet id="noticed" title={t.noticed}>
                <Findings view={view} />
              </Sheet>
            )}
            <Settled r={r} view={view} />
            <Sheet id="facts" title={web.case.facts}>
              <FactGroups view={view} r={r} />
            </Sheet>
            <Sheet id="steps" title={web.case.steps}>
              <Steps r={r} view={view} />
              {view.route.trace.length > 0 && (
                <details class="more">
                  <summary>{t.why}</summary>
                  <WhyRoute view={view} r={r} />
                </details>
              )}
            </Sheet>
            <TimelineSheet r={r} view={view} lines={timeline(view, r)} timeOf={(line) => timeOf(line, r)}>
              <Comment r={r} view={view} acts={acts} />
            </TimelineSheet>
          </div>
          <aside class="stack" aria-label={web.case.money}>
            <Sheet id="money" title={web.case.money}>
              <dl class="facts facts-money">
                <div class="sum">
                  <dt>{web.case.amount}</dt>
                  <dd>
                    <Money fen={view.amount} />
                  </dd>
                </div>
              </dl>
              {heldBy(view) !== "none" &&
                view.budget.map((bucket) => (
                  <BudgetAfter
                    key={`${bucket.department}${bucket.period}`}
                    view={view}
                    bucket={bucket}
                    r={r}
                    lead={web.case.afterThis}
                  />
                ))}
            </Sheet>
            {view.standards && (
              <Sheet id="standard" title={t.standard}>
                <Standard view={view} standards={view.standards} r={r} />
              </Sheet>
            )}
            {view.tax && (
              <Sheet id="tax" title={t.tax}>
                <Tax tax={view.tax} r={r} />
              </Sheet>
            )}
            <Copies r={r} view={view} acts={acts} />
            <Files r={r} view={view} />
            <Messages r={r} view={view} />
          </aside>
        </div>
      </>
    ),
  });
}

function Where({ r, view, acts }: { r: Reader; view: CaseView; acts: Acts }): JSX.Element {
  const now = sentence(view, r);
  return (
    <section class="sheet head-road" aria-labelledby="road">
      <div class="split">
        <h2 id="road" class={now.late ? "late" : undefined}>
          {now.text}
        </h2>
        <a class="small" href={`/cases/${view.caseId}/workflow`}>
          {r.t.web.case.workflow}
        </a>
      </div>
      {openStep(view)?.provisional && <p class="hint">{r.t.web.case.provisional}</p>}
      <Road stations={stations(view, r)} r={r} />
      <div class="btns">
        <MyStep r={r} view={view} />
        <Nudge r={r} view={view} acts={acts} />
        <Withdraw r={r} view={view} />
        <Revoke r={r} view={view} acts={acts} />
      </div>
    </section>
  );
}

/** The way to what the reader has to do here, or has just decided and can still undo. */
function MyStep({ r, view }: { r: Reader; view: CaseView }): JSX.Element | null {
  const step = openStep(view);
  const me = r.actor?.staffId;
  const undoable = view.steps.findLast(
    (one) => one.undoUntil !== null && r.now < Date.parse(one.undoUntil) && one.decidedBy?.staffId === me,
  );
  if (undoable)
    return (
      <a class="btn" href={`/cases/${view.caseId}/steps/${undoable.stepId}`}>
        {verbs(r.locale).undo.button}
      </a>
    );
  if (!step?.assignees.some((one) => one.staffId === me)) return null;
  if (step.kind === "approval")
    return (
      <a class="btn btn-main" href={`/cases/${view.caseId}/steps/${step.stepId}`}>
        {r.t.web.case.decide}
      </a>
    );
  if (step.kind === "settlement")
    return (
      <a class="btn btn-main" href={`/receptions/${view.caseId}/settlement`}>
        {caseForms(r.locale).settle}
      </a>
    );
  return null;
}

/** The requester changes or takes back what is not approved yet. */
function Withdraw({ r, view }: { r: Reader; view: CaseView }): JSX.Element | null {
  const { web } = r.t;
  if (!mayWithdraw(view, r)) return null;
  const text =
    view.budget.length > 0
      ? fill(web.case.withdrawText, { money: money(view.amount) })
      : caseForms(r.locale).withdrawChange;
  return (
    <>
      <a
        class={view.phase === "returned" ? "btn btn-main" : "btn"}
        href={editPath(view.process, view.caseId)}
      >
        {view.phase === "returned" ? web.case.editReturned : web.case.edit}
      </a>
      <details class="why">
        <summary class="btn btn-no">{web.case.withdraw}</summary>
        <form method="post" action={`/cases/${view.caseId}/withdraw`} class="say">
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <p class="small">{text}</p>
          <div class="btns">
            <button class="btn btn-no-main" type="submit">
              {web.case.withdrawConfirm}
            </button>
          </div>
        </form>
      </details>
    </>
  );
}

/** What the visit came to cost, and its list of guests. */
function Settled({ r, view }: { r: Reader; view: CaseView }): JSX.Element | null {
  const t = caseForms(r.locale);
  if (!view.settlement && !view.receptionListId) return null;
  return (
    <Sheet id="settlement" title={t.settlement}>
      <Spent view={view} r={r} />
      <p class="btns">
        {view.settlement && (
          <a class="btn" href={`/receptions/${view.caseId}/settlement`}>
            {t.settlementPage}
          </a>
        )}
        {view.receptionListId && (
          <a class="btn" href={`/receptions/${view.caseId}/list`}>
            {t.list}
          </a>
        )}
      </p>
    </Sheet>
  );
}

function Steps({ r, view }: { r: Reader; view: CaseView }): JSX.Element {
  const { web, words } = r.t;
  if (view.steps.length === 0) return <p class="quiet">{web.case.noSteps}</p>;
  return (
    <ol class="steps">
      {[...view.steps].reverse().map((step) => (
        <li key={step.stepId} class={step.status === "void" ? "is-void" : undefined}>
          <div class="split">
            <p>
              <b>{word(words.stages, step.stage)}</b>{" "}
              <span class="quiet">
                {signersText(step.assignees, r)}
                {step.round > 1 && ` · ${caseForms(r.locale).round}`}
                {step.addedBy && ` · ${word(words.rules, "added")}`}
                {step.mode !== "single" && ` · ${fill(word(words.modes, step.mode), { need: step.need })}`}
              </span>
            </p>
            <StepTag r={r} step={step} />
          </div>
          {step.status === "open" && (
            <p class="kicker">
              {fill(web.case.openSince, { time: when(step.openedAt, r.now, r.locale) })}
              {r.locale === "en" ? ", " : "，"}
              <Until at={step.dueAt} r={r} />
            </p>
          )}
          {step.votes.map((vote) => (
            <div class="vote" key={`${vote.by.staffId}${vote.at}`}>
              <p>
                <bdi>{vote.by.name}</bdi>
                {vote.for && (
                  <span class="quiet"> {fill(web.case.forWhom, { name: isolate(vote.for.name) })}</span>
                )}{" "}
                <b>{word(words.voted, vote.choice)}</b>
                {vote.to && <bdi>{vote.to.name}</bdi>}
                {vote.void && <span class="tag tag-plain"> {web.case.void}</span>}
                {vote.undone && <span class="tag tag-plain"> {word(words.voted, "undo")}</span>}
              </p>
              <p class="kicker">
                <When at={vote.at} r={r} /> · {vote.via === "link" ? web.case.viaLink : web.case.viaLogin} ·{" "}
                {web.case.check} {checkCode(vote.contentHash)}
              </p>
              {vote.comment && (
                <blockquote>
                  <Prose text={vote.comment} />
                </blockquote>
              )}
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}

function StepTag({ r, step }: { r: Reader; step: StepView }): JSX.Element {
  if (step.status === "void") return <span class="tag tag-plain">{r.t.web.case.void}</span>;
  if (step.status === "open") {
    const late = Date.parse(step.dueAt) < r.now;
    return <span class={late ? "tag tag-late" : "tag tag-now"}>{word(r.t.words.stepKinds, step.kind)}</span>;
  }
  const bad = step.outcome === "rejected" || step.outcome === "expired";
  const look = bad ? "tag tag-late" : step.outcome === "returned" ? "tag tag-warn" : "tag tag-done";
  return <span class={look}>{word(r.t.words.outcomes, step.outcome)}</span>;
}

function Files({ r, view }: { r: Reader; view: CaseView }): JSX.Element {
  const { web } = r.t;
  const mayAttach = mayCopy(view, r);
  const path = `/cases/${view.caseId}/attachments`;
  return (
    <Sheet id="files" title={web.case.files}>
      {view.attachments.length === 0 ? (
        <p class="quiet small">{web.case.noFiles}</p>
      ) : (
        <ul class="files">
          {view.attachments.map((file) => (
            <li key={file.attachmentId}>
              <a href={`/api${path}/${file.attachmentId}`}>
                <bdi>{file.name}</bdi>
              </a>
              <span class="kicker nowrap">
                <bdi>{file.by.name}</bdi> · {fileSize(file.size)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {mayAttach && r.csrf && view.status === "open" && (
        <form
          class="field stack-s"
          method="post"
          action={path}
          data-upload={`/api${path}`}
          data-done={`/cases/${view.caseId}?told=attached`}
          data-uploading={web.case.uploading}
          data-checking={web.case.checking}
          data-failed={web.case.uploadFailed}
        >
          <input type="hidden" name="csrf" value={r.csrf} />
          {/* The script shows it; without the script the button leads to a page that asks for the file. */}
          <div class="field" data-picker hidden>
            <label for="upload">{web.case.choose}</label>
            <input
              class="input"
              id="upload"
              type="file"
              accept={FILE_TYPES.join(",")}
              aria-describedby="upload-h"
              disabled
            />
          </div>
          <p class="hint" id="upload-h">
            {r.t.file.limits}
          </p>
          <div class="btns">
            <button class="btn" type="submit">
              {web.case.upload}
            </button>
            <span class="hint" data-told role="status" />
          </div>
        </form>
      )}
    </Sheet>
  );
}

function Messages({ r, view }: { r: Reader; view: CaseView }): JSX.Element {
  const { web, words } = r.t;
  return (
    <Sheet id="messages" title={web.case.messages}>
      {view.messages.length === 0 ? (
        <p class="quiet small">{web.case.noMessages}</p>
      ) : (
        <ul class="files">
          {[...view.messages].reverse().map((message) => (
            <li key={message.id}>
              <span>
                {word(words.messages, message.kind)}
                <small class="kicker">
                  {" "}
                  <bdi>{message.to.name}</bdi> · {word(words.channels, message.channel)}
                </small>
              </span>
              <span class="kicker nowrap">
                {message.sentAt ? (
                  <When at={message.sentAt} r={r} />
                ) : (
                  <>
                    {word(words.messageStates, message.status)}
                    {message.deferredUntil && (
                      <>
                        {" "}
                        <When at={message.deferredUntil} r={r} />
                      </>
                    )}
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
