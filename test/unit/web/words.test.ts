/** Everything that the contracts name by an id has a word in both languages: no id is ever shown. */
import { describe, expect, test } from "vitest";
import type { CaseView, EventView } from "../../../functions/case/view.ts";
import { MESSAGE_KINDS } from "../../../functions/message/kinds.ts";
import { catalogue } from "../../../functions/shared/i18n/messages.ts";
import { findingNames } from "../../../functions/shared/i18n/sections/finding-names.ts";
import { findings } from "../../../functions/shared/i18n/sections/findings.ts";
import { routeTexts } from "../../../functions/shared/i18n/sections/route.ts";
import { sentence, stations } from "../../../functions/web/models/road.ts";
import { timeline } from "../../../functions/web/models/timeline.ts";
import * as f from "../../support/fixtures.ts";

const LOCALES = ["zh-CN", "en"] as const;
const words = (group: string, names: string) => names.split(" ").map((name) => `${group}.${name}`);

/** contracts/approvals.md §9 and §5, and what the system adds to a timeline. */
const EVENTS = [
  ...words("case", "submitted edited resubmitted withdrawn revoked cc expired rejected"),
  ...words("vote", "approved rejected returned transferred added-before added-after undone cast"),
  ...words("step", "opened voided reminded escalated substituted nudged expired"),
  ...words("budget", "reserved adjusted committed released applied"),
  ...words("settlement", "opened submitted reapproval settled"),
  ...["stage.merged", "finding.raised", "comment.added", "attachment.added", "link.renewed", "list.saved"],
];
const WORDS = {
  processes: "reception budget-change",
  phases: "approval approved returned settlement closed",
  outcomes: "approved rejected returned withdrawn revoked expired settled applied done add-before add-after",
  stepKinds: "approval revise settlement",
  stages: "dept_manager general_manager finance committee revise settlement",
  choices: "approve reject return transfer add-before add-after undo submit",
  voted: "approve reject return transfer add-before add-after submit",
  modes: "single any-sign all-sign n-of-m",
  rules:
    "amount level self same_signer substitute vacant attendee over_budget over_standard retroactive credit_grade added returned always",
  messages: MESSAGE_KINDS.join(" "),
  channels: "email sms",
};
const FINDINGS =
  "retroactive over_standard over_cap over_budget companions_over_ratio claimant_below_attendee same_guest_too_often unsettled per_head_over_cap companion_inflation split_bill allowance_double relabelled duplicate_invoice missing_list";

describe.each(LOCALES)("in %s", (locale) => {
  const r = f.reader(f.zhangKe, locale);

  test.each(Object.entries(WORDS))("%s have words", (group, ids) => {
    const table = catalogue(locale).words[group as "phases"] as Record<string, string>;
    for (const id of ids.split(" ")) expect(table[id], `${group}.${id}`).toMatch(/\S/);
  });

  test("every rule has a sentence, every finding a name", () => {
    for (const rule of WORDS.rules.split(" ")) expect(routeTexts(locale)).toHaveProperty(rule);
    for (const kind of FINDINGS.split(" ")) expect(findingNames(locale)).toHaveProperty(kind);
    expect(Object.keys(findings(locale))).toHaveLength(FINDINGS.split(" ").length);
  });

  test.each(EVENTS)("the timeline tells %s, with and without its people and numbers", (kind) => {
    const bare = f.event(1, kind, f.waiting.createdAt);
    const full: EventView = {
      ...bare,
      by: { staffId: f.zhangKe.staffId, name: f.zhangKe.name },
      for: { staffId: f.finance.staffId, name: f.finance.name },
      via: "link",
      stepId: f.directorStep.stepId,
      data: {
        stage: "general_manager",
        into: "dept_manager",
        toStage: "dept_manager",
        choice: "approve",
        to: kind.startsWith("vote.") ? f.shuaiZhong.staffId : [f.shuaiZhong.staffId],
        by: f.zhangKe.staffId,
        for: f.shuaiZhong.staffId,
        amount: 100,
        approved: 100,
        charged: 200,
        name: "邀请函.pdf",
        text: "好",
        evidence: [],
        ...(kind === "finding.raised" ? { kind: "missing_list" } : {}),
      },
    };
    for (const event of [bare, full]) {
      const [line] = timeline({ ...f.waiting, events: [event] }, r);
      expect(line?.text).not.toMatch(/\{\w+\}|undefined|NaN/);
      expect(line?.text).not.toContain(kind);
      expect(line?.text).not.toMatch(/general_manager|s-\w+/);
    }
  });

  test.each(["approval", "returned", "approved", "settlement", "closed"])("the road of phase %s", (phase) => {
    const outcomes = phase === "closed" ? WORDS.outcomes.split(" ").slice(0, 8) : [null];
    for (const base of [f.waiting, f.change, f.again] as CaseView[])
      for (const outcome of outcomes) {
        const view: CaseView = { ...base, phase, outcome, status: phase === "closed" ? "closed" : "open" };
        const said = [sentence(view, r).text, ...stations(view, r).map((one) => one.title)];
        for (const text of said) {
          expect(text).toMatch(/\S/);
          expect(text).not.toMatch(/\{\w+\}|undefined|_|budget-change/);
        }
      }
  });
});

test("somebody who acts for another is named with him", () => {
  const view: CaseView = {
    ...f.waiting,
    events: [
      f.event(1, "vote.approved", f.waiting.createdAt, {
        by: { staffId: "s-limin", name: "李敏" },
        for: { staffId: f.zhangKe.staffId, name: f.zhangKe.name },
      }),
    ],
  };
  expect(timeline(view, f.reader(f.zhangKe))[0]?.text).toBe("李敏（代张科）同意");
  expect(timeline(view, f.reader(f.zhangKe, "en"))[0]?.text).toBe("李敏 (for 张科) approved");
});
