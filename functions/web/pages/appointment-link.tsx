/** The page of the link about an appointment: when, where and who, and what the customer says to it. */
import type { JSX } from "preact";
import type { AppointmentLink } from "../../follow-up/appointment-answer.ts";
import { dated } from "../../shared/i18n/format.ts";
import { appointmentLink } from "../../shared/i18n/sections/appointment-link.ts";
import { Fact } from "../components/bits.tsx";
import { Hidden } from "../components/care-confirm.tsx";
import { carePage } from "../components/care-shell.tsx";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** What a customer fills in. */
export const FIELDS = ["at", "comment"] as const;

/** A press that was refused: why, at which field, and what stood in them. */
export type RefusedAnswer = {
  field: (typeof FIELDS)[number] | null;
  message: string;
  at: string;
  comment: string;
};

export type AppointmentPage = { view: AppointmentLink; action: string; refused?: RefusedAnswer | undefined };

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
        {refused && refused.field === null && (
          <p class="notice notice-warn" role="alert">
            <b>{refused.message}</b>
          </p>
        )}
        {view.state === "decided" && (
          <p class="notice" role="status">
            {word(t.answers, view.outcome)}
          </p>
        )}
        {view.state !== "void" && (
          <dl class="facts">
            <Fact label={view.outcome === "proposed" ? t.before : t.time}>
              <b>{dated(view.at, r.now, r.locale)}</b>
            </Fact>
            <Fact label={view.mode === "visit" ? t.visitor : t.caller}>
              <bdi>{view.visitor}</bdi>
            </Fact>
            {view.place && view.mode === "visit" && (
              <Fact label={t.place}>
                <bdi>{view.place}</bdi>
              </Fact>
            )}
          </dl>
        )}
        {view.state === "open" && <Answers r={r} action={action} nonce={view.nonce} refused={refused} />}
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

function Answers({
  r,
  action,
  nonce,
  refused,
}: {
  r: Reader;
  action: string;
  nonce: string;
  refused: RefusedAnswer | undefined;
}): JSX.Element {
  const t = appointmentLink(r.locale);
  const wrong = (field: (typeof FIELDS)[number]) => (refused?.field === field ? refused.message : null);
  const [at, comment] = [wrong("at"), wrong("comment")];
  return (
    <>
      <form class="btns" method="post" action={action}>
        <Hidden nonce={nonce} />
        <button class="btn btn-main" type="submit" name="choice" value="confirm">
          {t.confirm}
        </button>
      </form>
      <details class="why" open={at !== null}>
        <summary class="btn">{t.other}</summary>
        <form class="say" method="post" action={action}>
          <Hidden nonce={nonce} />
          <div class={at ? "field bad" : "field"}>
            <label for="at">{t.otherAt}</label>
            <Wrong r={r} id="at-e" message={at} />
            <input
              id="at"
              class="input"
              type="datetime-local"
              name="at"
              value={refused?.at}
              required
              aria-invalid={at ? "true" : undefined}
              aria-describedby={at ? "at-e" : undefined}
            />
          </div>
          <div class="btns">
            <button class="btn btn-main" type="submit" name="choice" value="propose-other">
              {t.propose}
            </button>
          </div>
        </form>
      </details>
      <details class="why" open={comment !== null}>
        <summary class="btn btn-no">{t.declineOpen}</summary>
        <form class="say" method="post" action={action}>
          <Hidden nonce={nonce} />
          <div class={comment ? "field bad" : "field"}>
            <label for="comment">{t.comment}</label>
            <Wrong r={r} id="comment-e" message={comment} />
            <textarea
              id="comment"
              name="comment"
              rows={3}
              maxLength={1000}
              aria-invalid={comment ? "true" : undefined}
              aria-describedby={comment ? "comment-e" : undefined}
            >
              {refused?.comment}
            </textarea>
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

const Wrong = ({ r, id, message }: { r: Reader; id: string; message: string | null }): JSX.Element | null =>
  message === null ? null : (
    <p class="error" id={id} role="alert">
      <span class="hidden">{r.t.web.form.error}</span>
      {message}
    </p>
  );

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
