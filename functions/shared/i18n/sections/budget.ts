/** Budgets, their statement, top-ups and transfers, the tax position: what their pages say, and a change's title. Pure. */
import type { Locale } from "../../../directory/model.ts";
import { money, periodName } from "../format.ts";
import { fill } from "../messages.ts";
import { section } from "../section.ts";
import { wordsIn } from "../words.ts";

export const budgetTexts = section(
  {
    title: {
      topUp: "追加{to}",
      transfer: "{from}调剂到{to}",
      bucket: "{department}{period}{category}预算",
    },
    categories: { hospitality: "接待", gift: "礼品", travel: "差旅" },
    kinds: {
      allot: "拨付",
      "top-up": "追加",
      "transfer-in": "调入",
      "transfer-out": "调出",
      hold: "调剂占用",
      unhold: "调剂占用解除",
      reserve: "预留",
      adjust: "调整预留",
      commit: "转占用",
      release: "退回",
      expire: "过期退回",
      settle: "结算支出",
    },
    statement: {
      heading: "{department}{period}{category}预算",
      table: "台账：每一笔和之后的可用余额",
      ledger: "台账",
      entries: "{n} 笔，新的在上",
      time: "时间",
      kind: "类型",
      by: "经办",
      what: "事项",
      change: "增减",
      balance: "可用余额",
      system: "系统",
      columns: { allotted: "拨付", reserved: "预留", committed: "占用", spent: "支出" },
      next: "更早的记录",
      first: "回到第一页",
      csv: "导出 CSV",
      chart: "构成与余额",
      chartLine: "余额走势：从 {from} 到 {to}，{n} 笔，最低 {low}，现在 {now}",
      chartBelow: "各项金额和每一笔都在旁边的表里。",
      statement: "查看台账",
      choose: "选择预算",
      periods: "同一部门的全部预算",
      control: "控制方式",
      soften: "改为弹性控制",
      harden: "改为刚性控制",
      controlHint: "刚性：余额不够不能提交。弹性：可以提交，审批上提一级。",
      controlDone: "控制方式已改。",
      created: "预算已建立。",
      new: "新建预算",
      ask: "追加或调剂",
    },
    change: {
      heading: "追加或调剂预算",
      editHeading: "修改后重新提交",
      lead: "由主管总经理审批。调剂的金额从提交起在转出的预算里占用，未批准就退回。",
      kind: "方式",
      topUp: "追加",
      topUpNote: "增加拨付",
      transfer: "调剂",
      transferNote: "从另一份预算转来",
      to: "转入的预算",
      from: "转出的预算（只有调剂要填）",
      amount: "金额（元）",
      reason: "原因",
      pick: "请选择",
      submit: "提交审批",
      resubmit: "重新提交",
      short: "转出的预算只有 {available} 可用，需要 {needed}。",
      noBucket: "没有这份预算。请财务部先新建。",
    },
    plain: { from: "转出的预算", amount: "金额" },
  },
  {
    title: {
      topUp: "Top up {to}",
      transfer: "Move money from {from} to {to}",
      bucket: "{department} {category} budget {period}",
    },
    categories: { hospitality: "hospitality", gift: "gifts", travel: "travel" },
    kinds: {
      allot: "Allotted",
      "top-up": "Topped up",
      "transfer-in": "Transferred in",
      "transfer-out": "Transferred out",
      hold: "Held for a transfer",
      unhold: "Hold ended",
      reserve: "Reserved",
      adjust: "Reservation changed",
      commit: "Committed",
      release: "Released",
      expire: "Expired",
      settle: "Settled",
    },
    statement: {
      heading: "{department}: {category} budget {period}",
      table: "Statement: each entry and what was available after it",
      ledger: "Statement",
      entries: "{n} entry|{n} entries, newest first",
      time: "Time",
      kind: "Kind",
      by: "By",
      what: "Case",
      change: "Change",
      balance: "Available after",
      system: "System",
      columns: { allotted: "allotted", reserved: "reserved", committed: "committed", spent: "spent" },
      next: "Earlier entries",
      first: "Back to the first page",
      csv: "Download CSV",
      chart: "Where the money is",
      chartLine: "Balance from {from} to {to}: {n} entries, lowest {low}, now {now}",
      chartBelow: "All amounts and every entry are in the tables beside it.",
      statement: "Statement",
      choose: "Choose a budget",
      periods: "All budgets of this department",
      control: "Control",
      soften: "Change to soft control",
      harden: "Change to hard control",
      controlHint:
        "Hard: a request above what is left is refused. Soft: it is allowed and needs one more signature.",
      controlDone: "The control was changed.",
      created: "The budget was set up.",
      new: "New budget",
      ask: "Top up or transfer",
    },
    change: {
      heading: "Top up or transfer",
      editHeading: "Change and submit again",
      lead: "The general manager signs. A transfer holds its amount in the giving budget from now on; if it is not approved, the hold ends.",
      kind: "How",
      topUp: "Top-up",
      topUpNote: "more is allotted",
      transfer: "Transfer",
      transferNote: "money comes from another budget",
      to: "Budget that gets the money",
      from: "Budget that gives it (for a transfer only)",
      amount: "Amount (yuan)",
      reason: "Reason",
      pick: "Choose one",
      submit: "Submit for approval",
      resubmit: "Submit again",
      short: "The giving budget has only {available} available; {needed} are needed.",
      noBucket: "There is no such budget. Finance sets it up first.",
    },
    plain: { from: "Budget that gives it", amount: "Amount" },
  },
);

type Named = { department: string; period: string; category: string };

/** A bucket by its name: 客户服务部2026年四季度接待预算. */
export function bucketTitle(id: Named, locale: Locale): string {
  const texts = budgetTexts(locale);
  const { departments } = wordsIn(locale);
  return fill(texts.title.bucket, {
    department: departments[id.department as keyof typeof departments] ?? id.department,
    period: periodName(id.period, locale),
    category: texts.categories[id.category as keyof typeof texts.categories] ?? id.category,
  });
}

/** What a budget change is about, on one line. */
export const changeTitle = (
  change: { kind: "top-up"; to: Named } | { kind: "transfer"; from: Named; to: Named },
  locale: Locale,
): string => {
  const { title } = budgetTexts(locale);
  return change.kind === "transfer"
    ? fill(title.transfer, { from: bucketTitle(change.from, locale), to: bucketTitle(change.to, locale) })
    : fill(title.topUp, { to: bucketTitle(change.to, locale) });
};

/** One field of a top-up or transfer in words, empty where it has no value; null for a field of another form. */
export function changeField(
  path: string,
  value: unknown,
  locale: Locale,
): { label: string; text: string } | null {
  const { change, plain } = budgetTexts(locale);
  const fields: Record<string, [label: string, text: (given: unknown) => string]> = {
    kind: [change.kind, (given) => (given === "transfer" ? change.transfer : change.topUp)],
    to: [change.to, (given) => bucketTitle(given as Named, locale)],
    from: [plain.from, (given) => bucketTitle(given as Named, locale)],
    amount: [plain.amount, (given) => money(given as number)],
    reason: [change.reason, String],
  };
  const field = fields[path];
  return field
    ? { label: field[0], text: value === null || value === undefined ? "" : field[1](value) }
    : null;
}
