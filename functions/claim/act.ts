/**
 * What the claims officer does on the step `claim` (contracts/complaints.md "Steps"): `save` keeps what came in so far,
 * `done` records what the insurer pays and closes the case. One transaction each; first answer wins.
 */
import * as z from "zod";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, caseOfStep, changeCase, putClock, putVote } from "../case/store.ts";
import { meetClock } from "../complaint/clock-rules.ts";
import { clockEvent } from "../complaint/clocks.ts";
import { voteOn } from "../complaint/write.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { lazy } from "../shared/lazy.ts";
import { early } from "../shared/table.ts";
import { fieldErrors, reason } from "../shared/validate.ts";
import type { Decision } from "../step/model.ts";
import { endStep } from "../step/store.ts";
import { CLAIM_CHOICES, CLAIM_STEP } from "./model.ts";
import { readClaim, readClaimDraft } from "./schema.ts";

type Options = { idempotencyKey?: string; known?: Promise<CaseFile | null> };

/** Outcome of a claim that the officer has recorded. */
const RECORDED = "recorded";

/**
 * `input`: `{choice, comment, data, contentHash?}`. Throws, in this order: 404, 403 `not_assignee`, 409 `already_decided`
 * with who and when, `stale`, 400 by field, 409 `idempotency_mismatch`.
 */
export async function actOnClaim(
  actor: Actor,
  stepId: string,
  input: unknown,
  { idempotencyKey, known }: Options = {},
): Promise<Decision> {
  const caseId = caseOfStep(stepId);
  const key = keyed(idempotencyKey, { staffId: actor.staffId, route: `act ${stepId}`, body: input });
  const calendar = early(workingCalendar());
  const seen = await readVisible(actor, caseId, known);
  const answer = await once<Decision>(key, async (extra) => {
    const counted = await calendar;
    return changeCase<Answer<Decision>>(
      caseId,
      async (file, at) => {
        const step = await stepFor(file, stepId, actor);
        const change = answered({ file, step, actor, calendar: counted, at }, readSaid(file, input));
        return { ...change, writes: [...(change.writes ?? []), ...extra(change.result)] };
      },
      seen,
    );
  });
  return answer.body;
}

/** The open step of this officer. Throws 404, 403, 409. */
async function stepFor(file: CaseFile, stepId: string, actor: Actor): Promise<Step> {
  const step = file.steps.find((one) => one.stepId === stepId && one.kind === CLAIM_STEP);
  if (!step) throw notFound();
  if (!step.assignees.includes(actor.staffId)) throw forbidden("not_assignee");
  if (step.status === "void") throw conflict("stale");
  if (step.status === "open") return step;
  const by =
    step.decidedBy === undefined ? undefined : (await readPeople([step.decidedBy])).get(step.decidedBy);
  throw conflict("already_decided", {
    outcome: step.outcome,
    at: step.endedAt ? toApi(step.endedAt) : null,
    by: by ? { staffId: by.staffId, name: by.name } : null,
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

type Said = { choice: (typeof CLAIM_CHOICES)[number]; comment: string; data: unknown };

function readSaid({ header }: CaseFile, input: unknown): Said {
  const parsed = shape().safeParse(input);
  const named = parsed.success ? parsed.data.contentHash : undefined;
  if (named !== undefined && named !== header.contentHash) throw conflict("stale");
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { comment, data = {} } = parsed.data;
  const choice = CLAIM_CHOICES.find((one) => one === parsed.data.choice);
  if (!choice) throw invalid({ path: "choice", code: "choice" });
  return { choice, comment, data };
}

type Acting = { file: CaseFile; step: Step; actor: Actor; calendar: WorkingCalendar; at: number };

function answered(acting: Acting, { choice, comment, data }: Said): Change<Answer<Decision>> {
  const { file, step, actor, calendar, at } = acting;
  const line = (kind: string, more: Record<string, unknown>): NewEvent => ({
    kind,
    by: actor.staffId,
    via: "login",
    stepId: step.stepId,
    contentHash: file.header.contentHash,
    data: { ...more, ...(comment === "" ? {} : { comment }) },
  });
  const decision = (ended: boolean): Answer<Decision> => ({
    status: 200,
    body: {
      stepId: step.stepId,
      outcome: ended ? "done" : null,
      effectiveAt: ended ? toApi(at) : null,
      undoUntil: null,
    },
  });
  if (choice === "save")
    return { result: decision(false), events: [line("claim.saved", { record: readClaimDraft(data) })] };
  const record = readClaim(data);
  const clocks = file.clocks.map((clock) => meetClock(clock, calendar, at));
  return {
    result: decision(true),
    header: {
      status: "closed",
      phase: "closed",
      outcome: RECORDED,
      facts: { ...file.header.facts, amount: record.amount },
    },
    events: [
      line("step.decided", { kind: step.kind, choice, outcome: "done" }),
      line("claim.recorded", { record }),
      ...clocks.map((clock) => clockEvent("clock.met", clock, { status: clock.status })),
    ],
    writes: [
      ...endStep(file, step, { status: "done", outcome: "done", at, by: actor.staffId }),
      putVote(
        file.header.caseId,
        voteOn(file, step, { by: actor.staffId, choice, comment, via: "login", at }),
      ),
      ...clocks.map(putClock),
    ],
  };
}
