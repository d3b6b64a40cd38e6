/** Parts of a case that several pages show. */
import type { JSX } from "preact";
import type { BudgetEffect, CaseView, StandardsView } from "../../case/view.ts";
import { money, plainMoney, shortMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { decisionTexts } from "../../shared/i18n/sections/decision.ts";
import { bucketName, type Edit, partsOf } from "../models/decision.ts";
import { factGroups, guestsOf, settlementFacts } from "../models/facts.ts";
import { stageName } from "../models/road.ts";
import { str, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { Bar, Chip, Fact, Lines, Money, Prose, share } from "./bits.tsx";
import { ChangeFacts } from "./change-facts.tsx";

/** The content as on the form, group by group. */
export function FactGroups({ view, r }: { view: CaseView; r: Reader }): JSX.Element {
  if (view.process === "budget-change") return <ChangeFacts view={view} r={r} />;
  if (!view.content) return <p class="quiet">{r.t.web.case.erased}</p>;
  return (
    <>
      {factGroups(view.content, r).map((group) => (
        <div class="facts-group" key={group.key}>
          <h3 class="part-name">
            <span>{group.mark}</span>
            {group.title}
          </h3>
          <dl class="facts">
            {group.facts.map((fact) => (
              <Fact key={fact.label} label={fact.label} sum={fact.sum}>
                <Lines lines={fact.lines} />
              </Fact>
            ))}
          </dl>
        </div>
      ))}
    </>
  );
}

/** Everything that the detectors noticed, each as one sentence with its numbers. */
export const Findings = ({ view }: { view: CaseView }): JSX.Element => (
  <ul class="noticed">
    {view.findings.map((one) => (
      <li key={one.kind + one.at}>{one.text}</li>
    ))}
  </ul>
);

/** The standard line by line against what is asked for. */
export function Standard({
  view,
  standards,
  r,
}: {
  view: CaseView;
  standards: StandardsView;
  r: Reader;
}): JSX.Element {
  const t = decisionTexts(r.locale);
  const guests = view.content ? guestsOf(view.content) : 0;
  const asked = view.settlement?.approved ?? view.amount;
  return (
    <>
      <dl class="facts facts-money">
        {standards.lines
          .filter((line) => line.amount > 0)
          .map((line) => (
            <Fact
              key={line.item}
              label={`${t.lines[line.item]} ${fill(t.units, { n: line.units, unit: shortMoney(line.unit) })}`}
            >
              <Money fen={line.amount} />
            </Fact>
          ))}
        <Fact
          label={fill(t.standardSum, { level: word(r.t.words.reception.level, str(view.content?.level)) })}
          sum
        >
          <Money fen={standards.amount} />
        </Fact>
        <Fact label={t.asked} sum>
          <Money fen={asked} />
        </Fact>
      </dl>
      <p class="hint">
        {[
          ...(guests > 0 ? [fill(t.perHead, { money: shortMoney(Math.round(asked / guests)) })] : []),
          ...(standards.companionsMax === null ? [] : [fill(t.companions, { n: standards.companionsMax })]),
        ].join(r.locale === "en" ? "; " : "；")}
      </p>
    </>
  );
}

/** What the year can deduct before and with this amount. */
export function Tax({ tax, r }: { tax: NonNullable<CaseView["tax"]>; r: Reader }): JSX.Element {
  const t = decisionTexts(r.locale);
  return (
    <dl class="facts facts-money">
      <Fact label={fill(t.taxBefore, { year: tax.year })}>
        <Money fen={tax.deductibleBefore} />
      </Fact>
      <Fact label={t.taxAfter}>
        <Money fen={tax.deductibleAfter} />
      </Fact>
      <Fact label={t.taxLost} sum>
        <Money fen={tax.nonDeductibleOfThis} />
      </Fact>
    </dl>
  );
}

/** Why each stage and each of its people: one sentence for every rule. */
export const WhyRoute = ({ view, r }: { view: CaseView; r: Reader }): JSX.Element => (
  <dl class="facts">
    {view.route.stages.map((stage) => (
      <Fact key={stage.stage} label={stageName(stage.stage, r)}>
        <Lines
          lines={view.route.trace.filter((line) => line.stage === stage.stage).map((line) => line.text)}
        />
      </Fact>
    ))}
  </dl>
);

/** What was spent, line by line, and what of it was approved. */
export function Spent({ view, r }: { view: CaseView; r: Reader }): JSX.Element | null {
  const t = decisionTexts(r.locale);
  const { settlement } = view;
  if (!settlement) return null;
  const facts = settlement.data ? settlementFacts(settlement.data, r) : { lines: [], invoices: [], share: 0 };
  return (
    <>
      <dl class="facts facts-money">
        {facts.lines.map((line, index) => (
          <Fact key={`${index}${line.label}`} label={line.label}>
            <Money fen={line.amount} />
            {line.note && (
              <>
                <br />
                <small class="kicker">
                  <bdi>{line.note}</bdi>
                </small>
              </>
            )}
          </Fact>
        ))}
        {facts.share > 0 && (
          <Fact label={t.share}>
            <Money fen={-facts.share} />
          </Fact>
        )}
        <Fact label={t.charged} sum>
          <Money fen={settlement.charged} />
        </Fact>
        <Fact label={t.approvedSum}>
          <Money fen={settlement.approved} />
        </Fact>
      </dl>
      {facts.invoices.length > 0 && (
        <p class="hint">
          {t.invoices}
          {r.locale === "en" ? ": " : "："}
          <bdi>{facts.invoices.join(r.t.words.listSeparator)}</bdi>
        </p>
      )}
    </>
  );
}

/** Field, old, new: what a signer's vote no longer stands for. */
export function Changes({ edit, r }: { edit: Edit; r: Reader }): JSX.Element {
  const { events } = r.t.web;
  const shown = edit.changes.map(({ field, from, to }) =>
    fill(from === "" ? events.added : to === "" ? events.removed : events.change, { field, from, to }),
  );
  return (
    <ul class="changes">
      {shown.map((text) => (
        <li key={text}>
          <Prose text={text} />
        </li>
      ))}
    </ul>
  );
}

/** One bucket as seen from a request: used, other reservations, this one, what stays. */
export function BudgetAfter({
  view,
  bucket,
  r,
  lead,
}: {
  view: CaseView;
  bucket: BudgetEffect;
  r: Reader;
  lead: string;
}): JSX.Element {
  const { decide } = r.t.web;
  const parts = partsOf(bucket, view);
  const whole = Math.max(parts.allotted, parts.used + parts.others + parts.mine);
  const name = bucketName(bucket, r);
  return (
    <section class="left" aria-label={fill(lead, { name })}>
      <p class="split">
        <span>{fill(lead, { name })}</span>{" "}
        <b class={parts.after < 0 ? "late" : undefined}>
          <Money fen={parts.after} />
        </b>
      </p>
      <Bar
        height={12}
        label={fill(decide.bar, {
          name,
          allotted: money(parts.allotted),
          used: money(parts.used),
          reserved: money(parts.others),
          this: money(parts.mine),
          after: money(parts.after),
        })}
        slices={[
          { fill: "f-held", share: share(parts.used, whole) },
          { fill: "f-kept", share: share(parts.others, whole) },
          { fill: "f-this", share: share(parts.mine, whole) },
        ]}
      />
      <ul class="key">
        <li>
          <Chip fill="f-held" />
          {fill(decide.used, { money: plainMoney(parts.used) })}
        </li>
        {parts.others > 0 && (
          <li>
            <Chip fill="f-kept" />
            {fill(decide.others, { money: plainMoney(parts.others) })}
          </li>
        )}
        <li>
          <Chip fill="f-this" />
          {fill(decide.this, { money: plainMoney(parts.mine) })}
        </li>
      </ul>
    </section>
  );
}
