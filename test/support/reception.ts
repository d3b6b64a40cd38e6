/** A valid reception request (the contract's example), and who is who in the demo company. */
import type { Person } from "../../functions/directory/model.ts";
import { PEOPLE } from "../../local/demo/data.ts";

export const EXAMPLE = {
  visitingOrg: "洁丽雅有限公司",
  guestsMale: 1,
  guestsFemale: 1,
  guestContactName: "陈辰",
  guestContactPhone: "+8613800000001",
  companions: [{ name: "曾群", phone: "+8613800000002" }],
  arrivalDate: "2026-12-07",
  fromPlace: "双流",
  toPlace: "郫县",
  departAt: "2026-12-07T07:50:00+08:00",
  arriveAt: "2026-12-07T09:00:00+08:00",
  plannedLeaveAt: "2026-12-08T09:00:00+08:00",
  level: "C",
  allowancePerPersonDay: 30000,
  pickupPlace: "airport_or_rail",
  greeters: ["staff"],
  needFlowers: false,
  needWelcomeSign: true,
  hotelClass: "2",
  hotelStar: 3,
  hotelName: "金叶",
  roomType: "标准间",
  roomCount: 2,
  lodgingPayer: "company_all",
  diningPayer: "company_all",
  hostLeaders: ["dept_mgr"],
  budgetAmount: 500000,
  excessReason: "用车 ¥1,400、会议室 ¥600",
  costDepartment: "finance",
  exchangeContent: "参观公司内部环境与配送环节",
};

export type Form = typeof EXAMPLE & Record<string, unknown>;

/** The example with changes; a field set to undefined is left out. */
export function form(changes: Record<string, unknown> = {}): Form {
  const all = { ...structuredClone(EXAMPLE), ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Form;
}

/** A person of the demo company. */
export function person(staffId: string): Person {
  const found = PEOPLE.find((one) => one.staffId === staffId);
  if (!found) throw new Error(`Nobody is called ${staffId}`);
  return found;
}

/** A Wednesday before the visit of the example, ten in the morning in Shanghai. */
export const WEDNESDAY = Date.parse("2026-12-02T10:00:00+08:00");
