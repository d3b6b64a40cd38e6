/**
 * The embedded cloud of a file of journeys: each file has its own, so that files run beside one another, in any order,
 * and none meets what another left (money drawn, time moved, visits not settled). What must hold after any journey is
 * looked at when the file ends.
 */
import { afterAll } from "vitest";
import { Site } from "./client.ts";
import { startCloud } from "./cloud.ts";
import { expectNothingLeaked } from "./leaks.ts";

const cloud = await startCloud();

export const awsUrl = cloud.awsUrl;
export const site = new Site(cloud.siteUrl);

afterAll(async () => {
  try {
    await expectNothingLeaked(site, cloud);
  } finally {
    await cloud.remove();
  }
});
