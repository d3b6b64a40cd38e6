/** A customer answers what he is asked about a notice, and presses again: by the link in his mail and on his own page. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { PASS, passCookie } from "../../functions/care/pass.ts";
import { linkFor } from "../../functions/step/links.ts";
import { LINK_KEYS } from "../support/aws-stub.ts";
import { nonceOf } from "../support/client.ts";
import { answer, filed, go, openOf, readOne, toCustomer } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { kinds } from "../support/flow.ts";
import { type Answer, type Call, send } from "../support/handlers.ts";
import { WEDNESDAY } from "../support/reception.ts";

process.env.POWERTOOLS_LOG_LEVEL = "ERROR";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
process.env.UPLOAD_HOST = "files.careloop.example";
const { handler: decision } = await import("../../functions/web/decision.tsx");
const { handler: care } = await import("../../functions/web/care.tsx");

const MINUTE = 60_000;
let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());

/** One of the two doors, as it is when its page has been opened. */
type Door = {
  press(fields: Record<string, string>, call?: Call): Promise<Answer>;
  open(call?: Call): Promise<Answer>;
};
let caseId: string;

async function byLink(): Promise<Door> {
  const { stepId } = await openOf(caseId, "customer-confirm");
  const path = `/d/${linkFor(LINK_KEYS, { stepId, staffId: "customer", version: 1, kid: "k1" })}`;
  const open = (call?: Call) => send(decision, "GET", path, call);
  const nonce = nonceOf((await open()).body ?? "");
  return {
    open,
    press: (fields, call) => send(decision, "POST", path, { form: { nonce, ...fields }, ...call }),
  };
}

async function onPage(): Promise<Door> {
  const { phoneHash } = (await readOne(caseId)).header.complaint;
  const [cookie = ""] = passCookie(LINK_KEYS, { caseId, phoneHash }, Date.now(), 60 * MINUTE).split(";");
  expect(cookie).toContain(PASS);
  const path = `/c/${caseId}`;
  const open = (call?: Call) => send(care, "GET", path, { cookies: [cookie], ...call });
  const nonce = nonceOf((await open()).body ?? "");
  return {
    open,
    press: (fields, call) =>
      send(care, "POST", path, { cookies: [cookie], form: { nonce, ...fields }, ...call }),
  };
}

const answers = async () => kinds(await readOne(caseId)).filter((kind) => kind.startsWith("customer."));
const CONFIRM = { choice: "confirm", csat: "4" };
const DISAGREE = { choice: "disagree", comment: "三箱不够" };

beforeEach(async () => {
  vi.setSystemTime(WEDNESDAY);
  await tables.reset();
  caseId = await filed();
  await go(caseId);
  await toCustomer(caseId);
});

describe("by the link", () => {
  test("who agrees twice gets his receipt: what he said and when, and nothing is said to be wrong", async () => {
    const door = await byLink();
    expect((await door.press(CONFIRM)).statusCode).toBe(303);
    vi.setSystemTime(Date.now() + 5 * MINUTE);
    const again = await door.press(CONFIRM);
    // A decided step answers a POST with 409 (contracts/README.md); its page is the receipt.
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain("您已认可这个处理方案");
    expect(again.body).toMatch(/<time [^>]*>/);
    expect(again.body).not.toContain('role="alert"');
    expect(again.body).not.toContain('name="nonce"');
    expect(again.body?.replace(/\s+/g, "")).toBe((await door.open()).body?.replace(/\s+/g, ""));
    expect(await answers()).toEqual(["customer.confirmed"]);
  });

  test("two presses at the same instant are one answer, and neither is told that something is wrong", async () => {
    const door = await byLink();
    const both = await Promise.all([door.press(CONFIRM), door.press(CONFIRM)]);
    expect(both.map((one) => one.statusCode).sort()).toEqual([303, 409]);
    expect(both.find((one) => one.statusCode === 409)?.body).not.toContain('role="alert"');
    expect(await answers()).toEqual(["customer.confirmed"]);
  });

  test.each([
    ["zh-CN", "这一步已经有结果了", "您已认可这个处理方案"],
    ["en", "This step has already been decided", "You agreed with the proposal"],
  ])(
    "another choice is refused in the reader's language, with what was answered: %s",
    async (language, told, said) => {
      const door = await byLink();
      await door.press(CONFIRM);
      const other = await door.press(DISAGREE, { language });
      expect(other.statusCode).toBe(409);
      for (const text of ['role="alert"', told, said, "<time "]) expect(other.body).toContain(text);
      expect(await answers()).toEqual(["customer.confirmed"]);
    },
  );

  test("who disagrees twice gets his receipt, also once the case began again; other words are refused", async () => {
    const door = await byLink();
    expect((await door.press(DISAGREE)).statusCode).toBe(303);
    await go(caseId);
    expect((await readOne(caseId)).header.complaint.round).toBe(2);
    const again = await door.press(DISAGREE);
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain("您不认可这个处理方案");
    expect(again.body).not.toContain('role="alert"');
    expect((await door.press({ ...DISAGREE, comment: "还要赔运费" })).body).toContain('role="alert"');
    expect(await answers()).toEqual(["customer.disagreed"]);
  });

  test("a client is told by whom and when, whatever it sends again", async () => {
    const door = await byLink();
    await door.press(CONFIRM);
    for (const fields of [CONFIRM, DISAGREE]) {
      const again = await door.press(fields, { accept: "application/json" });
      expect(again.statusCode).toBe(409);
      expect(JSON.parse(again.body ?? "")).toMatchObject({
        code: "already_decided",
        outcome: "confirmed",
        by: { customer: "周明" },
        at: expect.stringContaining("+08:00"),
      });
    }
  });
});

describe("on his page", () => {
  test("who agrees twice is thanked twice and heard once", async () => {
    const door = await onPage();
    for (const _ of [1, 2, 3]) {
      const pressed = await door.press(CONFIRM);
      expect([pressed.statusCode, pressed.headers?.location]).toEqual([303, `/c/${caseId}?told=confirmed`]);
    }
    expect(await answers()).toEqual(["customer.confirmed"]);
  });

  test("who disagrees twice is heard once, also once the case began again", async () => {
    const door = await onPage();
    await door.press(DISAGREE);
    expect((await door.press(DISAGREE)).headers?.location).toBe(`/c/${caseId}?told=disagreed`);
    await go(caseId);
    expect((await door.press(DISAGREE)).headers?.location).toBe(`/c/${caseId}?told=disagreed`);
    expect(await answers()).toEqual(["customer.disagreed"]);
  });

  test.each([
    ["zh-CN", "今天 10:02答复过：认可"],
    ["en", "You answered today 10:02 that you agree"],
  ])(
    "another choice is told what was answered and when, and keeps what was written: %s",
    async (language, said) => {
      const door = await onPage();
      await door.press(CONFIRM);
      const other = await door.press(DISAGREE, { language });
      expect(other.statusCode).toBe(409);
      expect(other.body).toContain(said);
      expect(other.body).toContain("三箱不够");
      // No reason at all is no way to change an answer either.
      expect((await door.press({ choice: "disagree", comment: "" })).statusCode).toBe(409);
      expect(await answers()).toEqual(["customer.confirmed"]);
    },
  );

  test("an old page that asked about the round before is told so, and does not answer the new notice", async () => {
    const door = await onPage();
    await door.press(DISAGREE);
    await go(caseId);
    await toCustomer(caseId);
    const late = await door.press(CONFIRM);
    expect(late.statusCode).toBe(409);
    expect(late.body).toContain("答复过：不认可");
    expect((await openOf(caseId, "customer-confirm")).complaintRound).toBe(2);
  });

  test("a lead who entered the answer meanwhile: the same choice is no mistake, another one is", async () => {
    const door = await onPage();
    const said = { by: "lichaoqun", comment: "客户来电认可" };
    await answer(caseId, "customer-confirm", "confirm", said);
    const other = await door.press(DISAGREE);
    expect([other.statusCode, other.body?.includes("答复过：认可")]).toEqual([409, true]);
    expect((await door.press({ choice: "confirm" })).statusCode).toBe(303);
  });
});
