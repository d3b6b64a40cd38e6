/** The contacts that were tried on a follow-up step, as its page counts them. Pure. */

import type { EventView } from "../../case/view.ts";
import { failedHalfDays } from "../../complaint/follow-up-rules.ts";
import type { Attempt } from "../../complaint/model.ts";

/** Every contact recorded on the step, oldest first. */
export const attemptsOn = (view: { events: EventView[] }, stepId: string): Attempt[] =>
  view.events
    .filter((event) => event.kind === "follow-up.attempted" && event.stepId === stepId)
    .flatMap((event) => {
      const attempt = event.data?.attempt as Attempt | undefined;
      return attempt ? [attempt] : [];
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));

/** Half-days in which nobody was reached (split as the contract says). */
export const failedOn = (attempts: readonly Attempt[]): number =>
  failedHalfDays(attempts, { satisfiedFrom: 4, failedContacts: 3, failedDates: 2, split: "13:00" }).length;
