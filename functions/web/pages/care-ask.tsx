/** The way to a case: its code and the last four digits of the phone; and what is shown where the two do not fit. */
import type { JSX } from "preact";
import { span } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { Prose } from "../components/bits.tsx";
import { carePage } from "../components/care-shell.tsx";
import type { Reader } from "../models/view.ts";

/** Where the code is not known yet, it is a field too; the digits never stand in an address. */
export function AskForm({ r, caseId }: { r: Reader; caseId?: string }): JSX.Element {
  const t = care(r.locale).ask;
  const tail = (
    <div class="field">
      <label for="tail">{t.tail}</label>
      <input
        class="input"
        id="tail"
        name="tail"
        inputMode="numeric"
        maxLength={4}
        autocomplete="off"
        required
      />
    </div>
  );
  return (
    <form
      class="sheet"
      method="post"
      action={caseId === undefined ? "/c/status" : `/c/${encodeURIComponent(caseId)}/status`}
    >
      {caseId === undefined ? (
        <div class="pair">
          <div class="field">
            <label for="code">{t.code}</label>
            <input
              class="input"
              id="code"
              name="code"
              autocapitalize="characters"
              autocomplete="off"
              aria-describedby="code-h"
              required
            />
          </div>
          {tail}
        </div>
      ) : (
        tail
      )}
      {caseId === undefined && (
        <p class="hint" id="code-h">
          {t.codeHint}
        </p>
      )}
      <div class="btns">
        <button class="btn btn-main" type="submit">
          {t.button}
        </button>
      </div>
    </form>
  );
}

/** Asks for the digits: the same page for every code, whether there is such a case or not. */
export function askPage(r: Reader, caseId: string): string {
  const t = care(r.locale).ask;
  return carePage({
    r,
    title: t.title,
    children: (
      <section class="stack" aria-labelledby="t">
        <div class="stack-s">
          <p class="kicker">
            <bdi>{caseId}</bdi>
          </p>
          <h1 id="t">{t.heading}</h1>
          <p class="quiet">{t.text}</p>
        </div>
        <AskForm r={r} caseId={caseId} />
      </section>
    ),
  });
}

/**
 * No such case, or other digits: to the letter the same for every code. `written`: what a form brought that could not be
 * taken, so that it is not lost.
 */
export function unknownCasePage(r: Reader, written = ""): string {
  const t = care(r.locale).unknown;
  return carePage({
    r: { ...r, path: "/c" },
    title: t.title,
    children: (
      <section class="stack" aria-labelledby="t">
        <div class="stack-s">
          <h1 id="t">{t.heading}</h1>
          <p class="quiet">{t.text}</p>
        </div>
        {written && (
          <div class="sheet">
            <p>{t.kept}</p>
            <blockquote>
              <Prose text={written} />
            </blockquote>
          </div>
        )}
        <AskForm r={r} />
      </section>
    ),
  });
}

/** Too many tries; the same for every code as well. `seconds` to wait. */
export function tooManyPage(r: Reader, seconds: number): string {
  const t = care(r.locale).tooMany;
  return carePage({
    r: { ...r, path: "/c" },
    title: t.title,
    children: (
      <section class="sheet" aria-labelledby="t">
        <h1 id="t">{t.title}</h1>
        <p>{fill(t.text, { wait: waitText(seconds, r) })}</p>
      </section>
    ),
  });
}

/** Rounded up: nobody comes a second too early. */
export const waitText = (seconds: number, r: Reader): string =>
  span(Math.ceil(seconds / 60) * 60_000, r.locale);
