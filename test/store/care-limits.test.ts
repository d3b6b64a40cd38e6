import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Limit } from "../../functions/care/limit-rules.ts";
import { count, giveBack, refuseShut, take, takeAll } from "../../functions/care/limits.ts";
import { dynamo } from "../../local/dynamodb/client.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { tripsOf } from "../support/trips.ts";

const START = Date.parse("2026-12-01T10:00:00+08:00");
const MINUTE = 60_000;
let tables: TestTables;
let who = 0;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  tables = await startTables();
}, 30_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(START);
  who += 1;
});

const complaints: Limit = { name: "complaint-phone", times: 5, withinMs: 60 * MINUTE };
const guesses: Limit = { name: "guess-code", times: 10, withinMs: 60 * MINUTE, locks: true };
const refusal = (run: Promise<unknown>) =>
  run.then(
    () => null,
    (error: unknown) => error,
  );

describe("a limit", () => {
  test("lets so many through and says when to come again", async () => {
    for (let n = 0; n < 5; n += 1) {
      vi.setSystemTime(START + n * MINUTE);
      await take(complaints, `p${who}`);
    }
    expect(await refusal(take(complaints, `p${who}`))).toMatchObject({
      status: 429,
      code: "too_soon",
      data: { retryAfter: 56 * 60 },
    });
    vi.setSystemTime(START + 60 * MINUTE);
    await take(complaints, `p${who}`);
    expect(await refusal(take(complaints, `p${who}`))).toMatchObject({ status: 429 });
  });

  test("counts everybody apart", async () => {
    for (let n = 0; n < 5; n += 1) await take(complaints, `p${who}`);
    await take(complaints, `q${who}`);
  });

  test("holds when calls come at the same instant", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => refusal(take(complaints, `p${who}`))));
    expect(all.filter((one) => one === null)).toHaveLength(5);
    expect(all.filter((one) => one !== null).every((one) => (one as { status: number }).status === 429)).toBe(
      true,
    );
  });

  test("what is given back can be taken again, also when others took meanwhile", async () => {
    const first = await take(complaints, `p${who}`);
    const second = await take(complaints, `p${who}`);
    await giveBack(first);
    await giveBack(first);
    for (let n = 0; n < 4; n += 1) await take(complaints, `p${who}`);
    expect(await refusal(take(complaints, `p${who}`))).toMatchObject({ status: 429 });
    await giveBack(second);
    await take(complaints, `p${who}`);
  });

  test("that locks stays shut for an hour from the last wrong one", async () => {
    for (let n = 0; n < 10; n += 1) {
      vi.setSystemTime(START + n * 5 * MINUTE);
      await count(await take(guesses, `c${who}`));
    }
    // The first has left the window; the lock is still on.
    vi.setSystemTime(START + 61 * MINUTE);
    expect(await refusal(take(guesses, `c${who}`))).toMatchObject({
      status: 429,
      data: { retryAfter: (45 + 60 - 61) * 60 },
    });
    vi.setSystemTime(START + (45 + 60) * MINUTE);
    await take(guesses, `c${who}`);
  });

  test("once seen to be full refuses for some seconds without asking, and with the time to wait", async () => {
    const wanted = [{ limit: complaints, who: `p${who}` }];
    for (let n = 0; n < 5; n += 1) await takeAll(wanted);
    await refuseShut(wanted);
    expect(await refusal(takeAll(wanted))).toMatchObject({ status: 429 });
    const asked = await tripsOf(async () => {
      expect(await refusal(takeAll(wanted))).toMatchObject({ status: 429, data: { retryAfter: 3600 } });
    });
    expect(asked).toEqual([]);
    await refuseShut([{ limit: complaints, who: `q${who}` }]);
    vi.setSystemTime(START + 6_000);
    await refuseShut(wanted);
    expect(await refusal(takeAll(wanted))).toMatchObject({ status: 429 });
  });

  test("keeps neither phone nor address, and goes by itself", async () => {
    await take(complaints, "+8613800001234");
    const stored = JSON.stringify(await dynamo(tables.url, "Scan", { TableName: "Idempotency" }));
    expect(stored).not.toContain("13800001234");
    expect(stored).toContain("expiresAt");
  });
});
