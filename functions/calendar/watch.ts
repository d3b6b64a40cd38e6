/**
 * Lambda `calendar-watch`, once a day: from 15 November on the next year's official schedule is missed until somebody
 * enters it, and so is the running year's at any time (MECHANICS §8). The metric `YearsMissing` carries an alarm, the log
 * names the years, and the complaint administrators get one mail a week.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { putMessage } from "../case/store.ts";
import { calendarOf, yearVersions } from "../directory/calendar.ts";
import type { Person } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { calendarId, putOnce } from "./store.ts";
import { missingYears, mondayOf } from "./year-rules.ts";

const logger = new Logger();
const metrics = new Metrics();

export async function handler(): Promise<{ missing: number[] }> {
  const at = now();
  const [versions, staff] = await Promise.all([yearVersions(), people()]);
  const missing = missingYears(calendarOf(versions), shanghaiDate(at));
  metrics.addMetric("YearsMissing", MetricUnit.Count, missing.length);
  metrics.publishStoredMetrics();
  if (missing.length > 0) logger.error("official schedule of the calendar is missing", { years: missing });
  await Promise.all(missing.flatMap((year) => admins(staff).map((person) => tell(person, year, at))));
  return { missing };
}

const admins = (staff: Person[]): Person[] =>
  staff.filter((person) => person.active && person.roles.includes("complaint_admin"));

const tell = (person: Person, year: number, at: number): Promise<boolean> =>
  putOnce(
    putMessage(
      newMessage({
        caseId: calendarId(year),
        kind: "calendar.missing",
        to: person.staffId,
        channel: "email",
        locale: person.locale,
        params: { year },
        at,
        key: mondayOf(shanghaiDate(at)),
      }),
    ),
  );
