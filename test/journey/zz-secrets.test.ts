/** Runs after all journeys: what was issued or is personal stands in no log, and messages went out once. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, inject, test } from "vitest";
import { Site } from "../support/client.ts";

const site = new Site(inject("siteUrl"));
const aws = {
  endpoint: inject("awsUrl"),
  region: "ap-southeast-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};

/** Every task token that an execution was given. */
async function taskTokens(): Promise<string[]> {
  const states = new SFNClient(aws);
  const found = new Set<string>();
  const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
  for (const { stateMachineArn } of stateMachines) {
    const { executions = [] } = await states.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }),
    );
    for (const { executionArn } of executions) {
      const { events = [] } = await states.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      for (const event of events)
        for (const [, token] of (event.taskScheduledEventDetails?.parameters ?? "").matchAll(
          /"token":"([^"]+)"/g,
        ))
          if (token) found.add(token);
    }
  }
  return [...found];
}

async function personal(): Promise<string[]> {
  const people = (await (await fetch(`${site.url}/_local/people`)).json()) as {
    name: string;
    phone: string;
  }[];
  return [
    ...people.flatMap((person) => [person.name, person.phone, person.phone.slice(3)]),
    "陈辰",
    "13800000001",
    "13800000002",
  ];
}

const linkIds = async () =>
  (await site.inbox()).flatMap((mail) =>
    mail.links.filter((link) => link.includes("/d/")).map((link) => link.split("/d/")[1] as string),
  );

/** What the messages with step-up codes say: six digits alone could stand in a log by chance. */
const codeTexts = async () =>
  (await site.inbox()).flatMap((mail) => (mail.kind === "vote.code" ? mail.text : []));

test("tokens, links, codes, phones and names of all journeys are in no log line and no failure object", async () => {
  const [tokens, links, people, codes] = await Promise.all([
    taskTokens(),
    linkIds(),
    personal(),
    codeTexts(),
  ]);
  expect(tokens.length).toBeGreaterThan(10);
  expect(links.length).toBeGreaterThan(10);
  const folder = join(inject("dataDir"), "logs");
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const sqs = new SQSClient(aws);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  for (const QueueUrl of QueueUrls) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    texts.push(...Messages.map((message) => message.Body ?? ""));
  }
  expect(texts.join("").length).toBeGreaterThan(1000);
  const secrets = new Set([...tokens, ...links, ...people, ...codes]);
  const found = [...secrets].filter((secret) => texts.some((text) => text.includes(secret)));
  expect(found.map((secret) => `${secret.slice(0, 6)}…`)).toEqual([]);
});

test("pages for looking at executions show neither tokens nor people", async () => {
  const [tokens, people] = await Promise.all([taskTokens(), personal()]);
  const list = (await site.visitor().page("/_local/executions")).text;
  const pages = [...list.matchAll(/href="(\/_local\/execution\?[^"]+)"/g)]
    .slice(0, 20)
    .map(([, path]) => path as string);
  expect(pages.length).toBeGreaterThan(5);
  for (const path of pages) {
    const { text } = await site.visitor().page(path.replaceAll("&amp;", "&"));
    expect([...tokens, ...people].filter((secret) => text.includes(secret))).toEqual([]);
  }
});

test("no message went out twice", async () => {
  const ids = (await site.inbox()).map((mail) => mail.id);
  expect(new Set(ids).size).toBe(ids.length);
});
