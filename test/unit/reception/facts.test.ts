import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../functions/case/changed.ts";
import { factsOf } from "../../../functions/reception/facts.ts";
import { receptionSchema } from "../../../functions/reception/schema.ts";
import { EXAMPLE, form, WEDNESDAY } from "../../support/reception.ts";

const content = receptionSchema(WEDNESDAY).parse(EXAMPLE);

test("what the policy judges by: amount, everybody who is received, both departments", () => {
  expect(factsOf(content, { staffId: "chenyao", department: "customer_service" })).toEqual({
    amount: 500000,
    people: 3,
    level: "C",
    department: "customer_service",
    costDepartment: "finance",
    requester: "chenyao",
  });
});

describe("what an edit changes", () => {
  test("nothing, when nothing changed", () => {
    expect(changesBetween(content, structuredClone(content))).toEqual([]);
  });

  test("nothing, when only the keys of an object come in another order, as from the table", () => {
    const stored = { ...content, companions: [{ phone: "+8613800000002", name: "曾群" }] };
    expect(changesBetween(stored, content)).toEqual([]);
  });

  test("each field with its old and new value, in the order of their names; absent is null", () => {
    expect(changesBetween(content, form({ budgetAmount: 1, hotelName: undefined, cityClass: 1 }))).toEqual([
      { path: "budgetAmount", from: 500000, to: 1 },
      { path: "cityClass", from: null, to: 1 },
      { path: "hotelName", from: "金叶", to: null },
    ]);
  });

  test("another order of a list is a change", () => {
    const two = [...EXAMPLE.companions, { name: "唐丽", phone: "+8613800000003" }];
    expect(changesBetween(form({ companions: two }), form({ companions: two.toReversed() }))).toHaveLength(1);
  });
});
