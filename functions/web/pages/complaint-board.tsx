/** The board: every complaint somebody may see, the most urgent first, with counts, filters and who has how much. */
import type { JSX } from "preact";
import { CATEGORIES, PHASES, PRIORITIES } from "../../complaint/model.ts";
import type { RegisterLine } from "../../complaint/register-rules.ts";
import { DEPARTMENTS } from "../../directory/model.ts";
import { deadline, exact, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintBoard } from "../../shared/i18n/sections/complaint-board.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { Bar, Chip, Empty, Ring, Sheet, share } from "../components/bits.tsx";
import type { Mate } from "../components/complaint-talk.tsx";
import { page } from "../components/layout.tsx";
import { priorityTag } from "../models/complaint.ts";
import {
  boardPath,
  type Filter,
  filePath,
  lineTitle,
  nextDue,
  type Stats,
  sum,
} from "../models/complaint-board.ts";
import { left } from "../models/road.ts";
import { isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type Board = {
  lines: RegisterLine[];
  next: string | null;
  /** Whether earlier pages were skipped. */
  paged: boolean;
  filter: Filter;
  /** Over all open complaints; null where the reader sees his own alone, or where they are too many to count. */
  stats: Stats | null;
  mates: (Mate & { away: boolean; handles: boolean })[];
  /** Whether he may enter a complaint, and whether he sees all of them. */
  enters: boolean;
  everything: boolean;
  /** Whether he reads the statistics. */
  reports: boolean;
  /** What is wrong with the filters. */
  problem?: string;
};

export function complaintBoardPage(r: Reader, board: Board): string {
  const t = complaintBoard(r.locale);
  return page({
    r,
    title: board.everything ? t.title : t.mineTitle,
    here: "complaints",
    children: (
      <>
        <div class="head">
          <h1>{board.everything ? t.title : t.mineTitle}</h1>
          <div class="btns">
            {board.enters && (
              <a class="btn btn-main" href="/complaints/new">
                {t.new}
              </a>
            )}
            {board.reports && (
              <a class="btn" href="/reports/complaints">
                {t.reports}
              </a>
            )}
            <a class="btn" href={filePath(board.filter, "xlsx")}>
              {t.xlsx}
            </a>
            <a class="btn" href={filePath(board.filter, "csv")}>
              {t.csv}
            </a>
          </div>
        </div>
        {board.stats && <Tally r={r} stats={board.stats} filter={board.filter} />}
        {board.problem && (
          <section class="oops" role="alert" tabIndex={-1}>
            <h2>{r.t.web.errors.titles["400"]}</h2>
            <p>{board.problem}</p>
          </section>
        )}
        <div class={board.stats ? "cols" : "stack"}>
          <Sheet id="list" title={t.list}>
            <Filters r={r} board={board} />
            <List r={r} board={board} />
          </Sheet>
          {board.stats && (
            <aside class="stack" aria-label={t.team}>
              <Load r={r} stats={board.stats} board={board} />
              <ByCategory r={r} stats={board.stats} />
            </aside>
          )}
        </div>
      </>
    ),
  });
}

/** Each count is an address of its own. */
function Tally({ r, stats, filter }: { r: Reader; stats: Stats; filter: Filter }): JSX.Element {
  const t = complaintBoard(r.locale);
  const open: Filter = { status: "open" };
  const here = boardPath(filter);
  const tiles: { n: number; text: string; path: string; bad?: boolean }[] = [
    { n: stats.open, text: t.open, path: boardPath(open) },
    { n: stats.late, text: t.late, path: boardPath({ ...open, overdue: "1" }), bad: stats.late > 0 },
    { n: stats.today, text: t.today, path: boardPath({ ...open, view: "today" }) },
    { n: stats.paused, text: t.paused, path: boardPath({ ...open, view: "paused" }) },
    { n: stats.followUp, text: t.followUp, path: boardPath({ ...open, phase: "following-up" }) },
    { n: stats.reopened, text: t.reopened, path: boardPath({ ...open, view: "reopened" }) },
  ];
  return (
    <nav class="tally" aria-label={t.tally}>
      {tiles.map((one) => (
        <a
          key={one.text}
          href={one.path}
          aria-current={one.path === here ? "page" : undefined}
          class={one.bad ? "bad-count" : undefined}
        >
          <b>{one.n}</b>
          {one.text}
        </a>
      ))}
    </nav>
  );
}

function Filters({ r, board }: { r: Reader; board: Board }): JSX.Element {
  const t = complaintBoard(r.locale).filters;
  const words = complaintWords(r.locale);
  const { filter, mates } = board;
  const select = (
    name: "assignee" | "category" | "phase" | "department" | "priority" | "status",
    options: { value: string; label: string }[],
    all = t.all,
  ) => (
    <div class="field">
      <label for={`f-${name}`}>{t[name]}</label>
      <select id={`f-${name}`} name={name}>
        <option value="">{all}</option>
        {options.map((one) => (
          <option key={one.value} value={one.value} selected={filter[name] === one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </div>
  );
  const worded = (ids: readonly string[], texts: Record<string, string>) =>
    ids.map((id) => ({ value: id, label: wordOf(texts, id) }));
  const handlers = mates.filter((one) => one.handles || one.staffId === filter.assignee);
  const more = ["department", "priority", "from", "to", "status"].some((name) => {
    const value = filter[name as keyof Filter];
    return name === "status" ? value !== "open" : value !== undefined;
  });
  return (
    <form class="stack-s" method="get" action="/complaints">
      <div class="filters">
        {board.stats &&
          select(
            "assignee",
            handlers.map((one) => ({ value: one.staffId, label: one.name })),
          )}
        {select("category", worded(CATEGORIES, words.categories))}
        {select("phase", worded(PHASES, words.phases))}
        <div class="field">
          <label for="f-q">{t.q}</label>
          <input
            class="input"
            id="f-q"
            name="q"
            type="search"
            enterKeyHint="search"
            autocomplete="off"
            value={filter.waybillNo ?? filter.phone ?? ""}
          />
        </div>
        <button class="btn" type="submit">
          {t.button}
        </button>
      </div>
      <details class="more" open={more}>
        <summary>{t.more}</summary>
        <div class="filters">
          {select(
            "status",
            [
              { value: "open", label: t.openOnly },
              { value: "closed", label: t.closed },
            ],
            t.either,
          )}
          {select("priority", worded(PRIORITIES, words.priorities))}
          {select("department", worded(DEPARTMENTS, r.t.words.departments))}
          {(["from", "to"] as const).map((name) => (
            <div class="field" key={name}>
              <label for={`f-${name}`}>{t[name]}</label>
              <input class="input" id={`f-${name}`} name={name} type="date" value={filter[name] ?? ""} />
            </div>
          ))}
          <a class="btn btn-bare" href="/complaints">
            {t.clear}
          </a>
        </div>
      </details>
    </form>
  );
}

function List({ r, board }: { r: Reader; board: Board }): JSX.Element {
  const t = complaintBoard(r.locale);
  const { lines, filter } = board;
  const plain = Object.keys(filter).length === 1 && filter.status === "open";
  if (lines.length === 0 && !board.next)
    return (
      <Empty>
        <p>
          {plain ? t.noneOpen : t.none}
          {!plain && (
            <>
              <br />
              {t.noneMore}
            </>
          )}
        </p>
      </Empty>
    );
  return (
    <>
      <table class="data data-fold">
        <caption class="hidden">{fill(t.caption, { n: lines.length })}</caption>
        <thead>
          <tr>
            <th scope="col" aria-sort="ascending">
              {t.columns.due}
            </th>
            <th scope="col">{t.columns.case}</th>
            <th scope="col">{t.columns.at}</th>
            <th scope="col">{t.columns.priority}</th>
            <th scope="col" class="num">
              {t.columns.received}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.caseId} r={r} line={line} />
          ))}
        </tbody>
      </table>
      {(board.next || board.paged) && (
        <nav class="btns" aria-label={t.pages}>
          {board.paged && (
            <a class="btn" href={boardPath(filter)}>
              {t.first}
            </a>
          )}
          {board.next && (
            <a class="btn" href={boardPath(filter, { cursor: board.next })}>
              {t.next}
            </a>
          )}
        </nav>
      )}
    </>
  );
}

function Line({ r, line }: { r: Reader; line: RegisterLine }): JSX.Element {
  const t = complaintBoard(r.locale);
  const words = complaintWords(r.locale);
  return (
    <tr>
      <td class="first">
        <Due r={r} line={line} />
      </td>
      <td class="wide">
        <a href={`/complaints/${line.caseId}`}>{lineTitle(line, r)}</a>
        <small>
          {[line.caseId, line.organisation && line.waybillNo ? isolate(line.waybillNo) : ""]
            .filter(Boolean)
            .join(" · ")}
        </small>
      </td>
      <td class="wide one-line">
        {line.status === "closed"
          ? wordOf(words.outcomes, line.outcome ?? "")
          : wordOf(words.phases, line.phase)}
        <small>{line.assignee ? <bdi>{line.assignee.name}</bdi> : t.nobody}</small>
      </td>
      <td class="second">
        <span class={priorityTag(line.priority)}>{line.priority}</span>
      </td>
      <td class="num extra">
        <time dateTime={line.receivedAt} title={exact(line.receivedAt, r.locale)}>
          {when(line.receivedAt, r.now, r.locale)}
        </time>
      </td>
    </tr>
  );
}

/** How long there is, or that nobody waits for us. */
function Due({ r, line }: { r: Reader; line: RegisterLine }): JSX.Element {
  const t = complaintBoard(r.locale);
  const words = complaintWords(r.locale);
  if (line.status === "closed")
    return (
      <span class="quiet">
        {line.closedAt
          ? fill(t.closedAt, { time: when(line.closedAt, r.now, r.locale) })
          : words.phases.closed}
      </span>
    );
  const due = nextDue(line);
  if (line.paused || due === null)
    return (
      <div class="due">
        <svg class="ring" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="9" pathLength="100" stroke-dasharray="5 5" />
        </svg>
        <div>
          <span>{words.clockStatuses.paused}</span>
          <small>{t.pausedFor}</small>
        </div>
      </div>
    );
  const rest = left(due, r);
  const until = deadline(due, r.now, r.locale);
  // The first answer may be late while the resolution is not.
  const late = rest.late || line.overdue;
  return (
    <div class="due">
      <Ring openedAt={line.receivedAt} dueAt={due} now={r.now} />
      <div>
        <time class={late ? "late" : undefined} dateTime={due} title={exact(due, r.locale)}>
          {late && !rest.late ? t.late : rest.text}
        </time>
        <small>{rest.late ? fill(t.dueWas, { deadline: until }) : until}</small>
      </div>
    </div>
  );
}

/** A bar for each handler: late, due today, the rest; whoever has nothing is shown too, for he may take more. */
function Load({ r, stats, board }: { r: Reader; stats: Stats; board: Board }): JSX.Element {
  const t = complaintBoard(r.locale);
  const rows = [
    ...stats.people,
    ...board.mates
      .filter((one) => one.handles && !stats.people.some(({ who }) => who.staffId === one.staffId))
      .map((one) => ({ who: one, late: 0, today: 0, rest: 0 })),
  ];
  const most = Math.max(10, ...rows.map(sum));
  const away = new Set(board.mates.filter((one) => one.away).map((one) => one.staffId));
  return (
    <Sheet id="load" title={t.load}>
      <ul class="load">
        {rows.map((one) => (
          <li key={one.who.staffId}>
            <span>
              <bdi>{one.who.name}</bdi>
              {away.has(one.who.staffId) && <small class="kicker"> {t.away}</small>}
            </span>
            <Bar
              height={16}
              label={fill(t.loadOf, { name: one.who.name, late: one.late, today: one.today, rest: one.rest })}
              slices={[
                { fill: "f-late", share: share(one.late, most) },
                { fill: "f-this", share: share(one.today, most) },
                { fill: "f-kept", share: share(one.rest, most) },
              ]}
            />
            <a class="num" href={boardPath({ status: "open", assignee: one.who.staffId })}>
              {fill(t.loadN, { n: sum(one) })}
              <span class="hidden"> {one.who.name}</span>
            </a>
          </li>
        ))}
      </ul>
      <ul class="key">
        {(
          [
            ["f-late", t.keys.late],
            ["f-this", t.keys.today],
            ["f-kept", t.keys.rest],
          ] as const
        ).map(([look, text]) => (
          <li key={look}>
            <Chip fill={look} />
            {text}
          </li>
        ))}
      </ul>
      <p class="hint">{t.loadNote}</p>
    </Sheet>
  );
}

function ByCategory({ r, stats }: { r: Reader; stats: Stats }): JSX.Element | null {
  const t = complaintBoard(r.locale);
  const words = complaintWords(r.locale);
  if (stats.categories.length === 0) return null;
  return (
    <Sheet id="categories" title={t.categories}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">{t.category}</th>
            <th scope="col" class="num">
              {t.open}
            </th>
            <th scope="col" class="num">
              {t.late}
            </th>
          </tr>
        </thead>
        <tbody>
          {stats.categories.map((one) => (
            <tr key={one.category}>
              <td>
                <a href={boardPath({ status: "open", category: one.category })}>
                  {word(words.categories, one.category)}
                </a>
              </td>
              <td class="num">{one.open}</td>
              <td class={one.late > 0 ? "num late" : "num"}>{one.late}</td>
            </tr>
          ))}
          <tr class="total">
            <td>{t.total}</td>
            <td class="num">{stats.open}</td>
            <td class={stats.late > 0 ? "num late" : "num"}>{stats.late}</td>
          </tr>
        </tbody>
      </table>
    </Sheet>
  );
}
