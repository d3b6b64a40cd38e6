/**
 * The link in the mail about an appointment: the customer confirms it, proposes another time, or declines. It opens as
 * often as he likes, only a press decides, and the first press counts.
 */
import type { NewEvent } from "../case/chain.ts";
import type { CaseFile, LinkItem, Seat, Step } from "../case/model.ts";
import { changeCase, putMessage, putSeat, putVote, readCase } from "../case/store.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import type { Person } from "../directory/model.ts";
import { readPeople } from "../directory/store.ts";
import { mailEach, newMessage } from "../message/compose.ts";
import { now, stamp, toApi } from "../shared/clock.ts";
import { conflict, invalid, notFound, Refusal } from "../shared/errors.ts";
import { ConditionFailed } from "../shared/table.ts";
import { isNonceFor, issueNonce, LINK_LIFE_MS, type LinkKeys, linkKeys, type Shown } from "../step/links.ts";
import type { Decision } from "../step/model.ts";
import { linkWrite } from "../step/open.ts";
import { endStep, NONCE_LABEL, useNonce } from "../step/store.ts";
import { APPOINTMENT, type Appointment, CHOICES, type FollowUpContent, type FollowUpState } from "./model.ts";
import { placeOf } from "./records.ts";

export type AppointmentLink = {
  state: "open" | "decided" | "void" | "expired";
  caseId: string;
  /** Whom the firm sends. */
  visitor: string;
  mode: FollowUpState["mode"];
  /** How the step ended, where it did. */
  outcome: string | null;
  /** Of the booking that the link is about. */
  at: string;
  /** Null once erased by law. */
  place: string | null;
  nonce: string;
};

type Found = { file: CaseFile; state: FollowUpState; step: Step; seat: Seat | undefined };

function place(file: CaseFile | null, { stepId }: LinkItem): Found {
  const step = file?.steps.find((one) => one.stepId === stepId && one.kind === APPOINTMENT);
  const state = file?.header.followUp;
  if (!file || !state || !step) throw notFound();
  const seat = file.seats.find((one) => one.stepId === stepId && one.staffId === CUSTOMER);
  return { file, state, step, seat };
}

/** Moved on wins over decided, decided over outdated, outdated over expired; as for colleagues (step/link.ts). */
function stateOf({ step, seat }: Found, { version }: LinkItem, at: number): AppointmentLink["state"] {
  if (step.status === "void") return "void";
  if (step.status === "done") return "decided";
  // Once its time has come there is nothing to be agreed on any more.
  if (!seat || seat.link.version !== version || Date.parse(step.dueAt) <= at) return "void";
  return Date.parse(seat.link.expiresAt) <= at ? "expired" : "open";
}

const shownOf = (link: string, { header }: CaseFile): Shown => ({
  link,
  contentHash: header.contentHash,
  revision: header.revision,
});

/** Changes nothing. Throws 404. */
export async function openAppointmentLink(link: string, item: LinkItem): Promise<AppointmentLink> {
  const [file, keys] = await Promise.all([readCase(item.caseId), linkKeys()]);
  const found = place(file, item);
  const { state, step } = found;
  const visitor = (await readPeople([state.assignee])).get(state.assignee);
  const at = now();
  return {
    state: stateOf(found, item, at),
    caseId: item.caseId,
    visitor: visitor?.name ?? "",
    mode: state.mode,
    outcome: step.outcome,
    at: toApi(step.dueAt),
    place: placeOf(found.file),
    nonce: issueNonce(keys, shownOf(link, found.file), at),
  };
}

/** What the form of a link's page sends; other names are nobody's. */
const FIELDS = ["nonce", "choice", "comment", "at"];
const LONGEST = 1000;

type Press = { choice: string; comment: string; at: string; nonce: string };

function readPress(form: Record<string, string>): Press {
  const { nonce = "", choice = "", comment = "", at = "" } = form;
  const strange = Object.keys(form).filter((name) => !FIELDS.includes(name));
  if (strange.length > 0) throw invalid(...strange.map((path) => ({ path, code: "unknown_field" })));
  if (comment.length > LONGEST)
    throw invalid({ path: "comment", code: "too_long", params: { max: LONGEST } });
  return { nonce, choice, comment: comment.trim(), at: at.trim() };
}

/** What a field of a page sends, `2026-12-02T10:00`, is meant in Shanghai; a client names its offset. */
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function readTime(text: string, at: number): number {
  if (text === "") throw invalid({ path: "at", code: "required" });
  const time = LOCAL.test(text)
    ? Date.parse(`${text}+08:00`)
    : WITH_OFFSET.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(time)) throw invalid({ path: "at", code: "instant" });
  if (time <= at) throw invalid({ path: "at", code: "in_the_past" });
  return time;
}

/**
 * `form`: `nonce`, `choice`, `comment`, `at`. Throws 409 `already_decided`, `stale`, 410 `expired`, 400 by field. `fresh`: a
 * new link was mailed to the customer's address.
 */
export async function answerAppointment(
  link: string,
  item: LinkItem,
  form: Record<string, string>,
): Promise<Decision | { fresh: true }> {
  const press = readPress(form);
  const [file, keys] = await Promise.all([readCase(item.caseId), linkKeys()]);
  const found = place(file, item);
  const state = stateOf(found, item, now());
  const staff = await readPeople([found.state.assignee]);
  const asks = state === "expired" && press.choice === "fresh-link";
  if (state === "expired" && !asks) throw new Refusal(410, "expired");
  try {
    return await changeCase<Decision | { fresh: true }>(
      item.caseId,
      (now, at) => {
        const there = place(now, item);
        check(there, item, at);
        const shown = shownOf(link, there.file);
        if (asks) return renewed(there, item, press, { keys, shown }, at);
        if (!CHOICES[APPOINTMENT].includes(press.choice)) throw invalid({ path: "choice", code: "choice" });
        if (!isNonceFor(keys, press.nonce, shown)) throw conflict("stale");
        return answered(there, press, [...staff.values()], at);
      },
      found.file,
    );
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes(NONCE_LABEL)) throw conflict("stale");
    throw error;
  }
}

/** 409 with when it was decided; `stale` where the booking is no longer the present one. */
function check(found: Found, item: LinkItem, at: number): void {
  const { step, file } = found;
  const state = stateOf(found, item, at);
  if (state === "void") throw conflict("stale");
  if (state === "decided")
    throw conflict("already_decided", {
      outcome: step.outcome,
      at: step.endedAt ? toApi(step.endedAt) : null,
      by: { customer: file.header.title },
    });
}

const OUTCOMES: Record<string, string> = {
  confirm: "confirmed",
  "propose-other": "proposed",
  decline: "declined",
};

function answered({ file, state, step }: Found, press: Press, staff: Person[], at: number) {
  const { caseId, contentHash } = file.header;
  const { choice, comment } = press;
  const outcome = OUTCOMES[choice] ?? choice;
  if (choice !== "propose-other" && press.at !== "") throw invalid({ path: "at", code: "unknown_field" });
  const other = choice === "propose-other" ? readTime(press.at, at) : null;
  const before = state.appointment;
  if (!before) throw conflict("stale");
  const appointment: Appointment =
    other === null
      ? { ...before, status: choice === "confirm" ? "confirmed" : "declined" }
      : { ...before, at: stamp(other), proposed: stamp(other) };
  const event: NewEvent = {
    kind: `appointment.${outcome}`,
    by: CUSTOMER,
    via: "link",
    stepId: step.stepId,
    contentHash,
    data: {
      at: toApi(appointment.at),
      ...(other === null ? {} : { from: toApi(before.at) }),
      ...(comment === "" ? {} : { comment }),
    },
  };
  const decided: NewEvent = {
    kind: "step.decided",
    by: CUSTOMER,
    via: "link",
    stepId: step.stepId,
    contentHash,
    data: { kind: APPOINTMENT, choice, outcome },
  };
  return {
    result: { stepId: step.stepId, outcome, effectiveAt: toApi(at), undoUntil: null },
    header: {
      followUp: { ...state, appointment },
      phase: choice === "confirm" ? "confirmed" : "planned",
    },
    events: [decided, event],
    writes: [
      ...endStep(file, step, { status: "done", outcome, at, by: CUSTOMER }),
      putVote(caseId, {
        v: 1,
        stepId: step.stepId,
        by: CUSTOMER,
        n: 1,
        choice,
        at: stamp(at),
        via: "link",
        contentHash,
        comment,
      }),
      useNonce(caseId, press.nonce, at),
      // Whoever is to call on him hears what he said.
      ...mailEach([state.assignee], staff, {
        caseId,
        kind: "follow-up.appointment",
        stepId: step.stepId,
        params: { seq: file.header.seq + 2, outcome },
        at,
        key: step.stepId,
      }).map(putMessage),
    ],
  };
}

/** Version + 1 to the customer's address; the old link is void from then on. */
function renewed(
  { file, step, seat }: Found,
  item: LinkItem,
  { nonce }: Press,
  { keys, shown }: { keys: LinkKeys; shown: Shown },
  at: number,
) {
  if (!seat || !isNonceFor(keys, nonce, shown)) throw conflict("stale");
  const version = item.version + 1;
  const fresh: Seat = { ...seat, link: { kid: keys.current, version, expiresAt: stamp(at + LINK_LIFE_MS) } };
  const { contact = null } = (file.content ?? {}) as Partial<FollowUpContent>;
  return {
    result: { fresh: true as const },
    events: [
      { kind: "link.renewed", by: CUSTOMER, via: "link" as const, stepId: step.stepId, data: { version } },
    ],
    writes: [
      putSeat(fresh),
      linkWrite(keys, fresh),
      useNonce(item.caseId, nonce, at),
      ...(contact?.email
        ? [
            putMessage(
              newMessage({
                caseId: item.caseId,
                kind: "follow-up.appointment",
                to: CUSTOMER,
                channel: "email",
                locale: contact.language,
                stepId: step.stepId,
                at,
                key: `${step.stepId}-v${version}`,
              }),
            ),
          ]
        : []),
    ],
  };
}
