/** Random policies, staffs, absences and cases for the properties of routing, and a chain run without a table. */
import fc from "fast-check";
import { judge } from "../../functions/approval/chain-rules.ts";
import type { ApprovalFacts, ApprovalPolicy, Roster, StagePolicy } from "../../functions/approval/model.ts";
import { neededStages } from "../../functions/approval/rules.ts";
import type { CaseFile, Seat, Step } from "../../functions/case/model.ts";
import type { Absence, Person } from "../../functions/directory/model.ts";
import { DEPARTMENTS } from "../../functions/directory/model.ts";
import { RECEPTION_POLICY } from "../../functions/policy/shipped.ts";
import { shanghaiDate, stamp } from "../../functions/shared/clock.ts";
import type { StepPlan } from "../../functions/step/open.ts";
import { PEOPLE } from "../../local/demo/data.ts";
import { seatOf, stepOf, voteOf } from "./case-file.ts";
import { WEDNESDAY } from "./reception.ts";

const DAY = 86_400_000;
const IDS = PEOPLE.map((one) => one.staffId);
const idOf = () => fc.constantFrom(...IDS);

const STAGES = ["dept_manager", "cost_manager", "general_manager", "committee", "finance"] as const;
const SIGNERS: Record<(typeof STAGES)[number], StagePolicy["signers"]> = {
  dept_manager: { relation: "requester_manager" },
  cost_manager: { relation: "cost_centre_manager" },
  general_manager: { role: "general_manager" },
  committee: { role: "committee" },
  finance: { role: "finance" },
};
const when = fc.oneof(
  fc.constant({}),
  fc.record({ amountAbove: fc.constantFrom(0, 100_000, 500_000) }),
  fc.record({ levels: fc.subarray(["A", "B", "C"]) }),
  fc.constant({ overBudget: true }),
  fc.constant({ retroactive: true }),
);
const target = fc.option(fc.constantFrom("next", ...STAGES), { nil: undefined });

const stage = (name: (typeof STAGES)[number], first: boolean): fc.Arbitrary<StagePolicy> =>
  fc.record({
    stage: fc.constant(name),
    when: first ? fc.constant({}) : when,
    signers: fc.oneof(
      { weight: 4, arbitrary: fc.constant(SIGNERS[name]) },
      { weight: 1, arbitrary: fc.record({ staffIds: fc.array(idOf(), { minLength: 1, maxLength: 3 }) }) },
    ),
    mode: fc.constantFrom("single" as const, "any-sign" as const, "all-sign" as const),
    due: fc.constantFrom("PT1H", "PT8H", "P2D"),
    limit: fc.option(fc.constantFrom(50_000, 100_000, 500_000), { nil: undefined }),
  });

export const policies: fc.Arbitrary<ApprovalPolicy> = fc
  .subarray([...STAGES], { minLength: 1 })
  .chain((names) =>
    fc.record({
      stages: fc.tuple(...names.map((name, index) => stage(name, index === 0))),
      climbOn: fc.record({ over_budget: target, retroactive: target, over_standard: target }),
      administrator: fc.constantFrom(
        { role: "service_manager" as const },
        { staffIds: ["limin"] },
        { staffIds: ["zhangke", "limin"] },
      ),
    }),
  )
  .map((parts) => ({ ...RECEPTION_POLICY, ...parts }) as ApprovalPolicy);

const absence = fc
  .record({
    staffId: idOf(),
    substituteId: fc.option(idOf(), { nil: undefined }),
    from: fc.integer({ min: -3, max: 6 }),
    days: fc.nat(6),
  })
  .map(
    ({ from, days, ...who }): Absence => ({
      absenceId: "A",
      ...who,
      from: shanghaiDate(WEDNESDAY + from * DAY),
      to: shanghaiDate(WEDNESDAY + (from + days) * DAY),
      reason: "",
      createdBy: who.staffId,
      createdAt: stamp(WEDNESDAY),
    }),
  );

/** A staff of which many may have left, never all who take what nobody else may sign, and who is away when. */
export const rosters: fc.Arbitrary<Roster> = fc.record({
  people: fc
    .subarray(IDS.filter((id) => id !== "wanghui" && id !== "zhangke"))
    .map((left) => PEOPLE.map((one): Person => ({ ...one, active: !left.includes(one.staffId) }))),
  absences: fc.array(absence, { maxLength: 8 }),
});

export const caseFacts: fc.Arbitrary<ApprovalFacts> = fc.record(
  {
    amount: fc.constantFrom(1, 50_000, 100_000, 100_001, 500_000, 500_001, 2_000_000),
    people: fc.integer({ min: 1, max: 20 }),
    level: fc.constantFrom("A", "B", "C"),
    department: fc.constantFrom(...DEPARTMENTS),
    costDepartment: fc.constantFrom(...DEPARTMENTS),
    requester: idOf(),
    overBudget: fc.boolean(),
    overStandard: fc.boolean(),
    retroactive: fc.boolean(),
    attendees: fc.subarray(["general_manager", "dept_manager"]),
  },
  {
    requiredKeys: ["amount", "people", "level", "department", "costDepartment", "requester"],
  },
);

/** How somebody ends a step; `who` and `back` choose among those whom he may name. */
export type Ends = { outcome: string; who?: string; back?: number };
export const endings: fc.Arbitrary<Ends> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ outcome: "approved" }) },
  { weight: 1, arbitrary: fc.constantFrom({ outcome: "rejected" }, { outcome: "expired" }) },
  { weight: 1, arbitrary: fc.record({ outcome: fc.constant("returned"), back: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({ outcome: fc.constantFrom("add-before", "add-after"), who: idOf() }),
  },
);

/** The case with the step that was asked for, open since `at`. */
export function opened(file: CaseFile, plan: StepPlan, at: number): { file: CaseFile; step: Step } {
  const step = stepOf(file, plan.ordinal, {
    round: plan.round,
    kind: plan.kind,
    stage: plan.stage,
    alsoStages: plan.alsoStages,
    ...(plan.addedBy === undefined ? {} : { addedBy: plan.addedBy }),
    mode: plan.mode,
    need: plan.need,
    assignees: plan.signers.map((one) => one.staffId),
    openedAt: stamp(at),
    limit: plan.limit,
  });
  const seats = plan.signers.map(
    ({ staffId, for: instead, rules }): Seat =>
      seatOf(step, staffId, { rules, ...(instead === undefined ? {} : { for: instead }) }),
  );
  return { file: { ...file, steps: [...file.steps, step], seats: [...file.seats, ...seats] }, step };
}

const CHOICE: Record<string, string> = { approved: "approve", rejected: "reject", returned: "return" };

/** The case after its open step ended so at `at`. */
export function closed(
  file: CaseFile,
  step: Step,
  changes: Partial<Step> & { outcome: string },
  at: number,
): CaseFile {
  const done: Step = { ...step, status: "done", endedAt: stamp(at), effectiveAt: stamp(at), ...changes };
  const by = step.assignees[0] ?? "";
  const vote = voteOf(step, by, CHOICE[changes.outcome] ?? changes.outcome, { at: stamp(at) });
  return {
    ...file,
    steps: file.steps.map((one) => (one.stepId === step.stepId ? done : one)),
    votes: [...file.votes, vote],
  };
}

export type Run = { outcome: string; steps: Step[]; file: CaseFile };

/**
 * Runs a chain to its end: each step ends as `ends` says in turn, approved once the list is used up. `wait`: how long
 * each step stays open.
 */
export function runChain(
  start: CaseFile,
  policy: ApprovalPolicy,
  roster: Roster,
  ends: Ends[],
  onStep: (step: Step, plan: StepPlan, at: number) => void = () => {},
  wait: (plan: StepPlan, at: number) => number = () => 3_600_000,
): Run {
  let file = start;
  let at = WEDNESDAY;
  for (let turn = 0; turn < 200; turn += 1) {
    const next = judge(file, policy, roster, at);
    if (next.next === "done") return { outcome: next.outcome, steps: file.steps, file };
    const now = opened(file, next.step, at);
    onStep(now.step, next.step, at);
    at += wait(next.step, at);
    file = closed(now.file, now.step, endOf(now.step, file, policy, ends[turn]), at);
  }
  throw new Error("The chain does not end");
}

/** What this ending does to this step; what the rules of the verbs refuse is an approval instead. */
function endOf(
  step: Step,
  file: CaseFile,
  policy: ApprovalPolicy,
  ends: Ends | undefined,
): Partial<Step> & { outcome: string } {
  if (step.kind !== "approval") return { outcome: "expired" };
  const adds = ends?.outcome === "add-before" || ends?.outcome === "add-after";
  if (ends && adds) {
    const refused =
      step.addedBy !== undefined ||
      step.mode !== "single" ||
      ends.who === file.header.createdBy ||
      ends.who === step.assignees[0];
    return refused || ends.who === undefined
      ? { outcome: "approved" }
      : { outcome: ends.outcome, added: ends.who };
  }
  if (ends?.outcome === "returned") {
    const order = neededStages(policy, file.header.facts).map((one) => one.policy.stage);
    const approved = new Set(file.steps.filter((one) => one.outcome === "approved").map((one) => one.stage));
    const earlier = order.slice(0, Math.max(order.indexOf(step.stage), 0)).filter((one) => approved.has(one));
    const toStage = earlier[(ends.back ?? 0) % (earlier.length + 1)];
    return toStage === undefined ? { outcome: "returned" } : { outcome: "returned", toStage };
  }
  return { outcome: ends?.outcome ?? "approved" };
}
