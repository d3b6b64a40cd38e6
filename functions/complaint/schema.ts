/**
 * Everything people send about a complaint (contracts/complaints.md), one schema for pages, API and tests. Issues carry
 * our own codes (shared/validate.ts); every `read…` throws 400 by field. Amounts are integer fen.
 */
import * as z from "zod";
import { DEPARTMENTS } from "../directory/model.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { type FieldError, invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import {
  amount,
  date,
  fieldErrors,
  instant,
  line,
  list,
  phone,
  reason,
  text,
  wholeNumber,
} from "../shared/validate.ts";
import { allAttempts, attemptProblems } from "./follow-up-rules.ts";
import {
  ATTEMPT_CHANNELS,
  ATTEMPT_RESULTS,
  type Attempt,
  CATEGORIES,
  type Category,
  CHANNELS,
  CLAIMABLE,
  type ComplaintPolicy,
  DISPOSITIONS,
  type Disposition,
  type Investigation,
  PAYING,
  PRIORITIES,
  SEVERITIES,
  URGENCIES,
} from "./model.ts";
import type { Triage } from "./priority-rules.ts";

/** Whether a text is the code of a complaint. */
export const isCaseId = (text: string): boolean => /^TS-\d{4}-\d{6}$/.test(text);
const LOCALES = ["zh-CN", "en"] as const;

const one = <const T extends readonly string[]>(values: T) => z.enum(values, { error: "choose" });
const flag = () => z.boolean({ error: "choose" });
/** What may be left out; blank is left out. */
const optional = <T extends z.ZodType>(value: T) =>
  z.preprocess(
    (input) => (typeof input === "string" && input.trim() === "" ? undefined : input),
    value.optional(),
  );
/** A reason that must be there, in words. */
const wanted = (max = 1000) =>
  z.preprocess((input) => input ?? "", reason(max).min(1, { error: "reason_required" }));
const email = () =>
  line(254).refine((value) => /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/.test(value), { error: "email" });
const caseId = () => line(20).refine(isCaseId, { error: "invalid" });
const staffId = () =>
  z.string({ error: "choose" }).refine((value) => /^[\w-]{1,64}$/.test(value), { error: "choose" });

/** The value, or 400 with every problem at its path below `at`. */
function read<T>(schema: z.ZodType<T>, input: unknown, at = ""): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(...below(at, fieldErrors(parsed.error)));
}
const below = (at: string, problems: FieldError[]): FieldError[] =>
  problems.map((problem) => ({
    ...problem,
    path: [at, problem.path].filter((part) => part !== "").join("."),
  }));

// ---- intake

const intake = lazy(() => {
  const fields = {
    channel: one(CHANNELS),
    complainantName: line(50),
    complainantPhone: phone(),
    complainantEmail: optional(email()),
    organisation: optional(line(100)),
    waybillNo: optional(line(40)),
    occurredAt: optional(instant()),
    category: one(CATEGORIES),
    subCategory: optional(line(50)),
    description: text(4000),
    remedySought: optional(text(1000)),
    severity: one(SEVERITIES).optional(),
    urgency: one(URGENCIES).optional(),
    locale: one(LOCALES).optional(),
    safetyFlag: flag().optional(),
    repeatOf: optional(caseId()),
  };
  return {
    staff: z.strictObject({ ...fields, customerId: optional(line(64)) }),
    public: z.strictObject({
      ...fields,
      channel: z.literal("web", {
        error: (issue) => (issue.input === undefined ? "choose" : "channel_not_public"),
      }),
    }),
  };
});

type Sent = z.infer<ReturnType<typeof intake>["staff"]>;
/** A complaint as it is kept: with what stands for what was not said. */
export type Complaint = Sent & Required<Pick<Sent, "severity" | "urgency" | "safetyFlag" | "locale">>;

/**
 * A complaint. `asked.staff`: somebody is signed in, so that every channel and `customerId` are open to him.
 * `asked.locale`: the reader's language, where the body names none.
 */
export function readComplaint(
  input: unknown,
  asked: { staff: boolean; locale: Sent["locale"] & string },
  policy: ComplaintPolicy,
): Complaint {
  const sent = read<Sent>(asked.staff ? intake().staff : intake().public, input);
  const { severity, urgency } = policy.defaults;
  // Blank fields are dropped: they are no content.
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
  return { severity, urgency, safetyFlag: false, locale: asked.locale, ...given } as Complaint;
}

// ---- calls on a case

const calls = lazy(() => ({
  triage: z.strictObject({
    category: one(CATEGORIES).optional(),
    subCategory: optional(line(50)),
    severity: one(SEVERITIES).optional(),
    urgency: one(URGENCIES).optional(),
    priority: one(PRIORITIES).optional(),
    safetyFlag: flag().optional(),
    reason: wanted(),
  }),
  note: z.strictObject({ text: text(4000), mentions: list(staffId(), 20).default([]) }),
  message: z.strictObject({
    text: text(4000),
    confirm: z.literal(true, { error: "confirm_required" }),
  }),
  pause: z.strictObject({ question: text(2000) }),
  resume: z.strictObject({ comment: reason(1000).default("") }),
  merge: z.strictObject({ into: caseId(), reason: wanted() }),
  reopen: z.strictObject({ reason: wanted() }),
  recipients: z.strictObject({ staffIds: list(staffId(), 50).min(1, { error: "required" }) }),
}));

export type TriageCall = { asked: Triage; reason: string };

/** Any part of a triage, at least one, with its reason. */
export function readTriage(input: unknown): TriageCall {
  const { reason: said, ...asked } = read(calls().triage, input);
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) throw invalid({ path: "", code: "required" });
  return { asked: given as Triage, reason: said };
}

/** An internal note and whom it calls. */
export const readNote = (input: unknown): { text: string; mentions: string[] } => {
  const note = read(calls().note, input);
  return { text: note.text, mentions: [...new Set(note.mentions)] };
};

/** A text for the customer; `confirm` says that the sender knows who will read it. */
export const readMessage = (input: unknown): { text: string } => ({
  text: read(calls().message, input).text,
});

export const readPause = (input: unknown): { question: string } => read(calls().pause, input);
export const readResume = (input: unknown): { comment: string } => read(calls().resume, input ?? {});
export const readMerge = (input: unknown): { into: string; reason: string } => read(calls().merge, input);
export const readReopen = (input: unknown): { reason: string } => read(calls().reopen, input);
/** Who gets the investigation report. */
export const readRecipients = (input: unknown): string[] => [
  ...new Set(read(calls().recipients, input).staffIds),
];

// ---- the customer's page

const customer = lazy(() => {
  const who = { tail: z.unknown().optional(), nonce: z.string({ error: "invalid" }).optional() };
  return {
    message: z.strictObject({ ...who, message: text(4000) }),
    choice: z.strictObject({
      ...who,
      choice: z.enum(["confirm", "disagree", "reopen"], { error: "choice" }),
      comment: reason(2000).default(""),
      csat: csat(),
    }),
  };
});
/** A mark that a form may leave blank and sends as text. */
const csat = () =>
  z.preprocess(
    (input) =>
      input === "" ? undefined : typeof input === "string" && /^\d$/.test(input) ? Number(input) : input,
    wholeNumber(1, 5).optional(),
  );

export type CustomerAnswer =
  | { message: string }
  | { choice: "confirm" | "disagree" | "reopen"; comment: string; csat: number | null };

/**
 * What a customer answers, by form or JSON; `tail` and `nonce` are checked before. `disagree` and `reopen` need a
 * comment, a mark goes with `confirm` alone.
 */
export function readCustomerAnswer(input: unknown): CustomerAnswer {
  const isMessage = typeof input === "object" && input !== null && "message" in input;
  if (isMessage) return { message: read(customer().message, input).message };
  const { choice, comment, csat: mark } = read(customer().choice, input);
  if (choice !== "confirm" && comment === "") throw invalid({ path: "comment", code: "reason_required" });
  if (choice !== "confirm" && mark !== undefined) throw invalid({ path: "csat", code: "unknown_field" });
  return { choice, comment, csat: mark ?? null };
}

// ---- steps: what goes into `data`

const steps = lazy(() => {
  const attempt = z.strictObject(
    {
      at: instant(),
      channel: one(ATTEMPT_CHANNELS),
      result: one(ATTEMPT_RESULTS),
      note: reason(1000).default(""),
    },
    { error: "invalid" },
  );
  return {
    investigate: z.strictObject({
      investigation: z.strictObject(
        {
          cause: text(2000),
          facts: text(4000),
          responsibility: text(2000),
          immediateAction: text(2000),
          corrective: text(2000),
          preventive: text(2000),
        },
        { error: (issue) => (issue.input === undefined ? "required" : "invalid") },
      ),
      disposition: z.strictObject(
        { type: one(DISPOSITIONS), amount: amount().optional(), noticeText: text(4000) },
        { error: (issue) => (issue.input === undefined ? "required" : "invalid") },
      ),
      claim: flag().default(false),
    }),
    handOver: z.strictObject({ toDepartment: one(DEPARTMENTS) }),
    toStaff: z.strictObject({ toStaffId: staffId() }),
    exchange: z.strictObject({ waybillNo: line(40), note: reason(1000).default("") }),
    confirm: z.strictObject({ csat: csat() }),
    attempt,
    followUp: z.strictObject({
      attempts: list(attempt, 20).default([]),
      contactName: line(50),
      satisfaction: wholeNumber(1, 5),
      issueFound: flag(),
      issueCategory: one(CATEGORIES).optional(),
      verbatim: reason(2000).default(""),
      newNeeds: reason(2000).default(""),
      suggestion: reason(2000).default(""),
      needsComplaint: flag(),
      nextFollowUpOn: z.union([z.null(), date()]).optional(),
      noNextReason: optional(text(500)),
    }),
  };
});

export type Investigated = { investigation: Investigation; disposition: Disposition; claim: boolean };

/** `done` of step `investigate`. Only what pays has an amount, only some categories lead to a claim. */
export function readInvestigation(input: unknown, category: Category, at = "data"): Investigated {
  const parsed = steps().investigate.safeParse(input);
  const problems = parsed.success ? [] : below(at, fieldErrors(parsed.error));
  const money = amountProblem(input);
  if (money && !problems.some(({ path }) => path === `${at}.disposition.amount`))
    problems.push(...below(at, [money]));
  if (parsed.data?.claim && !CLAIMABLE.includes(category))
    problems.push(...below(at, [{ path: "claim", code: "claim_category" }]));
  if (!parsed.success || problems.length > 0) throw invalid(...problems);
  const { investigation, disposition, claim } = parsed.data;
  const { amount: paid, ...rest } = disposition;
  return { investigation, disposition: paid === undefined ? rest : { ...rest, amount: paid }, claim };
}

/** Asked of the raw body, so that it is named beside the problems of other fields. */
function amountProblem(input: unknown): FieldError | null {
  const disposition = Reflect.get(Object(input), "disposition") as unknown;
  const type = Reflect.get(Object(disposition), "type") as (typeof DISPOSITIONS)[number];
  const given = Reflect.get(Object(disposition), "amount") !== undefined;
  if (!DISPOSITIONS.includes(type) || PAYING.includes(type) === given) return null;
  return { path: "disposition.amount", code: given ? "unknown_field" : "required" };
}

/** `hand-over` of step `investigate`. */
export const readHandOver = (input: unknown, at = "data") => read(steps().handOver, input, at);
/** `assign` of step `assign`, `transfer` of step `investigate`. */
export const readToStaff = (input: unknown, at = "data") => read(steps().toStaff, input, at);
/** `done` of step `exchange`: the waybill of the goods on their way. */
export const readExchange = (input: unknown, at = "data") => read(steps().exchange, input, at);
/** `confirm` of step `customer-confirm`: the mark, where one was given. */
export const readConfirmation = (input: unknown, at = "data"): { csat: number | null } => ({
  csat: read(steps().confirm, input ?? {}, at).csat ?? null,
});

/** The step whose attempts these are: epoch ms. */
type Times = { openedAt: number; now: number };

/** `attempt` of step `follow-up`: one contact, between the opening of the step and now. */
export function readAttempt(input: unknown, times: Times, at = "data"): Attempt {
  const attempt: Attempt = read(steps().attempt, input, at);
  const problems = attemptProblems([attempt], times, () => at);
  if (problems.length > 0) throw invalid(...problems);
  return attempt;
}

type SentRecord = z.infer<ReturnType<typeof steps>["followUp"]>;
/** `follow-up-record.json` with all attempts of the step. */
export type FollowUpRecord = Omit<SentRecord, "attempts"> & { attempts: Attempt[] };

/**
 * `done` of step `follow-up`. `kept`: the attempts recorded before, which stay. Somebody must have been reached; an
 * issue needs its category; a next date lies after today.
 */
export function readFollowUp(
  input: unknown,
  kept: readonly Attempt[],
  times: Times,
  at = "data",
): FollowUpRecord {
  const record = read(steps().followUp, input, at);
  const problems = attemptProblems(record.attempts, times, (index) => `${at}.attempts.${index}`);
  const attempts = allAttempts(kept, record.attempts);
  if (!attempts.some(({ result }) => result === "reached"))
    problems.push({ path: `${at}.attempts`, code: "not_reached" });
  if (record.issueFound && record.issueCategory === undefined)
    problems.push({ path: `${at}.issueCategory`, code: "required" });
  const next = record.nextFollowUpOn;
  if (next && next <= shanghaiDate(times.now))
    problems.push({ path: `${at}.nextFollowUpOn`, code: "in_the_past" });
  if (problems.length > 0) throw invalid(...problems);
  return { ...record, attempts };
}

/** Choices that need a comment (contracts/complaints.md "Steps": a named comment left blank is 400). */
const COMMENTED: Record<string, readonly string[]> = {
  assign: ["assign"],
  investigate: ["hand-over", "transfer"],
  "customer-confirm": ["disagree"],
  "manager-decision": ["close", "reopen"],
};

/** `byPhone`: a lead enters what a customer said on the telephone, and says so. */
export const needsComment = (kind: string, choice: string, byPhone = false): boolean =>
  COMMENTED[kind]?.includes(choice) === true || (kind === "customer-confirm" && byPhone);
