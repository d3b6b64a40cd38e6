/** 路线里每一条规则的说明：为什么有这一级、为什么由这个人签。每句都写明所依据的数字或人。 */
import { section } from "../section.ts";

export const routeTexts = section(
  {
    always: "每份申请都要经过这一级",
    amount: "金额 {amount} 超过 {above}",
    level: "接待级别 {level}，这一级审批的级别：{levels}",
    credit_grade: "客户信用等级 {grade}，这一级审批的等级：{grades}",
    over_budget: "预算余额不够支付 {amount}，按制度多一级审批",
    over_standard: "金额 {amount} 超过接待标准，按制度由这一级审批",
    retroactive: "提交时来访已经开始，按制度多一级审批",
    attendee: "参加接待的领导职务高于申请人，由这一级审批",
    self: "申请人{requester}不签自己的申请，由{signer}签",
    same_signer: "{signer}在“{into}”一步里一并审批：金额 {amount} 在本人权限 {limit} 以内",
    same_signer_any: "{signer}在“{into}”一步里一并审批：本人权限不限金额",
    substitute: "{instead}不在，由{signer}代签",
    vacant: "这个岗位没有人，由管理员{signer}处理：可以转交、退回或驳回，不能同意",
    added: "{by}请{signer}加签",
    returned: "申请被退回到这一级，重新审批",
  },
  {
    always: "Every request passes this stage",
    amount: "The amount {amount} is above {above}",
    level: "The visit is of level {level}; this stage signs level {levels}",
    credit_grade: "The customer has credit grade {grade}; this stage signs grade {grades}",
    over_budget: "The budget does not cover {amount}, so one more stage signs",
    over_standard: "The amount {amount} is above the standard, so this stage signs",
    retroactive: "The visit had begun when the request was submitted, so one more stage signs",
    attendee: "Somebody in a higher post than the requester attends, so this stage signs",
    self: "{requester} does not sign a request of their own; {signer} signs",
    same_signer:
      "{signer} decides this together with “{into}”: {amount} is within their own limit of {limit}",
    same_signer_any: "{signer} decides this together with “{into}”: their own limit is any amount",
    substitute: "{instead} is away; {signer} signs for them",
    vacant:
      "Nobody holds this post; {signer} as administrator may transfer, return or reject, but not approve",
    added: "{by} asked {signer} to sign too",
    returned: "The request was returned to this stage and is decided again",
  },
);
