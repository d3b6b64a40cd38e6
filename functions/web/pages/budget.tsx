/** One bucket: what is left, of what, and where the rest is. */
import type { JSX } from "preact";
import type { BudgetView } from "../../case/view.ts";
import { money, month } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { taxTexts } from "../../shared/i18n/sections/tax.ts";
import { BucketBar, Chip, Empty, Fact, Money, Scroll, Sheet, share } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { statementPath } from "../models/paths.ts";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type BudgetPage = {
  department: string;
  period: string;
  /** Null: no bucket exists for this month. */
  bucket: BudgetView | null;
  /** Departments that this person may see. */
  departments: string[];
  periods: string[];
  /** The same month in all of them. */
  all: BudgetView[];
  /** May ask for money, make budgets, see the tax position. */
  asks: boolean;
  keepsBooks: boolean;
  seesTax: boolean;
};

const ROWS = [
  { key: "spent", fill: "f-spent" },
  { key: "committed", fill: "f-held" },
  { key: "reserved", fill: "hatch" },
  { key: "available", fill: "f-free" },
] as const;

export function budgetPage(r: Reader, b: BudgetPage): string {
  const { budget } = r.t.web;
  const texts = budgetTexts(r.locale);
  const heading = fill(budget.heading, {
    department: word(r.t.words.departments, b.department),
    month: month(b.period, r.locale),
  });
  return page({
    r,
    title: heading,
    here: "budget",
    children: (
      <>
        <div class="head">
          <h1>{heading}</h1>
          <div class="btns">
            {b.bucket && (
              <a class="btn btn-main" href={statementPath(b.bucket)}>
                {texts.statement.statement}
              </a>
            )}
            {b.asks && (
              <a class="btn" href="/budget/change">
                {texts.statement.ask}
              </a>
            )}
            {b.keepsBooks && (
              <a class="btn" href="/budget/new">
                {texts.statement.new}
              </a>
            )}
            {b.seesTax && (
              <a class="btn" href="/tax">
                {taxTexts(r.locale).title}
              </a>
            )}
          </div>
        </div>
        <Choose r={r} b={b} />
        {b.bucket ? (
          <Bucket r={r} bucket={b.bucket} />
        ) : (
          <section class="sheet">
            <Empty>
              <p>{budget.none}</p>
            </Empty>
          </section>
        )}
        {b.all.length > 1 && <Others r={r} b={b} />}
      </>
    ),
  });
}

function Choose({ r, b }: { r: Reader; b: BudgetPage }): JSX.Element {
  const { budget } = r.t.web;
  return (
    <form class="filters" method="get" action="/budget" aria-label={budget.choose}>
      <div class="field">
        <label for="department">{budget.department}</label>
        <select id="department" name="department">
          {b.departments.map((one) => (
            <option key={one} value={one} selected={one === b.department}>
              {word(r.t.words.departments, one)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="period">{budget.period}</label>
        <select id="period" name="period">
          {b.periods.map((one) => (
            <option key={one} value={one} selected={one === b.period}>
              {month(one, r.locale)}
            </option>
          ))}
        </select>
      </div>
      <button class="btn" type="submit">
        {budget.show}
      </button>
    </form>
  );
}

export function Bucket({ r, bucket }: { r: Reader; bucket: BudgetView }): JSX.Element {
  const { budget } = r.t.web;
  const { words } = r.t;
  const percent = (part: number) => `${Math.round(share(part, bucket.allotted))}%`;
  return (
    <Sheet
      id="now"
      title={budget.available}
      aside={<p class="kicker">{fill(budget.allotted, { money: money(bucket.allotted) })}</p>}
    >
      <p class={bucket.available < 0 ? "ask-sum late" : "ask-sum"}>
        <Money fen={bucket.available} />
      </p>
      <BucketBar bucket={bucket} height={28} hatch="hatch" r={r} />
      <Scroll label={budget.table}>
        <table class="data">
          <caption class="hidden">{budget.table}</caption>
          <thead>
            <tr>
              <th scope="col">{budget.part}</th>
              <th scope="col" class="num">
                {budget.amount}
              </th>
              <th scope="col" class="num">
                {budget.share}
              </th>
              <th scope="col" class="extra">
                {budget.meaning}
              </th>
            </tr>
          </thead>
          <tbody>
            {ROWS.map((row) => (
              <tr key={row.key} class={row.key === "available" ? "total" : undefined}>
                <th scope="row" class="row-head">
                  <Chip fill={row.fill} hatch="hatch" />
                  {words.budget[row.key]}
                </th>
                <td class="num">
                  <Money fen={bucket[row.key]} />
                </td>
                <td class="num">{percent(bucket[row.key])}</td>
                <td class="quiet extra">{budget.meanings[row.key]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <dl class="facts">
        <Fact label={budget.control}>{words.budget[bucket.control]}</Fact>
      </dl>
    </Sheet>
  );
}

function Others({ r, b }: { r: Reader; b: BudgetPage }): JSX.Element {
  return (
    <Sheet id="all" title={fill(r.t.web.budget.all, { month: month(b.period, r.locale) })}>
      <ul class="pots">
        {b.all.map((bucket) => (
          <li key={bucket.department} class="left">
            <p class="split">
              <a
                href={`/budget?department=${bucket.department}&period=${bucket.period}`}
                aria-current={bucket.department === b.department ? "true" : undefined}
              >
                {word(r.t.words.departments, bucket.department)}
              </a>
              <b>
                <Money fen={bucket.available} />
              </b>
            </p>
            <BucketBar bucket={bucket} height={12} hatch={`h-${bucket.department}`} r={r} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** For everybody else: why not, and where the figures are that they do need. */
export function budgetForbiddenPage(r: Reader): string {
  const { budget, errors } = r.t.web;
  return page({
    r,
    title: budget.title,
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{budget.forbidden}</h1>
        <p>{budget.forbiddenText}</p>
        <div class="btns">
          <a class="btn btn-main" href="/">
            {errors.back}
          </a>
        </div>
      </section>
    ),
  });
}
