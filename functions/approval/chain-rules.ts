/**
 * Where the chain of a case stands, read from the steps that it had: a fold, one step after the other. Pure. The steps
 * of the present revision and round count, and those that a change of the request kept; void ones never happened.
 */
import type { CaseFile, Header, Seat, Step } from "../case/model.ts";
import { shanghaiDate } from "../shared/clock.ts";
import type { StepPlan } from "../step/open.ts";
import { stepIdOf } from "../step/rules.ts";
import { chainKindOf } from "./chain-policy.ts";
import { stepLimits } from "./limit-rules.ts";
import {
  type ApprovalFacts,
  type ApprovalPolicy,
  FIRST,
  type Roster,
  type RouteStage,
  type Signer,
} from "./model.ts";
import { type Needed, neededStages, planStages } from "./rules.ts";
import { type Routing, signersFor } from "./signer-rules.ts";

export type Ending = "approved" | "rejected" | "expired" | "returned";
export type Judgement = { next: "step"; step: StepPlan } | { next: "done"; outcome: Ending };

export type Chain = {
  /** Approved stages, each with the steps that approved it: one, or two where a signature was added after it. */
  done: Map<string, Step[]>;
  /** Stages that a return opened again. */
  reopened: Set<string>;
  /** The step that people work on, or that was decided and may still be undone. */
  waiting: Step | null;
  ended: Ending | null;
  /** The requester has to change his request. */
  revise: boolean;
  /** Who signs next, where a person was named and not the policy asked. */
  named: Named | null;
};

type Named = {
  stage: string;
  alsoStages: string[];
  staffId: string;
  /** Who added him; absent where the stage opens again for the person who signed it first. */
  addedBy?: string;
  seat?: Pick<Seat, "rules" | "for">;
};

/** What the policy judges a case by now: from the second round on the amount is what the settlement charged. */
export const currentFacts = ({ facts, round, settlement }: Header): ApprovalFacts =>
  round > 1 && settlement ? { ...facts, amount: settlement.charged } : facts;

/** Whether a step belongs to the present chain of its case. */
export const isCurrent = ({ revision, round, kept = [] }: Header, step: Step): boolean =>
  step.round === round && (step.revision === revision || kept.includes(step.stepId));

/** The number of the next step of the present revision; it counts steps of every kind and round. */
const nextOrdinal = (file: CaseFile): number =>
  1 + file.steps.filter((step) => step.revision === file.header.revision).length;

// ---- the fold

/** `order`: the stages of the case, first to last. `at`: epoch ms. */
function chainOf(file: CaseFile, order: string[], at: number): Chain {
  const { round } = file.header;
  const chain: Chain = {
    done: new Map(),
    reopened: new Set(),
    waiting: null,
    ended: null,
    revise: false,
    named: null,
  };
  let adding: Step | null = null;
  const approve = (...by: [Step, ...Step[]]) => {
    for (const stage of [by[0].stage, ...by[0].alsoStages]) chain.done.set(stage, by);
  };
  const steps = file.steps
    .filter((step) => isCurrent(file.header, step) && step.status !== "void")
    .filter((step) => step.kind === "approval" || step.kind === "revise")
    .sort((a, b) => a.revision - b.revision || a.ordinal - b.ordinal);
  for (const step of steps) {
    if (step.status === "open" || isUndoable(step, at)) return { ...chain, waiting: step, named: null };
    chain.named = null;
    switch (step.outcome) {
      case "approved":
        if (adding?.outcome === "add-before") chain.named = again(file, adding);
        else if (adding) approve(adding, step);
        else approve(step);
        adding = null;
        break;
      case "add-before":
      case "add-after":
        adding = step;
        chain.named = added(file, step);
        break;
      case "returned":
        adding = null;
        if (step.toStage === undefined)
          return round === 1 ? reviseOf(steps, step, chain, at) : ended(chain, "returned");
        for (const stage of order.slice(Math.max(order.indexOf(step.toStage), 0))) chain.done.delete(stage);
        chain.reopened.add(step.toStage);
        break;
      case "rejected":
      case "expired":
        return ended(chain, step.outcome);
    }
  }
  return chain;
}

/** Within the undo window of its decision nothing follows from it yet. */
const isUndoable = (step: Step, at: number): boolean =>
  step.status === "done" && step.effectiveAt !== undefined && Date.parse(step.effectiveAt) > at;

const ended = (chain: Chain, outcome: Ending): Chain => ({ ...chain, ended: outcome });

/** After a return the requester has a step of his own; one that nobody answered in time ends the request. */
function reviseOf(steps: Step[], returned: Step, chain: Chain, at: number): Chain {
  const own = steps.findLast((step) => step.kind === "revise" && step.ordinal > returned.ordinal);
  if (!own) return { ...chain, revise: true };
  if (own.status === "open" || isUndoable(own, at)) return { ...chain, waiting: own };
  return ended(chain, "expired");
}

/** Who put somebody in: the vote that ended the step. */
const voterOf = (file: CaseFile, step: Step): string =>
  file.votes.findLast((vote) => vote.stepId === step.stepId && vote.choice === step.outcome && !vote.undone)
    ?.by ??
  step.assignees[0] ??
  step.stepId;

const added = (file: CaseFile, step: Step): Named | null =>
  step.added === undefined
    ? null
    : { stage: step.stage, alsoStages: [], staffId: step.added, addedBy: voterOf(file, step) };

/** The stage opens again for the person who had asked somebody before him, in the same place as then. */
function again(file: CaseFile, step: Step): Named {
  const staffId = voterOf(file, step);
  const seat = file.seats.find((one) => one.stepId === step.stepId && one.staffId === staffId);
  return { stage: step.stage, alsoStages: step.alsoStages, staffId, ...(seat ? { seat } : {}) };
}

// ---- what is left

export type Standing = {
  chain: Chain;
  /** Every stage of the case, done or not. */
  needed: Needed[];
  /** Stages that no step has decided and none is open for, as they will open; the first entry opens next. */
  rest: RouteStage[];
};

/** Where a case stands, and how it goes on if everybody signs when due. */
export function standing(file: CaseFile, policy: ApprovalPolicy, roster: Roster, at: number): Standing {
  const facts = currentFacts(file.header);
  const routing: Routing = { policy, facts, roster };
  const stages = neededStages(policy, facts);
  const order = stages.map((one) => one.policy.stage);
  const chain = chainOf(file, order, at);
  const { waiting, named, done, reopened } = chain;
  const needed = stages.map((one) => withReturn(one, reopened));
  const covered = new Set([
    ...done.keys(),
    ...(waiting ? [waiting.stage, ...waiting.alsoStages] : []),
    ...(named ? [named.stage, ...named.alsoStages] : []),
  ]);
  const open = needed.filter((one) => !covered.has(one.policy.stage));
  const head = named ? namedStages(named, needed, routing, at) : [];
  const opensAt = head[0]?.dueAt ?? (waiting ? endOf(waiting, at) : at);
  const rest = planStages(open, routing, opensAt).map((stage) =>
    reopened.has(stage.stage) && stage.mergedInto === null
      ? {
          ...stage,
          signers: stage.signers.map((one) => ({ ...one, rules: [...one.rules, "returned" as const] })),
        }
      : stage,
  );
  return { chain, needed, rest: [...head, ...rest] };
}

const withReturn = (one: Needed, reopened: Set<string>): Needed =>
  reopened.has(one.policy.stage) ? { ...one, rules: [...one.rules, "returned"] } : one;

/** When the stage after this step is expected to open. */
const endOf = (step: Step, at: number): number =>
  Math.max(at, Date.parse(step.status === "open" ? step.dueAt : (step.effectiveAt ?? step.dueAt)));

/** A stage as it opens for a person that somebody named, with the stages that he signed together with it before. */
function namedStages(named: Named, needed: Needed[], routing: Routing, at: number): RouteStage[] {
  const own = needed.filter(
    (one) => one.policy.stage === named.stage || named.alsoStages.includes(one.policy.stage),
  );
  const signers = signersFor(named.staffId, routing, shanghaiDate(at)).map((signer): Signer => {
    const instead = signer.for ?? named.seat?.for;
    return {
      staffId: signer.staffId,
      name: signer.name,
      ...(instead === undefined ? {} : { for: instead }),
      rules: [
        ...new Set([
          ...(named.addedBy === undefined ? [] : ["added" as const]),
          ...(named.seat?.rules ?? []),
          ...signer.rules,
        ]),
      ],
    };
  });
  return own.flatMap((one, index): RouteStage[] => {
    const [plan] = planStages([one], routing, at);
    if (!plan) return [];
    if (index === 0) return [{ ...plan, mode: "single", need: 1, signers }];
    const same = signers.map(({ staffId, name }): Signer => ({ staffId, name, rules: ["same_signer"] }));
    return [{ ...plan, signers: same, mergedInto: named.stage }];
  });
}

// ---- a change of the request

/**
 * Where the chain begins again when the request becomes what `facts` say, and the steps that still count: those of the
 * stages before the one that policy `onEdit` names, as far as they are approved without a gap.
 */
export function restartOf(
  file: CaseFile,
  policy: ApprovalPolicy,
  facts: ApprovalFacts,
  at: number,
): { stage: string; kept: string[] } {
  const namesOf = (of: ApprovalFacts) => neededStages(policy, of).map((one) => one.policy.stage);
  const order = namesOf(facts);
  const from = policy.onEdit === FIRST ? 0 : Math.max(order.indexOf(policy.onEdit), 0);
  const { done } = chainOf(file, namesOf(file.header.facts), at);
  const staying = (stage: string): boolean =>
    done
      .get(stage)
      ?.every((step) => [step.stage, ...step.alsoStages].every((one) => order.indexOf(one) < from)) ?? false;
  const gap = order.slice(0, from).findIndex((stage) => !staying(stage));
  const begins = gap < 0 ? from : gap;
  const kept = order.slice(0, begins).flatMap((stage) => done.get(stage) ?? []);
  return { stage: order[begins] ?? "", kept: [...new Set(kept.map((step) => step.stepId))] };
}

// ---- the next step

/**
 * The next step of the chain or its outcome. An open step, and one that may still be undone, is asked for again as it
 * is: its `open` only takes over the newer token. Throws where nobody may sign: an engineer's matter, never a silent
 * approval.
 */
export function judge(file: CaseFile, policy: ApprovalPolicy, roster: Roster, at: number): Judgement {
  const { chain, rest } = standing(file, policy, roster, at);
  if (chain.waiting) return { next: "step", step: planOf(file, chain.waiting) };
  if (chain.ended) return { next: "done", outcome: chain.ended };
  if (chain.revise) return { next: "step", step: revision(file) };
  const [first] = rest;
  if (!first) return { next: "done", outcome: "approved" };
  if (first.signers.length === 0)
    throw new Error(`Stage ${first.stage} of the policy finds nobody who may sign`);
  return { next: "step", step: approval(file, chain, first, rest) };
}

function approval(file: CaseFile, { named }: Chain, stage: RouteStage, rest: RouteStage[]): StepPlan {
  const { header } = file;
  const alsoStages = rest.filter((one) => one.mergedInto === stage.stage).map((one) => one.stage);
  const addedBy = named?.addedBy;
  // Who was added signs beside the post, whose own approval is held to its limit.
  const stages = addedBy === undefined ? [stage.stage, ...alsoStages] : [];
  const { limit, limitPerHead } = stepLimits(rest, stages);
  const ordinal = nextOrdinal(file);
  return {
    stepId: stepIdOf(header.caseId, header.revision, ordinal),
    ordinal,
    round: header.round,
    kind: "approval",
    stage: stage.stage,
    ...chainOfComplaint(header),
    alsoStages,
    ...(addedBy === undefined ? {} : { addedBy }),
    mode: stage.mode,
    need: stage.need,
    dueMinutes: stage.dueMinutes,
    limit,
    limitPerHead,
    signers: stage.signers.map(({ staffId, for: instead, rules }) => ({
      staffId,
      ...(instead === undefined ? {} : { for: instead }),
      rules,
    })),
  };
}

function chainOfComplaint(header: Header): Pick<StepPlan, "chain" | "complaintRound"> {
  const chain = chainKindOf(header);
  return chain === null || !header.complaint ? {} : { chain, complaintRound: header.complaint.round };
}

/** The requester's own step after a return; it has the clock of an approval stage (contracts/README.md). */
const REVISE_MINUTES = 8 * 60;

function revision(file: CaseFile): StepPlan {
  const { header } = file;
  const ordinal = nextOrdinal(file);
  return {
    stepId: stepIdOf(header.caseId, header.revision, ordinal),
    ordinal,
    round: header.round,
    kind: "revise",
    stage: "revise",
    alsoStages: [],
    mode: "single",
    need: 1,
    dueMinutes: REVISE_MINUTES,
    limit: null,
    limitPerHead: null,
    signers: [{ staffId: header.createdBy, rules: ["returned"] }],
  };
}

/** A step that is there, as it was asked for. */
function planOf(file: CaseFile, step: Step): StepPlan {
  return {
    stepId: step.stepId,
    ordinal: step.ordinal,
    round: step.round,
    kind: step.kind as StepPlan["kind"],
    stage: step.stage,
    ...(step.chain === undefined ? {} : { chain: step.chain }),
    alsoStages: step.alsoStages,
    ...(step.addedBy === undefined ? {} : { addedBy: step.addedBy }),
    mode: step.mode,
    need: step.need,
    dueMinutes: 0,
    limit: step.limit,
    limitPerHead: step.limitPerHead ?? null,
    signers: file.seats
      .filter((seat) => seat.stepId === step.stepId)
      .map((seat) => ({ staffId: seat.staffId, rules: seat.rules })),
  };
}
