import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as client from "openid-client";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createOidc } from "../../../local/oidc/index.ts";
import { fakeCloud } from "./fake-cloud.ts";

const cloud = fakeCloud();
const people = [
  { staffId: "S001", name: "帅钟", role: "dept_manager", department: "customer_service" },
  { staffId: "S002", name: '张<b>"科', role: "general_manager", department: "management" },
];
let listener = (_req: never, _res: never): void => {};
let server: Server;
let issuer: string;

beforeAll(async () => {
  server = createServer((req, res) => listener(req as never, res as never));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cloud.siteUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  issuer = `${cloud.siteUrl}/_local/oidc`;
  listener = createOidc(cloud, { people: () => people }) as typeof listener;
  // Months ahead of the machine, where the relying party lives as well.
  await cloud.advanceTo(Date.now() + 200 * 86_400_000);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const relyingParty = () => {
  vi.useFakeTimers({ toFake: ["Date"], now: cloud.clock.now() });
  return client.discovery(new URL(issuer), "careloop-web", "secret", undefined, {
    execute: [client.allowInsecureRequests],
  });
};

async function authorize(config: client.Configuration, person: string | null) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${cloud.siteUrl}/sign-in/callback`,
    scope: "openid profile",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
  });
  if (person) url.searchParams.set("person", person);
  const answer = await fetch(url, { redirect: "manual" });
  return { answer, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

describe("sign-in", () => {
  it("shows everybody, and passes the request on with the button pressed", async () => {
    const config = await relyingParty();
    const { answer, checks } = await authorize(config, null);
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain("帅钟");
    expect(html).toContain("张&lt;b>&quot;科");
    expect(html).toContain("客户服务部 · 部门经理");
    expect(html).toContain("Customer Service · Department manager");
    expect(html).toContain('name="person" value="S001"');
    expect(html).toContain(`name="state" value="${checks.expectedState}"`);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("gives a token that is valid in virtual time", async () => {
    const config = await relyingParty();
    const { answer, checks } = await authorize(config, "S001");
    const callback = new URL(answer.headers.get("location")!);
    expect(callback.searchParams.get("state")).toBe(checks.expectedState);
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({ iss: issuer, sub: "S001", aud: "careloop-web", name: "帅钟" });
    expect(claims.iat).toBe(Math.floor(cloud.clock.now() / 1000));
    expect(claims.exp - claims.iat).toBe(3600);
    expect(tokens.refresh_token).toBeUndefined();
    const info = await client.fetchUserInfo(config, tokens.access_token, "S001");
    expect(info).toMatchObject({ sub: "S001", name: "帅钟" });
    // The signature holds against the published keys.
    const jwks = (await (await fetch(config.serverMetadata().jwks_uri!)).json()) as {
      keys: Record<string, unknown>[];
    };
    expect(jwks.keys).toHaveLength(1);
    expect(jwks.keys[0]).not.toHaveProperty("d");
  });

  it("takes a code once, for the verifier and the address that asked", async () => {
    const config = await relyingParty();
    const first = await authorize(config, "S002");
    const callback = new URL(first.answer.headers.get("location")!);
    await client.authorizationCodeGrant(config, callback, first.checks);
    await expect(client.authorizationCodeGrant(config, callback, first.checks)).rejects.toThrow();

    const second = await authorize(config, "S002");
    const wrong = { ...second.checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
    const url = new URL(second.answer.headers.get("location")!);
    await expect(client.authorizationCodeGrant(config, url, wrong)).rejects.toThrow();

    const third = await authorize(config, "S002");
    const code = new URL(third.answer.headers.get("location")!).searchParams.get("code")!;
    const token = (over: Record<string, string>) =>
      fetch(config.serverMetadata().token_endpoint!, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code,
          client_id: "careloop-web",
          ...over,
        }),
      });
    expect((await token({ redirect_uri: `${cloud.siteUrl}/sign-in/callback` })).status).toBe(400);
    const code_verifier = third.checks.pkceCodeVerifier;
    expect((await token({ code_verifier, redirect_uri: `${cloud.siteUrl}/elsewhere` })).status).toBe(400);
  });

  it.each([
    [{ redirect_uri: "https://evil.example/" }],
    [{ code_challenge_method: "plain" }],
    [{ response_type: "token" }],
    [{ scope: "profile" }],
  ])("refuses %j", async (over) => {
    const query = new URLSearchParams({
      client_id: "c",
      response_type: "code",
      scope: "openid",
      redirect_uri: `${cloud.siteUrl}/cb`,
      code_challenge: "x".repeat(43),
      code_challenge_method: "S256",
      person: "S001",
      ...over,
    });
    expect((await fetch(`${issuer}/authorize?${query}`, { redirect: "manual" })).status).toBe(400);
  });

  it("does not know a stranger's token", async () => {
    const answer = await fetch(`${issuer}/userinfo`, { headers: { authorization: "Bearer x" } });
    expect(answer.status).toBe(401);
  });
});

it("signs out to this machine only", async () => {
  const config = await relyingParty();
  const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: `${cloud.siteUrl}/` });
  const answer = await fetch(url, { redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([302, `${cloud.siteUrl}/`]);
  url.searchParams.set("post_logout_redirect_uri", "https://evil.example/");
  expect((await fetch(url, { redirect: "manual" })).status).toBe(200);
});

it("keeps its key over a restart", async () => {
  const keys = async () => await (await fetch(`${issuer}/jwks`)).json();
  const before = await keys();
  listener = createOidc(cloud, { people: () => people }) as typeof listener;
  expect(await keys()).toEqual(before);
});
