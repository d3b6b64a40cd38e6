/** `GET` and `PUT /api/policies/quiet-hours` (contracts/follow-ups.md "Reminders, calendar"). */
import * as z from "zod";
import type { Actor } from "../directory/model.ts";
import { now } from "../shared/clock.ts";
import { busy, conflict, forbidden, invalid } from "../shared/errors.ts";
import { pause } from "../shared/table.ts";
import { fieldErrors, wholeNumber } from "../shared/validate.ts";
import { keepsQuietHours } from "./quiet-access.ts";
import { isTimeOfDay, type QuietWindow } from "./quiet-rules.ts";
import { currentQuietHours, putQuietHours, type QuietHours } from "./quiet-store.ts";

/** Throws 403. */
export async function viewQuietHours(actor: Actor): Promise<QuietHours> {
  if (!keepsQuietHours(actor)) throw forbidden("not_allowed");
  return currentQuietHours();
}

const time = () =>
  z
    .string({ error: (issue) => (issue.input === undefined ? "required" : "time_of_day") })
    .refine(isTimeOfDay, { error: "time_of_day" });
const schema = () =>
  z.strictObject({ from: time(), to: time(), version: wholeNumber(0, 999_999_999).optional() });

function read(input: unknown): QuietWindow & { version?: number | undefined } {
  const parsed = schema().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  if (parsed.data.from === parsed.data.to) throw invalid({ path: "to", code: "same_time" });
  return parsed.data;
}

const ATTEMPTS = 5;

/**
 * The next version. What was put off by the one before leaves when it was to leave, unless it would then disturb again.
 * `version`, where it is sent, must be the newest. Throws 403, 400 by field, 409 `stale`.
 */
export async function changeQuietHours(actor: Actor, input: unknown): Promise<QuietHours> {
  if (!keepsQuietHours(actor)) throw forbidden("not_allowed");
  const { version, from, to } = read(input);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const newest = await currentQuietHours();
    if (version !== undefined && version !== newest.version)
      throw conflict("stale", { version: newest.version });
    if (newest.version > 0 && newest.from === from && newest.to === to) return newest;
    const next = { version: newest.version + 1, from, to };
    if (await putQuietHours(next, actor.staffId, now())) return next;
    await pause(attempt);
  }
  throw busy();
}
