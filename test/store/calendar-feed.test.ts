/** A person's calendar at its address: derived, renewed, stopped, and the same answer for every address that is none. */
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readCalendar, renewFeed, stopFeed, viewFeed } from "../../functions/directory/calendar-feed.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const { handler } = await import("../../functions/web/reminders.tsx");

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  process.env.SMS_SIGNATURE = "讯达物流";
}, 30_000);
beforeEach(() => tables.reset());
afterAll(() => tables.stop());

const me = person("zhangyun");
const urlOf = async (): Promise<string> => (await viewFeed(me)).url ?? "";
const linkIn = (url: string): string => url.split("/feeds/")[1] ?? "";
const kept = async () => (await tables.items("Directory", `FEED#${me.staffId}`))[0] ?? null;
const gone = { status: 404, code: "not_found" };

async function fetchIt(link: string, method = "GET", headers: Record<string, string> = {}) {
  const answer = await handler(
    {
      rawPath: `/feeds/${link}`,
      rawQueryString: "",
      headers,
      cookies: [],
      isBase64Encoded: false,
      requestContext: { http: { method, sourceIp: "203.0.113.1" } },
    } as unknown as APIGatewayProxyEventV2,
    {} as Context,
  );
  return answer as { statusCode: number; headers: Record<string, string>; body: string };
}

describe("the address", () => {
  test("is there from the start, and asking for it or fetching it writes nothing", async () => {
    const before = await tables.count("Directory");
    const url = await urlOf();
    expect(url).toMatch(/^https:\/\/careloop\.example\/feeds\/zhangyun\.1\.k1\.[\w-]{43}\.ics$/);
    expect(await urlOf()).toBe(url);
    expect(await readCalendar(linkIn(url), WEDNESDAY)).toMatch(
      /^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/,
    );
    await fetchIt(linkIn(url));
    await fetchIt(linkIn(url), "HEAD");
    expect(await tables.count("Directory")).toBe(before);
  });

  test("renewed, the old one is none any more", async () => {
    const old = await urlOf();
    const { body } = await renewFeed(me);
    expect(body.url).not.toBe(old);
    expect(await urlOf()).toBe(body.url);
    await expect(readCalendar(linkIn(old), WEDNESDAY)).rejects.toMatchObject(gone);
    await expect(readCalendar(linkIn(body.url!), WEDNESDAY)).resolves.toContain("VCALENDAR");
  });

  test("stopped, there is none until a new one is asked for; none of the earlier ones comes back", async () => {
    const first = await urlOf();
    await stopFeed(me);
    await stopFeed(me);
    expect(await viewFeed(me)).toEqual({ url: null });
    await expect(readCalendar(linkIn(first), WEDNESDAY)).rejects.toMatchObject(gone);
    const { body } = await renewFeed(me);
    expect(await urlOf()).toBe(body.url);
    await expect(readCalendar(linkIn(first), WEDNESDAY)).rejects.toMatchObject(gone);
  });

  test("a call that is sent again gives the same address; two at once give two, and the last one counts", async () => {
    const once = await renewFeed(me, { idempotencyKey: "k-1" });
    expect(await renewFeed(me, { idempotencyKey: "k-1" })).toEqual(once);
    expect(await kept()).toMatchObject({ version: 2, stopped: false });
    const both = await Promise.all([renewFeed(me), renewFeed(me), stopFeed(me)]);
    expect(both[0].body.url).not.toBe(both[1].body.url);
    expect((await kept())?.version).toBe(4);
  });

  test("ends with its person's account", async () => {
    const url = await urlOf();
    await tables.put("Directory", { pk: "STAFF", sk: me.staffId, v: 1, ...me, active: false });
    await expect(readCalendar(linkIn(url), WEDNESDAY)).rejects.toMatchObject(gone);
  });
});

describe("over HTTP", () => {
  test("a calendar, for whoever asks; HEAD has no body, nothing is kept by a cache", async () => {
    const link = linkIn(await urlOf());
    const answer = await fetchIt(link);
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: {
        "content-type": "text/calendar; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      },
    });
    expect(answer.body).toContain("X-WR-CALNAME:闭环日程");
    expect(await fetchIt(link, "HEAD")).toMatchObject({ statusCode: 200, body: "" });
    expect((await fetchIt(link, "POST")).statusCode).toBe(405);
  });

  test("old, stopped, forged and nobody's: one answer, to the letter", async () => {
    const old = linkIn(await urlOf());
    await renewFeed(me);
    const present = linkIn(await urlOf());
    await stopFeed(me);
    const links = [
      old,
      present,
      `${old}x`,
      "x",
      "zhangyun.1.k1.x.ics",
      "nobody.1.k1.x.ics",
      old.toUpperCase(),
    ];
    for (const accept of ["*/*", "text/html", "application/json"]) {
      const answers = await Promise.all(links.map((link) => fetchIt(link, "GET", { accept })));
      expect(answers.every((one) => one.statusCode === 404)).toBe(true);
      expect(new Set(answers.map((one) => one.body)).size).toBe(1);
      expect(answers[0]?.body).not.toContain("zhangyun");
    }
  });
});
