/** The form of a complaint: the customer's own (mock-up complaint-public.html), and the one for colleagues. */
import type { JSX } from "preact";
import { type Category, SUB_CATEGORIES } from "../../complaint/model.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { complaintIntake } from "../../shared/i18n/sections/complaint-intake.ts";
import { carePage } from "../components/care-shell.tsx";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import {
  type CareValues,
  publicCategories,
  severities,
  staffCategories,
  staffChannels,
  urgencies,
} from "../models/care-form.ts";
import type { Problem } from "../models/reception-form.ts";
import { count, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { AskForm } from "./care-ask.tsx";

export type CareForm = {
  values: CareValues;
  problems: Problem[];
  /** What no field can show. */
  message?: string | undefined;
  /** Tells a press that is repeated from a new one. */
  key: string;
};

/** Said on the public page: working hours until somebody gets in touch, and how many photos there may be. */
export type Promise = { respondHours: number; photos: number };

export function publicFormPage(r: Reader, of: CareForm, promise: Promise): string {
  const t = care(r.locale);
  const form: FormState = { r, problems: of.problems };
  const wrong = of.problems.length > 0;
  const title = wrong ? count(r.t.web.form.errorTitle, of.problems.length, { title: t.title }) : t.title;
  return carePage({
    r,
    title,
    children: (
      <>
        <section class="stack" aria-labelledby="t">
          <div class="stack-s">
            <h1 id="t">{t.form.heading}</h1>
            <p class="quiet">{fill(t.form.promise, { respond: promise.respondHours })}</p>
          </div>
          <Oops form={form} {...(of.message ? { message: of.message } : {})} />
          <form class="sheet" method="post" action="/c" novalidate>
            <input type="hidden" name="key" value={of.key} />
            <Trap label={t.form.website} />
            <Field
              form={form}
              name="waybillNo"
              label={t.form.waybillNo}
              value={of.values.waybillNo}
              hint={t.form.waybillHint}
              optional
              capitals
            />
            <Choices
              form={form}
              name="category"
              legend={t.form.category}
              options={publicCategories(r)}
              chosen={[of.values.category]}
            />
            <Field
              form={form}
              name="description"
              label={t.form.description}
              value={of.values.description}
              rows={4}
              maxLength={4000}
            />
            <Field
              form={form}
              name="remedySought"
              label={t.form.remedySought}
              value={of.values.remedySought}
              optional
            />
            <Safety label={t.form.safetyFlag} checked={of.values.safetyFlag !== ""} />
            <Photos r={r} count={promise.photos} />
            <Field
              form={form}
              name="complainantName"
              label={t.form.complainantName}
              value={of.values.complainantName}
              autocomplete="name"
            />
            <Field
              form={form}
              name="complainantPhone"
              label={t.form.complainantPhone}
              value={of.values.complainantPhone}
              hint={t.form.phoneHint}
              type="tel"
              inputMode="tel"
              autocomplete="tel"
            />
            <Field
              form={form}
              name="complainantEmail"
              label={t.form.complainantEmail}
              value={of.values.complainantEmail}
              type="email"
              inputMode="email"
              autocomplete="email"
              optional
            />
            <Field
              form={form}
              name="organisation"
              label={t.form.organisation}
              value={of.values.organisation}
              autocomplete="organization"
              optional
            />
            <button class="btn btn-main" type="submit">
              {t.form.submit}
            </button>
            <p class="hint">{t.form.hotline}</p>
          </form>
        </section>
        <section class="stack" id="status" aria-labelledby="s">
          <h2 id="s">{t.ask.heading}</h2>
          <AskForm r={r} />
        </section>
      </>
    ),
  });
}

/** Photos follow the complaint that they belong to: by the script at once, without it on the page after this one. */
function Photos({ r, count: most }: { r: Reader; count: number }): JSX.Element {
  const t = care(r.locale).form;
  const optional = <span class="opt"> {r.t.web.form.optional}</span>;
  return (
    <>
      <div class="field" data-photos hidden>
        <label for="photos">
          {t.photos}
          {optional}
        </label>
        <p class="hint" id="photos-h">
          {fill(t.photosPick, { count: most })}
        </p>
        <input
          class="input"
          id="photos"
          type="file"
          accept="image/jpeg,image/png,image/webp"
          multiple
          aria-describedby="photos-h"
        />
      </div>
      <div class="field" data-later>
        <p class="label">
          {t.photos}
          {optional}
        </p>
        <p class="hint">{fill(t.photosHint, { count: most })}</p>
      </div>
    </>
  );
}

/** A field that people do not see and machines fill in. */
const Trap = ({ label }: { label: string }): JSX.Element => (
  <div class="hidden" aria-hidden="true">
    <label for="website">{label}</label>
    <input id="website" name="website" type="text" tabIndex={-1} autocomplete="off" />
  </div>
);

const Safety = ({ label, checked }: { label: string; checked: boolean }): JSX.Element => (
  <div class="choices">
    <label class="choice">
      <input id="safetyFlag" type="checkbox" name="safetyFlag" value="true" checked={checked} />
      <span>{label}</span>
    </label>
  </div>
);

export function staffFormPage(r: Reader, of: CareForm): string {
  const t = care(r.locale);
  const form: FormState = { r, problems: of.problems };
  const { values } = of;
  const wrong = of.problems.length > 0;
  return page({
    r,
    title: wrong
      ? count(r.t.web.form.errorTitle, of.problems.length, { title: t.staff.title })
      : t.staff.title,
    narrow: true,
    children: (
      <section class="stack" aria-labelledby="t">
        <div class="stack-s">
          <h1 id="t">{t.staff.heading}</h1>
          <p class="quiet">{t.staff.text}</p>
        </div>
        <Oops form={form} {...(of.message ? { message: of.message } : {})} />
        <form class="stack" method="post" action="/complaints/new" novalidate>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="key" value={of.key} />
          <section class="sheet" aria-labelledby="part-who">
            <h2 id="part-who">{t.staff.who}</h2>
            <Choices
              form={form}
              name="channel"
              legend={t.staff.channel}
              options={staffChannels(r)}
              chosen={[values.channel]}
            />
            <div class="pair">
              <Field
                form={form}
                name="complainantName"
                label={t.staff.fields.complainantName}
                value={values.complainantName}
              />
              <Field
                form={form}
                name="complainantPhone"
                label={t.staff.fields.complainantPhone}
                value={values.complainantPhone}
                type="tel"
                inputMode="tel"
              />
            </div>
            <div class="pair">
              <Field
                form={form}
                name="complainantEmail"
                label={t.staff.fields.complainantEmail}
                value={values.complainantEmail}
                type="email"
                inputMode="email"
                optional
              />
              <Field
                form={form}
                name="organisation"
                label={t.form.organisation}
                value={values.organisation}
                optional
              />
            </div>
            <div class="pair">
              <Field
                form={form}
                name="customerId"
                label={t.staff.customerId}
                value={values.customerId}
                optional
              />
              <Select
                form={form}
                name="locale"
                label={t.staff.locale}
                value={values.locale || "zh-CN"}
                groups={[
                  {
                    options: (["zh-CN", "en"] as const).map((value) => ({
                      value,
                      label: t.staff.languages[value],
                    })),
                  },
                ]}
              />
            </div>
          </section>
          <section class="sheet" aria-labelledby="part-what">
            <h2 id="part-what">{t.staff.what}</h2>
            <Field
              form={form}
              name="waybillNo"
              label={t.form.waybillNo}
              value={values.waybillNo}
              optional
              capitals
            />
            <div class="pair pair-t">
              <Field
                form={form}
                name="occurredOn"
                label={t.staff.occurredOn}
                value={values.occurredOn}
                type="date"
                optional
              />
              <Field
                form={form}
                name="occurredTime"
                label={t.staff.occurredAt}
                value={values.occurredTime}
                type="time"
                optional
              />
            </div>
            <Choices
              form={form}
              name="category"
              legend={t.staff.fields.category}
              options={staffCategories(r)}
              chosen={[values.category]}
            />
            <Field
              form={form}
              name="subCategory"
              label={t.staff.subCategory}
              value={values.subCategory}
              hint={t.staff.subHint}
              list="subCategories"
              optional
            />
            <datalist id="subCategories">
              {subCategories(values.category, r).map((one) => (
                <option key={one.value} value={one.value}>
                  {one.label}
                </option>
              ))}
            </datalist>
            <Field
              form={form}
              name="description"
              label={t.staff.fields.description}
              value={values.description}
              rows={5}
              maxLength={4000}
            />
            <Field
              form={form}
              name="remedySought"
              label={t.staff.fields.remedySought}
              value={values.remedySought}
              rows={2}
              optional
            />
          </section>
          <section class="sheet" aria-labelledby="part-grade">
            <h2 id="part-grade">{t.staff.grade}</h2>
            <Choices
              form={form}
              name="severity"
              legend={t.staff.severity}
              options={severities(r)}
              chosen={[values.severity]}
            />
            <Choices
              form={form}
              name="urgency"
              legend={t.staff.urgency}
              options={urgencies(r)}
              chosen={[values.urgency]}
            />
            <Safety label={t.staff.safetyFlag} checked={values.safetyFlag !== ""} />
            <Field
              form={form}
              name="repeatOf"
              label={t.staff.repeatOf}
              value={values.repeatOf}
              hint={t.staff.repeatHint}
              optional
              capitals
            />
          </section>
          <div class="btns">
            <button class="btn btn-main" type="submit">
              {t.staff.submit}
            </button>
          </div>
        </form>
      </section>
    ),
  });
}

/** The suggestions of the chosen category, or of all. */
function subCategories(category: string, r: Reader): { value: string; label: string }[] {
  const words = complaintIntake(r.locale).subCategories;
  const keys = Object.hasOwn(SUB_CATEGORIES, category)
    ? SUB_CATEGORIES[category as Category]
    : Object.keys(words);
  return keys.map((value) => ({ value, label: word(words, value) }));
}
