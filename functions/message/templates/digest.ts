/** The daily digest as a mail and as a calendar. Pure. */
import type { Locale } from "../../directory/model.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { timeLeftUntil } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { digestTexts } from "../../shared/i18n/sections/mail-digest.ts";
import { CALENDAR_TYPE, type CalendarEvent, icalendar } from "../../shared/ical.ts";
import type { Enclosed } from "../channels/channel.ts";
import { type Due, type DueGroups, dueGroups } from "../digest-rules.ts";
import type { MailDoc } from "./doc.ts";

/** So many of a group are named; a mail with more is read by nobody. */
const SHOWN = 40;

export type Digest = { locale: Locale; name: string; tasks: readonly Due[]; now: number; baseUrl: string };

/** What a task asks for and of whom: 回访客户：洁丽雅有限公司. */
function titleOf({ kind, title }: Due, locale: Locale): string {
  const t = digestTexts(locale);
  const what = Object.hasOwn(t.kinds, kind) ? t.kinds[kind as keyof typeof t.kinds] : t.other;
  return fill(t.item, { what, title });
}

function groupsOf(groups: DueGroups, { locale, now }: Digest): MailDoc["groups"] {
  const t = digestTexts(locale);
  return (["overdue", "today", "later"] as const).flatMap((name) => {
    const tasks = groups[name];
    if (tasks.length === 0) return [];
    return {
      title: fill(t.groups[name], { n: tasks.length }),
      late: name === "overdue",
      items: tasks.slice(0, SHOWN).map((task) => ({
        title: titleOf(task, locale),
        note: `${task.caseId}${t.separator}${timeLeftUntil(task.dueAt, now, locale).text}`,
      })),
      more: tasks.length > SHOWN ? fill(t.more, { n: tasks.length - SHOWN }) : "",
    };
  });
}

export function digestDoc(digest: Digest): MailDoc {
  const { locale, name, tasks, now, baseUrl } = digest;
  const t = digestTexts(locale);
  const groups = dueGroups(tasks, now);
  const { overdue, today, later } = groups;
  const counts = { overdue: overdue.length, today: today.length, later: later.length };
  return {
    locale,
    subject: fill(t.subject, counts),
    preheader: [...overdue, ...today, ...later]
      .slice(0, 3)
      .map((task) => titleOf(task, locale))
      .join(t.separator),
    heading: fill(t.heading, { name }),
    figure: "",
    under: t.under,
    notices: [],
    facts: [],
    changes: [],
    groups: groupsOf(groups, digest),
    button: { label: t.button, url: `${baseUrl}/` },
    hint: "",
    why: [t.why],
    caseId: "",
  };
}

/** Every task at the time at which it is due, with the address of its case. */
export function digestCalendar({ locale, tasks, now, baseUrl }: Digest): Enclosed {
  const t = digestTexts(locale);
  const events = tasks.map(
    (task): CalendarEvent => ({
      // Its own mail, where it had one, put it under the same.
      uid: `${task.caseId}-${task.kind}@careloop`,
      start: Date.parse(task.dueAt),
      summary: titleOf(task, locale),
      description: task.caseId,
      url: `${baseUrl}/cases/${task.caseId}`,
    }),
  );
  return {
    name: fill(t.file, { day: shanghaiDate(now) }),
    contentType: CALENDAR_TYPE,
    content: icalendar(t.calendar, events, now),
  };
}
