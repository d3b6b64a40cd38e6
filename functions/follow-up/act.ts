/**
 * What people answer on the steps of a follow-up (contracts/follow-ups.md): whoever calls or visits, and the lead. One
 * transaction each; none of these can be undone. First answer wins. The answers themselves close the case.
 */
import * as z from "zod";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { caseOfStep } from "../case/store.ts";
import { isPresent } from "../complaint/assign-rules.ts";
import { isUnreachable } from "../complaint/follow-up-rules.ts";
import type { Attempt } from "../complaint/model.ts";
import { contactWrite } from "../customer/contact-store.ts";
import type { Actor, Person } from "../directory/model.ts";
import { mailEach } from "../message/compose.ts";
import { stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid, notFound, Refusal } from "../shared/errors.ts";
import { hashOf } from "../shared/ids.ts";
import { lazy } from "../shared/lazy.ts";
import { fieldErrors, reason } from "../shared/validate.ts";
import { handOn } from "../step/hand-on.ts";
import { type LinkKeys, linkKeys } from "../step/links.ts";
import type { Decision } from "../step/model.ts";
import { endAppointment } from "./appointment-end.ts";
import { complaintOf, type OpenedComplaint } from "./complaint.ts";
import { CHOICES, type FollowUpContent, type FollowUpState, type StepKind } from "./model.ts";
import { isMainStep, missedAtOf } from "./next-rules.ts";
import { chosenBy } from "./people-rules.ts";
import { movePlace } from "./places.ts";
import { afterGivingUp, afterRecord, nextOfCall, nextOfVisit, reachedAt, visitedAt } from "./record-rules.ts";
import { attemptsOf, attemptsOn } from "./records.ts";
import {
  type CallRecord,
  readAttempt,
  readCallRecord,
  readContact,
  readToStaff,
  readVisitRecord,
  type Times,
  type VisitRecord,
} from "./schema.ts";
import { type Around, changeFollowUp, type FollowUpCase, type FollowUpChange, voteOn } from "./write.ts";

type Options = { idempotencyKey?: string; known?: Promise<CaseFile | null> };

/** What an answer leads to beside the decision itself. */
type Answered = { decision: Decision; nextDueOn: string | null };

/**
 * `input`: `{choice, comment, data, contentHash?}`. Throws, in this order: 404, 403 `not_assignee`, 409 `already_decided`
 * with who and when, `stale`, 400 by field, 409 `idempotency_mismatch`.
 */
export async function actOnFollowUp(
  actor: Actor,
  stepId: string,
  input: unknown,
  options: Options = {},
): Promise<Decision> {
  return (await answer(actor, stepId, { route: "act", input, at: "data" }, options)).decision;
}

/** `POST /api/follow-ups/{caseId}/record`: the choice `done`, with the record as the body. */
export async function recordFollowUp(
  actor: Actor,
  caseId: string,
  record: unknown,
  options: Options = {},
): Promise<{ caseId: string; nextDueOn: string | null }> {
  const { nextDueOn } = await answer(
    actor,
    { caseId },
    { route: "record", input: { choice: "done", data: record }, at: "" },
    options,
  );
  return { caseId, nextDueOn };
}

/** How the call was made: `at` is where the fields of the choice stand in its body. */
type Said = { route: string; input: unknown; at: string };

async function answer(
  actor: Actor,
  which: string | { caseId: string },
  said: Said,
  options: Options,
): Promise<Answered> {
  const keys = await linkKeys();
  // Taken once, should the change be judged again.
  let opened: Promise<OpenedComplaint> | undefined;
  const { body } = await changeFollowUp<Answered>({
    ...options,
    caseId: typeof which === "string" ? caseOfStep(which) : which.caseId,
    actor,
    route: typeof which === "string" ? `${said.route} ${which}` : said.route,
    body: said.input,
    change(file, around, at) {
      const acting = judge({ file, around, at, keys, actor, which, said });
      return changeOf(acting, (record) => (opened ??= complaintOf(file, record, actor, at)));
    },
  });
  return body;
}

// ---- who may, and what he says

type Acting = {
  file: FollowUpCase;
  state: FollowUpState;
  around: Around;
  keys: LinkKeys;
  actor: Actor;
  step: Step;
  kind: StepKind;
  choice: string;
  comment: string;
  data: unknown;
  /** Where `data` stands in the body. */
  path: string;
  times: Times;
  at: number;
};

type Asked = Pick<Acting, "file" | "around" | "keys" | "actor" | "at"> & {
  which: string | { caseId: string };
  said: Said;
};

function judge({ file, around, keys, actor, which, said, at }: Asked): Acting {
  const state = file.header.followUp;
  const step = stepOf(file, which);
  if (!step.assignees.includes(actor.staffId)) throw forbidden("not_assignee");
  checkOpen(step, around.staff.people);
  const kind = step.kind as StepKind;
  const { choice, comment, data, contentHash } = readSaid(kind, said.input);
  if (contentHash !== undefined && contentHash !== file.header.contentHash) throw conflict("stale");
  const times = { openedAt: Date.parse(file.header.createdAt), now: at };
  return { file, state, around, keys, actor, step, kind, choice, comment, data, path: said.at, times, at };
}

/** The step that is named, or the last one on which a record is written. */
function stepOf(file: FollowUpCase, which: string | { caseId: string }): Step {
  const step =
    typeof which === "string"
      ? file.steps.find((one) => one.stepId === which && isMainStep(one))
      : file.steps.findLast((one) => one.kind === "follow-up");
  // A case whose first step its workflow has still to open.
  if (!step && typeof which !== "string") throw conflict("wrong_phase");
  if (!step) throw notFound();
  return step;
}

/** 409 with who answered and when; `stale` for a step that was voided. */
function checkOpen(step: Step, people: Person[]): void {
  if (step.status === "void") throw conflict("stale");
  if (step.status === "open") return;
  const person = people.find((one) => one.staffId === step.decidedBy);
  throw conflict("already_decided", {
    outcome: step.outcome,
    at: step.endedAt ? toApi(step.endedAt) : null,
    by: person ? { staffId: person.staffId, name: person.name } : null,
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

/** Choices that need their reason. */
const COMMENTED: readonly string[] = ["transfer", "give-up", "return"];

function readSaid(kind: StepKind, input: unknown) {
  const parsed = shape().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { choice, comment, data = {}, contentHash } = parsed.data;
  if (!CHOICES[kind].includes(choice)) throw invalid({ path: "choice", code: "choice" });
  if (comment === "" && COMMENTED.includes(choice))
    throw invalid({ path: "comment", code: "reason_required" });
  return { choice, comment, data, contentHash };
}

// ---- the answers

type Change = Omit<FollowUpChange<Answered>, "result"> & { nextDueOn?: string | null };
type OpenComplaint = (record: CallRecord | VisitRecord) => Promise<OpenedComplaint>;

async function changeOf(acting: Acting, open: OpenComplaint): Promise<FollowUpChange<Answered>> {
  const { nextDueOn = null, ...change } = await answerOf(acting, open);
  const [ended] = change.ends?.filter(({ step }) => step.stepId === acting.step.stepId) ?? [];
  return {
    ...change,
    result: {
      decision: {
        stepId: acting.step.stepId,
        outcome: ended?.end.outcome ?? null,
        effectiveAt: ended ? toApi(acting.at) : null,
        undoUntil: null,
      },
      nextDueOn,
    },
  };
}

function answerOf(acting: Acting, open: OpenComplaint): Change | Promise<Change> {
  switch (acting.choice) {
    case "attempt":
      return attempted(acting);
    case "done":
      return recorded(acting, open);
    case "transfer":
      return transferred(acting);
    case "retry":
      return retried(acting);
    case "give-up":
      return gaveUp(acting);
    default:
      return reviewed(acting);
  }
}

/** A line of the timeline about what somebody said on the step. */
const lineOf = ({ actor, step, file }: Acting, kind: string, data: Record<string, unknown>): NewEvent => ({
  kind,
  by: actor.staffId,
  via: "login",
  stepId: step.stepId,
  contentHash: file.header.contentHash,
  data,
});

/** The step ends with an outcome: the answer as a vote, a line that says so, and what else it does. */
function decided(
  acting: Acting,
  outcome: string,
  given: Partial<Change> = {},
  data: Record<string, unknown> = {},
): Change {
  const { file, step, actor, choice, comment, at } = acting;
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
      ...(given.events ?? []),
    ],
    ends: [{ step, end: { status: "done", outcome, by: actor.staffId } }, ...(given.ends ?? [])],
    votes: [voteOn(file, step, { by: actor.staffId, choice, comment, via: "login", at: stamp(at) })],
  };
}

/** A choice that takes no fields. */
function readNothing({ data, path }: Acting): void {
  const fields = Object.keys(Object(data));
  if (fields.length > 0)
    throw invalid(
      ...fields.map((field) => ({ path: path === "" ? field : `${path}.${field}`, code: "unknown_field" })),
    );
}

/** One contact. Enough of them in vain end the step, and somebody has to find out whom to call. */
function attempted(acting: Acting): Change {
  const { file, step, state, around, times, path } = acting;
  const attempt = readAttempt(acting.data, times, path);
  const line = lineOf(acting, "follow-up.attempted", { attempt });
  const all: Attempt[] = [...attemptsOn(file, step.stepId), attempt];
  const given = { state: { ...state, attempted: true }, events: [line] };
  return isUnreachable(all, around.policy.followUp) ? decided(acting, "unreachable", given) : given;
}

/** The record, and with it, before any review, what it means for the customer. */
async function recorded(acting: Acting, open: OpenComplaint): Promise<Change> {
  const { file, state, around, times, path, actor, at } = acting;
  const { caseId, customerId } = file.header;
  const record =
    state.mode === "call"
      ? readCallRecord(acting.data, attemptsOf(file), times, path)
      : readVisitRecord(acting.data, times, path);
  checkAttachments(file, record, path);
  const reached =
    "attempts" in record ? (reachedAt(record.attempts) ?? stamp(at)) : visitedAt(record.visitDate, at);
  const next = "attempts" in record ? nextOfCall(record) : nextOfVisit(record);
  const customer = around.known
    ? afterRecord(around.known.customer, { at: reached, caseId, next }, around.calendar)
    : null;
  // One that an earlier record of this case opened is the same matter.
  const complaint = record.needsComplaint && state.complaintId === null ? await open(record) : null;
  return decided(acting, "done", {
    state: {
      ...state,
      attempted: true,
      recordedAt: stamp(at),
      author: actor.staffId,
      missedAt: missedAtOf({ ...file.header, followUp: state }, at),
      complaintId: complaint?.complaintId ?? state.complaintId,
    },
    header: { phase: "reviewing" },
    events: [
      lineOf(acting, "follow-up.recorded", { record }),
      ...(complaint ? [lineOf(acting, "complaint.opened", { complaintId: complaint.complaintId })] : []),
      ...endAppointment(file).events,
    ],
    ends: endAppointment(file).ends,
    customer,
    wanted: false,
    nextDueOn: customer?.nextDueOn ?? null,
    writes: [
      ...(complaint?.writes ?? []),
      ...(around.known ? [contactWrite(customerId, { at: reached, process: "follow-up", caseId })] : []),
    ],
  });
}

/** A record names files of its own case only. */
function checkAttachments(
  file: CaseFile,
  { attachments = [] }: CallRecord | VisitRecord,
  path: string,
): void {
  const problems = attachments.flatMap((attachmentId, index) =>
    file.attachments.some((one) => one.attachmentId === attachmentId && one.status === "stored")
      ? []
      : [{ path: `${path === "" ? "" : `${path}.`}attachments.${index}`, code: "not_uploaded" }],
  );
  if (problems.length > 0) throw invalid(...problems);
}

/** The same step in other hands. */
function transferred(acting: Acting): Change {
  const { file, step, state, around, keys, actor, comment, path, at } = acting;
  const { toStaffId } = readToStaff(acting.data, path);
  const field = path === "" ? "toStaffId" : `${path}.toStaffId`;
  const person = around.staff.people.find((one) => one.staffId === toStaffId);
  if (!person?.active || toStaffId === actor.staffId) throw invalid({ path: field, code: "choose" });
  if (!isPresent(toStaffId, around.staff)) throw invalid({ path: field, code: "absent" });
  const { header } = file;
  return {
    state: {
      ...state,
      assignee: toStaffId,
      assignmentReason: chosenBy(actor.staffId, toStaffId, around.staff),
    },
    events: [
      lineOf(acting, "follow-up.assigned", {
        assignee: toStaffId,
        from: actor.staffId,
        rule: "manual",
        comment,
      }),
    ],
    votes: [
      {
        ...voteOn(file, step, {
          by: actor.staffId,
          choice: "transfer",
          comment,
          via: "login",
          at: stamp(at),
        }),
        to: toStaffId,
      },
    ],
    messages: mailEach([toStaffId], around.staff.people, {
      caseId: header.caseId,
      kind: "follow-up.assigned",
      stepId: step.stepId,
      at,
      key: `${header.caseId}-s${header.seq + 1}`,
    }),
    writes: [
      ...handOn(file, step, { from: actor.staffId, to: toStaffId }, keys, at),
      ...movePlace(header, toStaffId),
    ],
  };
}

/** Somebody else to call: the same contact goes on. */
function retried(acting: Acting): Change {
  const { file, path } = acting;
  const { name, phone } = readContact(acting.data, path);
  const content = file.content as FollowUpContent | null;
  if (!content) throw new Refusal(409, "wrong_phase");
  const contact = { name, phone, email: null, language: content.contact?.language ?? ("zh-CN" as const) };
  const changed: FollowUpContent = { ...content, contact };
  return decided(acting, "done", { header: { contentHash: hashOf(changed) } }, { content: changed });
}

/** Nobody can be reached: closed, and due again by the rhythm of the customer's tier. */
function gaveUp(acting: Acting): Change {
  const { file, state, around, at } = acting;
  readNothing(acting);
  const customer = around.known
    ? afterGivingUp(around.known.customer, around.cadence, around.calendar, at)
    : null;
  return decided(acting, "done", {
    state: { ...state, missedAt: missedAtOf({ ...file.header, followUp: state }, at) },
    header: { status: "closed", phase: "closed", outcome: "unreachable" },
    events: [
      lineOf(acting, "follow-up.unreachable", { nextDueOn: customer?.nextDueOn ?? null }),
      ...endAppointment(file).events,
      lineOf(acting, "follow-up.closed", { outcome: "unreachable" }),
    ],
    ends: endAppointment(file).ends,
    customer,
    wanted: false,
    nextDueOn: customer?.nextDueOn ?? null,
  });
}

/** The lead takes the record, or wants it done again. */
function reviewed(acting: Acting): Change {
  const { comment } = acting;
  readNothing(acting);
  if (acting.choice === "accept")
    return decided(acting, "done", {
      header: { status: "closed", phase: "closed", outcome: "recorded" },
      events: [
        lineOf(acting, "follow-up.reviewed", comment === "" ? {} : { comment }),
        lineOf(acting, "follow-up.closed", { outcome: "recorded" }),
      ],
    });
  return decided(acting, "returned", {
    header: { phase: "planned" },
    events: [lineOf(acting, "follow-up.returned", { comment })],
    wanted: true,
  });
}
