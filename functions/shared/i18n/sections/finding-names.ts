/** A finding in a word or two, where lists have no room for its sentence. */
import { section } from "../section.ts";

export const findingNames = section(
  {
    retroactive: "补办",
    over_standard: "超标准",
    over_cap: "超上限",
    over_budget: "超预算",
    companions_over_ratio: "陪同超人数",
    claimant_below_attendee: "领导出面",
    same_guest_too_often: "同一客户过多",
    unsettled: "有未结算",
    per_head_over_cap: "人均超限",
    companion_inflation: "人数偏多",
    split_bill: "拆单",
    allowance_double: "餐补重复",
    relabelled: "名目存疑",
    duplicate_invoice: "重复发票",
    missing_list: "缺接待清单",
  },
  {
    retroactive: "After the fact",
    over_standard: "Over the standard",
    over_cap: "Over the cap",
    over_budget: "Over budget",
    companions_over_ratio: "Too many along",
    claimant_below_attendee: "Leader attends",
    same_guest_too_often: "Same guest again",
    unsettled: "Unsettled visit",
    per_head_over_cap: "Over the cap per head",
    companion_inflation: "More people than approved",
    split_bill: "Split bill",
    allowance_double: "Meal and allowance",
    relabelled: "Relabelled",
    duplicate_invoice: "Invoice twice",
    missing_list: "No reception list",
  },
);
