/** A claim is opened once and settled once, whatever comes twice or at the same time. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { verify } from "../../functions/case/chain.ts";
import { actOnClaim } from "../../functions/claim/act.ts";
import { handler as next } from "../../functions/claim/next.ts";
import { handler as openClaim } from "../../functions/claim/open.ts";
import { handler as openStep } from "../../functions/step/open.ts";
import { answer, filed, go, investigation, readOne } from "../support/complaint.ts";
import { startTables, type TestTables } from "../support/dynamodb.ts";
import { attempt, race, read, refusal } from "../support/flow.ts";
import { person, WEDNESDAY } from "../support/reception.ts";

let tables: TestTables;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: WEDNESDAY });
  tables = await startTables();
}, 60_000);
afterAll(() => tables.stop());
beforeEach(() => {
  vi.setSystemTime(WEDNESDAY);
});

const RECORD = {
  documents: [{ name: "waybill", received: true }],
  insurer: "太平洋财产保险",
  amount: 320_050,
};
const done = (data: unknown = RECORD) => ({ choice: "done", comment: "", data });

/** A complaint whose investigation asks for a claim. */
async function asking(): Promise<string> {
  const caseId = await filed();
  await go(caseId);
  await answer(caseId, "investigate", "done", { data: investigation({}, { claim: true }) });
  return caseId;
}

/** The claim with its officer's step open. */
async function opened(): Promise<{ caseId: string; claimId: string; stepId: string; officer: string }> {
  const caseId = await asking();
  const { claimId } = await openClaim({ v: 1, caseId, revision: 1 });
  const asked = await next({ v: 1, caseId: claimId ?? "", revision: 1 });
  if (asked.next !== "step" || claimId === null) throw new Error("The claim waits for nobody");
  const { step } = asked;
  await openStep({ v: 1, caseId: claimId, revision: 1, step, token: `t-${claimId}`, attempt: attempt() });
  return { caseId, claimId, stepId: step.stepId, officer: step.signers[0]?.staffId ?? "" };
}

test("asked for three times at once it is opened once; both cases know each other, and the complaint goes on", async () => {
  const caseId = await asking();
  const input = { v: 1 as const, caseId, revision: 1 };
  const answers = await Promise.all([openClaim(input), openClaim(input), openClaim(input)]);
  answers.push(await openClaim(input));
  const ids = new Set(answers.map((one) => one.claimId));
  expect(ids.size).toBe(1);
  const [claimId = ""] = [...ids];
  const complaint = await readOne(caseId);
  expect(complaint.header.complaint.claimId).toBe(claimId);
  expect(complaint.events.filter((one) => one.kind === "claim.opened")).toHaveLength(1);
  const claim = await read(claimId ?? "");
  expect(claim.header).toMatchObject({
    process: "claim",
    claim: { complaintId: caseId },
    policy: complaint.header.policy,
  });
  expect(claim.events.map((one) => one.kind)).toEqual(["claim.opened", "clock.started"]);
  expect(verify(claim.events, claim.payloads, claim.header.head)).toBe(true);
  expect(JSON.stringify([...claim.payloads.values()])).not.toMatch(/周明|13900000001|jieliya\.example/);
  expect((await go(caseId))?.kind).toBe("approval");
});

test("a complaint that asks for none gets none", async () => {
  const caseId = await filed();
  await go(caseId);
  expect(await openClaim({ v: 1, caseId, revision: 1 })).toEqual({ claimId: null });
  expect(await openClaim({ v: 1, caseId, revision: 9 })).toEqual({ claimId: null });
});

test("of two settlements at once one counts; the same key gives the same answer", async () => {
  const { claimId, stepId, officer } = await opened();
  const by = person(officer);
  const count = await race([
    actOnClaim(by, stepId, done()),
    actOnClaim(by, stepId, done({ ...RECORD, amount: 1 })),
  ]);
  expect(count).toEqual({ ok: 1, "409 already_decided": 1 });
  const file = await read(claimId);
  expect(file.header).toMatchObject({ status: "closed", outcome: "recorded" });
  expect(file.clocks.map((one) => one.status)).toEqual(["met"]);
  expect(file.timers.filter((one) => one.pending)).toEqual([]);
  expect(await next({ v: 1, caseId: claimId, revision: 1 })).toEqual({ next: "done", outcome: "recorded" });

  const other = await opened();
  const keyed = () => actOnClaim(person(other.officer), other.stepId, done(), { idempotencyKey: "one" });
  expect(await keyed()).toEqual(await keyed());
});

test("others, other choices and other content are refused, and nothing is written", async () => {
  const { claimId, stepId, officer } = await opened();
  const { seq } = (await read(claimId)).header;
  expect(await refusal(actOnClaim(person("chenyao"), stepId, done()))).toBe("404 not_found");
  expect(await refusal(actOnClaim(person("limin"), stepId, done()))).toBe("403 not_assignee");
  expect(await refusal(actOnClaim(person(officer), `${claimId}-1-9`, done()))).toBe("404 not_found");
  expect(await refusal(actOnClaim(person(officer), stepId, { choice: "approve" }))).toBe(
    "400 invalid choice:choice",
  );
  expect(await refusal(actOnClaim(person(officer), stepId, { ...done(), contentHash: "x" }))).toBe(
    "409 stale",
  );
  expect(await refusal(actOnClaim(person(officer), stepId, null))).toMatch(/^400 invalid/);
  expect((await read(claimId)).header.seq).toBe(seq);
});
