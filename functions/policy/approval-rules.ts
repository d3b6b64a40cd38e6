/**
 * What an approval policy must be to be published (contracts/approvals.md §8): every stage readable and signed by
 * people, one stage for every case, nothing that approves by itself. Pure; every problem is told at once.
 */
import * as z from "zod";
import { FIRST } from "../approval/model.ts";
import { DEPARTMENTS, type Person, ROLES } from "../directory/model.ts";
import { parseWorkingDuration } from "../shared/calendar/duration.ts";
import { elapsedMs } from "../shared/duration.ts";
import type { FieldError } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { fieldErrors, line, list, wholeNumber } from "../shared/validate.ts";

export const MODES = ["single", "any-sign", "all-sign", "n-of-m"] as const;
export const RELATIONS = ["requester_manager", "cost_centre_manager"] as const;
export const LEVELS = ["A", "B", "C"] as const;
/** `climbOn` climbs one stage above the last that applies. */
export const NEXT = "next";

const MAX_STAGES = 20;
/** Every seat of a step is written in one transaction (MECHANICS §1). */
const MAX_SIGNERS = 20;
const MAX_CONDITIONS = 10;
const DAY_MS = 86_400_000;
const MAX_DAYS = 3660;
/** An approval step expires 80 working hours after it opened, so nothing can be due later. */
export const MAX_DUE_MINUTES = 80 * 60;

const fen = () => wholeNumber(0, Number.MAX_SAFE_INTEGER);
/** One of these; the codes are `required` and `choose`. */
export const choice = <const T extends readonly (string | number)[]>(options: T) =>
  z.literal(options, { error: (issue) => (issue.input === undefined ? "required" : "choose") });
const some = <T extends z.ZodType>(item: T, max: number) =>
  list(item, max)
    .min(1, { error: "required" })
    .refine((all) => new Set(all).size === all.length, { error: "duplicate" });

/** A duration that `read` understands, between `min` and `max` of its unit. */
const duration = (read: (iso: string) => number, min: number, max: number) =>
  z.string({ error: (issue) => (issue.input === undefined ? "required" : "duration") }).refine(
    (text) => {
      try {
        const size = read(text);
        return size >= min && size <= max;
      } catch {
        return false;
      }
    },
    { error: "duration" },
  );
/** An ISO 8601 duration of elapsed time, `min` ms at least and ten years at most. */
export const elapsed = (min: number) => duration(elapsedMs, min, MAX_DAYS * DAY_MS);

const condition = lazy(() =>
  z.strictObject(
    {
      amountAbove: fen().optional(),
      levels: some(choice(LEVELS), LEVELS.length).optional(),
      departments: some(choice(DEPARTMENTS), DEPARTMENTS.length).optional(),
      creditGrades: some(line(10), 20).optional(),
      overBudget: z.boolean({ error: "choose" }).optional(),
      retroactive: z.boolean({ error: "choose" }).optional(),
    },
    { error: (issue) => (issue.input === undefined ? "required" : undefined) },
  ),
);

const role = () => z.strictObject({ role: choice(ROLES) });
const named = () => z.strictObject({ staffIds: some(line(100), MAX_SIGNERS) });
const related = () => z.strictObject({ relation: choice(RELATIONS) });

/** One of several shapes, told apart by the key that it has: so that a mistake is told where it is. */
const oneOf = (shapes: Record<string, z.ZodType>) =>
  z.unknown().superRefine((value, context) => {
    const keys = Object.keys(isRecord(value) ? value : {});
    const key = Object.keys(shapes).find((one) => keys.includes(one));
    if (key === undefined) {
      context.addIssue({ code: "custom", message: value === undefined ? "required" : "choose" });
      return;
    }
    const parsed = shapes[key]!.safeParse(value);
    for (const issue of parsed.error?.issues ?? []) context.addIssue({ ...issue } as never);
  });

const alternatives = lazy(() => list(condition(), MAX_CONDITIONS).min(1, { error: "required" }));
const when = lazy(() =>
  z.unknown().superRefine((value, context) => {
    const parsed = Array.isArray(value) ? alternatives().safeParse(value) : condition().safeParse(value);
    for (const issue of parsed.error?.issues ?? []) context.addIssue({ ...issue } as never);
  }),
);

const RESERVED = [NEXT, FIRST, "revise", "settlement"];

const stage = () =>
  z.strictObject(
    {
      stage: line(40)
        .refine((name) => /^[\p{L}\p{N}_-][\p{L}\p{N}_ -]*$/u.test(name), { error: "stage_name" })
        .refine((name) => !RESERVED.includes(name), { error: "stage_name" }),
      when: when(),
      signers: oneOf({ role: role(), relation: related(), staffIds: named() }),
      mode: choice(MODES),
      need: wholeNumber(1, MAX_SIGNERS).optional(),
      due: duration(parseWorkingDuration, 1, MAX_DUE_MINUTES).optional(),
      limit: fen().optional(),
      limitPerHead: fen().optional(),
    },
    { error: "invalid" },
  );

const policy = lazy(() =>
  z.strictObject(
    {
      undoSeconds: wholeNumber(0, 86_400),
      stepUpAbove: fen(),
      batchUpTo: fen(),
      onEdit: line(40),
      nudgeEvery: elapsed(0),
      reserveFor: elapsed(1),
      tolerancePercent: wholeNumber(0, 100),
      blockUnsettledAfter: elapsed(0),
      administrator: oneOf({ role: role(), staffIds: named() }),
      climbOn: z.strictObject(
        {
          over_budget: line(40).optional(),
          retroactive: line(40).optional(),
          over_standard: line(40).optional(),
        },
        { error: (issue) => (issue.input === undefined ? "required" : undefined) },
      ),
      stages: list(stage(), MAX_STAGES).min(1, { error: "always_needed" }),
    },
    { error: (issue) => (issue.input === undefined ? "required" : undefined) },
  ),
);

/** Every problem of a document, by its path from the document's root; none = it may be published. */
export function approvalProblems(document: unknown, staff: Person[]): FieldError[] {
  const parsed = policy().safeParse(document);
  const found = [...(parsed.error ? fieldErrors(parsed.error) : []), ...relations(document, staff)];
  return found.filter(({ path }, index) => found.findIndex((one) => one.path === path) === index);
}

/** Whether a condition holds for every case there can be. */
const isAlways = (condition: unknown): boolean =>
  Array.isArray(condition)
    ? condition.some(isAlways)
    : isRecord(condition) && Object.keys(condition).length === 0;

/** What no single field can tell: it looks at whatever of the document can be read. */
function relations(document: unknown, staff: Person[]): FieldError[] {
  if (!isRecord(document) || !Array.isArray(document.stages)) return [];
  const stages: unknown[] = document.stages;
  const names = stages.map((one) => (isRecord(one) ? one.stage : undefined));
  const problems: FieldError[] = [];
  if (!stages.some((one) => isRecord(one) && isAlways(one.when)))
    problems.push({ path: "stages", code: "always_needed" });
  for (const [index, one] of stages.entries()) {
    if (!isRecord(one)) continue;
    const at = `stages.${index}`;
    if (typeof one.stage === "string" && names.indexOf(one.stage) < index)
      problems.push({ path: `${at}.stage`, code: "duplicate" });
    problems.push(...namedProblems(`${at}.signers`, one.signers, staff), ...needProblems(at, one, staff));
  }
  const { climbOn, administrator, onEdit } = document;
  if (typeof onEdit === "string" && onEdit !== FIRST && !names.includes(onEdit))
    problems.push({ path: "onEdit", code: "choose" });
  for (const [rule, target] of Object.entries(isRecord(climbOn) ? climbOn : {}))
    if (typeof target === "string" && target !== NEXT && !names.includes(target))
      problems.push({ path: `climbOn.${rule}`, code: "unknown_stage" });
  problems.push(...namedProblems("administrator", administrator, staff));
  if (countSigners(administrator, staff) === 0) problems.push({ path: "administrator", code: "nobody" });
  return problems;
}

/** People who are named have to be there. */
function namedProblems(path: string, signers: unknown, staff: Person[]): FieldError[] {
  if (!isRecord(signers) || !Array.isArray(signers.staffIds)) return [];
  return signers.staffIds.flatMap((staffId: unknown, index) =>
    typeof staffId !== "string" || staff.some((person) => person.active && person.staffId === staffId)
      ? []
      : [{ path: `${path}.staffIds.${index}`, code: "choose" }],
  );
}

/** `need` belongs to n-of-m alone, and no more can be needed than there are. */
function needProblems(at: string, stage: Record<string, unknown>, staff: Person[]): FieldError[] {
  const path = `${at}.need`;
  const { mode, need } = stage;
  if (mode !== "n-of-m") return need === undefined ? [] : [{ path, code: "need_only_n_of_m" }];
  if (need === undefined) return [{ path, code: "required" }];
  const signers = countSigners(stage.signers, staff);
  if (typeof need !== "number" || signers === null || need <= signers) return [];
  return [{ path, code: "need_above_signers", params: { max: signers } }];
}

/** How many active people a description means today, of the managers of a department the most; null = not readable. */
function countSigners(signers: unknown, staff: Person[]): number | null {
  if (!isRecord(signers)) return null;
  const active = staff.filter((person) => person.active);
  if (Array.isArray(signers.staffIds))
    return active.filter((person) => (signers.staffIds as unknown[]).includes(person.staffId)).length;
  if (typeof signers.role === "string")
    return ROLES.includes(signers.role as Person["role"])
      ? active.filter((person) => person.roles.includes(signers.role as Person["role"])).length
      : null;
  if (!RELATIONS.some((one) => one === signers.relation)) return null;
  const managers = active.filter((person) => person.roles.includes("dept_manager"));
  return Math.max(
    0,
    ...DEPARTMENTS.map((department) => managers.filter((one) => one.department === department).length),
  );
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
