/** 系统通知：和哪一个事项都无关的邮件。 */
import { section } from "../section.ts";

export const noticeTexts = section(
  {
    calendarMissing: {
      subject: "请录入 {year} 年放假安排",
      heading: "{name}，{year} 年的放假安排还没有录入",
      under: "国务院办公厅的通知一般在 11 月公布，公布后请尽快录入。",
      meanwhile: "录入之前",
      provisional: "跨年的时限按法定节假日和周末暂定，调休的日子都不算在内；录入后会自动重新计算。",
      button: "录入放假安排",
      why: "您收到这封邮件，因为工作日历由投诉管理员维护。录入之前每周提醒一次。",
    },
  },
  {
    calendarMissing: {
      subject: "Please enter the holidays of {year}",
      heading: "{name}, the official holiday schedule of {year} is not entered yet",
      under: "The State Council usually publishes it in November. Please enter it as soon as it is out.",
      meanwhile: "Until then",
      provisional:
        "Times that reach into that year are provisional: weekends and statutory days only, no working weekends. They are counted again once it is entered.",
      button: "Enter the schedule",
      why: "You receive this because complaint administrators keep the working calendar. It comes once a week until then.",
    },
  },
);
