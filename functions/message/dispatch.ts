/**
 * Sends what waits in the outbox (MECHANICS §5). Called by the Cases table's stream and, for what the stream missed,
 * by the sweeper. Deliveries twice and calls at the same time send once: a message is claimed by condition first.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { openSeats } from "../case/lists.ts";
import type { CaseFile, Message, Seat } from "../case/model.ts";
import { readCase } from "../case/store.ts";
import { acknowledgementSent } from "../complaint/acknowledged.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import { customerKey, toKnown } from "../customer/items.ts";
import { readPeople } from "../directory/store.ts";
import { now } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { getItem } from "../shared/table.ts";
import { codeFor, LINK_LIFE_MS, linkFor, linkKeys, linkUrl } from "../step/links.ts";
import { channels } from "./channels/index.ts";
import { customerMail, judgeCustomer } from "./customer-facts.ts";
import { defer } from "./defer.ts";
import { factsOf, load } from "./facts.ts";
import { followUpMail, judgeFollowUpCustomer } from "./follow-up-facts.ts";
import { judge, judgeNotice } from "./gate.ts";
import {
  type CustomerKind,
  isCustomerKind,
  isMessageKind,
  isNoticeKind,
  LINK_KINDS,
  type NoticeKind,
} from "./kinds.ts";
import { renderNotice } from "./notices.ts";
import { deferredUntil, mindsQuietHours } from "./quiet-rules.ts";
import { currentQuietHours } from "./quiet-store.ts";
import { type Rendered, render, renderFollowUp, renderForCustomer } from "./render.ts";
import { digestOf, nextMove, type Resent, SendFailure } from "./rules.ts";
import { claim, type MessageKey, markSent, postpone, readMessage, settle } from "./store.ts";
import { unsubscribeUrl } from "./unsubscribe.ts";
import { withhold } from "./withhold.ts";

/** What the sweeper sends: keys of messages that should have gone out. */
export type Redrive = { redrive: MessageKey[] };

const logger = new Logger();

/** Lambda `message-dispatch`. What failed by a fault is reported record by record and delivered again. */
export async function handler(event: DynamoDBStreamEvent | Redrive): Promise<DynamoDBBatchResponse> {
  if ("redrive" in event) {
    const results = await Promise.allSettled(event.redrive.map(dispatch));
    for (const result of results) if (result.status === "rejected") logFault(result.reason);
    return { batchItemFailures: [] };
  }
  const results = await Promise.all(event.Records.map(dispatchRecord));
  return { batchItemFailures: results.flatMap((failed) => failed ?? []) };
}

async function dispatchRecord(record: DynamoDBRecord): Promise<{ itemIdentifier: string } | null> {
  const key = record.dynamodb?.Keys;
  try {
    if (key?.pk?.S && key.sk?.S?.startsWith("MSG#")) await dispatch({ pk: key.pk.S, sk: key.sk.S });
    return null;
  } catch (error) {
    logFault(error);
    return { itemIdentifier: record.dynamodb?.SequenceNumber ?? "" };
  }
}

/** Only the name of a fault: its text may quote an address or a link. */
function logFault(error: unknown): void {
  logger.error("message not sent", { fault: error instanceof Error ? error.name : typeof error });
}

/** One message: claim it, judge it, render it, hand it over, note the result. */
async function dispatch(key: MessageKey): Promise<void> {
  // The record may be hours old; only the item as it is now counts.
  const found = await readMessage(key);
  if (!found) return;
  const move = nextMove(found, now());
  if (move === "leave") return;
  if (move === "give_up") return settle(found, "failed", found.failure ?? "no_answer");
  const message = await claim(found, now(), move);
  if (!message) return;
  let prepared: Prepared | null;
  try {
    prepared = await prepare(message);
  } catch (error) {
    // Nothing was handed over: free the message for a later try, and let the fault be seen.
    await postpone(message, "fault", now());
    throw error;
  }
  if (prepared) await send(message, prepared);
}

type Prepared = { rendered: Rendered; address: string; seat: Seat | null; code: string | null };

/** Reads the case, lets the gate judge, renders. Null when the message ends here. */
async function prepare(message: Message & Resent): Promise<Prepared | null> {
  if (isNoticeKind(message.kind)) return prepareNotice(message, message.kind);
  const file = await readCase(message.caseId);
  if (!file) {
    await settle(message, "failed", "unknown_case");
    return null;
  }
  const { kind } = message;
  if (file.header.followUp) return prepareFollowUp(message, file);
  if (isCustomerKind(kind)) return prepareForCustomer({ ...message, kind }, file);
  const around = await load(message, file);
  const verdict = judge(message, around.staff.get(message.to) ?? null, file);
  if (!verdict.go) {
    await withhold(message, verdict, file);
    return null;
  }
  if (await isPutOff(message, file)) return null;
  const seat = seatWithLink(message, file);
  const baseUrl = env("BASE_URL");
  const code = await codeIn(message, file);
  const link = await linkOf(seat, baseUrl);
  const facts = factsOf({ message, file, ...around, baseUrl, link, now: now(), ...(code ? { code } : {}) });
  const signature = message.channel === "sms" ? env("SMS_SIGNATURE") : "";
  return { rendered: render(facts, message.channel, signature), address: verdict.address, seat, code };
}

/** To the customer, who is not among the staff: his address is the complaint's. Null when the message ends here. */
async function prepareForCustomer(
  message: Message & { kind: CustomerKind },
  file: CaseFile,
): Promise<Prepared | null> {
  const verdict = judgeCustomer(message, file);
  if (!verdict.go) {
    await withhold(message, verdict, file);
    return null;
  }
  if (await isPutOff(message, file)) return null;
  const baseUrl = env("BASE_URL");
  const { channel } = message;
  // An SMS holds no link, and so does not make one live longer.
  const seat = channel === "email" ? seatWithLink(message, file) : null;
  const link = await linkOf(seat, baseUrl);
  const mail = customerMail(message, file, { baseUrl, link, now: now() });
  const signature = channel === "sms" ? env("SMS_SIGNATURE") : "";
  const rendered = renderForCustomer(mail, channel, signature);
  return { rendered, address: verdict.address, seat, code: null };
}

/** About a follow-up: to a colleague, or to the customer, whose record says what he wants to get. */
async function prepareFollowUp(message: Message, file: CaseFile): Promise<Prepared | null> {
  const { customerId = "", followUp } = file.header;
  const toCustomer = message.to === CUSTOMER;
  const [people, record] = await Promise.all([
    readPeople([message.to, followUp?.assignee ?? ""].filter((one) => one !== "" && one !== CUSTOMER)),
    toCustomer ? getItem(env("CUSTOMERS_TABLE"), customerKey(customerId)) : null,
  ]);
  const verdict = toCustomer
    ? judgeFollowUpCustomer(message, file, record && toKnown(record).customer)
    : judge(message, people.get(message.to) ?? null, file);
  if (!verdict.go) {
    await withhold(message, verdict, file);
    return null;
  }
  if (await isPutOff(message, file)) return null;
  const held = file.seats.find((one) => one.stepId === message.stepId && one.staffId === CUSTOMER);
  // An SMS holds no link, and so does not make one live longer; nor does a mail after his answer.
  const seat = toCustomer && message.channel === "email" && held?.status === "open" ? held : null;
  const baseUrl = env("BASE_URL");
  const mail = followUpMail(message, file, {
    people,
    baseUrl,
    link: await linkOf(seat, baseUrl),
    optOut: toCustomer ? await unsubscribeUrl(baseUrl, customerId) : null,
    now: now(),
  });
  if (!mail) throw new Error(`${message.caseId} is no follow-up`);
  const signature = message.channel === "sms" ? env("SMS_SIGNATURE") : "";
  const rendered = renderFollowUp(mail, message.channel, signature, toCustomer);
  return { rendered, address: verdict.address, seat, code: null };
}

/** A notice knows no case; null when the message ends here. */
async function prepareNotice(message: Message & Resent, kind: NoticeKind): Promise<Prepared | null> {
  const person = (await readPeople([message.to])).get(message.to) ?? null;
  const verdict = judgeNotice(person);
  if (person && verdict.go) {
    if (await isPutOff(message, null)) return null;
    const tasks = kind === "digest.daily" ? await openSeats(person.staffId) : [];
    // All of it was done before the mail went out.
    if (kind === "digest.daily" && tasks.length === 0) {
      await settle(message, "suppressed", "nothing_open");
      return null;
    }
    const beside = { tasks, now: now(), baseUrl: env("BASE_URL") };
    const rendered = renderNotice({ ...message, kind }, person, beside);
    return { rendered, address: verdict.address, seat: null, code: null };
  }
  if (!verdict.go) await settle(message, verdict.status, verdict.reason);
  return null;
}

/** Whether the message came up within quiet hours that it minds; it is put off then. `file`: its case, if it has one. */
async function isPutOff(message: Message, file: CaseFile | null): Promise<boolean> {
  const priority = file?.header.complaint?.priority ?? null;
  if (!mindsQuietHours(message.kind, message.channel, priority)) return false;
  const until = deferredUntil(message.kind, message.channel, priority, now(), await currentQuietHours());
  if (until === null) return false;
  await defer(message, until, file);
  return true;
}

/** The step-up code that a message brings: the newest, should another have been asked for meanwhile. */
async function codeIn(message: Message, file: CaseFile): Promise<string | null> {
  if (message.kind !== "vote.code") return null;
  const code = file.codes.find((one) => one.stepId === message.stepId && one.staffId === message.to);
  return code ? codeFor(await linkKeys(), code) : null;
}

/** The seat whose link the mail carries: of an approval or of the customer, in the version that is valid now. */
function seatWithLink(message: Message, file: CaseFile): Seat | null {
  const seat = file.seats.find((one) => one.stepId === message.stepId && one.staffId === message.to);
  // Every mail about a report to be read carries the link: there is nothing else to be done about it.
  if (seat?.kind === "read") return seat;
  if (!isMessageKind(message.kind) || !LINK_KINDS.includes(message.kind)) return null;
  return seat && ["approval", "customer-confirm"].includes(seat.kind) ? seat : null;
}

async function linkOf(seat: Seat | null, baseUrl: string): Promise<string | null> {
  if (!seat) return null;
  const { stepId, staffId, link } = seat;
  return linkUrl(
    baseUrl,
    linkFor(await linkKeys(), { stepId, staffId, version: link.version, kid: link.kid }),
  );
}

async function send(message: Message, { rendered, address, seat, code }: Prepared): Promise<void> {
  const { messageId, kind, caseId } = message;
  let providerId: string;
  try {
    providerId = await channels[message.channel]({ messageId, kind, caseId, address, ...rendered });
  } catch (error) {
    return notSent(message, error);
  }
  const at = now();
  const link = seat && {
    caseId,
    stepId: seat.stepId,
    staffId: seat.staffId,
    version: seat.link.version,
    expiresAt: at + LINK_LIFE_MS,
  };
  // The digest of a text with six unknown digits would tell them to anybody who tries a million.
  const said = code ? rendered.text.replace(code, "") : rendered.text;
  // Before it is marked: should this fail, the provider's own report of the sending asks again.
  if (kind === "complaint.acknowledged") await acknowledgementSent(caseId);
  await markSent(message, { providerId, at, digest: digestOf(said) }, link);
}

async function notSent(message: Message, error: unknown): Promise<void> {
  const failure = error instanceof SendFailure ? error : new SendFailure("unknown", "fault");
  logger.warn("message not sent", { messageId: message.messageId, how: failure.how, code: failure.code });
  if (failure.how === "permanent") return settle(message, "failed", failure.code);
  if (failure.how === "refused") return postpone(message, failure.code, now());
  // The answer was lost: the message stays in hand, and its wait for the provider's event runs.
}
