/** A person's calendar at an address of his own (contracts/follow-ups.md "Reminders, calendar"). */
import { visitsOf } from "../follow-up/calendar.ts";
import { env } from "../shared/env.ts";
import { busy, notFound } from "../shared/errors.ts";
import { feedTexts } from "../shared/i18n/sections/feed.ts";
import { icalendar } from "../shared/ical.ts";
import { type Answer, keyed, once } from "../shared/idempotency.ts";
import {
  ConditionFailed,
  getItem,
  getItems,
  type Item,
  pause,
  transact,
  type Write,
} from "../shared/table.ts";
import { linkKeys } from "../step/links.ts";
import { feedLink, feedOf } from "./feed-link.ts";
import type { Actor } from "./model.ts";
import { personKey, toPerson } from "./store.ts";

export type FeedView = { url: string | null };

type Feed = { version: number; stopped: boolean };

const feedKey = (staffId: string) => ({ pk: `FEED#${staffId}`, sk: "FEED" });

/** Everybody has a calendar from the start; nothing is kept until he renews or stops it. */
const toFeed = (item: Item | null | undefined): Feed =>
  item
    ? { version: item.version as number, stopped: item.stopped as boolean }
    : { version: 1, stopped: false };

const readFeed = async (staffId: string): Promise<Feed> =>
  toFeed(await getItem(env("DIRECTORY_TABLE"), feedKey(staffId)));

async function viewOf(staffId: string, { version, stopped }: Feed): Promise<FeedView> {
  if (stopped) return { url: null };
  return { url: `${env("BASE_URL")}/feeds/${feedLink(await linkKeys(), { staffId, version })}` };
}

/** `GET /api/calendar-feed`; writes nothing. */
export const viewFeed = async ({ staffId }: Actor): Promise<FeedView> =>
  viewOf(staffId, await readFeed(staffId));

const ATTEMPTS = 5;

/** Changes a feed on condition that it is still as it was read. */
async function change(
  staffId: string,
  next: (feed: Feed) => Feed,
  extra: (feed: Feed) => Promise<Write[]>,
): Promise<Feed> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await getItem(env("DIRECTORY_TABLE"), feedKey(staffId));
    const after = next(toFeed(before));
    try {
      await transact([
        {
          label: "feed",
          Put: {
            TableName: env("DIRECTORY_TABLE"),
            Item: { ...feedKey(staffId), v: 1, ...after },
            ConditionExpression: before ? "version = :seen AND stopped = :was" : "attribute_not_exists(pk)",
            ...(before
              ? { ExpressionAttributeValues: { ":seen": before.version, ":was": before.stopped } }
              : {}),
          },
        },
        ...(await extra(after)),
      ]);
      return after;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || !error.labels.includes("feed")) throw error;
      await pause(attempt);
    }
  }
  throw busy();
}

/** `POST /api/calendar-feed`: a new address; the old one is nobody's from now on. */
export function renewFeed(
  { staffId }: Actor,
  options: { idempotencyKey?: string } = {},
): Promise<Answer<FeedView>> {
  const key = keyed(options.idempotencyKey, { staffId, route: "POST /api/calendar-feed", body: null });
  return once(key, async (extra) => {
    const feed = await change(
      staffId,
      ({ version }) => ({ version: version + 1, stopped: false }),
      async (after) => extra({ status: 200, body: await viewOf(staffId, after) }),
    );
    return { status: 200, body: await viewOf(staffId, feed) };
  });
}

/** `DELETE /api/calendar-feed`: no address any more, until a new one is asked for. A second time is the same as once. */
export async function stopFeed({ staffId }: Actor): Promise<void> {
  if ((await readFeed(staffId)).stopped) return;
  await change(
    staffId,
    ({ version }) => ({ version, stopped: true }),
    async () => [],
  );
}

/**
 * The calendar behind an address, for whoever has it. One 404 for an address that is forged, old or stopped, and for one of
 * somebody who has left.
 */
export async function readCalendar(link: string, now: number): Promise<string> {
  const of = feedOf(await linkKeys(), link);
  if (!of) throw notFound();
  const keys = [feedKey(of.staffId), personKey(of.staffId)];
  const items = await getItems(env("DIRECTORY_TABLE"), keys);
  const feed = toFeed(items.find((item) => item.pk === keys[0]?.pk));
  const person = toPerson(items.find((item) => item.pk === keys[1]?.pk));
  if (feed.stopped || feed.version !== of.version || !person?.active) throw notFound();
  return icalendar(feedTexts(person.locale).name, await visitsOf(person.staffId), now);
}
