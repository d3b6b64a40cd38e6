/** The figures of a bucket drawn on the server; the same numbers stand in words and tables beside them. */
import type { JSX } from "preact";
import type { BudgetView } from "../../case/view.ts";
import type { EntryView } from "../../ledger/statement.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { dayOfDate, money } from "../../shared/i18n/format.ts";
import { budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { count } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Chip, Money, share } from "./bits.tsx";

const BARS = [
  { key: "allotted", fill: "f-kept" },
  { key: "reserved", fill: "f-this" },
  { key: "committed", fill: "f-held" },
  { key: "spent", fill: "f-spent" },
] as const;

/** What was allotted and where it is, one bar each, to one scale. */
export function Bars({ bucket, r }: { bucket: BudgetView; r: Reader }): JSX.Element {
  const most = Math.max(1, ...BARS.map(({ key }) => bucket[key]));
  return (
    <ul class="pots">
      {BARS.map(({ key, fill: look }) => (
        <li key={key}>
          <p class="split">
            <span>
              <Chip fill={look} /> {r.t.words.budget[key]}
            </span>
            <Money fen={bucket[key]} />
          </p>
          <svg class="bars bar-line" width="100%" height="14" aria-hidden="true">
            <rect class={look} width={`${Math.round(share(bucket[key], most) * 100) / 100}%`} height="14" />
          </svg>
        </li>
      ))}
    </ul>
  );
}

const WIDTH = 600;
const HEIGHT = 140;
const EDGE = 4;

/** The corners of the balance over time: it stays level until the next entry. */
export function corners(
  points: { at: number; balance: number }[],
  until: number,
): { line: string; zero: number } {
  const from = points[0]?.at ?? until;
  const span = Math.max(1, until - from);
  const low = Math.min(0, ...points.map((one) => one.balance));
  const high = Math.max(1, ...points.map((one) => one.balance));
  const x = (at: number) => Math.round(((at - from) / span) * WIDTH * 10) / 10;
  const y = (fen: number) =>
    Math.round((EDGE + (1 - (fen - low) / (high - low)) * (HEIGHT - 2 * EDGE)) * 10) / 10;
  const steps = points.flatMap((one, index) => {
    const before = points[index - 1];
    const here = `${x(one.at)},${y(one.balance)}`;
    return before ? [`${x(one.at)},${y(before.balance)}`, here] : [here];
  });
  const last = points.at(-1);
  if (last) steps.push(`${WIDTH},${y(last.balance)}`);
  return { line: steps.join(" "), zero: y(0) };
}

/** What was available, from the first entry until now. */
export function BalanceLine({ entries, r }: { entries: EntryView[]; r: Reader }): JSX.Element | null {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return null;
  const texts = budgetTexts(r.locale).statement;
  const points = entries.map((one) => ({ at: Date.parse(one.at), balance: one.balance }));
  const { line, zero } = corners(points, Math.max(r.now, Date.parse(last.at)));
  const day = (at: string | number) => dayOfDate(shanghaiDate(at), r.now, r.locale);
  const label = count(texts.chartLine, entries.length, {
    from: day(first.at),
    to: day(r.now),
    low: money(Math.min(...points.map((one) => one.balance))),
    now: money(last.balance),
  });
  return (
    <figure>
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <line class="f-line f-goal" x2={WIDTH} y1={zero} y2={zero} vector-effect="non-scaling-stroke" />
        <polyline class="f-line" points={line} vector-effect="non-scaling-stroke" />
      </svg>
      <figcaption class="hint">{label}</figcaption>
    </figure>
  );
}
