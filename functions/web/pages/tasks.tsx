/** All decisions that wait for somebody with the facts that matter; those that the policy allows are approved at once. */
import type { JSX } from "preact";
import type { DecisionView, TaskView } from "../../case/view.ts";
import { deadline, exact, money, shortMoney, timeLeft } from "../../shared/i18n/format.ts";
import { fill, refusalMessage } from "../../shared/i18n/messages.ts";
import { complaintTasks } from "../../shared/i18n/sections/complaint-tasks.ts";
import { findingNames } from "../../shared/i18n/sections/finding-names.ts";
import { taskTexts } from "../../shared/i18n/sections/tasks.ts";
import type { BatchResult } from "../../step/batch.ts";
import { Empty, Money, Ring, Sheet } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { type Filter, filtered, filterPath, shownFilters } from "../models/batch.ts";
import { stageName } from "../models/road.ts";
import { capital, subjectOf } from "../models/subject.ts";
import { taskPath, taskTitle } from "../models/tasks.ts";
import { count, isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** A line breaks after the dot, never before it. */
const DOT = "\u00a0· ";

export type Waiting = {
  items: DecisionView[];
  next: string | null;
  filter: Filter;
  /** What else waits: records to be written, cases to be handled. */
  others: TaskView[];
  /** Why nothing was approved. */
  problem?: string;
};

export function tasksPage(r: Reader, waiting: Waiting): string {
  const t = taskTexts(r.locale);
  const { items, filter, others, problem } = waiting;
  // Whoever has nothing to decide is not told so above what he has to do.
  const isPlain = items.length === 0 && others.length > 0;
  return page({
    r,
    title: t.title,
    here: "tasks",
    children: (
      <>
        <div class="head">
          <h1>{isPlain ? count(t.headingOthers, others.length) : count(t.heading, items.length)}</h1>
          {items.length > 0 && <p class="kicker">{t.lead}</p>}
        </div>
        {problem && (
          <section class="oops" role="alert" tabIndex={-1}>
            <h2>{r.t.web.errors.titles["400"]}</h2>
            <p>{problem}</p>
          </section>
        )}
        {items.length > 0 && <Filters r={r} items={items} filter={filter} />}
        {!isPlain && (
          <Sheet id="waiting" title={items.length > 0 ? t.list : t.title}>
            <List r={r} waiting={waiting} />
          </Sheet>
        )}
        {others.length > 0 && <Others r={r} tasks={others} title={isPlain ? t.list : t.others} />}
      </>
    ),
  });
}

function List({ r, waiting: { items, filter, next } }: { r: Reader; waiting: Waiting }): JSX.Element {
  const t = taskTexts(r.locale);
  const shown = filtered(items, filter, r.now);
  if (items.length === 0)
    return (
      <Empty>
        <p>
          {t.none}
          <br />
          {t.noneMore}
        </p>
      </Empty>
    );
  if (shown.length === 0)
    return (
      <Empty>
        <p>
          {t.noneFiltered} <a href="/tasks">{t.clear}</a>
        </p>
      </Empty>
    );
  return (
    <form class="stack" method="post" action="/tasks/batch">
      <input type="hidden" name="csrf" value={r.csrf ?? ""} />
      <ul class="cards cards-wide">
        {shown.map((one) => (
          <Line key={one.stepId} r={r} one={one} />
        ))}
      </ul>
      {next && <p class="hint">{t.more}</p>}
      {shown.some((one) => one.batchable) ? (
        <div class="btns">
          <button class="btn btn-main" type="submit" name="choice" value="approve">
            {t.approve}
          </button>
          <span class="hint">{t.approveHint}</span>
        </div>
      ) : (
        <p class="hint">{t.noBatch}</p>
      )}
    </form>
  );
}

/** Each filter is an address of its own, with how many it would show. */
function Filters({ r, items, filter }: { r: Reader; items: DecisionView[]; filter: Filter }): JSX.Element {
  const t = taskTexts(r.locale);
  const name = (one: Filter) =>
    one.overdue
      ? t.overdue
      : one.process === ""
        ? t.all
        : word({ ...r.t.words.processes, complaint: complaintTasks(r.locale).title }, one.process);
  return (
    <nav class="tally" aria-label={t.filters}>
      {shownFilters(items, filter).map((one) => {
        const path = filterPath(one);
        const n = filtered(items, one, r.now).length;
        return (
          <a
            key={path}
            href={path}
            aria-current={path === filterPath(filter) ? "page" : undefined}
            class={one.overdue && n > 0 ? "bad-count" : undefined}
          >
            <b>{n}</b>
            {name(one)}
          </a>
        );
      })}
    </nav>
  );
}

function Line({ r, one }: { r: Reader; one: DecisionView }): JSX.Element {
  const t = taskTexts(r.locale);
  const title = nameOf(one, r);
  return (
    <li>
      {one.batchable ? (
        <label class="pick">
          <input type="checkbox" name="step" value={`${one.stepId} ${one.contentHash}`} />
          <span class="hidden">{fill(t.pick, { title })}</span>
        </label>
      ) : (
        <Ring openedAt={one.openedAt} dueAt={one.dueAt} now={r.now} />
      )}
      <Facts r={r} one={one} title={title} />
      <Rest r={r} dueAt={one.dueAt} />
    </li>
  );
}

/** Steps that are no decisions, the most urgent first, each with the way to its form. */
function Others({ r, tasks, title }: { r: Reader; tasks: TaskView[]; title: string }): JSX.Element {
  return (
    <Sheet id="others" title={title}>
      <ul class="cards cards-wide">
        {tasks.map((task) => (
          <li key={task.stepId}>
            <Ring openedAt={task.openedAt} dueAt={task.dueAt} now={r.now} />
            <div>
              <a class="name" href={taskPath(task)}>
                {taskTitle(task, r)}
              </a>
              <p class="kicker">{task.caseId}</p>
            </div>
            <Rest r={r} dueAt={task.dueAt} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** How long there is, or until when, where that is not soon. */
function Rest({ r, dueAt }: { r: Reader; dueAt: string }): JSX.Element {
  const rest = timeLeft(dueAt, r.now, r.locale);
  const soon = rest.late || Date.parse(dueAt) - r.now < 86_400_000;
  return (
    <p class={rest.late ? "when late" : "when"}>
      <time dateTime={dueAt} title={exact(dueAt, r.locale)}>
        {soon ? rest.text : deadline(dueAt, r.now, r.locale)}
      </time>
    </p>
  );
}

/** What is decided: about a complaint its own words say it. */
const nameOf = (one: DecisionView, r: Reader): string =>
  one.process === "complaint" ? taskTitle(one, r) : capital(subjectOf(one, r));

function Facts({ r, one, title }: { r: Reader; one: DecisionView; title: string }): JSX.Element {
  const t = taskTexts(r.locale);
  const { amount, requester, level, people, availableAfter: left, findings } = one.facts;
  return (
    <div class="stack-s">
      <p>
        <a class="name" href={taskPath(one)}>
          {title}
        </a>{" "}
        {amount > 0 && (
          <b class="nowrap">
            <Money fen={amount} />
          </b>
        )}
      </p>
      <p class="kicker">
        {[
          one.caseId,
          ...(one.process === "complaint" ? [] : [stageName(one.stage, r)]),
          fill(t.by, { name: isolate(requester.name) }),
          ...(level ? [word(r.t.words.reception.level, level)] : []),
          ...(people > 0 ? [count(t.people, people)] : []),
        ].join(DOT)}
      </p>
      {left !== null && (
        <p class={left < 0 ? "kicker late" : "kicker"}>
          {fill(left < 0 ? t.short : t.left, { money: money(Math.abs(left)) })}
        </p>
      )}
      {findings.length > 0 && (
        <details class="more found">
          <summary>
            {findings.map(({ kind, at }) => (
              <span class="tag tag-warn" key={kind + at}>
                {word(findingNames(r.locale), kind)}
              </span>
            ))}
          </summary>
          <ul class="noticed small">
            {findings.map(({ kind, at, text }) => (
              <li key={kind + at}>{text}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What became of each; `before` is the list as it was when they were ticked. */
export function batchPage(r: Reader, before: DecisionView[], results: BatchResult["results"]): string {
  const t = taskTexts(r.locale);
  const done = results.filter((one) => one.status === 200).length;
  const failed = results.length - done;
  return page({
    r,
    title: t.resultTitle,
    here: "tasks",
    children: (
      <>
        <div class="head">
          <h1>{fill(failed > 0 ? t.resultSome : t.resultHeading, { done, failed })}</h1>
        </div>
        <Sheet id="results" title={t.resultTitle}>
          <ul class="cards">
            {results.map((result) => (
              <Result
                key={result.stepId}
                r={r}
                result={result}
                one={before.find((each) => each.stepId === result.stepId)}
              />
            ))}
          </ul>
          <p class="btns">
            <a class="btn" href="/tasks">
              {t.back}
            </a>
          </p>
        </Sheet>
      </>
    ),
  });
}

function Result({
  r,
  result,
  one,
}: {
  r: Reader;
  result: BatchResult["results"][number];
  one: DecisionView | undefined;
}): JSX.Element {
  const t = taskTexts(r.locale);
  const ok = result.status === 200;
  return (
    <li>
      <span class={ok ? "tag tag-done" : "tag tag-late"}>{ok ? t.done : t.failed}</span>
      <div>
        {one ? (
          <a class="name" href={`${taskPath(one)}${ok ? "?done" : ""}`}>
            {nameOf(one, r)} {one.facts.amount > 0 && shortMoney(one.facts.amount)}
          </a>
        ) : (
          t.unknown
        )}
        <p class="kicker">
          {[...(one ? [one.caseId] : []), ok ? t.receipt : refusalMessage(result.code ?? "", r.locale)].join(
            DOT,
          )}
        </p>
      </div>
    </li>
  );
}
