import { describe, expect, test } from "vitest";
import { mayAttach, maySee, maySubmit, signersOf } from "../../../functions/case/access.ts";
import { type Person, ROLES } from "../../../functions/directory/model.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { caseFile, seatOf, stepOf } from "../../support/case-file.ts";
import { person } from "../../support/reception.ts";

const file = caseFile();
const step = stepOf(file, 1);
/** Ids of the demo staff for whom something holds. */
const those = (holds: (one: Person) => boolean) => PEOPLE.filter(holds).map((one) => one.staffId);

describe("who sees a reception", () => {
  test("before anybody is asked: requester, finance, both managers above, the requester's and the paying department's manager", () => {
    expect(those((one) => maySee(one, file)).sort()).toEqual(
      ["chenyao", "shuaizhong", "wanghui", "zhaomin", "yinxue", "zhangke"].sort(),
    );
  });

  test("the manager of the department that pays, and no other department's", () => {
    const paid = caseFile({
      buckets: [{ department: "transport", period: "2026-12", category: "hospitality" }],
    });
    expect(maySee(person("luoqiang"), paid)).toBe(true);
    expect(maySee(person("pengtao"), paid)).toBe(false);
  });

  test.each(["open", "done", "void"] as const)("who holds or held a %s seat", (status) => {
    const seats = [seatOf(step, "daiwen", { status })];
    expect(maySee(person("daiwen"), { ...file, seats })).toBe(true);
    expect(maySee(person("gaofeng"), { ...file, seats })).toBe(false);
  });

  test("whom the route still expects", () => {
    expect(maySee(person("daiwen"), file, ["daiwen"])).toBe(true);
    expect(maySee(person("daiwen"), file, ["gaofeng"])).toBe(false);
  });

  test("nobody who was deactivated, whatever he was", () => {
    const seats = PEOPLE.map((one) => seatOf(step, one.staffId));
    for (const one of PEOPLE) expect(maySee({ ...one, active: false }, { ...file, seats })).toBe(false);
  });

  test("a colleague of the same department and role sees nothing", () => {
    expect(maySee(person("zhangyun"), caseFile({ createdBy: "zengqun" }))).toBe(false);
  });
});

test("requester and signers attach files; a revise step alone makes nobody a signer", () => {
  const seats = [seatOf(step, "shuaizhong"), seatOf(step, "lichaoqun", { kind: "revise" })];
  expect([...signersOf({ ...file, seats })]).toEqual(["shuaizhong"]);
  expect(those((one) => mayAttach(one, { ...file, seats })).sort()).toEqual(["chenyao", "shuaizhong"]);
});

test("every staff role but host and driver asks for a reception", () => {
  const may = ROLES.filter((role) => maySubmit({ ...person("chenyao"), role, roles: [role] }));
  expect(ROLES.filter((role) => !may.includes(role))).toEqual(["host", "driver"]);
  expect(maySubmit({ ...person("weijun"), roles: ["driver", "agent"] })).toBe(true);
  expect(maySubmit({ ...person("weijun"), roles: [] })).toBe(false);
});
