import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  duplicatesOf,
  knowsTail,
  type Likeness,
  normalisedWaybill,
  phoneHashOf,
  tailHashOf,
  tailOf,
} from "../../../functions/complaint/duplicate-rules.ts";
import { PRIORITIES, SEVERITIES, URGENCIES } from "../../../functions/complaint/model.ts";
import { isAbove, priorityOf, triage } from "../../../functions/complaint/priority-rules.ts";
import { normalisedPhone } from "../../../functions/message/sms-rules.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import { stateOf } from "./sample.ts";

describe("priority", () => {
  const grade = (changes: Parameters<typeof stateOf>[0]) =>
    priorityOf(stateOf({ fromPublic: false, ...changes }), POLICY);

  test.each([
    ["critical", "P1 P1 P2"],
    ["major", "P2 P3 P3"],
    ["minor", "P3 P4 P4"],
  ] as const)("%s: high, medium, low give %s", (severity, expected) => {
    expect(URGENCIES.map((urgency) => grade({ severity, urgency })).join(" ")).toBe(expected);
  });

  test("the public reaches P2 until a person triages, danger is P1 from anybody", () => {
    const worst = { severity: "critical", urgency: "high", fromPublic: true } as const;
    expect(grade(worst)).toBe("P2");
    expect(grade({ ...worst, triaged: true })).toBe("P1");
    expect(grade({ ...worst, fromPublic: false })).toBe("P1");
    expect(grade({ severity: "minor", urgency: "low", fromPublic: true, safetyFlag: true })).toBe("P1");
    expect(grade({ severity: "minor", urgency: "low", fromPublic: true })).toBe("P4");
  });

  test("a triage overrides, and the newest word counts", () => {
    const first = triage(stateOf({ priority: "P2" }), { priority: "P4" }, POLICY);
    expect(first.changes).toEqual([{ path: "priority", from: "P2", to: "P4" }]);
    const renamed = triage(first.state, { category: "delay" }, POLICY).state;
    expect(renamed.priority).toBe("P4");
    const graded = triage(renamed, { severity: "critical" }, POLICY);
    expect(graded.state).toMatchObject({ priority: "P1", override: null });
    expect(triage(graded.state, { severity: "minor", priority: "P2" }, POLICY).state.priority).toBe("P2");
    expect(triage(first.state, { safetyFlag: true }, POLICY).state.priority).toBe("P1");
  });

  test("a new category drops the old subcategory", () => {
    const state = stateOf({ subCategory: "wet" });
    expect(triage(state, { category: "delay" }, POLICY).state.subCategory).toBeNull();
    expect(triage(state, { category: "delay", subCategory: "late_pickup" }, POLICY).state.subCategory).toBe(
      "late_pickup",
    );
    expect(triage(state, { category: "damage" }, POLICY).state.subCategory).toBe("wet");
    expect(triage(state, { urgency: "low" }, POLICY).state.subCategory).toBe("wet");
  });

  test("untriaged public values never pass the cap, whatever they are", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SEVERITIES), fc.constantFrom(...URGENCIES), (severity, urgency) => {
        const capped = grade({ severity, urgency, fromPublic: true });
        expect(isAbove(capped, POLICY.publicCap)).toBe(false);
        expect(isAbove(capped, grade({ severity, urgency }))).toBe(false);
      }),
    );
    expect(PRIORITIES.map((one) => isAbove(one, "P2"))).toEqual([true, false, false, false]);
  });
});

describe("the same complaint twice", () => {
  const DAY_MS = 86_400_000;
  const RECEIVED = Date.parse("2026-12-20T02:00:00.000Z");
  const one = (changes: Partial<Likeness> = {}, daysAgo = 0): Likeness => ({
    caseId: "TS-2026-000009",
    waybillNo: "XD1",
    phoneHash: "a",
    category: "damage",
    receivedAt: new Date(RECEIVED - daysAgo * DAY_MS).toISOString(),
    ...changes,
  });
  const found = (...others: Likeness[]) => duplicatesOf(one(), others, POLICY);

  test("by waybill, or by phone and category, within 14 days", () => {
    const other = { caseId: "TS-2026-000001", waybillNo: null, phoneHash: "b", category: "delay" } as const;
    expect(found(one({ ...other, waybillNo: "XD1" }))).toEqual([other.caseId]);
    expect(found(one({ ...other, phoneHash: "a", category: "damage" }))).toEqual([other.caseId]);
    expect(found(one({ ...other, phoneHash: "a" }))).toEqual([]);
    expect(found(one({ ...other, category: "damage" }))).toEqual([]);
    expect(found(one({ ...other, waybillNo: "XD1" }, 14))).toEqual([other.caseId]);
    expect(found(one({ ...other, waybillNo: "XD1" }, 14.001))).toEqual([]);
    expect(duplicatesOf(one({ waybillNo: null }), [one(other)], POLICY)).toEqual([]);
  });

  test("newest first, never itself, a merged one as where it went, each once", () => {
    expect(
      found(
        one({ caseId: "TS-2026-000001" }, 3),
        one(),
        one({ caseId: "TS-2026-000002" }, 1),
        one({ caseId: "TS-2026-000003", mergedInto: "TS-2026-000001" }, 2),
        one({ caseId: "TS-2026-000004", mergedInto: "TS-2026-000009" }, 2),
      ),
    ).toEqual(["TS-2026-000002", "TS-2026-000001"]);
  });

  test("a waybill however it was typed", () => {
    expect(normalisedWaybill(" xd-2026 12０1 ")).toBe("XD20261201");
    expect(normalisedWaybill("XD—1")).toBe("XD1");
    for (const none of [undefined, null, "", " - "]) expect(normalisedWaybill(none)).toBeNull();
  });
});

describe("a phone and its last four digits", () => {
  test.each(["+86 138 0000 1234", "13800001234", "１３８００００１２３４", "0086-13800001234"])(
    "%s",
    (phone) => {
      expect(normalisedPhone(phone)).toBe("+8613800001234");
      expect(phoneHashOf(phone)).toBe(phoneHashOf("+8613800001234"));
      expect(tailOf(phone)).toBe("1234");
    },
  );

  test("a land line keeps its digits", () => {
    expect(normalisedPhone("(028) 8765-4321")).toBe("02887654321");
    expect(tailOf("028-87654321")).toBe("4321");
  });

  test("only the right four digits are known, and none of a case that is not there", () => {
    const kept = { tailSalt: "salt", tailHash: tailHashOf("salt", "1234") };
    expect(knowsTail(kept, "1234")).toBe(true);
    for (const tail of ["1235", "", "12345", "１２３４", 1234, null, undefined, ["1234"]]) {
      expect(knowsTail(kept, tail)).toBe(false);
      expect(knowsTail(null, tail)).toBe(false);
    }
    expect(knowsTail(null, "1234")).toBe(false);
    expect(knowsTail({ tailSalt: "salt", tailHash: tailHashOf("salt", "") }, "")).toBe(false);
  });
});
