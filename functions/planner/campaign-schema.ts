/** What people send about campaigns (contracts/follow-ups.md); every problem at its field. */
import * as z from "zod";
import type { Filter } from "../customer/list.ts";
import { CONTACT_CHANNELS, type ContactChannel, TIERS } from "../customer/model.ts";
import { isCustomerId, MAX } from "../customer/rules.ts";
import { invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { date, fieldErrors, line, list } from "../shared/validate.ts";

/** Customers of one campaign, as many as a list that is written to a file. */
export const MAX_CUSTOMERS = 20_000;
const MAX_QUESTIONS = 30;

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: "choose" });
const optional = <T extends z.ZodType>(value: T) =>
  z.preprocess((input) => (input === "" || input === null ? undefined : input), value.optional());

const schema = lazy(() =>
  z.strictObject({
    name: line(100),
    customerIds: list(line(MAX.customerId).refine(isCustomerId, { error: "invalid" }), MAX_CUSTOMERS)
      .min(1, { error: "required" })
      .optional(),
    select: z
      .strictObject(
        { tier: optional(choice(TIERS)), owner: optional(line(60)), q: optional(line(100)) },
        { error: (issue) => (issue.code === "invalid_type" ? "invalid" : undefined) },
      )
      .optional(),
    channel: choice(CONTACT_CHANNELS),
    questions: list(line(200), MAX_QUESTIONS).default([]),
    plannedOn: date(),
    dueOn: date(),
  }),
);

export type CampaignAsked = {
  name: string;
  channel: ContactChannel;
  questions: string[];
  plannedOn: string;
  dueOn: string;
  /** Each once, or the part of the register that is meant. */
  of: { customerIds: string[] } | { select: Filter };
};

/** `today`: nothing is planned for a day that is over. Throws 400 by field. */
export function readCampaign(input: unknown, today: string): CampaignAsked {
  const parsed = schema().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const { customerIds, select, ...rest } = parsed.data;
  const problems = [
    ...(customerIds === undefined && select === undefined ? [{ path: "customerIds", code: "required" }] : []),
    ...(customerIds !== undefined && select !== undefined ? [{ path: "select", code: "invalid" }] : []),
    ...(rest.plannedOn < today ? [{ path: "plannedOn", code: "in_the_past" }] : []),
    ...(rest.dueOn < rest.plannedOn ? [{ path: "dueOn", code: "to_before_from" }] : []),
  ];
  if (problems.length > 0) throw invalid(...problems);
  return {
    ...rest,
    of: customerIds
      ? { customerIds: [...new Set(customerIds)] }
      : {
          select: {
            q: select?.q ?? "",
            tier: select?.tier ?? null,
            owner: select?.owner ?? null,
            stale: false,
          },
        },
  };
}
