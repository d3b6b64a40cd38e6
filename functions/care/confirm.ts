/** A customer says whether he agrees with the notice, on his own page. */
import { answerAsCustomer, customerBeside } from "../complaint/answering.ts";
import { readCustomerAnswer } from "../complaint/schema.ts";
import type { Around, ComplaintCase } from "../complaint/write.ts";
import { conflict } from "../shared/errors.ts";
import { early } from "../shared/table.ts";
import type { Decision } from "../step/model.ts";
import { isShown, noticeShown, type Press } from "./answer.ts";
import { confirmStepOf } from "./customer-view.ts";

/**
 * `input`: `{choice: "confirm"|"disagree", comment, csat}`. Throws 409 `wrong_phase` where nothing was asked,
 * `already_decided` with who and when, `stale`, 400 by field.
 */
export async function confirmCase(
  known: ComplaintCase,
  input: unknown,
  press: Press,
  around: Promise<Around>,
): Promise<Decision> {
  const { round } = known.header.complaint;
  // A page that is pressed again asked about what is over: it is told how that ended.
  const asked =
    noticeShown(press, known) ??
    confirmStepOf(known) ??
    known.steps.findLast((step) => step.kind === "customer-confirm" && step.complaintRound === round);
  if (!asked || asked.status === "void") throw conflict("wrong_phase");
  if (asked.status === "open") readCustomerAnswer(input);
  const answer = answerOf(input);
  return answerAsCustomer(asked.stepId, answer, {
    door: {
      via: "link",
      ...(press.via === "form" ? { nonce: press.nonce } : {}),
      isFresh: (file) => isShown(press, file),
    },
    known: Promise.resolve(known),
    beside: early(around.then(customerBeside)),
  });
}

/** The same as the body of a step has it; a form sends the mark as text. */
function answerOf(input: unknown): { choice: unknown; comment: unknown; data: object } {
  const { choice, comment = "", csat } = Object(input) as Record<string, unknown>;
  return { choice, comment, data: csat === undefined || csat === "" ? {} : { csat } };
}
