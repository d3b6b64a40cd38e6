/**
 * The investigation report goes to the departments concerned (contracts/complaints.md, plan P5): each recipient gets it by
 * mail, with a step `read` of his own beside the workflow, whose answer is the receipt.
 */
import { isDesk } from "../case/access.ts";
import type { CaseFile, Seat, Step } from "../case/model.ts";
import { putMessage, putSeat, putStep, putTimer } from "../case/store.ts";
import { investigationOf } from "../complaint/records.ts";
import { readRecipients } from "../complaint/schema.ts";
import { type ComplaintCase, type ComplaintChange, changeComplaint } from "../complaint/write.ts";
import type { Actor, Person } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { addWorkingTime, type WorkingCalendar } from "../shared/calendar/index.ts";
import { stamp } from "../shared/clock.ts";
import { conflict, type FieldError, forbidden, invalid } from "../shared/errors.ts";
import { keyed, once } from "../shared/idempotency.ts";
import { transact, type Write } from "../shared/table.ts";
import { LINK_LIFE_MS, type LinkKeys, linkKeys } from "../step/links.ts";
import { linkWrite } from "../step/open.ts";
import { EXPIRES_AFTER } from "../step/rules.ts";
import { timerOf } from "../step/store.ts";

export type Distributed = { caseId: string; recipients: { staffId: string; stepId: string }[] };

/** Three working days to read it. */
const DUE_MINUTES = 24 * 60;
/** A recipient is seven operations, and a transaction takes a hundred. */
const AT_ONCE = 12;

/**
 * `input`: `{staffIds}`. Who has this report already gets it once. Throws 404, 403 `not_allowed`, 409 `no_report` before
 * anything was investigated, 400 by field, 409 `idempotency_mismatch`.
 */
export async function distributeReport(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Distributed> {
  const route = `report/recipients ${caseId}`;
  const key = keyed(options.idempotencyKey, { staffId: actor.staffId, route, body: input });
  const { body } = await once<Distributed>(key, async (extra) => {
    const sent = { status: 200, body: await distribute(actor, caseId, input) };
    // Remembered last: a call that died halfway is done again, and nobody gets the report twice.
    const remembered = extra(sent);
    if (remembered.length > 0) await transact(remembered);
    return sent;
  });
  return body;
}

async function distribute(actor: Actor, caseId: string, input: unknown): Promise<Distributed> {
  const keys = await linkKeys();
  const recipients: Distributed["recipients"] = [];
  let left: string[] | null = null;
  do {
    const { body } = await changeComplaint<{ sent: Distributed["recipients"]; left: string[] }>({
      caseId,
      actor,
      change: (file, { staff, calendar }, at) => {
        const people = wanted(actor, file, input, staff.people);
        const asked: Person[] = left === null ? people : people.filter((one) => left?.includes(one.staffId));
        return distribution(file, actor, asked, { keys, calendar, at });
      },
    });
    recipients.push(...body.sent);
    left = body.left;
  } while (left.length > 0);
  return { caseId, recipients };
}

/** Who may, the state, the fields, in this order. */
function wanted(actor: Actor, file: CaseFile, input: unknown, staff: Person[]): Person[] {
  if (!isDesk(actor)) throw forbidden("not_allowed");
  if (!investigationOf(file)) throw conflict("no_report");
  const staffIds = readRecipients(input);
  const active = new Map(staff.filter((one) => one.active).map((one) => [one.staffId, one]));
  const unknown = staffIds.flatMap((staffId, index): FieldError[] =>
    active.has(staffId) ? [] : [{ path: `staffIds.${index}`, code: "choose" }],
  );
  if (unknown.length > 0) throw invalid(...unknown);
  return staffIds.flatMap((staffId) => active.get(staffId) ?? []);
}

/** The steps by which the newest report was sent; those of an earlier one are about another text. */
export function readSteps({ events, steps }: Pick<CaseFile, "events" | "steps">): Step[] {
  const since = events.findLast((event) => event.kind === "complaint.investigated")?.at ?? "";
  return steps.filter((step) => step.kind === "read" && step.openedAt >= since);
}

type With = { keys: LinkKeys; calendar: WorkingCalendar; at: number };

function distribution(
  file: ComplaintCase,
  actor: Actor,
  asked: Person[],
  around: With,
): ComplaintChange<{ sent: Distributed["recipients"]; left: string[] }> {
  const had = new Map(readSteps(file).flatMap((step) => step.assignees.map((id) => [id, step.stepId])));
  const fresh = asked.filter((person) => !had.has(person.staffId));
  const now = fresh.slice(0, AT_ONCE);
  const first = 1 + file.steps.filter((step) => step.kind === "read").length;
  const steps = now.map((person, index) => stepOf(file, person, first + index, around));
  return {
    result: {
      sent: [
        ...asked.flatMap(({ staffId }) => {
          const stepId = had.get(staffId);
          return stepId === undefined ? [] : [{ staffId, stepId }];
        }),
        ...now.map(({ staffId }, index) => ({ staffId, stepId: steps[index]!.stepId })),
      ],
      left: fresh.slice(AT_ONCE).map(({ staffId }) => staffId),
    },
    events: steps.map((step) => ({
      kind: "step.opened",
      by: actor.staffId,
      via: "login",
      stepId: step.stepId,
      contentHash: step.contentHash,
      data: { kind: step.kind, stage: step.stage, assignees: step.assignees, dueAt: step.dueAt },
    })),
    writes: steps.flatMap((step, index) => writesOf(file, step, now[index]!, around)),
  };
}

/** A step that no execution waits for: it counts as resumed from the beginning. */
function stepOf(file: ComplaintCase, person: Person, n: number, { calendar, at }: With): Step {
  const { header } = file;
  const due = addWorkingTime(calendar, at, DUE_MINUTES);
  const rung = (minutes: number) => ({
    after: minutes,
    at: stamp(addWorkingTime(calendar, at, minutes).dueAt),
  });
  return {
    v: 1,
    stepId: `${header.caseId}-read-${n}`,
    caseId: header.caseId,
    process: header.process,
    shard: header.shard,
    revision: header.revision,
    // Beside the workflow, which numbers its own.
    ordinal: 0,
    round: 0,
    kind: "read",
    stage: "read",
    alsoStages: [],
    status: "open",
    outcome: null,
    mode: "single",
    need: 1,
    assignees: [person.staffId],
    openedAt: stamp(at),
    dueAt: stamp(due.dueAt),
    dueTrace: due.trace,
    provisional: due.provisional,
    contentHash: header.contentHash,
    ladder: [
      { kind: "remind", share: 100, ...rung(DUE_MINUTES) },
      { kind: "expire", ...rung(EXPIRES_AFTER) },
    ],
    limit: null,
    token: "",
    resumedToken: "",
    attempt: { redrive: 0, enteredAt: stamp(at), retry: 0 },
  };
}

function writesOf({ header }: ComplaintCase, step: Step, person: Person, { keys, at }: With): Write[] {
  const seat: Seat = {
    v: 1,
    stepId: step.stepId,
    caseId: step.caseId,
    process: step.process,
    staffId: person.staffId,
    assignee: person.staffId,
    status: "open",
    kind: step.kind,
    stage: step.stage,
    title: header.title,
    openedAt: step.openedAt,
    dueAt: step.dueAt,
    rules: [],
    policy: header.policy,
    buckets: [],
    link: { kid: keys.current, version: 1, expiresAt: stamp(at + LINK_LIFE_MS) },
  };
  const rung = timerOf(step, 0);
  return [
    putStep(step),
    putSeat(seat),
    linkWrite(keys, seat),
    ...(rung ? [putTimer(rung)] : []),
    putMessage(
      newMessage({
        caseId: step.caseId,
        kind: "step.opened",
        to: person.staffId,
        channel: "email",
        locale: person.locale,
        stepId: step.stepId,
        at,
        key: step.stepId,
      }),
    ),
  ];
}
