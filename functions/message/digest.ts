/**
 * Lambda `digest`, called every day at 08:00 in Shanghai: on a working day everybody who is there and has something open
 * gets one e-mail about all of it. Its text is made when it is sent (notices.ts). The id of a mail follows from person and
 * day, so a second call writes none.
 */
import { Logger } from "@aws-lambda-powertools/logger";
import { countOpenSeats } from "../case/lists.ts";
import { putMessage } from "../case/store.ts";
import type { Person } from "../directory/model.ts";
import { roster } from "../directory/store.ts";
import { dayKind } from "../shared/calendar/index.ts";
import { now, shanghaiDate } from "../shared/clock.ts";
import { inParallel } from "../shared/parallel.ts";
import { ConditionFailed, transact } from "../shared/table.ts";
import { newMessage } from "./compose.ts";
import { atWork, digestId } from "./digest-rules.ts";

const logger = new Logger();

/** So many people are asked for at a time. */
const AT_ONCE = 25;

export async function handler(): Promise<{ written: number }> {
  const day = shanghaiDate(now());
  const { people, absences, calendar } = await roster(day);
  if (!dayKind(calendar, day).working) return { written: 0 };
  const there = atWork(people, absences, day);
  const written = (await inParallel(there, AT_ONCE, (person) => write(person, day))).filter(Boolean).length;
  logger.info("daily digest", { day, written });
  return { written };
}

/** Whether a mail was written: not for somebody without tasks, and not a second time on a day. */
async function write({ staffId, locale }: Person, day: string): Promise<boolean> {
  if ((await countOpenSeats(staffId)) === 0) return false;
  const message = newMessage({
    caseId: digestId(day),
    kind: "digest.daily",
    to: staffId,
    channel: "email",
    locale,
    at: now(),
    key: digestId(day),
  });
  try {
    await transact([putMessage(message)]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
