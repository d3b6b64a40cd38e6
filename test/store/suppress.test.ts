/** What ends planned and reminding messages to a customer: what the mail provider reports of his address, and his own link. */
import type { APIGatewayProxyEventV2, Context, EventBridgeEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { optOutOf } from "../../functions/customer/opt-out-link.ts";
import { readCustomer } from "../../functions/customer/record-store.ts";
import { enterCustomer } from "../../functions/customer/records.ts";
import { judgeContact } from "../../functions/message/contact-rules.ts";
import { handler as providerEvent } from "../../functions/message/provider-event.ts";
import { unsubscribeUrl } from "../../functions/message/unsubscribe.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { filed, readOne } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const { handler: site } = await import("../../functions/web/customers.tsx");

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

test("the link is read by opening it, and pressed by one press, from a page or a mail program, as often as it likes", async () => {
  const customerId = await entered();
  const { pathname } = new URL(await unsubscribeUrl("https://careloop.example", customerId));
  const call = async (method: string, headers: Record<string, string> = {}, body?: string) =>
    (await site(
      {
        ...{ rawPath: pathname, rawQueryString: "", cookies: [], isBase64Encoded: false, body },
        headers: { accept: "text/html", ...headers },
        requestContext: { http: { method, sourceIp: "203.0.113.1" } },
      } as unknown as APIGatewayProxyEventV2,
      {} as Context,
    )) as { statusCode: number; body: string };
  for (const method of ["GET", "HEAD", "GET"]) expect((await call(method)).statusCode).toBe(200);
  expect((await call("GET")).body).not.toContain("甲物流公司");
  expect(await held(customerId)).toEqual([false, false]);
  const oneClick = () =>
    call("POST", { "content-type": "application/x-www-form-urlencoded" }, "List-Unsubscribe=One-Click");
  const presses = await Promise.all([oneClick(), oneClick()]);
  expect(presses.map((one) => one.statusCode)).toEqual([200, 200]);
  expect((await oneClick()).statusCode).toBe(200);
  expect(await held(customerId)).toEqual([true, true]);
  const customer = await readCustomer(customerId);
  expect(customer).toMatchObject({ version: 2, updatedBy: null });
  const [contact] = customer?.contacts ?? [];
  expect(judgeContact(contact!, "email")).toMatchObject({ go: false, reason: "opted_out" });
  expect(judgeContact(contact!, "sms").go).toBe(true);
});
