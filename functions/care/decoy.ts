/** What a machine is told that filled in the field which people do not see: the same as anybody, and nothing is kept. */
import { randomBytes, randomInt } from "node:crypto";
import { addWorkingTime } from "../shared/calendar/index.ts";
import { now, shanghaiDate, toApi } from "../shared/clock.ts";
import type { LinkKeys } from "../step/links.ts";
import { passCookie } from "./pass.ts";
import type { Basis, Filed } from "./submit.ts";

/** A code that looks like one, the times that anybody would be promised, and a pass that opens nothing. */
export async function decoy(
  basis: Basis,
  keys: LinkKeys,
  life: number,
): Promise<{ body: Filed; pass: string }> {
  const { policy, calendar } = await basis;
  const { matrix, defaults, clocks } = policy.document;
  const priority = matrix[defaults.severity][defaults.urgency];
  const at = now();
  const due = (minutes: number): string => toApi(addWorkingTime(calendar, at, minutes).dueAt);
  const caseId = `TS-${shanghaiDate(at).slice(0, 4)}-${String(randomInt(1, 1_000_000)).padStart(6, "0")}`;
  return {
    body: {
      caseId,
      priority,
      ackDueAt: due(clocks[priority].acknowledge),
      respondDueAt: due(clocks[priority].respond),
      resolveDueAt: due(clocks[priority].resolve),
    },
    pass: passCookie(keys, { caseId, phoneHash: randomBytes(32).toString("hex") }, at, life),
  };
}
