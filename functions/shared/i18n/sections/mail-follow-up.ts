/** 回访和拜访的邮件和短信。主题只有客户和编号，没有人名和客户说的话。 */
import { section } from "../section.ts";

const zhCN = {
  labels: {
    customer: "客户",
    contact: "联系人",
    purpose: "目的",
    due: "截止",
    time: "时间",
    place: "地点",
    items: "还没有勾选",
    said: "说明",
    code: "编号",
  },
  open: "打开{mode}",
  why: "您收到这封邮件，因为这件事由您办理或负责。",
  staff: {
    "follow-up.assigned": {
      subject: "{mode}：{customer} {caseId}",
      heading: "请完成{customer}的{mode}",
      under: "请在{deadline}记录结果。",
    },
    "follow-up.appointment": {
      subject: "客户答复了预约：{customer} {caseId}",
      heading: "客户答复了预约",
      under: "客户的答复在下面。",
    },
    "follow-up.day-before": {
      subject: "即将拜访：{customer} {caseId}",
      heading: "即将拜访{customer}",
      under: "{appointment}",
    },
    "follow-up.new-contact": {
      subject: "联系不上客户：{customer} {caseId}",
      heading: "多次联系不上{customer}",
      under: "请换一位联系人，或写明原因结束这次{mode}。",
    },
    "follow-up.cancelled": {
      subject: "不用再{mode}：{customer} {caseId}",
      heading: "{customer}这次的{mode}已取消",
      under: "客户已经和我们联系过，下次日期重新计算。",
    },
    "step.due": {
      subject: "{mode}到期还没有记录：{customer} {caseId}",
      heading: "{customer}的{mode}已到期",
      under: "应在{due}前记录，请尽快完成。",
    },
    "step.climbed": {
      subject: "{mode}超期：{customer} {caseId}",
      heading: "{assignee}还没有记录{customer}的{mode}",
      under: "应在{due}前记录。",
    },
    review: {
      subject: "请审核{mode}记录：{customer} {caseId}",
      heading: "请审核{customer}的{mode}记录",
      under: "请在{deadline}接受或退回。",
    },
    again: {
      subject: "请继续{mode}：{customer} {caseId}",
      heading: "请继续{customer}的{mode}",
      under: "换了联系人，或记录被退回，请接着完成。",
    },
    "new-contact": {
      subject: "请换一位联系人：{customer} {caseId}",
      heading: "多次联系不上{customer}",
      under: "请换一位联系人，或写明原因结束这次{mode}。",
    },
    other: {
      subject: "{mode}：{customer} {caseId}",
      heading: "请看{customer}的{mode}",
      under: "详情见下面。",
    },
  },
  answers: {
    confirmed: "客户确认了时间。",
    proposed: "客户希望换个时间。",
    declined: "客户不接受这次预约。",
  },
  /** 只说还有什么没有准备；都准备好了就说准备好了。 */
  ready: "访前准备都已完成。",
  customer: {
    dear: "{name}，您好：",
    why: "您收到这封邮件，因为您的公司与我们约定了联系。",
    personal: "链接只供您本人使用，请不要转发。",
    opening: "打开链接不会作出任何答复。",
    button: "确认或改时间",
    optOut: "不想再收到这类邮件",
    "follow-up.appointment": {
      subject: "请您确认{mode}时间：{caseId}",
      heading: "我们想与您约定{mode}的时间",
      under: "请确认，或告诉我们您方便的时间。",
    },
    "follow-up.customer-reminder": {
      subject: "提醒：已约定的{mode} {caseId}",
      heading: "提醒您已约定的{mode}",
      under: "如有变化，请联系我们。",
    },
    sms: {
      "follow-up.appointment": "您好，我们想约{time}与您联系，编号{caseId}。详情见邮件，或致电我们。",
      "follow-up.customer-reminder": "您好，提醒您我们约定{time}与您联系，编号{caseId}。",
    },
  },
};

const en: typeof zhCN = {
  labels: {
    customer: "Customer",
    contact: "Contact",
    purpose: "Purpose",
    due: "Due",
    time: "Time",
    place: "Place",
    items: "Not ticked yet",
    said: "Remark",
    code: "Code",
  },
  open: "Open the {mode}",
  why: "You get this mail because the matter is yours to do or to answer for.",
  staff: {
    "follow-up.assigned": {
      subject: "A {mode} for you: {customer} {caseId}",
      heading: "Please do the {mode} with {customer}",
      under: "Record the result {deadline}.",
    },
    "follow-up.appointment": {
      subject: "The customer answered: {customer} {caseId}",
      heading: "The customer answered about the appointment",
      under: "See the answer below.",
    },
    "follow-up.day-before": {
      subject: "Your visit: {customer} {caseId}",
      heading: "Your visit to {customer} is near",
      under: "{appointment}",
    },
    "follow-up.new-contact": {
      subject: "Nobody is reached: {customer} {caseId}",
      heading: "{customer} was called several times in vain",
      under: "Name somebody else to call, or end this {mode} with a reason.",
    },
    "follow-up.cancelled": {
      subject: "No longer needed: {customer} {caseId}",
      heading: "This {mode} with {customer} is cancelled",
      under: "The customer has been in touch; the next date is counted anew.",
    },
    "step.due": {
      subject: "Due and not recorded: {customer} {caseId}",
      heading: "The {mode} with {customer} is due",
      under: "It was to be recorded by {due}. Please do it soon.",
    },
    "step.climbed": {
      subject: "Overdue: {customer} {caseId}",
      heading: "{assignee} has not recorded the {mode} with {customer}",
      under: "It was to be recorded by {due}.",
    },
    review: {
      subject: "Please review: {customer} {caseId}",
      heading: "Please review the record of the {mode} with {customer}",
      under: "Accept or return it {deadline}.",
    },
    again: {
      subject: "Please go on: {customer} {caseId}",
      heading: "Please go on with the {mode} with {customer}",
      under: "There is somebody else to call, or the record was returned.",
    },
    "new-contact": {
      subject: "Somebody else to call: {customer} {caseId}",
      heading: "{customer} was called several times in vain",
      under: "Name somebody else to call, or end this {mode} with a reason.",
    },
    other: {
      subject: "A {mode}: {customer} {caseId}",
      heading: "Please look at the {mode} with {customer}",
      under: "See below.",
    },
  },
  answers: {
    confirmed: "The time is confirmed.",
    proposed: "The customer asks for another time.",
    declined: "The customer declines.",
  },
  ready: "Everything is prepared.",
  customer: {
    dear: "Dear {name},",
    why: "You get this mail because your company agreed to be contacted by us.",
    personal: "The link is yours alone. Please do not pass it on.",
    opening: "Opening the link answers nothing.",
    button: "Confirm or change the time",
    optOut: "No more mails of this kind",
    "follow-up.appointment": {
      subject: "Please confirm the time of our {mode}: {caseId}",
      heading: "We would like to agree on the time of a {mode}",
      under: "Please confirm, or tell us when it suits you.",
    },
    "follow-up.customer-reminder": {
      subject: "A reminder of our {mode}: {caseId}",
      heading: "A reminder of our {mode}",
      under: "Please tell us if anything changes.",
    },
    sms: {
      "follow-up.appointment":
        "We would like to contact you on {time}, code {caseId}. See our e-mail, or call us.",
      "follow-up.customer-reminder": "A reminder: we contact you on {time}, code {caseId}.",
    },
  },
};

export const mailFollowUp = section(zhCN, en);
