/** What a complaint takes until it is closed: state transitions, messages, and what AWS asks for them. */
import { act, filed, followedUp, investigated, noticed, say } from "../test/support/care.ts";
import type { Site } from "../test/support/client.ts";
import { statesEntered } from "./states.ts";

/** USD each: a transition of a standard workflow, an e-mail of SES (list prices of ap-southeast-1). */
const PRICE = { transition: 0.025 / 1000, email: 0.1 / 1000 };

type Cost = { transitions: number; emails: number; sms: number; usdWithoutSms: number };

async function costOf(site: Site, awsUrl: string, caseId: string): Promise<Cost> {
  const transitions = await statesEntered(awsUrl, (name) => name.startsWith(caseId));
  const messages = await site.inbox({ caseId });
  const emails = messages.filter((one) => one.channel === "email").length;
  return {
    transitions,
    emails,
    sms: messages.length - emails,
    usdWithoutSms: Number((transitions * PRICE.transition + emails * PRICE.email).toFixed(5)),
  };
}

/** From filing to a satisfied follow-up, with the customer's answer to the notice between. */
async function happy(site: Site): Promise<string> {
  const care = await filed(site);
  await noticed(site, care);
  await say(site, care, { choice: "confirm" });
  await site.settle();
  await followedUp(site, care, 5);
  return care.caseId;
}

/** The customer disagrees with the notice twice; the third satisfies him. */
async function reopenedTwice(site: Site): Promise<string> {
  const care = await filed(site, { category: "service_attitude" });
  for (const word of ["道歉。", "再次道歉。"]) {
    await act(site, care.caseId, "investigate", investigated(word));
    await act(site, care.caseId, "approval", { choice: "approve" });
    await say(site, care, { choice: "disagree", comment: "不够" });
    await site.settle();
  }
  await noticed(site, care);
  await say(site, care, { choice: "confirm" });
  await site.settle();
  await followedUp(site, care, 5);
  return care.caseId;
}

export async function complaints(site: Site, awsUrl: string): Promise<Record<string, Cost>> {
  return {
    happyPath: await costOf(site, awsUrl, await happy(site)),
    reopenedTwice: await costOf(site, awsUrl, await reopenedTwice(site)),
  };
}
