/** What a request would set off, beside its form: the standard, what stands out, tax, budgets and who signs. */
import type { JSX } from "preact";
import type { BudgetEffect } from "../../case/view.ts";
import type { Preview } from "../../reception/preview.ts";
import { deadline, money, shortMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { preview as texts } from "../../shared/i18n/sections/preview.ts";
import { bucketName } from "../models/decision.ts";
import { formTexts, totalsOf, type Values } from "../models/reception-form.ts";
import { stageName } from "../models/road.ts";
import { count, isolate, namesOf, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Bar, Fact, Money, Sheet, share } from "./bits.tsx";

/** Who will sign, as planned by the policy before the form says enough for a preview. */
export type PlannedStage = {
  stage: string;
  names: string;
  dueAt: string;
  /** Fen from which it signs. */
  above: number;
  needed: boolean;
};

export type Aside = {
  values: Values;
  preview: Preview | null;
  /** Buckets that the form draws from as far as it says; null while it does not. */
  budget: BudgetEffect[] | null;
  planned: PlannedStage[];
  /** Fen; above it an amount has to be explained. */
  cap: number;
};

export function PreviewAside({ r, aside }: { r: Reader; aside: Aside }): JSX.Element {
  const { preview, budget, values } = aside;
  const t = texts(r.locale);
  return (
    <div class="stack" id="preview" data-preview>
      <Totals r={r} aside={aside} />
      {preview && preview.findings.length > 0 && (
        <Sheet id="noticed" title={t.noticed}>
          <ul class="noticed">
            {preview.findings.map((one) => (
              <li key={one.kind}>{one.text}</li>
            ))}
          </ul>
        </Sheet>
      )}
      {budget && <Budgets r={r} budget={budget} amount={totalsOf(values).amount ?? 0} />}
      {preview ? <Signers r={r} preview={preview} /> : <Planned r={r} stages={aside.planned} />}
    </div>
  );
}

function Totals({ r, aside: { values, preview, cap } }: { r: Reader; aside: Aside }): JSX.Element {
  const form = formTexts(r);
  const t = texts(r.locale);
  const totals = totalsOf(values, cap);
  const none = form.unknownTotal;
  const cell = (key: string, value: number | null, text: string, template = "{n}") => (
    <output data-total={key} data-text={template} data-none={none}>
      {value === null ? none : text}
    </output>
  );
  return (
    <Sheet id="sum" title={form.totals}>
      <dl class="facts facts-money">
        <Fact label={r.t.web.facts.guests}>
          {cell("guests", totals.guests, count(form.guests, totals.guests), form.guests)}
        </Fact>
        <Fact label={form.nights}>
          {cell("nights", totals.nights, count(form.nightsOf, totals.nights ?? 0), form.nightsOf)}
        </Fact>
        <Fact label={form.perHead}>{cell("perHead", totals.perHead, money(totals.perHead ?? 0))}</Fact>
        {preview ? (
          <Standard r={r} preview={preview} level={values.text.level} />
        ) : (
          <Fact label={form.allowanceSum}>
            {cell("allowance", totals.allowance, money(totals.allowance ?? 0))}
          </Fact>
        )}
        <Fact label={form.request} sum>
          {cell("amount", totals.amount, money(totals.amount ?? 0))}
        </Fact>
        {preview?.tax && (
          <Fact label={t.tax}>
            <Money fen={preview.tax.nonDeductibleOfThis} />
          </Fact>
        )}
      </dl>
      {preview?.tax && <p class="hint">{fill(t.taxHint, { year: preview.tax.year })}</p>}
      {!preview && (
        <>
          <p class="notice notice-warn" data-when-over hidden={totals.over === 0} role="status">
            <b data-total="over" data-text={form.over.replace("{money}", "{n}")}>
              {fill(form.over, { money: money(totals.over) })}
            </b>{" "}
            {form.overText}
          </p>
          <p class="hint">{t.later}</p>
        </>
      )}
    </Sheet>
  );
}

/** How the standard comes about, line by line; what the company does not pay is left out. */
function Standard({ r, preview, level }: { r: Reader; preview: Preview; level: string }): JSX.Element {
  const t = texts(r.locale);
  const { lines, amount } = preview.standards;
  return (
    <>
      {lines
        .filter((line) => line.amount > 0)
        .map((line) => {
          const rest = line.item === "lodging" && line.amount < line.unit * line.units;
          const label = rest ? t.lines.lodgingRest : t.lines[line.item];
          return (
            <Fact key={line.item} label={fill(label, { n: line.units, unit: shortMoney(line.unit) })}>
              <Money fen={line.amount} />
            </Fact>
          );
        })}
      <Fact label={fill(t.standard, { level: word(r.t.words.reception.level, level) })} sum>
        <Money fen={amount} />
      </Fact>
    </>
  );
}

/** What is left of each budget after this request. */
function Budgets({ r, budget, amount }: { r: Reader; budget: BudgetEffect[]; amount: number }): JSX.Element {
  const t = texts(r.locale);
  return (
    <Sheet id="budget" title={r.t.web.form.parts.p4}>
      {budget.length === 0 && <p class="error">{t.noBudget}</p>}
      {budget.map((bucket) => (
        <After key={bucket.period} r={r} bucket={bucket} amount={amount} />
      ))}
    </Sheet>
  );
}

function After({ r, bucket, amount }: { r: Reader; bucket: BudgetEffect; amount: number }): JSX.Element {
  const form = formTexts(r);
  const used = bucket.allotted - bucket.available;
  const whole = Math.max(bucket.allotted, used + amount);
  const name = bucketName(bucket, r);
  const short = bucket.availableAfter < 0;
  return (
    <div class="left">
      <p class="split">
        <span>{fill(form.after, { name })}</span>{" "}
        <b class={short ? "late" : undefined}>
          <Money fen={bucket.availableAfter} />
        </b>
      </p>
      <Bar
        height={12}
        label={fill(form.afterBar, {
          name,
          allotted: money(bucket.allotted),
          used: money(used),
          this: money(amount),
          after: money(bucket.availableAfter),
        })}
        slices={[
          { fill: "f-held", share: share(used, whole) },
          { fill: short ? "f-late" : "f-this", share: share(amount, whole) },
        ]}
      />
      {short && bucket.control === "hard" && (
        <p class="error">{fill(form.afterShort, { money: money(-bucket.availableAfter) })}</p>
      )}
      {short && bucket.control === "soft" && <p class="hint">{texts(r.locale).soft}</p>}
    </div>
  );
}

/** Who signs, in whose place, why and by when. */
function Signers({ r, preview }: { r: Reader; preview: Preview }): JSX.Element {
  const form = formTexts(r);
  const t = texts(r.locale);
  const name = (one: Preview["stages"][number]["signers"][number]) =>
    one.for ? fill(t.instead, { name: isolate(one.name), for: isolate(one.for.name) }) : isolate(one.name);
  const why = (stage: string) => [
    ...new Set(preview.trace.filter((line) => line.stage === stage).map((line) => line.text)),
  ];
  return (
    <Way
      r={r}
      stages={preview.stages.map((stage) => (
        <li class="next" key={stage.stage}>
          <b>
            {namesOf(
              stage.signers.map((one) => ({ name: name(one) })),
              r.t,
              r.locale,
            )}
          </b>
          <span>
            {stageName(stage.stage, r)}
            {r.locale === "en" ? ", " : "，"}
            {fill(form.expected, { time: deadline(stage.dueAt, r.now, r.locale) })}
          </span>
          {why(stage.stage).map((text) => (
            <small key={text}>{text}</small>
          ))}
        </li>
      ))}
    />
  );
}

function Planned({ r, stages }: { r: Reader; stages: PlannedStage[] }): JSX.Element | null {
  const form = formTexts(r);
  if (stages.length === 0) return null;
  return (
    <Way
      r={r}
      stages={stages.map((stage) => (
        <li class="next" key={stage.stage} hidden={!stage.needed} data-above={stage.above}>
          <b>{stage.names}</b>
          <span>
            {stageName(stage.stage, r)}
            {r.locale === "en" ? ", " : "，"}
            {fill(form.expected, { time: deadline(stage.dueAt, r.now, r.locale) })}
          </span>
        </li>
      ))}
    />
  );
}

function Way({ r, stages }: { r: Reader; stages: JSX.Element[] }): JSX.Element {
  const form = formTexts(r);
  return (
    <Sheet id="who" title={form.who}>
      <ol class="road">
        <li class="now" aria-current="step">
          <b>
            <bdi>{r.actor?.name}</bdi>
          </b>
          <span>{form.you}</span>
        </li>
        {stages}
        <li class="next">
          <b>{form.commit}</b>
          <span>{form.commitBy}</span>
        </li>
      </ol>
      <p class="hint">{form.whoHint}</p>
    </Sheet>
  );
}
