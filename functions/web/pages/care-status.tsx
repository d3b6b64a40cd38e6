/** The customer's own case: where it stands, what was said, and what he can do now. */
import type { JSX } from "preact";
import type { CustomerCase } from "../../care/customer-view.ts";
import { deadline } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { careAnswer } from "../../shared/i18n/sections/care-answer.ts";
import { Prose, Sheet, When } from "../components/bits.tsx";
import { ConfirmForm, Hidden, type Refused, Words } from "../components/care-confirm.tsx";
import { carePage } from "../components/care-shell.tsx";
import { categoryText } from "../models/care-form.ts";
import { headingOf, roadOf } from "../models/care-road.ts";
import { word } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

/** What came of the last press. */
export const CARE_TOLD = ["answered", "confirmed", "disagreed", "reopened", "attached"] as const;
export type CareTold = (typeof CARE_TOLD)[number];

export type StatusPage = { view: CustomerCase; nonce: string; told?: CareTold | null; refused?: Refused };

const pathOf = (view: CustomerCase): string => `/c/${view.caseId}`;

export function statusPage(r: Reader, of: StatusPage): string {
  const { view } = of;
  const t = care(r.locale).status;
  const told = of.told ? word(t.told, of.told) : "";
  return carePage({
    r,
    title: fill(t.title, { caseId: view.caseId }),
    children: (
      <>
        {told && (
          <p class="notice" role="status">
            <b>{told}</b>
          </p>
        )}
        {of.refused && of.refused.form === null && (
          <div class="notice notice-warn" role="alert">
            <b>{of.refused.message}</b>
            {of.refused.written && (
              <blockquote>
                <Prose text={of.refused.written} />
              </blockquote>
            )}
          </div>
        )}
        <article class="sheet" aria-labelledby="t">
          <div>
            <p class="kicker">
              {fill(t.kicker, { caseId: view.caseId, category: categoryText(view.category, r) })}
            </p>
            <h1 id="t">{headingOf(view, r)}</h1>
          </div>
          <Answer r={r} of={of} />
          <Confirm r={r} of={of} />
          <Road r={r} view={view} />
          <Reopen r={r} of={of} />
        </article>
        <Talk r={r} view={view} />
        <Photos r={r} view={view} />
      </>
    ),
  });
}

function Road({ r, view }: { r: Reader; view: CustomerCase }): JSX.Element {
  const t = care(r.locale).status.road;
  return (
    <ol class="road" aria-label={t.label}>
      {roadOf(view, r).map((stop) => (
        <li key={stop.key} class={stop.state} aria-current={stop.state === "now" ? "step" : undefined}>
          <b>{stop.title}</b>
          <span class="hidden">{` ${r.t.web.a11y[stop.state]} `}</span>
          {stop.note && <span>{stop.note}</span>}
          {stop.at ? (
            <When at={stop.at} r={r} />
          ) : stop.dueAt ? (
            <time dateTime={stop.dueAt}>{deadline(stop.dueAt, r.now, r.locale)}</time>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

const refusedIn = (of: StatusPage, form: Refused["form"]): Refused | undefined =>
  of.refused?.form === form ? of.refused : undefined;

/** Our last question, and his answer. */
function Answer({ r, of }: { r: Reader; of: StatusPage }): JSX.Element | null {
  const { view } = of;
  if (!view.canAnswer) return null;
  const t = care(r.locale).status.answer;
  const question = view.messages.findLast((one) => one.from === "us");
  return (
    <section class="stack-s" aria-labelledby="answer-t">
      <h2 id="answer-t">{t.title}</h2>
      {question && (
        <blockquote>
          <Prose text={question.text} />
        </blockquote>
      )}
      <form class="stack-s" method="post" action={pathOf(view)}>
        <Hidden nonce={of.nonce} />
        <Words
          r={r}
          id="message"
          name="message"
          label={t.label}
          hint={t.hint}
          refused={refusedIn(of, "message")}
        />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.button}
          </button>
        </div>
      </form>
    </section>
  );
}

/** The notice, and whether he agrees. */
function Confirm({ r, of }: { r: Reader; of: StatusPage }): JSX.Element | null {
  const { view } = of;
  if (!view.canConfirm) return null;
  const t = careAnswer(r.locale).confirm;
  const notice = view.messages.findLast((one) => one.from === "us");
  return (
    <section class="stack-s" aria-labelledby="confirm-t">
      {notice && (
        <blockquote>
          <Prose text={notice.text} />
        </blockquote>
      )}
      <h2 id="confirm-t">{t.title}</h2>
      <p>{t.text}</p>
      {view.confirmBy && (
        <p class="hint">{fill(t.deadline, { deadline: deadline(view.confirmBy, r.now, r.locale) })}</p>
      )}
      <ConfirmForm r={r} action={pathOf(view)} nonce={of.nonce} refused={refusedIn(of, "disagree")} />
    </section>
  );
}

function Reopen({ r, of }: { r: Reader; of: StatusPage }): JSX.Element | null {
  const { view } = of;
  if (!view.canReopen || !view.reopenUntil) return null;
  const t = care(r.locale).status.reopen;
  const refused = refusedIn(of, "reopen");
  return (
    <details class="why" open={refused !== undefined}>
      <summary class="btn">{t.open}</summary>
      <form class="say" method="post" action={pathOf(view)}>
        <Hidden nonce={of.nonce} />
        <Words
          r={r}
          id="again"
          name="comment"
          label={t.label}
          hint={fill(t.hint, {
            days: view.reopenDays,
            until: deadline(view.reopenUntil, r.now, r.locale),
          })}
          refused={refused}
        />
        <div class="btns">
          <button class="btn btn-main" type="submit" name="choice" value="reopen">
            {t.button}
          </button>
        </div>
      </form>
    </details>
  );
}

/** The complaint and everything said since, newest first. */
function Talk({ r, view }: { r: Reader; view: CustomerCase }): JSX.Element {
  const t = care(r.locale).status;
  const said = [
    ...(view.description === null
      ? []
      : [{ at: view.receivedAt, from: "customer" as const, text: view.description, first: true }]),
    ...view.messages.map((one) => ({ ...one, first: false })),
  ].toReversed();
  return (
    <Sheet id="talk" title={t.talk}>
      {view.messages.length === 0 && <p class="quiet small">{t.none}</p>}
      <ol class="stack-s">
        {said.map((one, index) => (
          <li key={`${index}${one.at}`} class={one.from === "us" ? "outer" : "outer outer-in"}>
            <p class="to">
              <span>{one.from === "us" ? t.us : one.first ? t.yours : t.you}</span>
              <When at={one.at} r={r} />
            </p>
            <p>
              <Prose text={one.text} />
            </p>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}

function Photos({ r, view }: { r: Reader; view: CustomerCase }): JSX.Element | null {
  const t = care(r.locale).status;
  if (view.room <= 0 && view.attachments.length === 0) return null;
  return (
    <Sheet id="photos" title={t.photos}>
      {view.attachments.length === 0 ? (
        <p class="quiet small">{t.noPhotos}</p>
      ) : (
        <ul class="files">
          {view.attachments.map((one) => (
            <li key={`${one.at}${one.name}`}>
              <bdi>{one.name}</bdi>{" "}
              <small class="quiet">
                <When at={one.at} r={r} />
              </small>
            </li>
          ))}
        </ul>
      )}
      {view.room > 0 && (
        <p class="btns">
          <a class="btn" href={`${pathOf(view)}/attachments`}>
            {t.add}
          </a>
        </p>
      )}
    </Sheet>
  );
}
