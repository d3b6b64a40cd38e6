/** What a person sets for himself: the address of his calendar. */
import type { JSX } from "preact";
import { reminderTexts } from "../../shared/i18n/sections/reminders.ts";
import { Sheet } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

export type Told = "renewed" | "stopped" | null;

export function settingsPage(r: Reader, of: { url: string | null; told: Told }): string {
  const t = reminderTexts(r.locale).settings;
  return page({
    r,
    title: t.title,
    narrow: true,
    children: (
      <>
        {of.told && (
          <p class="notice" role="status">
            {t[of.told]}
          </p>
        )}
        <div class="head">
          <h1>{t.title}</h1>
        </div>
        <Sheet id="calendar" title={t.calendar}>
          <p>{t.about}</p>
          {of.url === null ? <p class="quiet">{t.off}</p> : <Address r={r} url={of.url} />}
          <form class="btns" method="post" action="/settings/calendar-feed">
            <input type="hidden" name="csrf" value={r.csrf ?? ""} />
            <button class={of.url === null ? "btn btn-main" : "btn"} name="act" value="renew" type="submit">
              {of.url === null ? t.start : t.renew}
            </button>
            {of.url !== null && (
              <button class="btn" name="act" value="stop" type="submit">
                {t.stop}
              </button>
            )}
          </form>
        </Sheet>
      </>
    ),
  });
}

function Address({ r, url }: { r: Reader; url: string }): JSX.Element {
  const t = reminderTexts(r.locale).settings;
  return (
    <>
      <p class="quiet">{t.secret}</p>
      <div class="field">
        <label for="feed">{t.url}</label>
        <input id="feed" class="input" type="text" value={url} readOnly dir="ltr" />
      </div>
      <p>
        <button class="btn btn-main" type="button" data-copy="feed" data-done={t.copied} hidden>
          {t.copy}
        </button>
      </p>
    </>
  );
}
