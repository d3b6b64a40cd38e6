/** 日历订阅。 */
import { section } from "../section.ts";

export const feedTexts = section({ name: "闭环日程" }, { name: "CareLoop appointments" });
