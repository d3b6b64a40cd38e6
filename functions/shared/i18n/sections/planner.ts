/** 自动安排的回访为了什么。 */
import { section } from "../section.ts";

export const plannedPurposes = section(
  { call: "按客户等级的定期回访", visit: "按客户等级的定期拜访" },
  { call: "Regular call of the customer's tier", visit: "Regular visit of the customer's tier" },
);
