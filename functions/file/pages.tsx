/** The two pages for browsers without script: choose and upload, then name and confirm. */
import type { JSX } from "preact";
import { page } from "../web/components/layout.tsx";
import type { Reader } from "../web/models/view.ts";
import type { PostForm } from "./bucket.ts";
import { FILE_TYPES } from "./rules.ts";

const casePath = (caseId: string): string => `/cases/${encodeURIComponent(caseId)}`;

const Back = ({ r, caseId }: { r: Reader; caseId: string }): JSX.Element => (
  <p>
    <a href={casePath(caseId)}>
      {r.t.file.back} {caseId}
    </a>
  </p>
);

/** The form that goes straight to the bucket. */
export const BucketForm = ({
  target,
  texts,
}: {
  target: PostForm;
  texts: { choose: string; limits: string; upload: string };
}): JSX.Element => (
  <form class="stack-s" method="post" action={target.url} encType="multipart/form-data">
    {Object.entries(target.fields).map(([name, value]) => (
      <input key={name} type="hidden" name={name} value={value} />
    ))}
    <div class="field">
      <label for="file">{texts.choose}</label>
      <p class="hint" id="file-h">
        {texts.limits}
      </p>
      {/* S3 reads nothing behind the file, so it comes last. */}
      <input
        class="input"
        id="file"
        type="file"
        name="file"
        accept={FILE_TYPES.join(",")}
        aria-describedby="file-h"
        required
      />
    </div>
    <div class="btns">
      <button class="btn btn-main" type="submit">
        {texts.upload}
      </button>
    </div>
  </form>
);

/** `target` is null when no more files fit. */
export function uploadPage(r: Reader, caseId: string, target: PostForm | null): string {
  const { file } = r.t;
  return page({
    r,
    title: file.title,
    narrow: true,
    children: (
      <>
        <Back r={r} caseId={caseId} />
        <section class="sheet" aria-labelledby="what">
          <h1 id="what">{file.title}</h1>
          {target ? (
            <>
              <p>{file.intro}</p>
              <BucketForm target={target} texts={file} />
            </>
          ) : (
            <p>{file.full}</p>
          )}
        </section>
      </>
    ),
  });
}

/** After the upload: nothing has changed in the case yet. */
export function confirmPage(
  r: Reader,
  of: { caseId: string; path: string; seal: string; name: string; problem: string | null },
): string {
  const { file, web } = r.t;
  return page({
    r,
    title: file.confirmTitle,
    narrow: true,
    children: (
      <>
        <Back r={r} caseId={of.caseId} />
        <section class="sheet" aria-labelledby="what">
          <h1 id="what">{file.confirmTitle}</h1>
          <p>{file.arrived}</p>
          <form class="stack-s" method="post" action={of.path}>
            <input type="hidden" name="csrf" value={r.csrf ?? ""} />
            <input type="hidden" name="seal" value={of.seal} />
            <div class={of.problem ? "field bad" : "field"}>
              <label for="name">{file.name}</label>
              <p class="hint" id="name-h">
                {file.nameHint}
              </p>
              {of.problem && (
                <p class="error" id="name-e">
                  <span class="hidden">{web.form.error}</span>
                  {of.problem}
                </p>
              )}
              <input
                class="input"
                id="name"
                name="name"
                value={of.name}
                maxLength={100}
                aria-describedby={of.problem ? "name-e name-h" : "name-h"}
                aria-invalid={of.problem ? "true" : undefined}
                autocomplete="off"
              />
            </div>
            <div class="btns">
              <button class="btn btn-main" type="submit">
                {file.confirm}
              </button>
              <a class="btn" href={`${casePath(of.caseId)}/attachments`}>
                {file.again}
              </a>
            </div>
          </form>
        </section>
      </>
    ),
  });
}
