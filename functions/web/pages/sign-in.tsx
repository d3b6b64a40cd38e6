/** The way in: one button to the company's own sign-in. */
import { signInTexts } from "../../shared/i18n/sections/sign-in.ts";
import { Mark } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

/** `to`: where to go afterwards. `problem`: what went wrong the last time. */
export function signInPage(r: Reader, to: string, problem?: "failed" | "unknown"): string {
  const signIn = signInTexts(r.locale);
  return page({
    r,
    title: signIn.title,
    kind: "visitor",
    narrow: "page-gate",
    children: (
      <section class="sheet gate" aria-labelledby="in">
        <Mark />
        <h1 id="in">{signIn.heading}</h1>
        {problem && (
          <p class="notice notice-late" role="alert">
            {signIn[problem]}
          </p>
        )}
        <p>{signIn.lead}</p>
        <div class="btns">
          <a
            class="btn btn-main"
            href={to === "/" ? "/auth/login" : `/auth/login?to=${encodeURIComponent(to)}`}
          >
            {r.t.web.signIn}
          </a>
        </div>
        <p class="hint">{signIn.note}</p>
        <p class="hint">{signIn.fromMail}</p>
      </section>
    ),
  });
}
