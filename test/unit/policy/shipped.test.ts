/** The shipped versions: they never change, because cases pin them, and each could be published as it is. */
import { expect, test } from "vitest";
import { isPolicyId, POLICIES, problemsIn } from "../../../functions/policy/kinds.ts";
import { shippedPolicy } from "../../../functions/policy/shipped.ts";
import { hashOf } from "../../../functions/shared/ids.ts";
import { PEOPLE } from "../../../local/demo/data.ts";

const HASHES = {
  reception: "20a903122edef742a440bf75dcedf73746bb3ac592322e4891e01b518cf33551",
  "budget-change": "670ae363e3722b1aa632419c16e6973121ae81ca2b2cc1dc14e4796eba89cba3",
  standards: "5ae24e06f357d973f49b886cb9e2703e7e5da6e4a94626888833b4cbadff3c81",
  complaint: "fa4822c006b44fceedf97b08e3235d025b19902743a2e1f7aef1955aefcbc3ae",
  cadence: "6a4ed37f258d3597a3f2c3b072956405b9146f4e69efefa2c3377938475aeab6",
};

test.each(Object.entries(HASHES))("version 1 of %s is what it always was", (policyId, hash) => {
  expect(hashOf(shippedPolicy(policyId, 1))).toBe(hash);
  expect(shippedPolicy(policyId, 2)).toBeUndefined();
});

test("there is one of every policy that is kept by drafts, without a mistake", () => {
  for (const policyId of POLICIES) {
    expect(Object.keys(HASHES)).toContain(policyId);
    expect(problemsIn(policyId, shippedPolicy(policyId, 1), PEOPLE)).toEqual([]);
  }
  expect(Object.keys(HASHES).filter((one) => !isPolicyId(one))).toEqual(["cadence"]);
  expect(shippedPolicy("constructor", 1)).toBeUndefined();
});
