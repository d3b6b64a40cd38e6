/**
 * Lambda `complaint-next`: what a complaint needs now. Does everything that needs no person — finds a handler, begins a
 * chain, lets the notice go, opens the case again, closes it — one transaction each, and answers with what people have to
 * do: a step to open, signatures to ask for, a claim to open, or nothing any more. Each effect is judged by the fold over
 * the case as it is, so asked twice it does nothing twice.
 */
import type { NewEvent } from "../case/chain.ts";
import type { Step } from "../case/model.ts";
import { entryWrites } from "../ledger/store.ts";
import { stamp, toApi } from "../shared/clock.ts";
import { busy } from "../shared/errors.ts";
import { ConditionFailed, early, pause } from "../shared/table.ts";
import type { StepPlan } from "../step/open.ts";
import { stepIdOf } from "../step/rules.ts";
import { assigning, TURN_LABEL, withLoads } from "./assign.ts";
import { isPresent, pickFor, type Staff, seatFor, unassigned } from "./assign-rules.ts";
import { meetClocks, runningOn } from "./clocks.ts";
import { closing, reopening } from "./close.ts";
import type { ChainRun, ComplaintPolicy, ReopenReason, StepKind } from "./model.ts";
import { commitEntry, releaseEntry, withoutMoney } from "./money.ts";
import { queueTimer } from "./ring.ts";
import { chainEnded, type Standing, standing, withChain } from "./standing-rules.ts";
import {
  type Around,
  type ComplaintCase,
  type ComplaintChange,
  changeComplaint,
  foldedFile,
  policyOf,
  readAround,
} from "./write.ts";

export type NextInput = {
  v: 1;
  caseId: string;
  revision: number;
  /** The chain that has just ended. */
  chain: { round: number; outcome: ChainRun["outcome"] | "superseded" } | null;
};

/** What people have to do. `round` names the chain's execution. */
export type Next =
  | { next: "step"; step: StepPlan }
  | { next: "chain"; round: number }
  | { next: "claim"; about: string }
  | { next: "done"; outcome: string | null };

type Again = { next: "again" };
type Effect = ComplaintChange<Next | Again>;

/** More effects in a row than a case can need: an engineer must look. */
const MOST_EFFECTS = 12;
const ATTEMPTS = 5;

export async function handler({ caseId, revision, chain }: NextInput): Promise<Next> {
  const around = early(readAround());
  for (let turn = 1; turn <= MOST_EFFECTS; turn += 1) {
    const answer = await oneEffect(caseId, around, (of) =>
      of.file.header.revision === revision ? effect(of, chain) : nothing(of.file),
    );
    if (answer.next !== "again") return answer;
  }
  throw new Error(`Case ${caseId} goes round in circles`);
}

type Of = { file: ComplaintCase; around: Around; policy: ComplaintPolicy; at: number };

/** One transaction. Where somebody was given another case meanwhile, the choice is made again. */
async function oneEffect(
  caseId: string,
  around: Promise<Around>,
  judge: (of: Of) => Effect | Promise<Effect>,
): Promise<Next | Again> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const { body } = await changeComplaint<Next | Again>({
        caseId,
        actor: null,
        around,
        change: (file, beside, at) => judge({ file, around: beside, policy: policyOf(file, beside), at }),
      });
      return body;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || !error.labels.includes(TURN_LABEL)) throw error;
      await pause(attempt);
    }
  }
  throw busy();
}

const nothing = ({ header }: ComplaintCase): Effect => ({
  result: { next: "done", outcome: header.outcome },
  events: [],
});
const answer = (result: Next): Effect => ({ result, events: [] });
const again = (change: Omit<Effect, "result">): Effect => ({ result: { next: "again" }, ...change });

function effect(of: Of, ended: NextInput["chain"]): Effect | Promise<Effect> {
  const { file, around, policy, at } = of;
  const waiting = file.header.complaint.chains.find((one) => one.round === ended?.round);
  if (ended && waiting?.outcome === null && ended.outcome !== "superseded" && ended.outcome !== null)
    return again(chainDecided(of, waiting, ended.outcome));
  const stands = standing(foldedFile(file), policy);
  switch (stands.need) {
    case "wait":
      return answer({ next: "step", step: planOf(file, stands.step.stepId) });
    case "wait-chain":
      return answer({ next: "chain", round: stands.chain.round });
    case "open-claim":
      return answer({ next: "claim", about: stands.about });
    case "nothing":
      return nothing(file);
    case "close":
      return again(closing(file, around, at));
    case "reopen":
      return again(reopening(file, stands.reason, around, at, { comment: commentOn(file, stands.reason) }));
    case "send-notice":
      return again(noticeSent(of, stands.chain));
    case "chain":
      return again(chainBegins(of, stands));
    case "assign":
      return assign(of);
    default:
      return open(of, stands.need);
  }
}

// ---- people

/** Somebody fits, or somebody has to choose. */
async function assign(of: Of): Promise<Effect> {
  const { file, around, policy, at } = of;
  const staff = await withLoads(around.staff);
  const pick = pickFor(file.header.caseId, file.header.complaint, policy, staff);
  return pick ? again(assigning(file, pick.reason, { staff, by: null, at })) : planned(of, "assign", staff);
}

async function open(of: Of, kind: StepKind): Promise<Effect> {
  const { file, around, policy, at } = of;
  const state = file.header.complaint;
  const handles = kind === "investigate" || kind === "exchange";
  // Work never goes to somebody who is away: the case gets another handler first.
  if (handles && state.assignee !== null && !isPresent(state.assignee, around.staff)) {
    const staff = await withLoads(around.staff);
    const wanted = { ...state, wanted: "absent" as const };
    const pick = pickFor(file.header.caseId, wanted, policy, staff);
    if (pick) return again(assigning(file, pick.reason, { staff, by: null, at }));
    if (kind === "investigate")
      return again({
        state: unassigned(state, "absent", stamp(at)),
        events: [
          { kind: "complaint.reassigned", by: null, via: "system", data: { assignee: null, reason: null } },
        ],
      });
  }
  return planned(of, kind, handles ? around.staff : await withLoads(around.staff));
}

/** The step for whoever is to do it. */
function planned({ file, policy, at }: Of, kind: StepKind, staff: Staff): Effect {
  const { header } = file;
  const state = header.complaint;
  const seat = seatFor(kind, header.caseId, state, policy, staff);
  if (seat === null) throw new Error(`Nobody is left for step ${kind} of case ${header.caseId}`);
  const ordinal = 1 + file.steps.filter((step) => step.revision === header.revision).length;
  const stepId = stepIdOf(header.caseId, header.revision, ordinal);
  return answer({
    next: "step",
    step: {
      stepId,
      ordinal,
      round: header.round,
      kind,
      stage: kind,
      complaintRound: state.round,
      alsoStages: [],
      mode: "single",
      need: 1,
      ...dueOf(kind, file, policy),
      ...(kind === "assign" ? { timers: [queueTimer(header.caseId, stepId, at)] } : {}),
      // A case that was just given to him was told in its own mail.
      silent: kind === "investigate" && isNew(file),
      limit: null,
      limitPerHead: null,
      signers: [{ staffId: seat, rules: ["always"] }],
    },
  });
}

/** An investigation is due with the case's own clock; a clock that stands still says when it would have been. */
function dueOf(
  kind: StepKind,
  file: ComplaintCase,
  policy: ComplaintPolicy,
): Pick<StepPlan, "dueMinutes" | "ladder" | "dueAt" | "dueTrace" | "provisional"> {
  if (kind !== "investigate")
    return {
      dueMinutes: policy.due[kind],
      ladder: kind === "customer-confirm" ? "expiry" : "reminders",
    };
  const clock = file.clocks.findLast((one) => one.kind === "resolve");
  return {
    dueMinutes: 0,
    dueAt: clock?.dueAt ?? file.header.dueAt,
    dueTrace: clock?.trace ?? [],
    provisional: clock?.provisional ?? false,
  };
}

/** Whether the handler has not had a step since he got the case. */
function isNew({ header, steps }: ComplaintCase): boolean {
  const since = header.complaint.stretches.at(-1)?.from ?? "";
  return !steps.some((step) => step.kind === "investigate" && step.openedAt >= since);
}

/** A step that is there, asked for again: `open` only takes over the newer token. */
function planOf(file: ComplaintCase, stepId: string): StepPlan {
  const step = file.steps.find((one) => one.stepId === stepId);
  if (!step) throw new Error(`Case ${file.header.caseId} has no step ${stepId}`);
  const { ordinal, round, kind, stage, mode, need, limit } = step;
  return {
    stepId,
    ordinal,
    round,
    kind: kind as StepPlan["kind"],
    stage,
    alsoStages: [],
    mode,
    need,
    dueMinutes: 0,
    limit,
    limitPerHead: null,
    signers: step.assignees.map((staffId) => ({ staffId, rules: ["always"] })),
  };
}

// ---- chains and the notice

/** The step that a chain is about, and who proposed it. */
function proposalOf(file: ComplaintCase, about: string): { step: Step; by: string } {
  const step = file.steps.find((one) => one.stepId === about);
  const by = step?.decidedBy ?? file.header.complaint.assignee;
  if (!step || !by) throw new Error(`Case ${file.header.caseId} has no proposal ${about}`);
  return { step, by };
}

/** Asked for by whoever proposed it, so that nobody signs his own; paid by the responding department. */
function chainBegins(
  { file, around }: Of,
  { kind, about, amount }: Extract<Standing, { need: "chain" }>,
): Omit<Effect, "result"> {
  const { header } = file;
  const { by } = proposalOf(file, about);
  const round = header.round + 1;
  const state = header.complaint;
  const requester = around.staff.people.find((person) => person.staffId === by);
  const department = requester?.department ?? state.respondingDept;
  return {
    state: withChain(state, { kind, about, round }),
    header: {
      round,
      facts: { amount, people: 1, department, costDepartment: state.respondingDept, requester: by },
    },
    events: [
      {
        kind: `${kind}.requested`,
        by: null,
        via: "system",
        data: { round, about, ...(amount ? { amount } : {}) },
      },
    ],
  };
}

/** What the signatures decided, and what that does to the money. */
function chainDecided(
  { file, at }: Of,
  chain: ChainRun,
  outcome: NonNullable<ChainRun["outcome"]>,
): Omit<Effect, "result"> {
  const state = chainEnded(file.header.complaint, chain.round, { outcome });
  const approved = outcome === "approved";
  const kind =
    chain.kind === "notice"
      ? approved
        ? "notice.approved"
        : "notice.returned"
      : approved
        ? "compensation.approved"
        : "compensation.rejected";
  const { held } = file.header;
  const drawn = chain.kind === "compensation" && held > 0;
  const event: NewEvent = {
    kind,
    by: null,
    via: "system",
    contentHash: file.header.contentHash,
    data: {
      round: chain.round,
      outcome,
      ...(chain.kind === "compensation" ? { amount: file.header.facts.amount } : {}),
    },
  };
  if (!drawn) return { state, events: [event] };
  return approved
    ? {
        state: { ...state, money: "committed" },
        events: [event],
        writes: entryWrites(commitEntry(file, at)),
      }
    : {
        state: withoutMoney(state),
        header: { held: 0, buckets: [] },
        events: [event],
        writes: entryWrites(releaseEntry(file, null, at)),
      };
}

/** The notice goes to the customer: what was promised is kept. Its mail goes out with the step that answers it. */
function noticeSent({ file, around, at }: Of, chain: ChainRun): Omit<Effect, "result"> {
  const met = meetClocks(file, ["respond", "resolve"], around.calendar, at);
  const state = chainEnded(file.header.complaint, chain.round, { sentAt: stamp(at) });
  return {
    // Whoever still waited for an answer goes on without it.
    state: { ...state, paused: false },
    events: [
      {
        kind: "notice.sent",
        by: null,
        via: "system",
        contentHash: file.header.contentHash,
        data: { round: chain.round, about: chain.about, at: toApi(at) },
      },
      ...runningOn(file),
      ...met.events,
    ],
    clocks: met.clocks,
  };
}

/** What was said where the case came back: the customer's own words, or the manager's reason. */
function commentOn({ votes, steps }: ComplaintCase, reason: ReopenReason): string {
  const kind = reason === "disagreed" ? "customer-confirm" : reason === "manager" ? "manager-decision" : null;
  const step = steps.findLast((one) => one.kind === kind);
  return votes.findLast((vote) => vote.stepId === step?.stepId)?.comment ?? "";
}
