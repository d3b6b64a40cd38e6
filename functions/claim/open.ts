/**
 * Lambda `claim-open`: an investigation says that the insurer has to pay, so the claim becomes a case of its own, linked
 * both ways. Case, clock, start of its workflow and the complaint's note of it are one transaction; asked twice, the
 * complaint knows its claim already and nothing more happens.
 */
import { GENESIS, type NewEvent } from "../case/chain.ts";
import type { Header } from "../case/model.ts";
import { startWork } from "../case/start.ts";
import { changeWrites, nextCaseId, putWork, shardOf } from "../case/store.ts";
import { clockEvent, clockWrites } from "../complaint/clocks.ts";
import { investigationOf } from "../complaint/records.ts";
import type { Complaint } from "../complaint/schema.ts";
import { standing } from "../complaint/standing-rules.ts";
import {
  type Around,
  type ComplaintCase,
  type ComplaintChange,
  changeComplaint,
  foldedFile,
  policyOf,
} from "../complaint/write.ts";
import { now, shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { hashOf } from "../shared/ids.ts";
import type { ClaimContent, ClaimState } from "./model.ts";
import { claimClock } from "./rules.ts";

export type OpenInput = { v: 1; caseId: string; revision: number };
export type Opened = { claimId: string | null };

export async function handler({ caseId, revision }: OpenInput): Promise<Opened> {
  let code: Promise<string> | undefined;
  const { body } = await changeComplaint<Opened>({
    caseId,
    actor: null,
    async change(file, around, at) {
      const needs = standing(foldedFile(file), policyOf(file, around));
      if (file.header.revision !== revision || needs.need !== "open-claim")
        return { result: { claimId: file.header.complaint.claimId ?? null }, events: [] };
      code ??= nextCaseId("claim", shanghaiDate(now()).slice(0, 4));
      return openClaim({ file, about: needs.about, claimId: await code }, around, at);
    },
  });
  return body;
}

/** The claim that a proposal asks for, and the complaint that knows it. Pure. */
export function openClaim(
  { file, about, claimId }: { file: ComplaintCase; about: string; claimId: string },
  around: Around,
  at: number,
): ComplaintChange<Opened> {
  const complaint = file.header.complaint;
  const state: ClaimState = {
    complaintId: file.header.caseId,
    category: complaint.category,
    priority: complaint.priority,
    waybillNo: complaint.waybillNo,
    ...(complaint.organisation === undefined ? {} : { organisation: complaint.organisation }),
  };
  const policy = policyOf(file, around);
  const clock = claimClock({ claimId, state, at }, policy, around.calendar);
  const content = contentOf(file, state);
  const by = file.steps.find((step) => step.stepId === about)?.decidedBy ?? complaint.assignee;
  if (!by) throw new Error(`Case ${state.complaintId} has no proposal ${about}`);
  const header = headerOf(file, { claimId, state, content, by, dueAt: clock.dueAt ?? stamp(at), at });
  const opened: NewEvent = {
    kind: "claim.opened",
    by: null,
    via: "system",
    contentHash: header.contentHash,
    data: { content, complaintId: state.complaintId, policy: header.policy },
  };
  const started = clockEvent("clock.started", clock, {
    priority: state.priority,
    minutes: clock.minutes,
    dueAt: clock.dueAt && toApi(clock.dueAt),
  });
  return {
    result: { claimId },
    state: { ...complaint, claimId },
    events: [{ kind: "claim.opened", by: null, via: "system", data: { claimId, about } }],
    writes: [
      ...changeWrites(header, { events: [opened, started] }, at),
      ...clockWrites({ timers: [] }, [clock]),
      putWork(startWork(claimId, header.revision, at)),
    ],
  };
}

function contentOf(file: ComplaintCase, state: ClaimState): ClaimContent {
  const content = (file.content ?? {}) as Partial<Complaint>;
  const investigation = investigationOf(file);
  return {
    complaintId: state.complaintId,
    category: state.category,
    waybillNo: state.waybillNo,
    organisation: state.organisation ?? null,
    occurredAt: content.occurredAt ?? null,
    description: content.description ?? "",
    remedySought: content.remedySought ?? "",
    cause: investigation?.cause ?? "",
    facts: investigation?.facts ?? "",
    responsibility: investigation?.responsibility ?? "",
  };
}

/** The claim as it begins; `by`, whoever asked for it, is its creator and may read it. */
function headerOf(
  { header: complaint }: ComplaintCase,
  of: { claimId: string; state: ClaimState; content: ClaimContent; by: string; dueAt: string; at: number },
): Header {
  const { claimId, state, content, by } = of;
  return {
    v: 1,
    caseId: claimId,
    process: "claim",
    status: "open",
    phase: "claiming",
    outcome: null,
    createdBy: by,
    createdAt: stamp(of.at),
    department: complaint.complaint.respondingDept,
    ...(complaint.customerId === undefined ? {} : { customerId: complaint.customerId }),
    shard: shardOf(claimId),
    dueAt: of.dueAt,
    title: state.organisation ?? state.waybillNo ?? state.complaintId,
    seq: 0,
    head: GENESIS,
    revision: 1,
    contentSeq: 0,
    contentHash: hashOf(content),
    policy: complaint.policy,
    facts: { ...complaint.facts, amount: 0 },
    buckets: [],
    held: 0,
    round: 1,
    findings: [],
    cc: [],
    claim: state,
  };
}
