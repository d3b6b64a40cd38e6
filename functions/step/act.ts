/**
 * What a person does on a step, signed in or by link (MECHANICS §3.2): checks in the order of the contract (link,
 * session, step state, vote, nonce, content, fields), then one transaction. First decision wins.
 */

import { chainPolicy } from "../approval/chain-policy.ts";
import { currentFacts } from "../approval/chain-rules.ts";
import { mayApprove } from "../approval/limit-rules.ts";
import type { ApprovalPolicy } from "../approval/model.ts";
import type { CaseFile, Step } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, caseOfStep, changeCase, policyIdOf, processOf } from "../case/store.ts";
import type { Actor, Person } from "../directory/model.ts";
import { policyVersions, readPeople } from "../directory/store.ts";
import { toApi } from "../shared/clock.ts";
import { conflict, type FieldError, forbidden, invalid, notFound, type Refusal } from "../shared/errors.ts";
import { type Answer, type Idempotency, once } from "../shared/idempotency.ts";
import { ConditionFailed, early, type Write } from "../shared/table.ts";
import { CODE_LABEL, checkCode } from "./code.ts";
import { answerKey } from "./key.ts";
import { linkKeys } from "./links.ts";
import type { Acting, Around, Decision, Door } from "./model.ts";
import { reading } from "./reading.ts";
import { countedVotes, isApproval, needsComment, stagesBefore, undoRefusal } from "./rules.ts";
import { type Act, askedOf, pathOf, readAct } from "./schema.ts";
import { NONCE_LABEL, seatsOf, TIMER_LABEL } from "./store.ts";
import { transferring } from "./transfer.ts";
import { undoing } from "./undo.ts";
import { isLate, voting } from "./vote.ts";

export type { Decision } from "./model.ts";

/**
 * A signed-in person signs, or refuses to. `input`: `{choice, comment, data, contentHash?}`; `key`, `known`: what the caller
 * is reading already.
 */
export async function actOnStep(
  actor: Actor,
  stepId: string,
  input: unknown,
  options: { idempotencyKey?: string; key?: Idempotency | null; known?: Promise<CaseFile | null> } = {},
): Promise<Decision> {
  const caseId = caseOfStep(stepId);
  const key = options.key ?? answerKey(actor, stepId, input, options.idempotencyKey);
  const around = early(readAround(caseId, input));
  const file = await readVisible(actor, caseId, options.known);
  if (!file.steps.some((step) => step.stepId === stepId)) throw notFound();
  const answer = await once<Decision>(key, async (extra) =>
    decide(actor, file, stepId, input, { via: "login" }, await around, extra),
  );
  return answer.body;
}

/** What a decision on a case needs beside it; started before the case is read. */
export async function readAround(caseId: string, input: unknown): Promise<Around> {
  const process = processOf(caseId);
  const { choice, toStaffId } = askedOf(input);
  const [versions, named, keys] = await Promise.all([
    process ? policyVersions(policyIdOf(process)) : [],
    readPeople(toStaffId === null ? [] : [toStaffId]),
    choice === "transfer" || choice === "undo" ? linkKeys() : null,
  ]);
  return { versions, named, keys, tried: null };
}

/** One decision on a step of a case that was just read. Throws Refusals in the order of the contract. */
export async function decide(
  actor: Actor,
  known: CaseFile,
  stepId: string,
  input: unknown,
  door: Door,
  around: Around,
  extra: (answer: Answer<Decision>) => Write[],
): Promise<Answer<Decision>> {
  try {
    return await changeCase(
      known.header.caseId,
      async (file, at) => {
        const step = file.steps.find((one) => one.stepId === stepId);
        if (!step) throw notFound();
        const undo = askedOf(input).choice === "undo" && step.kind === "approval";
        const refused = undo ? undoRefusal(file, step, actor.staffId, at) : null;
        if (refused === "not_assignee" || (!undo && !step.assignees.includes(actor.staffId)))
          throw forbidden("not_assignee");
        if (refused) throw conflict(refused);
        const seat = seatsOf(file, step).find((one) => one.staffId === actor.staffId);
        if (!seat) throw forbidden("not_assignee");
        if (!undo) await checkState(file, step, actor);
        if (door.via === "link" && !door.isFresh(file)) throw conflict("stale");
        if (step.contentHash !== file.header.contentHash || !isCurrent(input, file)) throw conflict("stale");
        const act = readAct(step.kind, door.via, input);
        const acting = { file, step, actor, seat, act, door, policy: policyOf(file, around), around, at };
        if (!undo) checkAct(acting);
        const change = undo ? undoing(acting) : changeOf(acting);
        return { ...change, writes: [...(change.writes ?? []), ...extra(change.result)] };
      },
      known,
    );
  } catch (error) {
    throw error instanceof ConditionFailed ? (refusalOf(error) ?? error) : error;
  }
}

/** What it means that something was used up meanwhile by somebody else's hand. */
function refusalOf({ labels }: ConditionFailed): Refusal | null {
  if (labels.includes(NONCE_LABEL)) return conflict("stale");
  if (labels.includes(TIMER_LABEL)) return conflict("undo_over");
  return labels.includes(CODE_LABEL) ? forbidden("wrong_code") : null;
}

/** The version of the policy that a case began with. */
export function policyOf(file: CaseFile, around: Around): ApprovalPolicy {
  const { policyId, version } = file.header.policy;
  const found = around.versions.find((one) => one.version === version);
  if (!found) throw new Error(`Policy ${policyId} has no version ${version}`);
  return chainPolicy(file.header, found.document);
}

/** 409 with who decided and when, `stale` for a step that was voided, `already_voted` while others still vote. */
async function checkState(file: CaseFile, step: Step, actor: Actor): Promise<void> {
  if (step.status === "void") throw conflict("stale");
  if (step.status === "done") {
    // Whether the vote still counts after an edit or not: this is who ended the step.
    const by = step.decidedBy;
    const person = by === undefined ? undefined : (await readPeople([by])).get(by);
    throw conflict("already_decided", {
      outcome: step.outcome,
      at: step.endedAt ? toApi(step.endedAt) : null,
      by: person ? { staffId: person.staffId, name: person.name } : null,
    });
  }
  if (countedVotes(step, file.votes).some((vote) => vote.by === actor.staffId))
    throw conflict("already_voted");
}

/** Whether the content that a caller names, where he names one, is the case's own. */
function isCurrent(input: unknown, file: CaseFile): boolean {
  if (typeof input !== "object" || input === null || !("contentHash" in input)) return true;
  return typeof input.contentHash !== "string" || input.contentHash === file.header.contentHash;
}

function changeOf(acting: Acting): Change<Answer<Decision>> {
  if (acting.step.kind === "read") return reading(acting);
  return acting.act.choice === "transfer" ? transferring(acting) : voting(acting);
}

/** What the choice asks of step, fields and person, in this order. */
function checkAct(acting: Acting): void {
  const { file, step, seat, act, door } = acting;
  if (act.choice === "add-before" || act.choice === "add-after") {
    if (step.addedBy !== undefined) throw conflict("no_second_adding");
    if (step.mode !== "single") throw conflict("not_here");
  }
  const problems: FieldError[] = [];
  if ((needsComment(act.choice) || isLate(acting)) && act.comment === "")
    problems.push({ path: "comment", code: "reason_required" });
  if (act.toStage !== undefined && !stagesBefore(file.steps, step, file.header.kept).includes(act.toStage))
    problems.push({ path: pathOf(door.via, "toStage"), code: "choose" });
  if (namesPerson(act) && !mayBeNamed(acting))
    problems.push({ path: pathOf(door.via, "toStaffId"), code: "choose" });
  if (problems.length > 0) throw invalid(...problems);
  if (namesPerson(act) && act.toStaffId === file.header.createdBy) throw conflict("self_approval");
  if (!isApproval(act.choice)) return;
  if (!mayApprove(step, seat, currentFacts(file.header))) throw forbidden("over_limit");
  checkCode(acting);
}

const namesPerson = ({ choice }: Act): boolean =>
  choice === "transfer" || choice === "add-before" || choice === "add-after";

/** Somebody active who does not sign this step already. Whether he may sign at all is another question. */
function mayBeNamed({ step, act, around }: Acting): boolean {
  const person: Person | undefined = around.named.get(act.toStaffId ?? "");
  return person?.active === true && !step.assignees.includes(person.staffId);
}
