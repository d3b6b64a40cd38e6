/** The investigation report: for its recipient by link with the receipt, and for the desk with the list of recipients. */
import type { JSX } from "preact";
import { type Disposition, INVESTIGATION_FIELDS, type Investigation } from "../../complaint/model.ts";
import type { Person } from "../../directory/model.ts";
import { money } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { reportReadTexts } from "../../shared/i18n/sections/report-read.ts";
import { Fact, Prose, Scroll, Sheet, When } from "../components/bits.tsx";
import { Choices } from "../components/fields.tsx";
import { page } from "../components/layout.tsx";
import type { Reader } from "../models/view.ts";

export type Report = { investigation: Investigation; disposition: Disposition | null };

/** Where a receipt goes, or when it came; null where nothing is asked any more. */
export type Receipt =
  | { state: "open"; action: string; hidden: Record<string, string> }
  | { state: "read"; at: string }
  | { state: "over" };

export function readLinkPage(
  r: Reader,
  of: { caseId: string; report: Report | null; receipt: Receipt },
): string {
  const title = fill(reportReadTexts(r.locale).title, { caseId: of.caseId });
  return page({
    r,
    title,
    kind: "link",
    narrow: true,
    children: (
      <>
        <h1>{title}</h1>
        <ReportSheet r={r} report={of.report} />
        <ReceiptOf r={r} receipt={of.receipt} />
      </>
    ),
  });
}

export type Recipient = { name: string; sentAt: string; readAt: string | null; expired: boolean };

export type ReportPage = {
  caseId: string;
  report: Report | null;
  /** Of the reader himself; null where he was not sent it. */
  receipt: Receipt | null;
  recipients: Recipient[];
  /** Whom the desk may send it to; null for everybody else. */
  offered: Person[] | null;
  problem: string | null;
  sent: boolean;
};

export function reportPage(r: Reader, of: ReportPage): string {
  const t = reportReadTexts(r.locale);
  const title = fill(t.title, { caseId: of.caseId });
  return page({
    r,
    title,
    children: (
      <>
        <p>
          <a href={`/cases/${encodeURIComponent(of.caseId)}`}>{fill(t.back, { caseId: of.caseId })}</a>
        </p>
        <h1>{title}</h1>
        {of.sent && (
          <p class="notice" role="status">
            {t.sent}
          </p>
        )}
        <div class="cols">
          <div class="stack">
            <ReportSheet r={r} report={of.report} />
            {of.receipt && <ReceiptOf r={r} receipt={of.receipt} />}
          </div>
          <aside class="stack" aria-label={t.list}>
            <Recipients r={r} recipients={of.recipients} />
            {of.report && of.offered && <SendTo r={r} of={of} offered={of.offered} />}
          </aside>
        </div>
      </>
    ),
  });
}

function ReportSheet({ r, report }: { r: Reader; report: Report | null }): JSX.Element {
  const t = reportReadTexts(r.locale);
  const words = complaintWords(r.locale);
  return (
    <Sheet id="report" title={words.stepKinds.investigate}>
      {report === null ? (
        <p>{t.none}</p>
      ) : (
        <dl class="facts">
          {INVESTIGATION_FIELDS.map((field) => (
            <Fact key={field} label={words.investigation[field]}>
              <Prose text={report.investigation[field]} />
            </Fact>
          ))}
          {report.disposition && (
            <Fact label={t.disposition}>{wordOf(words.dispositions, report.disposition.type)}</Fact>
          )}
          {report.disposition?.amount !== undefined && (
            <Fact label={t.amount}>{money(report.disposition.amount)}</Fact>
          )}
        </dl>
      )}
    </Sheet>
  );
}

function ReceiptOf({ r, receipt }: { r: Reader; receipt: Receipt }): JSX.Element {
  const t = reportReadTexts(r.locale);
  if (receipt.state === "read")
    return (
      <p class="notice" role="status">
        {t.done} <When at={receipt.at} r={r} />
      </p>
    );
  if (receipt.state === "over") return <p class="notice">{t.over}</p>;
  return (
    <form class="stack-s" method="post" action={receipt.action}>
      {Object.entries(receipt.hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <p class="hint">{t.readHint}</p>
      <div class="btns">
        <button class="btn btn-main" type="submit" name="choice" value="read">
          {t.read}
        </button>
      </div>
    </form>
  );
}

function Recipients({ r, recipients }: { r: Reader; recipients: Recipient[] }): JSX.Element {
  const t = reportReadTexts(r.locale);
  return (
    <Sheet id="recipients" title={t.list}>
      {recipients.length === 0 ? (
        <p>{t.nobody}</p>
      ) : (
        <Scroll label={t.list}>
          <table class="data">
            <thead>
              <tr>
                <th scope="col">{t.person}</th>
                <th scope="col">{t.sentAt}</th>
                <th scope="col">{t.readAt}</th>
              </tr>
            </thead>
            <tbody>
              {recipients.map((one) => (
                <tr key={one.name + one.sentAt}>
                  <th scope="row">
                    <bdi>{one.name}</bdi>
                  </th>
                  <td>
                    <When at={one.sentAt} r={r} />
                  </td>
                  <td>{one.readAt ? <When at={one.readAt} r={r} /> : one.expired ? t.expired : t.notYet}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Sheet>
  );
}

function SendTo({ r, of, offered }: { r: Reader; of: ReportPage; offered: Person[] }): JSX.Element {
  const t = reportReadTexts(r.locale);
  const departments: Record<string, string> = r.t.words.departments;
  return (
    <Sheet id="send" title={t.send}>
      <form class="stack-s" method="post" action={`/cases/${encodeURIComponent(of.caseId)}/report`}>
        <input type="hidden" name="csrf" value={r.csrf ?? ""} />
        <Choices
          form={{
            r,
            problems: of.problem ? [{ input: "staffIds", label: t.send, message: of.problem }] : [],
          }}
          name="staffIds"
          legend={t.send}
          hint={t.sendHint}
          options={offered.map((person) => ({
            value: person.staffId,
            label: person.name,
            note: wordOf(departments, person.department),
          }))}
          chosen={[]}
          many
        />
        <div class="btns">
          <button class="btn btn-main" type="submit">
            {t.sendButton}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
