/** The daily digest on real tables: who gets one, once, and what it says when it is sent. */
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { mockClient } from "aws-sdk-client-mock";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message } from "../../functions/case/model.ts";
import { handler as digest } from "../../functions/message/digest.ts";
import { handler as dispatch } from "../../functions/message/dispatch.ts";
import { changeQuietHours } from "../../functions/message/quiet-hours.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { act, opened } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

const at = (text: string): number => Date.parse(`${text}:00+08:00`);
const ses = mockClient(SESClient);
let tables: TestTables;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
  Object.assign(process.env, { MAIL_FROM: "care@xunda.example", MAIL_CONFIGURATION_SET: "careloop" });
}, 30_000);
afterAll(() => tables.stop());

beforeEach(async () => {
  await tables.reset();
  vi.setSystemTime(WEDNESDAY);
  ses.reset();
  ses.on(SendRawEmailCommand).resolves({ MessageId: "ses-1" });
});

const written = async (day = "2026-12-03") =>
  (await tables.items("Cases", `C#DIGEST-${day}`)).filter((item) =>
    String(item.sk).startsWith("MSG#"),
  ) as unknown as (Message & { pk: string; sk: string })[];
const send = async (): Promise<void> => {
  for (const { pk, sk } of await written()) await dispatch({ redrive: [{ pk, sk }] });
};
const mails = () =>
  Promise.all(
    ses
      .commandCalls(SendRawEmailCommand)
      .map((call) => PostalMime.parse(call.args[0].input.RawMessage?.Data as Uint8Array)),
  );
const absent = (staffId: string, from: string, to: string) =>
  tables.put("Directory", {
    ...{ pk: "ABSENCE", sk: "A1", v: 1, absenceId: "A1", staffId, from, to },
    ...{ reason: "", createdBy: staffId, createdAt: "2026-12-01T00:00:00.000Z" },
  });

describe("at eight on a working day", () => {
  it("one mail goes to each who has something open, and nobody else, however often it is called", async () => {
    const { caseId } = await opened();
    vi.setSystemTime(at("2026-12-03T08:00"));
    const runs = await Promise.all([digest(), digest()]);
    expect(runs.map((run) => run.written).sort()).toEqual([0, 1]);
    expect(await digest()).toEqual({ written: 0 });
    expect(await written()).toMatchObject([
      { kind: "digest.daily", to: "shuaizhong", channel: "email", pending: "message" },
    ]);
    await send();
    await send();
    const [mail, ...more] = await mails();
    expect(more).toEqual([]);
    expect(mail?.text).toContain(caseId);
    expect(mail?.text).toContain("审批：洁丽雅有限公司");
    expect(mail?.html).not.toContain("/d/");
    expect(mail?.attachments).toMatchObject([
      { filename: "tasks-2026-12-03.ics", mimeType: "text/calendar" },
    ]);
    expect((await written())[0]).toMatchObject({ status: "sent" });
  });

  it("says what is open when it is sent, and nothing where all of it is done", async () => {
    const { stepId } = await opened();
    vi.setSystemTime(at("2026-12-03T08:00"));
    await digest();
    await act("shuaizhong", stepId, "approve");
    await send();
    expect(await written()).toMatchObject([{ status: "suppressed", failure: "nothing_open" }]);
    expect(await mails()).toEqual([]);
  });

  it("those who are away get none, nor those who have left", async () => {
    await opened();
    await absent("shuaizhong", "2026-12-03", "2026-12-03");
    vi.setSystemTime(at("2026-12-03T08:00"));
    expect(await digest()).toEqual({ written: 0 });
    vi.setSystemTime(at("2026-12-04T08:00"));
    expect(await digest()).toEqual({ written: 1 });
    await tables.put("Directory", {
      pk: "STAFF",
      sk: "shuaizhong",
      v: 1,
      ...person("shuaizhong"),
      active: false,
    });
    vi.setSystemTime(at("2026-12-07T08:00"));
    expect(await digest()).toEqual({ written: 0 });
  });

  it("weekends and holidays are left out, working weekends are not", async () => {
    await opened();
    for (const [day, n] of [
      ["2026-12-05", 0],
      ["2026-12-06", 0],
      ["2027-01-01", 0],
      ["2026-12-08", 1],
    ] as const) {
      vi.setSystemTime(at(`${day}T08:00`));
      expect([day, (await digest()).written]).toEqual([day, n]);
    }
    // 调休: 10 October 2026 is a Saturday on which people work.
    vi.setSystemTime(at("2026-10-10T08:00"));
    expect(await digest()).toEqual({ written: 1 });
  });

  it("quiet hours that last longer hold it back", async () => {
    await opened();
    await changeQuietHours(person("yinxue"), { from: "21:00", to: "09:00" });
    vi.setSystemTime(at("2026-12-03T08:00"));
    await digest();
    await send();
    expect(await written()).toMatchObject([{ status: "deferred", dueAt: "2026-12-03T01:00:00.000Z" }]);
    vi.setSystemTime(at("2026-12-03T09:00"));
    await send();
    expect(await mails()).toHaveLength(1);
  });
});
