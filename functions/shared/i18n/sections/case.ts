/** Where a case stands beyond its approval, for its road and its sentence. */
import { section } from "../section.ts";

export const caseTexts = section(
  {
    road: { settle: "结算", settleLater: "接待结束后", settled: "结清" },
    sentence: {
      approved: "已批准，预算已占用；客人{when} 到",
      decided: "{name}{voted}，{time} 撤销时限过后往下走",
      waitingSettle: "接待已结束，现在等{names}结算，{deadline}，{left}",
      waitingSettleLate: "接待已结束，现在等{names}结算，应在{deadline}，已{left}",
      changeClosed: {
        applied: "已批准，预算已调整",
        rejected: "已驳回，预算没有变动",
        withdrawn: "申请人已撤回，预算没有变动",
        expired: "过期没有审批，申请已结束，预算没有变动",
      },
    },
  },
  {
    road: { settle: "Settlement", settleLater: "after the visit", settled: "Settled" },
    sentence: {
      approved: "Approved, the budget is committed; the guests arrive {when}",
      decided: "{name} {voted}; it goes on once undo ends at {time}",
      waitingSettle: "The visit is over; waiting for {names} to settle it, {deadline}, {left}",
      waitingSettleLate: "The visit is over; waiting for {names} to settle it, it was due {deadline}, {left}",
      changeClosed: {
        applied: "Approved, the budget was changed",
        rejected: "Rejected; the budget is as it was",
        withdrawn: "Withdrawn; the budget is as it was",
        expired: "Nobody decided in time; the request is closed and the budget is as it was",
      },
    },
  },
);
