/**
 * Who gets a case and why (contracts/complaints.md "Steps"). Never somebody absent, never without the skill, and
 * somebody whenever one fits. Pure.
 */
import type { Absence, Department, Person, Role } from "../directory/model.ts";
import { sha256 } from "../shared/ids.ts";
import {
  type AssignmentCause,
  type AssignmentReason,
  type Candidate,
  type ComplaintPolicy,
  type ComplaintState,
  type Level,
  PRIORITIES,
  type Priority,
  type StepKind,
  type Stretch,
  TOP_LEVEL,
} from "./model.ts";

/** The staff on a day (`YYYY-MM-DD` in Asia/Shanghai). */
export type Staff = {
  people: Person[];
  absences: Absence[];
  day: string;
  /** Open steps of all processes by person; nobody's entry means none. */
  loads: Readonly<Record<string, number>>;
  /** When each got the last case (table stamp); nobody's entry means never. */
  lastAssigned: Readonly<Record<string, string>>;
};

/** What has to be found. */
export type Search = {
  /** Decides between people who are equal in everything, and not always for the same one. */
  caseId: string;
  cause: AssignmentCause;
  skill: string;
  /** Only people of this department; null = any. */
  department: Department | null;
  /** Who must not get it. */
  exclude: readonly string[];
};

export type Pick = { staffId: string; reason: AssignmentReason };

const absenceOf = (staffId: string, staff: Staff): Absence | undefined =>
  staff.absences.find((one) => one.staffId === staffId && one.from <= staff.day && staff.day <= one.to);

/** Active and not away that day. */
export function isPresent(staffId: string, staff: Staff): boolean {
  const person = staff.people.find((one) => one.staffId === staffId);
  return person?.active === true && absenceOf(staffId, staff) === undefined;
}

const candidateOf = (person: Person, skilled: boolean, staff: Staff): Candidate => ({
  staffId: person.staffId,
  skilled,
  present: isPresent(person.staffId, staff),
  load: staff.loads[person.staffId] ?? 0,
});

/**
 * The person with the skill who is there and has the least to do. Among equals the one who has waited longest for a
 * case, then an order that the case number shuffles. Null where nobody fits.
 */
export function pickHandler(search: Search, staff: Staff): Pick | null {
  const candidates = candidatesFor(search, staff);
  const fitting = candidates.filter((one) => one.skilled && one.present);
  return chosen(fitting, candidates, search, staff, {});
}

/** Everybody who is considered: those with the skill, and the agents, who are shown to lack it. */
function candidatesFor({ skill, department, exclude }: Search, staff: Staff): Candidate[] {
  return staff.people
    .filter((person) => person.active && !exclude.includes(person.staffId))
    .filter((person) => department === null || person.department === department)
    .filter((person) => person.skills.includes(skill) || person.roles.includes("agent"))
    .map((person) => candidateOf(person, person.skills.includes(skill), staff));
}

function chosen(
  fitting: Candidate[],
  candidates: Candidate[],
  { caseId, cause }: { caseId: string; cause: AssignmentCause },
  staff: Staff,
  more: Partial<AssignmentReason>,
): Pick | null {
  const waited = (one: Candidate): string => staff.lastAssigned[one.staffId] ?? "";
  const shuffled = (one: Candidate): string => sha256(`${caseId}|${one.staffId}`);
  const [best, next] = [...fitting].sort(
    (a, b) => a.load - b.load || compare(waited(a), waited(b)) || compare(shuffled(a), shuffled(b)),
  );
  if (!best) return null;
  const rule = !next ? "only_one" : next.load === best.load ? "fairness" : "least_load";
  const { staffId, load } = best;
  return { staffId, reason: { rule, cause, staffId, fitting: fitting.length, load, candidates, ...more } };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Who handles a case at level 1 to 3: the present holder of that level's role with the least to do, else the substitute
 * of an absent one, else the next level up. Null where nobody up to the top is there.
 */
export function pickLevel(
  level: 1 | 2 | 3,
  search: { caseId: string; cause: AssignmentCause },
  policy: ComplaintPolicy,
  staff: Staff,
): Pick | null {
  for (let at = level; at <= TOP_LEVEL; at++) {
    const role = policy.levels[at as 1 | 2 | 3];
    const holders = staff.people.filter((person) => person.active && person.roles.includes(role));
    const candidates = holders.map((person) => candidateOf(person, true, staff));
    const present = candidates.filter((one) => one.present);
    const found = chosen(present, candidates, search, staff, { rule: "level", role });
    if (found) return found;
    for (const holder of holders) {
      const instead = absenceOf(holder.staffId, staff)?.substituteId;
      const person = staff.people.find((one) => one.staffId === instead);
      if (!person || !isPresent(person.staffId, staff)) continue;
      const one = candidateOf(person, true, staff);
      const why = { rule: "substitute", role, for: holder.staffId } as const;
      return chosen([one], [...candidates, one], search, staff, why);
    }
  }
  return null;
}

/** Who handles the case next, by its level; null where no one fits and somebody has to choose. */
export function pickFor(
  caseId: string,
  state: ComplaintState,
  policy: ComplaintPolicy,
  staff: Staff,
): Pick | null {
  const cause = state.wanted;
  if (state.level > 0) return pickLevel(state.level as 1 | 2 | 3, { caseId, cause }, policy, staff);
  // The one who did not touch it does not get it back.
  const exclude = cause === "untouched" ? state.handlers.slice(-1) : [];
  return pickHandler(
    { caseId, cause, skill: state.category, department: state.respondingDept, exclude },
    staff,
  );
}

/** The reason where a person chose (`assign`, `transfer`). */
export function chosenBy(
  by: string,
  staffId: string,
  cause: AssignmentCause,
  staff: Staff,
): AssignmentReason {
  const person = staff.people.find((one) => one.staffId === staffId);
  const candidates = person ? [candidateOf(person, true, staff)] : [];
  return {
    rule: "manual",
    cause,
    staffId,
    fitting: candidates.length,
    load: candidates[0]?.load ?? 0,
    by,
    candidates,
  };
}

/**
 * Whom a step goes to that any one of some posts can take, best post first: the present holder with the least to do who
 * is not excluded. Never nobody: failing that an absent holder keeps it, and last of all somebody excluded.
 */
export function holderOf(
  roles: readonly Role[],
  exclude: readonly string[],
  caseId: string,
  staff: Staff,
): string | null {
  const search = { caseId, cause: "received" as const };
  const tries = [
    (one: Candidate) => one.present && !exclude.includes(one.staffId),
    (one: Candidate) => !exclude.includes(one.staffId),
    () => true,
  ];
  for (const fits of tries)
    for (const role of roles) {
      const holders = staff.people.filter((person) => person.active && person.roles.includes(role));
      const candidates = holders.map((person) => candidateOf(person, true, staff));
      const found = chosen(candidates.filter(fits), candidates, search, staff, {});
      if (found) return found.staffId;
    }
  return null;
}

/** Who looks for a handler while no one fits. */
export const assignerOf = (caseId: string, staff: Staff): string | null =>
  holderOf(["complaint_admin", "aftersales_lead", "service_manager", "general_manager"], [], caseId, staff);

/** Who asks the customer afterwards: an agent who did not handle the case, else a lead. */
export function followUpAgent(caseId: string, handlers: readonly string[], staff: Staff): string | null {
  const search = { caseId, cause: "received" as const, skill: "call", department: null, exclude: handlers };
  const agents = { ...staff, people: staff.people.filter((person) => person.roles.includes("agent")) };
  return (
    pickHandler(search, agents)?.staffId ??
    holderOf(
      ["callcenter_lead", "aftersales_lead", "complaint_admin", "service_manager", "general_manager"],
      handlers,
      caseId,
      staff,
    )
  );
}

/** Who decides after too many reopenings: the service manager, or the general manager where he handled it. */
export const deciderOf = (caseId: string, handlers: readonly string[], staff: Staff): string | null =>
  holderOf(["service_manager", "general_manager"], handlers, caseId, staff);

/**
 * Whose step it is; `customer` holds a link like a person. Goods that have to be sent do not wait for an absent handler.
 * Null only where there is no staff at all.
 */
export function seatFor(
  kind: StepKind,
  caseId: string,
  state: ComplaintState,
  policy: ComplaintPolicy,
  staff: Staff,
): string | null {
  switch (kind) {
    case "assign":
      return assignerOf(caseId, staff);
    case "investigate":
    case "exchange":
      return state.assignee !== null && isPresent(state.assignee, staff)
        ? state.assignee
        : (pickFor(caseId, state, policy, staff)?.staffId ?? state.assignee);
    case "customer-confirm":
      return "customer";
    case "follow-up":
      return followUpAgent(caseId, state.handlers, staff);
    case "manager-decision":
      return deciderOf(caseId, state.handlers, staff);
  }
}

// ---- over time

/**
 * Whether the case has to go to another handler because he has done nothing on it since he got it: once in a round, and
 * only at level 0, where there are others. `acts`: who did something on the case, and when (table stamps); what the
 * system did is none.
 */
export function isUntouched(state: ComplaintState, acts: { by: string | null; at: string }[]): boolean {
  const since = state.stretches.at(-1)?.from;
  return (
    state.assignee !== null &&
    state.level === 0 &&
    !state.handedOn &&
    since !== undefined &&
    !acts.some((act) => act.by === state.assignee && act.at >= since)
  );
}

/** A case that waits for somebody to be free. */
export type Waiting = { caseId: string; priority: Priority; dueAt: string | null; receivedAt: string };

/** The order in which waiting cases are given out: most pressing first, then what is due soonest, then the oldest. */
export const drainOrder = <T extends Waiting>(queue: readonly T[]): T[] =>
  [...queue].sort(
    (a, b) =>
      PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
      compare(a.dueAt ?? "~", b.dueAt ?? "~") ||
      compare(a.receivedAt, b.receivedAt) ||
      compare(a.caseId, b.caseId),
  );

// ---- what becomes of the case

/** Everybody's hours end where the next one's begin. */
const nextStretch = (stretches: Stretch[], stretch: Omit<Stretch, "to">): Stretch[] => [
  ...ended(stretches, stretch.from),
  { ...stretch, to: null },
];
const ended = (stretches: Stretch[], at: string): Stretch[] =>
  stretches.map((one) => (one.to === null ? { ...one, to: at } : one));

/** The case with its new handler. `at`: table stamp. */
export const assigned = (state: ComplaintState, reason: AssignmentReason, at: string): ComplaintState => ({
  ...state,
  assignee: reason.staffId,
  assignmentReason: reason,
  handlers: state.handlers.includes(reason.staffId)
    ? [...state.handlers.filter((one) => one !== reason.staffId), reason.staffId]
    : [...state.handlers, reason.staffId],
  stretches: nextStretch(state.stretches, {
    department: state.respondingDept,
    assignee: reason.staffId,
    from: at,
  }),
});

/** The case without a handler, for a reason; another department has it from then on where one is named. */
export const unassigned = (
  state: ComplaintState,
  wanted: AssignmentCause,
  at: string,
  department: Department = state.respondingDept,
): ComplaintState => ({
  ...state,
  assignee: null,
  wanted,
  handedOn: state.handedOn || wanted === "untouched",
  respondingDept: department,
  stretches: nextStretch(state.stretches, { department, assignee: null, from: at }),
});

/** The case when it is closed: nobody's hours run on. */
export const closedState = (state: ComplaintState, at: string): ComplaintState => ({
  ...state,
  closedAt: at,
  paused: false,
  stretches: ended(state.stretches, at),
});

/** One level up, once at the top it stays there. */
export const levelUp = (level: Level): Level => Math.min(level + 1, TOP_LEVEL) as Level;
