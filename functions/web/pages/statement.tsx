/** One budget in full: what is left, where the rest is, every entry with the balance after it. */
import type { JSX } from "preact";
import type { BudgetView } from "../../case/view.ts";
import { type BucketId, CATEGORIES } from "../../ledger/rules.ts";
import type { EntryView } from "../../ledger/statement.ts";
import { exact, money, periodName, when } from "../../shared/i18n/format.ts";
import { bucketTitle, budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { BalanceLine, Bars } from "../components/balance.tsx";
import { Money, Sheet } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { bucketKey } from "../models/budget-form.ts";
import { statementPath } from "../models/paths.ts";
import { count, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Bucket } from "./budget.tsx";

export type StatementPage = {
  bucket: BudgetView;
  /** All of them, oldest first. */
  entries: EntryView[];
  /** Which page of the entries, from 1; the newest are on the first. */
  at: number;
  /** Every budget of the same department. */
  others: BucketId[];
  told: "control" | "created" | null;
  /** May steer the bucket; may ask for money for it. */
  steers: boolean;
  asks: boolean;
};

export const PAGE = 50;

/** The same address with one more parameter. */
const withQuery = (path: string, query: string): string => `${path}${path.includes("?") ? "&" : "?"}${query}`;

export function statementPage(r: Reader, s: StatementPage): string {
  const { statement: texts } = budgetTexts(r.locale);
  const { bucket } = s;
  const path = statementPath(bucket);
  const title = bucketTitle(bucket, r.locale);
  return page({
    r,
    title,
    here: "budget",
    children: (
      <>
        <div class="head">
          <h1>{title}</h1>
          <div class="btns">
            <a class="btn" href={statementPath(bucket, "/entries.csv")}>
              {texts.csv}
            </a>
            {s.asks && (
              <a class="btn" href={`/budget/change?to=${encodeURIComponent(bucketKey(bucket))}`}>
                {texts.ask}
              </a>
            )}
          </div>
        </div>
        {s.told && (
          <p class="notice" role="status">
            {s.told === "control" ? texts.controlDone : texts.created}
          </p>
        )}
        <Bucket r={r} bucket={bucket} />
        <div class="cols">
          <div class="stack">
            <Entries r={r} s={s} path={path} />
          </div>
          <aside class="stack" aria-label={texts.choose}>
            <Sheet id="chart" title={texts.chart}>
              <Bars bucket={bucket} r={r} />
              <BalanceLine entries={s.entries} r={r} />
              <p class="hint">{texts.chartBelow}</p>
            </Sheet>
            <Others r={r} s={s} />
            {s.steers && <Control r={r} bucket={bucket} />}
          </aside>
        </div>
      </>
    ),
  });
}

function Entries({ r, s, path }: { r: Reader; s: StatementPage; path: string }): JSX.Element {
  const { statement: texts } = budgetTexts(r.locale);
  const newest = [...s.entries].reverse();
  const shown = newest.slice((s.at - 1) * PAGE, s.at * PAGE);
  return (
    <Sheet
      id="ledger"
      title={texts.ledger}
      aside={<p class="kicker">{count(texts.entries, s.entries.length)}</p>}
    >
      <table class="data data-fold">
        <caption class="hidden">{texts.table}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.what}</th>
            <th scope="col">{texts.kind}</th>
            <th scope="col" class="num">
              {texts.change}
            </th>
            <th scope="col" class="num">
              {texts.balance}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((entry) => (
            <Line key={entry.entryId} entry={entry} r={r} />
          ))}
        </tbody>
      </table>
      <nav class="btns" aria-label={texts.ledger}>
        {s.at > 1 && (
          <a class="btn" href={path}>
            {texts.first}
          </a>
        )}
        {newest.length > s.at * PAGE && (
          <a class="btn" href={withQuery(path, `page=${s.at + 1}`)}>
            {texts.next}
          </a>
        )}
      </nav>
    </Sheet>
  );
}

function Line({ entry, r }: { entry: EntryView; r: Reader }): JSX.Element {
  const { statement: texts, kinds } = budgetTexts(r.locale);
  const moved = (["allotted", "reserved", "committed", "spent"] as const).filter((one) => entry[one] !== 0);
  return (
    <tr>
      <td>
        {entry.caseId ? <a href={`/cases/${entry.caseId}`}>{entry.caseId}</a> : word(kinds, entry.kind)}
        <small>
          <time dateTime={entry.at} title={exact(entry.at, r.locale)}>
            {when(entry.at, r.now, r.locale)}
          </time>{" "}
          · <bdi>{entry.by?.name ?? texts.system}</bdi>
        </small>
      </td>
      <td>
        <span class="tag tag-plain">{word(kinds, entry.kind)}</span>
      </td>
      <td class="num">
        {moved.map((column) => (
          <small key={column}>
            {texts.columns[column]}{" "}
            <span class="money nowrap">
              {entry[column] > 0 ? "+" : ""}
              {money(entry[column])}
            </span>
          </small>
        ))}
      </td>
      <td class="num">
        <small class="only-small">{texts.balance}</small>
        <Money fen={entry.balance} />
      </td>
    </tr>
  );
}

const same = (a: BucketId, b: BucketId): boolean => bucketKey(a) === bucketKey(b);

function Others({ r, s }: { r: Reader; s: StatementPage }): JSX.Element {
  const texts = budgetTexts(r.locale);
  const { bucket } = s;
  return (
    <Sheet id="others" title={texts.statement.periods}>
      {CATEGORIES.map((category) => {
        const own = s.others.filter((one) => one.category === category);
        return own.length === 0 ? null : (
          <div key={category}>
            <h3 class="small">{texts.categories[category]}</h3>
            <ul class="btns">
              {own.map((one) => (
                <li key={one.period}>
                  <a
                    {...(same(one, bucket)
                      ? { class: "btn", "aria-current": "page" as const }
                      : { class: "btn btn-bare" })}
                    href={statementPath(one)}
                  >
                    {periodName(one.period, r.locale)}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </Sheet>
  );
}

function Control({ r, bucket }: { r: Reader; bucket: BudgetView }): JSX.Element {
  const { statement: texts } = budgetTexts(r.locale);
  const other = bucket.control === "hard" ? "soft" : "hard";
  return (
    <Sheet id="control" title={texts.control}>
      <p class="hint">{texts.controlHint}</p>
      <form method="post" action={`/budget/${bucket.department}/${bucket.period}/control`} class="btns">
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <input type="hidden" name="category" value={bucket.category} />
        <button class="btn" type="submit" name="control" value={other}>
          {other === "soft" ? texts.soften : texts.harden}
        </button>
      </form>
    </Sheet>
  );
}
