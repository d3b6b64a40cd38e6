/**
 * Finds who handles a case, and gives it to him. Who had the last case is written with the same transaction on condition
 * that it is still so, so that of two cases which come at once the second sees that the first was given out.
 */

import { loadsOf } from "../case/lists.ts";
import type { Message } from "../case/model.ts";
import type { Person } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { queryAll, updateItem, type Write } from "../shared/table.ts";
import { assigned, type Staff } from "./assign-rules.ts";
import type { AssignmentReason } from "./model.ts";
import type { ComplaintCase, ComplaintChange } from "./write.ts";

/** pk of the items that say when each person got the last case; sk is his id. */
const TURNS = "TURN";
/** Label of the write that fails where somebody got another case meanwhile. */
export const TURN_LABEL = "turn";

async function turns(): Promise<Record<string, string>> {
  const items = await queryAll({
    TableName: env("CASES_TABLE"),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": TURNS },
    ConsistentRead: true,
  });
  return Object.fromEntries(items.map((item) => [item.sk as string, item.at as string]));
}

/** The staff with what each has to do, and when he got the last case. `only`: whose load is asked for. */
export async function withLoads(staff: Staff, only?: readonly string[]): Promise<Staff> {
  const asked = only ?? staff.people.filter((person) => person.active).map((person) => person.staffId);
  const [loads, lastAssigned] = await Promise.all([loadsOf(asked), turns()]);
  return { ...staff, loads, lastAssigned };
}

/** Says that these people got something now, where it was given out by another count than the turns. */
export async function noteTurns(staffIds: Iterable<string>, at: number): Promise<void> {
  await Promise.all(
    [...staffIds].map((staffId) =>
      updateItem({
        TableName: env("CASES_TABLE"),
        Key: { pk: TURNS, sk: staffId },
        UpdateExpression: "SET v = :one, #at = :at",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":one": 1, ":at": stamp(at) },
      }),
    ),
  );
}

function turnWrite(staffId: string, staff: Staff, at: number): Write {
  const seen = staff.lastAssigned[staffId];
  return {
    label: TURN_LABEL,
    Put: {
      TableName: env("CASES_TABLE"),
      Item: { pk: TURNS, sk: staffId, v: 1, at: stamp(at) },
      ...(seen === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "#at = :seen",
            ExpressionAttributeNames: { "#at": "at" },
            ExpressionAttributeValues: { ":seen": seen },
          }),
    },
  };
}

/** Tells somebody that a case is his now. */
export const assignedMessage = (file: ComplaintCase, person: Person, at: number): Message =>
  newMessage({
    caseId: file.header.caseId,
    kind: "complaint.assigned",
    to: person.staffId,
    channel: "email",
    locale: person.locale,
    params: { seq: file.header.seq + 1 },
    at,
    key: `${file.header.caseId}-s${file.header.seq + 1}`,
  });

/** The case goes to somebody, for a reason that stays with it. `by`: who chose, null for the rules. */
export function assigning(
  file: ComplaintCase,
  reason: AssignmentReason,
  { staff, by, at }: { staff: Staff; by: string | null; at: number },
): Required<Pick<ComplaintChange<unknown>, "state" | "events" | "messages" | "writes">> {
  const state = assigned(file.header.complaint, reason, stamp(at));
  const person = staff.people.find((one) => one.staffId === reason.staffId);
  const again = file.header.complaint.handlers.length > 0;
  return {
    state,
    events: [
      {
        kind: again ? "complaint.reassigned" : "complaint.assigned",
        by,
        via: by === null ? "system" : "login",
        data: { assignee: reason.staffId, reason },
      },
    ],
    messages: person && by !== person.staffId ? [assignedMessage(file, person, at)] : [],
    writes: [turnWrite(reason.staffId, staff, at)],
  };
}
