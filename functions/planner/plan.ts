/**
 * The work of a run or a campaign, one page a call: follow-ups for customers whose owner is there, then, one by one, for the
 * others. Each follow-up is a transaction with the note that this job made it, each page a transaction on condition that it
 * is the next one. So whoever is called twice, late, beside another or after a crash goes on where the job stands.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { readHeaders } from "../case/store.ts";
import { noteTurns, withLoads } from "../complaint/assign.ts";
import type { Staff } from "../complaint/assign-rules.ts";
import type { CadencePolicy } from "../customer/cadence-rules.ts";
import { currentCadence } from "../customer/cadence-store.ts";
import { countedSince } from "../customer/contact-rules.ts";
import { contactsSince, readCustomers } from "../customer/contact-store.ts";
import type { ContactChannel, Customer } from "../customer/model.ts";
import { workingCalendar } from "../directory/calendar.ts";
import { absences, people } from "../directory/store.ts";
import { openFollowUpOf } from "../follow-up/open-mark.ts";
import { endOf } from "../follow-up/record-rules.ts";
import { startFollowUp } from "../follow-up/start.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { now, stamp } from "../shared/clock.ts";
import { Refusal } from "../shared/errors.ts";
import { faultOf } from "../shared/http.ts";
import { plannedPurposes } from "../shared/i18n/sections/planner.ts";
import { inParallel } from "../shared/parallel.ts";
import { ConditionFailed } from "../shared/table.ts";
import type { Job, Made, Part, Place, Skip } from "./model.ts";
import {
  type Choice,
  dueAt,
  given,
  modeOf,
  ownerChoice,
  shareOut,
  skipReason,
  type Waiting,
} from "./rules.ts";
import {
  DUE_LABEL,
  dueCustomers,
  madeWrite,
  partWrite,
  readJob,
  readMade,
  readMembers,
  readPart,
  stillDue,
  writePage,
} from "./store.ts";

const logger = new Logger();

/** Customers who are worked on at the same time. */
const AT_ONCE = 10;

/** What a job judges by. */
export type Around = { policy: CadencePolicy; calendar: WorkingCalendar; staff: Staff };

/** Whose absences count: the day on which the work is planned for. */
const dayOf = (job: Job): string => job.plannedOn;

/** Policy, calendar and staff as they are now; loads as the job has kept them, or read anew. */
export async function readAround(job: Job): Promise<Around> {
  const day = dayOf(job);
  const [{ policy }, calendar, staff, away] = await Promise.all([
    currentCadence(),
    workingCalendar(),
    people(),
    absences(day),
  ]);
  const bare: Staff = { people: staff, absences: away, day, loads: {}, lastAssigned: {} };
  if (job.staff) return { policy, calendar, staff: { ...bare, ...job.staff } };
  const agents = staff.filter((person) => person.active && person.roles.includes("agent"));
  return {
    policy,
    calendar,
    staff: await withLoads(
      bare,
      agents.map((person) => person.staffId),
    ),
  };
}

/** In which way a customer is contacted. */
export const channelOf = (job: Job, customer: Pick<Customer, "tier">, { policy }: Around): ContactChannel =>
  job.kind === "campaign" ? job.channel : policy.tiers[customer.tier].channel;

/** What makes a follow-up one of a kind: the customer and the day on which he was due, or the campaign. */
const keyOf = (job: Job, { customerId, nextDueOn }: Customer): string =>
  job.kind === "campaign" ? `campaign#${job.jobId}#${customerId}` : `cadence#${customerId}#${nextDueOn}`;

/** Does the next page of a job; whether it is done. Throws 503 `busy` where the tables are. */
export async function nextPage(jobId: string): Promise<boolean> {
  const job = await readJob(jobId);
  if (job?.status !== "running") return true;
  const around = await readAround(job);
  const page = job.stage === "owners" ? await ownersPage(job, around) : await othersPage(job, around);
  // Somebody else's page counts as well: what is done is read again by the next call.
  if (!(await writePage(job, page.after, page.writes))) return false;
  await noteTurns(page.gave, now());
  return page.after.status === "done";
}

type Page = {
  after: Job;
  writes: Parameters<typeof writePage>[2];
  /** Who got something. */
  gave: Set<string>;
};

// ---- the customers whose owner is there

async function ownersPage(job: Job, around: Around): Promise<Page> {
  const { customers, next } = await customersAt(job);
  const part: Part = { skipped: [], waiting: [] };
  const results = await inParallel(customers, AT_ONCE, async (customer): Promise<Result> => {
    const judged = await judge(job, customer, around);
    if (judged !== null) return judged;
    const choice = ownerChoice(customer, modeOf(channelOf(job, customer, around)), around.staff);
    return choice ? make(job, customer, choice, around) : "waiting";
  });
  const counted = count(job, customers, results, part);
  return {
    after: {
      ...counted.after,
      staff: staffWith(around.staff, counted.made),
      page: job.page + 1,
      parts: job.parts + 1,
      ...(next === null
        ? { stage: "others" as const, place: { part: 0 } }
        : { stage: "owners" as const, place: next }),
    },
    writes: [partWrite(job.jobId, job.parts, part)],
    gave: new Set(counted.made.map((one) => one.staffId)),
  };
}

const partAt = ({ place }: Job): number => (place !== null && "part" in place ? place.part : 0);

/** The customers of the page at which a job stands, and where it goes on; null at the end. */
async function customersAt(job: Job): Promise<{ customers: Customer[]; next: Place | null }> {
  if (job.kind === "run") {
    const place = job.place && "due" in job.place ? job.place.due : { shard: 0, key: null };
    return dueCustomers(job.until, place);
  }
  const part = partAt(job);
  const [members, after] = await Promise.all([
    readMembers(job.jobId, part),
    readMembers(job.jobId, part + 1),
  ]);
  const found = await readCustomers(members);
  return {
    customers: members.flatMap((customerId) => found.get(customerId) ?? []),
    next: after.length > 0 ? { part: part + 1 } : null,
  };
}

// ---- the others

async function othersPage(job: Job, around: Around): Promise<Page> {
  const { at, part } = await waitingAt(job);
  const found = await readCustomers(part.waiting);
  const customers = part.waiting.flatMap((customerId) => found.get(customerId) ?? []);
  const { choices } = shareOut(
    customers.map((customer) => waitingOf(job, customer, around)),
    around.staff,
    now(),
  );
  const results = await inParallel(customers, AT_ONCE, async (customer, index): Promise<Result> => {
    const choice = choices[index];
    return choice ? make(job, customer, choice, around) : { skip: "no-agent" };
  });
  const left: Part = { skipped: [...part.skipped], waiting: [] };
  const counted = count(job, customers, results, left);
  const isLast = at + 1 >= job.parts;
  return {
    after: {
      ...counted.after,
      // These were counted when they were first looked at; only who is due no more leaves the count.
      due: job.due - (customers.length - counted.looked) - (part.waiting.length - customers.length),
      staff: staffWith(around.staff, counted.made),
      page: job.page + 1,
      place: { part: at + 1 },
      status: isLast ? "done" : "running",
    },
    writes: [partWrite(job.jobId, at, left)],
    gave: new Set(counted.made.map((one) => one.staffId)),
  };
}

/** The next part of which somebody waits, or the last. */
async function waitingAt(job: Job): Promise<{ at: number; part: Part }> {
  for (let at = partAt(job); ; at += 1) {
    const part = (await readPart(job.jobId, at)) ?? { skipped: [], waiting: [] };
    if (part.waiting.length > 0 || at + 1 >= job.parts) return { at, part };
  }
}

// ---- before anything is made

/** What would come of these customers if it were done now. */
export async function foreseen(
  job: Job,
  customers: readonly Customer[],
  around: Around,
): Promise<{ choices: (Choice & { customer: Customer })[]; skipped: Skip[] }> {
  const judged = await inParallel(customers, AT_ONCE, (customer) => judge(job, customer, around));
  const skipped: Skip[] = [];
  const choices: (Choice & { customer: Customer })[] = [];
  const waiting: Customer[] = [];
  let staff = around.staff;
  for (const [index, customer] of customers.entries()) {
    const { customerId } = customer;
    const result = judged[index];
    if (typeof result === "object" && result !== null && "skip" in result) {
      skipped.push({ customerId, reason: result.skip });
      continue;
    }
    const choice = ownerChoice(customer, modeOf(channelOf(job, customer, around)), staff);
    if (!choice) {
      waiting.push(customer);
      continue;
    }
    choices.push({ ...choice, customer });
    staff = given(staff, choice.staffId, turnOf(index));
  }
  const shared = shareOut(
    waiting.map((one) => waitingOf(job, one, around)),
    staff,
    now(),
  );
  for (const [index, customer] of waiting.entries()) {
    const choice = shared.choices[index];
    if (choice) choices.push({ ...choice, customer });
    else skipped.push({ customerId: customer.customerId, reason: "no-agent" });
  }
  return { choices, skipped };
}

const waitingOf = (job: Job, customer: Customer, around: Around): Waiting => ({
  key: keyOf(job, customer),
  mode: modeOf(channelOf(job, customer, around)),
  owner: customer.owner,
});

/** Sorts behind every turn before it. */
const turnOf = (index: number): string => `${stamp(now())}#${String(index).padStart(6, "0")}`;

// ---- one customer

/** `moved`: he is due no more, because somebody spoke to him meanwhile. */
type Result = Made | { skip: Skip["reason"] } | "existing" | "moved" | "waiting" | "failed";

/** What comes of a customer before anybody is chosen for him; null: he is to get a follow-up. */
async function judge(job: Job, customer: Customer, around: Around): Promise<Result | null> {
  const { customerId } = customer;
  if ((await openFollowUpOf(customerId)) !== null) {
    // What a call made that died before its page is this job's all the same.
    const mine = await readMade(job.jobId, customerId);
    return mine ?? (job.kind === "campaign" ? { skip: "already_planned" } : "existing");
  }
  const at = now();
  const contacts = await contactsSince(customerId, countedSince(around.policy.fatigue, at));
  const skip = skipReason(customer, channelOf(job, customer, around), {
    contacts,
    policy: around.policy,
    at,
  });
  return skip && { skip };
}

/** Makes the follow-up, unless it is there or the customer is due no more. */
async function make(
  job: Job,
  customer: Customer,
  choice: Choice,
  around: Around,
  key = keyOf(job, customer),
): Promise<Result> {
  const { customerId } = customer;
  const made = (caseId: string): Made => ({ caseId, customerId, ...choice });
  const mode = modeOf(channelOf(job, customer, around));
  try {
    const { caseId, created } = await startFollowUp({
      customerId,
      mode,
      plannedOn: job.plannedOn,
      assignee: choice.staffId,
      assignmentReason: choice.reason,
      // Whoever presses for a run does not choose whom it finds.
      by: (job.kind === "campaign" ? job.by : null) ?? "system",
      key,
      extra: (id) => [madeWrite(job.jobId, made(id)), ...(job.kind === "run" ? [stillDue(customer)] : [])],
      ...(job.kind === "campaign"
        ? {
            sourceType: "campaign",
            sourceId: job.jobId,
            dueAt: endOf(job.dueOn),
            purpose: job.name,
            questions: job.questions,
          }
        : {
            sourceType: "cadence",
            sourceId: null,
            dueAt: dueAt(around.calendar, around.policy, customer, job.plannedOn),
            purpose: plannedPurposes("zh-CN")[mode],
          }),
    });
    if (created) return made(caseId);
    const mine = await readMade(job.jobId, customerId);
    if (mine) return mine;
    // He was planned for this very day before, that is over, and somebody made him due on it again.
    const isOver = (await readHeaders([caseId])).get(caseId)?.status === "closed";
    return isOver ? make(job, customer, choice, around, `${key}#${caseId}`) : "existing";
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(DUE_LABEL)) return "moved";
    if (error instanceof Refusal && error.code === "already_planned")
      return (
        (await readMade(job.jobId, customerId)) ??
        (job.kind === "campaign" ? { skip: "already_planned" } : "existing")
      );
    // Taken out of the register meanwhile.
    if (error instanceof Refusal && error.code === "not_found") return "moved";
    if (error instanceof Refusal && error.code === "busy") throw error;
    // One customer must not keep the others from being planned.
    logger.error("customer was not planned", { customerId, fault: faultOf(error) });
    return "failed";
  }
}

// ---- the page as a whole

/** The job with what came of these customers; fills `part`. */
function count(
  job: Job,
  customers: readonly Customer[],
  results: readonly Result[],
  part: Part,
): { after: Job; made: Made[]; looked: number } {
  const made: Made[] = [];
  let [existing, failed, moved] = [0, 0, 0];
  const skippedBefore = part.skipped.length;
  for (const [index, result] of results.entries()) {
    const { customerId } = customers[index]!;
    if (result === "existing") existing += 1;
    else if (result === "failed") failed += 1;
    else if (result === "moved") moved += 1;
    else if (result === "waiting") part.waiting.push(customerId);
    else if ("skip" in result) part.skipped.push({ customerId, reason: result.skip });
    else made.push(result);
  }
  const looked = customers.length - moved;
  return {
    after: {
      ...job,
      due: job.due + looked,
      created: job.created + made.length,
      existing: job.existing + existing,
      skipped: job.skipped + part.skipped.length - skippedBefore,
      failed: job.failed + failed,
    },
    made,
    looked,
  };
}

/** What everybody has to do once these follow-ups are his. */
function staffWith(staff: Staff, made: readonly Made[]): NonNullable<Job["staff"]> {
  const after = made.reduce((so, { staffId }, index) => given(so, staffId, turnOf(index)), staff);
  return { loads: after.loads, lastAssigned: after.lastAssigned };
}
