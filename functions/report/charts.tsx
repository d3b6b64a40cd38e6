/**
 * Charts drawn on the server. Colours stand in the drawing itself, so that it can travel as a file; a page's stylesheet
 * overrides them by class. The same numbers always stand in a table beside. Pure.
 */
import type { JSX } from "preact";

/** One bar of a list. */
export type Bar = { label: string; value: number };
/** A bar of two parts. */
export type Split = { label: string; good: number; bad: number };
/** One month of two columns. */
export type Month = { label: string; received: number; closed: number };

const COLOR = { main: "#2f6f5e", soft: "#a9c4ba", bad: "#b3382c", text: "#3b3f44" };

const ROW = 28;
// As wide as a phone shows without making letters small.
const WIDTH = 440;
const LABEL = 126;
const NUMBER = 52;
const LONGEST = 8;

const round = (value: number): number => Math.round(value * 10) / 10;
/** A label that fits beside the bars; the whole of it stands in the table. */
const short = (text: string): string => {
  const letters = [...text];
  return letters.length <= LONGEST ? text : `${letters.slice(0, LONGEST - 1).join("")}…`;
};

type Drawing = { label: string; height: number; children: JSX.Element[] };

const Svg = ({ label, height, children }: Drawing): JSX.Element => (
  <svg
    class="chart"
    xmlns="http://www.w3.org/2000/svg"
    viewBox={`0 0 ${WIDTH} ${height}`}
    role="img"
    aria-label={label}
    font-family="system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif"
    font-size="14"
  >
    {children}
  </svg>
);

const Text = (at: { x: number; y: number; anchor?: "end" | "middle"; children: string }): JSX.Element => (
  <text
    class="c-text"
    fill={COLOR.text}
    x={round(at.x)}
    y={round(at.y)}
    {...(at.anchor ? { "text-anchor": at.anchor } : {})}
  >
    {at.children}
  </text>
);

/** Bars one below the other, to one scale. */
export function Bars({ label, bars }: { label: string; bars: Bar[] }): JSX.Element {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const room = WIDTH - LABEL - NUMBER;
  return (
    <Svg label={label} height={Math.max(1, bars.length) * ROW}>
      {bars.map((bar, index) => (
        <g key={bar.label}>
          <Text x={LABEL - 10} y={index * ROW + 18} anchor="end">
            {short(bar.label)}
          </Text>
          <rect
            class="c-main"
            fill={COLOR.main}
            x={LABEL}
            y={index * ROW + 5}
            width={round((bar.value / most) * room)}
            height={ROW - 10}
          />
          <Text x={LABEL + (bar.value / most) * room + 8} y={index * ROW + 18}>
            {String(bar.value)}
          </Text>
        </g>
      ))}
    </Svg>
  );
}

/** How much of each was good, in shares of the whole width. */
export function Splits({ label, splits }: { label: string; splits: Split[] }): JSX.Element {
  const room = WIDTH - LABEL - NUMBER;
  return (
    <Svg label={label} height={Math.max(1, splits.length) * ROW}>
      {splits.map(({ label: name, good, bad }, index) => {
        const all = good + bad;
        const width = all === 0 ? 0 : (good / all) * room;
        return (
          <g key={name}>
            <Text x={LABEL - 10} y={index * ROW + 18} anchor="end">
              {short(name)}
            </Text>
            <rect
              class="c-main"
              fill={COLOR.main}
              x={LABEL}
              y={index * ROW + 5}
              width={round(width)}
              height={ROW - 10}
            />
            <rect
              class="c-bad"
              fill={COLOR.bad}
              x={round(LABEL + width)}
              y={index * ROW + 5}
              width={all === 0 ? 0 : round(room - width)}
              height={ROW - 10}
            />
            <Text x={WIDTH - NUMBER + 8} y={index * ROW + 18}>
              {all === 0 ? "—" : `${Math.round((good / all) * 100)}%`}
            </Text>
          </g>
        );
      })}
    </Svg>
  );
}

const CHART = 150;
const FOOT = 24;
const HEAD = 20;

/** Two columns a month: what came in, and how much of that is closed. */
export function Months({ label, months }: { label: string; months: Month[] }): JSX.Element {
  const most = Math.max(1, ...months.map((month) => month.received));
  const step = WIDTH / Math.max(1, months.length);
  const column = step * 0.32;
  const tall = (value: number): number => round((value / most) * CHART);
  return (
    <Svg label={label} height={HEAD + CHART + FOOT}>
      {months.map((month, index) => {
        const middle = (index + 0.5) * step;
        return (
          <g key={month.label}>
            <rect
              class="c-main"
              fill={COLOR.main}
              x={round(middle - column)}
              y={HEAD + CHART - tall(month.received)}
              width={round(column)}
              height={tall(month.received)}
            />
            <rect
              class="c-soft"
              fill={COLOR.soft}
              x={round(middle)}
              y={HEAD + CHART - tall(month.closed)}
              width={round(column)}
              height={tall(month.closed)}
            />
            <Text x={middle} y={HEAD + CHART - tall(month.received) - 5} anchor="middle">
              {month.received === 0 ? "" : String(month.received)}
            </Text>
            <Text x={middle} y={HEAD + CHART + FOOT - 7} anchor="middle">
              {month.label}
            </Text>
          </g>
        );
      })}
    </Svg>
  );
}
