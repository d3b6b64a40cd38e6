/**
 * An appointment with the customer is booked or moved: he gets a link by which he answers, and whoever is to call on him is
 * reminded the working day before. The step that he answers stands beside the workflow, which waits for the record.
 */
import { isDesk } from "../case/access.ts";
import type { NewEvent } from "../case/chain.ts";
import type { Message, Seat, Step } from "../case/model.ts";
import { putSeat, putStep, putTimer } from "../case/store.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import type { Actor } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { shanghaiDate, stamp, toApi } from "../shared/clock.ts";
import { conflict, forbidden, invalid } from "../shared/errors.ts";
import type { Write } from "../shared/table.ts";
import { LINK_LIFE_MS, type LinkKeys, linkKeys } from "../step/links.ts";
import { linkWrite } from "../step/open.ts";
import { endAppointment } from "./appointment-end.ts";
import { appointmentStepId, dayBefore } from "./appointment-rules.ts";
import { APPOINTMENT, type Appointment, type FollowUpContent } from "./model.ts";
import { isWanted } from "./next-rules.ts";
import { afterShift } from "./record-rules.ts";
import { type AppointmentCall, readAppointment } from "./schema.ts";
import { dayBeforeTimer, isFollowUpTimer } from "./timers.ts";
import { changeFollowUp, type FollowUpCase } from "./write.ts";

export type Booked = {
  caseId: string;
  appointment: { at: string; place: string; status: Appointment["status"] };
};

/**
 * `input`: `{at, place, reason, scope}`. Throws 404, 403 `not_allowed`, 409 `wrong_phase` once it is recorded, 400 by
 * field: `in_the_past`, `reason_required` for a move.
 */
export async function bookAppointment(
  actor: Actor,
  caseId: string,
  input: unknown,
  options: { idempotencyKey?: string } = {},
): Promise<Booked> {
  const keys = await linkKeys();
  const { body } = await changeFollowUp<Booked>({
    ...options,
    caseId,
    actor,
    route: "appointment",
    body: input,
    change(file, { calendar, known }, at) {
      const { header } = file;
      const state = header.followUp;
      if (state.assignee !== actor.staffId && !isDesk(actor)) throw forbidden("not_allowed");
      if (header.status !== "open" || !isWanted(header.phase)) throw conflict("wrong_phase");
      const asked = readAppointment(input);
      checkTimes(asked, state.appointment, at);
      const before = state.appointment;
      const time = Date.parse(asked.at);
      const n = (before?.n ?? 0) + 1;
      const appointment: Appointment = {
        n,
        at: stamp(time),
        status: "proposed",
        stepId: appointmentStepId(caseId, n),
      };
      const ended = endAppointment(file);
      const step = stepOf(file, appointment, at);
      const days = { from: before ? shanghaiDate(before.at) : state.plannedOn, to: shanghaiDate(time) };
      const shifted = asked.scope === "series" && known ? afterShift(known.customer, days, calendar) : null;
      const remindAt = dayBefore(calendar, time);
      return {
        result: { caseId, appointment: { at: toApi(time), place: asked.place, status: "proposed" } },
        state: { ...state, appointment },
        header: { phase: "planned" },
        events: [
          {
            kind: before ? "appointment.moved" : "appointment.proposed",
            by: actor.staffId,
            via: "login",
            stepId: step.stepId,
            data: dataOf(asked, before),
          },
          ...ended.events,
          openedEvent(step),
        ],
        ends: ended.ends,
        customer: shifted,
        messages: askCustomer(file, step, at),
        writes: [
          putStep(step),
          ...seatWrites(file, step, keys, at),
          ...file.timers
            .filter((timer) => isFollowUpTimer(timer) && timer.kind === "day-before" && timer.pending)
            .map((timer) => putTimer({ ...timer, pending: undefined })),
          // A reminder of tomorrow is none once that day has come.
          ...(state.mode === "visit" && remindAt > at ? [putTimer(dayBeforeTimer(header, n, remindAt))] : []),
        ],
      };
    },
  });
  return body;
}

/** To come, and a move has a reason; what the customer asked for himself needs none. */
function checkTimes(asked: AppointmentCall, before: Appointment | null, at: number): void {
  const time = Date.parse(asked.at);
  const isMove = before !== null && before.status !== "declined";
  const wished = before?.proposed !== undefined && Date.parse(before.proposed) === time;
  const problems = [
    ...(time <= at ? [{ path: "at", code: "in_the_past" }] : []),
    ...(isMove && !wished && asked.reason === "" ? [{ path: "reason", code: "reason_required" }] : []),
  ];
  if (problems.length > 0) throw invalid(...problems);
}

const dataOf = (asked: AppointmentCall, before: Appointment | null): Record<string, unknown> => ({
  at: toApi(Date.parse(asked.at)),
  place: asked.place,
  ...(before ? { from: toApi(before.at), scope: asked.scope } : {}),
  ...(asked.reason === "" ? {} : { reason: asked.reason }),
});

/** A step that no execution waits for: it counts as resumed from the beginning. Due when the customer is to be met. */
function stepOf({ header }: FollowUpCase, { stepId, at: time }: Appointment, at: number): Step {
  return {
    v: 1,
    stepId,
    caseId: header.caseId,
    process: header.process,
    shard: header.shard,
    revision: header.revision,
    // Beside the workflow, which numbers its own.
    ordinal: 0,
    round: 0,
    kind: APPOINTMENT,
    stage: APPOINTMENT,
    alsoStages: [],
    status: "open",
    outcome: null,
    mode: "single",
    need: 1,
    assignees: [CUSTOMER],
    openedAt: stamp(at),
    dueAt: time,
    dueTrace: [],
    provisional: false,
    contentHash: header.contentHash,
    ladder: [],
    limit: null,
    token: "",
    resumedToken: "",
    attempt: { redrive: 0, enteredAt: stamp(at), retry: 0 },
  };
}

const openedEvent = (step: Step): NewEvent => ({
  kind: "step.opened",
  by: null,
  via: "system",
  stepId: step.stepId,
  contentHash: step.contentHash,
  data: { kind: step.kind, stage: step.stage, assignees: step.assignees, dueAt: step.dueAt },
});

function seatWrites({ header }: FollowUpCase, step: Step, keys: LinkKeys, at: number): Write[] {
  const seat: Seat = {
    v: 1,
    stepId: step.stepId,
    caseId: step.caseId,
    process: step.process,
    staffId: CUSTOMER,
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
  return [putSeat(seat), linkWrite(keys, seat)];
}

/** By e-mail with his link, where there is an address, and by SMS. Nobody is asked once his address was erased. */
function askCustomer({ header, content }: FollowUpCase, step: Step, at: number): Message[] {
  const { contact = null } = (content ?? {}) as Partial<FollowUpContent>;
  if (!contact) return [];
  const message = (channel: "email" | "sms") =>
    newMessage({
      caseId: header.caseId,
      kind: "follow-up.appointment",
      to: CUSTOMER,
      channel,
      locale: contact.language,
      stepId: step.stepId,
      at,
      key: step.stepId,
    });
  return [...(contact.email === null ? [] : [message("email")]), message("sms")];
}
