/** 来访客户接待记录单: grouped as on the paper form, filled in again whatever went wrong. */
import type { JSX } from "preact";
import { DEPARTMENTS } from "../../directory/model.ts";
import {
  DINING_PAYERS,
  GREETERS,
  HOST_LEADERS,
  HOTEL_CLASSES,
  HOTEL_STARS,
  HOTELS,
  LEVELS,
  LODGING_PAYERS,
  PICKUP_PLACES,
} from "../../reception/schema.ts";
import { shortMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { preview } from "../../shared/i18n/sections/preview.ts";
import { Choices, Field, type FormState, Oops, problemAt, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { type Aside, PreviewAside } from "../components/preview.tsx";
import { MARKS } from "../models/facts.ts";
import {
  formTexts,
  type Input,
  OTHER_HOTEL,
  type Problem,
  totalsOf,
  type Values,
} from "../models/reception-form.ts";
import { count, isolate, word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type ReceptionForm = {
  values: Values;
  problems: Problem[];
  /** What no field can show: a budget that is short, a page that was too old. */
  message?: string;
  /** The visitor was signed out meanwhile: offer the way in without leaving the page. */
  signedOut?: boolean;
  /** New requests: makes pressing twice one case. */
  key: string;
  /** Changing an existing one. */
  edit?: {
    caseId: string;
    contentHash: string;
    returned: { name: string; comment: string } | null;
    phase: string;
  };
} & Omit<Aside, "values">;

export function receptionFormPage(r: Reader, form: ReceptionForm): string {
  const texts = formTexts(r);
  const { edit, problems } = form;
  const state: FormState = { r, problems };
  const action = edit ? `/receptions/${edit.caseId}/edit` : "/receptions/new";
  const kicker = edit ? fill(texts.editKicker, { caseId: edit.caseId }) : texts.newKicker;
  const title = problems.length > 0 ? count(texts.errorTitle, problems.length, { title: kicker }) : kicker;
  return page({
    r,
    title,
    here: edit ? undefined : "new",
    children: (
      <>
        <div class="head">
          <p class="kicker">{kicker}</p>
          <h1>{texts.title}</h1>
        </div>
        <form class="cols" method="post" action={action} data-totals data-cap={form.cap} novalidate>
          {/* The first button is what Enter presses: it computes, it never submits or removes. */}
          <button class="hidden" type="submit" name="do" value="preview" tabIndex={-1} aria-hidden="true">
            {preview(r.locale).button}
          </button>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="key" value={form.key} />
          {edit && <input type="hidden" name="contentHash" value={edit.contentHash} />}
          {edit && <input type="hidden" name="phase" value={edit.phase} />}
          <div class="stack">
            <Oops form={state} message={form.message}>
              {form.signedOut && (
                <p>
                  <a class="btn" href="/auth/login" target="_blank" rel="noreferrer">
                    {texts.signInNew}
                  </a>
                </p>
              )}
            </Oops>
            {edit && <EditNotice r={r} edit={edit} />}
            <div class="sheet">
              <Guests form={state} values={form.values} action={action} />
              <Trip form={state} values={form.values} />
              <Level form={state} values={form.values} />
              <Pickup form={state} values={form.values} />
              <Lodging form={state} values={form.values} />
              <Dining form={state} values={form.values} />
              <Budget form={state} values={form.values} of={form} />
              <Part r={r} part="p5">
                <Text form={state} values={form.values} name="exchangeContent" rows={3} />
              </Part>
            </div>
          </div>
          <aside class="stack stick" aria-label={texts.totals}>
            <PreviewAside r={r} aside={form} />
            <div class="btns">
              <button class="btn btn-main" type="submit" name="do" value="submit">
                {edit ? texts.submitEdit : texts.submit}
              </button>
              <button class="btn" type="submit" name="do" value="preview" formaction={`${action}#preview`}>
                {preview(r.locale).button}
              </button>
              {edit && (
                <a class="btn btn-bare" href={`/cases/${edit.caseId}`}>
                  {texts.cancel}
                </a>
              )}
            </div>
          </aside>
        </form>
      </>
    ),
  });
}

function EditNotice({ r, edit }: { r: Reader; edit: NonNullable<ReceptionForm["edit"]> }): JSX.Element {
  const texts = formTexts(r);
  return (
    <div class="notice notice-warn" id="notice">
      {edit.returned && (
        <p>
          <b>{fill(texts.returnedBy, { name: isolate(edit.returned.name) })}</b>{" "}
          <bdi>{edit.returned.comment}</bdi>
        </p>
      )}
      <p>{edit.phase === "returned" ? texts.resubmitText : texts.editVoids}</p>
    </div>
  );
}

function Part({
  r,
  part,
  children,
}: {
  r: Reader;
  part: keyof typeof MARKS;
  children: JSX.Element | JSX.Element[];
}): JSX.Element {
  return (
    <section class="part" aria-labelledby={`part-${part}`}>
      <h2 class="part-name" id={`part-${part}`}>
        <span>{MARKS[part]}</span>
        {r.t.web.form.parts[part]}
      </h2>
      <div class="fields">{children}</div>
    </section>
  );
}

type PartProps = { form: FormState; values: Values };

/** A field whose label is the form's own word for it. */
function Text(
  p: PartProps & { name: Input; label?: string } & Partial<Parameters<typeof Field>[0]>,
): JSX.Element {
  const { values, label, ...rest } = p;
  return (
    <Field {...rest} label={label ?? word(p.form.r.t.words.fields, p.name)} value={values.text[p.name]} />
  );
}

const options = (
  values: readonly (string | number)[],
  labels: Record<string, string>,
  notes?: Record<string, string>,
) =>
  values.map((value) => ({
    value: String(value),
    label: word(labels, String(value)),
    ...(notes ? { note: word(notes, String(value)) } : {}),
  }));

function Guests({ form, values, action }: PartProps & { action: string }): JSX.Element {
  const { r } = form;
  const texts = formTexts(r);
  const row = (one: { name: string; phone: string }, index: number) => (
    <div class="row" key={index}>
      <div class="pair">
        <Field
          form={form}
          name={`companions.${index}.name`}
          label={fill(texts.companionName, { n: index + 1 })}
          rowLabel={texts.companionName}
          value={one.name}
        />
        <Field
          form={form}
          name={`companions.${index}.phone`}
          label={fill(texts.companionPhone, { n: index + 1 })}
          rowLabel={texts.companionPhone}
          value={one.phone}
          type="tel"
          inputMode="tel"
        />
      </div>
      <button
        class="btn btn-bare"
        type="submit"
        name="remove"
        value={index}
        formaction={`${action}#companions`}
      >
        {texts.remove}
        <span class="hidden" data-label={` ${texts.removeWhich}`}>
          {` ${fill(texts.removeWhich, { n: index + 1 })}`}
        </span>
      </button>
    </div>
  );
  const { guests } = totalsOf(values);
  return (
    <Part r={r} part="a">
      <Text form={form} values={values} name="visitingOrg" />
      <div class="pair pair-s">
        <Text form={form} values={values} name="guestsMale" inputMode="numeric" />
        <Text form={form} values={values} name="guestsFemale" inputMode="numeric" />
        <div class="field">
          <label for="guestsTotal">{texts.guestsTotal}</label>
          <input
            class="input"
            id="guestsTotal"
            value={count(texts.guests, guests)}
            readonly
            tabIndex={-1}
            data-total="guests"
            data-text={texts.guests}
          />
        </div>
      </div>
      <Text form={form} values={values} name="guestContactName" />
      <Text form={form} values={values} name="guestContactPhone" type="tel" inputMode="tel" />
      <fieldset class="field" id="companions" data-rows="">
        <legend>
          {r.t.words.fields.companions}
          <span class="opt"> {texts.optional}</span>
        </legend>
        {values.companions.length === 0 && <p class="hint">{texts.companionNone}</p>}
        {values.companions.map(row)}
        <div>
          <button class="btn" type="submit" name="add" value="companion" formaction={`${action}#companions`}>
            {texts.add}
          </button>
        </div>
        <template>{row({ name: "", phone: "" }, 99)}</template>
      </fieldset>
    </Part>
  );
}

function Trip({ form, values }: PartProps): JSX.Element {
  const texts = formTexts(form.r);
  return (
    <Part r={form.r} part="b">
      <div class="pair pair-t">
        <Text form={form} values={values} name="arrivalDate" type="date" />
        <Text form={form} values={values} name="arriveTime" label={texts.arriveTime} type="time" />
      </div>
      <div class="pair pair-t">
        <Text
          form={form}
          values={values}
          name="departDate"
          label={texts.departDate}
          hint={texts.departDateHint}
          type="date"
          optional
        />
        <Text form={form} values={values} name="departTime" label={texts.departTime} type="time" />
      </div>
      <div class="pair pair-t">
        <Text form={form} values={values} name="fromPlace" />
        <Text form={form} values={values} name="toPlace" />
      </div>
      <div class="pair pair-t">
        <Text form={form} values={values} name="leaveDate" label={texts.leaveDate} type="date" />
        <Text form={form} values={values} name="leaveTime" label={texts.leaveTime} type="time" />
      </div>
    </Part>
  );
}

function Level({ form, values }: PartProps): JSX.Element {
  const { t } = form.r;
  const x = t.words.reception;
  return (
    <Part r={form.r} part="c">
      <Choices
        form={form}
        name="level"
        legend={t.words.fields.level}
        options={options(LEVELS, x.level, x.levelNote)}
        chosen={[values.text.level]}
      />
      <Text
        form={form}
        values={values}
        name="allowancePerPersonDay"
        hint={formTexts(form.r).allowanceHint}
        inputMode="decimal"
        money
      />
    </Part>
  );
}

function Pickup({ form, values }: PartProps): JSX.Element {
  const { t } = form.r;
  const texts = formTexts(form.r);
  const x = t.words.reception;
  const flag = (name: "needFlowers" | "needWelcomeSign") => (
    <label class="choice" key={name}>
      <input id={name} type="checkbox" name={name} value="on" checked={values.text[name] !== ""} />
      <span>{t.words.fields[name]}</span>
    </label>
  );
  return (
    <Part r={form.r} part="p1">
      <Choices
        form={form}
        name="pickupPlace"
        legend={t.words.fields.pickupPlace}
        options={options(PICKUP_PLACES, x.pickupPlace)}
        chosen={[values.text.pickupPlace]}
      >
        <Text form={form} values={values} name="pickupPlaceText" hint={texts.whenOther} follow />
      </Choices>
      <Choices
        form={form}
        name="greeters"
        legend={texts.greetersLegend}
        options={options(GREETERS, x.greeters)}
        chosen={values.greeters}
        many
        optional
      >
        <Text
          form={form}
          values={values}
          name="greeterNames"
          hint={`${texts.whenNamed}${form.r.locale === "en" ? ". " : "，"}${texts.namesHint}`}
          follow
        />
      </Choices>
      <fieldset class="field">
        <legend>
          {texts.greetWith}
          <span class="opt"> {texts.optional}</span>
        </legend>
        <div class="choices">
          {flag("needFlowers")}
          {flag("needWelcomeSign")}
        </div>
      </fieldset>
    </Part>
  );
}

function Lodging({ form, values }: PartProps): JSX.Element {
  const { t } = form.r;
  const texts = formTexts(form.r);
  const x = t.words.reception;
  const kinds = [...new Set(HOTELS.map((hotel) => `${hotel.class}-${hotel.star}`))];
  const hotels = kinds.map((kind) => {
    const [cls = "", star = ""] = kind.split("-");
    return {
      label: fill(texts.hotelGroup, { class: word(x.hotelClass, cls), star: word(x.hotelStar, star) }),
      options: HOTELS.filter((hotel) => `${hotel.class}-${hotel.star}` === kind).map((hotel) => ({
        value: hotel.name,
        label: hotel.name,
        data: { "data-class": hotel.class, "data-star": String(hotel.star) },
      })),
    };
  });
  return (
    <Part r={form.r} part="p2">
      <div class="choosy">
        <Select
          form={form}
          name="hotelName"
          label={t.words.fields.hotelName}
          hint={texts.hotelHint}
          optional
          value={values.text.hotelName}
          groups={[
            { options: [{ value: "", label: texts.hotelNone }] },
            ...hotels,
            { options: [{ value: OTHER_HOTEL, label: texts.hotelOther }] },
          ]}
        />
        <Text
          form={form}
          values={values}
          name="hotelNameText"
          label={texts.hotelText}
          hint={texts.hotelTextHint}
          follow
        />
      </div>
      <Choices
        form={form}
        name="hotelClass"
        legend={t.words.fields.hotelClass}
        options={options(HOTEL_CLASSES, x.hotelClass)}
        chosen={[values.text.hotelClass]}
      >
        <Text form={form} values={values} name="hotelClassText" hint={texts.whenOther} follow />
      </Choices>
      <Choices
        form={form}
        name="hotelStar"
        legend={t.words.fields.hotelStar}
        options={options(HOTEL_STARS, x.hotelStar)}
        chosen={[values.text.hotelStar]}
      />
      <Select
        form={form}
        name="cityClass"
        label={t.words.fields.cityClass}
        optional
        value={values.text.cityClass}
        groups={[{ options: [{ value: "", label: texts.cityNone }, ...options([1, 2, 3], x.cityClass)] }]}
      />
      <div class="pair pair-t">
        <Text form={form} values={values} name="roomType" />
        <Text form={form} values={values} name="roomCount" inputMode="numeric" />
      </div>
      <Choices
        form={form}
        name="lodgingPayer"
        legend={t.words.fields.lodgingPayer}
        options={options(LODGING_PAYERS, x.lodgingPayer)}
        chosen={[values.text.lodgingPayer]}
      >
        <Text
          form={form}
          values={values}
          name="amountPerPersonDay"
          hint={texts.whenFixed}
          inputMode="decimal"
          money
          follow
        />
      </Choices>
    </Part>
  );
}

function Dining({ form, values }: PartProps): JSX.Element {
  const { t } = form.r;
  const texts = formTexts(form.r);
  const x = t.words.reception;
  return (
    <Part r={form.r} part="p3">
      <Choices
        form={form}
        name="diningPayer"
        legend={t.words.fields.diningPayer}
        options={options(DINING_PAYERS, x.diningPayer)}
        chosen={[values.text.diningPayer]}
      >
        <Text form={form} values={values} name="diningPayerText" hint={texts.whenOther} follow />
      </Choices>
      <Choices
        form={form}
        name="hostLeaders"
        legend={t.words.fields.hostLeaders}
        options={options(HOST_LEADERS, x.hostLeaders)}
        chosen={values.hostLeaders}
        many
        optional
      >
        <Text
          form={form}
          values={values}
          name="hostLeaderNames"
          hint={`${texts.whenNamed}${form.r.locale === "en" ? ". " : "，"}${texts.namesHint}`}
          follow
        />
      </Choices>
    </Part>
  );
}

function Budget({ form, values, of }: PartProps & { of: ReceptionForm }): JSX.Element {
  const { t, locale } = form.r;
  const texts = formTexts(form.r);
  const words = preview(locale);
  const amount = totalsOf(values).amount ?? 0;
  const above = of.preview ? amount - of.preview.standards.amount : 0;
  const aboveCap = amount - of.cap;
  const late = of.preview?.findings.some((one) => one.kind === "retroactive") === true;
  const needed = (name: "excessReason" | "retroactiveReason", asked: boolean) =>
    asked || values.text[name] !== "" || problemAt(form, name) !== undefined;
  return (
    <Part r={form.r} part="p4">
      <Text
        form={form}
        values={values}
        name="budgetAmount"
        hint={fill(texts.budgetHint, { cap: shortMoney(of.cap) })}
        inputMode="decimal"
        money
      />
      <Select
        form={form}
        name="costDepartment"
        label={t.words.fields.costDepartment}
        hint={texts.costHint}
        value={values.text.costDepartment}
        groups={[{ options: options(DEPARTMENTS, t.words.departments) }]}
      />
      <div data-needed="excessReason" hidden={!needed("excessReason", above > 0 || aboveCap > 0)}>
        <Text
          form={form}
          values={values}
          name="excessReason"
          label={
            above > 0
              ? fill(words.excess, { money: shortMoney(above) })
              : aboveCap > 0
                ? fill(words.excessCap, { money: shortMoney(aboveCap) })
                : t.words.fields.excessReason
          }
          hint={words.excessHint}
          rows={3}
        />
      </div>
      <div data-needed="retroactiveReason" hidden={!needed("retroactiveReason", late)}>
        <Text
          form={form}
          values={values}
          name="retroactiveReason"
          label={late ? words.retroactive : t.words.fields.retroactiveReason}
          hint={texts.retroHint}
          rows={2}
        />
      </div>
    </Part>
  );
}
