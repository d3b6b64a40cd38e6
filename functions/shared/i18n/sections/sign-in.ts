/** The gate: what this is, and the way in. */
import { section } from "../section.ts";

export const signInTexts = section(
  {
    title: "登录",
    heading: "从提交到办结，一步一步走完",
    lead: "接待申请在这里提交、审批、占用预算。登录后可以看到等您处理的事和您提交的申请。",
    note: "不会另设密码。登录成功后回到您刚才要去的页面。",
    fromMail: "收到审批邮件的，直接点邮件里的按钮就能审批，不用登录。",
    failed: "没有登录成功，请再试一次。",
    unknown: "您的账号还没有开通闭环，请联系客户服务部。",
  },
  {
    title: "Sign in",
    heading: "Every request, from the first step to the last",
    lead: "Reception requests are submitted, approved and charged to the budget here. Sign in to see what waits for you and how far your own requests have come.",
    note: "There is no extra password. Afterwards you return to the page you wanted.",
    fromMail: "If you came from an approval e-mail: its button works without signing in.",
    failed: "Signing in did not work. Please try again.",
    unknown: "Your account has not been set up for CareLoop yet. Please ask Customer Service.",
  },
);
