/**
 * How a use case writes a message into its own transaction (MECHANICS §5): the item says what to tell whom and when;
 * the text is made when it is sent. Pure: the same input gives the same item, so a transaction tried twice writes one message.
 */
import type { Message } from "../case/model.ts";
import type { Locale, Person } from "../directory/model.ts";
import { stamp } from "../shared/clock.ts";
import { sha256 } from "../shared/ids.ts";
import type { Channel, MessageKind } from "./kinds.ts";

/** Ids are tag values of the mail provider: `[A-Za-z0-9_-]`, at most this long. */
const MAX_ID = 64;

export type NewMessage = {
  caseId: string;
  kind: MessageKind;
  /** Staff id. */
  to: string;
  channel: Channel;
  locale: Locale;
  stepId?: string;
  /** Ids and numbers for the template, no personal text. */
  params?: Record<string, string | number>;
  /** Epoch ms from which it may be sent. */
  at: number;
  /** What makes this message one of a kind for its recipient, e.g. step id and rung. */
  key: string;
};

/**
 * The id of a message. Readable while it fits; otherwise, and where two keys would look alike once cleaned of
 * characters that tags refuse, the end is a hash of the exact parts.
 */
export function messageId(message: Pick<NewMessage, "caseId" | "kind" | "to" | "channel" | "key">): string {
  const { caseId, kind, to, channel, key } = message;
  const parts = [key.startsWith(caseId) ? key : `${caseId}-${key}`, kind.replace(".", "_"), to, channel];
  const plain = parts.join("-");
  if (/^[A-Za-z0-9_-]+$/.test(plain) && plain.length <= MAX_ID) return plain;
  const hash = sha256(JSON.stringify([caseId, kind, to, channel, key])).slice(0, 24);
  const head = plain.replace(/[^A-Za-z0-9_-]/g, "").slice(0, MAX_ID - hash.length - 1);
  return `${head}-${hash}`;
}

/** A message that waits to be sent. */
export function newMessage(message: NewMessage): Message {
  const at = stamp(message.at);
  return {
    v: 1,
    messageId: messageId(message),
    caseId: message.caseId,
    kind: message.kind,
    channel: message.channel,
    to: message.to,
    ...(message.stepId === undefined ? {} : { stepId: message.stepId }),
    params: message.params ?? {},
    locale: message.locale,
    status: "pending",
    pending: "message",
    dueAt: at,
    createdAt: at,
    attempt: 0,
  };
}

/** The same e-mail to several people, each once and in their own language; none to whom the staff does not know. */
export function mailEach(
  staffIds: Iterable<string>,
  staff: Person[],
  mail: Omit<NewMessage, "to" | "channel" | "locale">,
): Message[] {
  return [...new Set(staffIds)].flatMap((to) => {
    const person = staff.find((one) => one.staffId === to);
    return person ? [newMessage({ ...mail, to, channel: "email", locale: person.locale })] : [];
  });
}
