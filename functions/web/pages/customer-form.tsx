/** Entering a customer, and changing his record. */
import type { JSX } from "preact";
import { CONTACT_CHANNELS, CREDIT_GRADES, MESSAGE_CHANNELS, TIERS } from "../../customer/model.ts";
import { MAX } from "../../customer/rules.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { customerTexts } from "../../shared/i18n/sections/customers.ts";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { blankContact, type ContactValues, type CustomerValues } from "../models/customer-form.ts";
import type { Problem } from "../models/reception-form.ts";
import { isolate } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { customerPath, type Staff } from "./customers.tsx";

export type CustomerForm = {
  values: CustomerValues;
  problems: Problem[];
  message?: string;
  staff: Staff;
  /** Whether tier, grade and owner are the reader's to set. */
  keeps: boolean;
  /** Who is changed; null for a new customer. */
  of: { customerId: string; name: string; version: number } | null;
  /** Makes pressing twice one customer. */
  key: string;
};

export function customerFormPage(r: Reader, form: CustomerForm): string {
  const t = customerTexts(r.locale);
  const { values, of } = form;
  const state: FormState = { r, problems: form.problems };
  const { text } = values;
  const title = of ? fill(t.editTitle, { name: isolate(of.name) }) : t.newTitle;
  const rows = values.contacts.length < MAX.contacts ? [...values.contacts, blankContact()] : values.contacts;
  return page({
    r,
    title,
    here: "customers",
    narrow: true,
    children: (
      <>
        <div class="head">
          {of && <p class="kicker">{of.customerId}</p>}
          <h1>{title}</h1>
        </div>
        <form
          class="stack"
          method="post"
          action={of ? `${customerPath(of.customerId)}/edit` : "/customers/new"}
          novalidate
        >
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="key" value={form.key} />
          {of && <input type="hidden" name="version" value={String(of.version)} />}
          <Oops form={state} message={form.message} />
          <div class="sheet fields">
            <Field form={state} name="name" label={t.name} value={text.name} maxLength={MAX.name} />
            {!of && (
              <Field
                form={state}
                name="customerId"
                label={t.customerId}
                hint={t.customerIdHint}
                value={text.customerId}
                maxLength={MAX.customerId}
                optional
              />
            )}
            {form.keeps && <Register form={state} values={values} staff={form.staff} />}
            <Field
              form={state}
              name="aliases"
              label={t.aliases}
              hint={t.aliasesHint}
              value={text.aliases}
              rows={3}
              optional
            />
            <Field
              form={state}
              name="address"
              label={t.address}
              value={text.address}
              maxLength={MAX.address}
              optional
            />
            <Field
              form={state}
              name="companyType"
              label={t.companyType}
              value={text.companyType}
              maxLength={MAX.companyType}
              optional
            />
            <Field
              form={state}
              name="nextDueOn"
              label={t.next}
              hint={of ? undefined : t.nextHint}
              type="date"
              value={text.nextDueOn}
              optional
            />
            {of && (
              <Field
                form={state}
                name="noNextReason"
                label={t.noNextReason}
                hint={t.noNextReasonHint}
                value={text.noNextReason}
                maxLength={500}
                optional
              />
            )}
          </div>
          {rows.map((one, index) => (
            <Contact
              key={index}
              r={r}
              form={state}
              row={index}
              values={one}
              legend={
                index < values.contacts.length || (index === 0 && !of)
                  ? fill(t.contact, { n: index + 1 })
                  : t.newContact
              }
            />
          ))}
          <div class="btns">
            <button class="btn btn-main" type="submit">
              {t.save}
            </button>
            <a class="btn btn-bare" href={of ? customerPath(of.customerId) : "/customers"}>
              {t.back}
            </a>
          </div>
        </form>
      </>
    ),
  });
}

function Register(p: { form: FormState; values: CustomerValues; staff: Staff }): JSX.Element {
  const t = customerTexts(p.form.r.locale);
  const { text } = p.values;
  const letters = (list: readonly string[]) => list.map((one) => ({ value: one, label: one }));
  return (
    <>
      <Choices form={p.form} name="tier" legend={t.tier} chosen={[text.tier]} options={letters(TIERS)} />
      <Choices
        form={p.form}
        name="creditGrade"
        legend={t.grade}
        chosen={[text.creditGrade]}
        options={letters(CREDIT_GRADES)}
      />
      <Select
        form={p.form}
        name="owner"
        label={t.owner}
        value={text.owner}
        groups={[
          {
            options: [
              { value: "", label: t.nobody },
              ...p.staff.map((one) => ({ value: one.staffId, label: one.name })),
            ],
          },
        ]}
      />
    </>
  );
}

function Contact(p: {
  r: Reader;
  form: FormState;
  row: number;
  values: ContactValues;
  legend: string;
}): JSX.Element {
  const t = customerTexts(p.r.locale);
  const { form, values } = p;
  const at = `contacts.${p.row}`;
  return (
    <fieldset class="sheet">
      <legend class="hidden">{p.legend}</legend>
      <b aria-hidden="true">{p.legend}</b>
      <Field
        form={form}
        name={`${at}.name`}
        label={t.contactName}
        value={values.name}
        maxLength={MAX.contactName}
      />
      <Field
        form={form}
        name={`${at}.phone`}
        label={t.phone}
        type="tel"
        value={values.phone}
        maxLength={30}
      />
      <Field
        form={form}
        name={`${at}.email`}
        label={t.email}
        type="email"
        value={values.email}
        maxLength={254}
        optional
      />
      <div class="pair">
        <Select
          form={form}
          name={`${at}.language`}
          label={t.language}
          value={values.language}
          groups={[
            {
              options: (["zh-CN", "en"] as const).map((one) => ({ value: one, label: t.languages[one] })),
            },
          ]}
        />
        <Select
          form={form}
          name={`${at}.channel`}
          label={t.channel}
          value={values.channel}
          groups={[{ options: CONTACT_CHANNELS.map((one) => ({ value: one, label: t.channels[one] })) }]}
        />
      </div>
      <Choices
        form={form}
        name={`${at}.consent`}
        legend={t.consent}
        chosen={values.consent}
        options={MESSAGE_CHANNELS.map((one) => ({ value: one, label: t.consents[one] }))}
        many
      />
    </fieldset>
  );
}
