/**
 * 发给客户的短信。只有编号和一个固定网址：没有事项链接、手机尾号、姓名和客户写的话，也没有运营商当作问卷或广告的词
 * （message/sms-rules.ts）。签名【…】由发送时加在前面。
 */
import { section } from "../section.ts";

export const complaintSms = section(
  {
    "complaint.acknowledged":
      "您的投诉已受理，编号{caseId}。我们在{respondDueAt}前联系您，{resolveDueAt}前给出处理方案。查询进度：{address}",
    "complaint.question": "您的投诉{caseId}需要您补充情况，请凭编号到{address}答复。",
    "complaint.message": "您的投诉{caseId}有新的进展，请凭编号到{address}查看。",
    "complaint.notice": "您的投诉{caseId}有了处理方案，请凭编号到{address}查看，并告诉我们您是否认可。",
    "complaint.reopened": "您的投诉{caseId}已重新处理，由上一级负责。查询进度：{address}",
    "complaint.closed": "您的投诉{caseId}已办结。办结后{days}天内仍可到{address}要求重新处理。",
  },
  {
    "complaint.acknowledged":
      "Complaint {caseId}: reply by {respondDueAt}, plan by {resolveDueAt}. {address}",
    "complaint.question": "We need your answer on complaint {caseId}: {address}",
    "complaint.message": "There is news on your complaint {caseId}: {address}",
    "complaint.notice": "Our proposal on complaint {caseId} is ready. Please tell us if you agree: {address}",
    "complaint.reopened": "Your complaint {caseId} was opened again, one level up: {address}",
    "complaint.closed": "Complaint {caseId} is closed. You may reopen it within {days} days: {address}",
  },
);
