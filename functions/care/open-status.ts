/**
 * The way into a customer's page. Unknown codes, cases that are no complaints, wrong digits and missing ones are all the
 * same 404, reached by the same reads: nothing tells whether a code exists.
 */
import type { Header } from "../case/model.ts";
import { readCase, readHeaders } from "../case/store.ts";
import { knowsTail } from "../complaint/duplicate-rules.ts";
import { type ComplaintCase, isComplaint } from "../complaint/write.ts";
import { now } from "../shared/clock.ts";
import { notFound } from "../shared/errors.ts";
import { early } from "../shared/table.ts";
import { linkKeys } from "../step/links.ts";
import { partyOf } from "./limit-rules.ts";
import { countAll, giveBackAll, takeAll } from "./limits.ts";
import { isPassFor } from "./pass.ts";
import { guessesFromSource, guessesOfCode, keptPolicy } from "./policy.ts";

const CASE_ID = /^TS-\d{4}-\d{6}$/;
/** What is looked up for a text that is no code. */
const NO_CASE = "TS-0000-000000";

/** How somebody shows that a case is his. */
export type Proof = { tail?: unknown; pass?: string | undefined; sourceIp: string };

/**
 * Whether somebody knows the last digits of the phone. Resolves as soon as that is judged; `settled`: the tries that he
 * gets back. Throws 404 for all else, 429 `too_soon` after too many tries.
 */
export async function proveTail(
  caseId: string,
  { tail, sourceIp }: Proof,
): Promise<{ header: Header; settled: Promise<void> }> {
  if (typeof tail !== "string" || tail === "") throw notFound();
  const policy = await keptPolicy();
  const source = partyOf(sourceIp);
  const wanted = CASE_ID.test(caseId) ? caseId : NO_CASE;
  const reading = early(readHeaders([wanted]));
  const taken = await takeAll([
    { limit: guessesOfCode(policy), who: caseId },
    ...(source === null ? [] : [{ limit: guessesFromSource(policy), who: source }]),
  ]);
  const header = (await reading).get(wanted);
  if (!knowsTail(header?.complaint ?? null, tail) || !header) {
    await countAll(taken);
    throw notFound();
  }
  return { header, settled: early(giveBackAll(taken)) };
}

/** The case of who knows the digits. Throws as `proveTail`. */
export async function openByTail(caseId: string, proof: Proof): Promise<ComplaintCase> {
  const { settled } = await proveTail(caseId, proof);
  const [file] = await Promise.all([readCase(caseId), settled]);
  if (!isComplaint(file)) throw notFound();
  return file;
}

/** The case of who has shown it before; null where the pass is none, or over. */
export async function openByPass(caseId: string, pass: string | undefined): Promise<ComplaintCase | null> {
  if (!pass || !CASE_ID.test(caseId)) return null;
  const [file, keys] = await Promise.all([readCase(caseId), linkKeys()]);
  if (!isComplaint(file)) return null;
  const { phoneHash } = file.header.complaint;
  return isPassFor(keys, pass, { caseId, phoneHash }, now()) ? file : null;
}

/** By the digits where they are given, by the pass otherwise. Throws 404, 429. */
export async function openCase(caseId: string, proof: Proof): Promise<ComplaintCase> {
  if (proof.tail !== undefined) return openByTail(caseId, proof);
  const file = await openByPass(caseId, proof.pass);
  if (!file) throw notFound();
  return file;
}
