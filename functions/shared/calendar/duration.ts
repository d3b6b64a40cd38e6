/** Working durations as policies write them. */
import { invalid } from "../errors.ts";

const WORKING_DAY_MINUTES = 480;

/**
 * `PT8H` → 480, `PT1H30M` → 90, `P2DT4H` → 1200: minutes of working time. `P1D` is one working day of eight hours
 * whatever the calendar's hours are, because the clocks of the policy are written so (1440 minutes = 3 days).
 * Weeks, months, years, seconds and fractions are refused: nobody could say what working time they mean.
 * @throws Refusal 400 `invalid` if it is not such a duration of ISO 8601.
 */
export function parseWorkingDuration(iso: string): number {
  const match = /^P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?)?$/.exec(iso);
  if (!match) throw invalid({ path: "duration", code: "invalid" });
  const [days, hours, minutes] = match.slice(1).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
  ];
  return days * WORKING_DAY_MINUTES + hours * 60 + minutes;
}
