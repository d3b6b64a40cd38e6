/**
 * Lambda `report-monthly`, called every day at 09:00 in Shanghai: on the first working day of a month it mails the
 * statistics of the month before (contracts/complaints.md). The mails of a month are one transaction under deterministic
 * ids, so a second call sends nothing. By hand: `{period}` mails that month on any day, unless it was mailed.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { putMessage } from "../case/store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Person, Role } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { monthAfter } from "./complaint-rules.ts";
import { countMonth } from "./complaints.ts";
import { isFirstWorkingDay, paramsOf } from "./mail-rules.ts";

const logger = new Logger();

/** Managers, and who keeps the statistics. */
const READERS: readonly Role[] = ["service_manager", "general_manager", "complaint_admin"];

export async function handler(input: { period?: string } = {}): Promise<{ sent: number }> {
  const today = shanghaiDate(now());
  const [staff, calendar] = await Promise.all([people(), workingCalendar()]);
  if (input.period === undefined && !isFirstWorkingDay(calendar, today)) return { sent: 0 };
  const period = input.period ?? monthAfter(today.slice(0, 7), -1);
  const sent = await mail(period, staff);
  logger.info("monthly report", { period, sent });
  return { sent };
}

async function mail(period: string, staff: Person[]): Promise<number> {
  const readers = staff.filter(
    (person) => person.active && person.roles.some((role) => READERS.includes(role)),
  );
  const params = paramsOf(await countMonth(period, staff));
  const messages = readers.map((person) =>
    newMessage({
      caseId: `REPORT-${period}`,
      kind: "report.complaints",
      to: person.staffId,
      channel: "email",
      locale: person.locale,
      params,
      at: now(),
      key: period,
    }),
  );
  if (messages.length === 0) return 0;
  try {
    await transact(messages.map(putMessage));
    return messages.length;
  } catch (error) {
    if (error instanceof ConditionFailed) return 0;
    throw error;
  }
}
