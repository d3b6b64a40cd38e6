/** Reads of the Directory table: people and policies. Keys: docs/access-patterns.md. */
import type { ApprovalPolicy, Roster } from "../approval/model.ts";
import { env } from "../shared/env.ts";
import { getItem, getItems, type Item, queryAll } from "../shared/table.ts";
import type { Absence, Person } from "./model.ts";

const table = () => env("DIRECTORY_TABLE");

export const personKey = (staffId: string) => ({ pk: "STAFF", sk: staffId });
export const subjectKey = (issuer: string, subject: string) => ({
  pk: `SUBJECT#${issuer}#${subject}`,
  sk: "SUBJECT",
});
export const policyKey = (policyId: string, version: number) => ({
  pk: `POLICY#${policyId}`,
  sk: `V#${String(version).padStart(6, "0")}`,
});

/** A person as stored (v 1) or null. */
export function toPerson(item: Item | null | undefined): Person | null {
  if (!item) return null;
  const { pk: _pk, sk: _sk, v: _v, ...person } = item;
  return person as Person;
}

/** Everybody, active or not; one query, because a firm's staff is one short collection. */
export async function people(): Promise<Person[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": "STAFF" },
  });
  return items.flatMap((item) => toPerson(item) ?? []);
}

export const absenceKey = (absenceId: string) => ({ pk: "ABSENCE", sk: absenceId });

/** Every absence that has not ended before `day` (`YYYY-MM-DD`); one query, because it is one short collection. */
export async function absences(day: string): Promise<Absence[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "#to >= :day",
    ExpressionAttributeNames: { "#to": "to" },
    ExpressionAttributeValues: { ":pk": "ABSENCE", ":day": day },
    ConsistentRead: true,
  });
  return items.map(({ pk: _pk, sk: _sk, v: _v, ...absence }) => absence as Absence);
}

/** The staff as routing sees it on and after a day. */
export async function roster(day: string): Promise<Roster> {
  const [staff, away] = await Promise.all([people(), absences(day)]);
  return { people: staff, absences: away };
}

/** The people of these ids, by id. */
export async function readPeople(ids: string[]): Promise<Map<string, Person>> {
  const unique = [...new Set(ids)];
  if (unique.length === 0) return new Map();
  const items = await getItems(table(), unique.map(personKey));
  return new Map(items.flatMap((item) => toPerson(item) ?? []).map((person) => [person.staffId, person]));
}

/** The person behind a sign-in, by (issuer, sub); roles come from here, never from the token (MECHANICS §7). */
export async function personBySubject(issuer: string, subject: string): Promise<Person | null> {
  const link = await getItem(table(), subjectKey(issuer, subject));
  return link ? toPerson(await getItem(table(), personKey(link.staffId as string))) : null;
}

export type PolicyVersion<T> = { policyId: string; version: number; document: T };

/** Every published version of a policy, newest first. */
export async function policyVersions(policyId: string): Promise<PolicyVersion<ApprovalPolicy>[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :v)",
    ExpressionAttributeValues: { ":pk": `POLICY#${policyId}`, ":v": "V#" },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  return items.map((item) => ({
    policyId,
    version: item.version as number,
    document: item.document as ApprovalPolicy,
  }));
}

/** The newest published version of a policy. */
export async function currentPolicy(policyId: string): Promise<PolicyVersion<ApprovalPolicy>> {
  const [newest] = await policyVersions(policyId);
  if (!newest) throw new Error(`No version of policy ${policyId} is published`);
  return newest;
}

/** One version of a policy, as the running cases keep it. */
export async function readPolicy(policyId: string, version: number): Promise<PolicyVersion<ApprovalPolicy>> {
  const item = await getItem(table(), policyKey(policyId, version));
  if (!item) throw new Error(`Policy ${policyId} has no version ${version}`);
  return { policyId, version, document: item.document as ApprovalPolicy };
}
