/** Elapsed time as policies write it, whatever the working calendar says; working time is calendar/duration.ts. */
import { invalid } from "./errors.ts";

/**
 * `PT4H` → 14,400,000 milliseconds; `P30D` is thirty times 24 hours. Months and years are refused: they have no one length.
 * @throws Refusal 400 `invalid` if it is not such a duration of ISO 8601.
 */
export function elapsedMs(iso: string): number {
  const match = /^P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/.exec(iso);
  if (!match) throw invalid({ path: "duration", code: "invalid" });
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
