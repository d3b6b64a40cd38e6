/** Forms of a step beside the three buttons: hand over, have somebody sign, return to a stage, codes, taking back. */
import type { ComponentChildren, JSX } from "preact";
import { exact, when } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { verbs } from "../../shared/i18n/sections/verbs.ts";
import { stageName } from "../models/road.ts";
import { word } from "../models/text.ts";
import type { Colleague } from "../models/verbs.ts";
import type { Reader } from "../models/view.ts";
import { Sheet } from "./bits.tsx";

/** Where a form of a step posts to, and what it carries unseen. */
export type Target = { action: string; hidden: Record<string, string> };

export const Hidden = ({ of }: { of: Target }): JSX.Element => (
  <>
    {Object.entries(of.hidden).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
  </>
);

/** The choice `undo` alone, as long as it works. */
export function Undo({ r, of, until }: { r: Reader; of: Target; until: string }): JSX.Element {
  const { undo } = verbs(r.locale);
  return (
    <Sheet
      id="undo"
      title={undo.title}
      aside={
        <p class="kicker">
          <time dateTime={until} title={exact(until, r.locale)}>
            {fill(undo.left, { time: when(until, r.now, r.locale) })}
          </time>
        </p>
      }
    >
      <form class="btns" method="post" action={of.action}>
        <Hidden of={of} />
        <button class="btn" type="submit" name="choice" value="undo">
          {undo.button}
        </button>
        <span class="hint">{undo.text}</span>
      </form>
    </Sheet>
  );
}

export type CodeState = { sent: boolean; wrong?: string };

/** Asks for the code: a form of its own, because it decides nothing. */
export function CodeRequest({ r, of, code }: { r: Reader; of: Target; code: CodeState }): JSX.Element {
  const words = verbs(r.locale).code;
  return (
    <form class="code" method="post" action={`${of.action}/code`}>
      <Hidden of={of} />
      <p class="hint">{code.sent ? words.sent : words.needed}</p>
      <button class="btn" type="submit">
        {code.sent ? words.again : words.send}
      </button>
    </form>
  );
}

export function CodeField({ r, code, id }: { r: Reader; code: CodeState; id: string }): JSX.Element {
  return (
    <div class={code.wrong ? "field bad" : "field"}>
      <label for={id}>{verbs(r.locale).code.label}</label>
      {code.wrong && (
        <p class="error" id={`${id}-e`}>
          <span class="hidden">{r.t.web.form.error}</span>
          {code.wrong}
        </p>
      )}
      <input
        class="input w-s"
        id={id}
        name="code"
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        required
        aria-invalid={code.wrong ? "true" : undefined}
        aria-describedby={code.wrong ? `${id}-e` : undefined}
      />
    </div>
  );
}

export type Verbs = {
  colleagues: Colleague[];
  earlier: string[];
  mayAdd: boolean;
  code: CodeState | null;
  /** What was pressed when the call was refused, and the message at its field. */
  kept?: { choice: string; comment: string; toStaffId: string; toStage: string };
  problem?: string;
};

/** Hand over, have somebody sign before or after, return to an earlier stage; each behind its own heading. */
export function MoreVerbs({ r, of, verbs: v }: { r: Reader; of: Target; verbs: Verbs }): JSX.Element {
  const words = verbs(r.locale);
  const toStage = v.kept?.choice === "return" && v.kept.toStage !== "";
  return (
    <>
      <Verb r={r} of={of} v={v} choice="transfer" words={words.transfer}>
        <Person r={r} v={v} choice="transfer" />
      </Verb>
      {v.mayAdd && (
        <>
          <Verb r={r} of={of} v={v} choice="add-before" words={words.addBefore}>
            <Person r={r} v={v} choice="add-before" />
          </Verb>
          <Verb r={r} of={of} v={v} choice="add-after" words={words.addAfter}>
            <Person r={r} v={v} choice="add-after" />
            {v.code && <CodeField r={r} code={v.code} id="code-add-after" />}
          </Verb>
        </>
      )}
      {v.earlier.length > 0 && (
        <Verb r={r} of={of} v={v} choice="return" words={words.returnTo} open={toStage}>
          <label for="toStage">{words.stage}</label>
          <select id="toStage" name="toStage" required>
            {v.earlier.map((stage) => (
              <option key={stage} value={stage} selected={v.kept?.toStage === stage}>
                {stageName(stage, r)}
              </option>
            ))}
          </select>
        </Verb>
      )}
    </>
  );
}

function Person({ r, v, choice }: { r: Reader; v: Verbs; choice: string }): JSX.Element {
  const kept = v.kept?.choice === choice ? v.kept.toStaffId : "";
  return (
    <>
      <label for={`who-${choice}`}>{verbs(r.locale).person}</label>
      <select id={`who-${choice}`} name="toStaffId" required>
        <option value="" />
        {v.colleagues.map((one) => (
          <option key={one.staffId} value={one.staffId} selected={kept === one.staffId}>
            {`${one.name} · ${word(r.t.words.departments, one.department)}`}
          </option>
        ))}
      </select>
    </>
  );
}

function Verb(p: {
  r: Reader;
  of: Target;
  v: Verbs;
  choice: string;
  words: { title: string; hint: string; confirm: string };
  open?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const { r, v, choice, words } = p;
  const open = p.open ?? v.kept?.choice === choice;
  const id = p.open === undefined ? `verb-${choice}` : `verb-${choice}-stage`;
  return (
    <details class="why" name="why" open={open}>
      <summary class="btn">{words.title}</summary>
      <form class="say" method="post" action={p.of.action}>
        <Hidden of={p.of} />
        <div class="field">
          {p.children}
          <label for={id}>{verbs(r.locale).why}</label>
          <p class="hint" id={`${id}-h`}>
            {words.hint}
          </p>
          {open && v.problem && (
            <p class="error" id={`${id}-e`}>
              <span class="hidden">{r.t.web.form.error}</span>
              {v.problem}
            </p>
          )}
          <textarea id={id} name="comment" rows={2} required aria-describedby={`${id}-h`}>
            {open ? v.kept?.comment : ""}
          </textarea>
        </div>
        <button class="btn btn-main" type="submit" name="choice" value={choice}>
          {words.confirm}
        </button>
      </form>
    </details>
  );
}
