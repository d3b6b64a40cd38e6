/** 回访和拜访：用词，以及为什么由这位同事去做。 */
import type { Locale } from "../../../directory/model.ts";
import type { AssignmentReason } from "../../../follow-up/model.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";

const zhCN = {
  modes: { call: "电话回访", visit: "上门拜访" },
  checklist: {
    goal: "明确拜访目标",
    plan: "做好访前计划",
    time: "确定拜访时间",
    materials: "备齐相关资料",
    figures: "熟记相关数据",
    contingency: "设计应急预案",
  },
  reasons: {
    owner: "{name}负责这位客户。",
    only_one: "有这项技能且在岗的只有{name}。",
    least_load: "有这项技能且在岗的同事中，{name}手上的待办最少。",
    fairness: "有这项技能且在岗的同事待办一样多，{name}最久没有接到新的。",
    manual: "由{by}安排给{name}。",
    instead: "{instead}不在，",
  },
};

const en: typeof zhCN = {
  modes: { call: "follow-up call", visit: "visit" },
  checklist: {
    goal: "Set the goal of the visit",
    plan: "Plan the visit",
    time: "Agree on the time",
    materials: "Prepare the material",
    figures: "Know the figures",
    contingency: "Have a plan B",
  },
  reasons: {
    owner: "{name} looks after this customer.",
    only_one: "{name} is the only one present with this skill.",
    least_load: "Of those present with this skill, {name} has the least to do.",
    fairness: "Those present with this skill have equally much to do; {name} has waited longest.",
    manual: "{by} gave it to {name}.",
    instead: "{instead} is not there. ",
  },
};

export const followUpWords = section(zhCN, en);

/** Why somebody got it, in a sentence. `name`: of a staff id. */
export function assignmentText(
  { rule, by, instead }: AssignmentReason,
  { assignee, name, locale }: { assignee: string; name(staffId: string): string; locale: Locale },
): string {
  const { reasons } = followUpWords(locale);
  const params = { name: name(assignee), by: by === undefined ? "" : name(by), instead: name(instead ?? "") };
  return `${instead === undefined ? "" : fill(reasons.instead, params)}${fill(reasons[rule], params)}`;
}
