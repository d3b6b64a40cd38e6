/** The route as the contract shows it (contracts/approvals.md §4): of a case as it stands, or of one to come. Pure. */
import type { CaseFile, Step } from "../case/model.ts";
import type { RouteView } from "../case/view.ts";
import type { Locale } from "../directory/model.ts";
import { toApi } from "../shared/clock.ts";
import { currentFacts, standing } from "./chain-rules.ts";
import type { ApprovalFacts, ApprovalPolicy, Roster, RouteStage } from "./model.ts";
import { planRoute } from "./rules.ts";
import { type TraceSources, traceOf } from "./trace.ts";

type PolicyOf = { policyId: string; version: number; document: ApprovalPolicy };
type StageView = RouteView["stages"][number];

/** What a route is read with: who there is, the reader's language, and the instant (epoch ms). */
type Reading = { roster: Roster; locale: Locale; at: number };

/** The route of a request that would be submitted at `at`. */
export function previewRoute(
  policy: PolicyOf,
  facts: ApprovalFacts,
  { roster, locale, at }: Reading,
): RouteView {
  const route = planRoute(policy.document, facts, roster, at);
  const stages = route.map((stage) => expected(stage, nameOf(roster)));
  return viewOf(policy, stages, { facts, people: roster.people, locale, joined: joinedIn(route), steps: [] });
}

/** The route of a case as it is now: every stage of the present round, decided, open and expected ones. */
export function caseRoute(
  file: CaseFile,
  policy: ApprovalPolicy,
  { roster, locale, at }: Reading,
): RouteView {
  const { chain, needed, rest } = standing(file, policy, roster, at);
  const name = nameOf(roster);
  const { waiting } = chain;
  const stages = needed.map(({ policy: { stage }, rules }): StageView => {
    const later = rest.find((one) => one.stage === stage);
    if (later) return { ...expected(later, name), rules };
    const steps = chain.done.get(stage) ?? (waiting ? [waiting] : []);
    return { ...asked(file, stage, steps, name), rules };
  });
  const steps = [...chain.done.values(), waiting ? [waiting] : []].flat();
  return viewOf({ ...file.header.policy, document: policy }, stages, {
    facts: currentFacts(file.header),
    people: roster.people,
    locale,
    joined: new Map([...steps.flatMap((step) => joinedBy(step.stage, step.alsoStages)), ...joinedIn(rest)]),
    steps: chain.named?.addedBy
      ? [...steps, { stage: chain.named.stage, addedBy: chain.named.addedBy }]
      : steps,
  });
}

/** Everybody who still has to sign a case, or is asked to now. */
export function laterSigners(file: CaseFile, policy: ApprovalPolicy, roster: Roster, at: number): string[] {
  if (file.header.status !== "open") return [];
  return standing(file, policy, roster, at).rest.flatMap((stage) => stage.signers.map((one) => one.staffId));
}

type Name = (staffId: string) => string;

const nameOf =
  ({ people }: Roster): Name =>
  (staffId) =>
    people.find((one) => one.staffId === staffId)?.name ?? staffId;

/** A stage that has no step yet. */
const expected = (stage: RouteStage, name: Name): StageView => ({
  stage: stage.stage,
  mode: stage.mode,
  need: stage.need,
  state: "next",
  signers: stage.signers.map(({ for: instead, ...signer }) => ({
    ...signer,
    ...(instead === undefined ? {} : { for: { staffId: instead, name: name(instead) } }),
  })),
  rules: stage.rules,
  dueAt: toApi(stage.dueAt),
});

/** A stage as the people of its steps were asked for it. */
function asked(file: CaseFile, stage: string, steps: Step[], name: Name): Omit<StageView, "rules"> {
  const first = steps[0]!;
  const last = steps.at(-1)!;
  // A decision that may still be undone counts as made; what follows from it only waits for the end of the window.
  const approved = last.outcome === "approved" || last.outcome === "add-after";
  return {
    stage,
    mode: first.mode,
    need: first.need,
    state: approved ? "done" : "now",
    signers: steps.flatMap((step) => signersIn(file, stage, step, name)),
    dueAt: toApi(last.dueAt),
    ...(approved && last.endedAt ? { decidedAt: toApi(last.endedAt) } : {}),
  };
}

function signersIn(file: CaseFile, stage: string, step: Step, name: Name): StageView["signers"] {
  return step.assignees.map((staffId) => {
    const person = { staffId, name: name(staffId) };
    if (step.stage !== stage) return { ...person, rules: ["same_signer"] };
    const seat = file.seats.find((one) => one.stepId === step.stepId && one.staffId === staffId);
    return {
      ...person,
      ...(seat?.for === undefined ? {} : { for: { staffId: seat.for, name: name(seat.for) } }),
      rules: seat?.rules ?? [],
    };
  });
}

/** Stages that share the step of another, each with that other's name. */
const joinedBy = (into: string, stages: string[]) => stages.map((stage): [string, string] => [stage, into]);
const joinedIn = (route: RouteStage[]): Map<string, string> =>
  new Map(route.flatMap(({ stage, mergedInto }) => (mergedInto ? joinedBy(mergedInto, [stage]) : [])));

const viewOf = (policy: PolicyOf, stages: StageView[], sources: Omit<TraceSources, "policy">): RouteView => ({
  policy: { policyId: policy.policyId, version: policy.version },
  stages,
  trace: traceOf(stages, { ...sources, policy: policy.document }),
});
