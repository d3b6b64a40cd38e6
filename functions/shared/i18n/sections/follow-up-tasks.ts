/** What waits for somebody about a planned contact, in lists; it travels with the home page and the lists of decisions. */
import { section } from "../section.ts";

export const followUpTasks = section(
  {
    kinds: {
      "follow-up": "回访客户：{title}",
      "new-contact": "另找联系人：{title}",
      review: "审核回访记录：{title}",
    },
    subject: "联系{title}",
    phases: { planned: "待联系", confirmed: "已约好", reviewing: "待审核", closed: "已结束" },
    outcomes: { recorded: "已完成", unreachable: "联系不上", cancelled: "已取消" },
  },
  {
    kinds: {
      "follow-up": "Contact the customer: {title}",
      "new-contact": "Find another contact: {title}",
      review: "Review the record: {title}",
    },
    subject: "Contact {title}",
    phases: {
      planned: "To do",
      confirmed: "Appointment confirmed",
      reviewing: "In review",
      closed: "Closed",
    },
    outcomes: { recorded: "Done", unreachable: "Not reached", cancelled: "Cancelled" },
  },
);
