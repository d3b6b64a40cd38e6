/** Puts the demo company into the tables of an embedded cloud, and signs its people in. */
import { marshall } from "@aws-sdk/util-dynamodb";
import { DEFAULT_CADENCE } from "../../functions/customer/cadence-rules.ts";
import { aliasItem, customerItem, handleItem } from "../../functions/customer/items.ts";
import { newCustomer } from "../../functions/customer/record-rules.ts";
import { aliasKey, handlesOf } from "../../functions/customer/rules.ts";
import type { Person } from "../../functions/directory/model.ts";
import { newSession } from "../../functions/directory/session.ts";
import { personKey, policyKey, subjectKey } from "../../functions/directory/store.ts";
import { bucketListKey, bucketPk } from "../../functions/ledger/store.ts";
import { taxKey } from "../../functions/ledger/tax-year.ts";
import {
  BUDGET_CHANGE_POLICY,
  COMPLAINT_POLICY,
  RECEPTION_POLICY,
  STANDARDS_POLICY,
} from "../../functions/policy/shipped.ts";
import { defaultCalendar } from "../../functions/shared/calendar/index.ts";
import { shanghaiDate, stamp } from "../../functions/shared/clock.ts";
import { dynamo } from "../dynamodb/client.ts";
import type { Cloud } from "../kernel.ts";
import { buckets, CUSTOMERS, PEOPLE, revenues } from "./data.ts";

/** A session made by `/_local/login` lasts 400 virtual days. */
const LOGIN_SECONDS = 400 * 86_400;

/** The physical name of a table, as the template gives it to the functions. */
function table(cloud: Cloud, variable: string): string {
  for (const { environment } of cloud.functions.values())
    if (environment[variable]) return environment[variable];
  throw new Error(`No function of the template has ${variable}`);
}

/** The issuer that the template gives to the sign-in function. */
function issuer(cloud: Cloud): string {
  for (const { environment } of cloud.functions.values())
    if (environment.OIDC_ISSUER) return environment.OIDC_ISSUER;
  throw new Error("No function of the template has OIDC_ISSUER");
}

async function putAll(cloud: Cloud, name: string, items: object[]): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    await dynamo(cloud.dynamoDbUrl, "BatchWriteItem", {
      RequestItems: {
        [name]: items
          .slice(at, at + 25)
          .map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } })),
      },
    });
  }
}

/** People, customers, policies and this year's budgets, buckets from the clock's month on. */
export async function loadDemo(cloud: Cloud): Promise<void> {
  const now = cloud.clock.now();
  const at = stamp(now);
  const directory = table(cloud, "DIRECTORY_TABLE");
  const ledger = table(cloud, "LEDGER_TABLE");
  const customers = table(cloud, "CUSTOMERS_TABLE");
  await Promise.all([
    putAll(cloud, directory, [
      ...PEOPLE.map((person) => ({ ...personKey(person.staffId), v: 1, ...person })),
      ...PEOPLE.map(({ staffId }) => ({ ...subjectKey(issuer(cloud), staffId), v: 1, staffId })),
      // As a firm has them that looked at what is shipped: with somebody's name and a day.
      ...Object.entries({
        reception: RECEPTION_POLICY,
        "budget-change": BUDGET_CHANGE_POLICY,
        standards: STANDARDS_POLICY,
        complaint: COMPLAINT_POLICY,
        cadence: DEFAULT_CADENCE,
      }).map(([policyId, document]) => ({
        ...policyKey(policyId, 1),
        v: 1,
        policyId,
        version: 1,
        publishedAt: at,
        publishedBy: "yinxue",
        document,
      })),
    ]),
    putAll(cloud, ledger, [
      ...revenues(shanghaiDate(now)).map(({ year, ...revenue }) => ({
        ...taxKey(year, "REVENUE"),
        v: 1,
        ...revenue,
        at,
        by: "wanghui",
      })),
      ...buckets(shanghaiDate(now).slice(0, 7)).flatMap((bucket) => {
        const pk = bucketPk(bucket);
        const entryId = `${bucket.department}-${bucket.period}-${bucket.category}-allot-1`;
        return [
          { pk, sk: "BUCKET", v: 1, ...bucket },
          { ...bucketListKey(bucket), v: 1 },
          {
            pk,
            sk: `X#${entryId}`,
            v: 1,
            entryId,
            at,
            kind: "allot",
            caseId: null,
            by: null,
            allotted: bucket.allotted,
            reserved: 0,
            committed: 0,
            spent: 0,
          },
        ];
      }),
    ]),
    putAll(
      cloud,
      customers,
      CUSTOMERS.flatMap(({ customerId, ...fields }) => {
        const customer = newCustomer(
          customerId,
          { ...fields, nextDueOn: null },
          { calendar: defaultCalendar, policy: DEFAULT_CADENCE, at: now, by: "liuyanli" },
        );
        const names = [fields.name, ...fields.aliases].map((name) => aliasKey(name).pk);
        return [
          customerItem(customer, names),
          ...names.map((pk) => aliasItem(pk, customer)),
          ...handlesOf(customer.contacts).map((pk) => handleItem(pk, customerId)),
        ];
      }),
    ),
  ]);
}

/** `GET /_local/people`. */
export const people = (): Pick<
  Person,
  "staffId" | "name" | "email" | "phone" | "role" | "roles" | "department"
>[] =>
  PEOPLE.map(({ staffId, name, email, phone, role, roles, department }) => ({
    staffId,
    name,
    email,
    phone,
    role,
    roles,
    department,
  }));

/** `POST /_local/login`: signs a demo person in; the value for Set-Cookie, or null for an unknown id. */
export async function createSession(cloud: Cloud, staffId: string): Promise<string | null> {
  if (!PEOPLE.some((person) => person.staffId === staffId)) return null;
  const session = newSession(staffId, cloud.clock.now(), LOGIN_SECONDS);
  await putAll(cloud, table(cloud, "DIRECTORY_TABLE"), [session.item]);
  return session.cookie;
}
