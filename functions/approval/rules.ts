/**
 * The route of a case: which stages it needs, why, and in which order they open. Pure; the rules are named as in
 * contracts/approvals.md §3, so that the page, the trace and the timeline say the same words. Who signs a stage is in
 * signer-rules.ts, what a signature is worth in limit-rules.ts, where a running chain stands in chain-rules.ts.
 */
import type { Person, Role } from "../directory/model.ts";
import { addWorkingTime, defaultCalendar, parseWorkingDuration } from "../shared/calendar/index.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { ownLimit } from "./limit-rules.ts";
import {
  type ApprovalFacts,
  type ApprovalPolicy,
  type Roster,
  type RouteStage,
  type Rule,
  type Signer,
  STAGE_DUE,
  type StagePolicy,
  type When,
} from "./model.ts";
import { type Routing, signersOf } from "./signer-rules.ts";

/** A stage that a case needs, and why. */
export type Needed = { policy: StagePolicy; rules: Rule[] };

/** All stages of a case in order, with who signs and when, if each signs when due. `at`: when the first opens. */
export function planRoute(
  policy: ApprovalPolicy,
  facts: ApprovalFacts,
  roster: Roster,
  at: number,
): RouteStage[] {
  return planStages(neededStages(policy, facts), { policy, facts, roster }, at);
}

// ---- which stages, and why

/**
 * The stages whose condition holds; then what the facts add: a soft budget that does not suffice, a late request and
 * an amount above the standard climb (policy `climbOn`), and so does everybody who attends in a higher post.
 */
export function neededStages(policy: ApprovalPolicy, facts: ApprovalFacts): Needed[] {
  const needed = new Map<StagePolicy, Set<Rule>>();
  const add = (stage: StagePolicy, rules: Rule[]) =>
    needed.set(stage, new Set([...(needed.get(stage) ?? []), ...rules]));
  for (const stage of policy.stages) if (applies(stage.when, facts)) add(stage, whyStage(stage.when, facts));

  const last = policy.stages.findLastIndex((stage) => needed.has(stage));
  for (const rule of climbing(facts)) {
    const target = policy.climbOn[rule];
    // Above the last stage of the list there is nothing to climb to: that stage signs with the rule beside its own.
    const stage =
      target === "next"
        ? policy.stages[Math.min(last + 1, policy.stages.length - 1)]
        : policy.stages.find((one) => one.stage === target);
    if (stage) add(stage, [rule]);
  }
  const own = (name: string) => policy.stages.find((one) => one.stage === name);
  const attending = facts.attendees ?? [];
  for (const name of attending) {
    const stage = own(name);
    if (stage) add(stage, ["attendee"]);
  }
  const ordered = policy.stages.flatMap((stage) => {
    const rules = needed.get(stage);
    return rules ? [{ policy: stage, rules: [...rules] }] : [];
  });
  const foreign = BUILT_IN.filter((stage) => attending.includes(stage.stage) && !own(stage.stage));
  return [...ordered, ...foreign.map((stage): Needed => ({ policy: stage, rules: ["attendee"] }))];
}

/** Stages of the posts that may attend, for policies that have none of that name; they come after the policy's own. */
const BUILT_IN: StagePolicy[] = [
  {
    stage: "dept_manager",
    when: {},
    signers: { relation: "requester_manager" },
    mode: "single",
  },
  { stage: "general_manager", when: {}, signers: { role: "general_manager" }, mode: "single" },
];

type Climb = keyof ApprovalPolicy["climbOn"];

function climbing(facts: ApprovalFacts): Climb[] {
  const held: [Climb, boolean | undefined][] = [
    ["over_budget", facts.overBudget],
    ["retroactive", facts.retroactive],
    ["over_standard", facts.overStandard],
  ];
  return held.filter(([, holds]) => holds).map(([rule]) => rule);
}

/** All given keys hold; of an array any entry. */
export function applies(when: When | When[], facts: ApprovalFacts): boolean {
  if (Array.isArray(when)) return when.some((one) => applies(one, facts));
  if (when.amountAbove !== undefined && facts.amount <= when.amountAbove) return false;
  if (when.levels && !when.levels.includes(facts.level ?? "")) return false;
  if (when.departments && !when.departments.includes(facts.costDepartment)) return false;
  if (when.creditGrades && !when.creditGrades.includes(facts.creditGrade ?? "")) return false;
  if (when.overBudget !== undefined && when.overBudget !== (facts.overBudget ?? false)) return false;
  return when.retroactive === undefined || when.retroactive === (facts.retroactive ?? false);
}

/** The keys of the conditions that hold; a stage that asks for none of them is always there. */
function whyStage(when: When | When[], facts: ApprovalFacts): Rule[] {
  const holding = (Array.isArray(when) ? when : [when]).filter((one) => applies(one, facts));
  const keys: [Rule, (one: When) => boolean][] = [
    ["amount", (one) => one.amountAbove !== undefined],
    ["level", (one) => one.levels !== undefined],
    ["credit_grade", (one) => one.creditGrades !== undefined],
    ["over_budget", (one) => one.overBudget === true],
    ["retroactive", (one) => one.retroactive === true],
  ];
  const rules = keys.filter(([, asks]) => holding.some(asks)).map(([rule]) => rule);
  return rules.length > 0 ? rules : ["always"];
}

// ---- in which steps, and when

/**
 * Stages as they follow each other from `at` on: each opens when the one before is due, or shares its step where the
 * same person signs both.
 */
export function planStages(stages: Needed[], routing: Routing, at: number): RouteStage[] {
  const { calendar = defaultCalendar } = routing.roster;
  const route: RouteStage[] = [];
  let head: RouteStage | null = null;
  for (const { policy: stage, rules } of stages) {
    const plan = (opensAt: number): RouteStage => {
      const signers = signersOf(stage.signers, routing, shanghaiDate(opensAt));
      const dueMinutes = parseWorkingDuration(stage.due ?? STAGE_DUE);
      return {
        stage: stage.stage,
        mode: stage.mode,
        need: neededVotes(stage, signers.length),
        signers,
        rules,
        dueMinutes,
        opensAt,
        dueAt: addWorkingTime(calendar, opensAt, dueMinutes).dueAt,
        ...limitsOf(stage, signers),
        mergedInto: null,
      };
    };
    // Whoever signs both signs when the first opens, so that day decides who signs the second.
    const together: RouteStage | null = head && plan(head.opensAt);
    const shared = head && together && sameSigner(head, together, routing);
    if (head && together && shared) {
      const signers: Signer[] = [{ staffId: shared.staffId, name: shared.name, rules: ["same_signer"] }];
      route.push({ ...together, signers, dueAt: head.dueAt, mergedInto: head.stage });
    } else {
      head = plan(head ? head.dueAt : at);
      route.push(head);
    }
  }
  return route;
}

/** The one person who signs both, where the amount is within his own limit and neither post is vacant. */
function sameSigner(first: RouteStage, second: RouteStage, routing: Routing): Signer | null {
  const [signer, ...others] = first.signers;
  const [again, ...more] = second.signers;
  if (!signer || !again || others.length > 0 || more.length > 0) return null;
  if (signer.staffId !== again.staffId) return null;
  if ([...signer.rules, ...again.rules].includes("vacant")) return null;
  const limit = ownLimit(signer.staffId, routing.policy, routing.roster.people);
  return limit === null || routing.facts.amount <= limit ? signer : null;
}

/** Whoever signs one level up for the requester is not held to the limit of the post he stands in for. */
function limitsOf(stage: StagePolicy, signers: Signer[]): Pick<RouteStage, "limit" | "limitPerHead"> {
  if (signers.some((one) => one.rules.includes("self"))) return { limit: null, limitPerHead: null };
  return { limit: stage.limit ?? null, limitPerHead: stage.limitPerHead ?? null };
}

function neededVotes(stage: StagePolicy, signers: number): number {
  if (stage.mode === "all-sign") return signers;
  // Never more than may sign: the requester's own seat falls away, and a vacant post is one administrator.
  return stage.mode === "n-of-m" ? Math.min(stage.need ?? signers, signers) : 1;
}

/** Whom an escalation tells: `steps` posts above the people who have not decided (contracts/README.md). */
export function postUp(from: Person, steps: number, people: Person[]): Person[] {
  const ladder: Role[] = ["dept_manager", "general_manager", "service_manager"];
  const holders = (role: Role) =>
    people.filter(
      (person) =>
        person.active &&
        person.roles.includes(role) &&
        person.staffId !== from.staffId &&
        (role !== "dept_manager" || person.department === from.department),
    );
  // A vacant post is no step: the second escalation goes above whoever the first one reached.
  const above = ladder
    .slice(ladder.indexOf(from.role) + 1)
    .map(holders)
    .filter((found) => found.length > 0);
  return above[Math.min(steps, above.length) - 1] ?? [];
}
