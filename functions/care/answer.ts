/** What a customer does on his case: he answers a question, or asks for a closed case to be opened again. */
import type { CaseFile, Step } from "../case/model.ts";
import { type Clocked, resumeClocks } from "../complaint/clocks.ts";
import { reopening } from "../complaint/close.ts";
import { CUSTOMER } from "../complaint/customer.ts";
import { readCustomerAnswer } from "../complaint/schema.ts";
import { reopenRefusal } from "../complaint/standing-rules.ts";
import {
  type Around,
  type ComplaintCase,
  type ComplaintChange,
  changeComplaint,
  foldedFile,
  isComplaint,
  policyOf,
} from "../complaint/write.ts";
import { conflict } from "../shared/errors.ts";
import { ConditionFailed, type Write } from "../shared/table.ts";
import { isNonceFor, issueNonce, type LinkKeys, type Shown } from "../step/links.ts";
import { NONCE_LABEL, useNonce } from "../step/store.ts";
import { confirmStepOf } from "./customer-view.ts";

const shownAs = (caseId: string, round: number, stepId: string, question: number | ""): string =>
  `case|${caseId}|${round}|${stepId}|${question}`;

/** What was on the page that he pressed: a nonce is good for exactly this question, notice and round. */
const shownOf = (file: ComplaintCase): Shown => {
  const { caseId, contentHash, revision, complaint, seq } = file.header;
  const question = complaint.paused
    ? (file.events.findLast((event) => event.kind === "clock.paused")?.seq ?? seq)
    : "";
  return {
    link: shownAs(caseId, complaint.round, confirmStepOf(file)?.stepId ?? "", question),
    contentHash,
    revision,
  };
};

export const pageNonce = (keys: LinkKeys, file: ComplaintCase, at: number): string =>
  issueNonce(keys, shownOf(file), at);

/** A form is good for one press; a JSON call shows the digits each time and needs none. */
export type Press = { via: "form"; nonce: string; keys: LinkKeys } | { via: "json" };

/** Whether the page that was pressed showed the case as it is. */
export const isShown = (press: Press, file: CaseFile): boolean =>
  press.via === "json" || (isComplaint(file) && isNonceFor(press.keys, press.nonce, shownOf(file)));

/** The step about the notice that the pressed page showed, answered or not; undefined where it showed none. */
export const noticeShown = (press: Press, file: ComplaintCase): Step | undefined => {
  if (press.via === "json") return undefined;
  const { caseId, contentHash } = file.header;
  return file.steps.findLast(
    ({ kind, status, stepId, complaintRound = 0, revision }) =>
      kind === "customer-confirm" &&
      status !== "void" &&
      isNonceFor(press.keys, press.nonce, {
        link: shownAs(caseId, complaintRound, stepId, ""),
        contentHash,
        revision,
      }),
  );
};

/** The writes of a press. Throws 409 `stale` where the page showed something else than there is now. */
function pressWrites(press: Press, file: ComplaintCase, at: number): Write[] {
  if (!isShown(press, file)) throw conflict("stale");
  return press.via === "json" ? [] : [useNonce(file.header.caseId, press.nonce, at)];
}

type Answered = { caseId: string; told: "answered" | "reopened" };

/**
 * `input`: `{message}` or `{choice: "reopen", comment}`. Throws 409 `not_paused`, `wrong_phase`, `reopen_window_over`,
 * `reopen_limit`, `stale`, 400 by field. The same press twice is one.
 */
export async function answerCase(
  known: ComplaintCase,
  input: unknown,
  press: Press,
  around: Promise<Around>,
): Promise<Answered> {
  const { caseId } = known.header;
  const isMessage = typeof input === "object" && input !== null && "message" in input;
  // What no answer is has no state that could refuse it.
  if (!isMessage && Reflect.get(Object(input), "choice") !== "reopen") readCustomerAnswer(input);
  const told = isMessage ? "answered" : "reopened";
  try {
    const { body } = await changeComplaint<Answered>({
      caseId,
      actor: "customer",
      known: Promise.resolve(known),
      around,
      change(file, beside, at) {
        const judged = isMessage ? answering : reopen;
        const change = judged(file, input, beside, at);
        const writes = [...(change.writes ?? []), ...pressWrites(press, file, at)];
        return { ...change, writes, result: { caseId, told } };
      },
    });
    return body;
  } catch (error) {
    // The second of two presses of one button finds done what it wanted.
    if (error instanceof ConditionFailed && error.labels.includes(NONCE_LABEL)) return { caseId, told };
    throw error;
  }
}

type Judged = Omit<ComplaintChange<unknown>, "result">;

/** The clocks run on. */
function answering(file: ComplaintCase, input: unknown, { calendar }: Around, at: number): Judged {
  const { complaint: state, status } = file.header;
  if (status !== "open") throw conflict("wrong_phase");
  if (!state.paused) throw conflict("not_paused");
  const answer = readCustomerAnswer(input);
  const clocked: Clocked = resumeClocks(file, calendar, at);
  return {
    state: { ...state, paused: false },
    events: [
      {
        kind: "customer.answered",
        by: CUSTOMER,
        via: "link",
        data: { text: "message" in answer ? answer.message : "" },
      },
      { kind: "clock.resumed", by: CUSTOMER, via: "link" },
      ...clocked.events,
    ],
    clocks: clocked.clocks,
  };
}

function reopen(file: ComplaintCase, input: unknown, around: Around, at: number): Judged {
  const refusal = reopenRefusal(foldedFile(file), policyOf(file, around), at);
  if (refusal) throw conflict(refusal);
  const answer = readCustomerAnswer(input);
  const comment = "comment" in answer ? answer.comment : "";
  return reopening(file, "requested", around, at, { by: CUSTOMER, via: "link", comment });
}
