/** What the parts of a decision hand each other. */
import type { ApprovalPolicy } from "../approval/model.ts";
import type { CaseFile, Seat, Step, StepCode } from "../case/model.ts";
import type { Actor, Person } from "../directory/model.ts";
import type { PolicyVersion } from "../directory/store.ts";
import type { LinkKeys } from "./links.ts";
import type { Act } from "./schema.ts";

/** What a decision answers (contracts/README.md "Steps and links"). */
export type Decision = {
  stepId: string;
  outcome: string | null;
  effectiveAt: string | null;
  undoUntil: string | null;
};

/**
 * Through which door somebody acts. A link brings the nonce that its page held and its version; with a session of the
 * same person beside it no code is needed.
 */
export type Door =
  | { via: "login" }
  | { via: "link"; nonce: string; version: number; signedIn: boolean; isFresh(file: CaseFile): boolean };

/** What a decision needs beside its case, read in the same round trip. */
export type Around = {
  versions: PolicyVersion<ApprovalPolicy>[];
  /** The person whom the call names, if there is one of that id. */
  named: Map<string, Person>;
  /** For choices that issue or check something derived. */
  keys: LinkKeys | null;
  /** The code that a step-up code of this call is one more try at; null without one, or where none is left. */
  tried: StepCode | null;
};

/** One decision as its checks have left it. */
export type Acting = {
  file: CaseFile;
  step: Step;
  actor: Actor;
  /** The actor's own seat. */
  seat: Seat;
  act: Act;
  door: Door;
  policy: ApprovalPolicy;
  around: Around;
  /** Epoch ms. */
  at: number;
};
