/** Inputs with label, hint and problem in the places where people and screen readers look for them. */
import type { ComponentChildren, JSX } from "preact";
import { fill } from "../../shared/i18n/messages.ts";
import { anchorOf, type Problem } from "../models/reception-form.ts";
import { count } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** What fields need to know of the form they stand in. */
export type FormState = { r: Reader; problems: Problem[] };

type FieldProps = {
  form: FormState;
  name: string;
  label: string;
  value: string;
  hint?: string;
  optional?: boolean;
  /** Shown only while the answer it belongs to is chosen (by stylesheet; visible where that is not understood). */
  follow?: boolean;
  type?: "text" | "date" | "time" | "tel" | "email";
  inputMode?: "numeric" | "decimal" | "tel" | "email";
  /** What a browser may fill in; nothing unless said. */
  autocomplete?: "name" | "tel" | "email" | "organization";
  capitals?: boolean;
  money?: boolean;
  list?: string;
  rows?: number;
  /** `{n}` stays in for the script, which renumbers rows. */
  rowLabel?: string;
  maxLength?: number;
};

export const problemAt = (form: FormState, name: string): Problem | undefined =>
  form.problems.find((problem) => problem.input === name);

const describedBy = (id: string, problem: boolean, hint: boolean): string | undefined =>
  [problem ? `${id}-e` : "", hint ? `${id}-h` : ""].filter(Boolean).join(" ") || undefined;

const Wrong = ({ id, problem, r }: { id: string; problem: Problem; r: Reader }): JSX.Element => (
  <p class="error" id={`${id}-e`}>
    <span class="hidden">{r.t.web.form.error}</span>
    {problem.message}
  </p>
);

const Optional = ({ r }: { r: Reader }): JSX.Element => <span class="opt"> {r.t.web.form.optional}</span>;

/** One line or, with `rows`, a larger text. */
export function Field(p: FieldProps): JSX.Element {
  const { r } = p.form;
  const id = anchorOf(p.name);
  const problem = problemAt(p.form, p.name);
  const common = {
    id,
    name: p.name,
    "aria-invalid": problem ? ("true" as const) : undefined,
    "aria-describedby": describedBy(id, problem !== undefined, p.hint !== undefined),
    maxLength: p.maxLength,
  };
  return (
    <div class={["field", problem ? "bad" : "", p.follow ? "follow" : ""].filter(Boolean).join(" ")}>
      <label for={id} data-label={p.rowLabel}>
        {p.label}
        {p.optional && <Optional r={r} />}
      </label>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {problem && <Wrong id={id} problem={problem} r={r} />}
      {p.rows ? (
        <textarea {...common} rows={p.rows}>
          {p.value}
        </textarea>
      ) : (
        <input
          {...common}
          class={p.money ? "input input-money" : "input"}
          type={p.type ?? "text"}
          inputMode={p.inputMode}
          list={p.list}
          value={p.value}
          autocomplete={p.autocomplete ?? "off"}
          autocapitalize={p.capitals ? "characters" : undefined}
          dir={p.type || p.inputMode ? undefined : "auto"}
        />
      )}
    </div>
  );
}

type Option = { value: string; label: string; note?: string };

/** A group of radios or checkboxes under one legend. */
export function Choices(p: {
  form: FormState;
  name: string;
  legend: string;
  options: Option[];
  chosen: string[];
  many?: boolean;
  hint?: string;
  optional?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  const id = anchorOf(p.name);
  const problem = problemAt(p.form, p.name);
  return (
    <fieldset
      class={problem ? "field bad" : "field"}
      aria-describedby={describedBy(id, problem !== undefined, p.hint !== undefined)}
    >
      <legend>
        {p.legend}
        {p.optional && <Optional r={p.form.r} />}
      </legend>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {problem && <Wrong id={id} problem={problem} r={p.form.r} />}
      <div class="choices">
        {p.options.map((option, index) => (
          <label class="choice" key={option.value}>
            <input
              id={index === 0 ? id : undefined}
              type={p.many ? "checkbox" : "radio"}
              name={p.name}
              value={option.value}
              checked={p.chosen.includes(option.value)}
            />
            <span>
              {option.label}
              {option.note && <small>{option.note}</small>}
            </span>
          </label>
        ))}
      </div>
      {p.children}
    </fieldset>
  );
}

/** A list to choose one of. */
export function Select(p: {
  form: FormState;
  name: string;
  label: string;
  value: string;
  groups: { label?: string; options: (Option & { data?: Record<string, string> })[] }[];
  hint?: string;
  optional?: boolean;
  /** As in `Field`. */
  rowLabel?: string;
}): JSX.Element {
  const id = anchorOf(p.name);
  const problem = problemAt(p.form, p.name);
  const option = (one: Option & { data?: Record<string, string> }) => (
    <option key={one.value} value={one.value} selected={one.value === p.value} {...one.data}>
      {one.label}
    </option>
  );
  return (
    <div class={problem ? "field bad" : "field"}>
      <label for={id} data-label={p.rowLabel}>
        {p.label}
        {p.optional && <Optional r={p.form.r} />}
      </label>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {problem && <Wrong id={id} problem={problem} r={p.form.r} />}
      <select
        id={id}
        name={p.name}
        aria-invalid={problem ? "true" : undefined}
        aria-describedby={describedBy(id, problem !== undefined, p.hint !== undefined)}
      >
        {p.groups.map((group) =>
          group.label ? (
            <optgroup key={group.label} label={group.label}>
              {group.options.map(option)}
            </optgroup>
          ) : (
            group.options.map(option)
          ),
        )}
      </select>
    </div>
  );
}

/** What is wrong, with a link to each place; also what no field can show. */
export function Oops({
  form,
  message,
  children,
}: {
  form: FormState;
  message?: string;
  children?: ComponentChildren;
}): JSX.Element | null {
  const { problems, r } = form;
  if (problems.length === 0 && !message) return null;
  const texts = r.t.web.form;
  return (
    <section class="oops" role="alert" aria-labelledby="oops" tabIndex={-1}>
      <h2 id="oops">{problems.length > 0 ? count(texts.oops, problems.length) : texts.oopsPlain}</h2>
      {message && <p>{message}</p>}
      {children}
      {problems.length > 0 && (
        <ul>
          {problems.map((problem) => (
            <li key={problem.input}>
              <a href={`#${anchorOf(problem.input)}`}>
                {fill(texts.at, { label: problem.label, message: problem.message })}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
