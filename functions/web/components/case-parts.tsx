/** Parts of a case that several pages show. */
import type { JSX } from "preact";
import type { BudgetEffect, CaseView } from "../../case/view.ts";
import { money, plainMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { bucketName, heldBy, partsOf } from "../models/decision.ts";
import { factGroups } from "../models/facts.ts";
import type { Reader } from "../models/view.ts";
import { Bar, Chip, Fact, Lines, Money, share } from "./bits.tsx";

/** The content as on the form, group by group. */
export function FactGroups({ view, r }: { view: CaseView; r: Reader }): JSX.Element {
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
  const held = heldBy(view);
  const parts = partsOf(bucket, view.amount, held);
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
