/** The calendar of follow-ups: a month or a week; on a phone the days that have something, one below the other. */
import type { JSX } from "preact";
import { dayOfDate, exact, month, timeOfDay } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { followUpCase } from "../../shared/i18n/sections/follow-up-case.ts";
import { Empty } from "../components/bits.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import { modeOf, stateOf } from "../models/follow-up.ts";
import { type Asked, calendarPath, type Day, type Planned, turns } from "../models/follow-up-calendar.ts";
import type { Reader } from "../models/view.ts";

export type FollowUpCalendar = {
  asked: Asked;
  days: Day[];
  today: string;
  /** Whether he may look at everybody's. */
  everything: boolean;
  /** More than one page draws. */
  tooMany: boolean;
};

type Props = { r: Reader; p: FollowUpCalendar };

const titleOf = (r: Reader, { asked, days }: FollowUpCalendar): string =>
  asked.view === "month"
    ? month(asked.day.slice(0, 7), r.locale)
    : fill(followUpCase(r.locale).calendar.weekOf, {
        from: dayOfDate(days[0]?.date ?? asked.day, r.now, r.locale),
        to: dayOfDate(days.at(-1)?.date ?? asked.day, r.now, r.locale),
      });

export function followUpCalendarPage(r: Reader, p: FollowUpCalendar): string {
  const t = followUpCase(r.locale).calendar;
  const title = titleOf(r, p);
  return page({
    r,
    title: `${t.title} ${title}`,
    here: "follow-ups",
    children: (
      <>
        <FollowUpTabs r={r} here="calendar" />
        <div class="head">
          <h1>{title}</h1>
          <div class="btns">
            <a class="btn" href="/settings">
              {t.feed}
            </a>
          </div>
        </div>
        <Turn r={r} p={p} />
        {p.tooMany && <p class="notice notice-warn">{t.tooMany}</p>}
        <section class="sheet" aria-label={title}>
          <Days r={r} p={p} />
          <p class="hint">{t.key}</p>
          <p class="hint cal-keys">{t.keys}</p>
        </section>
      </>
    ),
  });
}

function Turn({ r, p: { asked, today, everything } }: Props): JSX.Element {
  const t = followUpCase(r.locale).calendar;
  const { before, after } = turns(asked);
  const isWeek = asked.view === "week";
  const link = (change: Partial<Asked>, text: string, current: boolean) => (
    <a href={calendarPath({ ...asked, ...change })} aria-current={current ? "page" : undefined}>
      {text}
    </a>
  );
  const turn = (day: string, rel: "prev" | "next", text: string) => (
    <a class="btn" href={calendarPath({ ...asked, day })} rel={rel}>
      {text}
    </a>
  );
  return (
    <div class="split cal-bar">
      <nav class="btns" aria-label={t.turn}>
        {turn(before, "prev", isWeek ? t.prevWeek : t.prevMonth)}
        <a class="btn" href={calendarPath({ ...asked, day: today })}>
          {t.today}
        </a>
        {turn(after, "next", isWeek ? t.nextWeek : t.nextMonth)}
      </nav>
      <div class="btns">
        <nav class="switch" aria-label={t.views}>
          {link({ view: "month" }, t.month, !isWeek)}
          {link({ view: "week" }, t.week, isWeek)}
        </nav>
        {everything && (
          <nav class="switch" aria-label={t.whose}>
            {link({ whose: "mine" }, t.mine, asked.whose === "mine")}
            {link({ whose: "team" }, t.team, asked.whose === "team")}
          </nav>
        )}
      </div>
    </div>
  );
}

/** Whole weeks in seven columns, where there is room for them. */
function Days({ r, p }: Props): JSX.Element {
  const t = followUpCase(r.locale).calendar;
  const isWeek = p.asked.view === "week";
  const isEmpty = p.days.every((day) => !day.inside || day.items.length === 0);
  return (
    <>
      {isEmpty && (
        <Empty>
          <p>{isWeek ? t.emptyWeek : t.emptyMonth}</p>
        </Empty>
      )}
      <div class="cal-head" aria-hidden="true">
        {t.weekdays.map((one) => (
          <span key={one}>{one}</span>
        ))}
      </div>
      <ol class={isWeek ? "cal cal-week" : "cal"} data-days>
        {p.days.map((day) => (
          <DayCell key={day.date} r={r} p={p} day={day} />
        ))}
      </ol>
    </>
  );
}

const MOST_IN_MONTH = 4;

function DayCell({ r, p, day }: Props & { day: Day }): JSX.Element {
  const t = followUpCase(r.locale).calendar;
  const isMonth = p.asked.view === "month";
  const shown = isMonth ? day.items.slice(0, MOST_IN_MONTH) : day.items;
  const rest = day.items.length - shown.length;
  const look = [
    "cal-day",
    day.today ? "is-today" : "",
    day.working ? "" : "is-off",
    day.inside ? "" : "is-outside",
    day.items.length === 0 ? "is-empty" : "",
  ];
  return (
    <li class={look.filter(Boolean).join(" ")} aria-current={day.today ? "date" : undefined}>
      <p class="cal-date">
        {/* Closer, or back to the whole: a day leads to the other view of itself. */}
        <a
          href={calendarPath({ ...p.asked, view: isMonth ? "week" : "month", day: day.date })}
          data-day={day.date}
        >
          <time dateTime={day.date}>
            <span class="cal-long">{dayOfDate(day.date, r.now, r.locale)}</span>
            <span class="cal-short" aria-hidden="true">
              {Number(day.date.slice(8))}
            </span>
          </time>
        </a>
        {day.today && <span class="tag tag-plain tag-now">{t.today}</span>}
        {!day.working && (
          <span class="kicker">
            <span aria-hidden="true">{t.off}</span>
            <span class="hidden">{t.offText}</span>
          </span>
        )}
      </p>
      {day.items.length === 0 ? (
        !isMonth && <p class="kicker cal-none">{t.nothing}</p>
      ) : (
        <ul>
          {shown.map((line) => (
            <Item key={line.caseId} r={r} line={line} everything={p.asked.whose === "team"} />
          ))}
          {rest > 0 && (
            <li>
              <a class="small" href={calendarPath({ ...p.asked, view: "week", day: day.date })}>
                {fill(t.more, { n: rest })}
              </a>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

function Item({ r, line, everything }: { r: Reader; line: Planned; everything: boolean }): JSX.Element {
  const state = line.missed ? followUpCase(r.locale).missed : stateOf(line, r);
  const look = line.missed ? "cal-item is-late" : line.status === "closed" ? "cal-item is-done" : "cal-item";
  return (
    <li>
      <a class={look} href={`/follow-ups/${line.caseId}`}>
        {line.appointmentAt && (
          <time dateTime={line.appointmentAt} title={exact(line.appointmentAt, r.locale)}>
            {`${timeOfDay(line.appointmentAt)} `}
          </time>
        )}
        <bdi>{line.customerName}</bdi>
        <small>{[modeOf(line, r), ...(everything ? [line.assignee.name] : []), state].join(" · ")}</small>
      </a>
    </li>
  );
}
