/** What a signature is worth: the limits of posts (contracts/approvals.md §3, §8). Pure; amounts in fen. */
import type { Seat, Step } from "../case/model.ts";
import type { Person } from "../directory/model.ts";
import type { ApprovalFacts, ApprovalPolicy, RouteStage, Signers } from "./model.ts";

/**
 * Whether this person may approve this step: nobody approves for a vacant post, whoever signs one level up for the
 * requester is not held to a limit, everybody else to the limits that the step carries.
 */
export function mayApprove(
  step: Pick<Step, "limit" | "limitPerHead">,
  seat: Pick<Seat, "rules">,
  facts: Pick<ApprovalFacts, "amount" | "people">,
): boolean {
  if (seat.rules.includes("vacant")) return false;
  if (seat.rules.includes("self")) return true;
  if (step.limit !== null && facts.amount > step.limit) return false;
  const perHead = step.limitPerHead ?? null;
  return perHead === null || facts.amount <= perHead * facts.people;
}

/**
 * The limits of the step that decides `stage` and `alsoStages`: only the chain's last approval is held to the limit of
 * the post, earlier stages sign any amount.
 */
export function stepLimits(
  route: RouteStage[],
  stages: string[],
): Pick<RouteStage, "limit" | "limitPerHead"> {
  const last = route.at(-1);
  if (!last || !stages.includes(last.stage)) return { limit: null, limitPerHead: null };
  return { limit: last.limit, limitPerHead: last.limitPerHead };
}

/**
 * What a person may sign by his own post: the largest limit of the stages whose signers name that post; null = any
 * amount, 0 where no stage names it.
 */
export function ownLimit(staffId: string, policy: ApprovalPolicy, people: Person[]): number | null {
  const person = people.find((one) => one.staffId === staffId);
  const own = policy.stages.filter((stage) => person && names(stage.signers, person));
  if (own.some((stage) => stage.limit === undefined)) return null;
  return Math.max(0, ...own.map((stage) => stage.limit ?? 0));
}

function names(signers: Signers, person: Person): boolean {
  if ("staffIds" in signers) return signers.staffIds.includes(person.staffId);
  return person.roles.includes("role" in signers ? signers.role : "dept_manager");
}
