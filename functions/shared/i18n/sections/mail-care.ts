/** 发给客户的邮件。主题只有编号，没有姓名和客户写的话。 */
import { section } from "../section.ts";

export const mailCare = section(
  {
    dear: "{name}，您好",
    labels: {
      code: "编号",
      respond: "联系您",
      resolve: "给您处理方案",
      deadline: "请在",
      until: "要求重新处理",
    },
    before: "{time} 前",
    kinds: {
      "complaint.acknowledged": {
        subject: "已受理您的投诉 {caseId}",
        heading: "您的投诉已受理",
        under: "请记下编号。查进度时要用编号和手机后四位。",
        button: "查进度",
      },
      "complaint.question": {
        subject: "请您补充情况：投诉 {caseId}",
        heading: "有一件事要请您补充",
        under: "请打开下面的页面答复。收到答复前，处理时限暂停计算。",
        words: "我们想请教",
        button: "答复",
      },
      "complaint.message": {
        subject: "投诉 {caseId} 有新的进展",
        heading: "您的投诉有新的进展",
        words: "我们的消息",
        button: "查看进度",
      },
      "complaint.notice": {
        subject: "请您确认处理方案：投诉 {caseId}",
        heading: "您的投诉有了处理方案，请告诉我们是否认可",
        under: "认可以后还会回访一次；不认可就重新处理，由上一级负责。",
        words: "处理通知",
        button: "查看并答复",
      },
      "complaint.reopened": {
        subject: "投诉 {caseId} 已重新处理",
        heading: "您的投诉已重新处理",
        under: "由上一级负责，按新的时限答复您。",
        button: "查看进度",
      },
      "complaint.closed": {
        subject: "投诉 {caseId} 已办结",
        heading: "您的投诉已办结，谢谢您",
        under: "办结后 {days} 天内仍可以在查询页要求重新处理。",
        button: "查看进度",
      },
    },
    opening: "打开链接不会作出任何答复。",
    why: "您收到这封邮件，因为您向我们投诉时留了这个邮箱。",
    personal: "链接只供您本人使用，请不要转发。",
  },
  {
    dear: "Dear {name},",
    labels: {
      code: "Code",
      respond: "We contact you",
      resolve: "Our proposal",
      deadline: "Please answer",
      until: "Start again",
    },
    before: "by {time}",
    kinds: {
      "complaint.acknowledged": {
        subject: "We have received your complaint {caseId}",
        heading: "We have received your complaint",
        under:
          "Please keep the code. You need it and the last four digits of your phone to see the progress.",
        button: "See the progress",
      },
      "complaint.question": {
        subject: "We need something from you: complaint {caseId}",
        heading: "We need something from you",
        under: "Please answer on the page below. Until then our deadlines stand still.",
        words: "Our question",
        button: "Answer",
      },
      "complaint.message": {
        subject: "News on complaint {caseId}",
        heading: "There is news on your complaint",
        words: "Our message",
        button: "See the progress",
      },
      "complaint.notice": {
        subject: "Do you agree with our proposal? Complaint {caseId}",
        heading: "Here is our proposal. Please tell us whether you agree",
        under: "If you agree, we call you once more afterwards; if not, we start again, one level up.",
        words: "Our proposal",
        button: "Read and answer",
      },
      "complaint.reopened": {
        subject: "Complaint {caseId} was opened again",
        heading: "Your complaint was opened again",
        under: "One level up takes it and answers you anew.",
        button: "See the progress",
      },
      "complaint.closed": {
        subject: "Complaint {caseId} is closed",
        heading: "Your complaint is closed. Thank you",
        under: "For {days} days you can still ask us on the progress page to start again.",
        button: "See the progress",
      },
    },
    opening: "Opening the link answers nothing.",
    why: "You get this because you gave this address with your complaint.",
    personal: "The link is for you alone; please do not pass it on.",
  },
);
