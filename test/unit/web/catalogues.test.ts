import { expect, test } from "vitest";
import { en } from "../../../functions/shared/i18n/en.ts";
import { archiveTexts } from "../../../functions/shared/i18n/sections/archive.ts";
import { budgetTexts } from "../../../functions/shared/i18n/sections/budget.ts";
import { caseTexts } from "../../../functions/shared/i18n/sections/case.ts";
import { caseForms } from "../../../functions/shared/i18n/sections/case-forms.ts";
import { complaintBoard } from "../../../functions/shared/i18n/sections/complaint-board.ts";
import { complaintCase } from "../../../functions/shared/i18n/sections/complaint-case.ts";
import { complaintForms } from "../../../functions/shared/i18n/sections/complaint-forms.ts";
import { complaintRoad } from "../../../functions/shared/i18n/sections/complaint-road.ts";
import { complaintTasks } from "../../../functions/shared/i18n/sections/complaint-tasks.ts";
import { decisionTexts } from "../../../functions/shared/i18n/sections/decision.ts";
import { expenseNames } from "../../../functions/shared/i18n/sections/expenses.ts";
import { findingNames } from "../../../functions/shared/i18n/sections/finding-names.ts";
import { findings } from "../../../functions/shared/i18n/sections/findings.ts";
import { mailActs } from "../../../functions/shared/i18n/sections/mail-acts.ts";
import { mailComplaintStaff } from "../../../functions/shared/i18n/sections/mail-complaint-staff.ts";
import { mailTopics } from "../../../functions/shared/i18n/sections/mail-topics.ts";
import { peopleTexts } from "../../../functions/shared/i18n/sections/people.ts";
import { policyTexts } from "../../../functions/shared/i18n/sections/policies.ts";
import { preview } from "../../../functions/shared/i18n/sections/preview.ts";
import { reportTexts } from "../../../functions/shared/i18n/sections/report.ts";
import { reportReadTexts } from "../../../functions/shared/i18n/sections/report-read.ts";
import { routeTexts } from "../../../functions/shared/i18n/sections/route.ts";
import { settlementTexts } from "../../../functions/shared/i18n/sections/settlement.ts";
import { signInTexts } from "../../../functions/shared/i18n/sections/sign-in.ts";
import { taskTexts } from "../../../functions/shared/i18n/sections/tasks.ts";
import { timelineTexts } from "../../../functions/shared/i18n/sections/timeline.ts";
import { verbs } from "../../../functions/shared/i18n/sections/verbs.ts";
import { workflowTexts } from "../../../functions/shared/i18n/sections/workflow.ts";
import { zhCN } from "../../../functions/shared/i18n/zh-CN.ts";

type Tree = { [key: string]: string | Tree };

/** Every text by its path. */
function texts(tree: Tree, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") found.set(here, value);
    else for (const [inner, text] of texts(value, here)) found.set(inner, text);
  }
  return found;
}

const chinese = texts(zhCN as unknown as Tree);
const english = texts(en as unknown as Tree);
const names = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test("both catalogues have the same keys, all of them filled", () => {
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  expect([...chinese, ...english].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("a parameter of one language is known to the other", () => {
  // A few words come from the other parts of a sentence in one language only.
  const own = new Set(["web.decide.kicker"]);
  const differing = [...chinese].filter(([key, text]) => {
    const other = names(english.get(key) ?? "");
    return !own.has(key) && !other.every((name) => names(text).includes(name));
  });
  expect(differing.map(([key]) => key)).toEqual([]);
});

test("Chinese sentences of the pages use full-width marks", () => {
  const odd = [...chinese].filter(
    ([key, text]) => /^web\./.test(key) && /[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]/.test(text),
  );
  expect(odd).toEqual([]);
});

/** Parts of the catalogue that travel with what needs them. */
const SECTIONS = {
  archive: archiveTexts,
  report: reportTexts,
  "report-read": reportReadTexts,
  case: caseTexts,
  "case-forms": caseForms,
  "complaint-board": complaintBoard,
  "complaint-case": complaintCase,
  "complaint-forms": complaintForms,
  "complaint-road": complaintRoad,
  "complaint-tasks": complaintTasks,
  decision: decisionTexts,
  expenses: expenseNames,
  "finding-names": findingNames,
  "mail-acts": mailActs,
  "mail-complaint-staff": mailComplaintStaff,
  "mail-topics": mailTopics,
  "sign-in": signInTexts,
  tasks: taskTexts,
  timeline: timelineTexts,
  workflow: workflowTexts,

  budget: budgetTexts,
  findings,
  preview,
  verbs,
  route: routeTexts,
  settlement: settlementTexts,
  people: peopleTexts,
  policies: policyTexts,
};

test.each(Object.entries(SECTIONS))("section %s says the same in both languages", (_name, section) => {
  const zh = texts(section.zhCN as unknown as Tree);
  const other = texts(section.en as unknown as Tree);
  expect([...other.keys()]).toEqual([...zh.keys()]);
  for (const [key, text] of [...zh, ...other]) expect(text.trim(), key).not.toBe("");
  for (const [key, text] of zh) {
    expect(names(text), key).toEqual(expect.arrayContaining(names(other.get(key) ?? "")));
    expect(text, key).not.toMatch(/[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]/);
  }
});
