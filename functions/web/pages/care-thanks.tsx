/** After a complaint was sent: the code, what happens next and by when, and the way to add photos. */
import { deadline } from "../../shared/i18n/format.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { carePage } from "../components/care-shell.tsx";
import type { Reader } from "../models/view.ts";

export type Thanks = { caseId: string; respondDueAt: string; resolveDueAt: string };

export function thanksPage(r: Reader, of: Thanks): string {
  const t = care(r.locale).thanks;
  const stops = [
    { key: "respond", title: t.respond, dueAt: of.respondDueAt },
    { key: "resolve", title: t.resolve, dueAt: of.resolveDueAt },
  ];
  return carePage({
    r,
    title: t.title,
    children: (
      <>
        <section class="sheet" aria-labelledby="t">
          <h1 id="t">{t.heading}</h1>
          <dl class="facts">
            <div class="sum">
              <dt>{t.code}</dt>
              <dd>{of.caseId}</dd>
            </div>
          </dl>
          <p class="quiet">{t.keep}</p>
          <h2>{t.next}</h2>
          <ol class="road">
            <li class="done">
              <b>{t.received}</b>
            </li>
            {stops.map((stop, index) => (
              <li
                key={stop.key}
                class={index === 0 ? "now" : "next"}
                aria-current={index === 0 ? "step" : undefined}
              >
                <b>{stop.title}</b>
                <time dateTime={stop.dueAt}>{deadline(stop.dueAt, r.now, r.locale)}</time>
              </li>
            ))}
            <li class="next">
              <b>{t.follow}</b>
              <span>{t.followText}</span>
            </li>
          </ol>
        </section>
        <section
          class="sheet"
          aria-labelledby="p"
          data-photos-to={`/c/${of.caseId}/attachments`}
          data-sending={t.sending}
          data-done={t.sent}
          data-failed={t.failed}
        >
          <h2 id="p">{t.photos}</h2>
          <p class="quiet">{t.photosText}</p>
          <p class="hint" data-told role="status"></p>
          <p class="btns">
            <a class="btn btn-main" href={`/c/${of.caseId}/attachments`}>
              {t.photos}
            </a>
            <a class="btn" href={`/c/${of.caseId}`}>
              {t.status}
            </a>
            <a class="btn btn-bare" href="/c">
              {t.another}
            </a>
          </p>
        </section>
      </>
    ),
  });
}
