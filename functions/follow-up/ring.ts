/** What the alarms of a follow-up do: a late one climbs, an appointment is reminded of the working day before. */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, Message } from "../case/model.ts";
import { type Change, putMessage, putTimer } from "../case/store.ts";
import type { Staff } from "../complaint/assign-rules.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import type { Absence, Person } from "../directory/model.ts";
import { mailEach, newMessage } from "../message/compose.ts";
import { shanghaiDate, toApi } from "../shared/clock.ts";
import { openSteps } from "../step/store.ts";
import { unticked } from "./appointment-rules.ts";
import type { FollowUpContent, FollowUpState } from "./model.ts";
import { isMissed, isWanted } from "./next-rules.ts";
import { toldAt } from "./people-rules.ts";
import type { DayBeforeTimer, FollowUpTimer, OverdueTimer } from "./timers.ts";

type Beside = { people: Person[]; absences: Absence[] };
type Rang = Pick<Change<never>, "header" | "events" | "writes">;

/** What a timer that is due does; null where nothing waits for it any more. `at`: epoch ms. */
export function ringFollowUp(file: CaseFile, timer: FollowUpTimer, beside: Beside, at: number): Rang | null {
  const state = file.header.followUp;
  if (!state || file.header.status !== "open") return null;
  const rang =
    timer.kind === "overdue"
      ? late(file, state, timer, beside, at)
      : reminded(file, state, timer, beside, at);
  return rang && { ...rang, writes: [putTimer({ ...timer, pending: undefined }), ...(rang.writes ?? [])] };
}

const bySystem = { by: null, via: "system" as const };

/** One message a rung; the step stays open. */
function late(
  file: CaseFile,
  state: FollowUpState,
  { rung, timerId }: OverdueTimer,
  { people, absences }: Beside,
  at: number,
): Rang | null {
  const { header } = file;
  if (!isMissed(header, at)) return null;
  const { caseId } = header;
  const staff: Staff = { people, absences, day: shanghaiDate(at), loads: {}, lastAssigned: {} };
  const told = toldAt(rung, { caseId, mode: state.mode, assignee: state.assignee }, staff);
  const [step] = openSteps(file).filter((one) => one.kind !== "appointment");
  const event: NewEvent = {
    ...bySystem,
    kind: rung === 0 ? "follow-up.missed" : "step.escalated",
    ...(step ? { stepId: step.stepId } : {}),
    data: { rung: rung + 1, dueAt: toApi(header.dueAt), to: told ? [told.staffId] : [] },
  };
  return {
    header: { followUp: { ...state, missedAt: state.missedAt ?? header.dueAt } },
    events: [event],
    writes: mailEach(told ? [told.staffId] : [], people, {
      caseId,
      kind: rung === 0 ? "step.due" : "step.climbed",
      ...(step ? { stepId: step.stepId } : {}),
      params: { rung: rung + 1 },
      at,
      key: timerId,
    }).map(putMessage),
  };
}

/** Both sides, unless the appointment is another one by now or was declined. */
function reminded(
  file: CaseFile,
  state: FollowUpState,
  { n, timerId }: DayBeforeTimer,
  { people }: Beside,
  at: number,
): Rang | null {
  const { appointment } = state;
  const stands =
    appointment?.n === n && appointment.status !== "declined" && appointment.proposed === undefined;
  if (!stands || !isWanted(file.header.phase) || Date.parse(appointment.at) <= at) return null;
  const { caseId } = file.header;
  const messages = [
    ...mailEach([state.assignee], people, {
      caseId,
      kind: "follow-up.day-before",
      stepId: appointment.stepId,
      params: { items: unticked(state).join(",") },
      at,
      key: timerId,
    }),
    ...remindCustomer(file, { stepId: appointment.stepId, key: timerId, at }),
  ];
  return {
    events: [
      {
        ...bySystem,
        kind: "step.reminded",
        stepId: appointment.stepId,
        data: { to: [state.assignee, CUSTOMER], at: toApi(appointment.at) },
      },
    ],
    writes: messages.map(putMessage),
  };
}

function remindCustomer(
  { header, content }: CaseFile,
  { stepId, key, at }: { stepId: string; key: string; at: number },
): Message[] {
  const { contact = null } = (content ?? {}) as Partial<FollowUpContent>;
  if (!contact) return [];
  const message = (channel: "email" | "sms") =>
    newMessage({
      caseId: header.caseId,
      kind: "follow-up.customer-reminder",
      to: CUSTOMER,
      channel,
      locale: contact.language,
      stepId,
      at,
      key,
    });
  return [...(contact.email === null ? [] : [message("email")]), message("sms")];
}
