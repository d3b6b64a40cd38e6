/** `GET`/`PUT /api/planner`: whether the daily run is paused, and why (contracts/follow-ups.md). */
import * as z from "zod";
import type { Actor } from "../directory/model.ts";
import { forbidden, invalid } from "../shared/errors.ts";
import { lazy } from "../shared/lazy.ts";
import { fieldErrors, reason } from "../shared/validate.ts";
import { putSwitch, readSwitch, type Switch } from "./store.ts";

const keepsPlanner = (actor: Actor): boolean => actor.active && actor.roles.includes("service_manager");

const schema = lazy(() =>
  z
    .strictObject({
      paused: z.boolean({ error: (issue) => (issue.input === undefined ? "required" : "choose") }),
      reason: z.preprocess((input) => input ?? "", reason(500)),
    })
    // Who pauses the planner says why: nobody is called on until somebody lets it go on.
    .refine(({ paused, reason }) => !paused || reason !== "", { path: ["reason"], error: "reason_required" }),
);

/** Throws 403. */
export async function viewSwitch(actor: Actor): Promise<Switch> {
  if (!keepsPlanner(actor)) throw forbidden("not_allowed");
  return readSwitch();
}

/** Throws 403, 400. */
export async function turnSwitch(actor: Actor, input: unknown): Promise<Switch> {
  if (!keepsPlanner(actor)) throw forbidden("not_allowed");
  const parsed = schema().safeParse(input);
  if (!parsed.success) throw invalid(...fieldErrors(parsed.error));
  const next = { paused: parsed.data.paused, reason: parsed.data.reason || null };
  await putSwitch(next, actor.staffId);
  return next;
}
