/** The page of the link in the mail with the notice: the proposal, and whether the customer agrees. */
import type { CustomerLink } from "../../care/customer-link.ts";
import { deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { careAnswer } from "../../shared/i18n/sections/care-answer.ts";
import { Prose, When } from "../components/bits.tsx";
import { ConfirmForm, Hidden, type Refused } from "../components/care-confirm.tsx";
import { carePage } from "../components/care-shell.tsx";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type LinkView = { view: CustomerLink; action: string; refused?: Refused | undefined };

export function customerLinkPage(r: Reader, of: LinkView): string {
  const { view } = of;
  const { link, confirm, heading } = careAnswer(r.locale);
  const title = { open: link.title, decided: link.doneTitle, void: link.title, expired: link.late }[
    view.state
  ];
  return carePage({
    r,
    title,
    children: (
      <article class="sheet" aria-labelledby="t">
        <div>
          <p class="kicker">{view.caseId}</p>
          <h1 id="t">{view.state === "open" ? heading : title}</h1>
        </div>
        {of.refused && of.refused.form === null && (
          <p class="notice notice-warn" role="alert">
            <b>{of.refused.message}</b>
          </p>
        )}
        {view.notice && (view.state === "open" || view.state === "decided") && (
          <blockquote>
            <Prose text={view.notice} />
          </blockquote>
        )}
        {view.state === "open" && (
          <>
            <h2>{confirm.title}</h2>
            <p>{confirm.text}</p>
            <p class="hint">{fill(confirm.deadline, { deadline: deadline(view.dueAt, r.now, r.locale) })}</p>
            <ConfirmForm
              r={r}
              action={of.action}
              nonce={view.nonce}
              refused={of.refused?.form === "disagree" ? of.refused : undefined}
            />
          </>
        )}
        {view.state === "decided" && <p>{word(link, view.outcome)}</p>}
        {view.state === "decided" && view.endedAt && (
          <p class="quiet">
            <When at={view.endedAt} r={r} />
          </p>
        )}
        {view.state === "void" && <p>{link.voided}</p>}
        {view.state === "expired" && (
          <>
            <p>{link.lateText}</p>
            <form class="btns" method="post" action={of.action}>
              <Hidden nonce={view.nonce} />
              <button class="btn btn-main" type="submit" name="choice" value="fresh-link">
                {link.fresh}
              </button>
            </form>
          </>
        )}
        {view.state !== "open" && (
          <p class="btns">
            <a class="btn" href={`/c/${view.caseId}`}>
              {link.status}
            </a>
          </p>
        )}
      </article>
    ),
  });
}

/** A fresh link is on its way. */
export function freshCustomerLinkPage(r: Reader): string {
  const { link } = careAnswer(r.locale);
  return carePage({
    r,
    title: link.late,
    children: (
      <section class="sheet" aria-labelledby="t">
        <h1 id="t">{link.freshSent}</h1>
      </section>
    ),
  });
}
