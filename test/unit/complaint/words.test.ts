import { describe, expect, test } from "vitest";
import { CLAIM_DOCUMENTS } from "../../../functions/claim/schema.ts";
import {
  ASSIGNMENT_CAUSES,
  ASSIGNMENT_RULES,
  ATTEMPT_CHANNELS,
  ATTEMPT_RESULTS,
  CATEGORIES,
  CHAIN_KINDS,
  CHANNELS,
  CLOCK_KINDS,
  CLOCK_STATUSES,
  COMPLAINT_CHOICES,
  DISPOSITIONS,
  INVESTIGATION_FIELDS,
  OUTCOMES,
  PHASES,
  PRIORITIES,
  REOPEN_REASONS,
  SEVERITIES,
  STEP_KINDS,
  SUB_CATEGORIES,
  URGENCIES,
} from "../../../functions/complaint/model.ts";
import { FORBIDDEN_WORDS, partsOf, signed } from "../../../functions/message/sms-rules.ts";
import { fill } from "../../../functions/shared/i18n/messages.ts";
import { claimDocuments } from "../../../functions/shared/i18n/sections/claim-documents.ts";
import { complaintIntake } from "../../../functions/shared/i18n/sections/complaint-intake.ts";
import { complaintSms } from "../../../functions/shared/i18n/sections/complaint-sms.ts";
import { assignmentText, complaintStory } from "../../../functions/shared/i18n/sections/complaint-story.ts";
import { complaintWords, wordOf } from "../../../functions/shared/i18n/sections/complaint-words.ts";

const LISTS = {
  categories: CATEGORIES,
  publicCategories: CATEGORIES,
  subCategories: [...new Set(Object.values(SUB_CATEGORIES).flat())],
  channels: CHANNELS,
  severities: SEVERITIES,
  urgencies: URGENCIES,
  priorities: PRIORITIES,
  levels: ["0", "1", "2", "3"],
  phases: PHASES,
  publicPhases: PHASES,
  outcomes: OUTCOMES,
  stepKinds: [...STEP_KINDS, "claim", "read"],
  stages: CHAIN_KINDS,
  choices: [...new Set([...Object.values(COMPLAINT_CHOICES).flat(), "read"])],
  dispositions: DISPOSITIONS,
  investigation: INVESTIGATION_FIELDS,
  attemptChannels: ATTEMPT_CHANNELS,
  attemptResults: ATTEMPT_RESULTS,
  reopenReasons: REOPEN_REASONS,
  clocks: CLOCK_KINDS,
  clockStatuses: CLOCK_STATUSES,
  spans: ["open", "adjusted-open", "lunch", "night", "weekend", "holiday", "paused"],
  assignmentRules: ASSIGNMENT_RULES,
  assignmentCauses: ASSIGNMENT_CAUSES,
  claimDocuments: CLAIM_DOCUMENTS,
} as const;

const LANGUAGES = (["zhCN", "en"] as const).map((language) => ({
  ...complaintWords[language],
  ...complaintIntake[language],
  ...complaintStory[language],
  claimDocuments: claimDocuments[language],
}));

test.each(Object.entries(LISTS))("%s: every id has its word in both languages, and no other", (name, ids) => {
  for (const words of LANGUAGES) {
    const table = words[name as keyof typeof LISTS] as Record<string, string>;
    expect(Object.keys(table).sort()).toEqual([...ids].sort());
    expect(Object.values(table).filter((word) => word.trim() === "")).toEqual([]);
  }
});

/** Every kind that contracts/complaints.md lets a client observe. */
const OBSERVED = {
  events: `complaint.received complaint.triaged complaint.assigned complaint.reassigned complaint.handed-over
    complaint.investigated complaint.reopened complaint.merged complaint.closed complaint.archived clock.started
    clock.met clock.warned clock.breached clock.climbed clock.paused clock.resumed step.opened step.decided
    step.expired notice.approved notice.returned notice.sent compensation.approved compensation.rejected
    customer.confirmed customer.disagreed customer.answered follow-up.attempted follow-up.recorded note.added
    attachment.added message.sent message.deferred message.suppressed`,
  messages: `complaint.acknowledged complaint.assigned complaint.question complaint.message complaint.notice
    complaint.reopened complaint.closed clock.warned clock.breached clock.climbed step.opened step.reminded
    note.mentioned report.complaints`,
};

test.each(Object.entries(OBSERVED))("%s of the contract have their words", (name, kinds) => {
  for (const words of [complaintStory.zhCN, complaintStory.en])
    expect(Object.keys(words[name as keyof typeof OBSERVED])).toEqual(
      expect.arrayContaining(kinds.split(/\s+/)),
    );
});

test("Chinese texts use full-width marks, and both languages fill in the same", () => {
  const flat = (tree: object): [string, string][] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[key, value]] : flat(value as object),
    );
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const texts of [complaintWords, complaintIntake, complaintStory, claimDocuments, complaintSms]) {
    const [zh, en] = [flat(texts.zhCN), flat(texts.en)];
    expect(zh.filter(([, text]) => /[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]/.test(text))).toEqual(
      [],
    );
    zh.forEach(([key, text], index) => {
      expect([key, ...names(text)]).toEqual([en[index]?.[0], ...names(en[index]?.[1] ?? "")]);
    });
  }
});

describe("why somebody got a case", () => {
  const reason = { staffId: "tangli", fitting: 3, load: 2, cause: "received" } as const;
  const nameOf = (id: string) => ({ tangli: "唐丽", lichaoqun: "李超群" })[id] ?? id;

  test("names the numbers", () => {
    expect(assignmentText({ ...reason, rule: "least_load" }, "damage", nameOf, "zh-CN")).toBe(
      "新的投诉：在岗、会处理货损的 3 人里，唐丽手上最少（2 件）。",
    );
    expect(assignmentText({ ...reason, rule: "least_load" }, "damage", nameOf, "en")).toBe(
      "New complaint: of 3 present who handle Damage, 唐丽 has the least to do (2).",
    );
  });

  test.each(ASSIGNMENT_RULES)("%s leaves no blank", (rule) => {
    const full = { ...reason, rule, role: "aftersales_lead", for: "lichaoqun", by: "limin" };
    for (const locale of ["zh-CN", "en"] as const)
      expect(assignmentText(full, "damage", nameOf, locale)).not.toMatch(/[{}]|undefined/);
  });

  test("a word that somebody wrote himself stands for itself", () => {
    expect(wordOf(complaintIntake.zhCN.subCategories, "wet")).toBe("受潮");
    expect(wordOf(complaintIntake.zhCN.subCategories, "外箱发霉")).toBe("外箱发霉");
    expect(wordOf(complaintIntake.zhCN.subCategories, "toString")).toBe("toString");
  });
});

describe("text messages", () => {
  const address = "https://care.xunda.example/c";
  const params = {
    caseId: "TS-2026-000123",
    respondDueAt: "12月1日 18:10",
    resolveDueAt: "12月3日 16:10",
    days: 15,
    address,
  };
  const texts = [complaintSms.zhCN, complaintSms.en].flatMap((texts) => Object.entries(texts));

  test.each(texts)(
    "%s: at most two parts, the fixed address alone, none of the forbidden words",
    (_kind, text) => {
      const sent = signed("讯达物流", fill(text, params));
      expect(partsOf(sent)).toBeLessThanOrEqual(2);
      expect(sent).not.toMatch(/[{}]|\/d\/|\/c\/|\d{6}\d/);
      expect(sent.split("https://").length - 1).toBeLessThanOrEqual(1);
      for (const word of FORBIDDEN_WORDS) expect(sent.toLowerCase()).not.toContain(word);
      // Nothing but codes, times and the address is ever filled in.
      const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
      expect(Object.keys(params)).toEqual(expect.arrayContaining(names));
      expect(names).toContain("caseId");
    },
  );
});
