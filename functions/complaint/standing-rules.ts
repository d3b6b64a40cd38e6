/**
 * Where a complaint stands: a fold over the steps of its present round that says what comes next. Pure. This is the
 * closing gate: `close` is answered in three places here and nowhere else — a satisfied follow-up, the manager's decision
 * with his reason, a merge — and nothing closes a case but on that answer.
 */

import { levelUp, unassigned } from "./assign-rules.ts";
import { isSatisfied } from "./follow-up-rules.ts";
import type {
  ChainKind,
  ChainRun,
  ComplaintFile,
  ComplaintPolicy,
  ComplaintState,
  ComplaintStep,
  Outcome,
  Phase,
  ReopenReason,
  StepKind,
  StepResult,
} from "./model.ts";
import { EXCHANGING, PAYING, STEP_KINDS } from "./model.ts";

/** What a complaint needs next. */
export type Standing =
  /** Somebody works on this step. */
  | { need: "wait"; step: ComplaintStep }
  /** The signatures of this chain are being asked for. */
  | { need: "wait-chain"; chain: ChainRun }
  /** A handler has to be found; where no one fits, a step `assign`. */
  | { need: "assign" }
  | { need: "investigate" | "exchange" | "customer-confirm" | "follow-up" | "manager-decision" }
  /** A chain has to begin about what the step `about` proposed. */
  | { need: "chain"; kind: ChainKind; about: string; amount: number }
  | { need: "open-claim"; about: string }
  | { need: "send-notice"; chain: ChainRun }
  | { need: "reopen"; reason: ReopenReason }
  | { need: "close"; outcome: Outcome }
  | { need: "nothing" };

type Investigated = Extract<StepResult, { kind: "investigation" }>;

export function standing(file: ComplaintFile, policy: ComplaintPolicy): Standing {
  const { state } = file;
  if (file.status === "closed") return { need: "nothing" };
  if (state.mergedInto !== undefined) return { need: "close", outcome: "merged" };
  const steps = roundOf(file);
  const open = steps.find((step) => step.status === "open");
  if (open) return { need: "wait", step: open };
  const last = steps.at(-1);
  return last ? after(last, steps, file, policy) : work(state);
}

/** The steps of the main line that count in the present round, first to last; void ones never happened. */
function roundOf({ state, steps }: ComplaintFile): ComplaintStep[] {
  return steps
    .filter((step) => step.complaintRound === state.round && step.status !== "void")
    .filter((step) => isMainLine(step.kind))
    .sort((a, b) => a.revision - b.revision || a.ordinal - b.ordinal);
}

const isMainLine = (kind: string): kind is StepKind => (STEP_KINDS as readonly string[]).includes(kind);

/** Somebody handles it, or somebody has to be found. */
const work = (state: ComplaintState): Standing =>
  state.assignee === null ? { need: "assign" } : { need: "investigate" };

/** What follows from the last step that ended. */
function after(
  last: ComplaintStep,
  steps: ComplaintStep[],
  file: ComplaintFile,
  policy: ComplaintPolicy,
): Standing {
  const { state } = file;
  switch (last.kind as StepKind) {
    case "assign":
      return work(state);
    case "investigate":
      return last.outcome === "done" && last.result?.kind === "investigation"
        ? proposed(last, last.result, file, policy)
        : work(state);
    case "exchange": {
      if (last.outcome !== "done") return { need: "exchange" };
      const about = steps.findLast((step) => step.result?.kind === "investigation");
      return about ? noticed(about, state) : work(state);
    }
    case "customer-confirm":
      // Whoever does not answer in time is asked by the follow-up all the same.
      return last.outcome === "disagreed" ? failed("disagreed", state, policy) : { need: "follow-up" };
    case "follow-up":
      return followedUp(last, state, policy);
    case "manager-decision":
      return decided(last, file);
  }
}

/** The handler's proposal: a claim beside it, money above his limit, goods on their way, then the notice. */
function proposed(
  step: ComplaintStep,
  result: Investigated,
  { state }: ComplaintFile,
  policy: ComplaintPolicy,
): Standing {
  if (result.claim && state.claimId === undefined) return { need: "open-claim", about: step.stepId };
  const amount = PAYING.includes(result.type) ? (result.amount ?? 0) : 0;
  if (amount > policy.handlerLimit) {
    const chain = chainAbout(state, "compensation", step);
    if (!chain) return { need: "chain", kind: "compensation", about: step.stepId, amount };
    if (chain.outcome === null) return { need: "wait-chain", chain };
    if (chain.outcome !== "approved") return work(state);
  }
  return EXCHANGING.includes(result.type) ? { need: "exchange" } : noticed(step, state);
}

/** The notice is signed, sent, and answered; what is not signed goes back to the handler, in the same round. */
function noticed(step: ComplaintStep, state: ComplaintState): Standing {
  const chain = chainAbout(state, "notice", step);
  if (!chain) return { need: "chain", kind: "notice", about: step.stepId, amount: 0 };
  if (chain.outcome === null) return { need: "wait-chain", chain };
  if (chain.outcome !== "approved") return work(state);
  return chain.sentAt === undefined ? { need: "send-notice", chain } : { need: "customer-confirm" };
}

const chainAbout = (state: ComplaintState, kind: ChainKind, step: ComplaintStep): ChainRun | undefined =>
  state.chains.findLast((chain) => chain.kind === kind && chain.about === step.stepId);

function followedUp(step: ComplaintStep, state: ComplaintState, policy: ComplaintPolicy): Standing {
  if (step.outcome === "unreachable") return failed("unreachable", state, policy);
  // One that ended without a record is asked again: silence closes nothing.
  if (step.outcome !== "done" || step.result?.kind !== "follow-up") return { need: "follow-up" };
  return isSatisfied(step.result, policy.followUp)
    ? { need: "close", outcome: "satisfied" }
    : failed("unsatisfied", state, policy);
}

/** Once more, or for the manager to decide. */
const failed = (reason: ReopenReason, state: ComplaintState, policy: ComplaintPolicy): Standing =>
  state.reopenCount < policy.maxReopenings ? { need: "reopen", reason } : { need: "manager-decision" };

/** Without a reason in writing the manager has not decided. */
function decided(step: ComplaintStep, { votes }: ComplaintFile): Standing {
  const decision = step.outcome === "done" && step.result?.kind === "decision" ? step.result.decision : null;
  const reasoned = votes.some(
    (vote) =>
      vote.stepId === step.stepId &&
      vote.choice === decision &&
      !vote.void &&
      !vote.undone &&
      vote.comment.trim() !== "",
  );
  if (!reasoned) return { need: "manager-decision" };
  return decision === "close"
    ? { need: "close", outcome: "manager-closed" }
    : { need: "reopen", reason: "manager" };
}

/** The phase that clients see. */
export function phaseOf(file: ComplaintFile, policy: ComplaintPolicy): Phase {
  const now = standing(file, policy);
  const kind = now.need === "wait" ? now.step.kind : now.need;
  switch (kind) {
    case "assign":
    case "reopen":
      return "assigning";
    case "wait-chain":
    case "chain":
      return "approving";
    case "send-notice":
    case "customer-confirm":
      return "confirming";
    case "follow-up":
      return "following-up";
    case "manager-decision":
      return "deciding";
    case "close":
    case "nothing":
      return "closed";
    default:
      return "investigating";
  }
}

// ---- what the answers do to the case

/** One level up, a new round, a new handler. `at`: table stamp. */
export function reopened(state: ComplaintState, at: string): ComplaintState {
  const { closedAt: _closedAt, ...rest } = state;
  return {
    ...unassigned(rest, "reopened", at),
    level: levelUp(state.level),
    reopenCount: state.reopenCount + 1,
    round: state.round + 1,
    confirmedAnswer: null,
    paused: false,
    handedOn: false,
  };
}

const DAY_MS = 86_400_000;

/**
 * Whether a closed case may be opened again on somebody's wish: the code of the refusal, or null. A merged one lives on
 * in the other.
 */
export function reopenRefusal(
  { status, state }: Pick<ComplaintFile, "status" | "state">,
  policy: ComplaintPolicy,
  at: number,
): "wrong_phase" | "reopen_window_over" | "reopen_limit" | null {
  if (status !== "closed" || state.mergedInto !== undefined || state.closedAt === undefined)
    return "wrong_phase";
  if (at > Date.parse(state.closedAt) + policy.reopenWithinDays * DAY_MS) return "reopen_window_over";
  return state.reopenCount >= policy.maxReopenings ? "reopen_limit" : null;
}

/** A chain that begins; `round` is the header's, one more than before. */
export const withChain = (
  state: ComplaintState,
  chain: Pick<ChainRun, "kind" | "about" | "round">,
): ComplaintState => ({ ...state, chains: [...state.chains, { ...chain, outcome: null }] });

/** The chain of that round with more known about it. */
export const chainEnded = (
  state: ComplaintState,
  round: number,
  known: Partial<Pick<ChainRun, "outcome" | "sentAt">>,
): ComplaintState => ({
  ...state,
  chains: state.chains.map((chain) => (chain.round === round ? { ...chain, ...known } : chain)),
});
