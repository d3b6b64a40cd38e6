/**
 * A complaint led through by chance: whatever people answer, it is closed only by a satisfied follow-up, the manager's
 * reasoned decision or a merge; it never stands still without somebody to wait for.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  assigned,
  chosenBy,
  closedState,
  pickFor,
  seatFor,
  unassigned,
} from "../../../functions/complaint/assign-rules.ts";
import {
  type ComplaintFile,
  type ComplaintStep,
  DISPOSITIONS,
  type Outcome,
  type StepKind,
  type StepResult,
} from "../../../functions/complaint/model.ts";
import {
  chainEnded,
  reopened,
  reopenRefusal,
  standing,
  withChain,
} from "../../../functions/complaint/standing-rules.ts";
import { DEPARTMENTS } from "../../../functions/directory/model.ts";
import { COMPLAINT_POLICY as POLICY } from "../../../functions/policy/shipped.ts";
import { stamp } from "../../../functions/shared/clock.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { COMPLAINT_ID, fileOf, RECEIVED } from "./sample.ts";

const HOUR = 3_600_000;
const staff = { people: PEOPLE, absences: [], day: "2026-12-01", loads: {}, lastAssigned: {} };

/** A number for every chance that a walk takes; when they run out the walk ends where it is. */
type Chance = { of(many: number): number; left(): boolean };
const chanceOf = (numbers: number[]): Chance => {
  const rest = [...numbers];
  return { of: (many) => (rest.shift() ?? 0) % many, left: () => rest.length > 0 };
};

type World = { file: ComplaintFile; at: number; reasons: string[]; closedBy: Outcome[]; waits: number };

/** An open step is ended as chance will have it, with everything that is odd but possible. */
function answer(world: World, step: ComplaintStep, chance: Chance): void {
  const { file } = world;
  const comment = chance.of(6) === 0 ? " " : "写明的原因";
  const end = (outcome: string, result?: StepResult, choice?: string) => {
    file.steps = file.steps.map((one) =>
      one === step ? { ...one, status: "done", outcome, ...(result ? { result } : {}) } : one,
    );
    if (choice) file.votes = [...file.votes, { stepId: step.stepId, choice, comment }];
  };
  if (chance.of(15) === 0) {
    file.steps = file.steps.map((one) => (one === step ? { ...one, status: "void" } : one));
    return;
  }
  if (chance.of(15) === 0) {
    end("expired");
    return;
  }
  switch (step.kind as StepKind) {
    case "assign": {
      file.state = assigned(file.state, chosenBy("limin", "tangli", "received", staff), stamp(world.at));
      end("done");
      return;
    }
    case "investigate": {
      if (chance.of(6) === 0) {
        const toDepartment = DEPARTMENTS[chance.of(DEPARTMENTS.length)] ?? "transport";
        file.state = unassigned(file.state, "handed_over", stamp(world.at), toDepartment);
        end("done", { kind: "hand-over", toDepartment });
        return;
      }
      const type = DISPOSITIONS[chance.of(DISPOSITIONS.length)] ?? "apology";
      const amount = type === "refund" || type === "compensation" ? 1 + chance.of(100_000) : null;
      end("done", { kind: "investigation", type, amount, claim: chance.of(3) === 0 });
      return;
    }
    case "exchange":
      end("done");
      return;
    case "customer-confirm":
      end(chance.of(2) === 0 ? "confirmed" : "disagreed");
      return;
    case "follow-up": {
      if (chance.of(4) === 0) {
        end("unreachable");
        return;
      }
      if (chance.of(8) === 0) {
        end("done");
        return;
      }
      const satisfaction = 1 + chance.of(5);
      const [issueFound, needsComplaint] = [chance.of(4) === 0, chance.of(4) === 0];
      end("done", { kind: "follow-up", satisfaction, issueFound, needsComplaint });
      return;
    }
    case "manager-decision": {
      const decision = chance.of(2) === 0 ? "close" : "reopen";
      end("done", { kind: "decision", decision }, decision);
      return;
    }
  }
}

/** One turn of the loop: what the fold asks for is done, or somebody answers. */
function turn(world: World, chance: Chance): void {
  const { file } = world;
  world.at += HOUR;
  const now = stamp(world.at);
  const open = (kind: StepKind) => {
    expect(seatFor(kind, COMPLAINT_ID, file.state, POLICY, staff)).not.toBeNull();
    const ordinal = file.steps.length + 1;
    file.steps = [
      ...file.steps,
      {
        stepId: `${COMPLAINT_ID}-1-${ordinal}`,
        revision: 1,
        ordinal,
        kind,
        status: "open",
        outcome: null,
        complaintRound: file.state.round,
      },
    ];
  };
  if (file.status === "open" && file.state.mergedInto === undefined && chance.of(60) === 0) {
    file.steps = file.steps.map((one) => (one.status === "open" ? { ...one, status: "void" } : one));
    file.state = { ...file.state, mergedInto: "TS-2026-000001" };
  }
  const next = standing(file, POLICY);
  switch (next.need) {
    case "wait":
      world.waits++;
      answer(world, next.step, chance);
      return;
    case "wait-chain": {
      world.waits++;
      const outcomes = ["approved", "approved", "approved", "rejected", "returned", "expired"] as const;
      const outcome = outcomes[chance.of(outcomes.length)] ?? "approved";
      file.state = chainEnded(file.state, next.chain.round, { outcome });
      return;
    }
    case "assign": {
      const pick = pickFor(COMPLAINT_ID, file.state, POLICY, staff);
      if (pick) file.state = assigned(file.state, pick.reason, now);
      else open("assign");
      return;
    }
    case "chain": {
      const round = 2 + file.state.chains.length;
      file.state = withChain(file.state, { kind: next.kind, about: next.about, round });
      return;
    }
    case "open-claim":
      file.state = { ...file.state, claimId: "LP-2026-000001" };
      return;
    case "send-notice":
      file.state = chainEnded(file.state, next.chain.round, { sentAt: now });
      return;
    case "reopen":
      world.reasons.push(next.reason);
      file.state = reopened(file.state, now);
      return;
    case "close":
      world.closedBy.push(next.outcome);
      file.state = closedState(file.state, now);
      file.status = "closed";
      return;
    case "nothing":
      // Sometimes the customer comes back.
      if (chance.of(2) === 0 && reopenRefusal(file, POLICY, world.at) === null) {
        world.reasons.push("requested");
        file.state = reopened(file.state, now);
        file.status = "open";
      }
      return;
    default:
      open(next.need);
  }
}

/** The evidence for the last closing, read from the bare steps. */
function isEarned(file: ComplaintFile, outcome: Outcome): boolean {
  if (outcome === "merged") return file.state.mergedInto !== undefined;
  const last = file.steps.filter((step) => step.status === "done").at(-1);
  if (last?.complaintRound !== file.state.round) return false;
  if (outcome === "satisfied") {
    const result = last.kind === "follow-up" && last.result?.kind === "follow-up" ? last.result : null;
    return result !== null && result.satisfaction >= 4 && !result.issueFound && !result.needsComplaint;
  }
  return (
    last.kind === "manager-decision" &&
    file.votes.some((vote) => vote.stepId === last.stepId && vote.choice === "close" && vote.comment.trim())
  );
}

// Without bias: the small numbers that would be favoured are the odd turns.
const walks = fc.noBias(fc.array(fc.nat(1_000_000), { minLength: 100, maxLength: 400 }));

test("no walk closes a case without a satisfied follow-up, the manager's reasoned decision or a merge", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(walks, (numbers) => {
      const chance = chanceOf(numbers);
      const world: World = { file: fileOf(), at: RECEIVED, reasons: [], closedBy: [], waits: 0 };
      while (chance.left()) {
        const { state, status } = world.file;
        const closings = world.closedBy.length;
        turn(world, chance);
        const after = world.file.state;
        expect(after.level).toBeGreaterThanOrEqual(state.level);
        expect(after.reopenCount).toBeGreaterThanOrEqual(state.reopenCount);
        expect(after.round).toBe(after.reopenCount + 1);
        expect(after.level).toBe(Math.min(after.reopenCount, 3));
        if (status === "open" && world.file.status === "closed") {
          expect(world.closedBy.length).toBe(closings + 1);
          const outcome = world.closedBy.at(-1) ?? "merged";
          expect(isEarned(world.file, outcome)).toBe(true);
          seen.add(outcome);
        }
        chance.of(1);
      }
      // Beyond the limit only the manager begins another round.
      expect(world.reasons.slice(POLICY.maxReopenings).every((reason) => reason === "manager")).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect([...seen].sort()).toEqual(["manager-closed", "merged", "satisfied"]);
});

test("within a few turns a case waits for somebody or is closed", () => {
  fc.assert(
    fc.property(walks, (numbers) => {
      const chance = chanceOf(numbers);
      const world: World = { file: fileOf(), at: RECEIVED, reasons: [], closedBy: [], waits: 0 };
      let idle = 0;
      while (chance.left()) {
        const waits = world.waits;
        turn(world, chance);
        idle = world.waits > waits || world.file.status === "closed" ? 0 : idle + 1;
        // The longest stretch without people: send the notice, or reopen, find a handler, open a step.
        expect(idle).toBeLessThanOrEqual(6);
        chance.of(1);
      }
    }),
    { numRuns: 500 },
  );
});

test("who always answers in good will is through in one round", () => {
  const world: World = { file: fileOf(), at: RECEIVED, reasons: [], closedBy: [], waits: 0 };
  const good: Record<string, [string, StepResult?]> = {
    investigate: ["done", { kind: "investigation", type: "apology", amount: null, claim: false }],
    "customer-confirm": ["confirmed"],
    "follow-up": ["done", { kind: "follow-up", satisfaction: 5, issueFound: false, needsComplaint: false }],
  };
  for (let turns = 0; world.file.status === "open" && turns < 40; turns++) {
    const next = standing(world.file, POLICY);
    if (next.need === "wait") {
      const [outcome, result] = good[next.step.kind] ?? ["done"];
      world.file.steps = world.file.steps.map((one) =>
        one === next.step ? { ...one, status: "done", outcome, ...(result ? { result } : {}) } : one,
      );
    } else if (next.need === "wait-chain")
      world.file.state = chainEnded(world.file.state, next.chain.round, { outcome: "approved" });
    else turn(world, { of: (many) => many - 1, left: () => true });
  }
  expect(world.closedBy).toEqual(["satisfied"]);
  expect(world.file.steps.map(({ kind }) => kind)).toEqual(["investigate", "customer-confirm", "follow-up"]);
});
