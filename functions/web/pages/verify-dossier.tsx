/** Verifying a dossier: a file goes in, what was found comes out. */
import type { JSX } from "preact";
import { fill } from "../../shared/i18n/messages.ts";
import { archiveTexts } from "../../shared/i18n/sections/archive.ts";
import { Fact } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

export type Found = {
  valid: boolean;
  caseId: string | null;
  events: number;
  problems: { code: string; message: string }[];
};

export function verifyPage(r: Reader, of: { found: Found | null; problem: string | null }): string {
  const t = archiveTexts(r.locale).verify;
  return page({
    r,
    title: t.title,
    narrow: true,
    children: (
      <>
        <h1>{t.title}</h1>
        {of.found && <Result r={r} found={of.found} />}
        <section class="sheet" aria-labelledby="choose">
          <h2 id="choose">{t.file}</h2>
          <p>{t.lead}</p>
          <form class="stack-s" method="post" action="/dossiers/verify" encType="multipart/form-data">
            <input type="hidden" name="csrf" value={r.csrf ?? ""} />
            <div class={of.problem ? "field bad" : "field"}>
              <label for="file">{t.choose}</label>
              <p class="hint" id="file-h">
                {t.hint}
              </p>
              {of.problem && (
                <p class="error" id="file-e">
                  <span class="hidden">{r.t.web.form.error}</span>
                  {of.problem}
                </p>
              )}
              <input
                class="input"
                id="file"
                type="file"
                name="file"
                accept=".zip,application/zip"
                aria-describedby={of.problem ? "file-e file-h" : "file-h"}
                aria-invalid={of.problem ? "true" : undefined}
                required
              />
            </div>
            <div class="btns">
              <button class="btn btn-main" type="submit">
                {t.button}
              </button>
            </div>
          </form>
        </section>
      </>
    ),
  });
}

function Result({ r, found }: { r: Reader; found: Found }): JSX.Element {
  const t = archiveTexts(r.locale).verify;
  return (
    <section class="sheet" aria-labelledby="result" role="status">
      <h2 id="result">{found.valid ? t.valid : t.invalid}</h2>
      {found.caseId && (
        <dl class="facts">
          <Fact label={t.caseId}>
            <bdi>{found.caseId}</bdi>
          </Fact>
          <Fact label={t.events}>{fill(t.eventsOf, { n: found.events })}</Fact>
        </dl>
      )}
      {found.problems.length > 0 && (
        <>
          <h3>{t.problems}</h3>
          <ul>
            {found.problems.map((one) => (
              <li key={one.code + one.message}>
                <bdi>{one.message}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
