/** The page of the cadence: how often customers of each tier are called on. */
import { UNIT_DAYS } from "../../customer/cadence-rules.ts";
import { CONTACT_CHANNELS, TIERS } from "../../customer/model.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { campaignTexts } from "../../shared/i18n/sections/campaigns.ts";
import { Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { FollowUpTabs } from "../components/follow-up-tabs.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

export type CadencePage = {
  /** What stands in the fields, by their names. */
  values: Record<string, string>;
  version: number;
  problems: FormState["problems"];
  message?: string;
  saved: boolean;
};

export function cadencePage(r: Reader, { values, version, problems, message, saved }: CadencePage): string {
  const texts = campaignTexts(r.locale);
  const t = texts.cadence;
  const form: FormState = { r, problems };
  const number = (name: string, label: string) => (
    <Field form={form} name={name} label={label} value={values[name] ?? ""} inputMode="numeric" />
  );
  const units = Object.keys(UNIT_DAYS) as (keyof typeof UNIT_DAYS)[];
  return page({
    r,
    title: t.title,
    here: "follow-ups",
    narrow: true,
    children: (
      <>
        <FollowUpTabs r={r} here="cadence" />
        {saved && (
          <p class="notice" role="status">
            {t.saved}
          </p>
        )}
        <Oops form={form} {...(message === undefined ? {} : { message })} />
        <div class="head">
          <p class="kicker">
            <a href="/policies">{t.all}</a>
          </p>
          <h1>{t.title}</h1>
          <p class="kicker">{version === 0 ? t.never : fill(t.version, { n: version })}</p>
        </div>
        <form class="sheet" method="post" action="/policies/cadence">
          <p class="quiet">{t.about}</p>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="version" value={String(version)} />
          {TIERS.map((tier) => (
            <fieldset class="facts-group" key={tier}>
              <legend>
                <b>{fill(t.tier, { tier })}</b>
              </legend>
              <div class="pair pair-4">
                {number(`tiers.${tier}.count`, t.count)}
                <Select
                  form={form}
                  name={`tiers.${tier}.unit`}
                  label={t.unit}
                  value={values[`tiers.${tier}.unit`] ?? ""}
                  groups={[{ options: units.map((unit) => ({ value: unit, label: t.units[unit] })) }]}
                />
                {number(`tiers.${tier}.window`, t.window)}
                <Select
                  form={form}
                  name={`tiers.${tier}.channel`}
                  label={t.channel}
                  value={values[`tiers.${tier}.channel`] ?? ""}
                  groups={[
                    { options: CONTACT_CHANNELS.map((one) => ({ value: one, label: texts.channels[one] })) },
                  ]}
                />
              </div>
            </fieldset>
          ))}
          <fieldset class="facts-group">
            <legend>
              <b>{t.fatigue}</b>
            </legend>
            <p class="hint">{t.fatigueHint}</p>
            <div class="pair pair-s">
              {number("fatigue.contacts", t.contacts)}
              {number("fatigue.days", t.days)}
            </div>
          </fieldset>
          <div class="pair">
            {number("firstContactDays", t.first)}
            {number("coverageTarget", t.target)}
          </div>
          <div class="btns">
            <button class="btn btn-main" type="submit">
              {t.save}
            </button>
          </div>
        </form>
      </>
    ),
  });
}
