/** A firm with a domain and an OpenID provider of its own. */
import { expect, test } from "vitest";
import { ofType, type Properties, synth } from "./synth.ts";

const own = {
  region: "ap-southeast-1",
  account: "111122223333",
  company: "闭环",
  mailFrom: "care@careloop.example",
  mailIdentity: "address",
  smsSignature: "闭环物流",
  siteUrl: "https://care.careloop.example",
  issuer: "https://id.careloop.example",
  issuerClientId: "careloop",
  retain: true,
  sweepMinutes: 5,
  logDays: 365,
};

test("the site's address and the provider come from the configuration, and there is no user pool", async () => {
  const { data, service, findings } = await synth("own", { stages: { own } });
  expect(findings).toEqual([]);
  expect(ofType(data, "AWS::Cognito::UserPool")).toEqual([]);
  expect(ofType(service, "AWS::Cognito::UserPoolClient")).toEqual([]);
  const environments = ofType(service, "AWS::Lambda::Function").map(
    ([, { Environment }]) => (Environment as { Variables: Properties }).Variables,
  );
  expect(
    environments.find(({ POWERTOOLS_SERVICE_NAME }) => POWERTOOLS_SERVICE_NAME === "web-public"),
  ).toMatchObject({
    BASE_URL: own.siteUrl,
    OIDC_ISSUER: own.issuer,
    OIDC_CLIENT_ID: own.issuerClientId,
  });
  expect(JSON.stringify(ofType(data, "AWS::S3::Bucket"))).toContain(`["${own.siteUrl}"]`);
  expect(ofType(service, "AWS::SES::EmailIdentity")[0]?.[1].EmailIdentity).toBe(own.mailFrom);
}, 60_000);
