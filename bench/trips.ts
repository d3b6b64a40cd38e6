/**
 * Round trips to DynamoDB of single requests, seen from outside: an embedded cloud in this process, whose DynamoDB
 * notes when the calls of the functions behind the site come and go. Each call is held for a moment, so that calls
 * that were sent together are seen together.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCloud } from "../local/cloud.ts";
import * as demo from "../local/demo/load.ts";
import { functionName } from "../local/lambda/host.ts";
import type { EdgeService } from "../local/services/action.ts";
import { synthesise } from "../local/synth.ts";
import { csrfOf, idempotencyKey, nonceOf, receptionFor, Site } from "../test/support/client.ts";
import { fieldsFor } from "../test/support/form-fields.ts";

const HELD_MS = 50;

/** Calls of one request: the longest chain of calls that each began after another had ended, and all of them. */
export type Trips = { inSequence: number; inTotal: number };
type Call = { began: number; ended: number };

function tripsOf(calls: Call[]): Trips {
  const depths = new Map<Call, number>();
  // In the order in which they began, so that whatever ended before a call has its depth already.
  for (const call of calls) {
    const before = [...depths].filter(([earlier]) => earlier.ended <= call.began).map(([, depth]) => depth);
    depths.set(call, 1 + Math.max(0, ...before));
  }
  return { inSequence: Math.max(0, ...depths.values()), inTotal: calls.length };
}

/** The round trips of the requests that people wait for. */
export async function roundTrips(): Promise<Record<string, Trips>> {
  const dataDir = mkdtempSync(join(tmpdir(), "careloop-trips-"));
  const root = join(import.meta.dirname, "..");
  const running = await startCloud({ dataDir, assemblyDir: synthesise(root), demo });
  try {
    const { cloud, deployment } = running;
    const ofTheSite = new Set(
      deployment.routes.flatMap(
        ({ functionArn }) => cloud.functions.get(functionName(functionArn))?.accessKeyId ?? [],
      ),
    );
    let calls: Call[] = [];
    const dynamodb = cloud.services.get("dynamodb") as EdgeService;
    const pass = dynamodb.raw!;
    dynamodb.raw = async (call) => {
      if (!ofTheSite.has(call.accessKeyId)) return pass(call);
      const one = { began: performance.now(), ended: Number.POSITIVE_INFINITY };
      calls.push(one);
      try {
        await sleep(HELD_MS);
        return await pass(call);
      } finally {
        one.ended = performance.now();
      }
    };
    const found: Record<string, Trips> = {};
    async function count<T extends { status: number; text: string }>(
      name: string,
      request: () => Promise<T>,
    ): Promise<T> {
      calls = [];
      const answer = await request();
      if (answer.status >= 400) throw new Error(`${name}: ${answer.status} ${answer.text}`);
      found[name] = tripsOf(calls);
      await running.quiet();
      return answer;
    }

    const site = new Site(running.siteUrl);
    const requester = await site.as("chenyao");
    const signer = await site.as("shuaizhong");
    const content = receptionFor(await site.now(), { budgetAmount: 10_000, excessReason: undefined });
    const key = () => ({ "idempotency-key": idempotencyKey() });
    const submit = () => requester.post("/api/receptions", content, key());
    const approve = { choice: "approve", comment: "" };
    const linkTo = (caseId: string) => site.link(caseId, "shuaizhong@xunda.example");

    const first = await count("submit with a key", submit);
    await count("case page", () => requester.page(`/cases/${first.body.caseId}`));
    await count("decide signed in with a key", () =>
      signer.post(`/api/steps/${first.body.caseId}-1-1`, { ...approve, data: {} }, key()),
    );
    const page = await count("page of the form", () => requester.page("/receptions/new"));
    const fields = { ...fieldsFor(content), csrf: csrfOf(page.text), key: idempotencyKey() };
    await count("submit by the form", () => requester.form("/receptions/new", fields));
    for (const [who, client] of [
      ["without a session", site.visitor()],
      ["with a session", signer],
    ] as const) {
      const { caseId } = (await submit()).body;
      await running.quiet();
      const path = await linkTo(caseId);
      const shown = await count(`link page ${who}`, () => client.page(path));
      const pressed = { ...approve, nonce: nonceOf(shown.text) };
      await count(`decide by link ${who}`, () => client.form(path, pressed));
    }
    return found;
  } finally {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
