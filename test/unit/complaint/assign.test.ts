import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assigned,
  assignerOf,
  chosenBy,
  closedState,
  deciderOf,
  drainOrder,
  followUpAgent,
  isPresent,
  isUntouched,
  pickFor,
  pickHandler,
  pickLevel,
  type Staff,
  seatFor,
  unassigned,
} from "../../../functions/complaint/assign-rules.ts";
import { CATEGORIES, type Candidate } from "../../../functions/complaint/model.ts";
import { type Absence, DEPARTMENTS, type Person } from "../../../functions/directory/model.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { COMPLAINT_ID, STAMP, stateOf } from "./sample.ts";

const DAY = "2026-12-01";
const away = (staffId: string, substituteId?: string): Absence => ({
  absenceId: staffId,
  staffId,
  from: DAY,
  to: "2026-12-03",
  ...(substituteId ? { substituteId } : {}),
  reason: "",
  createdBy: staffId,
  createdAt: STAMP,
});
const staffOf = (more: Partial<Staff> = {}): Staff => ({
  people: PEOPLE,
  absences: [],
  day: DAY,
  loads: {},
  lastAssigned: {},
  ...more,
});
const search = (more: Partial<Parameters<typeof pickHandler>[0]> = {}) => ({
  caseId: COMPLAINT_ID,
  cause: "received" as const,
  skill: "damage",
  department: "customer_service" as const,
  exclude: [],
  ...more,
});

describe("a handler", () => {
  test("has the least to do; the reason names everybody who was considered", () => {
    const staff = staffOf({ loads: { zhangyun: 3, zengqun: 1, tangli: 2 }, absences: [away("tangli")] });
    expect(pickHandler(search(), staff)).toEqual({
      staffId: "zengqun",
      reason: {
        rule: "least_load",
        cause: "received",
        staffId: "zengqun",
        fitting: 2,
        load: 1,
        candidates: [
          { staffId: "zhangyun", skilled: true, present: true, load: 3 },
          { staffId: "zengqun", skilled: true, present: true, load: 1 },
          { staffId: "tangli", skilled: true, present: false, load: 2 },
        ],
      },
    });
  });

  test("among equals has waited longest; whoever never had a case comes first", () => {
    const lastAssigned = { zhangyun: "2026-11-30T01:00:00.000Z", zengqun: "2026-11-29T01:00:00.000Z" };
    expect(pickHandler(search(), staffOf({ lastAssigned }))).toMatchObject({
      staffId: "tangli",
      reason: { rule: "fairness" },
    });
    const two = staffOf({ lastAssigned, absences: [away("tangli")] });
    expect(pickHandler(search(), two)?.staffId).toBe("zengqun");
  });

  test("among perfect equals is always the same for a case, and not for all cases", () => {
    const picks = Array.from({ length: 30 }, (_, n) => pickHandler(search({ caseId: `TS-${n}` }), staffOf()));
    expect(pickHandler(search({ caseId: "TS-7" }), staffOf())).toEqual(picks[7]);
    expect(new Set(picks.map((pick) => pick?.staffId)).size).toBe(3);
  });

  test("alone is named as such; without any nobody is", () => {
    const one = staffOf({ absences: [away("tangli"), away("zengqun")] });
    expect(pickHandler(search(), one)).toMatchObject({ staffId: "zhangyun", reason: { rule: "only_one" } });
    expect(pickHandler(search({ department: "transport" }), staffOf())).toBeNull();
    expect(pickHandler(search({ exclude: ["tangli", "zengqun", "zhangyun"] }), staffOf())).toBeNull();
  });

  test("of an untouched case is another one", () => {
    const state = stateOf({ handlers: ["zengqun", "zhangyun"], wanted: "untouched" });
    const busy = staffOf({ loads: { zengqun: 5, tangli: 9 } });
    expect(pickFor(COMPLAINT_ID, state, POLICY, busy)?.staffId).toBe("zengqun");
  });
});

const person = fc.record({
  active: fc.boolean(),
  skilled: fc.boolean(),
  away: fc.boolean(),
  excluded: fc.boolean(),
  agent: fc.boolean(),
  load: fc.nat(5),
  department: fc.constantFrom(...DEPARTMENTS.slice(0, 2)),
  last: fc.option(fc.integer({ min: 10, max: 28 }), { nil: undefined }),
});

test("never picks somebody absent or without the skill, and somebody whenever one fits", () => {
  fc.assert(
    fc.property(
      fc.array(person, { maxLength: 12 }),
      fc.constantFrom(...CATEGORIES),
      fc.constantFrom(...DEPARTMENTS.slice(0, 2), null),
      (drawn, skill, department) => {
        const people = drawn.map(
          (one, index): Person => ({
            ...(PEOPLE[0] as Person),
            staffId: `s${index}`,
            role: one.agent ? "agent" : "host",
            roles: [one.agent ? "agent" : "host"],
            active: one.active,
            skills: one.skilled ? ["call", skill] : ["call"],
            department: one.department,
          }),
        );
        const ids = <T>(list: T[], where: (one: T) => boolean) =>
          list.flatMap((one, index) => (where(one) ? [`s${index}`] : []));
        const exclude = ids(drawn, (one) => one.excluded);
        const staff = staffOf({
          people,
          absences: ids(drawn, (one) => one.away).map((id) => away(id)),
          loads: Object.fromEntries(drawn.map((one, index) => [`s${index}`, one.load])),
          lastAssigned: Object.fromEntries(
            drawn.flatMap((one, n) => (one.last ? [[`s${n}`, `2026-11-${one.last}T01:00:00.000Z`]] : [])),
          ),
        });
        const fits = ids(
          drawn,
          (one) =>
            one.active &&
            one.skilled &&
            !one.away &&
            !one.excluded &&
            (department === null || one.department === department),
        );
        const pick = pickHandler(search({ skill, department, exclude }), staff);
        expect(pick === null).toBe(fits.length === 0);
        if (!pick) return;
        expect(fits).toContain(pick.staffId);
        const least = Math.min(...fits.map((id) => staff.loads[id] ?? 0));
        expect(staff.loads[pick.staffId]).toBe(least);
        expect(pick.reason.fitting).toBe(fits.length);
        const shown = (one: Candidate) => one.skilled && one.present;
        expect(pick.reason.candidates.filter(shown).map((one) => one.staffId)).toEqual(fits);
        // The order in which people are listed decides nothing.
        const turned = { ...staff, people: [...people].reverse() };
        expect(pickHandler(search({ skill, department, exclude }), turned)?.staffId).toBe(pick.staffId);
      },
    ),
    { numRuns: 500 },
  );
});

describe("one level up", () => {
  const at = (level: 1 | 2 | 3, absences: Absence[] = []) =>
    pickLevel(level, { caseId: COMPLAINT_ID, cause: "reopened" }, POLICY, staffOf({ absences }));

  test.each([
    [1, "lichaoqun"],
    [2, "yinxue"],
    [3, "zhangke"],
  ] as const)("level %i: %s", (level, staffId) => {
    expect(at(level)).toMatchObject({ staffId, reason: { rule: "level" } });
  });

  test("the substitute of who is absent, else the next level", () => {
    expect(at(1, [away("lichaoqun", "huangyuanli")])).toMatchObject({
      staffId: "huangyuanli",
      reason: { rule: "substitute", for: "lichaoqun", role: "aftersales_lead" },
    });
    expect(at(1, [away("lichaoqun", "huangyuanli"), away("huangyuanli")])?.staffId).toBe("yinxue");
    expect(
      at(
        1,
        ["lichaoqun", "yinxue", "zhangke"].map((id) => away(id)),
      ),
    ).toBeNull();
  });

  test("the case goes by its level", () => {
    expect(pickFor(COMPLAINT_ID, stateOf({ level: 2 }), POLICY, staffOf())?.staffId).toBe("yinxue");
    expect(pickFor(COMPLAINT_ID, stateOf({ respondingDept: "transport" }), POLICY, staffOf())).toBeNull();
  });
});

describe("the steps of others", () => {
  test("who assigns, asks afterwards and decides", () => {
    expect(assignerOf(COMPLAINT_ID, staffOf())).toBe("limin");
    expect(followUpAgent(COMPLAINT_ID, ["zhangyun", "zengqun"], staffOf())).toBe("tangli");
    expect(deciderOf(COMPLAINT_ID, ["zhangyun"], staffOf())).toBe("yinxue");
    expect(deciderOf(COMPLAINT_ID, ["zhangyun", "yinxue"], staffOf())).toBe("zhangke");
  });

  test("a lead asks where every agent handled it, and a step never is nobody's", () => {
    const agents = ["zhangyun", "zengqun", "tangli"];
    expect(followUpAgent(COMPLAINT_ID, agents, staffOf())).toBe("huangyuanli");
    const nobody = staffOf({ absences: PEOPLE.map(({ staffId }) => away(staffId)) });
    expect(followUpAgent(COMPLAINT_ID, agents, nobody)).toBe("huangyuanli");
    expect(deciderOf(COMPLAINT_ID, [], nobody)).toBe("yinxue");
    expect(assignerOf(COMPLAINT_ID, nobody)).toBe("limin");
  });

  test("each kind has its seat; an absent handler's goods are sent by another", () => {
    const state = stateOf({ assignee: "zhangyun", handlers: ["zhangyun"] });
    const seat = (kind: Parameters<typeof seatFor>[0], staff = staffOf()) =>
      seatFor(kind, COMPLAINT_ID, state, POLICY, staff);
    expect(seat("investigate")).toBe("zhangyun");
    expect(seat("exchange", staffOf({ absences: [away("zhangyun")] }))).not.toBe("zhangyun");
    expect(seat("customer-confirm")).toBe("customer");
    expect(seat("assign")).toBe("limin");
    expect(["zengqun", "tangli"]).toContain(seat("follow-up"));
    expect(seat("manager-decision")).toBe("yinxue");
  });

  test("absent or inactive is not present", () => {
    expect(isPresent("zhangyun", staffOf())).toBe(true);
    expect(isPresent("zhangyun", staffOf({ absences: [away("zhangyun")] }))).toBe(false);
    expect(isPresent("nobody", staffOf())).toBe(false);
  });
});

describe("who had the case when", () => {
  const reason = (staffId: string) => chosenBy("limin", staffId, "transferred", staffOf());

  test("every stretch ends where the next begins, and the last at closing", () => {
    let state = assigned(stateOf(), reason("zhangyun"), "2026-12-01T01:00:00.000Z");
    state = unassigned(state, "handed_over", "2026-12-02T01:00:00.000Z", "transport");
    expect(state).toMatchObject({ assignee: null, respondingDept: "transport", wanted: "handed_over" });
    state = assigned(state, reason("luoqiang"), "2026-12-02T02:00:00.000Z");
    state = closedState(state, "2026-12-03T01:00:00.000Z");
    expect(state.stretches.map(({ department, assignee }) => [department, assignee])).toEqual([
      ["customer_service", "zhangyun"],
      ["transport", null],
      ["transport", "luoqiang"],
    ]);
    expect(state.stretches.every((one, n, all) => one.to === (all[n + 1]?.from ?? state.closedAt))).toBe(
      true,
    );
    expect(state.handlers).toEqual(["zhangyun", "luoqiang"]);
  });

  test("untouched until the handler does something, once, and only where there are others", () => {
    const state = assigned(stateOf(), reason("zhangyun"), STAMP);
    const later = "2026-12-01T09:00:00.000Z";
    expect(isUntouched(state, [{ by: null, at: later }])).toBe(true);
    expect(isUntouched(state, [{ by: "limin", at: later }])).toBe(true);
    expect(isUntouched(state, [{ by: "zhangyun", at: later }])).toBe(false);
    expect(isUntouched(state, [{ by: "zhangyun", at: "2026-11-01T09:00:00.000Z" }])).toBe(true);
    expect(isUntouched({ ...state, level: 1 }, [])).toBe(false);
    expect(isUntouched(unassigned(state, "untouched", later), [])).toBe(false);
    expect(isUntouched(assigned(unassigned(state, "untouched", later), reason("tangli"), later), [])).toBe(
      false,
    );
  });
});

test("the queue is drained by priority, then by what is due, then by age", () => {
  const one = (caseId: string, priority: "P1" | "P2", dueAt: string | null, receivedAt: string) => ({
    caseId,
    priority,
    dueAt,
    receivedAt,
  });
  const queue = [
    one("d", "P2", null, "1"),
    one("c", "P2", "2026-12-03", "2"),
    one("b", "P2", "2026-12-02", "3"),
    one("a", "P1", "2026-12-09", "4"),
    one("e", "P2", "2026-12-03", "1"),
  ];
  expect(drainOrder(queue).map(({ caseId }) => caseId)).toEqual(["a", "b", "e", "c", "d"]);
});
