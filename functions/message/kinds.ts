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
/** Of complaints (contracts/complaints.md "What a client can observe"). Those of the first list go to the customer. */
export const CUSTOMER_KINDS = [
  "complaint.acknowledged",
  "complaint.question",
  "complaint.message",
  "complaint.notice",
  "complaint.reopened",
  "complaint.closed",
] as const;
export const COMPLAINT_STAFF_KINDS = [
  "complaint.assigned",
  "clock.warned",
  "clock.breached",
  "clock.climbed",
  "step.opened",
  "step.reminded",
  "note.mentioned",
] as const;
/** Of follow-ups (contracts/follow-ups.md "What a client can observe"). Those of the first list go to the customer. */
export const FOLLOW_UP_CUSTOMER_KINDS = ["follow-up.appointment", "follow-up.customer-reminder"] as const;
export const FOLLOW_UP_STAFF_KINDS = [
  "follow-up.assigned",
  "follow-up.day-before",
  "follow-up.new-contact",
  "follow-up.cancelled",
  "step.due",
  "step.climbed",
] as const;
export type FollowUpCustomerKind = (typeof FOLLOW_UP_CUSTOMER_KINDS)[number];
export type FollowUpStaffKind = (typeof FOLLOW_UP_STAFF_KINDS)[number];
export type CustomerKind = (typeof CUSTOMER_KINDS)[number];
export type ComplaintStaffKind = (typeof COMPLAINT_STAFF_KINDS)[number];
export type CaseMessageKind = (typeof MESSAGE_KINDS)[number];
/** About no case: notices of the system to those who keep it (notices.ts). */
export const NOTICE_KINDS = [
  "calendar.missing",
  "report.complaints",
  "report.follow-ups",
  "report.customers",
  "digest.daily",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
export type MessageKind =
  | CaseMessageKind
  | CustomerKind
  | ComplaintStaffKind
  | FollowUpCustomerKind
  | FollowUpStaffKind
  | NoticeKind;

export type Channel = "email" | "sms";

/** Kinds that carry the recipient's own `/d/` link; all others point at the case. */
export const LINK_KINDS: readonly MessageKind[] = [
  "approval.request",
  "step.remind",
  "step.nudge",
  "vote.receipt",
  "complaint.notice",
];

const ALL: readonly string[] = [
  ...MESSAGE_KINDS,
  ...CUSTOMER_KINDS,
  ...COMPLAINT_STAFF_KINDS,
  ...FOLLOW_UP_CUSTOMER_KINDS,
  ...FOLLOW_UP_STAFF_KINDS,
];
export const isMessageKind = (kind: string): kind is MessageKind => ALL.includes(kind);
export const isNoticeKind = (kind: string): kind is NoticeKind =>
  (NOTICE_KINDS as readonly string[]).includes(kind);
export const isCustomerKind = (kind: string): kind is CustomerKind =>
  (CUSTOMER_KINDS as readonly string[]).includes(kind);
