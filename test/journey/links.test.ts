/** What a link does, and what it refuses (contracts/approvals.md §2). */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, nonceOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

const SHUAI = "shuaizhong@xunda.example";
let chenyao: Client;

const submit = async (change: Record<string, unknown> = {}) => {
  const answer = await chenyao.post(
    "/api/receptions",
    receptionFor(await site.now(), { costDepartment: "finance", ...change }),
  );
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId as string;
};
const post = (path: string, fields: Record<string, string>, client = site.visitor()) =>
  client.form(path, { comment: "", ...fields }, { accept: "application/json" });
const caseNow = async (caseId: string) => (await chenyao.get(`/api/cases/${caseId}`)).body;

beforeAll(async () => {
  chenyao = await site.as("chenyao");
});

describe("a decision link", () => {
  test("opened a hundred times by GET and HEAD changes nothing and carries the privacy headers", async () => {
    const caseId = await submit();
    const path = await site.link(caseId, SHUAI);
    const before = await caseNow(caseId);
    for (let i = 0; i < 50; i += 1) {
      const got = await site.visitor().page(path);
      const head = await site.visitor().call("HEAD", path);
      expect([got.status, head.status]).toEqual([200, 200]);
      if (i === 0) {
        expect(head.text).toBe("");
        expect(got.headers.get("referrer-policy")).toBe("no-referrer");
        expect(got.headers.get("cache-control")).toBe("no-store");
      }
    }
    await site.settle();
    expect(await caseNow(caseId)).toEqual(before);
  });

  test("refuses a POST without nonce, with a forged one, with another link's and with a used one", async () => {
    const caseId = await submit({ budgetAmount: 500_000 });
    const other = await submit();
    const path = await site.link(caseId, SHUAI);
    const foreign = nonceOf((await site.visitor().page(await site.link(other, SHUAI))).text);
    const nonce = nonceOf((await site.visitor().page(path)).text);
    for (const wrong of ["", "x", nonce.slice(0, -1), `${nonce}A`, foreign]) {
      const refused = await post(path, { nonce: wrong, choice: "approve" });
      expect([refused.status, refused.body.code], wrong).toEqual([409, "stale"]);
    }
    const unreasoned = await post(path, { nonce, choice: "reject" });
    expect(unreasoned.status).toBe(400);
    expect(unreasoned.body.errors).toMatchObject([{ path: "comment", code: "reason_required" }]);
    expect((await post(path, { nonce, choice: "launch" })).body.errors).toMatchObject([{ path: "choice" }]);
    // A refused POST did not use the nonce up.
    const approved = await post(path, { nonce, choice: "approve" });
    expect(approved.status, approved.text).toBe(200);
    expect(approved.body).toMatchObject({ outcome: "approved", undoUntil: approved.body.effectiveAt });
    expect(approved.body.effectiveAt).toMatch(/\+08:00$/);
    const again = await post(path, { nonce, choice: "approve" });
    expect([again.status, again.body.code]).toEqual([409, "already_decided"]);
    expect(again.body.by).toMatchObject({ staffId: "shuaizhong", name: "帅钟" });
    await site.settle();
    const page = await site.visitor().page(path);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('name="nonce"');
  });

  test("is one person's: another person's session is refused, his own is welcome", async () => {
    const caseId = await submit();
    const path = await site.link(caseId, SHUAI);
    const stranger = await site.as("luoqiang");
    const refused = await stranger.page(path);
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain('name="nonce"');
    const nonce = nonceOf((await site.visitor().page(path)).text);
    expect((await post(path, { nonce, choice: "approve" }, stranger)).body).toMatchObject({
      code: "wrong_person",
    });
    const own = await site.as("shuaizhong");
    expect((await own.page(path)).status).toBe(200);
  });

  test("that is unknown or mutated answers GET, HEAD and POST with one constant page", async () => {
    const caseId = await submit();
    const path = await site.link(caseId, SHUAI);
    const mutated = path.endsWith("A") ? `${path.slice(0, -1)}B` : `${path.slice(0, -1)}A`;
    const pages = await Promise.all([
      site.visitor().page(mutated),
      site.visitor().page(`/d/${"x".repeat(43)}`),
      site.visitor().form(mutated, { nonce: "n", choice: "approve" }),
      site.visitor().page(`${path}x`),
      site.visitor().page(`${path}/`),
    ]);
    expect(pages.map((page) => page.status)).toEqual([404, 404, 404, 404, 404]);
    expect(new Set(pages.map((page) => page.text)).size).toBe(1);
    expect((await site.visitor().call("HEAD", mutated)).status).toBe(404);
    expect(pages[0]?.text).not.toContain(mutated.slice(3));
    expect((await site.visitor().call("DELETE", path)).status).toBe(405);
  });

  test("expires 7 days after its last mail and sends a fresh one to the registered address only", async () => {
    const caseId = await submit({});
    const first = await site.link(caseId, SHUAI);
    // The last reminder leaves at the due time; ten days later the step is still open and the link is not.
    await site.advance({ advance: "P9DT12H" });
    const page = await site.visitor().page(first);
    expect(page.status).toBe(410);
    const nonce = nonceOf(page.text);
    expect((await post(first, { nonce, choice: "approve" })).status).toBe(410);
    const fresh = await site.visitor().form(first, { nonce, choice: "fresh-link" });
    expect(fresh.status).toBeLessThan(400);
    await site.settle();
    const second = await site.link(caseId, SHUAI);
    expect(second).not.toBe(first);
    expect((await post(first, { nonce, choice: "fresh-link" })).status).toBe(409);
    const again = nonceOf((await site.visitor().page(second)).text);
    expect((await post(second, { nonce: again, choice: "approve" })).status).toBe(200);
  });

  test("two approvers at the same instant: one wins, the other is told who", async () => {
    const caseId = await submit({ budgetAmount: 600_000, excessReason: "贵宾" });
    // Signed in: by link alone an amount like this needs a code.
    const nonceFor = async (path: string) => nonceOf((await site.visitor().page(path)).text);
    for (const who of ["shuaizhong", "zhangke"]) {
      const path = await site.link(caseId, `${who}@xunda.example`);
      await post(path, { nonce: await nonceFor(path), choice: "approve" }, await site.as(who));
      await site.settle();
    }
    const paths = await Promise.all(
      ["wanghui", "zhaomin"].map((who) => site.link(caseId, `${who}@xunda.example`)),
    );
    const [clients, nonces] = await Promise.all([
      Promise.all(["wanghui", "zhaomin"].map((who) => site.as(who))),
      Promise.all(paths.map(nonceFor)),
    ]);
    const answers = await Promise.all(
      paths.map((path, i) => post(path, { nonce: nonces[i] as string, choice: "approve" }, clients[i])),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect(answers.find((answer) => answer.status === 409)?.body).toMatchObject({ code: "already_decided" });
    await site.settle();
    const body = await caseNow(caseId);
    expect(body.events.filter((event: { kind: string }) => event.kind === "budget.committed")).toHaveLength(
      1,
    );
  });
});
