/** 一步审批上能做的事：页面和短信里的话。 */
import { section } from "../section.ts";

export const verbs = section(
  {
    sms: {
      code: "验证码 {code}，10 分钟内有效，用于审批 {amount} 的申请。请勿告诉他人。",
    },
    undo: {
      title: "点错了？",
      left: "{time} 前可以撤销",
      button: "撤销我的决定",
      text: "撤销后这一步重新等您决定；在此之前别人不会收到通知。",
      doneTitle: "决定已撤销",
      done: "这一步重新等您决定。新的链接已发到您登记的邮箱，旧链接不能再用。",
    },
    code: {
      needed: "金额较大，用链接同意时要填发到您手机的验证码。登录后审批不用。",
      send: "把验证码发到我的手机",
      again: "重新发一个验证码",
      sent: "验证码已发到您登记的手机，10 分钟内有效。",
      label: "验证码",
    },
    did: {
      transfer: "您已转交给别人审批",
      "add-before": "您已请人先签",
      "add-after": "您已同意，并请人再签",
    },
    person: "同事",
    stage: "退回到",
    stageRequester: "申请人，改好后从第一级重新审批",
    why: "原因",
    transfer: {
      title: "转交别人审批",
      hint: "由对方代您决定，期限不变，您的链接失效。",
      confirm: "确认转交",
    },
    addBefore: { title: "请人先签", hint: "对方同意后，再由您决定。", confirm: "确认请人先签" },
    addAfter: {
      title: "同意，再请人签",
      hint: "您的同意算数，对方同意后才往下走。",
      confirm: "同意并请人再签",
    },
    returnTo: { title: "退回到前面一级", hint: "那一级和后面各级重新审批。", confirm: "确认退回" },
  },
  {
    sms: {
      code: "Code {code}, good for 10 minutes, to approve a request of {amount}. Do not pass it on.",
    },
    undo: {
      title: "Pressed by mistake?",
      left: "undo until {time}",
      button: "Undo my decision",
      text: "The step then waits for you again. Nobody else is told before that time.",
      doneTitle: "Undone",
      done: "This step waits for you again. A new link has gone to your registered e-mail; the old one no longer works.",
    },
    code: {
      needed:
        "For an amount this large, approving by link needs the code sent to your phone. Signed in, you need none.",
      send: "Send the code to my phone",
      again: "Send another code",
      sent: "The code has gone to your registered phone. It is good for 10 minutes.",
      label: "Code",
    },
    did: {
      transfer: "You handed this step over",
      "add-before": "You asked somebody to sign first",
      "add-after": "You approved and asked somebody to sign too",
    },
    person: "Colleague",
    stage: "Back to",
    stageRequester: "The requester; approval then starts again from the first stage",
    why: "Reason",
    transfer: {
      title: "Hand over to somebody else",
      hint: "They decide in your place by the same deadline; your link ends.",
      confirm: "Hand over",
    },
    addBefore: {
      title: "Have somebody sign first",
      hint: "Once they approve, it comes back to you.",
      confirm: "Ask them to sign first",
    },
    addAfter: {
      title: "Approve and have somebody sign too",
      hint: "Your approval counts; it goes on once they approve as well.",
      confirm: "Approve and ask them",
    },
    returnTo: {
      title: "Return to an earlier stage",
      hint: "That stage and those after it approve again.",
      confirm: "Return",
    },
  },
);
