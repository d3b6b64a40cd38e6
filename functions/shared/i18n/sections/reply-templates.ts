/** 常用回复：给客户写信时套用，套用后由经办人改成合适的话。Openings of letters to customers; a person finishes them. */
import { section } from "../section.ts";

export const replyTemplateWords = section(
  {
    received: {
      title: "已受理，正在调查",
      text: "您好：\n\n您反映的问题我们已经受理，正在向有关部门了解情况，查清后马上答复您。给您添麻烦了，请您谅解。",
    },
    progress: {
      title: "告知进展",
      text: "您好：\n\n您反映的问题仍在调查，目前已经核对了运单和交接记录，还要向承运车辆了解情况。一有结果我们马上告诉您。",
    },
    more: {
      title: "请补充资料",
      text: "您好：\n\n为了尽快查清，请您补充以下资料：\n1. 货物和外包装的照片；\n2. 签收单照片；\n3. 受损货物的品名、数量和价值。\n\n谢谢您的配合。",
    },
    damage: {
      title: "货损：请保留现场",
      text: "您好：\n\n货物受损，我们很抱歉。请您暂时保留货物和外包装，不要自行处理，以便我们查验和办理赔付。",
    },
    delay: {
      title: "时效：说明原因和新的到货时间",
      text: "您好：\n\n货物没有按约定时间送到，我们很抱歉。原因是：\n现在货物在：\n预计送达时间：\n\n送达前我们会再打电话给您。",
    },
    invoice: {
      title: "代收款、发票：正在核对",
      text: "您好：\n\n您反映的款项和发票问题，我们正在和财务核对。请您告诉我们运单号、金额和开票资料，核对无误后三个工作日内办理。",
    },
    apology: {
      title: "服务态度致歉",
      text: "您好：\n\n我们的同事服务不周，让您不愉快，我们向您诚恳道歉。我们已经找当事人核实，并会告诉您处理结果。",
    },
    thanks: {
      title: "感谢反馈",
      text: "您好：\n\n感谢您告诉我们这些情况。我们已经按您的意见改进，改进内容是：\n\n欢迎您继续监督。",
    },
  },
  {
    received: {
      title: "Received, under investigation",
      text: "Dear customer,\n\nWe have received your complaint and are finding out what happened. You will hear from us as soon as we know. We are sorry for the trouble.",
    },
    progress: {
      title: "How far we are",
      text: "Dear customer,\n\nWe are still looking into your complaint. The waybill and the handover records have been checked; we are now asking the carrier. We will tell you as soon as there is a result.",
    },
    more: {
      title: "Please send us more",
      text: "Dear customer,\n\nTo find out quickly what happened, please send us:\n1. photos of the goods and the outer packaging;\n2. a photo of the delivery receipt;\n3. name, quantity and value of the damaged goods.\n\nThank you for your help.",
    },
    damage: {
      title: "Damage: please keep everything as it is",
      text: "Dear customer,\n\nWe are sorry that your goods were damaged. Please keep the goods and their packaging as they are, so that we can inspect them and settle the matter.",
    },
    delay: {
      title: "Delay: reason and new time of delivery",
      text: "Dear customer,\n\nYour goods did not arrive when we promised, and we are sorry. The reason is:\nThe goods are now at:\nWe expect to deliver them on:\n\nWe will call you before we come.",
    },
    invoice: {
      title: "Payment or invoice: being checked",
      text: "Dear customer,\n\nWe are checking the payment and the invoice with our finance department. Please tell us the waybill, the amount and what the invoice should say; once it is checked, it takes three working days at most.",
    },
    apology: {
      title: "Apology for how you were treated",
      text: "Dear customer,\n\nWe are sorry for the way our colleague treated you. We have spoken to the person and will tell you what follows from it.",
    },
    thanks: {
      title: "Thank you for telling us",
      text: "Dear customer,\n\nThank you for telling us. We have changed the following because of you:\n\nPlease keep an eye on us.",
    },
  },
);
