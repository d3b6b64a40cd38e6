/** The kinds of messages and the channels they travel on (contract: `noun.verb`). */
export const MESSAGE_KINDS = [
  "approval.request",
  "case.decision",
  "case.changed",
  "case.returned",
  "case.withdrawn",
  "case.expired",
  "step.remind",
  "step.escalated",
  "step.nudge",
  "vote.receipt",
  "vote.code",
  "case.cc",
  "case.revoked",
  "settlement.request",
  "settlement.reminder",
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export type Channel = "email" | "sms";

/** Kinds that carry the recipient's own `/d/` link; all others point at the case. */
export const LINK_KINDS: readonly MessageKind[] = [
  "approval.request",
  "step.remind",
  "step.nudge",
  "vote.receipt",
];

export const isMessageKind = (kind: string): kind is MessageKind =>
  (MESSAGE_KINDS as readonly string[]).includes(kind);
