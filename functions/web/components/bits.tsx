/** Small pieces that every page is made of. */
import type { ComponentChildren, JSX } from "preact";
import type { BudgetView } from "../../case/view.ts";
import { deadline, exact, money, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { moneyParts } from "../../shared/money.ts";
import type { Station } from "../models/road.ts";
import { used } from "../models/road.ts";
import type { Reader } from "../models/view.ts";

/** The mark: an open ring that closes. */
export const Mark = (): JSX.Element => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <circle
      cx="12"
      cy="12"
      r="8.5"
      pathLength="100"
      stroke-dasharray="78 22"
      transform="rotate(-5.4 12 12)"
    />
    <circle class="dot" cx="18" cy="6" r="1.9" />
  </svg>
);

/** An amount, the fen in the second voice where it is large. */
export function Money({ fen }: { fen: number }): JSX.Element {
  const { sign, yuan, cents } = moneyParts(fen);
  return (
    <span class="money">
      {sign}
      <i>¥</i>
      {yuan}
      <small>.{cents}</small>
    </span>
  );
}

/** A time in human words, exact in `datetime` and on hover. */
export const When = ({ at, r }: { at: string; r: Reader }): JSX.Element => (
  <time dateTime={at} title={exact(at, r.locale)}>
    {when(at, r.now, r.locale)}
  </time>
);

/** A deadline in human words. */
export const Until = ({ at, r }: { at: string; r: Reader }): JSX.Element => (
  <time dateTime={at} title={exact(at, r.locale)}>
    {deadline(at, r.now, r.locale)}
  </time>
);

/** The share of the time used, drawn; always beside words. */
export function Ring({
  openedAt,
  dueAt,
  now,
}: {
  openedAt: string;
  dueAt: string;
  now: number;
}): JSX.Element {
  const share = used(openedAt, dueAt, now);
  const late = now >= Date.parse(dueAt);
  return (
    <svg
      class={late ? "ring ring-late" : share >= 80 ? "ring ring-warn" : "ring"}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="9" />
      <circle class="arc" cx="12" cy="12" r="9" pathLength="100" stroke-dasharray={`${share} 100`} />
    </svg>
  );
}

/** The road of a case, small, for lists. */
export function Stops({
  at,
  of,
  closed,
  r,
}: {
  at: number;
  of: number;
  closed: boolean;
  r: Reader;
}): JSX.Element {
  return (
    <svg
      class="stops"
      viewBox={`0 0 ${of * 13} 12`}
      width={of * 13}
      role="img"
      aria-label={fill(r.t.web.home.stops, { n: at, of })}
    >
      {Array.from({ length: of }, (_, index) => {
        const cx = 6 + index * 13;
        if (index + 1 < at || closed) return <circle key={index} class="d" cx={cx} cy="6" r="3" />;
        return index + 1 === at ? (
          <circle key={index} class="n" cx={cx} cy="6" r="3.5" pathLength="100" stroke-dasharray="75 25" />
        ) : (
          <circle key={index} cx={cx} cy="6" r="3" />
        );
      })}
    </svg>
  );
}

/** Stations: done, now, next, with names and times. */
export function Road({
  stations,
  r,
  row,
  label,
}: {
  stations: Station[];
  r: Reader;
  row?: boolean;
  label?: string;
}): JSX.Element {
  return (
    <ol class={row ? "road road-row" : "road road-wide"} aria-label={label ?? r.t.web.case.where}>
      {stations.map((one) => (
        <li
          key={one.key}
          class={one.late ? `${one.state} late` : one.state}
          aria-current={one.state === "now" ? "step" : undefined}
        >
          <b>{one.title}</b>
          <span class="hidden">{` ${r.t.web.a11y[one.state]} `}</span>
          {one.who && <span>{one.who}</span>}
          {one.at ? (
            <When at={one.at} r={r} />
          ) : one.dueAt && one.state === "now" ? (
            <Until at={one.dueAt} r={r} />
          ) : null}
          {one.note && !one.at && <small>{one.note}</small>}
          {one.dueAt && !one.at && one.state === "next" && !row && (
            <small>{fill(r.t.web.form.expected, { time: deadline(one.dueAt, r.now, r.locale) })}</small>
          )}
        </li>
      ))}
    </ol>
  );
}

/** One part of a bar: where it begins and how wide it is, in per cent. */
export type Slice = { fill: string; share: number };

/** A bar of parts on one line, drawn on the server; the words stand in its label and beside it. */
export function Bar({
  slices,
  height,
  label,
  hatch,
}: {
  slices: Slice[];
  height: number;
  label: string;
  hatch?: string;
}): JSX.Element {
  let at = 0;
  const placed = slices
    .filter((slice) => slice.share > 0)
    .map((slice) => {
      const from = at;
      at = Math.min(100, at + slice.share);
      return { ...slice, from, share: at - from };
    });
  const percent = (value: number) => `${Math.round(value * 100) / 100}%`;
  return (
    <svg class="bars bar-line" width="100%" height={height} role="img" aria-label={label}>
      {hatch && <Hatch id={hatch} />}
      <rect class="f-free" width="100%" height={height} />
      {placed.map((one) => (
        <rect
          key={one.from}
          {...(one.fill === "hatch" ? { fill: `url(#${hatch})` } : { class: one.fill })}
          x={percent(one.from)}
          width={percent(one.share)}
          height={height}
        />
      ))}
      {placed.map((one) => (
        <line
          key={one.from}
          class="cut"
          x1={percent(one.from + one.share)}
          x2={percent(one.from + one.share)}
          y2={height}
        />
      ))}
    </svg>
  );
}

const Hatch = ({ id }: { id: string }): JSX.Element => (
  <defs>
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="f-this" width="6" height="6" />
      <line class="f-hatch" y2="6" />
    </pattern>
  </defs>
);

/** A small square of the same fill, for keys and tables. */
export const Chip = ({ fill: look, hatch }: { fill: string; hatch?: string }): JSX.Element => (
  <svg class={look === "f-free" ? "chip bar-line" : "chip"} aria-hidden="true">
    <rect {...(look === "hatch" ? { fill: `url(#${hatch})` } : { class: look })} width="12" height="12" />
  </svg>
);

/** Shares of a whole in per cent; a whole of nothing has none. */
export const share = (part: number, whole: number): number =>
  whole > 0 ? Math.max(0, (part / whole) * 100) : 0;

/** The bar of a bucket: spent, committed, reserved, free. */
export function BucketBar({
  bucket,
  height,
  hatch,
  r,
}: {
  bucket: BudgetView;
  height: number;
  hatch: string;
  r: Reader;
}): JSX.Element {
  const { allotted, spent, committed, reserved, available } = bucket;
  const whole = Math.max(allotted, spent + committed + reserved);
  const label = fill(r.t.web.budget.bar, {
    allotted: money(allotted),
    spent: money(spent),
    committed: money(committed),
    reserved: money(reserved),
    available: money(available),
  });
  return (
    <Bar
      height={height}
      hatch={hatch}
      label={label}
      slices={[
        { fill: "f-spent", share: share(spent, whole) },
        { fill: "f-held", share: share(committed, whole) },
        { fill: "hatch", share: share(reserved, whole) },
      ]}
    />
  );
}

/** A sheet of paper with a heading. */
export function Sheet(props: {
  id: string;
  title: string;
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={props.class ? `sheet ${props.class}` : "sheet"} aria-labelledby={props.id}>
      {props.aside ? (
        <div class="split">
          <h2 id={props.id}>{props.title}</h2>
          {props.aside}
        </div>
      ) : (
        <h2 id={props.id}>{props.title}</h2>
      )}
      {props.children}
    </section>
  );
}

/** Nothing here yet, and what to do about it. */
export const Empty = ({ children }: { children: ComponentChildren }): JSX.Element => (
  <div class="empty">
    <Mark />
    {children}
  </div>
);

/** Label and value. */
export const Fact = ({
  label,
  sum,
  children,
}: {
  label: string;
  sum?: boolean;
  children: ComponentChildren;
}): JSX.Element => (
  <div class={sum ? "sum" : undefined}>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

/** Lines of text of people, each kept apart from what stands around it. */
export const Lines = ({ lines }: { lines: string[] }): JSX.Element => (
  <>
    {lines.map((line, index) => (
      <>
        {index > 0 && <br />}
        <bdi>{line}</bdi>
      </>
    ))}
  </>
);

/** Longer text with its line breaks. */
export const Prose = ({ text }: { text: string }): JSX.Element => <Lines lines={text.split("\n")} />;

/** What may be wider than the screen scrolls on its own, with the keyboard too. */
export const Scroll = ({ label, children }: { label: string; children: ComponentChildren }): JSX.Element => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable without a mouse
  <section class="scroll" tabIndex={0} aria-label={label}>
    {children}
  </section>
);
