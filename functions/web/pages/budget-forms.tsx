/** New budget; top-up or transfer. */
import type { ComponentChildren, JSX } from "preact";
import { DEPARTMENTS } from "../../directory/model.ts";
import { type BucketId, CATEGORIES } from "../../ledger/rules.ts";
import { periodName } from "../../shared/i18n/format.ts";
import { budgetTexts } from "../../shared/i18n/sections/budget.ts";
import { newBucketTexts } from "../../shared/i18n/sections/new-bucket.ts";
import { Choices, Field, type FormState, Oops, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import { bucketKey, type Typed } from "../models/budget-form.ts";
import type { Problem } from "../models/reception-form.ts";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type BudgetForm = {
  typed: Typed;
  problems: Problem[];
  message?: string;
  /** Idempotency key of this view: pressed twice it is one. */
  key: string;
};

/** The shell of both: heading, what is wrong, fields, one button. */
function Form(p: {
  r: Reader;
  form: BudgetForm;
  action: string;
  heading: string;
  lead: string;
  submit: string;
  children: ComponentChildren;
}): JSX.Element {
  const state: FormState = { r: p.r, problems: p.form.problems };
  return (
    <>
      <div class="head">
        <h1>{p.heading}</h1>
        <p class="kicker">{p.lead}</p>
      </div>
      <form class="stack" method="post" action={p.action} novalidate>
        <input type="hidden" name="csrf" value={p.r.csrf ?? ""} />
        <input type="hidden" name="key" value={p.form.key} />
        <Oops form={state} message={p.form.message} />
        <div class="sheet fields">{p.children}</div>
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {p.submit}
          </button>
          <a class="btn btn-bare" href="/budget">
            {newBucketTexts(p.r.locale).back}
          </a>
        </div>
      </form>
    </>
  );
}

export function newBucketPage(r: Reader, form: BudgetForm): string {
  const texts = budgetTexts(r.locale);
  const t = newBucketTexts(r.locale);
  const state: FormState = { r, problems: form.problems };
  const { typed } = form;
  return page({
    r,
    title: t.heading,
    here: "budget",
    narrow: true,
    children: (
      <Form r={r} form={form} action="/budget/new" heading={t.heading} lead={t.lead} submit={t.submit}>
        <Select
          form={state}
          name="department"
          label={t.department}
          value={typed.department ?? ""}
          groups={[
            {
              options: DEPARTMENTS.map((one) => ({ value: one, label: word(r.t.words.departments, one) })),
            },
          ]}
        />
        <Field
          form={state}
          name="period"
          label={t.period}
          hint={t.periodHint}
          value={typed.period ?? ""}
          maxLength={7}
        />
        <Select
          form={state}
          name="category"
          label={t.category}
          value={typed.category ?? "hospitality"}
          groups={[{ options: CATEGORIES.map((one) => ({ value: one, label: texts.categories[one] })) }]}
        />
        <Field
          form={state}
          name="allotted"
          label={t.allotted}
          value={typed.allotted ?? ""}
          inputMode="decimal"
          money
        />
        <Choices
          form={state}
          name="control"
          legend={t.control}
          chosen={[typed.control ?? "hard"]}
          options={[
            { value: "hard", label: t.hard },
            { value: "soft", label: t.soft },
          ]}
        />
      </Form>
    ),
  });
}

export type ChangeForm = BudgetForm & {
  /** Budgets that may get money from this person, and all that may give it. */
  to: BucketId[];
  from: BucketId[];
  /** A returned change that is submitted again. */
  caseId?: string;
  /** Who sent it back, and why. */
  returned?: { name: string; comment: string } | null;
};

export function changePage(r: Reader, form: ChangeForm): string {
  const texts = budgetTexts(r.locale);
  const t = texts.change;
  const state: FormState = { r, problems: form.problems };
  const { typed, caseId } = form;
  const heading = caseId ? t.editHeading : t.heading;
  return page({
    r,
    title: heading,
    here: "budget",
    narrow: true,
    children: (
      <Form
        r={r}
        form={form}
        action={caseId ? `/budget/change/${caseId}` : "/budget/change"}
        heading={heading}
        lead={t.lead}
        submit={caseId ? t.resubmit : t.submit}
      >
        {form.returned && (
          <p class="notice notice-warn">
            <b>
              <bdi>{form.returned.name}</bdi>
            </b>{" "}
            <bdi>{form.returned.comment}</bdi>
          </p>
        )}
        <Choices
          form={state}
          name="kind"
          legend={t.kind}
          chosen={[typed.kind ?? "top-up"]}
          options={[
            { value: "top-up", label: t.topUp, note: t.topUpNote },
            { value: "transfer", label: t.transfer, note: t.transferNote },
          ]}
        />
        <Buckets r={r} form={state} name="to" label={t.to} value={typed.to ?? ""} buckets={form.to} />
        <Buckets r={r} form={state} name="from" label={t.from} value={typed.from ?? ""} buckets={form.from} />
        <Field
          form={state}
          name="amount"
          label={t.amount}
          value={typed.amount ?? ""}
          inputMode="decimal"
          money
        />
        <Field
          form={state}
          name="reason"
          label={t.reason}
          value={typed.reason ?? ""}
          rows={3}
          maxLength={1000}
        />
      </Form>
    ),
  });
}

function Buckets(p: {
  r: Reader;
  form: FormState;
  name: string;
  label: string;
  value: string;
  buckets: BucketId[];
}): JSX.Element {
  const { categories } = budgetTexts(p.r.locale);
  const departments = DEPARTMENTS.filter((one) => p.buckets.some((bucket) => bucket.department === one));
  return (
    <Select
      form={p.form}
      name={p.name}
      label={p.label}
      value={p.value}
      groups={[
        { options: [{ value: "", label: budgetTexts(p.r.locale).change.pick }] },
        ...departments.map((department) => ({
          label: word(p.r.t.words.departments, department),
          options: p.buckets
            .filter((bucket) => bucket.department === department)
            .map((bucket) => ({
              value: bucketKey(bucket),
              label: `${word(p.r.t.words.departments, department)} · ${periodName(bucket.period, p.r.locale)} · ${word(categories, bucket.category)}`,
            })),
        })),
      ]}
    />
  );
}
