/** Cases as the pure rules see them, without a table. */
import { append, GENESIS, type NewEvent } from "../../functions/case/chain.ts";
import type { CaseFile, Header, Seat, Step, Vote } from "../../functions/case/model.ts";
import { factsOf } from "../../functions/reception/facts.ts";
import { receptionSchema } from "../../functions/reception/schema.ts";
import { stamp } from "../../functions/shared/clock.ts";
import { hashOf } from "../../functions/shared/ids.ts";
import { stepIdOf } from "../../functions/step/rules.ts";
import { form, person, WEDNESDAY } from "./reception.ts";

export const CASE_ID = "JD-2026-000001";

/** A submitted reception of 陈瑶 (customer service) with the example's content. */
export function caseFile(changes: Partial<Header> = {}, more: Partial<CaseFile> = {}): CaseFile {
  const content = receptionSchema(WEDNESDAY).parse(form());
  const contentHash = hashOf(content);
  const events: NewEvent[] = [
    { kind: "case.submitted", by: "chenyao", via: "login", contentHash, data: { content } },
    { kind: "budget.reserved", by: "chenyao", via: "login", data: { amount: content.budgetAmount } },
  ];
  const chain = append({ seq: 0, head: GENESIS }, events, stamp(WEDNESDAY), () => "salt");
  const header: Header = {
    v: 1,
    caseId: CASE_ID,
    process: "reception",
    status: "open",
    phase: "approval",
    outcome: null,
    createdBy: "chenyao",
    createdAt: stamp(WEDNESDAY),
    department: "customer_service",
    shard: 0,
    dueAt: stamp(Date.parse(content.arriveAt)),
    title: content.visitingOrg,
    seq: chain.seq,
    head: chain.head,
    revision: 1,
    contentSeq: 1,
    contentHash,
    policy: { policyId: "reception", version: 1 },
    facts: factsOf(content, person("chenyao")),
    buckets: [{ department: content.costDepartment, period: "2026-12", category: "hospitality" }],
    held: content.budgetAmount,
    round: 1,
    findings: [],
    cc: [],
    ...changes,
  };
  return {
    header,
    content,
    steps: [],
    seats: [],
    votes: [],
    events: chain.events,
    payloads: new Map(chain.payloads.map((payload) => [payload.seq, payload])),
    messages: [],
    timers: [],
    clocks: [],
    codes: [],
    attachments: [],
    ...more,
  };
}

/** A step of that case; `stage` and `ordinal` and what a test is about. */
export function stepOf(file: CaseFile, ordinal: number, changes: Partial<Step> = {}): Step {
  const revision = changes.revision ?? file.header.revision;
  return {
    v: 1,
    stepId: stepIdOf(file.header.caseId, revision, ordinal),
    caseId: file.header.caseId,
    process: "reception",
    shard: 0,
    revision,
    ordinal,
    round: 1,
    kind: "approval",
    stage: "dept_manager",
    alsoStages: [],
    status: "open",
    outcome: null,
    mode: "single",
    need: 1,
    assignees: ["shuaizhong"],
    openedAt: stamp(WEDNESDAY),
    dueAt: stamp(WEDNESDAY + 9 * 3_600_000),
    dueTrace: [],
    provisional: false,
    contentHash: file.header.contentHash,
    ladder: [],
    limit: null,
    token: "token",
    attempt: { redrive: 0, enteredAt: stamp(WEDNESDAY), retry: 0 },
    ...changes,
  };
}

export function seatOf(step: Step, staffId: string, changes: Partial<Seat> = {}): Seat {
  return {
    v: 1,
    stepId: step.stepId,
    caseId: step.caseId,
    process: step.process,
    staffId,
    assignee: staffId,
    status: step.status,
    kind: step.kind,
    stage: step.stage,
    title: "洁丽雅有限公司",
    openedAt: step.openedAt,
    dueAt: step.dueAt,
    rules: [],
    policy: { policyId: "reception", version: 1 },
    buckets: [],
    link: { kid: "k1", version: 1, expiresAt: stamp(WEDNESDAY + 7 * 86_400_000) },
    ...changes,
  };
}

export const voteOf = (step: Step, by: string, choice: string, changes: Partial<Vote> = {}): Vote => ({
  v: 1,
  stepId: step.stepId,
  by,
  n: 1,
  choice,
  at: stamp(WEDNESDAY + 3_600_000),
  via: "login",
  contentHash: step.contentHash,
  comment: "",
  ...changes,
});
