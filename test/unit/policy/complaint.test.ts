import { describe, expect, test } from "vitest";
import { complaintProblems } from "../../../functions/policy/complaint-rules.ts";
import { COMPLAINT_POLICY } from "../../../functions/policy/shipped.ts";
import { complaintGroups } from "../../../functions/web/models/complaint-policy-words.ts";
import * as c from "../../support/complaint-view.ts";
import * as f from "../../support/fixtures.ts";

const staff = [
  f.chenYao,
  f.shuaiZhong,
  f.zhangKe,
  f.finance,
  { ...f.chenYao, staffId: "boss", role: "service_manager", roles: ["service_manager"] },
] as (typeof f.zhangKe)[];
// biome-ignore lint/suspicious/noExplicitAny: a document may be broken anywhere
type Change = (document: any) => void;
const changed = (change: Change) => {
  const document = structuredClone(COMPLAINT_POLICY);
  change(document);
  return complaintProblems(document, staff).map(({ path, code }) => `${path} ${code}`);
};

test("the policy that the firm begins with may be published", () => {
  expect(changed(() => {})).toEqual([]);
});

describe("what cannot be", () => {
  test.each<[string, Change, string]>([
    ["a figure is missing", (d) => delete d.maxReopenings, "maxReopenings required"],
    ["a figure that nobody knows", (d) => (d.autoClose = true), "autoClose unknown_field"],
    ["half a fen", (d) => (d.handlerLimit = 0.5), "handlerLimit number"],
    ["a priority that there is not", (d) => (d.matrix.major.high = "P0"), "matrix.major.high choose"],
    ["a clock of no time", (d) => (d.clocks.P1.acknowledge = 0), "clocks.P1.acknowledge at_least"],
    ["an answer due before the receipt", (d) => (d.clocks.P2.respond = 20), "clocks.P2.respond at_least"],
    ["a solution due before the answer", (d) => (d.clocks.P3.resolve = 200), "clocks.P3.resolve at_least"],
    ["rungs out of order", (d) => (d.ladder[0].share = 130), "ladder.1.share at_least"],
    ["nothing at the end of the time", (d) => d.ladder.splice(1, 1), "ladder breach_at_hundred"],
    ["two ends of the time", (d) => (d.ladder[2].act = "breach"), "ladder breach_at_hundred"],
    ["a role that there is not", (d) => (d.levels[2] = "boss"), "levels.2 choose"],
    ["a half-day at no time", (d) => (d.followUp.split = "25:00"), "followUp.split time_of_day"],
    ["more days than contacts", (d) => (d.followUp.failedDates = 4), "followUp.failedDates at_most"],
    ["months have no one length", (d) => (d.nudgeEvery = "P1M"), "nudgeEvery duration"],
    ["records kept too short", (d) => (d.retainYears = 1), "retainYears at_least"],
    ["nobody signs notices", (d) => (d.notice.stages = []), "notice.stages always_needed"],
    ["no signatures at all", (d) => delete d.compensation, "compensation required"],
  ])("%s", (_what, change, problem) => {
    expect(changed(change)).toContain(problem);
  });

  test("is told at once, every part of it", () => {
    const problems = changed((d) => {
      d.matrix = null;
      d.limits.perPhoneAndHour = "5";
      d.notice.undoSeconds = -1;
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^matrix /),
        "limits.perPhoneAndHour number",
        "notice.undoSeconds at_least",
      ]),
    );
  });
});

test.each(["zh-CN", "en"] as const)("%s: every figure has its words", (locale) => {
  const groups = complaintGroups(COMPLAINT_POLICY, c.as("service_manager", undefined, locale), () => [
    { key: "stages.notice", title: "x", facts: [] },
  ]);
  for (const group of groups) {
    expect(group.title).not.toMatch(/[{}]|undefined/);
    for (const fact of group.facts) {
      expect(fact.label, `${group.key}.${fact.key}`).toMatch(/\S/);
      expect(`${fact.label}${fact.text}`, `${group.key}.${fact.key}`).not.toMatch(
        /[{}]|undefined|NaN|\w+_\w+/,
      );
    }
  }
  expect(groups.map((one) => one.key)).toEqual(
    "intake matrix clocks ladder levels due followUp limits other compensation.stages.notice notice.stages.notice".split(
      " ",
    ),
  );
});
