/** Reads of the Directory table: people and policies. Keys: docs/access-patterns.md. */
import type { ApprovalPolicy, Roster } from "../approval/model.ts";
import { shippedPolicy } from "../policy/shipped.ts";
import type { WorkingCalendar } from "../shared/calendar/index.ts";
import { env } from "../shared/env.ts";
import { busy } from "../shared/errors.ts";
import {
  ConditionFailed,
  getItem,
  getItems,
  type Item,
  queryAll,
  transact,
  updateItem,
  type Write,
} from "../shared/table.ts";
import { workingCalendar } from "./calendar.ts";
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
  // The newest first: where two of one person overlap, the later word counts.
  return items
    .map(({ pk: _pk, sk: _sk, v: _v, ...absence }) => absence as Absence)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** Counts what was written to the list of absences: two that are entered at once would not see each other. */
const absenceVersionKey = { pk: "ABSENCES", sk: "VERSION" };

/** Every absence that is kept, ended ones too. */
export const allAbsences = (): Promise<Absence[]> => absences("");

/** The version of the list, to be read before the list: what is written in between then shows when it is changed. */
export async function absenceVersion(): Promise<number> {
  const item = await getItem(table(), absenceVersionKey);
  return (item?.n as number | undefined) ?? 0;
}

/** Writes an absence that was judged beside the list of `version`. Throws 503 `busy` when the list moved on. */
export async function addAbsence(absence: Absence, version: number, extra: Write[]): Promise<void> {
  try {
    await transact([
      {
        label: "absence",
        Put: { TableName: table(), Item: { ...absenceKey(absence.absenceId), v: 1, ...absence } },
      },
      {
        label: "version",
        Update: {
          TableName: table(),
          Key: absenceVersionKey,
          UpdateExpression: "SET n = :next",
          ConditionExpression: version === 0 ? "attribute_not_exists(n)" : "n = :seen",
          ExpressionAttributeValues: { ":next": version + 1, ...(version === 0 ? {} : { ":seen": version }) },
        },
      },
      ...extra,
    ]);
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes("version")) throw busy();
    throw error;
  }
}

export async function removeAbsence(absenceId: string, extra: Write[]): Promise<void> {
  await transact([
    { label: "absence", Delete: { TableName: table(), Key: absenceKey(absenceId) } },
    ...extra,
  ]);
}

/** Lets a person in or out. Sessions read the person on each request, so they end with it. */
export async function setActive(staffId: string, active: boolean): Promise<void> {
  await updateItem({
    TableName: table(),
    Key: personKey(staffId),
    UpdateExpression: "SET active = :active",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":active": active },
  });
}

/** The staff as routing sees it on and after a day, and the calendar that its times are counted by. */
export async function roster(day: string): Promise<Roster & { calendar: WorkingCalendar }> {
  const [staff, away, calendar] = await Promise.all([people(), absences(day), workingCalendar()]);
  return { people: staff, absences: away, calendar };
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

/** Every version of a policy that cases can have begun with, newest first: the published ones, and what was shipped. */
export async function policyVersions<T = ApprovalPolicy>(policyId: string): Promise<PolicyVersion<T>[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :v)",
    ExpressionAttributeValues: { ":pk": `POLICY#${policyId}`, ":v": "V#" },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  const published = items.map((item) => ({
    policyId,
    version: item.version as number,
    document: item.document as T,
  }));
  return [...published, ...shippedBelow(published, policyId)] as PolicyVersion<T>[];
}

/** The shipped version, where the table keeps none in its place. `versions`: what it keeps, newest first. */
export function shippedBelow(
  versions: readonly { version: number }[],
  policyId: string,
): PolicyVersion<unknown>[] {
  const document = versions.at(-1)?.version === 1 ? undefined : shippedPolicy(policyId, 1);
  return document === undefined ? [] : [{ policyId, version: 1, document }];
}

/** The newest version of a policy. */
export async function currentPolicy<T = ApprovalPolicy>(policyId: string): Promise<PolicyVersion<T>> {
  const [newest] = await policyVersions<T>(policyId);
  if (!newest) throw new Error(`There is no policy ${policyId}`);
  return newest;
}

/** A version never changes, so each is read once in the life of an execution environment. */
const published = new Map<string, Promise<PolicyVersion<unknown>>>();

/** One version of a policy, as the running cases keep it. */
export function readPolicy<T = ApprovalPolicy>(policyId: string, version: number): Promise<PolicyVersion<T>> {
  const name = `${table()} ${policyId} ${version}`;
  const known = published.get(name);
  if (known) return known as Promise<PolicyVersion<T>>;
  const read = getItem(table(), policyKey(policyId, version)).then((item): PolicyVersion<unknown> => {
    const document = item ? item.document : shippedPolicy(policyId, version);
    if (document === undefined) throw new Error(`Policy ${policyId} has no version ${version}`);
    return { policyId, version, document };
  });
  published.set(name, read);
  read.catch(() => published.delete(name));
  return read as Promise<PolicyVersion<T>>;
}
