/** The official schedule of a year, entered by a stranger's client: what runs moves, who waits is told, who keeps it is reminded. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, csrfOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

const YEAR = "/api/calendar-years/2027";
const SCHEDULE = {
  notice: "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕9号）",
  daysOff: [
    ...["2027-01-01", "2027-01-02", "2027-01-03"],
    ...["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11"],
    ...["2027-04-03", "2027-04-04", "2027-04-05", "2027-05-01", "2027-05-02", "2027-05-03", "2027-05-04"],
    ...["2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03", "2027-10-04", "2027-10-05"],
  ],
  workingWeekends: ["2027-01-09", "2027-02-20"],
};

let admin: Client;
let zhangyun: Client;
beforeAll(async () => {
  // Each file has a cloud of its own; this one begins on Friday 25 December 2026, 10:00.
  await site.advance({ to: "2026-12-25T10:00:00+08:00" });
  admin = await site.as("limin");
  zhangyun = await site.as("zhangyun");
});

const caseOf = async (caseId: string) => (await zhangyun.get(`/api/cases/${caseId}`)).body;

describe("until the schedule of 2027 is entered", () => {
  test("its days are provisional, and the complaint administrator is reminded once a week", async () => {
    const { body } = await zhangyun.get("/api/working-calendar?from=2027-01-01&to=2027-01-09");
    expect(body.map((day: { kind: string }) => day.kind)).toEqual(
      ["holiday", "weekend", "weekend"].concat(Array(5).fill("workday"), "weekend"),
    );
    expect(body.every((day: { provisional: boolean }) => day.provisional)).toBe(true);
    expect((await zhangyun.get(YEAR)).body).toMatchObject({
      status: "provisional",
      version: 0,
      missing: true,
    });

    await site.advance({ to: "2026-12-31T16:00:00+08:00" });
    const mails = await site.inbox({ kind: "calendar.missing" });
    // The weeks that begin on 21 and 28 December.
    expect(mails.slice(-2).map((mail) => mail.to)).toEqual(["limin@xunda.example", "limin@xunda.example"]);
    // Weeks begin on Monday in Shanghai; the epoch began on a Thursday in Greenwich.
    const weekOf = (at: string) =>
      Math.floor((Date.parse(at) + 8 * 3_600_000 + 3 * 86_400_000) / (7 * 86_400_000));
    const weeks = new Set(mails.map((mail) => weekOf(mail.sentAt)));
    expect(weeks.size).toBe(mails.length);
    expect(mails.at(-1)).toMatchObject({ subject: "请录入 2027 年放假安排", channel: "email" });
    expect(mails.at(-1)?.links.some((link) => link.endsWith("/calendar/2027/edit"))).toBe(true);
    expect(mails.at(-1)?.text).not.toContain("事项编号");
  });
});

describe("the schedule of 2027", () => {
  test("is refused to those who do not keep the rules, and where it cannot be right", async () => {
    const body = { basedOn: 0, ...SCHEDULE };
    expect((await site.visitor().post(YEAR, body)).status).toBe(401);
    expect((await zhangyun.post(YEAR, body)).body).toMatchObject({ code: "not_allowed" });
    expect(
      (
        await admin.call("POST", YEAR, {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        })
      ).body,
    ).toMatchObject({ code: "csrf" });
    const wrong = await admin.post(YEAR, {
      ...body,
      workingWeekends: ["2027-01-04"],
      daysOff: ["2026-02-30"],
    });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors.map((one: { path: string }) => one.path)).toEqual([
      "daysOff.0",
      "workingWeekends.0",
    ]);
    expect((await admin.post("/api/calendar-years/2026x", body)).status).toBe(404);
    expect((await zhangyun.get(YEAR)).body).toMatchObject({ version: 0 });
  });

  test("moves what runs: a step over New Year is due on the working Saturday, its case says so, reminders follow", async () => {
    const { excessReason: _none, ...cheap } = receptionFor(await site.now(), { budgetAmount: 80_000 }, 20);
    const submitted = await zhangyun.post("/api/receptions", cheap);
    expect(submitted.status, submitted.text).toBe(201);
    await site.settle();
    const { caseId } = submitted.body;
    const [before] = (await caseOf(caseId)).steps;
    expect(before.provisional).toBe(true);

    // Off from 4 to 8 January; the ninth, a Saturday, is worked instead.
    const off = ["2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08"];
    const body = { basedOn: 0, ...SCHEDULE, daysOff: [...SCHEDULE.daysOff, ...off] };
    const checked = await admin.post(`${YEAR}/check`, body);
    expect(checked.body.changes).toContainEqual({ date: "2027-01-09", was: "weekend", is: "adjusted" });
    expect(checked.body.doubts).toEqual({ forgotten: [], daysMore: -4 });
    const published = await admin.post(YEAR, body);
    expect(published.body).toMatchObject({ year: 2027, version: 1 });
    expect((await admin.post(YEAR, body)).body).toMatchObject({ version: 1, changes: [] });
    await site.settle();

    const view = await caseOf(caseId);
    const [step] = view.steps;
    expect(step.provisional).toBe(false);
    expect(step.dueAt.slice(0, 10)).toBe("2027-01-09");
    expect(step.dueAt.slice(11)).toBe(before.dueAt.slice(11));
    expect(view.chainValid).toBe(true);
    expect(view.events.at(-1)).toMatchObject({
      kind: "clock.replanned",
      by: null,
      via: "system",
      stepId: step.stepId,
      data: { year: 2027, version: 1, from: before.dueAt, to: step.dueAt },
    });
    const manager = await site.as("shuaizhong");
    const task = (await manager.get("/api/tasks")).body.items.find(
      (one: { caseId: string }) => one.caseId === caseId,
    );
    expect(task.dueAt).toBe(step.dueAt);
    const { body: days } = await zhangyun.get("/api/working-calendar?from=2027-01-08&to=2027-01-09");
    expect(days).toMatchObject([
      { kind: "holiday", provisional: false, intervals: [] },
      {
        kind: "adjusted",
        provisional: false,
        intervals: [
          ["09:00", "12:00"],
          ["13:00", "18:00"],
        ],
      },
    ]);
    const deadline = await zhangyun.get(
      `/api/working-calendar/deadline?from=${encodeURIComponent("2026-12-31T17:00:00+08:00")}&minutes=120`,
    );
    expect(deadline.body).toMatchObject({ dueAt: "2027-01-09T10:00:00+08:00", provisional: false });

    // Nothing rings by the old times; at the new ones it does, once.
    await site.advance({ to: "2027-01-08T23:00:00+08:00" });
    expect(await site.inbox({ caseId, kind: "step.remind" })).toEqual([]);
    await site.advance({ to: "2027-01-09T18:30:00+08:00" });
    expect(await site.inbox({ caseId, kind: "step.remind" })).toHaveLength(2);
    expect(
      (await caseOf(caseId)).events.filter((one: { kind: string }) => one.kind === "clock.replanned"),
    ).toHaveLength(1);
  });

  test("ends the reminders; a stale form is told, nobody's work is lost", async () => {
    const before = (await site.inbox({ kind: "calendar.missing" })).length;
    await site.advance({ advance: "P8D" });
    expect(await site.inbox({ kind: "calendar.missing" })).toHaveLength(before);
    const stale = await admin.post(YEAR, { basedOn: 0, ...SCHEDULE });
    expect([stale.status, stale.body.code]).toEqual([409, "stale"]);
    const page = await admin.page("/calendar/2027/edit");
    const form = {
      csrf: csrfOf(page.text),
      basedOn: "0",
      notice: SCHEDULE.notice,
      daysOff: "2027-01-01..2027-01-03",
      workingWeekends: "",
      act: "publish",
    };
    const told = await admin.form("/calendar/2027/edit", form);
    expect(told.status).toBe(409);
    expect(told.text).toContain("别人刚公布了这一年的新版本");
    expect(told.text).toContain("2027-01-01..2027-01-03");
    expect((await zhangyun.page("/calendar/2027/edit")).status).toBe(403);
    expect((await zhangyun.page("/calendar/2027")).text).toContain("第 1 版");
  });
});
