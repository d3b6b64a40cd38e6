/** The page of the quiet hours: what they do, and the two times. */
import type { QuietWindow } from "../../message/quiet-rules.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { reminderTexts } from "../../shared/i18n/sections/reminders.ts";
import { Field, type FormState, Oops } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Problem } from "../models/reception-form.ts";
import type { Reader } from "../models/view.ts";

export type QuietPage = {
  values: QuietWindow;
  /** Which version they are changed from. */
  version: number;
  problems: Problem[];
  message?: string;
  saved: boolean;
};

export function quietHoursPage(r: Reader, { values, version, problems, message, saved }: QuietPage): string {
  const t = reminderTexts(r.locale).quiet;
  const form: FormState = { r, problems };
  return page({
    r,
    title: t.title,
    here: "policies",
    narrow: true,
    children: (
      <>
        {saved && (
          <p class="notice" role="status">
            {t.saved}
          </p>
        )}
        <Oops form={form} {...(message === undefined ? {} : { message })} />
        <div class="head">
          <p class="kicker">
            <a href="/policies">{t.all}</a>
          </p>
          <h1>{t.title}</h1>
          <p class="kicker">{version === 0 ? t.never : fill(t.version, { n: version })}</p>
        </div>
        <form class="sheet" method="post" action="/policies/quiet-hours">
          <p>{t.about}</p>
          <p class="quiet">{t.exempt}</p>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <input type="hidden" name="version" value={String(version)} />
          <Field form={form} name="from" label={t.from} value={values.from} type="time" hint={t.hint} />
          <Field form={form} name="to" label={t.to} value={values.to} type="time" />
          <div class="btns">
            <button class="btn btn-main" type="submit">
              {t.save}
            </button>
          </div>
        </form>
      </>
    ),
  });
}
