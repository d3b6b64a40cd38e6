/** Mails about no case: the system tells those who keep it what is missing, and the managers how the month went. */
import type { Message } from "../case/model.ts";
import type { Person } from "../directory/model.ts";
import { customerReportDoc, followUpReportDoc } from "../report/follow-up-mail.ts";
import { reportMail } from "../report/mail.tsx";
import { fill } from "../shared/i18n/messages.ts";
import { noticeTexts } from "../shared/i18n/sections/notices.ts";
import type { Due } from "./digest-rules.ts";
import type { NoticeKind } from "./kinds.ts";
import type { Rendered } from "./render.ts";
import { digestCalendar, digestDoc } from "./templates/digest.ts";
import type { MailDoc } from "./templates/doc.ts";
import { html } from "./templates/layout.tsx";
import { plain } from "./templates/plain.ts";

export type Notice = Pick<Message, "params" | "locale"> & { kind: NoticeKind };

/** The official schedule of `params.year` is not entered yet. */
function calendarMissing({ params, locale }: Notice, person: Person, baseUrl: string): MailDoc {
  const words = noticeTexts(locale).calendarMissing;
  const named = { year: params.year ?? "", name: person.name };
  return {
    locale,
    subject: fill(words.subject, named),
    preheader: words.under,
    heading: fill(words.heading, named),
    figure: "",
    under: words.under,
    notices: [],
    facts: [{ label: words.meanwhile, value: words.provisional }],
    changes: [],
    button: { label: words.button, url: `${baseUrl}/calendar/${params.year}/edit` },
    hint: "",
    why: [words.why],
    caseId: "",
  };
}

/** What is read for a notice when it is sent: of a digest the open steps of its reader. */
export type Beside = { tasks: readonly Due[]; now: number; baseUrl: string };

/** Renders a notice as a mail. Pure. */
export function renderNotice(notice: Notice, person: Person, { baseUrl, tasks, now }: Beside): Rendered {
  switch (notice.kind) {
    case "calendar.missing":
      return mailOf(calendarMissing(notice, person, baseUrl));
    case "report.complaints": {
      const { doc, chart } = reportMail(notice, baseUrl);
      return { ...mailOf(doc), attachments: [chart] };
    }
    case "report.follow-ups":
      return mailOf(followUpReportDoc(notice, baseUrl));
    case "report.customers":
      return mailOf(customerReportDoc(notice, baseUrl));
    case "digest.daily": {
      const digest = { locale: notice.locale, name: person.name, tasks, now, baseUrl };
      return { ...mailOf(digestDoc(digest)), attachments: [digestCalendar(digest)] };
    }
  }
}

const mailOf = (doc: MailDoc): Rendered => ({ subject: doc.subject, text: plain(doc), html: html(doc) });
