/** What a customer writes and presses: the same on his page and on the page of the link in the mail. */
import type { JSX } from "preact";
import { careAnswer } from "../../shared/i18n/sections/care-answer.ts";
import type { Reader } from "../models/view.ts";

/** A press that was refused: what it brought is shown again. `form`: where it stands; null for no form of the page. */
export type Refused = {
  form: "message" | "disagree" | "reopen" | null;
  message: string;
  written: string;
};

export const Hidden = ({ nonce }: { nonce: string }): JSX.Element => (
  <input type="hidden" name="nonce" value={nonce} />
);

/** A text to write, with what is wrong with it. */
export function Words(p: {
  r: Reader;
  id: string;
  name: string;
  label: string;
  refused: Refused | undefined;
  hint?: string;
}): JSX.Element {
  const { refused, id } = p;
  const described = [refused ? `${id}-e` : "", p.hint ? `${id}-h` : ""].filter(Boolean).join(" ");
  return (
    <div class={refused ? "field bad" : "field"}>
      <label for={id}>{p.label}</label>
      {p.hint && (
        <p class="hint" id={`${id}-h`}>
          {p.hint}
        </p>
      )}
      {refused && (
        <p class="error" id={`${id}-e`}>
          <span class="hidden">{p.r.t.web.form.error}</span>
          {refused.message}
        </p>
      )}
      <textarea
        id={id}
        name={p.name}
        rows={3}
        maxLength={2000}
        aria-invalid={refused ? "true" : undefined}
        aria-describedby={described || undefined}
      >
        {refused?.written ?? ""}
      </textarea>
    </div>
  );
}

/** Agreeing with a mark, or not with a reason: the same on the page of a link. */
export function ConfirmForm(p: {
  r: Reader;
  action: string;
  nonce: string;
  refused: Refused | undefined;
}): JSX.Element {
  const t = careAnswer(p.r.locale).confirm;
  return (
    <>
      <form class="stack-s" method="post" action={p.action}>
        <Hidden nonce={p.nonce} />
        <fieldset class="field" aria-describedby="csat-h">
          <legend>
            {t.csat}
            <span class="opt"> {p.r.t.web.form.optional}</span>
          </legend>
          <p class="hint" id="csat-h">
            {t.csatHint}
          </p>
          <div class="choices">
            {(["5", "4", "3", "2", "1"] as const).map((mark) => (
              <label class="choice" key={mark}>
                <input type="radio" name="csat" value={mark} />
                <span>{t.marks[mark]}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="btns">
          <button class="btn btn-main" type="submit" name="choice" value="confirm">
            {t.confirm}
          </button>
        </div>
      </form>
      <details class="why" open={p.refused !== undefined}>
        <summary class="btn btn-no">{t.disagreeOpen}</summary>
        <form class="say" method="post" action={p.action}>
          <Hidden nonce={p.nonce} />
          <Words r={p.r} id="comment" name="comment" label={t.comment} refused={p.refused} />
          <div class="btns">
            <button class="btn btn-no-main" type="submit" name="choice" value="disagree">
              {t.disagree}
            </button>
          </div>
        </form>
      </details>
    </>
  );
}
