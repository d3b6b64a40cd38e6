/** 设立预算的文案。 */
import { section } from "../section.ts";

export const newBucketTexts = section(
  {
    heading: "新建预算",
    lead: "建立后第一笔是拨付。之前提交的申请不计入。",
    department: "部门",
    period: "期间",
    periodHint: "月 2026-12，季 2026-Q4，年 2026",
    category: "类别",
    allotted: "拨付金额（元）",
    control: "控制方式",
    hard: "刚性：余额不够不能提交",
    soft: "弹性：可以提交，审批上提一级",
    submit: "建立预算",
    back: "返回预算",
  },
  {
    heading: "New budget",
    lead: "It begins with one entry, the allotment. Requests submitted earlier are not counted into it.",
    department: "Department",
    period: "Period",
    periodHint: "Month 2026-12, quarter 2026-Q4, year 2026",
    category: "Category",
    allotted: "Allotment (yuan)",
    control: "Control",
    hard: "Hard: a request above what is left is refused",
    soft: "Soft: it is allowed and needs one more signature",
    submit: "Set up the budget",
    back: "Back to budgets",
  },
);
