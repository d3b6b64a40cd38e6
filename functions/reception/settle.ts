/**
 * The requester hands in what a visit cost (contracts/budget.md §4): entries, tax counter, registry, findings, the end
 * of his step and of the case in one transaction, or, above the tolerance, the excess reserved and the chain asked again.
 */
import type { ApprovalPolicy } from "../approval/model.ts";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Finding, Header, Step } from "../case/model.ts";
import { readVisible } from "../case/read.ts";
import { type Change, caseOfStep, changeCase } from "../case/store.ts";
import type { Actor, Department } from "../directory/model.ts";
import { type PolicyVersion, policyVersions, readPeople } from "../directory/store.ts";
import { budgetRefusal, entryWrites, isBudgetFailure } from "../ledger/store.ts";
import { stamp, toApi } from "../shared/clock.ts";
import {
  busy,
  conflict,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  type Refusal,
} from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { hashOf } from "../shared/ids.ts";
import { ConditionFailed, early, pause, type Write } from "../shared/table.ts";
import { fieldErrors } from "../shared/validate.ts";
import { endStep, openSteps } from "../step/store.ts";
import { POLICY } from "./basis.ts";
import { type ListPerson, listIdOf, listOf, listSchema } from "./list.ts";
import { spending, withoutSettlement } from "./settlement-books.ts";
import { settlementFindings } from "./settlement-findings.ts";
import {
  isRegistryRace,
  othersIn,
  type Registry,
  readRegistry,
  registryWrites,
} from "./settlement-registry.ts";
import { chargedOf, closing, isWithin } from "./settlement-rules.ts";
import { type Settlement, settlementSchema } from "./settlement-schema.ts";
import { STANDARDS, type Standards } from "./standards.ts";

/** Fen. `reapproval`: what exceeds the approved amount has to be approved first. */
export type Settled = {
  caseId: string;
  approved: number;
  charged: number;
  result: "settled" | "reapproval";
};

/**
 * `input`: the settlement (settlement-schema.ts); `people`: the reception list that its page takes beside it, saved in
 * the same transaction. Throws 404, 403 `not_requester`, 409 `wrong_phase`,
 * `budget_exceeded`, `idempotency_mismatch`, 400 by field.
 */
export async function settleReception(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string; people?: unknown } = {},
): Promise<Settled> {
  const { people } = options;
  const body = people === undefined ? input : { settlement: input, people };
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `settle ${caseId}`, body });
  const draft = draftOf(actor, caseId, input, people);
  const known = await readVisible(actor, caseId);
  if (known.header.createdBy !== actor.staffId) throw forbidden("not_requester");
  const answer = await once<Settled>(key, (extra) =>
    handIn(draft, known, {
      check: stepToSettle,
      problems: (fields) => fields,
      answer: (settled) => settled,
      extra,
    }),
  );
  return answer.body;
}

/** A decision as every step answers one (contracts/README.md), which cannot be undone, and what it led to. */
export type Submitted = Settled & { stepId: string; outcome: "done"; effectiveAt: string; undoUntil: null };

/**
 * The same as choice `submit` of the step: `{choice, comment?, data, contentHash?}`. Throws 403 `not_assignee`, 409
 * `stale`, `already_decided` with who and when; problems of fields are below `data`.
 */
export async function submitSettlementStep(
  actor: Actor,
  stepId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Submitted> {
  const caseId = caseOfStep(stepId);
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route: `act ${stepId}`, body: input });
  const { choice, data, contentHash, problems } = submission(input);
  const draft = draftOf(actor, caseId, data);
  const known = await readVisible(actor, caseId);
  const answer = await once<Submitted>(key, (extra) =>
    handIn(draft, known, {
      async check(file) {
        const step = file.steps.find((one) => one.stepId === stepId);
        if (!step) throw notFound();
        if (!step.assignees.includes(actor.staffId)) throw forbidden("not_assignee");
        if (step.kind !== "settlement" || choice !== SUBMIT)
          throw invalid({ path: "choice", code: "choice" });
        if (step.status === "void") throw conflict("stale");
        if (step.status === "done") throw await decided(step);
        if (contentHash !== undefined && contentHash !== file.header.contentHash) throw conflict("stale");
        if (problems.length > 0) throw invalid(...problems);
        return stepToSettle(file);
      },
      problems: (fields) => fields.map((field) => ({ ...field, path: under("data", field.path) })),
      answer: (settled, at) => ({
        stepId,
        outcome: "done",
        effectiveAt: toApi(at),
        undoUntil: null,
        ...settled,
      }),
      extra,
    }),
  );
  return answer.body;
}

const under = (head: string, path: string): string => (path === "" ? head : `${head}.${path}`);

/** The one choice of a settlement step. */
const SUBMIT = "submit";
/** Whether a call on a step hands in a settlement. */
export const isSubmission = (input: unknown): boolean =>
  typeof input === "object" && input !== null && "choice" in input && input.choice === SUBMIT;

const SUBMISSION = ["choice", "comment", "data", "contentHash"];

function submission(input: unknown) {
  const body = typeof input === "object" && input !== null ? (input as Record<string, unknown>) : {};
  return {
    choice: body.choice,
    data: body.data,
    contentHash: body.contentHash,
    problems: Object.keys(body)
      .filter((path) => !SUBMISSION.includes(path))
      .map((path): FieldError => ({ path, code: "unknown_field" })),
  };
}

/** 409 with who handed it in and when. */
async function decided(step: Step): Promise<Refusal> {
  const [staffId = ""] = step.assignees;
  const person = (await readPeople([staffId])).get(staffId);
  return conflict("already_decided", {
    outcome: step.outcome,
    at: step.endedAt ? toApi(step.endedAt) : null,
    by: person ? { staffId, name: person.name } : null,
  });
}

/** The step that waits for the settlement. Throws 409 `wrong_phase`. */
function stepToSettle(file: CaseFile): Step {
  const step = openSteps(file).find((one) => one.kind === "settlement");
  if (file.header.status !== "open" || file.header.phase !== "settlement" || !step)
    throw conflict("wrong_phase");
  return step;
}

// ---- what is read beside the case

type Draft = {
  actor: Actor;
  parsed: { settlement: Settlement; people: ListPerson[] | null } | { problems: FieldError[] };
  policies: Promise<PolicyVersion<ApprovalPolicy>[]>;
  standards: Promise<PolicyVersion<Standards>[]>;
  registry: Promise<Registry>;
};

/** Everything that needs only the body starts here, beside the read of the case; it is judged after who may call. */
function draftOf(actor: Actor, caseId: string, input: unknown, people?: unknown): Draft {
  const result = settlementSchema().safeParse(input);
  const listed = people === undefined ? null : listSchema().safeParse({ people });
  const problems = [result.error, listed?.error].flatMap((error) => (error ? fieldErrors(error) : []));
  return {
    actor,
    parsed:
      result.success && problems.length === 0
        ? { settlement: result.data, people: listed?.data?.people ?? null }
        : { problems },
    policies: early(policyVersions(POLICY)),
    standards: early(policyVersions<Standards>(STANDARDS)),
    registry: early(
      result.success ? readRegistry(caseId, actor.department, result.data) : Promise.resolve([]),
    ),
  };
}

// ---- the transaction

type Door<T> = {
  check(file: CaseFile): Step | Promise<Step>;
  problems(fields: FieldError[]): FieldError[];
  answer(settled: Settled, at: number): T;
  extra(answer: Answer<T>): Write[];
};

const ATTEMPTS = 5;

/** Another settlement may use the same invoice at the same instant: what it wrote is read, and judged again. */
async function handIn<T>(draft: Draft, known: CaseFile, door: Door<T>): Promise<Answer<T>> {
  const { caseId } = known.header;
  const [policies, standards] = await Promise.all([draft.policies, draft.standards]);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { parsed, actor } = draft;
    const registry =
      attempt > 1 && "settlement" in parsed
        ? await readRegistry(caseId, actor.department, parsed.settlement)
        : await draft.registry;
    let needed = 0;
    try {
      return await changeCase(
        caseId,
        async (file, at) => {
          const step = await door.check(file);
          const { settlement, people } = submittedOf(draft, file, door);
          const { header } = file;
          const policy = policies.find((one) => one.version === header.policy.version)?.document;
          if (!policy) throw new Error(`Policy ${POLICY} has no version ${header.policy.version}`);
          const judged = judge(file, settlement, policy);
          if (judged.result === "reapproval" && settlement.overReason === undefined)
            throw invalid(...door.problems([{ path: "overReason", code: "reason_required" }]));
          needed = Math.max(0, judged.charged - judged.approved);
          const findings = settlementFindings(settlement, {
            ...othersIn(registry, draft.actor.department, settlement),
            people: header.facts.people,
            perHeadCap: capOf(header, standards),
            hasList:
              settlement.receptionListId !== undefined &&
              settlement.receptionListId === (people ? listIdOf(caseId) : header.receptionList?.id),
          }).map((found): Finding => ({ ...found, at: stamp(at) }));
          const answer = { status: 200, body: door.answer(judged, at) };
          const { department, staffId: by } = draft.actor;
          const change = changeOf({ file, step, settlement, people, department, judged, findings, by, at });
          return {
            ...change,
            result: answer,
            writes: [...change.writes, ...registryWrites(registry, "enter"), ...door.extra(answer)],
          };
        },
        attempt === 1 ? known : undefined,
      );
    } catch (error) {
      if (isBudgetFailure(error)) throw budgetRefusal(error, needed);
      if (!(error instanceof ConditionFailed && isRegistryRace(error))) throw error;
      await pause(attempt);
    }
  }
  throw busy();
}

/** The settlement as it was handed in. Throws 400 with every problem. */
function submittedOf(
  draft: Draft,
  file: CaseFile,
  door: Door<unknown>,
): { settlement: Settlement; people: ListPerson[] | null } {
  if ("problems" in draft.parsed) throw invalid(...door.problems(draft.parsed.problems));
  const { settlement, people } = draft.parsed;
  const kept = new Set(
    file.attachments.filter((one) => one.status === "stored").map((one) => one.attachmentId),
  );
  const problems = settlement.invoices.flatMap(({ attachmentId }, row): FieldError[] =>
    attachmentId === undefined || kept.has(attachmentId)
      ? []
      : [{ path: `invoices.${row}.attachmentId`, code: "choose" }],
  );
  if (problems.length > 0) throw invalid(...door.problems(problems));
  return { settlement, people };
}

/** In phase settlement the ledger holds what was approved, and nothing else. */
function judge({ header }: CaseFile, settlement: Settlement, policy: ApprovalPolicy): Settled {
  const charged = chargedOf(settlement);
  const approved = header.held;
  const within = isWithin(charged, approved, policy.tolerancePercent);
  return { caseId: header.caseId, approved, charged, result: within ? "settled" : "reapproval" };
}

/** By the table of the day on which the request was judged, where it names one; else by the newest. */
function capOf({ facts, standards }: Header, versions: PolicyVersion<Standards>[]): number | null {
  const level = facts.level as keyof Standards["perHeadCap"] | undefined;
  const table = versions.find(({ version }) => version === standards?.version) ?? versions[0];
  return level === undefined ? null : (table?.document.perHeadCap[level] ?? null);
}

type Facts = {
  file: CaseFile;
  step: Step;
  settlement: Settlement;
  /** A reception list that came with it. */
  people: ListPerson[] | null;
  /** Under which the registry has its meals. */
  department: Department;
  judged: Settled;
  findings: Finding[];
  by: string;
  at: number;
};

function changeOf(of: Facts): Omit<Change<never>, "result"> & { writes: Write[] } {
  const { file, step, settlement, people, department, judged, findings, by, at } = of;
  const { header } = file;
  const { approved, charged, result } = judged;
  const event = (kind: string, data: Record<string, unknown>): NewEvent => ({
    kind,
    by,
    via: "login",
    stepId: step.stepId,
    data,
  });
  const list = people && hashOf(people) !== hashOf(listOf(file)) ? people : null;
  const closed = result === "settled" ? settling(header, judged, by, at) : asking(header, judged, by, at);
  return {
    header: {
      ...closed.header,
      // The lines that carry them are the first of this change.
      ...(list ? { receptionList: { id: listIdOf(header.caseId), seq: header.seq + 1 } } : {}),
      settlement: { seq: header.seq + (list ? 2 : 1), charged, approved },
      findings: [...withoutSettlement(header.findings), ...findings],
    },
    events: [
      ...(list ? [event("list.saved", { people: list })] : []),
      event("settlement.submitted", { settlement, department, approved, charged, result }),
      ...raised(findings).map(({ kind, evidence }) => event("finding.raised", { kind, evidence })),
      ...closed.events.map(({ kind, data }) => event(kind, data)),
    ],
    writes: [...closed.writes, ...endStep(file, step, { status: "done", outcome: "done", at, by })],
  };
}

/** One line of the timeline for each kind. */
const raised = (findings: Finding[]): Pick<Finding, "kind" | "evidence">[] =>
  [...Map.groupBy(findings, ({ kind }) => kind)].map(([kind, all]) => ({
    kind,
    evidence: all.flatMap(({ evidence }) => evidence),
  }));

type Part = {
  header: Partial<Header>;
  events: { kind: string; data: Record<string, unknown> }[];
  writes: Write[];
};

/** Within the tolerance: the case is closed. */
function settling(header: Header, { approved, charged }: Settled, by: string, at: number): Part {
  const { settled, released } = closing(approved, charged);
  return {
    header: { status: "closed", phase: "closed", outcome: "settled", held: 0 },
    events: [
      { kind: "settlement.settled", data: { approved, charged } },
      ...(released === 0
        ? []
        : [{ kind: "budget.released", data: { amount: released, buckets: header.buckets } }]),
    ],
    writes: spending(header, { charged, settled, released, reserved: 0 }, by, at),
  };
}

/** Above it: what exceeds the approved amount is reserved, and a new chain of the case's policy begins. */
function asking(header: Header, { approved, charged }: Settled, by: string, at: number): Part {
  const { extra } = closing(approved, charged);
  const { caseId, buckets, round, seq } = header;
  return {
    header: {
      phase: "approval",
      round: round + 1,
      held: charged,
      facts: { ...header.facts, amount: charged },
    },
    events: [
      { kind: "settlement.reapproval", data: { approved, charged, round: round + 1 } },
      { kind: "budget.adjusted", data: { from: approved, to: charged, buckets } },
    ],
    writes: entryWrites({ buckets, kind: "adjust", caseId, round: seq, amount: extra, by, at }),
  };
}
