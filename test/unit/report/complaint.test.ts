/** The monthly statistics, counted from cases. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaseFile, Header } from "../../../functions/case/model.ts";
import { meetClock, startClock } from "../../../functions/complaint/clock-rules.ts";
import type { Clock, ComplaintState, Investigation, StepResult } from "../../../functions/complaint/model.ts";
import { COMPLAINT_POLICY } from "../../../functions/policy/shipped.ts";
import {
  boundsOf,
  type ComplaintRow,
  figuresOf,
  isMonth,
  monthAfter,
  monthOf,
  reportOf,
  rowOf,
  trendMonths,
  trendRow,
} from "../../../functions/report/complaint-rules.ts";
import { defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { stamp } from "../../../functions/shared/clock.ts";
import { stateOf } from "../complaint/sample.ts";

const at = (iso: string) => Date.parse(`${iso}+08:00`);
const NOW = at("2026-12-20T10:00:00");

function caseOf(
  more: {
    caseId?: string;
    receivedAt?: string;
    status?: Header["status"];
    state?: Partial<ComplaintState>;
    cause?: string;
    result?: StepResult;
    clocks?: Clock[];
  } = {},
): CaseFile {
  const caseId = more.caseId ?? "TS-2026-000001";
  const investigation = { cause: more.cause ?? "" } as Investigation;
  return {
    header: {
      caseId,
      process: "complaint",
      status: more.status ?? "open",
      createdAt: stamp(at(more.receivedAt ?? "2026-12-01T10:00:00")),
      complaint: stateOf(more.state),
    } as Header,
    content: {},
    steps: more.result ? [{ stepId: `${caseId}-1-1`, result: more.result } as never] : [],
    seats: [],
    votes: [],
    events: more.cause === undefined ? [] : [{ seq: 1, kind: "complaint.investigated" } as never],
    payloads: new Map([[1, { v: 1, seq: 1, salt: "", data: { investigation } }]]),
    messages: [],
    timers: [],
    codes: [],
    attachments: [],
    clocks: more.clocks ?? [],
  };
}

const clock = (kind: Clock["kind"], from: string, met?: string): Clock => {
  const start = { caseId: "TS-2026-000001", kind, round: 1, priority: "P3", level: 0 } as const;
  const running = startClock({ ...start, startedAt: at(from) }, COMPLAINT_POLICY, defaultCalendar);
  return met === undefined ? running : meetClock(running, defaultCalendar, at(met));
};

const row = (more: Partial<ComplaintRow> = {}): ComplaintRow => ({
  caseId: "TS-2026-000001",
  receivedAt: stamp(at("2026-12-01T10:00:00")),
  isClosed: false,
  category: "damage",
  department: "transport",
  cause: null,
  severity: "major",
  priority: "P3",
  reopenCount: 0,
  csat: null,
  handler: null,
  paid: null,
  clocks: [],
  ...more,
});

describe("months", () => {
  test("a month begins and ends at midnight in Shanghai", () => {
    const { from, before } = boundsOf("2026-12");
    expect([stamp(from), stamp(before)]).toEqual(["2026-11-30T16:00:00.000Z", "2026-12-31T16:00:00.000Z"]);
    expect(monthOf(from)).toBe("2026-12");
    expect(monthOf(from - 1)).toBe("2026-11");
    expect(monthOf(before - 1)).toBe("2026-12");
    expect(monthOf(before)).toBe("2027-01");
  });

  test("months are counted over the years", () => {
    expect(monthAfter("2026-12", 1)).toBe("2027-01");
    expect(monthAfter("2026-01", -1)).toBe("2025-12");
    expect(trendMonths("2026-03")).toHaveLength(12);
    expect(trendMonths("2026-03").at(0)).toBe("2025-04");
    expect(trendMonths("2026-03").at(-1)).toBe("2026-03");
  });

  test.each(["2026-13", "2026-00", "2026-1", "2026-12-01", "1999-12", "", "2026/12"])(
    "%j is no month",
    (text) => expect(isMonth(text)).toBe(false),
  );
});

describe("one case", () => {
  test("is read with its clocks, its cause and what was paid", () => {
    const file = caseOf({
      status: "closed",
      cause: "  装车时没有隔垫\n详见附件  ",
      result: { kind: "investigation", type: "compensation", amount: 66_000, claim: false },
      state: {
        handlers: ["limin", "liuyan"],
        assignee: "liuyan",
        respondingDept: "transport",
        reopenCount: 1,
        csat: 5,
        chains: [
          {
            kind: "notice",
            round: 2,
            about: "TS-2026-000001-1-1",
            outcome: "approved",
            sentAt: stamp(NOW),
          },
        ],
      },
      clocks: [
        clock("acknowledge", "2026-12-01T10:00:00", "2026-12-01T10:00:05"),
        clock("respond", "2026-12-01T10:00:00", "2026-12-01T11:30:00"),
        clock("resolve", "2026-12-01T10:00:00", "2026-12-10T11:00:00"),
      ],
    });
    expect(rowOf(file, defaultCalendar, NOW)).toEqual({
      caseId: "TS-2026-000001",
      receivedAt: "2026-12-01T02:00:00.000Z",
      isClosed: true,
      category: "damage",
      department: "transport",
      cause: "装车时没有隔垫",
      severity: "major",
      priority: "P2",
      reopenCount: 1,
      csat: 5,
      handler: "liuyan",
      paid: 66_000,
      clocks: [
        { kind: "acknowledge", status: "met", spent: 0 },
        { kind: "respond", status: "met", spent: 90 },
        { kind: "resolve", status: "breached", spent: 7 * 480 + 60 },
      ],
    });
  });

  test("nothing is paid before the notice is out, nor by a case that was only explained", () => {
    const paying = { kind: "investigation", type: "refund", amount: 500, claim: false } as const;
    expect(rowOf(caseOf({ result: paying }), defaultCalendar, NOW)?.paid).toBeNull();
    const chains: ComplaintState["chains"] = [
      { kind: "notice", round: 2, about: "TS-2026-000001-1-1", outcome: "approved", sentAt: stamp(NOW) },
    ];
    const info = { kind: "investigation", type: "info", amount: null, claim: false } as const;
    expect(rowOf(caseOf({ result: info, state: { chains } }), defaultCalendar, NOW)?.paid).toBeNull();
    expect(rowOf(caseOf({ result: paying, state: { chains } }), defaultCalendar, NOW)?.paid).toBe(500);
  });

  test("a clock that is over due counts as missed before its alarm rings", () => {
    const { clocks } = rowOf(
      caseOf({ clocks: [clock("respond", "2026-12-01T10:00:00")] }),
      defaultCalendar,
      NOW,
    )!;
    expect(clocks).toEqual([{ kind: "respond", status: "breached", spent: null }]);
  });

  test("a cause is a heading, however long it is written", () => {
    const { cause } = rowOf(caseOf({ cause: "长".repeat(300) }), defaultCalendar, NOW)!;
    expect([...cause!]).toHaveLength(60);
    expect(rowOf(caseOf({ cause: " \n " }), defaultCalendar, NOW)?.cause).toBeNull();
  });

  test("a case of another process is none", () => {
    const file = caseOf();
    const { complaint: _none, ...header } = file.header;
    expect(rowOf({ ...file, header }, defaultCalendar, NOW)).toBeNull();
  });
});

describe("the report", () => {
  const rows = [
    row({ caseId: "A", isClosed: true, csat: 5, handler: "a", paid: 66_000, cause: "没有隔垫" }),
    row({ caseId: "B", isClosed: true, csat: 4, handler: "b", reopenCount: 2, cause: "没有隔垫" }),
    row({ caseId: "C", category: "delay", priority: "P1", handler: "a", cause: "堵车" }),
    row({ caseId: "D", receivedAt: stamp(at("2026-11-30T23:59:59")), handler: "a" }),
  ].map((one, index) => ({
    ...one,
    clocks: [
      { kind: "respond", status: index === 1 ? "breached" : "met", spent: 30 + index },
      { kind: "resolve", status: index === 2 ? "paused" : "met", spent: index === 2 ? null : 400 },
    ] satisfies ComplaintRow["clocks"],
  }));
  const year = rows.map(({ receivedAt, isClosed, reopenCount, csat }) =>
    trendRow(
      {
        createdAt: receivedAt,
        status: isClosed ? "closed" : "open",
        complaint: stateOf({ reopenCount, csat }),
      } as Header,
      isClosed ? ["met"] : ["breached", "running"],
    ),
  );
  const report = reportOf("2026-12", rows, year);

  test("counts what was received in the month, in the order of the lists", () => {
    expect(report).toMatchObject({
      period: "2026-12",
      received: 3,
      closed: 2,
      reopened: 1,
      reopenRate: 0.3333,
      byCategory: { damage: 2, delay: 1 },
      byDepartment: { transport: 3 },
      byCause: { 没有隔垫: 2, 堵车: 1 },
      bySeverity: { major: 3 },
      byPriority: { P1: 1, P3: 2 },
      clocks: {
        acknowledge: { met: 0, breached: 0, rate: null },
        respond: { met: 2, breached: 1, rate: 0.6667 },
        resolve: { met: 2, breached: 0, rate: 1 },
      },
      csat: { answers: 2, average: 4.5 },
      compensation: { cases: 1, amount: 66_000 },
    });
    expect(Object.keys(report.byCause)).toEqual(["没有隔垫", "堵车"]);
    expect(Object.keys(report.byPriority)).toEqual(["P1", "P3"]);
  });

  test("each handler has a line, the busiest first", () => {
    expect(report.handlers).toEqual([
      {
        staffId: "a",
        cases: 2,
        closed: 1,
        reopened: 0,
        reopenRate: 0,
        acknowledgeMinutes: null,
        respondMinutes: 31,
        resolveMinutes: 400,
        overdue: 0,
        csat: { answers: 1, average: 5 },
      },
      expect.objectContaining({ staffId: "b", cases: 1, reopened: 1, reopenRate: 1, overdue: 1 }),
    ]);
  });

  test("the trend has twelve months, empty ones too", () => {
    expect(report.trend).toHaveLength(12);
    expect(report.trend.at(-1)).toEqual({
      period: "2026-12",
      received: 3,
      closed: 2,
      reopened: 1,
      reopenRate: 0.3333,
      resolveRate: 0.6667,
      csat: { answers: 2, average: 4.5 },
    });
    expect(report.trend.at(-2)).toMatchObject({ period: "2026-11", received: 1, resolveRate: 0 });
    expect(report.trend.at(0)).toMatchObject({ received: 0, reopenRate: null, resolveRate: null });
  });

  test("the table holds every figure once", () => {
    const figures = figuresOf(report, (staffId) => `=${staffId}`);
    const key = (one: (typeof figures)[number]) => [one.section, one.name, one.measure].join("|");
    expect(new Set(figures.map(key)).size).toBe(figures.length);
    expect(figures).toContainEqual({
      section: "total",
      name: "2026-12",
      measure: "reopenRate",
      value: 0.3333,
    });
    expect(figures).toContainEqual({
      section: "byCause",
      name: "没有隔垫",
      measure: "count",
      value: 2,
    });
    expect(figures).toContainEqual({ section: "handlers", name: "=a", measure: "csatAverage", value: 5 });
    expect(figures).toContainEqual({ section: "clocks", name: "respond", measure: "met", value: 2 });
  });

  test("an empty month is a report of zeros", () => {
    const empty = reportOf("2026-12", [], []);
    expect(empty).toMatchObject({ received: 0, reopenRate: null, byCategory: {}, handlers: [] });
    expect(empty.csat).toEqual({ answers: 0, average: null });
  });
});

test("whatever came in, every count adds up to what was received", () => {
  const any = fc.record({
    receivedAt: fc
      .integer({ min: at("2026-10-15T00:00:00"), max: at("2027-01-15T00:00:00") })
      .map((ms) => stamp(ms)),
    isClosed: fc.boolean(),
    category: fc.constantFrom("damage" as const, "delay" as const, "other" as const),
    department: fc.constantFrom("transport" as const, "warehouse" as const),
    severity: fc.constantFrom("minor" as const, "critical" as const),
    priority: fc.constantFrom("P1" as const, "P4" as const),
    reopenCount: fc.nat(3),
    csat: fc.option(fc.integer({ min: 1, max: 5 })),
    handler: fc.constantFrom("a", "b", "__proto__"),
    cause: fc.option(fc.constantFrom("甲", "乙", "__proto__", "constructor", "12")),
  });
  const total = (of: Partial<Record<string, number>>) =>
    Object.values(of).reduce<number>((sum, one) => sum + (one ?? 0), 0);
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (given) => {
      const rows = given.map((one, index) => row({ ...one, caseId: `TS-${index}` }));
      const months = ["2026-10", "2026-11", "2026-12", "2027-01"];
      const year = rows.map((one) => ({ ...one, resolve: [] }));
      const reports = months.map((month) => reportOf(month, rows, year));
      expect(reports.reduce((sum, one) => sum + one.received, 0)).toBe(rows.length);
      for (const one of reports) {
        for (const of of [one.byCategory, one.byDepartment, one.bySeverity, one.byPriority])
          expect(total(of)).toBe(one.received);
        expect(total(one.byCause)).toBeLessThanOrEqual(one.received);
        expect(one.handlers.reduce((sum, line) => sum + line.cases, 0)).toBe(one.received);
        expect(one.trend.at(-1)?.received).toBe(one.received);
        expect(one.closed).toBeLessThanOrEqual(one.received);
      }
    }),
  );
});
