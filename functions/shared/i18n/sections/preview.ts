/** The preview beside the reception form. `{n}` = how many units, `{unit}` = what one may cost. */
import { section } from "../section.ts";

export const preview = section(
  {
    button: "预览",
    lines: {
      meal: "用餐 {n} 人次 × {unit}",
      lodging: "住宿 {n} 间夜 × {unit}",
      allowance: "补贴 {n} 人天 × {unit}",
      gift: "礼品 {n} 份 × {unit}",
      lodgingRest: "住宿 {n} 间夜 × {unit}，减去客人付的定额",
    },
    standard: "{level}标准",
    tax: "税前不能扣除",
    taxHint: "按 {year} 年业务招待费的扣除限额测算",
    excess: "比标准高 {money}，请说明",
    excessCap: "比单次上限高 {money}，请说明",
    excessHint: "审批人会在金额下面直接看到",
    retroactive: "客人已经到了，请说明为什么补办",
    noticed: "需要留意",
    soft: "余额不够也可以提交，会多一级审批。",
    noBudget: "这个部门在到访当月没有接待预算，不能提交。",
    instead: "{name}（代{for}）",
    later: "填好人数、日期、级别和金额后，这里会显示标准、预算和审批人。",
  },
  {
    button: "Preview",
    lines: {
      meal: "Meals: {n} × {unit}",
      lodging: "Rooms: {n} nights × {unit}",
      allowance: "Allowance: {n} days × {unit}",
      gift: "Gifts: {n} × {unit}",
      lodgingRest: "Rooms: {n} nights × {unit}, less what the guests pay",
    },
    standard: "Standard of {level}",
    tax: "Not deductible",
    taxHint: "By the limit for business entertainment in {year}",
    excess: "{money} above the standard: please say why",
    excessCap: "{money} above the cap of one request: please say why",
    excessHint: "The signers see it right below the amount",
    retroactive: "The guests have come already: please say why it is late",
    noticed: "Worth a look",
    soft: "It can be submitted though the budget is short; one more stage signs.",
    noBudget:
      "This department has no hospitality budget for the month of the visit, so it cannot be submitted.",
    instead: "{name} (for {for})",
    later: "Once guests, dates, level and amount are filled in, standard, budget and signers appear here.",
  },
);
