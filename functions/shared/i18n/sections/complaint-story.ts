/** 投诉时间线上的事、发出的消息、分派理由。 */
import type { Locale } from "../../../directory/model.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";
import { wordsIn } from "../words.ts";
import { complaintWords, wordOf } from "./complaint-words.ts";

export const complaintStory = section(
  {
    assignmentRules: {
      only_one: "在岗、会处理{category}的只有{name}",
      least_load: "在岗、会处理{category}的 {fitting} 人里，{name}手上最少（{load} 件）",
      fairness: "在岗、会处理{category}的 {fitting} 人里，手上同样最少（{load} 件）的，{name}等得最久",
      level: "这一级由{role}处理：{name}",
      substitute: "{instead}不在，由{name}代为处理",
      manual: "{by}指定{name}处理",
    },
    assignmentCauses: {
      received: "新的投诉",
      reopened: "重新处理",
      handed_over: "从别的部门移交过来",
      untouched: "前一位一直没有动手，改派",
      absent: "前一位不在岗，改派",
      queue: "有人空出来了",
      transferred: "同事转来",
    },
    /** 分派理由的整句：起因，再说依据。 */
    assignment: "{cause}：{rule}。",
    events: {
      "complaint.received": "收到投诉",
      "complaint.triaged": "改了分级",
      "complaint.assigned": "分派",
      "complaint.reassigned": "改派",
      "complaint.handed-over": "移交部门",
      "complaint.investigated": "提交调查结果和处理意见",
      "complaint.reopened": "重新处理",
      "complaint.merged": "合并",
      "complaint.closed": "办结",
      "complaint.archived": "归档",
      "clock.started": "开始计时",
      "clock.met": "时限内完成",
      "clock.warned": "快到期，已提醒",
      "clock.breached": "超时",
      "clock.climbed": "超时上报",
      "clock.paused": "暂停计时",
      "clock.resumed": "继续计时",
      "clock.replanned": "按新公布的放假安排重算",
      "step.opened": "开始一步",
      "step.decided": "完成一步",
      "step.expired": "到期没有答复",
      "notice.approved": "处理通知已批准",
      "notice.returned": "处理通知被退回",
      "notice.sent": "处理通知已发给客户",
      "compensation.approved": "赔偿已批准",
      "compensation.rejected": "赔偿没有批准",
      "customer.confirmed": "客户认可",
      "customer.disagreed": "客户不认可",
      "customer.answered": "客户答复",
      "follow-up.attempted": "回访联系一次",
      "follow-up.recorded": "回访记录",
      "note.added": "内部备注",
      "attachment.added": "添加资料",
      "message.sent": "发给客户",
      "message.deferred": "推迟发送",
      "message.suppressed": "按规定不发",
    },
    messages: {
      "complaint.acknowledged": "投诉回执",
      "complaint.assigned": "分派给您",
      "complaint.question": "请客户答复",
      "complaint.message": "致客户",
      "complaint.notice": "处理通知",
      "complaint.reopened": "重新处理",
      "complaint.closed": "已办结",
      "clock.warned": "快到期",
      "clock.breached": "超时",
      "clock.climbed": "超时上报",
      "step.opened": "有一步等您处理",
      "step.reminded": "提醒",
      "note.mentioned": "备注里提到您",
      "report.complaints": "投诉统计报表",
    },
  },
  {
    assignmentRules: {
      only_one: "{name} is the only one present who handles {category}",
      least_load: "of {fitting} present who handle {category}, {name} has the least to do ({load})",
      fairness:
        "of {fitting} present who handle {category}, {name} has waited longest among those with the least to do ({load})",
      level: "at this level the {role} handles it: {name}",
      substitute: "{instead} is away; {name} stands in",
      manual: "{by} chose {name}",
    },
    assignmentCauses: {
      received: "New complaint",
      reopened: "Opened again",
      handed_over: "Handed over by another department",
      untouched: "Nobody had begun",
      absent: "The handler is away",
      queue: "Somebody became free",
      transferred: "Passed on by a colleague",
    },
    assignment: "{cause}: {rule}.",
    events: {
      "complaint.received": "Complaint received",
      "complaint.triaged": "Grading changed",
      "complaint.assigned": "Assigned",
      "complaint.reassigned": "Assigned to somebody else",
      "complaint.handed-over": "Handed over",
      "complaint.investigated": "Investigation and proposal",
      "complaint.reopened": "Opened again",
      "complaint.merged": "Merged",
      "complaint.closed": "Closed",
      "complaint.archived": "Archived",
      "clock.started": "Clock started",
      "clock.met": "Met",
      "clock.warned": "Almost due",
      "clock.breached": "Late",
      "clock.climbed": "Reported one level up",
      "clock.paused": "Clock paused",
      "clock.resumed": "Clock resumed",
      "clock.replanned": "Counted anew by the published calendar",
      "step.opened": "Step opened",
      "step.decided": "Step done",
      "step.expired": "No answer in time",
      "notice.approved": "Notice approved",
      "notice.returned": "Notice returned",
      "notice.sent": "Notice sent to the customer",
      "compensation.approved": "Compensation approved",
      "compensation.rejected": "Compensation not approved",
      "customer.confirmed": "Customer agreed",
      "customer.disagreed": "Customer disagreed",
      "customer.answered": "Customer answered",
      "follow-up.attempted": "Contact attempted",
      "follow-up.recorded": "Follow-up recorded",
      "note.added": "Internal note",
      "attachment.added": "File added",
      "message.sent": "Sent to the customer",
      "message.deferred": "Sending put off",
      "message.suppressed": "Not sent, as the rules say",
    },
    messages: {
      "complaint.acknowledged": "Acknowledgement",
      "complaint.assigned": "Assigned to you",
      "complaint.question": "Question to the customer",
      "complaint.message": "To the customer",
      "complaint.notice": "Disposition notice",
      "complaint.reopened": "Opened again",
      "complaint.closed": "Closed",
      "clock.warned": "Almost due",
      "clock.breached": "Late",
      "clock.climbed": "Reported one level up",
      "step.opened": "A step for you",
      "step.reminded": "Reminder",
      "note.mentioned": "You were mentioned",
      "report.complaints": "Complaint statistics",
    },
  },
);

/** What an assignment was decided by (complaint/model.ts `AssignmentReason`). */
type Reason = {
  rule: keyof typeof complaintStory.zhCN.assignmentRules;
  cause: keyof typeof complaintStory.zhCN.assignmentCauses;
  staffId: string;
  fitting: number;
  load: number;
  role?: string;
  for?: string;
  by?: string;
};

/** Why this person, as one sentence that names the numbers. `nameOf` gives the name of a staff id. */
export function assignmentText(
  reason: Reason,
  category: string,
  nameOf: (staffId: string) => string,
  locale: Locale,
): string {
  const t = complaintStory(locale);
  const rule = fill(t.assignmentRules[reason.rule], {
    name: nameOf(reason.staffId),
    category: wordOf(complaintWords(locale).categories, category),
    fitting: reason.fitting,
    load: reason.load,
    role: wordOf(wordsIn(locale).roles, reason.role ?? ""),
    instead: nameOf(reason.for ?? ""),
    by: nameOf(reason.by ?? ""),
  });
  return fill(t.assignment, { cause: t.assignmentCauses[reason.cause], rule });
}
