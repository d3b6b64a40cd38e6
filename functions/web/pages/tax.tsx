/** What of a year's hospitality is deductible, how that is worked out, and the revenue it rests on. */
import type { JSX } from "preact";
import { type TaxPosition, taxEffect } from "../../ledger/tax-rules.ts";
import { money, shortMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { taxTexts } from "../../shared/i18n/sections/tax.ts";
import { Bar, Chip, Fact, Money, Sheet, share } from "../components/bits.tsx";
import { Choices, Field, type FormState, Oops } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";
import type { BudgetForm } from "./budget-forms.tsx";

export type TaxPage = {
  position: TaxPosition;
  /** Years to change to. */
  years: number[];
  saved: boolean;
  /** The form of finance; null for readers. */
  form: Omit<BudgetForm, "key"> | null;
};

export function taxPage(r: Reader, p: TaxPage): string {
  const t = taxTexts(r.locale);
  const { position } = p;
  const heading = fill(t.heading, { year: position.year });
  return page({
    r,
    title: heading,
    here: "budget",
    narrow: true,
    children: (
      <>
        <div class="head">
          <h1>{heading}</h1>
          <nav class="btns" aria-label={t.year}>
            {p.years.map((year) => (
              <a
                key={year}
                class="btn btn-bare"
                href={`/tax/${year}`}
                aria-current={year === position.year ? "page" : undefined}
              >
                {year}
              </a>
            ))}
          </nav>
        </div>
        {p.saved && (
          <p class="notice" role="status">
            {t.saved}
          </p>
        )}
        <Position r={r} position={position} />
        <Sheet id="method" title={t.method}>
          <p>{position.preOpening ? t.preOpening : t.lower}</p>
          <dl class="facts">
            <Fact label={t.source}>
              <span lang="zh-CN">{position.source}</span>
            </Fact>
          </dl>
        </Sheet>
        {p.form && <Revenue r={r} year={position.year} form={p.form} />}
      </>
    ),
  });
}

/** ¥5,000: the example by which the page says what the next reception would cost. */
const EXAMPLE = 500_000;

function Position({ r, position }: { r: Reader; position: TaxPosition }): JSX.Element {
  const t = taxTexts(r.locale);
  const { deductible, nonDeductible, revenue, revenueCap, actual } = position;
  const effect = taxEffect(position, EXAMPLE);
  return (
    <Sheet id="position" title={t.position}>
      {deductible === null || nonDeductible === null ? (
        <p class="notice notice-warn">{t.unknown}</p>
      ) : (
        <>
          <Bar
            height={28}
            label={`${t.deductible} ${money(deductible)}, ${t.nonDeductible} ${money(nonDeductible)}`}
            slices={[
              { fill: "f-held", share: share(deductible, actual) },
              { fill: "f-this", share: share(nonDeductible, actual) },
            ]}
          />
          <p class="btns small">
            <span>
              <Chip fill="f-held" /> {t.deductible}
            </span>
            <span>
              <Chip fill="f-this" /> {t.nonDeductible}
            </span>
          </p>
        </>
      )}
      <dl class="facts facts-money">
        <Fact label={t.actual}>
          <Money fen={actual} />
        </Fact>
        <Fact label={t.sixty}>
          <Money fen={position.sixtyPercent} />
        </Fact>
        {revenue !== null && (
          <Fact label={t.revenue}>
            <Money fen={revenue} />
          </Fact>
        )}
        {revenueCap !== null && (
          <Fact label={t.cap}>
            <Money fen={revenueCap} />
          </Fact>
        )}
        {deductible !== null && (
          <Fact label={t.deductible} sum>
            <Money fen={deductible} />
          </Fact>
        )}
        {nonDeductible !== null && (
          <Fact label={t.nonDeductible}>
            <Money fen={nonDeductible} />
          </Fact>
        )}
      </dl>
      {effect && (
        <p class="hint">
          {fill(t.left, { amount: shortMoney(EXAMPLE), lost: shortMoney(effect.nonDeductibleOfThis) })}
        </p>
      )}
    </Sheet>
  );
}

function Revenue({
  r,
  year,
  form,
}: {
  r: Reader;
  year: number;
  form: NonNullable<TaxPage["form"]>;
}): JSX.Element {
  const t = taxTexts(r.locale);
  const state: FormState = { r, problems: form.problems };
  return (
    <Sheet id="revenue-form" title={t.form}>
      <form class="stack" method="post" action={`/tax/${year}`} novalidate>
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <Oops form={state} message={form.message} />
        <Field
          form={state}
          name="revenue"
          label={t.revenueField}
          hint={t.revenueHint}
          value={form.typed.revenue ?? ""}
          inputMode="decimal"
          money
        />
        <Choices
          form={state}
          name="preOpening"
          legend={t.pre}
          many
          optional
          chosen={[form.typed.preOpening ?? ""]}
          options={[{ value: "yes", label: t.pre, note: t.preNote }]}
        />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.save}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
