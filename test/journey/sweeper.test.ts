/** With the stream mappings off nothing is lost: the sweeper moves every case (MECHANICS §2). */
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nonceOf, receptionFor } from "../support/client.ts";
import { awsUrl, site } from "../support/journey.ts";

const lambda = new LambdaClient({
  endpoint: awsUrl,
  region: "ap-southeast-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

async function switchStreams(on: boolean): Promise<void> {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  expect(EventSourceMappings).toHaveLength(3);
  for (const { UUID } of EventSourceMappings)
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: on }));
}

beforeAll(async () => {
  // An SMS waits for the end of the quiet hours.
  await site.nextMorning();
  await switchStreams(false);
});
afterAll(() => switchStreams(true));

/** Lets sweeps pass until something is there. */
async function sweepUntil<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (let sweeps = 0; sweeps < 6; sweeps += 1) {
    const found = await find();
    if (found !== undefined) return found;
    await site.advance({ advance: "PT61M" });
  }
  throw new Error("the sweeper did not get there");
}

test("a request goes from submission to its committed budget without the stream, and nobody is told twice", async () => {
  const lichaoqun = await site.as("lichaoqun");
  const content = receptionFor(await site.now(), { budgetAmount: 90_000, costDepartment: "transport" });
  const { caseId } = (await lichaoqun.post("/api/receptions", content)).body;
  await site.settle();
  expect(await site.inbox({ caseId })).toEqual([]);

  const mail = await sweepUntil(async () => (await site.inbox({ caseId, kind: "approval.request" }))[0]);
  const path = new URL(mail.links.find((link) => link.includes("/d/")) ?? "").pathname;
  const page = await site.visitor().page(path);
  await site.visitor().form(path, { nonce: nonceOf(page.text), choice: "approve", comment: "" });
  await sweepUntil(async () => (await site.inbox({ caseId, kind: "case.decision" })).at(3));

  const { body } = await lichaoqun.get(`/api/cases/${caseId}`);
  expect(body).toMatchObject({ phase: "approved", outcome: "approved", chainValid: true });
  const ids = (await site.inbox({ caseId })).map((one) => one.id);
  expect(new Set(ids).size).toBe(ids.length);
});
