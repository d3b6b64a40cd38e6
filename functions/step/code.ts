/**
 * Step-up codes (contracts/approvals.md §6): large amounts approved by link need six digits that went to the signer's
 * own phone. A code is derived when it is sent and when it is checked; stored is only which one is the newest.
 */
import { currentFacts } from "../approval/chain-rules.ts";
import type { CaseFile, StepCode } from "../case/model.ts";
import { pkOf, put, putMessage, readCase, sk } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { newMessage } from "../message/compose.ts";
import { now, stamp } from "../shared/clock.ts";
import { env } from "../shared/env.ts";
import { busy, forbidden, notFound, Refusal } from "../shared/errors.ts";
import { sameText } from "../shared/ids.ts";
import { ConditionFailed, pause, transact, updateItem, type Write } from "../shared/table.ts";
import { codeFor, type LinkKeys } from "./links.ts";
import type { Acting } from "./model.ts";
import { codeState, codeWait, isApproval, MAX_TRIES } from "./rules.ts";

export const CODE_LABEL = "code";

const codeOf = (file: CaseFile, stepId: string, staffId: string): StepCode | undefined =>
  file.codes.find((one) => one.stepId === stepId && one.staffId === staffId);

/** Whether approving this amount by link needs a code. */
export const needsCode = (file: CaseFile, stepUpAbove: number, signedIn: boolean): boolean =>
  !signedIn && currentFacts(file.header).amount > stepUpAbove;

/**
 * One try at the newest code of a person's step, taken before anybody judges it: however many guesses come at the same
 * instant, no more than `MAX_TRIES` of them are looked at. Resolves with the code as it stood before, or null where
 * there is none or no try is left.
 */
export async function takeTry(caseId: string, stepId: string, staffId: string): Promise<StepCode | null> {
  try {
    const code = (await updateItem({
      TableName: env("CASES_TABLE"),
      Key: { pk: pkOf(caseId), sk: sk.code(stepId, staffId) },
      UpdateExpression: "SET tries = tries + :one",
      ConditionExpression: "tries < :most",
      ExpressionAttributeValues: { ":one": 1, ":most": MAX_TRIES },
    })) as unknown as StepCode;
    return { ...code, tries: code.tries - 1 };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return null;
  }
}

/** Throws 403 `step_up` where a code is needed and missing, 403 `wrong_code` where it is not the one that was sent. */
export function checkCode({ file, act, door, policy, around, at }: Acting): void {
  if (door.via !== "link" || !needsCode(file, policy.stepUpAbove, door.signedIn)) return;
  if (!act.code) throw forbidden("step_up");
  const { tried, keys } = around;
  const shown = { version: door.version, contentHash: file.header.contentHash };
  if (!tried || !keys || codeState(tried, shown, at) !== "live") throw forbidden("wrong_code");
  if (!sameText(act.code.trim(), codeFor(keys, tried))) throw forbidden("wrong_code");
}

/** An approval by link uses its code up, on condition that nobody did meanwhile and none was sent since. */
export function codeWrites({ file, act, door, policy, around: { tried } }: Acting): Write[] {
  if (door.via !== "link" || !isApproval(act.choice)) return [];
  if (!tried || !needsCode(file, policy.stepUpAbove, door.signedIn)) return [];
  return [
    {
      label: CODE_LABEL,
      Update: {
        TableName: env("CASES_TABLE"),
        Key: { pk: pkOf(file.header.caseId), sk: sk.code(tried.stepId, tried.staffId) },
        UpdateExpression: "SET used = :yes",
        ConditionExpression: "n = :n AND used = :no",
        ExpressionAttributeValues: { ":yes": true, ":no": false, ":n": tried.n },
      },
    },
  ];
}

const ATTEMPTS = 5;

/**
 * Sends a new code to the signer's own phone; the one before is worth nothing from then on. `check` judges the case as
 * it is read. Throws 429 `too_soon` with the seconds to wait for a fourth within an hour.
 */
export async function sendCode(
  known: CaseFile,
  of: { stepId: string; viewer: Person; version: number; keys: LinkKeys },
  check: (file: CaseFile) => void,
): Promise<void> {
  const { caseId } = known.header;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const file = attempt === 1 ? known : await readCase(caseId);
    if (!file) throw notFound();
    check(file);
    const at = now();
    const before = codeOf(file, of.stepId, of.viewer.staffId);
    const wait = codeWait(before, at);
    if (wait > 0) throw new Refusal(429, "too_soon", { retryAfter: Math.ceil(wait / 1000) });
    const code: StepCode = {
      v: 1,
      stepId: of.stepId,
      staffId: of.viewer.staffId,
      n: (before?.n ?? 0) + 1,
      kid: of.keys.current,
      version: of.version,
      contentHash: file.header.contentHash,
      issuedAt: [...(before?.issuedAt ?? []), stamp(at)].slice(-3),
      tries: 0,
      used: false,
    };
    try {
      await transact([codeWrite(caseId, code, before), putMessage(codeMessage(caseId, code, of.viewer, at))]);
      return;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      await pause(attempt);
    }
  }
  throw busy();
}

/** Of two calls at once each sends a code of its own, so that the hourly limit counts both. */
function codeWrite(caseId: string, code: StepCode, before: StepCode | undefined): Write {
  const write = put(caseId, sk.code(code.stepId, code.staffId), code, {
    label: CODE_LABEL,
    mustBeNew: before === undefined,
  });
  if (!before || !write.Put) return write;
  return {
    ...write,
    Put: {
      ...write.Put,
      ConditionExpression: "n = :n",
      ExpressionAttributeValues: { ":n": before.n },
    },
  };
}

const codeMessage = (caseId: string, code: StepCode, to: Person, at: number) =>
  newMessage({
    caseId,
    kind: "vote.code",
    to: to.staffId,
    channel: "sms",
    locale: to.locale,
    stepId: code.stepId,
    params: { n: code.n },
    at,
    key: `${code.stepId}-c${code.n}`,
  });
