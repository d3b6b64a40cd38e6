/**
 * How a follow-up changes: read, judged, and written in one transaction with what follows for its customer. Every call on
 * one and every effect of its workflow goes through here.
 */
import { maySee } from "../case/access.ts";
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Header, Message, Step, Vote } from "../case/model.ts";
import { changeCase, putMessage, putTimer, putVote, readCase } from "../case/store.ts";
import type { Staff } from "../complaint/assign-rules.ts";
import type { ComplaintPolicy } from "../complaint/model.ts";
import type { CadencePolicy } from "../customer/cadence-rules.ts";
import { currentCadence } from "../customer/cadence-store.ts";
import { finishImport } from "../customer/import-apply.ts";
import { customerItem, type Known } from "../customer/items.ts";
import type { Customer } from "../customer/model.ts";
import { IMPORT_LABEL, loadCustomer, noImport } from "../customer/record-store.ts";
import { workingCalendar } from "../directory/calendar.ts";
import type { Actor } from "../directory/model.ts";
import { readPolicy, roster } from "../directory/store.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { busy, notFound } from "../shared/errors.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import { ConditionFailed, pause, type Write } from "../shared/table.ts";
import { type End, endStep } from "../step/store.ts";
import type { FollowUpState } from "./model.ts";
import { closeMark, OPEN_LABEL, openFollowUpOf, openMark } from "./open-mark.ts";
import { isFollowUpTimer } from "./timers.ts";

export type FollowUpHeader = Header & { followUp: FollowUpState; customerId: string };
export type FollowUpCase = CaseFile & { header: FollowUpHeader };

export const isFollowUp = (file: CaseFile | null): file is FollowUpCase =>
  file?.header.followUp !== undefined && file.header.customerId !== undefined;

/** What a follow-up is judged beside. */
export type Around = {
  /** When a customer counts as unreachable is in the policy of complaints that the case began with. */
  policy: ComplaintPolicy;
  cadence: CadencePolicy;
  staff: Staff;
  calendar: WorkingCalendar;
  /** Null where his record is gone. */
  known: Known | null;
  /** Which case of the customer is still to be recorded. */
  open: string | null;
};

async function readAround({ header }: FollowUpCase): Promise<Around> {
  const day = shanghaiDate(now());
  const { policyId, version } = header.policy;
  const [policy, { policy: cadence }, { people, absences }, calendar, { known }, open] = await Promise.all([
    readPolicy<ComplaintPolicy>(policyId, version),
    currentCadence(),
    roster(day),
    workingCalendar(),
    loadCustomer(header.customerId),
    openFollowUpOf(header.customerId),
  ]);
  const staff = { people, absences, day, loads: {}, lastAssigned: {} };
  return { policy: policy.document, cadence, staff, calendar, known, open };
}

/** What happens to a follow-up. */
export type FollowUpChange<T> = {
  result: T;
  status?: number;
  state?: FollowUpState;
  header?: Partial<Pick<Header, "status" | "phase" | "outcome" | "contentHash">>;
  /** Without events nothing is written. */
  events: NewEvent[];
  /** Steps that end, and the votes that ended them. */
  ends?: { step: Step; end: Omit<End, "at"> }[];
  votes?: Vote[];
  messages?: Message[];
  /** The customer as he is afterwards. */
  customer?: Customer | null;
  /** Whether one is still to be recorded from now on. */
  wanted?: boolean;
  writes?: Write[];
};

/** The record changes, its names do not; on condition that it is still the one that was read. */
const recordWrite = ({ customer, owned }: Known, after: Customer): Write => ({
  label: CUSTOMER_LABEL,
  Put: {
    TableName: env("CUSTOMERS_TABLE"),
    Item: customerItem({ ...after, version: customer.version + 1 }, owned),
    ConditionExpression: "version = :seen",
    ExpressionAttributeValues: { ":seen": customer.version },
  },
});
const CUSTOMER_LABEL = "customer";

/** Everything that a change writes beside the header. `at`: epoch ms. */
function writesOf(file: FollowUpCase, change: FollowUpChange<unknown>, around: Around, at: number): Write[] {
  const { caseId, customerId } = file.header;
  const { ends = [], votes = [], messages = [], customer, wanted } = change;
  const isClosing = change.header?.status === "closed";
  return [
    ...ends.flatMap(({ step, end }) => endStep(file, step, { ...end, at })),
    ...votes.map((vote) => putVote(caseId, vote)),
    ...messages.map(putMessage),
    // Nothing is waited for any more.
    ...(isClosing
      ? file.timers
          .filter((timer) => isFollowUpTimer(timer) && timer.pending)
          .map((timer) => putTimer({ ...timer, pending: undefined }))
      : []),
    ...(customer && around.known ? [noImport(), recordWrite(around.known, customer)] : []),
    ...(wanted === false ? closeMark(customerId, caseId, around.open) : []),
    // Should another one have been planned meanwhile, the two go on side by side.
    ...(wanted === true && around.open === null ? [openMark(customerId, caseId)] : []),
    ...(change.writes ?? []),
  ];
}

export type FollowUpCall<T> = {
  caseId: string;
  /** A signed-in colleague, who must be allowed to see the case (else 404); the customer and the system see it. */
  actor: Actor | "customer" | null;
  /** Of a colleague's call: names it and its body for the idempotency key. */
  route?: string;
  body?: unknown;
  idempotencyKey?: string;
  /** The case, where the caller has started to read it. */
  known?: Promise<CaseFile | null>;
  /**
   * Judges in the order of the contract: who may call, then the state, then the fields; throws Refusals. Runs again where
   * another change won the race, so it has no effects of its own.
   */
  change(file: FollowUpCase, around: Around, at: number): FollowUpChange<T> | Promise<FollowUpChange<T>>;
};

const ATTEMPTS = 5;
/** Somebody else changed the customer meanwhile: read and judged again. */
const PASSING: readonly string[] = [CUSTOMER_LABEL, OPEN_LABEL, IMPORT_LABEL];

/** Throws 404, what `change` throws, 409 `idempotency_mismatch`, 503 `busy`. A failed condition of its own writes is thrown as it is. */
export async function changeFollowUp<T>(call: FollowUpCall<T>): Promise<Answer<T>> {
  const { caseId, actor, route, body } = call;
  const staffId = typeof actor === "object" && actor ? actor.staffId : null;
  const key =
    staffId !== null && route !== undefined
      ? keyed(call.idempotencyKey, { staffId, route: `${route} ${caseId}`, body })
      : null;
  const known = await (call.known ?? readCase(caseId));
  if (!isFollowUp(known)) throw notFound();
  const first = await readAround(known);
  if (typeof actor === "object" && actor !== null && !maySee(actor, known, ownersOf(first))) throw notFound();
  return once<T>(key, async (extra) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const around = attempt === 1 ? first : await readAround(known);
      try {
        return await changeCase<Answer<T>>(
          caseId,
          async (file, at) => {
            if (!isFollowUp(file)) throw notFound();
            const change = await call.change(file, around, at);
            const result = { status: change.status ?? 200, body: change.result };
            if (change.events.length === 0) return { result, events: [] };
            return {
              result,
              header: { ...change.header, followUp: change.state ?? file.header.followUp },
              events: change.events,
              writes: [...writesOf(file, change, around, at), ...extra(result)],
            };
          },
          attempt === 1 ? known : undefined,
        );
      } catch (error) {
        const passing =
          error instanceof ConditionFailed && error.labels.every((one) => PASSING.includes(one));
        if (!passing) throw error;
        await (error.labels.includes(IMPORT_LABEL) ? finishImport() : pause(attempt));
      }
    }
    throw busy();
  });
}

/** The customer's owner, who may see what is planned with him. */
export const ownersOf = ({ known }: Pick<Around, "known">): string[] =>
  known?.customer.owner ? [known.customer.owner] : [];

/** The vote of somebody on a step, as it is kept. */
export const voteOn = (
  file: CaseFile,
  step: Pick<Step, "stepId">,
  vote: Pick<Vote, "by" | "choice" | "comment" | "via" | "at">,
): Vote => ({
  v: 1,
  stepId: step.stepId,
  n: 1 + file.votes.filter((one) => one.stepId === step.stepId && one.by === vote.by).length,
  contentHash: file.header.contentHash,
  ...vote,
});
