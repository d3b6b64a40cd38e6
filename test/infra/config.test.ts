import { expect, test } from "vitest";
import { ConfigError, readStage } from "../../infra/config.ts";

const laptop = {
  region: "ap-southeast-1",
  company: "闭环",
  mailFrom: "care@careloop.example",
  smsSignature: "闭环物流",
  retain: false,
  sweepMinutes: 30,
  logDays: 7,
};

test("the stage is laptop unless another is named", () => {
  expect(readStage({ laptop }, undefined)).toEqual({ ...laptop, name: "laptop", mailIdentity: "domain" });
  expect(readStage({ laptop, test: laptop }, "test").name).toBe("test");
});

test.each<[string, unknown, unknown, RegExp]>([
  ["no stages", undefined, undefined, /"stages" must be an object/],
  ["a stage that is not there", { laptop }, "prod", /no stage "prod"; known are laptop/],
  ["a misspelt key", { laptop: { ...laptop, sweepMinuts: 5 } }, undefined, /sweepMinuts/],
  ["a missing value", { laptop: { ...laptop, company: undefined } }, undefined, /company/],
  [
    "an account that is none",
    { laptop: { ...laptop, account: "42" } },
    undefined,
    /account: must be 12 digits/,
  ],
  [
    "days that CloudWatch does not offer",
    { laptop: { ...laptop, logDays: 8 } },
    undefined,
    /logDays: must be one of/,
  ],
  ["a site on plain http", { laptop: { ...laptop, siteUrl: "http://care.example" } }, undefined, /siteUrl/],
  ["a site with a slash", { laptop: { ...laptop, siteUrl: "https://care.example/" } }, undefined, /slash/],
  [
    "a site that no text message has room for",
    { laptop: { ...laptop, siteUrl: `https://${"a".repeat(16)}.example` } },
    undefined,
    /siteUrl: must have at most 30/,
  ],
  [
    "a provider without a client",
    { laptop: { ...laptop, issuer: "https://id.example" } },
    undefined,
    /issuerClientId/,
  ],
])("%s is refused with what to mend", (_what, stages, name, message) => {
  expect(() => readStage(stages, name)).toThrow(ConfigError);
  expect(() => readStage(stages, name)).toThrow(message);
});
