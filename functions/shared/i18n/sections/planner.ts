/** 自动安排回访：说给人听的话。 */
import type { Locale } from "../../../directory/model.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";

export const plannerWords = section(
  {
    purposes: { call: "按客户等级的定期回访", visit: "按客户等级的定期拜访" },
    reasons: {
      owner: "由客户负责人 {name} 联系",
      owner_absent: "负责人 {instead} 不在，{rule}",
      only_one: "只有 {name} 在岗且具备所需技能",
      least_load: "{name} 在岗、具备所需技能，手头待办最少（{load} 件）",
      fairness: "{name} 与他人待办同样少（{load} 件），距上次分到最久",
      manual: "由人指定 {name}",
    },
  },
  {
    purposes: { call: "Regular call of the customer's tier", visit: "Regular visit of the customer's tier" },
    reasons: {
      owner: "{name} looks after the customer",
      owner_absent: "{instead}, who looks after the customer, is away; {rule}",
      only_one: "{name} is the only one there with the skill",
      least_load: "{name} is there, has the skill and the least to do ({load} open)",
      fairness: "{name} has as little to do as others ({load} open) and has waited longest",
      manual: "{name} was chosen by hand",
    },
  },
);

type Reason = {
  rule: Exclude<keyof typeof plannerWords.zhCN.reasons, "owner_absent">;
  candidates: { staffId: string; load: number }[];
  instead?: string;
};

/** Why somebody got a follow-up, as one sentence. `nameOf` gives the name of a staff id. */
export function plannedReason(
  { rule, candidates, instead }: Reason,
  staffId: string,
  nameOf: (staffId: string) => string,
  locale: Locale,
): string {
  const { reasons } = plannerWords(locale);
  const load = candidates.find((one) => one.staffId === staffId)?.load ?? 0;
  const text = fill(reasons[rule], { name: nameOf(staffId), load });
  return instead === undefined ? text : fill(reasons.owner_absent, { instead: nameOf(instead), rule: text });
}
