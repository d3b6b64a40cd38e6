/** 回访各页之间的导航；只随这些页面走。 */
import { section } from "../section.ts";

export const followUpNav = section(
  {
    label: "回访的各个页面",
    list: "列表",
    calendar: "日历",
    campaigns: "回访活动",
    planner: "自动安排",
    cadence: "回访频率",
    summary: "回访总结",
    customers: "客户分析",
  },
  {
    label: "Pages of follow-ups",
    list: "List",
    calendar: "Calendar",
    campaigns: "Campaigns",
    planner: "Planner",
    cadence: "Cadence",
    summary: "Summary",
    customers: "Customer report",
  },
);
