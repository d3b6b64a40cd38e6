/**
 * How an answer on a step of a complaint is taken, whoever gives it: who may, whether the step still waits, what was said;
 * then the answer of its kind, in one transaction. Here is also the one answer that customers give.
 */
import * as z from "zod";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { caseOfStep } from "../case/store.ts";
import type { Actor, Role } from "../directory/model.ts";
import type { Bucket } from "../ledger/rules.ts";
import { toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import type { Idempotency } from "../shared/idempotency.ts";
import { lazy } from "../shared/lazy.ts";
import { ConditionFailed } from "../shared/table.ts";
import { fieldErrors, reason } from "../shared/validate.ts";
import type { LinkKeys } from "../step/links.ts";
import type { Decision } from "../step/model.ts";
import { NONCE_LABEL, useNonce } from "../step/store.ts";
import type { Staff } from "./assign-rules.ts";
import { CUSTOMER } from "./customer.ts";
import {
  COMPLAINT_CHOICES,
  type ComplaintPolicy,
  type ComplaintState,
  STEP_KINDS,
  type StepKind,
  type StepResult,
} from "./model.ts";
import { needsComment, readConfirmation } from "./schema.ts";
import {
  type Around,
  type ComplaintCase,
  type ComplaintChange,
  changeComplaint,
  policyOf,
  voteOn,
} from "./write.ts";

/** Whether a step is answered here; signatures about a complaint are approvals like any other (step/act.ts). */
export const isComplaintStep = (kind: string): kind is StepKind =>
  (STEP_KINDS as readonly string[]).includes(kind);

/**
 * Through which door somebody comes. A page without login brings the nonce that is used up, and says whether it shows the
 * case as it is.
 */
export type ActDoor = {
  via: "login" | "link";
  nonce?: string;
  isFresh?(file: CaseFile): boolean;
};

/** `key`, `known`, `beside`: reads that the caller has started already. */
export type Options = {
  key?: Idempotency | null;
  door?: ActDoor;
  known?: Promise<CaseFile | null>;
  beside?: Promise<Beside>;
};

/** What is read beside the case. */
export type Beside = { around: Around; buckets: Bucket[]; keys: LinkKeys | null };

/** What each kind of step does with its answers. */
export type Answers = Partial<Record<StepKind, (acting: Acting) => Answered>>;

/**
 * Takes an answer. `input`: `{choice, comment, data, contentHash?}`. Throws, in this order: 404, 403 `not_assignee`, 409
 * `already_decided` with who and when, 409 `stale`, 400 by field, 409 `idempotency_mismatch`; a failed condition of the
 * answer's own writes as it is.
 */
export async function answerWith(
  answers: Answers,
  who: Actor | typeof CUSTOMER,
  stepId: string,
  input: unknown,
  { door = { via: "login" }, known, key = null, beside }: Options & { beside: Promise<Beside> },
): Promise<Decision> {
  try {
    const { body } = await changeComplaint<Decision>({
      caseId: caseOfStep(stepId),
      actor: who,
      key,
      ...(known === undefined ? {} : { known }),
      around: beside.then(({ around }) => around),
      async change(file, around, at) {
        return changeOf(answers, judge({ ...(await beside), who, file, stepId, input, door, around, at }));
      },
    });
    return body;
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(NONCE_LABEL)) throw conflict("stale");
    throw error;
  }
}

/** A customer answers what he is asked: a proposal, by his link or on his page. */
export const answerAsCustomer = (
  stepId: string,
  input: unknown,
  options: Options & { beside: Promise<Beside> },
): Promise<Decision> => answerWith({ "customer-confirm": confirmed }, CUSTOMER, stepId, input, options);

/** What his answer is judged beside. */
export const customerBeside = (around: Around): Beside => ({ around, buckets: [], keys: null });

// ---- who may, and what he says

type Asked = { who: Actor | typeof CUSTOMER; stepId: string; input: unknown; door: ActDoor };

export type Acting = Beside & {
  file: ComplaintCase;
  state: ComplaintState;
  policy: ComplaintPolicy;
  step: Step;
  kind: StepKind;
  door: ActDoor;
  /** Staff id, or `customer`. */
  by: string;
  /** A lead enters what the customer said on the telephone. */
  byPhone: boolean;
  choice: string;
  comment: string;
  data: unknown;
  at: number;
};

/** They may enter what a customer says on the telephone, unless they handled his case. */
const LEADS: readonly Role[] = ["aftersales_lead", "callcenter_lead"];

function judge(asked: Asked & Beside & { file: ComplaintCase; at: number }): Acting {
  const { who, file, stepId, input, door, around, buckets, keys } = asked;
  const state = file.header.complaint;
  const step = file.steps.find((one) => one.stepId === stepId);
  if (!step || !isComplaintStep(step.kind)) throw notFound();
  const by = who === CUSTOMER ? CUSTOMER : who.staffId;
  const holds = step.assignees.includes(by);
  const byPhone =
    !holds &&
    who !== CUSTOMER &&
    step.kind === "customer-confirm" &&
    who.roles.some((role) => LEADS.includes(role)) &&
    !state.handlers.includes(by);
  if (!holds && !byPhone) throw who === CUSTOMER ? notFound() : forbidden("not_assignee");
  checkOpen(file, step, around.staff);
  const contentHash = Reflect.get(Object(input), "contentHash");
  if (contentHash !== undefined && contentHash !== file.header.contentHash) throw conflict("stale");
  if (door.isFresh && !door.isFresh(file)) throw conflict("stale");
  const said = readSaid(step.kind, input, byPhone);
  const policy = policyOf(file, around);
  return {
    ...said,
    file,
    state,
    policy,
    step,
    kind: step.kind,
    door,
    by,
    byPhone,
    around,
    buckets,
    keys,
    at: asked.at,
  };
}

/** 409 with who answered and when; `stale` for a step that was voided. */
function checkOpen(file: ComplaintCase, step: Step, { people }: Staff): void {
  if (step.status === "void") throw conflict("stale");
  if (step.status === "open") return;
  const person = people.find((one) => one.staffId === step.decidedBy);
  const customer = file.content?.complainantName;
  throw conflict("already_decided", {
    outcome: step.outcome,
    at: step.endedAt ? toApi(step.endedAt) : null,
    by: person
      ? { staffId: person.staffId, name: person.name }
      : step.decidedBy === CUSTOMER
        ? { customer: typeof customer === "string" ? customer : "" }
        : null,
  });
}

const shape = lazy(() =>
  z.strictObject({
    choice: z.string({ error: "choice" }),
    comment: reason(2000).default(""),
    data: z.unknown().optional(),
    contentHash: z.string({ error: "invalid" }).optional(),
  }),
);

function readSaid(
  kind: StepKind,
  input: unknown,
  byPhone: boolean,
): Pick<Acting, "choice" | "comment" | "data"> {
  const parsed = shape().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { choice, comment, data = {} } = parsed.data;
  if (!COMPLAINT_CHOICES[kind].includes(choice)) throw invalid({ path: "choice", code: "choice" });
  if (comment === "" && needsComment(kind, choice, byPhone))
    throw invalid({ path: "comment", code: "reason_required" });
  return { choice, comment, data };
}

// ---- the answers

export type Answered = Omit<ComplaintChange<Decision>, "result">;

function changeOf(answers: Answers, acting: Acting): ComplaintChange<Decision> {
  const { step, door, file, at: when } = acting;
  const answer = answers[acting.kind];
  // Somebody else's step.
  if (!answer) throw notFound();
  const answered = answer(acting);
  const [ended] = answered.ends ?? [];
  return {
    ...answered,
    result: {
      stepId: step.stepId,
      outcome: ended?.end.outcome ?? null,
      effectiveAt: ended ? toApi(when) : null,
      undoUntil: null,
    },
    writes: [
      ...(answered.writes ?? []),
      ...(door.nonce === undefined ? [] : [useNonce(file.header.caseId, door.nonce, when)]),
    ],
  };
}

/** A choice that takes no fields. */
export function readNothing(data: unknown): { csat: null } {
  const fields = Object.keys(Object(data));
  if (fields.length > 0)
    throw invalid(...fields.map((field) => ({ path: `data.${field}`, code: "unknown_field" })));
  return { csat: null };
}

/** A line of the timeline about what somebody said on the step. */
export const lineOf = (
  { by, door, step, file }: Acting,
  kind: string,
  data: Record<string, unknown>,
): NewEvent => ({
  kind,
  by,
  via: door.via,
  stepId: step.stepId,
  contentHash: file.header.contentHash,
  data,
});

type More = {
  given?: Pick<Answered, "events"> & Partial<Answered>;
  data?: Record<string, unknown>;
  result?: StepResult;
};

/** The step ends with an outcome: the answer as a vote, a line that says so, and what else it does. */
export function decided(acting: Acting, outcome: string, { given, data, result }: More = {}): Answered {
  const { file, step, by, choice, comment, door, at: when } = acting;
  return {
    ...given,
    events: [
      lineOf(acting, "step.decided", {
        kind: step.kind,
        choice,
        outcome,
        ...(comment === "" ? {} : { comment }),
        ...data,
      }),
      ...(given?.events ?? []),
    ],
    ends: [{ step, end: { status: "done", outcome, by, ...(result === undefined ? {} : { result }) } }],
    votes: [voteOn(file, step, { by, choice, comment, via: door.via, at: when })],
  };
}

const wasFollowedUp = ({ steps }: ComplaintCase): boolean =>
  steps.some(({ result }) => result?.kind === "follow-up");

/** The customer agrees with what is proposed, or does not; a lead may enter what he said on the telephone. */
export function confirmed(acting: Acting): Answered {
  const { state, choice, comment, byPhone, file } = acting;
  const agrees = choice === "confirm";
  const { csat } = agrees ? readConfirmation(acting.data) : readNothing(acting.data);
  const outcome = agrees ? "confirmed" : "disagreed";
  return decided(acting, outcome, {
    given: {
      // Whoever was asked by a follow-up is as satisfied as he said then, until the next one.
      state: {
        ...state,
        confirmedAnswer: outcome,
        csat: wasFollowedUp(file) ? state.csat : (csat ?? state.csat),
      },
      events: [
        lineOf(acting, agrees ? "customer.confirmed" : "customer.disagreed", {
          ...(csat === null ? {} : { csat }),
          ...(comment === "" ? {} : { comment }),
          ...(byPhone ? { byPhone } : {}),
        }),
      ],
    },
    result: { kind: "confirmation", csat },
  });
}
