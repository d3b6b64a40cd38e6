/** What waits for me, by urgency, and how far my own requests are. */
import type { JSX } from "preact";
import type { BudgetView, CaseLine, TaskView } from "../../case/view.ts";
import { day, deadline, money, shortMoney, timeLeft, timeOfDay, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintTasks } from "../../shared/i18n/sections/complaint-tasks.ts";
import { followUpTasks } from "../../shared/i18n/sections/follow-up-tasks.ts";
import { homeTexts } from "../../shared/i18n/sections/home.ts";
import { taskTexts } from "../../shared/i18n/sections/tasks.ts";
import { BucketBar, Empty, Money, Ring, Sheet, Stops, Until } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { casePath } from "../models/paths.ts";
import { stopsOf } from "../models/road.ts";
import { capital, subjectOf } from "../models/subject.ts";
import { greeting, groupTasks, taskPath, taskTitle } from "../models/tasks.ts";
import { isolate, word } from "../models/text.ts";
import { asksForReceptions, type Reader, seesComplaints } from "../models/view.ts";

export type Home = {
  tasks: { items: TaskView[]; next: string | null };
  cases: { items: CaseLine[]; next: string | null };
  budgets: BudgetView[];
  /** Whether an earlier part of "my cases" was skipped. */
  paged: boolean;
};

export function homePage(r: Reader, home: Home): string {
  const texts = homeTexts(r.locale);
  const groups = groupTasks(home.tasks.items, r.now);
  const reader = { ...r, tasks: home.tasks.items.length };
  const submits = asksForReceptions(r.actor);
  const complains = seesComplaints(r.actor);
  return page({
    r: reader,
    title: texts.title,
    here: "home",
    children: (
      <>
        <div class="head">
          <h1>{greeting(groups, r)}</h1>
          <p class="kicker">
            {day(r.now, r.now, r.locale)} {timeOfDay(r.now)}
          </p>
        </div>
        <div class={home.budgets.length > 0 || submits || complains ? "cols" : "stack"}>
          <div class="stack">
            <Pulse r={r} tasks={home.tasks.items} />
            <Sheet id="mine" title={texts.tasks}>
              {home.tasks.items.length === 0 && (
                <Empty>
                  <p>
                    {texts.noTasks}
                    <br />
                    {texts.noTasksMore}
                  </p>
                </Empty>
              )}
              <Group r={r} title={texts.overdue} tasks={groups.overdue} late />
              <Group r={r} title={texts.dueToday} tasks={groups.today} />
              <Group r={r} title={texts.dueLater} tasks={groups.later} />
            </Sheet>
            <Cases r={r} home={home} submits={submits} />
          </div>
          {(home.budgets.length > 0 || submits || complains) && (
            <aside class="stack" aria-label={texts.start}>
              {complains && <Complaints r={r} />}
              {submits && (
                <Sheet id="start" title={texts.start}>
                  <p class="small">{texts.startText}</p>
                  <div class="btns">
                    <a class="btn btn-main" href="/receptions/new">
                      {texts.firstCase}
                    </a>
                  </div>
                </Sheet>
              )}
              {home.budgets.length > 0 && <Budgets r={r} budgets={home.budgets} />}
            </aside>
          )}
        </div>
      </>
    ),
  });
}

/** How many decisions wait and how many are late, for whoever decides: each leads to the list. */
function Pulse({ r, tasks }: { r: Reader; tasks: TaskView[] }): JSX.Element | null {
  const t = taskTexts(r.locale);
  const decisions = tasks.filter((one) => one.kind === "approval");
  const late = decisions.filter((one) => Date.parse(one.dueAt) < r.now).length;
  if (decisions.length === 0) return null;
  return (
    <nav class="tally" aria-label={t.link}>
      <a href="/tasks">
        <b>{decisions.length}</b>
        {t.waiting}
      </a>
      <a href="/tasks?overdue=1" class={late > 0 ? "bad-count" : undefined}>
        <b>{late}</b>
        {t.overdue}
      </a>
    </nav>
  );
}

/** The ways to complaints: the board, and a new one. */
function Complaints({ r }: { r: Reader }): JSX.Element {
  const t = complaintTasks(r.locale);
  return (
    <Sheet id="complaints" title={t.title}>
      <p class="small">{t.newText}</p>
      <div class="btns">
        <a class="btn btn-main" href="/complaints/new">
          {t.new}
        </a>
        <a class="btn" href="/complaints">
          {t.board}
        </a>
      </div>
    </Sheet>
  );
}

function Group({
  r,
  title,
  tasks,
  late,
}: {
  r: Reader;
  title: string;
  tasks: TaskView[];
  late?: boolean;
}): JSX.Element | null {
  if (tasks.length === 0) return null;
  return (
    <>
      <h3 class={late ? "group group-late" : "group"}>
        {title} <span class="count">{tasks.length}</span>
      </h3>
      <ul class="cards cards-wide">
        {tasks.map((task) => (
          <li key={task.stepId}>
            <Ring openedAt={task.openedAt} dueAt={task.dueAt} now={r.now} />
            <div>
              <a class="name" href={taskPath(task)}>
                {taskTitle(task, r)}
              </a>
              <p class="kicker">
                {task.caseId}
                {/* A revision has no stage of its own; its title says what it is. */}
                {task.kind === "approval" &&
                  task.process !== "complaint" &&
                  ` · ${word(r.t.words.stages, task.stage)}`}
                {late && (
                  <>
                    {" · "}
                    {fill(homeTexts(r.locale).dueAt, { deadline: deadline(task.dueAt, r.now, r.locale) })}
                  </>
                )}
              </p>
            </div>
            <p class={late ? "when late" : "when"}>
              {late || Date.parse(task.dueAt) - r.now < 86_400_000 ? (
                <time dateTime={task.dueAt} title={when(task.dueAt, r.now, r.locale)}>
                  {timeLeft(task.dueAt, r.now, r.locale).text}
                </time>
              ) : (
                <Until at={task.dueAt} r={r} />
              )}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Cases({ r, home, submits }: { r: Reader; home: Home; submits: boolean }): JSX.Element | null {
  const { words } = r.t;
  const texts = homeTexts(r.locale);
  if (!submits && home.cases.items.length === 0) return null;
  return (
    <Sheet id="cases" title={texts.cases}>
      {home.cases.items.length === 0 ? (
        <Empty>
          <p>
            {texts.noCases}
            <br />
            {texts.noCasesMore}
          </p>
        </Empty>
      ) : (
        <ul class="cards cards-wide">
          {home.cases.items.map((line) => {
            const planned = line.process === "follow-up" ? followUpTasks(r.locale) : null;
            const own = line.process === "complaint" ? complaintTasks(r.locale) : planned;
            const status =
              line.status === "closed"
                ? word({ ...words.outcomes, ...own?.outcomes }, line.outcome)
                : word({ ...words.phases, ...own?.phases }, line.phase);
            return (
              <li key={line.caseId}>
                <Stops {...stopsOf(line)} r={r} />
                <div>
                  <a class="name" href={casePath(line.caseId)}>
                    {planned
                      ? fill(planned.subject, { title: isolate(line.title) })
                      : capital(subjectOf(line, r))}
                  </a>
                  <p class="kicker">
                    {[
                      line.caseId,
                      fill(texts.submitted, { time: when(line.createdAt, r.now, r.locale) }),
                      ...(own ? [] : [shortMoney(line.amount)]),
                    ].join(" · ")}
                  </p>
                </div>
                <p class="when">
                  <span class={tagOf(line)}>{status}</span>
                </p>
              </li>
            );
          })}
        </ul>
      )}
      {(home.cases.next || home.paged) && (
        <p class="btns">
          {home.paged && (
            <a class="btn" href="/">
              {texts.newer}
            </a>
          )}
          {home.cases.next && (
            <a class="btn" href={`/?cases=${encodeURIComponent(home.cases.next)}#cases`}>
              {texts.more}
            </a>
          )}
        </p>
      )}
    </Sheet>
  );
}

/** The look of a case's status. */
export function tagOf(line: {
  process: string;
  status: string;
  phase: string;
  outcome: string | null;
}): string {
  if (line.status === "closed")
    return line.outcome === "rejected" || line.outcome === "expired" ? "tag tag-late" : "tag tag-done";
  if (line.phase === "returned") return "tag tag-warn";
  const isWork = line.process === "complaint" || line.process === "follow-up";
  return line.phase === "approval" || isWork ? "tag tag-now" : "tag tag-done";
}

function Budgets({ r, budgets }: { r: Reader; budgets: BudgetView[] }): JSX.Element {
  const home = homeTexts(r.locale);
  return (
    <Sheet
      id="budgets"
      title={home.budgets}
      aside={
        <a class="small" href="/budget">
          {home.budgetsMore}
        </a>
      }
    >
      <ul class="pots">
        {budgets.map((bucket) => (
          <li key={bucket.department} class="left">
            <p class="split">
              <span>{word(r.t.words.departments, bucket.department)}</span>
              <b>
                <Money fen={bucket.available} />
              </b>
            </p>
            <BucketBar bucket={bucket} height={12} hatch={`h-${bucket.department}`} r={r} />
            <p class="hidden">
              {fill(home.freeOf, {
                name: word(r.t.words.departments, bucket.department),
                allotted: money(bucket.allotted),
                available: money(bucket.available),
              })}
            </p>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
