/** What people send about summaries (contracts/follow-ups.md "Reports"); every problem at its field. */
import * as z from "zod";
import { type FieldError, invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { date, fieldErrors, line, list, reason, text, wholeNumber } from "../shared/validate.ts";
import { isMonth, monthOf } from "./complaint-rules.ts";
import type { Plan, Scope } from "./follow-up-rules.ts";

export const MAX_ACTIONS = 20;

const schemas = lazy(() => ({
  text: z.strictObject({
    conclusions: reason(5000),
    actions: list(
      z.strictObject({ owner: line(60), dueOn: date(), text: text(500) }, { error: "invalid" }),
      MAX_ACTIONS,
    ),
    version: wholeNumber(0, 999_999_999).optional(),
  }),
  scope: z.strictObject({ period: line(10).optional(), campaign: line(40).optional() }),
}));

export type SummaryText = { conclusions: string; actions: Plan[]; version?: number | undefined };

/** Throws 400 by field. Whether the owners of actions are there is the staff's to say. */
export function readText(input: unknown): SummaryText {
  const parsed = schemas().text.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  return parsed.data;
}

type Asked = { period?: string | null | undefined; campaign?: string | null | undefined };

/** A month or a campaign, not both; nothing is the running month where `now` is given. Throws 400 by field. */
export function scopeOf({ period, campaign }: Asked, now?: number): Scope {
  if (period && campaign) throw invalid({ path: "campaign", code: "invalid" });
  if (campaign) return { campaign };
  if (!period && now === undefined) throw invalid({ path: "period", code: "required" });
  const month = period || monthOf(now ?? 0);
  if (!isMonth(month)) throw invalid({ path: "period", code: "month" } satisfies FieldError);
  return { period: month };
}

/** The body of a call on a whole summary. */
export function readScope(input: unknown): Scope {
  const parsed = schemas().scope.safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  return scopeOf(parsed.data);
}
