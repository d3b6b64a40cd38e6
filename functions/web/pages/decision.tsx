/** One page, one decision: who asks for what, what is unusual, what stays of the budget, who signed, the buttons. */
import type { JSX } from "preact";
import type { CaseView, StepView } from "../../case/view.ts";
import type { Person } from "../../directory/model.ts";
import { checkCode, exact, shortMoney, timeLeft } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { Fact, Money, Prose, Ring, Road } from "../components/bits.tsx";
import { BudgetAfter, FactGroups } from "../components/case-parts.tsx";
import { page } from "../components/layout.tsx";
import { CodeField, CodeRequest, Hidden, MoreVerbs, type Verbs } from "../components/verbs.tsx";
import { opinions, shortRoad, summaryLines, unusual } from "../models/decision.ts";
import { isolate, word } from "../models/text.ts";
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
  const org = isolate(view.title);
  const rest = timeLeft(step.dueAt, r.now, r.locale);
  const reader = { ...r, actor: viewer };
  return page({
    r: reader,
    title: fill(decide.title, { org, money: shortMoney(view.amount) }),
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
                process: word(r.t.words.processes, view.process),
                caseId: view.caseId,
                department: word(r.t.words.departments, view.department),
              })}
            </p>
            <h1 id="what">{fill(decide.heading, { name: isolate(view.createdBy.name), org })}</h1>
          </div>
          <div class="ask-top">
            <p class="ask-sum">
              <Money fen={view.amount} />
            </p>
            <p class={rest.late ? "ask-due late" : "ask-due"}>
              <Ring openedAt={step.openedAt} dueAt={step.dueAt} now={r.now} />
              <time dateTime={step.dueAt} title={exact(step.dueAt, r.locale)}>
                {rest.text}
              </time>
            </p>
          </div>
          <p class="small">
            {summaryLines(view, r).map((line, index) => (
              <>
                {index > 0 && <br />}
                {line}
              </>
            ))}
          </p>
          {unusual(view, r).map((one) => (
            <p class="notice notice-warn clamp" key={one.bold + one.said}>
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
          {view.budget.map((bucket) => (
            <BudgetAfter
              key={bucket.department + bucket.period}
              view={view}
              bucket={bucket}
              r={r}
              lead={decide.after}
            />
          ))}
          <Road stations={shortRoad(view, viewer, r)} r={r} row label={decide.road} />
        </article>
        <details class="more">
          <summary>{decide.more}</summary>
          <FactGroups view={view} r={r} />
          {opinions(view).length > 0 && (
            <dl class="facts">
              {opinions(view).map((vote) => (
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
        </details>
        <Acts r={r} form={form} />
      </>
    ),
  });
}

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

function Acts({ r, form }: { r: Reader; form: DecisionForm }): JSX.Element {
  const { decide } = r.t.web;
  const name = isolate(form.view.createdBy.name);
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
      {form.verbs.code && <CodeRequest r={r} of={form} code={form.verbs.code} />}
      <form method="post" action={form.action}>
        <Hidden of={form} />
        {form.verbs.code && <CodeField r={r} code={form.verbs.code} id="code" />}
        <button class="btn btn-main" type="submit" name="choice" value="approve">
          {decide.approve}
        </button>
      </form>
      <details class="why" name="why" open={opened("reject")}>
        <summary class="btn btn-no">{decide.reject}</summary>
        <Say
          r={r}
          form={form}
          choice="reject"
          label={decide.rejectLabel}
          hint={fill(decide.rejectHint, { name })}
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
          hint={decide.returnHint}
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
