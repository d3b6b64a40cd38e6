/**
 * The one gate that every message passes before it is sent: may it go out, to this person, over this channel, and does
 * it still say something true? Pure. Quiet hours are asked after it (quiet-rules.ts): what would not go at all is not put off.
 */
import type { CaseFile, Message } from "../case/model.ts";
import type { Person } from "../directory/model.ts";
import { isMessageKind, LINK_KINDS } from "./kinds.ts";
import { toE164 } from "./sms-rules.ts";

export type Verdict =
  | { go: true; address: string }
  /** Deliberately not sent. */
  | { go: false; status: "suppressed"; reason: string }
  /** Cannot be sent. */
  | { go: false; status: "failed"; reason: string };

export const suppressed = (reason: string): Verdict => ({ go: false, status: "suppressed", reason });
export const failed = (reason: string): Verdict => ({ go: false, status: "failed", reason });

/** One mailbox, no list, no name, no line break. */
export const isMailbox = (text: string): boolean =>
  /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\]+$/.test(text);

/** Kinds that ask their reader to decide now. A receipt has the same link and is true whatever came after it. */
const ASKS: readonly string[] = ["vote.code", ...LINK_KINDS.filter((kind) => kind !== "vote.receipt")];

/** Judges a notice about no case: all that can stand against it is who receives it. */
export function judgeNotice(person: Person | null): Verdict {
  if (!person) return failed("unknown_person");
  if (!person.active) return suppressed("inactive");
  return isMailbox(person.email) ? { go: true, address: person.email } : failed("no_address");
}

/** Judges a message for its recipient and the case as they are now. */
export function judge(message: Message, person: Person | null, file: CaseFile): Verdict {
  if (!isMessageKind(message.kind)) return failed("unknown_kind");
  if (!person) return failed("unknown_person");
  if (!person.active) return suppressed("inactive");
  // Nobody is asked to decide what has been decided, was withdrawn, or lies with somebody else by now.
  const step = file.steps.find((one) => one.stepId === message.stepId);
  const seat = file.seats.find((one) => one.stepId === message.stepId && one.staffId === message.to);
  if (ASKS.includes(message.kind) && (step?.status !== "open" || seat?.status !== "open"))
    return suppressed("step_ended");
  if (message.kind === "step.escalated" && step?.status !== "open") return suppressed("step_ended");
  if (message.channel === "email")
    return isMailbox(person.email) ? { go: true, address: person.email } : failed("no_address");
  const phone = toE164(person.phone);
  return phone ? { go: true, address: phone } : failed("no_phone");
}
