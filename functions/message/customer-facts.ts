/**
 * Messages to the customer of a complaint: whether they may go, where to, and what they may say. Pure. The address stands
 * in the complaint itself; once that is erased by law nothing can be sent.
 */
import type { CaseFile, Message } from "../case/model.ts";
import type { Disposition } from "../complaint/model.ts";
import type { Complaint } from "../complaint/schema.ts";
import type { Locale } from "../directory/model.ts";
import { failed, isMailbox, suppressed, type Verdict } from "./gate.ts";
import type { CustomerKind } from "./kinds.ts";
import { toE164 } from "./sms-rules.ts";

export type CustomerMail = {
  kind: CustomerKind;
  caseId: string;
  locale: Locale;
  /** Epoch ms. */
  now: number;
  name: string;
  params: Message["params"];
  /** What the message brings: the question, the message, the notice. Empty where it brings none. */
  words: string;
  /** Until when the customer is asked to answer; null where he is not. */
  dueAt: string | null;
  urls: {
    /** The one fixed address that anybody may know. */
    address: string;
    /** The page of the case, which asks for the digits. */
    status: string;
    /** His link to the step that asks him; null where there is none. */
    link: string | null;
  };
};

const contentOf = (file: CaseFile): Partial<Complaint> => (file.content ?? {}) as Partial<Complaint>;

/** Judges a message to a customer by the case as it is now. */
export function judgeCustomer(message: Message, file: CaseFile): Verdict {
  if (!file.content) return suppressed("erased");
  const step = file.steps.find((one) => one.stepId === message.stepId);
  if (message.kind === "complaint.notice" && step?.status !== "open") return suppressed("step_ended");
  if (message.kind === "complaint.question" && file.header.complaint?.paused === false)
    return suppressed("answered");
  const { complainantEmail = "", complainantPhone = "" } = contentOf(file);
  if (message.channel === "email")
    return isMailbox(complainantEmail) ? { go: true, address: complainantEmail } : suppressed("no_address");
  const phone = toE164(complainantPhone.normalize("NFKC"));
  return phone ? { go: true, address: phone } : failed("no_phone");
}

/** Marks that turn the direction of what follows them: a name needs none. */
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function customerMail(
  message: Message & { kind: CustomerKind },
  file: CaseFile,
  of: { baseUrl: string; link: string | null; now: number },
): CustomerMail {
  const { caseId } = file.header;
  const address = `${of.baseUrl}/c`;
  const step = file.steps.find((one) => one.stepId === message.stepId);
  return {
    kind: message.kind,
    caseId,
    locale: message.locale,
    now: of.now,
    name: (contentOf(file).complainantName ?? "").replace(TURNS, ""),
    params: message.params,
    words: wordsOf(message, file),
    dueAt: message.kind === "complaint.notice" ? (step?.dueAt ?? null) : null,
    urls: { address, status: `${address}/${caseId}`, link: of.link },
  };
}

/** The words of the event that the message names; of a notice those of the last proposal. */
function wordsOf({ kind, params }: Message, { events, payloads }: CaseFile): string {
  if (kind === "complaint.notice") {
    const event = events.findLast((one) => one.kind === "complaint.investigated");
    const disposition = event && payloads.get(event.seq)?.data.disposition;
    return (disposition as Disposition | undefined)?.noticeText ?? "";
  }
  const field = { "complaint.question": "question", "complaint.message": "text" }[kind as string];
  const said = field && typeof params.seq === "number" ? payloads.get(params.seq)?.data[field] : "";
  return typeof said === "string" ? said : "";
}
