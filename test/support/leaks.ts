/** What must hold after any journey: what was issued or is personal stands in no log, and messages went out once. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import type { Mail, Site } from "./client.ts";
import type { RunningCloud } from "./cloud.ts";

type Aws = {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

/** Every task token that an execution was given. */
async function taskTokens(aws: Aws): Promise<string[]> {
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

/** Names and phones of the staff and of the guests of the journeys. */
async function personal(site: Site): Promise<string[]> {
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

const linkIds = (mails: readonly Mail[]) =>
  mails.flatMap((mail) =>
    mail.links.filter((link) => link.includes("/d/")).map((link) => link.split("/d/")[1] as string),
  );

/** What the messages with step-up codes say: six digits alone could stand in a log by chance. */
const codeTexts = (mails: readonly Mail[]) =>
  mails.flatMap((mail) => (mail.kind === "vote.code" ? mail.text : []));

/** Log files and what lies in the queues of failures. */
async function written(aws: Aws, dataDir: string): Promise<string[]> {
  const folder = join(dataDir, "logs");
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const queues = new SQSClient(aws);
  const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}));
  for (const QueueUrl of QueueUrls) {
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    texts.push(...Messages.map((message) => message.Body ?? ""));
  }
  return texts;
}

/** The local pages for looking at executions. */
async function executionPages(site: Site): Promise<string[]> {
  const visitor = site.visitor();
  const list = (await visitor.page("/_local/executions")).text;
  const paths = [...list.matchAll(/href="(\/_local\/execution\?[^"]+)"/g)].map(([, path]) => path as string);
  return Promise.all(
    paths.slice(0, 20).map(async (path) => (await visitor.page(path.replaceAll("&amp;", "&"))).text),
  );
}

/** Tokens, links, codes, phones and names stand in no log, failure or page of executions; no message left twice. */
export async function expectNothingLeaked(site: Site, cloud: RunningCloud): Promise<void> {
  const aws = {
    endpoint: cloud.awsUrl,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const mails = await site.inbox();
  const [tokens, people, texts, pages] = await Promise.all([
    taskTokens(aws),
    personal(site),
    written(aws, cloud.dataDir),
    executionPages(site),
  ]);
  const issued = [...tokens, ...linkIds(mails), ...codeTexts(mails)];
  const found = (secrets: readonly string[], where: readonly string[]) =>
    secrets
      .filter((secret) => where.some((text) => text.includes(secret)))
      .map((secret) => `${secret.slice(0, 6)}…`);
  expect(texts.join("").length, "there are logs to look at").toBeGreaterThan(1000);
  expect(found([...issued, ...people], texts), "in logs").toEqual([]);
  expect(found([...tokens, ...people], pages), "on pages of executions").toEqual([]);
  const ids = mails.map((mail) => mail.id);
  expect(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    "sent twice",
  ).toEqual([]);
}
