/** `kill -9` at random instants of the journey, and start again: the same end, the same messages, reminders included. */
import { DynamoDBClient, ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, expect, test } from "vitest";
import { type Mail, morningAfter, nonceOf, receptionFor, Site } from "../support/client.ts";
import { type RunningCloud, startCloud } from "../support/cloud.ts";

const clouds: RunningCloud[] = [];
afterAll(() => Promise.all(clouds.map((cloud) => cloud.remove())));

/**
 * Repeats a call over the process's deaths; the idempotency key and the link make it safe. Patient beyond the last of
 * them, however slowly the machine starts it again.
 */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  const started = Date.now();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() - started > 800_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Submit, let a reminder go out, approve twice. Returns the case and what a stranger sees at the end. */
async function journey(site: Site): Promise<{ caseId: string; end: unknown }> {
  // By day: what comes up at night waits, which the two runs need not do alike.
  const morning = morningAfter(await insist(() => site.now()));
  await insist(async () => {
    if ((await site.now()) < Date.parse(morning)) await site.advance({ to: morning });
  });
  const content = receptionFor(await insist(() => site.now()));
  const chenyao = await insist(() => site.as("chenyao"));
  const submitted = await insist(async () => {
    const answer = await chenyao.post("/api/receptions", content, { "idempotency-key": "crash-journey" });
    if (answer.status >= 500) throw new Error("again");
    return answer;
  });
  const { caseId } = submitted.body;
  const decide = async (email: string) => {
    await insist(async () => {
      await site.settle();
      const path = await site.link(caseId, email);
      const page = await site.visitor().page(path);
      if (!page.text.includes('name="nonce"')) return;
      const answer = await site
        .visitor()
        .form(path, { nonce: nonceOf(page.text), choice: "approve", comment: "" });
      if (answer.status >= 500) throw new Error("again");
    });
  };
  const remindersDueAt = (await insist(() => site.now())) + 4 * 86_400_000;
  await insist(async () => {
    if ((await site.now()) < remindersDueAt)
      await site.advance({ to: new Date(remindersDueAt).toISOString() });
  });
  await decide("shuaizhong@xunda.example");
  await decide("zhangke@xunda.example");
  const body = await insist(async () => {
    await site.settle();
    const answer = await chenyao.get(`/api/cases/${caseId}`);
    if (answer.status !== 200) throw new Error("again");
    return answer.body;
  });
  return {
    caseId,
    end: {
      phase: body.phase,
      outcome: body.outcome,
      chainValid: body.chainValid,
      kinds: body.events.map((event: { kind: string }) => event.kind),
    },
  };
}

/** Time for the sweeper to send what a death kept back: a lease, the wait for the provider's event, an hourly sweep. */
const HEALED = { advance: "PT3H" };

/** Ids of what arrived, one entry a copy. A death may leave a gap in the numbers, so they stand without the case's. */
async function arrived(site: Site, caseId: string, channel: Mail["channel"]): Promise<string[]> {
  const mails = await site.inbox({ caseId, channel });
  return mails.map((mail) => mail.id.replace(caseId, "CASE")).sort();
}

/** Ids of messages that say of themselves that they may have gone out twice. */
async function markedResent(cloud: RunningCloud, caseId: string): Promise<string[]> {
  const dynamodb = new DynamoDBClient({
    endpoint: cloud.awsUrl,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const { Items = [] } = await dynamodb.send(
    new ScanCommand({
      TableName: TableNames.find((name) => name.includes("Cases")),
      FilterExpression: "caseId = :case AND resent = :yes",
      ExpressionAttributeValues: { ":case": { S: caseId }, ":yes": { BOOL: true } },
    }),
  );
  return Items.map((item) => item.messageId!.S!.replace(caseId, "CASE"));
}

// A mail leaves once, whenever the process dies: the mail and the provider's report of it are one fact, and a message
// whose sender was lost waits for that report before it is sent again. An SMS has no report. If the process dies after
// the provider took it and before that is noted, it goes out a second time, never a third, and its item says so.
test("killed at 20 random instants the journey ends as it does undisturbed", {
  timeout: 900_000,
}, async () => {
  const calm = await startCloud();
  clouds.push(calm);
  const calmSite = new Site(calm.siteUrl);
  const expected = await journey(calmSite);
  await calmSite.advance(HEALED);
  const [mails, texts] = [
    await arrived(calmSite, expected.caseId, "email"),
    await arrived(calmSite, expected.caseId, "sms"),
  ];
  expect(new Set([...mails, ...texts]).size).toBe(mails.length + texts.length);
  await calm.remove();

  let cloud = await startCloud();
  clouds.push(cloud);
  let running = true;
  let kills = 0;
  const killer = (async () => {
    while (kills < 20 && running) {
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 600));
      await cloud.kill();
      kills += 1;
      cloud = await startCloud(cloud);
      clouds.push(cloud);
    }
  })();
  const site = new Site(cloud.siteUrl);
  const actual = await journey(site);
  running = false;
  await killer;

  expect(actual.end).toEqual(expected.end);
  await site.advance(HEALED);
  expect(await arrived(site, actual.caseId, "email")).toEqual(mails);
  const texted = await arrived(site, actual.caseId, "sms");
  const resent = await markedResent(cloud, actual.caseId);
  for (const id of texts) {
    const copies = texted.filter((one) => one === id).length;
    expect(copies, id).toBeGreaterThanOrEqual(1);
    expect(copies, id).toBeLessThanOrEqual(resent.includes(id) ? 2 : 1);
  }
  expect([...new Set(texted)]).toEqual(texts);
});
