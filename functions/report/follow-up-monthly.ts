/**
 * Lambda `report-follow-ups`, called every day at 08:30 in Shanghai: on the first working day of a month it drafts the
 * summary of the follow-ups of the month before, tells those who write and read it, and mails the figures of customers
 * (contracts/follow-ups.md "Reports"). Called twice it makes and sends nothing more. By hand: `{period}` does so for that
 * month on any day.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { readsReports } from "../case/access.ts";
import { putMessage } from "../case/store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Person, Role } from "../directory/model.ts";
import { people } from "../directory/store.ts";
import { newMessage } from "../message/compose.ts";
import type { NoticeKind } from "../message/kinds.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { draftConclusions } from "../shared/i18n/sections/summary-names.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { monthAfter } from "./complaint-rules.ts";
import { countCustomers } from "./customers.ts";
import type { Figures } from "./follow-up-rules.ts";
import { countScope } from "./follow-ups.ts";
import { isFirstWorkingDay, numbersOf } from "./mail-rules.ts";
import { newSummary } from "./summary-model.ts";
import { readSummary, SUMMARY_LABEL, summaryWrite } from "./summary-store.ts";

const logger = new Logger();

/** Who gets the figures of customers: the firm's management, and who keeps the register. */
const CUSTOMER_READERS: readonly Role[] = ["general_manager", "service_manager", "records_admin"];

export async function handler(input: { period?: string } = {}): Promise<{ drafted: boolean; sent: number }> {
  const today = shanghaiDate(now());
  const [staff, calendar] = await Promise.all([people(), workingCalendar()]);
  if (input.period === undefined && !isFirstWorkingDay(calendar, today)) return { drafted: false, sent: 0 };
  const period = input.period ?? monthAfter(today.slice(0, 7), -1);
  const [figures, customers] = await Promise.all([countScope({ period }), countCustomers(period)]);
  const drafted = await draft(period, figures);
  const active = staff.filter((person) => person.active);
  const { issuesByCategory, newComplaints, demands } = figures;
  const sent =
    (await mail(
      "report.follow-ups",
      period,
      active.filter(readsReports),
      numbersOf({
        ...figures,
        issues: issuesByCategory.reduce((sum, { count }) => sum + count, 0),
        demands: demands.length,
        complaints: newComplaints.length,
      }),
    )) +
    (await mail(
      "report.customers",
      period,
      active.filter((person) => person.roles.some((role) => CUSTOMER_READERS.includes(role))),
      numbersOf({
        ...customers,
        ...Object.fromEntries(customers.byTier.map(({ tier, customers: n }) => [`tier.${tier}`, n])),
      }),
    ));
  logger.info("monthly follow-ups", { period, drafted, sent });
  return { drafted, sent };
}

/** A first text to go on from; what somebody wrote meanwhile stays. */
async function draft(period: string, figures: Figures): Promise<boolean> {
  if (await readSummary(period)) return false;
  const summary = newSummary(period, { period });
  try {
    await transact([summaryWrite({ ...summary, conclusions: draftConclusions(figures, "zh-CN") }, 0)]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(SUMMARY_LABEL)) return false;
    throw error;
  }
}

/** The mails of a month are one transaction under ids of their own, so that it is sent once. */
async function mail(
  kind: NoticeKind,
  period: string,
  readers: Person[],
  params: Record<string, number>,
): Promise<number> {
  const messages = readers.map((person) =>
    newMessage({
      caseId: `REPORT-${period}`,
      kind,
      to: person.staffId,
      channel: "email",
      locale: person.locale,
      params: { period, ...params },
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
