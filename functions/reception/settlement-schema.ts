/**
 * What a visit cost (contracts/budget.md §4), one schema for the page, the API and the tests. Required is what the tax
 * office wants proved: amount, time and place, purpose, and what the guest is to the firm. Amounts are integer fen.
 */
import * as z from "zod";
import { amount, date, line, list, reason, text, wholeNumber } from "../shared/validate.ts";

export const LINE_ITEMS = [
  "meal",
  "lodging",
  "transport",
  "gift",
  "meal_allowance",
  "meeting",
  "office",
  "other",
] as const;

/** Rows of each list. With one transaction for everything, more would not fit into its hundred items. */
export const MAX_ROWS = 30;
const MAX_PEOPLE = 9_999;

/** An id or a number that may be left blank. */
const mention = (max: number) =>
  reason(max)
    .transform((value) => (value === "" ? undefined : value))
    .optional();

let built: ReturnType<typeof build> | undefined;
/** Built at the first settlement that is checked. */
const shape = () => {
  built ??= build();
  return built;
};
const build = () =>
  z.strictObject({
    guestsTotal: wholeNumber(1, MAX_PEOPLE),
    companionsTotal: wholeNumber(0, MAX_PEOPLE),
    place: line(100),
    purpose: text(1000),
    guestRelation: line(100),
    receptionListId: mention(64),
    personalShare: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
    overReason: mention(1000),
    lines: list(
      z
        .strictObject({
          item: z.enum(LINE_ITEMS, { error: "choose" }),
          amount: amount(),
          on: date(),
          place: line(100),
          people: wholeNumber(1, MAX_PEOPLE).optional(),
          invoiceNo: mention(50),
        })
        .superRefine(
          (one, context) => {
            if (one.item === "meal" && one.people === undefined)
              context.addIssue({ code: "custom", path: ["people"], message: "required" });
          },
          { when: ({ value }) => typeof value === "object" && value !== null },
        ),
      MAX_ROWS,
    ).min(1, { error: "required" }),
    invoices: list(
      z.strictObject({
        no: line(50),
        amount: amount(),
        issuedOn: date(),
        seller: line(100),
        attachmentId: mention(64),
      }),
      MAX_ROWS,
    ).default([]),
  });

export type Settlement = z.infer<ReturnType<typeof build>>;
export type SettlementLine = Settlement["lines"][number];

/** The fields with the rules between them, which are told together with what is wrong in single ones. */
export const settlementSchema = () =>
  shape().superRefine(
    (settlement, context) => {
      const problem = (path: (string | number)[], code: string) =>
        context.addIssue({ code: "custom", path, message: code });
      const rows = Array.isArray(settlement.lines) ? settlement.lines : [];
      const sum = rows.reduce(
        (total, one) => total + BigInt(Number.isInteger(one?.amount) && one.amount > 0 ? one.amount : 0),
        0n,
      );
      if (sum > BigInt(Number.MAX_SAFE_INTEGER)) problem(["lines"], "amount");
      else if (Number.isInteger(settlement.personalShare) && BigInt(settlement.personalShare) > sum)
        problem(["personalShare"], "share_above_lines");
    },
    { when: ({ value }) => typeof value === "object" && value !== null },
  );
