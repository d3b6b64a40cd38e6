/** The shapes of the working calendar. Dates are `YYYY-MM-DD` in Asia/Shanghai; instants are epoch milliseconds. */

/** Working intervals of a day that works, ascending and apart: `[["09:00", "12:00"], ["13:00", "18:00"]]`. */
export type WorkingHours = readonly (readonly [from: string, to: string])[];

/**
 * One year. `official`: from the notice of the State Council that `notice` names. `provisional`: computed from the
 * statutory days because no notice exists yet. Weekends are off without being listed. Both lists may reach into
 * December of the year before, because a notice does so when New Year's break begins there.
 */
export type YearCalendar = {
  year: number;
  status: "official" | "provisional";
  notice?: string;
  daysOff: string[];
  workingWeekends: string[];
};

/** `years` holds the years that somebody decided; any other year of 2020–2100 is computed as provisional. */
export type WorkingCalendar = { hours: WorkingHours; years: ReadonlyMap<number, YearCalendar> };

/** What a date is. `adjusted`: a weekend day that is worked (调休). `intervals` is empty on a day off. */
export type DayKind = {
  date: string;
  working: boolean;
  kind: "workday" | "weekend" | "holiday" | "adjusted";
  intervals: [string, string][];
  provisional: boolean;
};

/**
 * One span of a trace. `from` and `to` are ISO 8601 with +08:00; `minutes` is the working time it counted: its
 * length if open, else 0. `paused` is written by clocks that stop, never by this module.
 */
export type Segment = {
  from: string;
  to: string;
  minutes: number;
  reason: "open" | "adjusted-open" | "lunch" | "night" | "weekend" | "holiday" | "paused";
  provisional?: boolean;
};
