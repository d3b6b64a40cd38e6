/** The clocks of a complaint: how each stands, and why it is due when it is, day by day. */
import type { JSX } from "preact";
import type { ClockView } from "../../complaint/clock-rules.ts";
import { deadline, exact, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintCase } from "../../shared/i18n/sections/complaint-case.ts";
import { complaintWords } from "../../shared/i18n/sections/complaint-words.ts";
import {
  type ClockDay,
  clockDays,
  clockRounds,
  hoursMinutes,
  OPENING,
  pressing,
  workTime,
} from "../models/complaint-clock.ts";
import type { Reader } from "../models/view.ts";
import { Chip, Sheet } from "./bits.tsx";

export function ClockSheets({ r, clocks }: { r: Reader; clocks: ClockView[] }): JSX.Element | null {
  const t = complaintCase(r.locale).clocks;
  const main = pressing(clocks);
  if (!main) return null;
  const [newest, ...earlier] = clockRounds(clocks);
  const others = newest?.clocks.filter((clock) => clock.clockId !== main.clockId) ?? [];
  return (
    <>
      <Sheet id="clocks" title={t.title}>
        <Standing r={r} clocks={newest?.clocks ?? []} />
        {earlier.map(({ round, clocks: old }) => (
          <details class="more" key={round}>
            <summary>{fill(t.rounds, { n: round })}</summary>
            <Standing r={r} clocks={old} />
          </details>
        ))}
      </Sheet>
      <Sheet id="why-due" title={titleOf(main, r)} aside={<Limit r={r} clock={main} />}>
        <Days r={r} clock={main} />
        <Key r={r} />
        {others.map((clock) => (
          <details class="more" key={clock.clockId}>
            <summary>{fill(t.more, { clock: complaintWords(r.locale).clocks[clock.kind] })}</summary>
            <div class="stack-s">
              <Limit r={r} clock={clock} />
              <Days r={r} clock={clock} />
            </div>
          </details>
        ))}
      </Sheet>
    </>
  );
}

const titleOf = (clock: ClockView, r: Reader): string => {
  const t = complaintCase(r.locale).clocks;
  return clock.dueAt === null
    ? fill(t.whyPaused, { clock: complaintWords(r.locale).clocks[clock.kind] })
    : fill(t.why, { when: when(clock.dueAt, r.now, r.locale) });
};

const Limit = ({ r, clock }: { r: Reader; clock: ClockView }): JSX.Element => (
  <p class="kicker">
    {fill(complaintCase(r.locale).clocks.limit, {
      priority: clock.priority,
      clock: complaintWords(r.locale).clocks[clock.kind],
      span: workTime(clock.minutes, r),
    })}
  </p>
);

const LOOK: Record<ClockView["status"], string> = {
  running: "tag tag-now",
  paused: "tag tag-warn",
  met: "tag tag-done",
  breached: "tag tag-late",
};

/** Each clock in a line: how it stands, until when, what is left. */
function Standing({ r, clocks }: { r: Reader; clocks: ClockView[] }): JSX.Element {
  const words = complaintWords(r.locale);
  return (
    <ul class="clocks">
      {clocks.map((clock) => (
        <li key={clock.clockId}>
          <b>{words.clocks[clock.kind]}</b>
          <span class={LOOK[clock.status]}>{words.clockStatuses[clock.status]}</span>
          <Till r={r} clock={clock} />
        </li>
      ))}
    </ul>
  );
}

function Till({ r, clock }: { r: Reader; clock: ClockView }): JSX.Element {
  const t = complaintCase(r.locale).clocks;
  const at = clock.metAt ?? clock.dueAt;
  const left = fill(clock.remainingMinutes < 0 ? t.over : t.leftOf, {
    span: workTime(clock.remainingMinutes, r),
  });
  if (at === null) return <span class="kicker">{left}</span>;
  const late = clock.status === "breached";
  const text =
    clock.metAt === null
      ? deadline(at, r.now, r.locale)
      : fill(late ? t.metLate : t.metAt, { time: when(at, r.now, r.locale) });
  return (
    <span class={late && clock.metAt === null ? "kicker late" : "kicker"}>
      <time dateTime={at} title={exact(at, r.locale)}>
        {text}
      </time>
      {clock.metAt === null && ` · ${left}`}
      {clock.provisional && ` · ${t.provisional}`}
    </span>
  );
}

function Days({ r, clock }: { r: Reader; clock: ClockView }): JSX.Element {
  const t = complaintCase(r.locale).clocks;
  const days = clockDays(clock, r);
  return (
    <>
      <table class="data clock">
        <caption class="hidden">
          {fill(t.table, { clock: complaintWords(r.locale).clocks[clock.kind] })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t.date}</th>
            <th scope="col" class="fill">
              {fill(t.hours, OPENING)}
            </th>
            <th scope="col" class="num">
              {t.counted}
            </th>
            <th scope="col" class="num">
              {t.sum}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <Day key={day.key} day={day} isEnd={day.last && clock.dueAt !== null} />
          ))}
        </tbody>
      </table>
      {clock.provisional && <p class="hint">{t.provisionalText}</p>}
    </>
  );
}

const percent = (value: number): string => `${Math.round(value * 100) / 100}%`;

function Day({ day, isEnd }: { day: ClockDay; isEnd: boolean }): JSX.Element {
  const sum = hoursMinutes(day.sum);
  return (
    <tr>
      <td class="nowrap">
        {day.day}
        <small>{day.date}</small>
      </td>
      <td>
        <svg class="bars bar-line" width="100%" height="14" role="img" aria-label={day.label}>
          <rect class="f-free" width="100%" height="14" />
          {day.parts.map((part) => (
            <rect
              key={`${part.look}${part.from}`}
              class={part.look}
              x={percent(part.from)}
              width={percent(part.width)}
              height="14"
            />
          ))}
        </svg>
        {day.notes.length > 0 && <small>{day.notes.join(" · ")}</small>}
      </td>
      <td class="num">{hoursMinutes(day.minutes)}</td>
      <td class="num">{isEnd ? <b>{sum}</b> : sum}</td>
    </tr>
  );
}

function Key({ r }: { r: Reader }): JSX.Element {
  const { keys } = complaintCase(r.locale).clocks;
  return (
    <ul class="key">
      {(
        [
          ["f-held", keys.counted],
          ["f-kept", keys.ahead],
          ["f-this", keys.paused],
          ["f-free", keys.off],
          ["f-late", keys.due],
        ] as const
      ).map(([look, text]) => (
        <li key={look}>
          <Chip fill={look} />
          {text}
        </li>
      ))}
    </ul>
  );
}
