/** Customers from a file: what it has to be, where it goes, what is wrong with it, and entering it. */
import type { JSX } from "preact";
import { ENCODINGS } from "../../customer/encodings.ts";
import { COLUMNS, REQUIRED, type Problem as RowProblem } from "../../customer/import-rules.ts";
import type { ImportRecord } from "../../customer/import-store.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { customerTexts } from "../../shared/i18n/sections/customers.ts";
import { importProblemTexts } from "../../shared/i18n/sections/import-problems.ts";
import { Fact, Scroll, Sheet } from "../components/bits.tsx";
import { page } from "../components/layout.tsx";
import { count } from "../models/text.ts";
import type { Reader } from "../models/view.ts";

const pathOf = (importId: string): string => `/customers/imports/${encodeURIComponent(importId)}`;

const Refused = ({ text }: { text: string | null }): JSX.Element | null =>
  text === null ? null : (
    <p class="notice notice-late" role="alert">
      {text}
    </p>
  );

export function importStartPage(r: Reader, refused: string | null): string {
  const t = customerTexts(r.locale);
  return page({
    r,
    title: t.imports.title,
    here: "customers",
    narrow: true,
    children: (
      <>
        <div class="head">
          <h1>{t.imports.title}</h1>
          <p class="kicker">{t.imports.intro}</p>
        </div>
        <Refused text={refused} />
        <Sheet id="columns" title={t.imports.columns}>
          <dl class="facts">
            {COLUMNS.map((one) => (
              <Fact key={one} label={one}>
                {t.imports.meanings[one]}
                {REQUIRED.includes(one) && (
                  <>
                    {" "}
                    <span class="tag tag-plain">{t.imports.required}</span>
                  </>
                )}
              </Fact>
            ))}
          </dl>
          <p class="hint">{t.imports.hint}</p>
          <form class="btns" method="post" action="/customers/imports">
            <input type="hidden" name="csrf" value={r.csrf ?? ""} />
            <button class="btn btn-main" type="submit">
              {t.imports.start}
            </button>
            <a class="btn" href="/api/customers?format=csv">
              {t.csv}
            </a>
            <a class="btn btn-bare" href="/customers">
              {t.back}
            </a>
          </form>
        </Sheet>
      </>
    ),
  });
}

export type ImportPage = {
  record: ImportRecord;
  problems: RowProblem[];
  /** The file goes there still; null once the form is too old or the file is there. */
  form: ImportRecord["form"] | null;
  refused: string | null;
};

export function importPage(r: Reader, of: ImportPage): string {
  const { imports: t } = customerTexts(r.locale);
  const { record } = of;
  return page({
    r,
    title: t.title,
    here: "customers",
    children: (
      <>
        <div class="head">
          <h1>{t.title}</h1>
          {record.name && (
            <p class="kicker">
              <bdi>{record.name}</bdi>
            </p>
          )}
        </div>
        <Refused text={of.refused} />
        {record.status === "applied" ? (
          <Done r={r} record={record} />
        ) : (
          <>
            {of.form && <Upload r={r} form={of.form} />}
            <Check r={r} record={record} />
            {record.check && <Result r={r} of={of} check={record.check} />}
          </>
        )}
      </>
    ),
  });
}

function Upload({ r, form }: { r: Reader; form: NonNullable<ImportRecord["form"]> }): JSX.Element {
  const { imports: t } = customerTexts(r.locale);
  return (
    <Sheet id="upload" title={t.upload}>
      <form class="stack-s" method="post" action={form.url} encType="multipart/form-data">
        {Object.entries(form.fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div class="field">
          <label for="file">{t.choose}</label>
          <p class="hint" id="file-h">
            {t.limits}
          </p>
          {/* S3 reads nothing behind the file, so it comes last. */}
          <input
            class="input"
            id="file"
            type="file"
            name="file"
            accept=".csv,.xlsx"
            aria-describedby="file-h"
            required
          />
        </div>
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.upload}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function Check({ r, record }: { r: Reader; record: ImportRecord }): JSX.Element {
  const { imports: t } = customerTexts(r.locale);
  const chosen = record.check?.encoding ?? "utf-8";
  return (
    <Sheet id="check" title={record.check ? t.again : t.check}>
      <p class="hint">{t.uploaded}</p>
      <form class="stack-s" method="post" action={`${pathOf(record.importId)}/check`}>
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <div class="field">
          <label for="encoding">{t.encoding}</label>
          <select id="encoding" name="encoding">
            {ENCODINGS.map((one) => (
              <option key={one} value={one} selected={one === chosen}>
                {t.encodings[one]}
              </option>
            ))}
          </select>
        </div>
        <div class="btns">
          <button class={record.check ? "btn" : "btn btn-main"} type="submit">
            {record.check ? t.again : t.check}
          </button>
          <a class="btn btn-bare" href="/customers/import">
            {t.fresh}
          </a>
        </div>
      </form>
    </Sheet>
  );
}

function Result({
  r,
  of,
  check,
}: {
  r: Reader;
  of: ImportPage;
  check: NonNullable<ImportRecord["check"]>;
}): JSX.Element {
  const { imports: t } = customerTexts(r.locale);
  return (
    <Sheet id="result" title={t.result}>
      <div class="tally">
        {(["rows", "create", "update", "unchanged"] as const).map((name) => (
          <div key={name}>
            <b>{check[name].toLocaleString("en")}</b>
            {t[name]}
          </div>
        ))}
      </div>
      {check.problems === 0 ? (
        <form class="stack-s" method="post" action={`${pathOf(of.record.importId)}/apply`}>
          <p class="notice">{t.noProblems}</p>
          <input type="hidden" name="csrf" value={r.csrf ?? ""} />
          <div class="btns">
            <button class="btn btn-main" type="submit">
              {t.apply}
            </button>
          </div>
        </form>
      ) : (
        <Problems r={r} problems={of.problems} all={check.problems} />
      )}
    </Sheet>
  );
}

function Problems({ r, problems, all }: { r: Reader; problems: RowProblem[]; all: number }): JSX.Element {
  const { imports: t } = customerTexts(r.locale);
  const texts = importProblemTexts(r.locale);
  return (
    <>
      <p class="notice notice-late">
        <b>{count(t.problems, all)}</b>
        {all > problems.length && ` ${fill(t.shown, { n: problems.length })}`}
      </p>
      <Scroll label={t.result}>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">{t.where}</th>
              <th scope="col">{t.column}</th>
              <th scope="col">{t.what}</th>
            </tr>
          </thead>
          <tbody>
            {problems.map((one, index) => (
              <tr key={index}>
                <td class="nowrap">{one.row === 0 ? t.file : fill(t.row, { n: one.row })}</td>
                <td>
                  <bdi>{one.column ?? ""}</bdi>
                </td>
                <td>{texts[one.code]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Done({ r, record }: { r: Reader; record: ImportRecord }): JSX.Element {
  const { imports: t } = customerTexts(r.locale);
  const { create = 0, update = 0, unchanged = 0 } = record.check ?? {};
  return (
    <section class="sheet" aria-label={t.result}>
      <p class="notice" role="status">
        {fill(t.done, { create, update, unchanged })}
      </p>
      <div class="btns">
        <a class="btn btn-main" href="/customers">
          {t.toList}
        </a>
        <a class="btn" href="/customers/import">
          {t.fresh}
        </a>
      </div>
    </section>
  );
}
