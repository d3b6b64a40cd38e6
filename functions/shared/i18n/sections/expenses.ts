/** What a visit costs money for, by the item of a settlement's line. */
import { section } from "../section.ts";

export const expenseNames = section(
  {
    meal: "餐费",
    lodging: "住宿",
    transport: "用车",
    gift: "礼品",
    meal_allowance: "餐补",
    meeting: "会议",
    office: "办公用品",
    other: "其他",
  },
  {
    meal: "Meal",
    lodging: "Lodging",
    transport: "Transport",
    gift: "Gift",
    meal_allowance: "Meal allowance",
    meeting: "Meeting",
    office: "Office supplies",
    other: "Other",
  },
);
