/** My tasks by urgency, and the sentence that greets. Pure. */

import type { TaskView } from "../../case/view.ts";
import { shanghaiDate } from "../../shared/clock.ts";
import { timeLeft, timeOfDay } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintTasks } from "../../shared/i18n/sections/complaint-tasks.ts";
import { followUpTasks } from "../../shared/i18n/sections/follow-up-tasks.ts";
import { homeTexts } from "../../shared/i18n/sections/home.ts";
import { casePath, editPath } from "./paths.ts";
import { subjectOf } from "./subject.ts";
import { count, isolate } from "./text.ts";
import type { Reader } from "./view.ts";

export type Groups = { overdue: TaskView[]; today: TaskView[]; later: TaskView[] };

/** Overdue, due today, later: the most urgent first in each. */
export function groupTasks(tasks: TaskView[], now: number): Groups {
  const groups: Groups = { overdue: [], today: [], later: [] };
  for (const task of [...tasks].sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))) {
    if (Date.parse(task.dueAt) < now) groups.overdue.push(task);
    else if (shanghaiDate(task.dueAt) === shanghaiDate(now)) groups.today.push(task);
    else groups.later.push(task);
  }
  return groups;
}

/** 下午好，李敏。今天还有 4 件事，最急的已超时 40 分钟。 */
export function greeting(groups: Groups, r: Reader): string {
  const home = homeTexts(r.locale);
  const hour = Number(timeOfDay(r.now).split(":")[0]);
  const hello = fill(hour < 12 ? home.morning : hour < 18 ? home.afternoon : home.evening, {
    name: isolate(r.actor?.name ?? ""),
  });
  const due = groups.overdue.length + groups.today.length;
  const [first] = groups.overdue;
  const rest = first
    ? count(home.late, due, { time: timeLeft(first.dueAt, r.now, r.locale).text })
    : due > 0
      ? count(home.today, due)
      : groups.later.length > 0
        ? count(home.later, groups.later.length)
        : home.nothing;
  return r.locale === "en" ? `${hello} ${rest}` : `${hello}${rest}`;
}

/** What the task asks for, in the words of its kind. */
export function taskTitle(task: TaskView, r: Reader): string {
  const home = homeTexts(r.locale);
  const own = complaintTitle(task, r) ?? followUpTitle(task, r);
  if (own !== null) return own;
  const text = { revise: home.revise, settlement: home.settle }[task.kind] ?? home.approve;
  return fill(text, { title: subjectOf(task, r) });
}

/** 调查投诉：洁丽雅有限公司; null for what is about no complaint. */
function complaintTitle({ process, kind, stage, title }: TaskView, r: Reader): string | null {
  if (process !== "complaint" && process !== "claim") return null;
  const { kinds } = complaintTasks(r.locale);
  const about = kind === "approval" ? (stage === "notice" ? "notice" : "compensation") : kind;
  return Object.hasOwn(kinds, about)
    ? fill(kinds[about as keyof typeof kinds], { title: isolate(title) })
    : null;
}

/** 回访客户：洁丽雅有限公司; null for what is no planned contact. */
function followUpTitle({ process, kind, title }: TaskView, r: Reader): string | null {
  const { kinds } = followUpTasks(r.locale);
  return process === "follow-up" && Object.hasOwn(kinds, kind)
    ? fill(kinds[kind as keyof typeof kinds], { title: isolate(title) })
    : null;
}

/** Steps of a complaint whose form stands with its page; signatures are decided where all are. */
const COMPLAINT_FORMS = ["assign", "investigate", "exchange", "follow-up", "manager-decision"];

/** Where a task is done. */
export function taskPath({
  kind,
  process,
  caseId,
  stepId,
}: Pick<TaskView, "kind" | "process" | "caseId" | "stepId">): string {
  if (kind === "revise") return editPath(process, caseId);
  if (process === "complaint" && COMPLAINT_FORMS.includes(kind)) return `${casePath(caseId)}/steps/${stepId}`;
  if (process === "follow-up") return `${casePath(caseId)}/steps/${stepId}`;
  if (process === "claim") return casePath(caseId);
  if (kind === "read") return `/cases/${caseId}/report`;
  return kind === "settlement" ? `/receptions/${caseId}/settlement` : `/cases/${caseId}/steps/${stepId}`;
}
