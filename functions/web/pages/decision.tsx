/** One page, one decision: who asks for what, what is unusual, what stays of the budget, who signed, the buttons. */
import type { ComponentChildren, JSX } from "preact";
import type { CaseView, StepView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import { checkCode, exact, money, shortMoney, timeLeft, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintTasks } from "../../shared/i18n/sections/complaint-tasks.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { Fact, Money, Prose, Ring, Road } from "../components/bits.tsx";
import {
  BudgetAfter,
  Changes,
  FactGroups,
  Findings,
  Spent,
  Standard,
  Tax,
  WhyRoute,
} from "../components/case-parts.tsx";
import { ComplaintText, Proposal } from "../components/complaint-proposal.tsx";
import { page } from "../components/layout.tsx";
import { SummaryText } from "../components/summary-text.tsx";
import {
  CodeField,
  CodeRequest,
  type CodeState,
  Hidden,
  MoreVerbs,
  type Verbs,
} from "../components/verbs.tsx";
import {
  bucketName,
  type Edit,
  editSince,
  isProposal,
  opinions,
  proposerOf,
  shortRoad,
  summaryLines,
  type Unusual,
  unusual,
} from "../models/decision.ts";
import { stageName } from "../models/road.ts";
import { nameOf, subjectOf, topicOf } from "../models/subject.ts";
import { count, isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type DecisionForm = {
  view: CaseView;
  step: StepView;
  viewer: Person;
  /** Where the form posts to, and what it carries: nonce, or token and content hash. */
  action: string;
  hidden: Record<string, string>;
  /** Signed in: the shell with navigation, and a way to the case. */
  staff: boolean;
  /** Whom and which stages the further verbs may name, and whether approving needs a code. */
  verbs: Verbs;
  /** What was pressed and written when the call was refused. */
  kept?: { choice: string; comment: string };
  /** Why it was refused. */
  refused?: { code: string; message: string };
};

export function decisionPage(r: Reader, form: DecisionForm): string {
  const { view, step, viewer } = form;
  const { decide } = r.t.web;
  const t = decisionTexts(r.locale);
  const topic = topicOf(view, step.round);
  const reader = { ...r, actor: viewer };
  const edit = editSince(view, viewer, r);
  const names = {
    name: isolate(proposerOf(view).name),
    org: isolate(view.title),
    title: nameOf(view, r),
  };
  return page({
    r: reader,
    title:
      topic === "notice" || topic === "summary"
        ? fill(t.titleOf, { subject: subjectOf(view, r, topic) })
        : fill(decide.title, { subject: subjectOf(view, r, topic), money: shortMoney(view.amount) }),
    kind: form.staff ? "staff" : "link",
    skip: { to: "#decide", text: r.t.web.skipDecide },
    narrow: "page-ask",
    children: (
      <>
        {form.refused && form.refused.code !== "reason_required" && <Refused r={r} form={form} />}
        <article class="ask" aria-labelledby="what">
          <div>
            <p class="kicker">
              {fill(decide.kicker, {
                process: isProposal(topic)
                  ? complaintTasks(r.locale).title
                  : word(r.t.words.processes, view.process),
                caseId: view.caseId,
                department: word(r.t.words.departments, view.department),
              })}
            </p>
            <h1 id="what">{fill(t.heading[topic], names)}</h1>
            <Standing r={r} form={form} />
          </div>
          <Sum r={r} form={form} />
          {isProposal(topic) ? (
            <Proposal r={r} view={view} topic={topic} />
          ) : (
            <p class="small">
              {summaryLines(view, r).map((line, index) => (
                <>
                  {index > 0 && <br />}
                  {line}
                </>
              ))}
            </p>
          )}
          {edit?.vote && <SinceYourVote r={r} edit={edit} />}
          <Notice r={r} rows={unusual(view, r)} />
          <Budgets r={r} view={view} />
          <Road stations={shortRoad(view, viewer, r)} r={r} row label={decide.road} />
        </article>
        <details class="more">
          <summary>
            {isProposal(topic) ? t.moreComplaint : topic === "summary" ? t.moreSummary : t.more}
          </summary>
          {isProposal(topic) && <ComplaintText r={r} view={view} />}
          <Everything r={r} form={form} edit={edit} />
        </details>
        <Acts r={r} form={form} />
      </>
    ),
  });
}

/** The amount, and how long there is. */
function Sum({ r, form: { view, step } }: { r: Reader; form: DecisionForm }): JSX.Element {
  const rest = timeLeft(step.dueAt, r.now, r.locale);
  const isWords = ["notice", "summary"].includes(topicOf(view, step.round));
  return (
    <div class="ask-top">
      <p class="ask-sum">{isWords ? null : <Money fen={view.amount} />}</p>
      <p class={rest.late ? "ask-due late" : "ask-due"}>
        <Ring openedAt={step.openedAt} dueAt={step.dueAt} now={r.now} />
        <time dateTime={step.dueAt} title={exact(step.dueAt, r.locale)}>
          {rest.text}
        </time>
      </p>
    </div>
  );
}

/** In whose place the reader decides, who asked him to, and which further stages it stands for. */
function Standing({ r, form: { step, viewer } }: { r: Reader; form: DecisionForm }): JSX.Element | null {
  const t = decisionTexts(r.locale);
  const instead = step.assignees.find((one) => one.staffId === viewer.staffId)?.for;
  const stages = [step.stage, ...step.alsoStages].map((stage) => stageName(stage, r));
  const lines = [
    ...(instead ? [fill(t.standIn, { name: isolate(instead.name) })] : []),
    ...(step.addedBy ? [fill(t.addedBy, { name: isolate(step.addedBy.name) })] : []),
    ...(step.alsoStages.length > 0 ? [fill(t.both, { stages: stages.join(r.t.words.listSeparator) })] : []),
  ];
  return lines.length === 0 ? null : <p class="kicker">{lines.join(r.locale === "en" ? " " : "")}</p>;
}

/** So many are told at a glance; the rest waits with the full text. */
const AT_A_GLANCE = 3;

function Notice({ r, rows }: { r: Reader; rows: Unusual[] }): JSX.Element | null {
  if (rows.length === 0) return null;
  const more = rows.length - AT_A_GLANCE;
  return (
    <div class="notice notice-warn">
      {rows.slice(0, AT_A_GLANCE).map((one) => (
        <p class="clamp" key={one.bold + one.rest + one.said}>
          {one.bold && <b>{one.bold}</b>}
          {one.rest}
          {one.said && (
            <>
              {one.bold && <br />}
              <bdi>{one.said}</bdi>
            </>
          )}
        </p>
      ))}
      {more > 0 && (
        <p>
          <a href="#noticed">{count(decisionTexts(r.locale).others, more)}</a>
        </p>
      )}
    </div>
  );
}

/** A signer whose vote an edit made void sees what is different before anything else. */
function SinceYourVote({ r, edit }: { r: Reader; edit: Edit }): JSX.Element {
  const voted = word(r.t.words.voted, edit.vote?.choice);
  return (
    <div class="notice">
      <b>
        {count(decisionTexts(r.locale).changed, edit.changes.length, {
          time: when(edit.vote?.at ?? edit.at, r.now, r.locale),
          voted: r.locale === "en" ? voted.toLowerCase() : voted.replace(/^已/, ""),
          name: edit.by,
        })}
      </b>
      <Changes edit={edit} r={r} />
    </div>
  );
}

/** The bucket with the least left is drawn; others are named with what stays in them. */
function Budgets({ r, view }: { r: Reader; view: CaseView }): JSX.Element | null {
  const { decide } = r.t.web;
  const t = decisionTexts(r.locale);
  const [least, ...others] = [...view.budget].sort((a, b) => a.availableAfter - b.availableAfter);
  if (!least) return null;
  return (
    <div class="left">
      <BudgetAfter view={view} bucket={least} r={r} lead={decide.after} />
      {others.length > 0 && (
        <p class="kicker">
          {others
            .map((bucket) =>
              fill(t.leftIn, { name: bucketName(bucket, r), money: money(bucket.availableAfter) }),
            )
            .join(r.locale === "en" ? "; " : "；")}
        </p>
      )}
    </div>
  );
}

/** Everything that a careful signer may want to read. */
function Everything({
  r,
  form: { view },
  edit,
}: {
  r: Reader;
  form: DecisionForm;
  edit: Edit | null;
}): JSX.Element {
  const { decide } = r.t.web;
  const t = decisionTexts(r.locale);
  const said = opinions(view);
  return (
    <>
      {view.findings.length > 0 && (
        <Part id="noticed" title={t.noticed}>
          <Findings view={view} />
        </Part>
      )}
      {edit && !edit.vote && (
        <Part
          title={count(t.changedLast, edit.changes.length, {
            name: edit.by,
            time: when(edit.at, r.now, r.locale),
          })}
        >
          <Changes edit={edit} r={r} />
        </Part>
      )}
      {view.settlement && (
        <Part title={t.settlementLines}>
          <Spent view={view} r={r} />
        </Part>
      )}
      {view.standards && (
        <Part title={t.standard}>
          <Standard view={view} standards={view.standards} r={r} />
        </Part>
      )}
      {view.tax && (
        <Part title={t.tax}>
          <Tax tax={view.tax} r={r} />
        </Part>
      )}
      {view.process === "summary" ? (
        <SummaryText view={view} r={r} />
      ) : (
        view.process !== "complaint" && <FactGroups view={view} r={r} />
      )}
      {view.route.trace.length > 0 && (
        <Part title={t.route}>
          <WhyRoute view={view} r={r} />
        </Part>
      )}
      {said.length > 0 && (
        <dl class="facts">
          {said.map((vote) => (
            <Fact
              key={vote.by.staffId + vote.at}
              label={fill(decide.opinion, { name: isolate(vote.by.name) })}
            >
              <Prose text={vote.comment} />
            </Fact>
          ))}
        </dl>
      )}
      <p class="hint">{fill(decide.check, { code: checkCode(view.contentHash) })}</p>
    </>
  );
}

const Part = ({
  id,
  title,
  children,
}: {
  id?: string;
  title: string;
  children: ComponentChildren;
}): JSX.Element => (
  <div class="facts-group" id={id}>
    <h3>{title}</h3>
    {children}
  </div>
);

function Refused({ r, form }: { r: Reader; form: DecisionForm }): JSX.Element {
  const { decide } = r.t.web;
  const { code, message } = form.refused!;
  const text = code === "stale" ? decide.stale : code === "over_limit" ? decide.overLimit : message;
  return (
    <section class="oops" role="alert" tabIndex={-1}>
      <h2>{code === "stale" ? decide.staleTitle : r.t.web.errors.titles["409"]}</h2>
      <p>{text}</p>
      {form.kept?.comment && <p>{decide.kept}</p>}
    </section>
  );
}

/** What follows from a no, in the words of what is decided about. */
function hintsOf(r: Reader, form: DecisionForm): { reject: string; return: string } {
  const { decide } = r.t.web;
  const t = decisionTexts(r.locale);
  switch (topicOf(form.view, form.step.round)) {
    case "settlement":
      return { reject: t.overRejectHint, return: t.overReturnHint };
    case "change":
      return { reject: t.changeRejectHint, return: decide.returnHint };
    case "compensation":
    case "notice":
      return { reject: t.proposalHint, return: t.proposalHint };
    case "summary":
      return { reject: t.summaryHint, return: t.summaryHint };
    case "reception":
      return { reject: decide.rejectHint, return: decide.returnHint };
  }
}

function Acts({ r, form }: { r: Reader; form: DecisionForm }): JSX.Element {
  const { decide } = r.t.web;
  const hints = hintsOf(r, form);
  const name = isolate(proposerOf(form.view).name);
  const { kept } = form;
  // After a change the whole page is to be read again: what was written waits inside.
  const opened = (choice: string) => kept?.choice === choice && form.refused?.code !== "stale";
  const toStage = form.verbs.kept?.toStage !== undefined && form.verbs.kept.toStage !== "";
  const moreOpen =
    (opened("approve") && kept?.comment !== "") ||
    ["transfer", "add-before", "add-after"].some(opened) ||
    (opened("return") && toStage);
  return (
    <section id="decide" class="acts" aria-label={decide.decision}>
      {form.verbs.code ? (
        <WithCode r={r} form={form} code={form.verbs.code} open={opened("approve") && kept?.comment === ""} />
      ) : (
        <form method="post" action={form.action}>
          <Hidden of={form} />
          <button class="btn btn-main" type="submit" name="choice" value="approve">
            {decide.approve}
          </button>
        </form>
      )}
      <details class="why" name="why" open={opened("reject")}>
        <summary class="btn btn-no">{decide.reject}</summary>
        <Say
          r={r}
          form={form}
          choice="reject"
          label={decide.rejectLabel}
          hint={fill(hints.reject, { name })}
          confirm={decide.rejectConfirm}
          look="btn btn-no-main"
        />
      </details>
      <details class="why" name="why" open={opened("return") && !toStage}>
        <summary class="btn">{decide.return}</summary>
        <Say
          r={r}
          form={form}
          choice="return"
          label={fill(decide.returnLabel, { name })}
          hint={fill(hints.return, { name })}
          confirm={decide.returnConfirm}
          look="btn btn-main"
        />
      </details>
      <details class="more" open={moreOpen}>
        <summary>{decide.moreActions}</summary>
        <Say
          r={r}
          form={form}
          choice="approve"
          label={decide.approveWithLabel}
          hint={decide.approveWithHint}
          confirm={decide.approveWithConfirm}
          look="btn btn-main"
        />
        <MoreVerbs r={r} of={form} verbs={form.verbs} />
        {form.staff && (
          <div class="btns">
            <a class="btn" href={`/cases/${form.view.caseId}`}>
              {decide.fullCase}
            </a>
          </div>
        )}
      </details>
    </section>
  );
}

/** Approving a large amount by link: the code is asked for once somebody wants to approve, so that the page stays short. */
function WithCode(p: { r: Reader; form: DecisionForm; code: CodeState; open: boolean }): JSX.Element {
  const { r, form, code } = p;
  const { decide } = r.t.web;
  return (
    <details class="why" name="why" open={p.open || code.sent || code.wrong !== undefined}>
      <summary class="btn btn-main">{decide.approve}</summary>
      <CodeRequest r={r} of={form} code={code} />
      <form class="say" method="post" action={form.action}>
        <Hidden of={form} />
        <CodeField r={r} code={code} id="code" />
        <button class="btn btn-main" type="submit" name="choice" value="approve">
          {decide.approve}
        </button>
      </form>
    </details>
  );
}

/** A choice with words: the reason is asked only where one is needed. */
function Say(p: {
  r: Reader;
  form: DecisionForm;
  choice: string;
  label: string;
  hint: string;
  confirm: string;
  look: string;
}): JSX.Element {
  const { r, form, choice } = p;
  const id = `why-${choice}`;
  const mine = form.kept?.choice === choice;
  const missing = mine && form.refused?.code === "reason_required";
  const must = choice !== "approve";
  return (
    <form class="say" method="post" action={form.action}>
      <Hidden of={form} />
      <div class={missing ? "field bad" : "field"}>
        <label for={id}>{p.label}</label>
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
        {missing && (
          <p class="error" id={`${id}-e`}>
            <span class="hidden">{r.t.web.form.error}</span>
            {form.refused?.message}
          </p>
        )}
        <textarea
          id={id}
          name="comment"
          rows={3}
          required={must}
          aria-invalid={missing ? "true" : undefined}
          aria-describedby={missing ? `${id}-e ${id}-h` : `${id}-h`}
        >
          {mine ? form.kept?.comment : ""}
        </textarea>
        {choice === "approve" && form.verbs.code && (
          <CodeField r={r} code={form.verbs.code} id="code-with-words" />
        )}
      </div>
      <button class={p.look} type="submit" name="choice" value={choice}>
        {p.confirm}
      </button>
    </form>
  );
}
