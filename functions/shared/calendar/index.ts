/**
 * The working calendar of mainland China: which days work, and arithmetic with working time. Pure: no I/O and no
 * clock. Rules: the contract "Working time and clocks"; 全国年节及纪念日放假办法 for years without a notice.
 */
export { dateOf, toIso } from "./dates.ts";
export { dayKind } from "./day.ts";
export { parseWorkingDuration } from "./duration.ts";
export type { Segment, WorkingCalendar, YearCalendar } from "./model.ts";
export { defaultCalendar } from "./official.ts";
export { addWorkingTime, countWorkingMinutes, subtractWorkingTime } from "./time.ts";
export { withYears } from "./year.ts";
