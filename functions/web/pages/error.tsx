/** Refusals for people: what happened and what to do now. */
import type { Refusal } from "../../shared/errors.ts";
import { when } from "../../shared/i18n/format.ts";
import { fill, refusalMessage } from "../../shared/i18n/messages.ts";
import { Prose } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/**
 * A page for a refusal. `to`: the page that was wanted, for the way back after signing in. `written`: what was typed
 * into a form that could not be taken, so that it is not lost.
 */
export function errorPage(r: Reader, refusal: Refusal, to?: string, written = ""): string {
  const { errors, signIn } = r.t.web;
  const status = String(refusal.status);
  const known = Object.hasOwn(errors.titles, status) ? status : "500";
  const title = word(errors.titles, known);
  const message = refusalMessage(refusal.code, r.locale);
  return page({
    r,
    title,
    kind: r.csrf ? "staff" : "visitor",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{title}</h1>
        {message.replace(/[。.]$/, "") !== title && <p>{message}</p>}
        <p class="quiet">{word(errors.what, known)}</p>
        {written && (
          <>
            <p>{r.t.web.decide.kept}</p>
            <blockquote>
              <Prose text={written} />
            </blockquote>
          </>
        )}
        {refusal.status >= 500 && (
          <p class="hint">{fill(errors.reference, { time: when(r.now, r.now, r.locale) })}</p>
        )}
        <div class="btns">
          {refusal.status === 401 ? (
            <a
              class="btn btn-main"
              href={to && to !== "/" ? `/auth/login?to=${encodeURIComponent(to)}` : "/auth/login"}
            >
              {signIn}
            </a>
          ) : (
            <a class="btn btn-main" href="/">
              {errors.back}
            </a>
          )}
        </div>
      </section>
    ),
  });
}

/** The page of a link that is not known: the same bytes for every id, so it tells nothing. */
export function unknownLinkPage(r: Reader): string {
  const { link } = r.t.web;
  return page({
    r: { ...r, path: "/" },
    title: link.unknownTitle,
    kind: "link",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{link.unknownTitle}</h1>
        <p>{link.unknown}</p>
      </section>
    ),
  });
}
