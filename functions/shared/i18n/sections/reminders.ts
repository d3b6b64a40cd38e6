/** 夜间免打扰的规则，和每个人自己的设置。 */
import { section } from "../section.ts";

export const reminderTexts = section(
  {
    quiet: {
      title: "夜间免打扰",
      about: "这段时间里，短信和提醒、超时、汇总邮件先不发，时间一过自动发出。",
      exempt:
        "P1 投诉的时限、对本人操作的回复（验证码、受理回执），以及别人操作后马上要告诉同事的邮件，随时都发。",
      from: "从",
      to: "到",
      hint: "24 小时制，例如 21:00。结束早于开始，就是到第二天。",
      save: "保存",
      saved: "已保存。之前推迟的消息仍按原来的时间发出。",
      version: "第 {n} 版",
      never: "还没有改过，用的是原定的时间",
      all: "全部规则",
    },
    settings: {
      title: "我的设置",
      calendar: "日历订阅",
      about: "把下面的网址加到手机或电脑的日历里，已约好的拜访会自动出现，改期后自动更新。",
      secret: "知道网址的人都能看到这些日程，请不要转发。怀疑泄露就换一个。",
      url: "订阅网址",
      copy: "复制网址",
      copied: "已复制",
      renew: "换一个网址",
      renewed: "已换新网址，旧网址马上不能用。请在日历里改成新的。",
      stop: "停止订阅",
      stopped: "订阅已停止，旧网址不能用了。",
      off: "订阅已停止。",
      start: "重新开始",
    },
  },
  {
    quiet: {
      title: "Quiet hours",
      about:
        "Within these hours text messages and the e-mails that remind, escalate or sum up wait. They leave by themselves afterwards.",
      exempt:
        "Clocks of P1 complaints, answers to what somebody has just done (codes, acknowledgements) and e-mails that tell colleagues at once what somebody did go at any hour.",
      from: "From",
      to: "To",
      hint: "24-hour clock, for example 21:00. An end before the beginning is that of the next day.",
      save: "Save",
      saved: "Saved. What was put off before leaves at the time it was to leave.",
      version: "Version {n}",
      never: "Never changed: the hours as they came",
      all: "All policies",
    },
    settings: {
      title: "My settings",
      calendar: "Calendar subscription",
      about:
        "Add this address to the calendar of your phone or computer: appointments for visits appear there and move when they are moved.",
      secret:
        "Whoever has the address sees these appointments. Do not pass it on; renew it if you think somebody has it.",
      url: "Address",
      copy: "Copy the address",
      copied: "Copied",
      renew: "Renew the address",
      renewed: "This is a new address; the old one no longer works. Please change it in your calendar.",
      stop: "Stop the subscription",
      stopped: "The subscription has ended; the address no longer works.",
      off: "The subscription is stopped.",
      start: "Start again",
    },
  },
);
