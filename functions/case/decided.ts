/** Who is told how a case was decided (contracts/approvals.md §5). Pure. */
import type { Person } from "../directory/model.ts";
import { mailEach, newMessage } from "../message/compose.ts";
import type { CaseFile, Header, Message } from "./model.ts";

/** What a workflow says to the functions that end a case. */
export type EndInput = { v: 1; caseId: string; revision: number };

/** The requester by e-mail and SMS; once approved, everybody in finance by e-mail. */
export function decisionMessages(
  header: Header,
  outcome: "approved" | "rejected",
  staff: Person[],
  at: number,
): Message[] {
  const { caseId, revision, round, createdBy } = header;
  // From the second round on it is the settlement that was decided.
  const later = round > 1;
  const requester = staff.filter((person) => person.staffId === createdBy);
  const finance = staff.filter(
    (person) =>
      outcome === "approved" &&
      person.active &&
      person.roles.includes("finance") &&
      person.staffId !== createdBy,
  );
  const tell = (person: Person, channel: "email" | "sms") =>
    newMessage({
      caseId,
      kind: "case.decision",
      to: person.staffId,
      channel,
      locale: person.locale,
      params: { outcome, ...(later ? { round } : {}) },
      at,
      key: `${caseId}-${revision}${later ? `-${round}` : ""}`,
    });
  return [
    ...requester.flatMap((person) => [tell(person, "email"), tell(person, "sms")]),
    ...finance.map((person) => tell(person, "email")),
  ];
}

/** A case that expired: its requester, and those who let it lie. */
export function expiryMessages(file: CaseFile, staff: Person[], at: number): Message[] {
  const { header } = file;
  const last = file.steps.filter((step) => step.revision === header.revision).at(-1);
  return mailEach([header.createdBy, ...(last?.assignees ?? [])], staff, {
    caseId: header.caseId,
    kind: "case.expired",
    at,
    key: `${header.caseId}-${header.revision}`,
  });
}
