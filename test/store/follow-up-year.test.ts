/**
 * A year of the demo's customers, day by day: every follow-up that the policy asks for is there, on the first day after it
 * was due on which the planner ran, and once; and the inbox holds every reminder that follows from that, at its minute, and
 * no other. The clock strikes twice, fails for days, and stands still on holidays; one agent is always late.
 */
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  addDays,
  DEFAULT_CADENCE,
  intervalDays,
  workingDayFrom,
} from "../../functions/customer/cadence-rules.ts";
import { forgetCalendar } from "../../functions/directory/calendar.ts";
import { recordFollowUp } from "../../functions/follow-up/act.ts";
import { bookAppointment } from "../../functions/follow-up/appointment.ts";
import { handler as digest } from "../../functions/message/digest.ts";
import { handler as dispatch } from "../../functions/message/dispatch.ts";
import { handler as plannerPage } from "../../functions/planner/page.ts";
import { handler as plannerStart } from "../../functions/planner/start.ts";
import { readResults } from "../../functions/planner/store.ts";
import { defaultCalendar as calendar, dayKind } from "../../functions/shared/calendar/index.ts";
import { now, stamp, toApi } from "../../functions/shared/clock.ts";
import { queryAll } from "../../functions/shared/table.ts";
import { runTimer } from "../../functions/step/run-timer.ts";
import { CUSTOMERS } from "../../local/demo/data.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { answer, callRecord, go, visitRecord } from "../support/follow-up.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

type Customer = (typeof CUSTOMERS)[number];

const FIRST = "2026-12-02";
const DAYS = 365;
const LAST = addDays(FIRST, DAYS - 1);
/** The planner did not run on these days: in spring, and right after the National Day holiday. */
const OUTAGES = ["2027-03-02", "2027-03-03", "2027-03-04", "2027-10-06", "2027-10-07", "2027-10-08"];
const isWorking = (day: string): boolean => dayKind(calendar, day).working;
/** Those reminders that a client can observe, and what is sent to customers. */
const WATCHED = /^(digest\.daily|follow-up\..*|step\.(due|climbed))$/;

// ---- what the policy asks for

/** The `n`th working day counting `day`, a working day, as the first. */
function workingDay(day: string, n: number): string {
  let at = day;
  for (let left = n - 1; left > 0; left -= 1) at = workingDayFrom(calendar, addDays(at, 1));
  return at;
}

function lastWorkingDayBefore(day: string): string {
  let at = addDays(day, -1);
  while (!isWorking(at)) at = addDays(at, -1);
  return at;
}

type Contact = { plannedOn: string; dueOn: string; doneOn: string };

/**
 * When a customer is called on: whoever is visited agrees on the last day of the window, those of tier C are called three
 * working days late, all others at once. The next contact is counted from the day on which this one is recorded.
 */
function contactsOf({ tier }: Customer): Contact[] {
  const found: Contact[] = [];
  const { window } = DEFAULT_CADENCE.tiers[tier];
  for (let due = workingDayFrom(calendar, addDays(FIRST, 1)); due <= LAST; ) {
    let plannedOn = due;
    while (!isWorking(plannedOn) || OUTAGES.includes(plannedOn)) plannedOn = addDays(plannedOn, 1);
    if (plannedOn > LAST) break;
    const dueOn = workingDay(plannedOn, window);
    const doneOn = tier === "A" ? dueOn : tier === "C" ? workingDay(dueOn, 4) : plannedOn;
    found.push({ plannedOn, dueOn, doneOn });
    due = workingDayFrom(calendar, addDays(doneOn, intervalDays(DEFAULT_CADENCE.tiers[tier])));
  }
  return found;
}

const mailOf = (staffId: string): string => person(staffId).email;

/** Everything that has to arrive, one line each: minute, kind, to whom. */
function expectedMail(): string[] {
  const lines: string[] = [];
  const busy = new Set<string>();
  for (const customer of CUSTOMERS) {
    const owner = customer.owner ?? "";
    const [contact] = customer.contacts;
    const reached = [contact?.email, contact?.phone].filter((one) => one !== null && one !== undefined);
    for (const { plannedOn, dueOn, doneOn } of contactsOf(customer)) {
      // It waits for him at eight until the day on which he records it.
      for (let day = plannedOn; day <= doneOn; day = addDays(day, 1))
        if (isWorking(day)) busy.add(`${day} 08:00 digest.daily ${mailOf(owner)}`);
      if (customer.tier === "A") {
        const before = `${lastWorkingDayBefore(dueOn)} 09:00`;
        lines.push(`${before} follow-up.day-before ${mailOf(owner)}`);
        for (const to of reached) {
          lines.push(`${plannedOn} 10:00 follow-up.appointment ${to}`);
          lines.push(`${before} follow-up.customer-reminder ${to}`);
        }
      }
      if (customer.tier === "C") {
        lines.push(`${dueOn} 18:00 step.due ${mailOf(owner)}`);
        // Eight working hours are a day: the lead, then the manager.
        lines.push(`${workingDay(dueOn, 2)} 18:00 step.climbed ${mailOf("huangyuanli")}`);
        lines.push(`${workingDay(dueOn, 3)} 18:00 step.climbed ${mailOf("yinxue")}`);
      }
    }
  }
  return [...lines, ...busy].filter((line) => line.slice(0, 10) <= LAST).sort();
}

// ---- the inbox

const ses = mockClient(SESClient);
const sns = mockClient(SNSClient);
const inbox: string[] = [];

/** `2026-12-03 08:00` in Shanghai. */
const minute = (): string => toApi(now()).slice(0, 16).replace("T", " ");
const receive = (kind: string, to: string): void => {
  if (WATCHED.test(kind)) inbox.push(`${minute()} ${kind} ${to}`);
};

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  Object.assign(process.env, {
    MAIL_FROM: "care@xunda.example",
    MAIL_CONFIGURATION_SET: "careloop",
    SMS_SIGNATURE: "讯达物流",
  });
  ses.on(SendRawEmailCommand).callsFake(({ Destinations, RawMessage }) => {
    const raw = Buffer.from(RawMessage.Data).toString("latin1");
    receive(/^X-CareLoop-Kind: (\S+)/im.exec(raw)?.[1] ?? "", Destinations[0]);
    return { MessageId: "ses" };
  });
  sns.on(PublishCommand).callsFake(({ PhoneNumber, MessageAttributes }) => {
    receive(MessageAttributes["X-CareLoop-Kind"].StringValue, PhoneNumber);
    return { MessageId: "sns" };
  });
}, 60_000);
afterAll(() => tables.stop());

// ---- a day

const at = (day: string, time: string): void => void vi.setSystemTime(Date.parse(`${day}T${time}:00+08:00`));

const waiting = (pending: string) =>
  queryAll({
    TableName: process.env.CASES_TABLE,
    IndexName: "byPending",
    KeyConditionExpression: "pending = :pending AND dueAt <= :now",
    ExpressionAttributeValues: { ":pending": pending, ":now": stamp(now()) },
  });

/** What stream and alarms do: timers that are due ring, then all that waits is sent. */
async function drive(): Promise<void> {
  const timers = await waiting("timer");
  await Promise.all(
    timers.map(({ caseId, timerId }) => runTimer({ v: 1, caseId: String(caseId), timerId: String(timerId) })),
  );
  const messages = await waiting("message");
  await dispatch({ redrive: messages.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })) });
}

/** The planner strikes; on every fifth day of the month twice. */
async function planned(day: string): Promise<{ caseId: string; customer: Customer; staffId: string }[]> {
  at(day, "07:30");
  forgetCalendar();
  const strikes = OUTAGES.includes(day) ? 0 : Number(day.slice(-2)) % 5 === 0 ? 2 : 1;
  for (let strike = 0; strike < strikes; strike += 1) {
    const { runId } = await plannerStart();
    if (runId !== null) await plannerPage({ v: 1, jobId: runId });
  }
  const { made } = await readResults(day);
  await Promise.all(made.map(({ caseId }) => go(caseId)));
  return made.map(({ caseId, customerId, staffId }) => ({
    caseId,
    customer: CUSTOMERS.find((one) => one.customerId === customerId)!,
    staffId,
  }));
}

type Open = { caseId: string; customer: Customer; staffId: string; doneOn: string };

async function record(day: string, { caseId, customer, staffId }: Open): Promise<void> {
  const next = addDays(day, intervalDays(DEFAULT_CADENCE.tiers[customer.tier]));
  await recordFollowUp(
    person(staffId),
    caseId,
    customer.tier === "A"
      ? visitRecord({ nextVisitPlan: { dueOn: next } })
      : callRecord({ nextFollowUpOn: next }),
  );
  await go(caseId);
  await answer(caseId, "review", "accept");
  await go(caseId);
}

test("every follow-up of a year is there, once, and so is every reminder", async () => {
  const places = new Map(CUSTOMERS.map((one) => [one.customerId, contactsOf(one)]));
  let open: Open[] = [];
  for (let n = 0; n < DAYS; n += 1) {
    const day = addDays(FIRST, n);
    const made = await planned(day);
    at(day, "08:00");
    await digest();
    await drive();
    if (!isWorking(day)) continue;
    at(day, "09:00");
    await drive();
    at(day, "10:00");
    for (const one of made) {
      const doneOn = places.get(one.customer.customerId)?.find(({ plannedOn }) => plannedOn === day)?.doneOn;
      open.push({ ...one, doneOn: doneOn ?? "never" });
      if (one.customer.tier === "A")
        await bookAppointment(person(one.staffId), one.caseId, {
          at: `${doneOn}T14:00:00+08:00`,
          place: "客户公司",
        });
    }
    const called = open.filter(({ doneOn, customer }) => doneOn === day && customer.tier !== "A");
    await Promise.all(called.map((one) => record(day, one)));
    await drive();
    at(day, "16:00");
    const visited = open.filter(({ doneOn, customer }) => doneOn === day && customer.tier === "A");
    await Promise.all(visited.map((one) => record(day, one)));
    open = open.filter(({ doneOn }) => doneOn !== day);
    at(day, "18:00");
    await drive();
  }
  for (const customer of CUSTOMERS) {
    const items = await tables.items("Cases", `PLANNED#OF#${customer.customerId}`);
    const days = items.map((one) => String(one.sk).slice(0, 10)).toSorted();
    // The first day is the one on which the customers are entered: nobody is due on it.
    expect([customer.customerId, ...days]).toEqual([
      customer.customerId,
      ...contactsOf(customer).map(({ plannedOn }) => plannedOn),
    ]);
  }
  expect(inbox.toSorted()).toEqual(expectedMail());
  // Two customers every fortnight, one a month, one a quarter, two a year; a digest on most days.
  expect(inbox.length).toBeGreaterThan(300);
}, 600_000);
