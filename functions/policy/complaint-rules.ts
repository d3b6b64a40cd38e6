/**
 * What the policy of complaints must be to be published: every figure of contracts/complaints.md within what the process
 * can hold, deadlines in their order, a ladder that rings when the time is up, and two approval policies. Pure; every
 * problem is told at once.
 */
import * as z from "zod";
import {
  CLOCK_KINDS,
  type ComplaintPolicy,
  PRIORITIES,
  SEVERITIES,
  STEP_KINDS,
  URGENCIES,
} from "../complaint/model.ts";
import { DEPARTMENTS, type Person, ROLES } from "../directory/model.ts";
import type { FieldError } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { fieldErrors, list, wholeNumber } from "../shared/validate.ts";
import { approvalProblems, choice, elapsed } from "./approval-rules.ts";

/** 200 working days of eight hours. */
const MAX_MINUTES = 96_000;
const MAX_RUNGS = 20;

const shape = <T extends z.ZodRawShape>(fields: T) =>
  z.strictObject(fields, { error: (issue) => (issue.input === undefined ? "required" : undefined) });
/** The same field under each of these names. */
const each = <K extends string, T extends z.ZodType>(names: readonly K[], field: () => T) =>
  shape(Object.fromEntries(names.map((name) => [name, field()])) as Record<K, T>);

const minutes = () => wholeNumber(1, MAX_MINUTES);
const times = () => wholeNumber(1, 10_000);
const guesses = () => shape({ times: times(), within: elapsed(1) });

const DUE = [...STEP_KINDS.filter((kind) => kind !== "investigate"), "claim"] as const;

const policy = lazy(() =>
  shape({
    matrix: each(SEVERITIES, () => each(URGENCIES, () => choice(PRIORITIES))),
    defaults: shape({
      severity: choice(SEVERITIES),
      urgency: choice(URGENCIES),
      department: choice(DEPARTMENTS),
    }),
    publicCap: choice(PRIORITIES),
    safety: choice(PRIORITIES),
    clocks: each(PRIORITIES, () => each(CLOCK_KINDS, minutes)),
    ladder: list(
      shape({
        share: wholeNumber(1, 1000),
        act: choice(["warn", "breach", "climb"]),
        tell: choice(["handler", ...ROLES]),
        level: choice([1, 2, 3]).optional(),
      }),
      MAX_RUNGS,
    ),
    untouchedShare: wholeNumber(1, 100),
    levels: each(["1", "2", "3"], () => choice(ROLES)),
    due: each(DUE, minutes),
    handlerLimit: wholeNumber(0, Number.MAX_SAFE_INTEGER),
    maxReopenings: wholeNumber(0, 20),
    reopenWithinDays: wholeNumber(0, 3650),
    duplicateDays: wholeNumber(0, 3650),
    followUp: shape({
      satisfiedFrom: wholeNumber(1, 5),
      failedContacts: wholeNumber(1, 20),
      failedDates: wholeNumber(1, 20),
      split: z
        .string({ error: (issue) => (issue.input === undefined ? "required" : "time_of_day") })
        .refine((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text), { error: "time_of_day" }),
    }),
    replanFloor: minutes(),
    nudgeEvery: elapsed(1),
    limits: shape({
      perPhoneAndHour: times(),
      perSourceAndHour: times(),
      guessesPerSource: guesses(),
      guessesPerCode: guesses(),
      statusCookie: elapsed(1),
    }),
    attachments: shape({ count: wholeNumber(1, 10), bytes: wholeNumber(1, 10_485_760) }),
    retainYears: wholeNumber(3, 100),
    compensation: z.unknown(),
    notice: z.unknown(),
  }),
);

/** Every problem of a document, by its path from the document's root; none = it may be published. */
export function complaintProblems(document: unknown, staff: Person[]): FieldError[] {
  const parsed = policy().safeParse(document);
  const given = (
    typeof document === "object" && document !== null ? document : {}
  ) as Partial<ComplaintPolicy>;
  const chains = (["compensation", "notice"] as const).flatMap((name) =>
    approvalProblems(given[name], staff).map((one) => ({
      ...one,
      path: one.path === "" ? name : `${name}.${one.path}`,
    })),
  );
  const own = parsed.success ? relations(document as ComplaintPolicy) : fieldErrors(parsed.error);
  return [...own, ...chains];
}

/** What no single figure can tell. */
function relations(document: ComplaintPolicy): FieldError[] {
  const problems: FieldError[] = [];
  for (const priority of PRIORITIES) {
    const { acknowledge, respond, resolve } = document.clocks[priority];
    if (respond < acknowledge)
      problems.push({ path: `clocks.${priority}.respond`, code: "at_least", params: { min: acknowledge } });
    if (resolve < respond)
      problems.push({ path: `clocks.${priority}.resolve`, code: "at_least", params: { min: respond } });
  }
  const { ladder, followUp } = document;
  for (const [index, rung] of ladder.entries()) {
    const before = ladder[index - 1]?.share ?? 0;
    if (rung.share <= before)
      problems.push({ path: `ladder.${index}.share`, code: "at_least", params: { min: before + 1 } });
  }
  if (ladder.filter((rung) => rung.act === "breach").length !== 1 || !ladder.some(isTimeUp))
    problems.push({ path: "ladder", code: "breach_at_hundred" });
  if (followUp.failedDates > followUp.failedContacts)
    problems.push({
      path: "followUp.failedDates",
      code: "at_most",
      params: { max: followUp.failedContacts },
    });
  return problems;
}

/** The rung that says that the time is up. */
const isTimeUp = (rung: ComplaintPolicy["ladder"][number]): boolean =>
  rung.act === "breach" && rung.share === 100;
