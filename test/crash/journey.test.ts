/** `kill -9` at random instants of the journey, and start again: the same end, the same messages, reminders included. */
import { afterAll, expect, test } from "vitest";
import { nonceOf, receptionFor, Site } from "../support/client.ts";
import { type RunningCloud, startCloud } from "../support/cloud.ts";

const clouds: RunningCloud[] = [];
afterAll(() => Promise.all(clouds.map((cloud) => cloud.remove())));

/** Repeats a call over the process's deaths; the idempotency key and the link make it safe. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  const started = Date.now();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() - started > 300_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Submit, let a reminder go out, approve twice. Returns what a stranger sees at the end. */
async function journey(site: Site): Promise<{ end: unknown; messages: string[] }> {
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
  // A death between taking a number and the transaction leaves a gap in the numbers: ids are compared without it.
  const messages = (await insist(() => site.inbox({ caseId }))).map((mail) =>
    mail.id.replace(caseId, "CASE"),
  );
  return {
    end: {
      phase: body.phase,
      outcome: body.outcome,
      chainValid: body.chainValid,
      kinds: body.events.map((event: { kind: string }) => event.kind),
    },
    messages: messages.sort(),
  };
}

test("killed at 20 random instants the journey ends as it does undisturbed", {
  timeout: 600_000,
}, async () => {
  const calm = await startCloud();
  clouds.push(calm);
  const expected = await journey(new Site(calm.siteUrl));
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
  expect(new Set(actual.messages)).toEqual(new Set(expected.messages));
});
