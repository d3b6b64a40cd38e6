/** The customer's photos without script: choose and upload, then put them into the case. */
import type { PostForm } from "../../file/bucket.ts";
import { BucketForm } from "../../file/pages.tsx";
import { fill } from "../../shared/i18n/messages.ts";
import { care } from "../../shared/i18n/sections/care.ts";
import { carePage } from "../components/care-shell.tsx";
import type { Reader } from "../models/view.ts";

/** `target` is null when no more fit; `count` so many may be there. */
export function photosPage(
  r: Reader,
  of: { caseId: string; target: PostForm | null; count: number },
): string {
  const t = care(r.locale).photos;
  const limits = fill(t.limits, { count: of.count });
  return carePage({
    r,
    title: t.title,
    children: (
      <>
        <Back r={r} caseId={of.caseId} />
        <section class="sheet" aria-labelledby="t">
          <h1 id="t">{t.title}</h1>
          {of.target ? (
            <BucketForm target={of.target} texts={{ choose: t.choose, upload: t.upload, limits }} />
          ) : (
            <p>{fill(t.full, { count: of.count })}</p>
          )}
        </section>
      </>
    ),
  });
}

/** After the upload: nothing has changed in the case yet. */
export function keepPhotoPage(
  r: Reader,
  of: { caseId: string; path: string; seal: string; problem: string | null },
): string {
  const t = care(r.locale).photos;
  return carePage({
    r,
    title: t.title,
    children: (
      <>
        <Back r={r} caseId={of.caseId} />
        <section class="sheet" aria-labelledby="t">
          <h1 id="t">{t.title}</h1>
          {of.problem ? (
            <p class="notice notice-late" role="alert">
              <b>{of.problem}</b>
            </p>
          ) : (
            <p>{t.arrived}</p>
          )}
          <form class="btns" method="post" action={of.path}>
            <input type="hidden" name="seal" value={of.seal} />
            {!of.problem && (
              <button class="btn btn-main" type="submit">
                {t.confirm}
              </button>
            )}
            <a class="btn" href={`/c/${of.caseId}/attachments`}>
              {t.again}
            </a>
          </form>
        </section>
      </>
    ),
  });
}

const Back = ({ r, caseId }: { r: Reader; caseId: string }) => (
  <p>
    <a href={`/c/${caseId}`}>
      {care(r.locale).photos.back} {caseId}
    </a>
  </p>
);
