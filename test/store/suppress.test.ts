/** What the mail provider reports of a customer's address ends in his record. */
import type { EventBridgeEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { optOutOf } from "../../functions/customer/opt-out-link.ts";
import { readCustomer } from "../../functions/customer/record-store.ts";
import { enterCustomer } from "../../functions/customer/records.ts";
import { handler as providerEvent } from "../../functions/message/provider-event.ts";
import { unsubscribeUrl } from "../../functions/message/unsubscribe.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { filed, readOne } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 30_000);
beforeEach(() => tables.reset());
afterAll(() => tables.stop());

const EMAIL = "chen@jieliya.example";

async function entered(): Promise<string> {
  const { body } = await enterCustomer(person("liuyanli"), {
    name: "甲物流公司",
    tier: "D",
    contacts: [
      { name: "陈", phone: "13800000001", email: EMAIL },
      { name: "曾", phone: "13800000002", email: "zeng@jieliya.example" },
    ],
  });
  return body.customerId;
}

async function report(caseId: string, eventType: string, more: object): Promise<void> {
  const message = (await readOne(caseId)).messages.find((one) => one.channel === "email");
  await providerEvent({
    detail: {
      eventType,
      mail: {
        messageId: "ses-1",
        tags: { "X-CareLoop-Message": [message!.messageId], "X-CareLoop-Case": [caseId] },
      },
      ...more,
    },
  } as unknown as EventBridgeEvent<string, never>);
}
const bounced = (bounceType: string) => ({
  bounce: { bounceType, bouncedRecipients: [{ emailAddress: EMAIL }] },
});
const held = async (customerId: string) =>
  (await readCustomer(customerId))?.contacts.map((one) => one.suppressed.email);

test("a permanent bounce holds the address back, once however often it is told", async () => {
  const customerId = await entered();
  const caseId = await filed({ customerId, complainantEmail: EMAIL });
  await report(caseId, "Bounce", bounced("Transient"));
  expect(await held(customerId)).toEqual([false, false]);
  await Promise.all([
    report(caseId, "Bounce", bounced("Permanent")),
    report(caseId, "Bounce", bounced("Permanent")),
  ]);
  expect(await held(customerId)).toEqual([true, false]);
  const customer = await readCustomer(customerId);
  expect(customer).toMatchObject({ version: 2, updatedBy: null });
  expect(customer?.optOuts).toMatchObject([{ channel: "email", reason: "bounced", by: null }]);
});

test("so does a reader who calls it spam", async () => {
  const customerId = await entered();
  const caseId = await filed({ customerId, complainantEmail: EMAIL });
  await report(caseId, "Complaint", { complaint: { complainedRecipients: [{ emailAddress: EMAIL }] } });
  expect(await held(customerId)).toEqual([true, false]);
  expect((await readCustomer(customerId))?.optOuts[0]?.reason).toBe("complained");
});

test("a case without a customer on record, and one whose customer is gone, change nothing", async () => {
  const customerId = await entered();
  await report(await filed({ complainantEmail: EMAIL }), "Bounce", bounced("Permanent"));
  await report(
    await filed({ customerId: "C-GONE", complainantEmail: EMAIL }),
    "Bounce",
    bounced("Permanent"),
  );
  expect(await held(customerId)).toEqual([false, false]);
  expect(await readCustomer("C-GONE")).toBeNull();
});

test("the address that ends such mails is the customer's own", async () => {
  const url = await unsubscribeUrl("https://careloop.example", "C0123456789AB");
  expect(url.startsWith("https://careloop.example/o/")).toBe(true);
  expect(optOutOf(LINK_KEYS, url.split("/o/")[1] ?? "")).toEqual({
    customerId: "C0123456789AB",
    channel: "email",
  });
});
