/**
 * Everything people send about a follow-up (contracts/follow-ups.md), one schema for pages, API and tests. Issues carry our
 * own codes (shared/validate.ts); every `read…` throws 400 by field, below `at` where the call has its fields there.
 */
import * as z from "zod";
import { allAttempts, attemptProblems } from "../complaint/follow-up-rules.ts";
import { ATTEMPT_CHANNELS, ATTEMPT_RESULTS, type Attempt, CATEGORIES } from "../complaint/model.ts";
import { isCustomerId, MAX } from "../customer/rules.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { type FieldError, invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import {
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
import { CHECKLIST, type ChecklistItem, MODES, SOURCE_TYPES } from "./model.ts";

const one = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: (issue) => (issue.input === undefined ? "required" : "choose") });
const flag = () => z.boolean({ error: (issue) => (issue.input === undefined ? "required" : "choose") });
/** What may be left out; blank is left out. */
const optional = <T extends z.ZodType>(value: T) =>
  z.preprocess((input) => (input === "" || input === null ? undefined : input), value.optional());
const staffId = () =>
  z.string({ error: "choose" }).refine((value) => /^[\w-]{1,64}$/.test(value), { error: "choose" });
const nested = {
  error: (issue: { input?: unknown }) => (issue.input === undefined ? "required" : "invalid"),
};

const pathBelow = (at: string, path: string): string => [at, path].filter((part) => part !== "").join(".");

function read<T>(schema: z.ZodType<T>, input: unknown, at = ""): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(...fieldErrors(parsed.error).map((one) => ({ ...one, path: pathBelow(at, one.path) })));
}

// ---- planning and preparing

const calls = lazy(() => ({
  plan: z.strictObject({
    customerId: line(MAX.customerId).refine(isCustomerId, { error: "invalid" }),
    mode: one(MODES),
    sourceType: one(SOURCE_TYPES).default("cadence"),
    plannedOn: optional(date()),
    dueOn: optional(date()),
    assignee: optional(staffId()),
    purpose: reason(500).default(""),
    overrideReason: optional(text(500)),
  }),
  appointment: z.strictObject({
    at: instant(),
    place: line(200),
    reason: reason(500).default(""),
    scope: z.enum(["this", "series"], { error: "choose" }).default("this"),
  }),
  checklist: z.strictObject({ done: list(one(CHECKLIST), CHECKLIST.length) }),
  checkIn: z.strictObject({ at: instant(), note: reason(1000).default("") }),
}));

/** `plannedOn`, `dueOn`, `assignee` where they were left out follow from the customer. */
export type PlanCall = z.infer<ReturnType<typeof calls>["plan"]>;
export const readPlan = (input: unknown): PlanCall => read(calls().plan, input);

export type AppointmentCall = z.infer<ReturnType<typeof calls>["appointment"]>;
export const readAppointment = (input: unknown): AppointmentCall => read(calls().appointment, input);

export const readChecklist = (input: unknown): ChecklistItem[] => [
  ...new Set(read(calls().checklist, input).done),
];

/** Arrival at the customer: not after now, nor before the case. Epoch ms. */
export function readCheckIn(input: unknown, times: Times): { at: string; note: string } {
  const sent = read(calls().checkIn, input);
  const problems = attemptProblems(
    [{ at: sent.at, channel: "onsite", result: "reached", note: "" }],
    times,
    () => "",
  );
  if (problems.length > 0) throw invalid(...problems.map(({ code }) => ({ path: "at", code })));
  return sent;
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
  const attachments = list(line(64), 10).optional();
  return {
    attempt,
    toStaff: z.strictObject({ toStaffId: staffId() }),
    contact: z.strictObject({ name: line(MAX.contactName), phone: phone() }),
    proposal: z.strictObject({ at: instant() }),
    call: z.strictObject({
      attempts: list(attempt, 20).default([]),
      contactName: line(50),
      satisfaction: wholeNumber(1, 5),
      issueFound: flag().default(false),
      issueCategory: optional(one(CATEGORIES)),
      verbatim: reason(2000).default(""),
      newNeeds: reason(2000).default(""),
      suggestion: reason(2000).default(""),
      needsComplaint: flag().default(false),
      nextFollowUpOn: z.union([z.null(), date()]).optional(),
      noNextReason: optional(text(500)),
      attachments,
    }),
    visit: z.strictObject({
      customerName: line(100),
      customerAddress: line(200),
      visitors: z.array(line(50), nested).min(1, { error: "required" }).max(20, { error: "too_many:20" }),
      visitDate: date(),
      frequency: z.strictObject(
        { count: wholeNumber(1, 31), unit: one(["week", "month", "quarter", "year"]) },
        nested,
      ),
      filledAt: instant(),
      materialsUsed: text(2000),
      purpose: text(1000),
      companyOverview: text(2000),
      companyType: line(50),
      siteAreaSqm: wholeNumber(0, 100_000_000),
      registeredCapitalCny10k: wholeNumber(0, 100_000_000),
      employeeCount: wholeNumber(0, 10_000_000),
      contactName: line(50),
      contactPhone: phone(),
      businessScope: text(2000),
      qualityRequirements: text(2000),
      agreedIntent: text(2000),
      customerFeedback: text(2000),
      nextVisitPlan: z
        .strictObject(
          { dueOn: optional(date()), none: flag().optional(), reason: optional(text(500)) },
          { error: "invalid" },
        )
        .nullish(),
      satisfaction: optional(wholeNumber(1, 5)),
      issueFound: flag().default(false),
      issueCategory: optional(one(CATEGORIES)),
      verbatim: reason(2000).default(""),
      newNeeds: reason(2000).default(""),
      suggestion: reason(2000).default(""),
      needsComplaint: flag().default(false),
      attachments,
    }),
  };
});

/** The case whose times these are: epoch ms. */
export type Times = { openedAt: number; now: number };

/** `attempt`: one contact, between the planning of the case and now. */
export function readAttempt(input: unknown, times: Times, at = "data"): Attempt {
  const attempt: Attempt = read(steps().attempt, input, at);
  const problems = attemptProblems([attempt], times, () => at);
  if (problems.length > 0) throw invalid(...problems);
  return attempt;
}

/** `transfer`. */
export const readToStaff = (input: unknown, at = "data") => read(steps().toStaff, input, at);
/** `retry` of step `new-contact`: whom to call from now on. */
export const readContact = (input: unknown, at = "data") => read(steps().contact, input, at);

type SentCall = z.infer<ReturnType<typeof steps>["call"]>;
type SentVisit = z.infer<ReturnType<typeof steps>["visit"]>;
/** `follow-up-record.json` with all attempts of the case. */
export type CallRecord = Omit<SentCall, "attempts"> & { attempts: Attempt[] };
/** `visit-record.json`. */
export type VisitRecord = SentVisit;

type Common = Pick<SentCall, "issueFound" | "issueCategory" | "needsComplaint" | "verbatim">;

/** An issue has a category; what opens a complaint has words for it. */
function commonProblems(record: Common): FieldError[] {
  return [
    ...(record.issueFound && record.issueCategory === undefined
      ? [{ path: "issueCategory", code: "required" }]
      : []),
    ...(record.needsComplaint && record.verbatim === "" ? [{ path: "verbatim", code: "required" }] : []),
  ];
}

const sawTomorrow = (day: string, now: number): boolean => day > shanghaiDate(now);

/**
 * The record of a call. `kept`: the attempts recorded before, which stay. Somebody must have been reached; there is a next
 * date after today, or a reason for none.
 */
export function readCallRecord(
  input: unknown,
  kept: readonly Attempt[],
  times: Times,
  at = "data",
): CallRecord {
  const record = read(steps().call, input, at);
  const attempts = allAttempts(kept, record.attempts);
  const next = record.nextFollowUpOn ?? null;
  const problems = [
    ...attemptProblems(record.attempts, times, (index) => `attempts.${index}`),
    ...(attempts.some(({ result }) => result === "reached")
      ? []
      : [{ path: "attempts", code: "not_reached" }]),
    ...commonProblems(record),
    ...(next !== null && !sawTomorrow(next, times.now)
      ? [{ path: "nextFollowUpOn", code: "in_the_past" }]
      : []),
    ...(next === null && record.noNextReason === undefined
      ? [{ path: "nextFollowUpOn", code: "next_required" }]
      : []),
    ...(next !== null && record.noNextReason !== undefined
      ? [{ path: "noNextReason", code: "unknown_field" }]
      : []),
  ];
  if (problems.length > 0)
    throw invalid(...problems.map((one) => ({ ...one, path: pathBelow(at, one.path) })));
  return { ...record, attempts };
}

/** The record of a visit: not of one to come, with the next one planned or a reason for none. */
export function readVisitRecord(input: unknown, { now }: Times, at = "data"): VisitRecord {
  const record = read(steps().visit, input, at);
  const { dueOn, none = false, reason: why } = record.nextVisitPlan ?? {};
  const problems = [
    ...(sawTomorrow(record.visitDate, now) ? [{ path: "visitDate", code: "in_the_future" }] : []),
    ...(Date.parse(record.filledAt) > now ? [{ path: "filledAt", code: "in_the_future" }] : []),
    ...commonProblems(record),
    ...nextProblems({ dueOn, none, why }, now),
  ];
  if (problems.length > 0)
    throw invalid(...problems.map((one) => ({ ...one, path: pathBelow(at, one.path) })));
  return record;
}

function nextProblems(
  { dueOn, none, why }: { dueOn: string | undefined; none: boolean; why: string | undefined },
  now: number,
): FieldError[] {
  if (dueOn === undefined)
    return none && why !== undefined ? [] : [{ path: "nextVisitPlan", code: "next_required" }];
  if (none || why !== undefined) return [{ path: "nextVisitPlan", code: "invalid" }];
  return sawTomorrow(dueOn, now) ? [] : [{ path: "nextVisitPlan.dueOn", code: "in_the_past" }];
}
