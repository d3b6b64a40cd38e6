/**
 * Who signs: the policy's stages for a case, and the people behind each. Pure; the rules are named as in
 * contracts/approvals.md §3, so that the page, the trace and the timeline say the same words.
 */
import type { Person, Role } from "../directory/model.ts";
import { parseWorkingDuration } from "../shared/calendar/index.ts";
import type {
  ApprovalFacts,
  ApprovalPolicy,
  RouteStage,
  Rule,
  Signer,
  Signers,
  StagePolicy,
  When,
} from "./model.ts";

/** The posts a stage climbs through when its own signer may not sign (rule `self`). */
const POSTS_UP: Role[] = ["dept_manager", "general_manager"];

/** The stages of a case with their signers, in order. `people` is the whole staff. */
export function planRoute(policy: ApprovalPolicy, facts: ApprovalFacts, people: Person[]): RouteStage[] {
  return policy.stages
    .filter((stage) => applies(stage.when, facts))
    .map((stage) => {
      const signers = signersOf(stage, policy, facts, people);
      const need = neededVotes(stage, signers.length);
      return {
        stage: stage.stage,
        mode: stage.mode,
        need,
        signers,
        rules: whyStage(stage.when),
        dueMinutes: parseWorkingDuration(stage.due),
        limit: stage.limit ?? null,
      };
    });
}

/** All given keys hold; of an array any entry. What nobody finds out yet (credit, over budget, retroactive) does not hold. */
export function applies(when: When | When[], facts: ApprovalFacts): boolean {
  if (Array.isArray(when)) return when.some((one) => applies(one, facts));
  if (when.amountAbove !== undefined && facts.amount <= when.amountAbove) return false;
  if (when.levels && !when.levels.includes(facts.level ?? "")) return false;
  if (when.departments && !when.departments.includes(facts.costDepartment)) return false;
  return !when.creditGrades && !when.overBudget && !when.retroactive;
}

function whyStage(when: When | When[]): Rule[] {
  const all = Array.isArray(when) ? when : [when];
  const rules: Rule[] = [];
  if (all.some((one) => one.amountAbove !== undefined)) rules.push("amount");
  if (all.some((one) => one.levels)) rules.push("level");
  return rules.length > 0 ? rules : ["always"];
}

function neededVotes(stage: StagePolicy, signers: number): number {
  if (stage.mode === "all-sign") return signers;
  // Never more than may sign: the requester's own seat falls away, and a vacant post is one administrator.
  return stage.mode === "n-of-m" ? Math.min(stage.need ?? signers, signers) : 1;
}

/** Active people behind a description of signers, in a stable order. */
export function resolve(signers: Signers, facts: ApprovalFacts, people: Person[]): Person[] {
  const active = people.filter((person) => person.active);
  if ("staffIds" in signers) return active.filter((person) => signers.staffIds.includes(person.staffId));
  if ("role" in signers) return active.filter((person) => person.roles.includes(signers.role));
  const department = signers.relation === "requester_manager" ? facts.department : facts.costDepartment;
  return active.filter((person) => person.roles.includes("dept_manager") && person.department === department);
}

function signersOf(
  stage: StagePolicy,
  policy: ApprovalPolicy,
  facts: ApprovalFacts,
  people: Person[],
): Signer[] {
  const post = resolve(stage.signers, facts, people);
  const others = post.filter((person) => person.staffId !== facts.requester);
  // Nobody signs for oneself: where others hold the post too they sign, else the next post up does.
  if (others.length > 0)
    return others.map((person) => signer(person, others.length < post.length ? ["self"] : []));
  const rule: Rule = post.length > 0 ? "self" : "vacant";
  for (const up of rule === "self" ? postsAbove(post[0]!) : []) {
    const found = resolve({ role: up }, facts, people).filter((person) => person.staffId !== facts.requester);
    if (found.length > 0) return found.map((person) => signer(person, [rule]));
  }
  const administrators = resolve(policy.administrator, facts, people).filter(
    (person) => person.staffId !== facts.requester,
  );
  return administrators.map((person) => signer(person, [rule]));
}

const signer = (person: Person, rules: Rule[]): Signer => ({
  staffId: person.staffId,
  name: person.name,
  rules,
});

/** The posts above a person's own, for everybody but a manager the general manager; the administrator comes last. */
function postsAbove(person: Person): Role[] {
  const held = POSTS_UP.findLastIndex((role) => person.roles.includes(role));
  return POSTS_UP.slice(Math.max(held, 0) + 1);
}

/**
 * What a stage may approve at most: only the chain's last approval is held to the limit of the post, and nobody who
 * signs one level up for the requester is (contracts/approvals.md §3).
 */
export function lastLimit(route: RouteStage[], stage: RouteStage): number | null {
  const climbed = stage.signers.some(
    (signer) => signer.rules.includes("self") || signer.rules.includes("vacant"),
  );
  return route.at(-1)?.stage === stage.stage && !climbed ? stage.limit : null;
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
