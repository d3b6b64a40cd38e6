/** The page by which a customer wants no more reminders. It names nobody: a link may be read by others. */
import type { MessageChannel } from "../../customer/model.ts";
import { customerTexts } from "../../shared/i18n/sections/customers.ts";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

export function optOutPage(r: Reader, of: { link: string; channel: MessageChannel; done: boolean }): string {
  const { out: t } = customerTexts(r.locale);
  const title = of.done ? t.doneTitle : t.ask[of.channel];
  return page({
    r,
    title,
    kind: "link",
    narrow: true,
    children: (
      <section class="sheet" aria-labelledby="what">
        <h1 id="what">{title}</h1>
        {of.done ? (
          <p role="status">{t.done}</p>
        ) : (
          <>
            <p>{t.text}</p>
            <form class="btns" method="post" action={`/o/${of.link}`}>
              <button class="btn btn-main" type="submit">
                {t.press}
              </button>
            </form>
          </>
        )}
      </section>
    ),
  });
}
