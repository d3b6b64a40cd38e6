/** The editors: an approval policy stage by stage, the standards as a table, and any policy as text. */
import type { ComponentChildren, JSX } from "preact";
import { FIRST } from "../../approval/model.ts";
import { DEPARTMENTS, type Person, ROLES } from "../../directory/model.ts";
import { LEVELS, MODES, RELATIONS } from "../../policy/approval-rules.ts";
import type { PolicyId } from "../../policy/kinds.ts";
import { HOTEL_STARS } from "../../reception/schema.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { policyTexts } from "../../shared/i18n/sections/policies.ts";
import { Scroll, Sheet } from "../components/bits.tsx";
import { Choices, Field, type FormState, Oops, problemAt, Select } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import {
  BY_NAME,
  type General,
  KNOWN_STAGES,
  OTHER,
  type PolicyValues,
  type StageText,
  type StageValues,
  stageNames,
  type WhenValues,
} from "../models/policy-form.ts";
import { stageName } from "../models/policy-words.ts";
import { anchorOf, type Problem } from "../models/reception-form.ts";
import {
  CITIES,
  LEVELS as COLUMNS,
  labelOf,
  ROWS,
  rowLabel,
  type StandardsValues,
} from "../models/standards-form.ts";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";
import { policyPath } from "./policies.tsx";

export type Editing = {
  policyId: PolicyId;
  basedOn: number;
  /** Of the draft that this one begins with; empty for none. */
  seen: string;
  problems: Problem[];
  message?: string;
  signedOut?: boolean;
  staff: Person[];
};

/** What all three editors share: the way back, the summary of problems, the buttons. */
function editor(r: Reader, editing: Editing, children: ComponentChildren, asText = false): string {
  const texts = policyTexts(r.locale);
  const { policyId, problems, message, basedOn } = editing;
  const name = texts.names[policyId];
  const title = fill(texts.editor.title, { name });
  const action = policyPath(policyId, "/edit");
  return page({
    r,
    title: problems.length > 0 ? fill(texts.editor.errorTitle, { n: problems.length, title }) : title,
    here: "policies",
    children: (
      <>
        <div class="head">
          <p class="kicker">
            <a href={policyPath(policyId)}>{name}</a>
          </p>
          <h1>{title}</h1>
          {!asText && (
            <div class="btns">
              <a class="btn btn-bare" href={`${action}?as=text`}>
                {texts.asText}
              </a>
            </div>
          )}
        </div>
        <p class="quiet">{fill(texts.editor.based, { n: basedOn })}</p>
        <form class="stack" method="post" action={action} novalidate>
          {/* The first button is what Enter presses: it neither saves nor removes. */}
          <button class="hidden" type="submit" name="do" value="check" tabIndex={-1} aria-hidden="true">
            {texts.editor.check}
          </button>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="basedOn" value={basedOn} />
          <input type="hidden" name="seen" value={editing.seen} />
          {asText && <input type="hidden" name="as" value="text" />}
          <Oops form={{ r, problems }} message={message}>
            {editing.signedOut && (
              <p>
                <a class="btn" href="/auth/login" target="_blank" rel="noreferrer">
                  {texts.editor.signIn}
                </a>
              </p>
            )}
          </Oops>
          {children}
          <div class="btns">
            <button class="btn btn-main" type="submit" name="do" value="save">
              {texts.editor.save}
            </button>
            <a class="btn btn-bare" href={policyPath(policyId)}>
              {texts.editor.cancel}
            </a>
          </div>
        </form>
      </>
    ),
  });
}

type Part = { r: Reader; form: FormState; values: PolicyValues; staff: Person[]; action: string };

export function policyEditPage(r: Reader, editing: Editing, values: PolicyValues): string {
  const { editor: texts } = policyTexts(r.locale);
  const form: FormState = { r, problems: editing.problems };
  const action = policyPath(editing.policyId, "/edit");
  const part: Part = { r, form, values, staff: editing.staff, action };
  const wrong = problemAt(form, "stages");
  return editor(
    r,
    editing,
    <>
      {Object.entries(values.iso).map(([name, iso]) => (
        <input type="hidden" key={name} name={`iso.${name}`} value={iso} />
      ))}
      <section class="stack" id="stages" aria-labelledby="stages-t">
        <h2 id="stages-t">{texts.stages}</h2>
        <p class="hint">{texts.stagesHint}</p>
        {wrong && <p class="error">{wrong.message}</p>}
        {values.stages.map((stage, index) => (
          <Stage part={part} stage={stage} index={index} key={index} />
        ))}
        <div>
          <button class="btn" type="submit" name="add" value="stages" formaction={`${action}#stages`}>
            {texts.addStage}
          </button>
        </div>
      </section>
      <GeneralRules part={part} />
    </>,
  );
}

function Stage({ part, stage, index }: { part: Part; stage: StageValues; index: number }): JSX.Element {
  const { r, form, action } = part;
  const texts = policyTexts(r.locale);
  const { editor: t } = texts;
  const at = `stages.${index}`;
  const n = index + 1;
  const id = anchorOf(`${at}.box`);
  const text = (name: Exclude<StageText, "dueIso">, more: Partial<Parameters<typeof Field>[0]> = {}) => (
    <Field form={form} name={`${at}.${name}`} label={t[name]} value={stage.text[name]} {...more} />
  );
  const name = stage.text.stage === OTHER ? stage.text.stageText : stageName(stage.text.stage, r);
  return (
    <section class="sheet" id={id} aria-labelledby={`${id}-t`}>
      <input type="hidden" name={`${at}.dueIso`} value={stage.text.dueIso} />
      <div class="split">
        <h3 id={`${id}-t`}>{`${fill(texts.stageNo, { n })}${name ? ` · ${name}` : ""}`}</h3>
        <div class="btns">
          {index > 0 && (
            <button class="btn btn-bare" type="submit" name="up" value={at} formaction={`${action}#stages`}>
              {fill(t.up, { n })}
            </button>
          )}
          <button class="btn btn-bare" type="submit" name="remove" value={at} formaction={`${action}#stages`}>
            {fill(t.removeStage, { n })}
          </button>
        </div>
      </div>
      <div class="pair pair-t choosy">
        <Select
          form={form}
          name={`${at}.stage`}
          label={t.stage}
          value={stage.text.stage}
          groups={[
            {
              options: [
                { value: "", label: "" },
                ...KNOWN_STAGES.map((one) => ({ value: one, label: stageName(one, r) })),
                { value: OTHER, label: t.otherStage },
              ],
            },
          ]}
        />
        {text("stageText", { maxLength: 40, follow: true })}
      </div>
      <fieldset class="field stack-s" id={anchorOf(`${at}.when`)}>
        <legend>{texts.facts.when}</legend>
        {stage.whens.length === 0 && <p class="hint">{t.whenAll}</p>}
        {stage.whens.map((when, row) => (
          <Condition part={part} when={when} at={at} n={n} row={row} key={row} />
        ))}
        <div>
          <button class="btn" type="submit" name="add" value={`${at}.when`} formaction={`${action}#${id}`}>
            {fill(t.addWhen, { n })}
          </button>
        </div>
      </fieldset>
      <SignerChoice
        part={part}
        name={`${at}.signers`}
        value={stage.text.signers}
        label={t.signers}
        relations
      />
      <ByName part={part} name={`${at}.staffIds`} chosen={stage.staffIds} legend={t.staffIds} />
      <div class="pair pair-t">
        <Select
          form={form}
          name={`${at}.mode`}
          label={t.mode}
          value={stage.text.mode}
          groups={[
            {
              options: MODES.map((mode) => ({
                value: mode,
                label: mode === "n-of-m" ? t.nOfM : word(r.t.words.modes, mode),
              })),
            },
          ]}
        />
        {text("need", { inputMode: "numeric", hint: t.needHint, optional: true })}
        {text("due", { inputMode: "decimal", hint: t.dueHint, optional: true })}
      </div>
      <div class="pair pair-t">
        {text("limit", { inputMode: "decimal", money: true, hint: t.limitHint, optional: true })}
        {text("limitPerHead", { inputMode: "decimal", money: true, optional: true })}
      </div>
    </section>
  );
}

function Condition(of: { part: Part; when: WhenValues; at: string; n: number; row: number }): JSX.Element {
  const { part, when, at, n, row } = of;
  const { r, form, action } = part;
  const { editor: t } = policyTexts(r.locale);
  const name = (leaf: string) => `${at}.when.${row}.${leaf}`;
  const either = (leaf: "overBudget" | "retroactive") => (
    <Select
      form={form}
      name={name(leaf)}
      label={t[leaf]}
      value={when[leaf]}
      groups={[
        {
          options: [
            { value: "", label: t.either },
            { value: "yes", label: t.yes },
            { value: "no", label: t.no },
          ],
        },
      ]}
    />
  );
  return (
    <fieldset class="field stack-s">
      <legend>{row === 0 ? t.whenOne : t.whenOther}</legend>
      <div class="pair pair-t">
        <Field
          form={form}
          name={name("amountAbove")}
          label={t.amountAbove}
          value={when.amountAbove}
          inputMode="decimal"
          money
          optional
        />
        <Field
          form={form}
          name={name("creditGrades")}
          label={t.creditGrades}
          value={when.creditGrades}
          hint={t.creditHint}
          optional
        />
        {either("overBudget")}
        {either("retroactive")}
      </div>
      <Choices
        form={form}
        name={name("levels")}
        legend={t.levels}
        many
        optional
        chosen={when.levels}
        options={LEVELS.map((level) => ({ value: level, label: word(r.t.words.reception.level, level) }))}
      />
      <Choices
        form={form}
        name={name("departments")}
        legend={t.departments}
        many
        optional
        chosen={when.departments}
        options={DEPARTMENTS.map((one) => ({ value: one, label: word(r.t.words.departments, one) }))}
      />
      <div>
        <button
          class="btn btn-bare"
          type="submit"
          name="remove"
          value={`${at}.when.${row}`}
          formaction={`${action}#${anchorOf(`${at}.box`)}`}
        >
          {fill(t.removeWhen, { n, m: row + 1 })}
        </button>
      </div>
    </fieldset>
  );
}

function SignerChoice(of: {
  part: Part;
  name: string;
  value: string;
  label: string;
  hint?: string;
  relations?: boolean;
}): JSX.Element {
  const { part, name, value, label, hint, relations } = of;
  const { r, form } = part;
  const { editor: t, values } = policyTexts(r.locale);
  return (
    <Select
      form={form}
      name={name}
      label={label}
      value={value}
      hint={hint}
      groups={[
        { options: [{ value: "", label: "" }] },
        ...(relations
          ? [
              {
                label: t.relation,
                options: RELATIONS.map((one) => ({ value: `relation:${one}`, label: values[one] })),
              },
            ]
          : []),
        {
          label: t.roles,
          options: ROLES.map((role) => ({ value: `role:${role}`, label: word(r.t.words.roles, role) })),
        },
        { label: t.byName, options: [{ value: BY_NAME, label: t.chosen }] },
      ]}
    />
  );
}

/** A long list that most stages do not need: it opens where somebody is chosen, or something is wrong. */
function ByName(of: { part: Part; name: string; chosen: string[]; legend: string }): JSX.Element {
  const { part, name, chosen, legend } = of;
  const { r, form, staff } = part;
  const { editor: t } = policyTexts(r.locale);
  const listed = staff.filter((person) => person.active || chosen.includes(person.staffId));
  return (
    <details class="more" open={chosen.length > 0 || problemAt(form, name) !== undefined}>
      <summary>{legend}</summary>
      <Choices
        form={form}
        name={name}
        legend={t.chosen}
        many
        chosen={chosen}
        options={listed.map((person) => ({
          value: person.staffId,
          label: person.name,
          note: word(r.t.words.roles, person.role),
        }))}
      />
    </details>
  );
}

function GeneralRules({ part }: { part: Part }): JSX.Element {
  const { r, form, values } = part;
  const texts = policyTexts(r.locale);
  const { editor: t } = texts;
  const field = (
    name: Exclude<General, `climbOn.${string}` | "administrator" | "onEdit">,
    more: Partial<Parameters<typeof Field>[0]> = {},
  ) => (
    <Field form={form} name={name} label={t[name]} value={values.text[name]} inputMode="decimal" {...more} />
  );
  /** The stages as they stand, and the one that is chosen even where it is gone. */
  const stagesWith = (value: string, ...known: string[]) => [
    ...new Set([...stageNames(values), ...(known.includes(value) ? [] : [value])]),
  ];
  const climb = (rule: "over_budget" | "retroactive" | "over_standard", label: string) => {
    const name = `climbOn.${rule}` as const;
    const value = values.text[name];
    const stages = stagesWith(value, "", "next");
    return (
      <Select
        form={form}
        name={name}
        label={label}
        value={value}
        groups={[
          {
            options: [
              { value: "", label: t.noClimb },
              { value: "next", label: texts.values.next },
              ...stages.map((stage) => ({
                value: stage,
                label: fill(texts.values.stage, { stage: stageName(stage, r) }),
              })),
            ],
          },
        ]}
      />
    );
  };
  return (
    <Sheet id="general" title={texts.general}>
      <fieldset class="field stack-s">
        <legend>{t.climb}</legend>
        <div class="pair pair-t">
          {climb("over_budget", t.over_budget)}
          {climb("retroactive", t.retroactiveRule)}
          {climb("over_standard", t.over_standard)}
        </div>
      </fieldset>
      <Select
        form={form}
        name="onEdit"
        label={texts.facts.onEdit}
        value={values.text.onEdit}
        groups={[
          {
            options: [
              { value: FIRST, label: texts.values.first },
              ...stagesWith(values.text.onEdit, "", FIRST).map((stage) => ({
                value: stage,
                label: fill(texts.values.restart, { stage: stageName(stage, r) }),
              })),
            ],
          },
        ]}
      />
      <SignerChoice
        part={part}
        name="administrator"
        value={values.text.administrator}
        label={t.administrator}
        hint={t.administratorHint}
      />
      <ByName
        part={part}
        name="administratorIds"
        chosen={values.administratorIds}
        legend={t.administratorIds}
      />
      {field("undoSeconds", { hint: t.undoHint, inputMode: "numeric" })}
      {field("stepUpAbove", { money: true })}
      {field("batchUpTo", { money: true, hint: t.batchHint })}
      {field("nudgeEvery")}
      {field("reserveFor")}
      {field("tolerancePercent", { inputMode: "numeric" })}
      {field("blockUnsettledAfter")}
    </Sheet>
  );
}

// ---- standards

export function standardsEditPage(r: Reader, editing: Editing, values: StandardsValues): string {
  const { standards: t } = policyTexts(r.locale);
  const form: FormState = { r, problems: editing.problems };
  const action = policyPath(editing.policyId, "/edit");
  const field = (path: string, more: Partial<Parameters<typeof Field>[0]> = {}) => (
    <Field
      form={form}
      name={path}
      label={labelOf(path, r)}
      value={values.text[path] ?? ""}
      inputMode="numeric"
      {...more}
    />
  );
  const money = { money: true, inputMode: "decimal" } as const;
  return editor(
    r,
    editing,
    <>
      <input type="hidden" name="iso" value={values.iso} />
      <Sheet id="table" title={t.table}>
        <Scroll label={t.table}>
          <table class="data data-cells">
            <thead>
              <tr>
                <th scope="col">{t.item}</th>
                {COLUMNS.map((level) => (
                  <th scope="col" class="num" key={level}>
                    {fill(t.level, { level })}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ROWS.map((row) => (
                <tr key={row.path("A")}>
                  <th scope="row" class="row-head">
                    {rowLabel(row, r)}
                  </th>
                  {COLUMNS.map((level) => (
                    <td key={level}>
                      <Cell form={form} path={row.path(level)} values={values} r={r} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Sheet>
      <Sheet id="other" title={t.other}>
        <div class="pair pair-t">
          {field("mealsPerDay")}
          {field("allowancePerPersonDay", money)}
          {field("cap", money)}
          {field("retroactiveWithin", { inputMode: "decimal" })}
        </div>
        <fieldset class="field stack-s">
          <legend>{t.companions}</legend>
          <label class="choice">
            <input
              id={anchorOf("companions.enabled")}
              type="checkbox"
              name="companions.enabled"
              value="on"
              checked={values.text["companions.enabled"] !== ""}
            />
            <span>{t.companionsEnabled}</span>
          </label>
          <div class="pair pair-t">
            {field("companions.upTo")}
            {field("companions.max")}
          </div>
          <p class="hint">{t.above}</p>
          <div class="pair pair-t">
            {field("companions.above.0")}
            {field("companions.above.1")}
          </div>
        </fieldset>
        <fieldset class="field stack-s">
          <legend>{t.sameGuest}</legend>
          <div class="pair pair-t">
            {field("sameGuest.times")}
            {field("sameGuest.withinDays")}
          </div>
        </fieldset>
      </Sheet>
      <Sheet id="hotels" title={t.hotels}>
        {values.hotels.length === 0 && <p class="quiet">{t.noHotels}</p>}
        {values.hotels.map((_, row) => (
          <HotelRow form={form} values={values} row={row} r={r} action={action} key={row} />
        ))}
        <div>
          <button class="btn" type="submit" name="add" value="hotels" formaction={`${action}#hotels`}>
            {t.addHotel}
          </button>
        </div>
      </Sheet>
    </>,
  );
}

/** One amount of the table; its name is its row and its column. */
function Cell(of: { form: FormState; path: string; values: StandardsValues; r: Reader }): JSX.Element {
  const { form, path, values, r } = of;
  const problem = problemAt(form, path);
  const id = anchorOf(path);
  return (
    <div class={problem ? "field bad" : "field"}>
      <input
        class="input input-money"
        id={id}
        name={path}
        aria-label={labelOf(path, r)}
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={problem ? `${id}-e` : undefined}
        inputMode="decimal"
        autocomplete="off"
        value={values.text[path] ?? ""}
      />
      {problem && (
        <p class="error" id={`${id}-e`}>
          {problem.message}
        </p>
      )}
    </div>
  );
}

function HotelRow(of: {
  form: FormState;
  values: StandardsValues;
  row: number;
  r: Reader;
  action: string;
}): JSX.Element {
  const { form, values, row, r, action } = of;
  const { standards: t } = policyTexts(r.locale);
  const hotel = values.hotels[row]!;
  const name = (leaf: string) => `hotels.${row}.${leaf}`;
  const { hotelStar, cityClass } = r.t.words.reception;
  return (
    <div class="row">
      <div class="pair pair-t">
        <Field
          form={form}
          name={name("name")}
          label={labelOf(name("name"), r)}
          value={hotel.name}
          maxLength={50}
        />
        <Select
          form={form}
          name={name("star")}
          label={labelOf(name("star"), r)}
          value={hotel.star}
          groups={[
            {
              options: HOTEL_STARS.map((star) => ({
                value: String(star),
                label: word(hotelStar, String(star)),
              })),
            },
          ]}
        />
        <Select
          form={form}
          name={name("cityClass")}
          label={labelOf(name("cityClass"), r)}
          value={hotel.cityClass}
          groups={[{ options: CITIES.map((city) => ({ value: city, label: cityClass[city] })) }]}
        />
        <Select
          form={form}
          name={name("contracted")}
          label={labelOf(name("contracted"), r)}
          value={hotel.contracted}
          groups={[
            {
              options: [
                { value: "on", label: t.contracted },
                { value: "", label: t.contractedNo },
              ],
            },
          ]}
        />
      </div>
      <button
        class="btn btn-bare"
        type="submit"
        name="remove"
        value={`hotels.${row}`}
        formaction={`${action}#hotels`}
      >
        {fill(t.removeHotel, { n: row + 1 })}
      </button>
    </div>
  );
}

// ---- as text

export function textEditPage(r: Reader, editing: Editing, text: string): string {
  const { editor: t } = policyTexts(r.locale);
  const form: FormState = { r, problems: editing.problems };
  return editor(
    r,
    editing,
    <Sheet id="text" title={t.document}>
      <Field form={form} name="document" label={t.document} hint={t.documentHint} rows={24} value={text} />
    </Sheet>,
    true,
  );
}
