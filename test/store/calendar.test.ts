/** Entering a year, counting again what runs, and missing a year: on the tables, with every race that there is. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openCases, SHARDS } from "../../functions/calendar/store.ts";
import { checkYear, publishYear, readYear } from "../../functions/calendar/years.ts";
import { verify } from "../../functions/case/chain.ts";
import { nextRung } from "../../functions/complaint/clock-rules.ts";
import { forgetCalendar, workingCalendar } from "../../functions/directory/calendar.ts";
import { dayKind } from "../../functions/shared/calendar/index.ts";
import { handler as remind } from "../../functions/step/remind.ts";
import { filed, go, readOne } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { opened as openedAt, race, read, refusal, rungsOf } from "../support/flow.ts";
import { person } from "../support/reception.ts";

process.env.POWERTOOLS_LOG_LEVEL = "ERROR";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
const { handler: replan } = await import("../../functions/calendar/replan.ts");
const { handler: watch } = await import("../../functions/calendar/watch.ts");

/** A request for a visit in the new year with its first step open. */
const opened = () =>
  openedAt({
    arrivalDate: "2027-01-20",
    departAt: "2027-01-20T07:50:00+08:00",
    arriveAt: "2027-01-20T09:00:00+08:00",
    plannedLeaveAt: "2027-01-21T09:00:00+08:00",
  });

const at = (text: string) => Date.parse(`${text}+08:00`);
const EVE = at("2026-12-31T17:00:00");
const SCHEDULE = { daysOff: ["2027-01-01", "2027-01-02"], workingWeekends: ["2027-01-03"] };
const body = (change: object = {}) => ({
  basedOn: 0,
  notice: "国办发明电〔2026〕9号",
  ...SCHEDULE,
  ...change,
});

const admin = person("limin");
let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: EVE });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(async () => {
  vi.setSystemTime(EVE);
  await tables.reset();
  forgetCalendar();
});

/** All pages of one look, as the workflow asks for them. */
async function look(year = 2027, version = 1): Promise<number> {
  let asked: { cursor: string | null; failed: number } = { cursor: null, failed: 0 };
  do asked = await replan({ v: 1, year, version, ...asked });
  while (asked.cursor !== null);
  return asked.failed;
}

describe("a year", () => {
  test("is entered by who keeps the rules, counts from then on, and orders the counting again", async () => {
    expect((await readYear(admin, 2027)).view).toMatchObject({
      status: "provisional",
      version: 0,
      notice: null,
    });
    expect(dayKind(await workingCalendar(), "2027-01-03").kind).toBe("weekend");
    const published = await publishYear(admin, 2027, body());
    expect(published).toMatchObject({ year: 2027, version: 1 });
    expect(published.changes).toContainEqual({ date: "2027-01-03", was: "weekend", is: "adjusted" });
    expect(dayKind(await workingCalendar(), "2027-01-03")).toMatchObject({
      kind: "adjusted",
      provisional: false,
    });
    expect((await readYear(person("zhangyun"), 2027)).view).toMatchObject({
      status: "official",
      version: 1,
      publishedBy: { staffId: "limin", name: "李敏" },
      ...SCHEDULE,
    });
    expect(await tables.items("Cases", "C#CALENDAR-2027")).toMatchObject([
      { sk: "WORK#CALENDAR-2027-1", kind: "replan", year: 2027, version: 1, pending: "work" },
    ]);
  });

  test("pressed twice is published once; a correction is a version of its own", async () => {
    await publishYear(admin, 2027, body());
    expect(await publishYear(admin, 2027, body())).toMatchObject({ version: 1, changes: [] });
    expect(await publishYear(admin, 2027, body({ basedOn: 1 }))).toMatchObject({ version: 1 });
    const corrected = body({ basedOn: 1, workingWeekends: [] });
    expect(await publishYear(admin, 2027, corrected)).toMatchObject({
      version: 2,
      changes: [{ date: "2027-01-03", was: "adjusted", is: "weekend" }],
    });
    expect((await readYear(admin, 2027)).versions.map((one) => one.version)).toEqual([1, 2]);
  });

  test("of two people who publish at once one is told to look again", async () => {
    const count = await race([
      publishYear(admin, 2027, body()),
      publishYear(person("yinxue"), 2027, body({ workingWeekends: [] })),
    ]);
    expect(count).toEqual({ ok: 1, "409 stale": 1 });
    expect(await refusal(publishYear(admin, 2027, body({ notice: "另一份" })))).toBe("409 stale");
    expect(await refusal(checkYear(admin, 2027, body({ notice: "另一份" })))).toBe("409 stale");
  });

  test("is refused to others, for other years, and at each wrong date; then nothing is stored", async () => {
    for (const staffId of ["zhangyun", "shuaizhong", "lichaoqun"])
      expect(await refusal(publishYear(person(staffId), 2027, body()))).toBe("403 not_allowed");
    expect(await refusal(publishYear(admin, 2025, body()))).toBe("404 not_found");
    expect(await refusal(publishYear(admin, 2030, body()))).toBe("404 not_found");
    const wrong = body({ daysOff: ["2027-01-01", "2028-01-01", "x"], workingWeekends: ["2027-01-04"] });
    expect(await refusal(publishYear(admin, 2027, wrong))).toBe(
      "400 invalid daysOff.1:date daysOff.2:date workingWeekends.0:invalid",
    );
    expect(await refusal(publishYear(admin, 2027, { ...body(), extra: 1 }))).toBe(
      "400 invalid extra:unknown_field",
    );
    expect(await refusal(publishYear(admin, 2027, body({ notice: "a\nb", daysOff: [] })))).toBe(
      "400 invalid notice:control_characters daysOff:required",
    );
    expect(await refusal(publishYear(admin, 2027, null))).toMatch(/^400 invalid/);
    expect(await tables.items("Directory", "CALENDAR")).toEqual([]);
    expect(await tables.items("Cases", "C#CALENDAR-2027")).toEqual([]);
  });
});

describe("an open step", () => {
  test("moves with its seats, its ladder and its timer; its case tells it; twice is once", async () => {
    const { caseId, stepId } = await opened();
    const before = await read(caseId);
    expect(before.steps[0]).toMatchObject({ provisional: true, dueAt: "2027-01-04T09:00:00.000Z" });
    await publishYear(admin, 2027, body());
    expect(await look()).toBe(0);

    const after = await read(caseId);
    const [step] = after.steps;
    expect(step).toMatchObject({
      stepId,
      provisional: false,
      dueAt: "2027-01-03T09:00:00.000Z",
      token: before.steps[0]?.token,
    });
    expect(after.seats.map((seat) => seat.dueAt)).toEqual(["2027-01-03T09:00:00.000Z"]);
    const [timer] = rungsOf(after).filter((one) => one.pending);
    expect(timer).toMatchObject({ dueAt: step?.ladder[0]?.at, arms: 1 });
    expect(after.events.at(-1)).toMatchObject({ kind: "clock.replanned", by: null, via: "system", stepId });
    expect(after.payloads.get(after.header.seq)?.data).toEqual({
      year: 2027,
      version: 1,
      from: "2027-01-04T17:00:00+08:00",
      to: "2027-01-03T17:00:00+08:00",
    });
    expect(verify(after.events, after.payloads, after.header.head)).toBe(true);

    const { seq } = after.header;
    expect(await look()).toBe(0);
    await Promise.all([look(), look()]);
    expect((await read(caseId)).header.seq).toBe(seq);
  });

  test("rings by its new times: the alarm of the old ones comes too early and is set again", async () => {
    const { caseId, stepId } = await opened();
    const early = rungsOf(await read(caseId)).find((one) => one.pending)!;
    const longer = body({ daysOff: ["2027-01-01", "2027-01-04"], workingWeekends: [] });
    await publishYear(admin, 2027, longer);
    await look();
    vi.setSystemTime(early.dueAt);
    await remind({ v: 1, caseId, timerId: early.timerId });
    const waiting = rungsOf(await read(caseId)).find((one) => one.pending)!;
    expect(waiting).toMatchObject({ timerId: early.timerId, arms: 2 });
    vi.setSystemTime(waiting.dueAt);
    await remind({ v: 1, caseId, timerId: waiting.timerId });
    const { messages } = await read(caseId);
    expect(messages.filter((one) => one.kind === "step.remind")).toHaveLength(1);
    expect(waiting.dueAt).toBe("2027-01-05T04:00:00.000Z");
    expect((await read(caseId)).steps.find((one) => one.stepId === stepId)?.status).toBe("open");
  });

  test("that was opened by the new year already is left alone, and so is what touches no entered day", async () => {
    await publishYear(admin, 2027, body());
    const late = await opened();
    vi.setSystemTime(at("2026-12-01T10:00:00"));
    const other = await opened();
    const seqs = [(await read(late.caseId)).header.seq, (await read(other.caseId)).header.seq];
    vi.setSystemTime(EVE);
    expect(await look()).toBe(0);
    expect([(await read(late.caseId)).header.seq, (await read(other.caseId)).header.seq]).toEqual(seqs);
  });

  test("is counted again on every page of the index", async () => {
    const cases = await Promise.all(Array.from({ length: 8 }, () => opened()));
    const listed: string[] = [];
    for (let shard = 0; shard < SHARDS; shard += 1) {
      let cursor: string | null | undefined;
      do {
        const page = await openCases("reception", shard, cursor ?? undefined, 1);
        listed.push(...page.caseIds);
        cursor = page.next;
      } while (cursor);
    }
    expect(listed.sort()).toEqual(cases.map(({ caseId }) => caseId).sort());
    await publishYear(admin, 2027, body());
    expect(await look()).toBe(0);
    for (const { caseId } of cases)
      expect((await read(caseId)).steps[0]).toMatchObject({
        provisional: false,
        dueAt: "2027-01-03T09:00:00.000Z",
      });
  });
});

describe("a complaint", () => {
  const due = async (caseId: string) =>
    Object.fromEntries((await readOne(caseId)).clocks.map((clock) => [clock.kind, clock.dueAt]));

  test("moves with its clocks, their timers, its investigation and its place in lists; twice is once", async () => {
    const caseId = await filed();
    const step = await go(caseId);
    // P3: 240 and 1440 working minutes from Thursday 17:00.
    expect(await due(caseId)).toMatchObject({
      respond: "2027-01-04T04:00:00.000Z",
      resolve: "2027-01-06T09:00:00.000Z",
    });
    await publishYear(admin, 2027, body());
    expect(await look()).toBe(0);

    const file = await readOne(caseId);
    expect(await due(caseId)).toMatchObject({
      respond: "2027-01-03T04:00:00.000Z",
      resolve: "2027-01-05T09:00:00.000Z",
    });
    for (const clock of file.clocks) {
      expect(clock.provisional).toBe(false);
      expect(clock.trace.reduce((sum, one) => sum + one.minutes, 0)).toBeCloseTo(clock.minutes, 6);
      const rung = nextRung(clock);
      const timers = file.timers.filter(
        (one) => one.kind === "clock" && one.clockId === clock.clockId && one.pending,
      );
      expect(timers.map((one) => one.dueAt)).toEqual(rung ? [rung.at] : []);
    }
    const untouched = file.timers.find((one) => one.kind === "untouched" && one.pending);
    expect(untouched?.dueAt).toBe("2027-01-03T02:00:00.000Z");
    expect(file.steps.find((one) => one.stepId === step?.stepId)).toMatchObject({
      kind: "investigate",
      dueAt: "2027-01-05T09:00:00.000Z",
      provisional: false,
    });
    expect(file.seats.find((one) => one.stepId === step?.stepId)?.dueAt).toBe("2027-01-05T09:00:00.000Z");
    expect(file.header.dueAt).toBe("2027-01-05T09:00:00.000Z");
    const told = file.events.filter((one) => one.kind === "clock.replanned");
    const data = told.map((one) => file.payloads.get(one.seq)?.data);
    expect(data).toContainEqual(
      expect.objectContaining({
        clockId: `${caseId}-c1-respond`,
        from: "2027-01-04T12:00:00+08:00",
        to: "2027-01-03T12:00:00+08:00",
      }),
    );
    expect(verify(file.events, file.payloads, file.header.head)).toBe(true);
    expect(await look()).toBe(0);
    expect((await readOne(caseId)).header.seq).toBe(file.header.seq);
  });

  test("keeps a breach that is on record, whatever a correction says", async () => {
    const caseId = await filed();
    await go(caseId);
    await publishYear(admin, 2027, body());
    await look();
    vi.setSystemTime(at("2027-01-03T13:30:00"));
    // Nobody answered by 12:00 on the third; the correction would have had it due on the fourth.
    await publishYear(admin, 2027, body({ basedOn: 1, workingWeekends: [] }));
    expect(await look(2027, 2)).toBe(0);
    const clocks = (await readOne(caseId)).clocks;
    expect(clocks.find((one) => one.kind === "respond")).toMatchObject({
      status: "breached",
      dueAt: "2027-01-03T04:00:00.000Z",
      breachedAt: "2027-01-03T04:00:00.000Z",
    });
    expect(clocks.find((one) => one.kind === "resolve")?.dueAt).toBe("2027-01-06T09:00:00.000Z");
  });
});

describe("a missing year", () => {
  const mails = async () =>
    (await tables.items("Cases", "C#CALENDAR-2027")).filter((item) => String(item.sk).startsWith("MSG#"));

  test("is missed from 15 November on, with one mail a week to the complaint administrators", async () => {
    vi.setSystemTime(at("2026-11-14T23:59:00"));
    expect(await watch()).toEqual({ missing: [] });
    vi.setSystemTime(at("2026-11-15T00:00:00"));
    expect(await watch()).toEqual({ missing: [2027] });
    expect(await mails()).toMatchObject([
      { kind: "calendar.missing", to: "limin", channel: "email", pending: "message", params: { year: 2027 } },
    ]);
    // Sunday the 15th; the next week begins on Monday. Called twice a day, once a day, for two more weeks.
    for (let day = 15; day < 30; day += 1) {
      vi.setSystemTime(at(`2026-11-${day}T08:00:00`));
      await Promise.all([watch(), watch()]);
    }
    expect(await mails()).toHaveLength(3);
  });

  test("is missed no more once it is entered", async () => {
    await publishYear(admin, 2027, body());
    expect(await watch()).toEqual({ missing: [] });
    expect(await mails()).toEqual([]);
  });
});

test("what was read is kept for a minute, then read again", async () => {
  expect(dayKind(await workingCalendar(), "2027-01-03").kind).toBe("weekend");
  await tables.put("Directory", {
    ...{ pk: "CALENDAR", sk: "2027#V#000001", v: 1, year: 2027, version: 1 },
    ...{ publishedAt: "2026-12-31T09:00:00.000Z", publishedBy: "limin" },
    document: { year: 2027, status: "official", notice: "通知", ...SCHEDULE },
  });
  vi.setSystemTime(EVE + 59_000);
  expect(dayKind(await workingCalendar(), "2027-01-03").kind).toBe("weekend");
  vi.setSystemTime(EVE + 60_000);
  expect(dayKind(await workingCalendar(), "2027-01-03").kind).toBe("adjusted");
});
