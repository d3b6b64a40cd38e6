/** The page of the link about an appointment: when, where and who, and what the customer says to it. */
import type { AppointmentLink } from "../../follow-up/appointment-answer.ts";
import { dated } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { appointmentLink } from "../../shared/i18n/sections/appointment-link.ts";
import { Hidden } from "../components/care-confirm.tsx";
import { carePage } from "../components/care-shell.tsx";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

export type AppointmentPage = { view: AppointmentLink; action: string; refused?: string | undefined };

export function appointmentPage(r: Reader, { view, action, refused }: AppointmentPage): string {
  const t = appointmentLink(r.locale);
  const title = view.state === "expired" ? t.late : t.title[view.mode];
  return carePage({
    r,
    title,
    children: (
      <article class="sheet" aria-labelledby="t">
        <p class="kicker">{view.caseId}</p>
        <h1 id="t">{title}</h1>
        {refused && (
          <p class="notice notice-warn" role="alert">
            <b>{refused}</b>
          </p>
        )}
        {view.state !== "void" && (
          <>
            <p>
              <b>{dated(view.at, r.now, r.locale)}</b>
            </p>
            <p>{fill(view.mode === "visit" ? t.visitor : t.caller, { name: view.visitor })}</p>
            {view.place && view.mode === "visit" && <p>{fill(t.place, { place: view.place })}</p>}
          </>
        )}
        {view.state === "open" && <Answers r={r} action={action} nonce={view.nonce} />}
        {view.state === "decided" && <p>{word(t.answers, view.outcome)}</p>}
        {view.state === "void" && <p>{t.voided}</p>}
        {view.state === "expired" && (
          <form class="btns" method="post" action={action}>
            <Hidden nonce={view.nonce} />
            <button class="btn btn-main" type="submit" name="choice" value="fresh-link">
              {t.fresh}
            </button>
          </form>
        )}
      </article>
    ),
  });
}

function Answers({ r, action, nonce }: { r: Reader; action: string; nonce: string }) {
  const t = appointmentLink(r.locale);
  return (
    <>
      <form class="btns" method="post" action={action}>
        <Hidden nonce={nonce} />
        <button class="btn btn-main" type="submit" name="choice" value="confirm">
          {t.confirm}
        </button>
      </form>
      <details class="why">
        <summary class="btn">{t.other}</summary>
        <form class="say" method="post" action={action}>
          <Hidden nonce={nonce} />
          <div class="field">
            <label for="at">{t.otherAt}</label>
            <input id="at" type="datetime-local" name="at" required />
          </div>
          <div class="btns">
            <button class="btn btn-main" type="submit" name="choice" value="propose-other">
              {t.propose}
            </button>
          </div>
        </form>
      </details>
      <details class="why">
        <summary class="btn btn-no">{t.declineOpen}</summary>
        <form class="say" method="post" action={action}>
          <Hidden nonce={nonce} />
          <div class="field">
            <label for="comment">{t.comment}</label>
            <textarea id="comment" name="comment" rows={3} maxLength={1000} />
          </div>
          <div class="btns">
            <button class="btn btn-no-main" type="submit" name="choice" value="decline">
              {t.decline}
            </button>
          </div>
        </form>
      </details>
    </>
  );
}

/** A fresh link is on its way. */
export const freshAppointmentPage = (r: Reader): string => {
  const t = appointmentLink(r.locale);
  return carePage({
    r,
    title: t.late,
    children: (
      <section class="sheet" aria-labelledby="t">
        <h1 id="t">{t.freshSent}</h1>
      </section>
    ),
  });
};
