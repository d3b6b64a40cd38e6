/** The main road of a reception, told by a stranger's client: form or API, links from the inbox, money, story. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Client, nonceOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";

let chenyao: Client;
let finance: Client;

const bucketOf = async (content: Record<string, unknown>) =>
  (await finance.get(`/api/budgets/${content.costDepartment}/${String(content.arrivalDate).slice(0, 7)}`))
    .body;

const submit = async (change: Record<string, unknown> = {}, client = chenyao) => {
  const content = receptionFor(await site.now(), { costDepartment: "marketing", ...change });
  const answer = await client.post("/api/receptions", content);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return { caseId: answer.body.caseId as string, content };
};

/** By link; above ¥5,000 with the signer's own session, because by link alone that needs a code. */
const decide = async (
  caseId: string,
  email: string,
  choice: string,
  comment = "",
  client = site.visitor(),
) => {
  const path = await site.link(caseId, email);
  const page = await client.page(path);
  const answer = await client.form(path, { nonce: nonceOf(page.text), choice, comment });
  await site.settle();
  return answer;
};

const SHUAI = "shuaizhong@xunda.example";
const ZHANG = "zhangke@xunda.example";

beforeAll(async () => {
  // An SMS about a decision waits for the end of the quiet hours.
  await site.nextMorning();
  chenyao = await site.as("chenyao");
  finance = await site.as("wanghui");
});

describe("a reception request", () => {
  test("goes from submission through both signatures to a committed budget", async () => {
    const before = await bucketOf(receptionFor(await site.now(), { costDepartment: "marketing" }));
    const { caseId, content } = await submit();
    expect(caseId).toMatch(/^JD-\d{4}-\d{6}$/);
    const reserved = await bucketOf(content);
    expect(reserved.reserved - before.reserved).toBe(500_000);
    expect(reserved.available).toBe(before.available - 500_000);

    expect((await decide(caseId, SHUAI, "approve")).status).toBeLessThan(304);
    expect((await chenyao.get(`/api/cases/${caseId}`)).body.outcome).toBeNull();
    expect((await decide(caseId, ZHANG, "approve")).status).toBeLessThan(304);

    const { body } = await chenyao.get(`/api/cases/${caseId}`);
    expect(body).toMatchObject({ phase: "approved", outcome: "approved", status: "open", chainValid: true });
    expect(body.steps.map((step: { stage: string; outcome: string }) => [step.stage, step.outcome])).toEqual([
      ["dept_manager", "approved"],
      ["general_manager", "approved"],
    ]);
    const kinds = body.events.map((event: { kind: string }) => event.kind);
    expect(kinds.filter((kind: string) => kind !== "finding.raised")).toEqual([
      "case.submitted",
      "budget.reserved",
      "step.opened",
      "vote.approved",
      "step.opened",
      "vote.approved",
      "budget.committed",
    ]);
    const committed = await bucketOf(content);
    expect(committed.committed - before.committed).toBe(500_000);
    expect(committed.reserved).toBe(before.reserved);

    const told = (await site.inbox({ caseId, kind: "case.decision" })).map((mail) => [mail.to, mail.channel]);
    expect(told.sort()).toEqual(
      [
        ["+8613810000002", "sms"],
        ["chenyao@xunda.example", "email"],
        ["wanghui@xunda.example", "email"],
        ["zhaomin@xunda.example", "email"],
      ].sort(),
    );
  });

  test("of at most ¥1,000 needs the department manager alone", async () => {
    const { caseId } = await submit({ budgetAmount: 100_000, excessReason: undefined });
    await decide(caseId, SHUAI, "approve");
    expect((await chenyao.get(`/api/cases/${caseId}`)).body).toMatchObject({
      phase: "approved",
      outcome: "approved",
    });
  });

  test("above ¥5,000 needs any one of finance too", async () => {
    const { caseId } = await submit({ budgetAmount: 500_100, excessReason: "贵宾" });
    for (const who of ["shuaizhong", "zhangke"])
      await decide(caseId, `${who}@xunda.example`, "approve", "", await site.as(who));
    expect((await chenyao.get(`/api/cases/${caseId}`)).body.outcome).toBeNull();
    await decide(caseId, "zhaomin@xunda.example", "approve", "", await site.as("zhaomin"));
    expect((await chenyao.get(`/api/cases/${caseId}`)).body.outcome).toBe("approved");
  });

  test("that is rejected closes and gives its money back", async () => {
    const before = await bucketOf(receptionFor(await site.now(), { costDepartment: "marketing" }));
    const { caseId, content } = await submit();
    const refused = await decide(caseId, SHUAI, "reject");
    expect(refused.status).toBe(400);
    const answer = await decide(caseId, SHUAI, "reject", "与计划冲突");
    expect(answer.status).toBeLessThan(304);
    const { body } = await chenyao.get(`/api/cases/${caseId}`);
    expect(body).toMatchObject({ status: "closed", phase: "closed", outcome: "rejected" });
    expect(await bucketOf(content)).toEqual(before);
    expect((await site.inbox({ caseId, kind: "case.decision" })).map((mail) => mail.channel).sort()).toEqual([
      "email",
      "sms",
    ]);
  });

  test("that is returned can be edited and goes round again; earlier votes are void", async () => {
    const { caseId, content } = await submit();
    await decide(caseId, SHUAI, "approve");
    await decide(caseId, ZHANG, "return", "请把用车费用减掉");
    expect((await chenyao.get(`/api/cases/${caseId}`)).body.phase).toBe("returned");
    const tasks = await chenyao.get("/api/tasks");
    expect(
      tasks.body.items.some(
        (task: { caseId: string; kind: string }) => task.caseId === caseId && task.kind === "revise",
      ),
    ).toBe(true);
    expect(await site.inbox({ caseId, kind: "case.returned" })).toHaveLength(1);

    const edited = await chenyao.put(`/api/receptions/${caseId}`, { ...content, budgetAmount: 360_000 });
    expect(edited.status, edited.text).toBe(200);
    expect(edited.body).toMatchObject({ caseId, restartStage: "dept_manager" });
    expect(edited.body.changes).toEqual([{ path: "budgetAmount", from: 500_000, to: 360_000 }]);
    await site.settle();
    await decide(caseId, SHUAI, "approve");
    await decide(caseId, ZHANG, "approve");
    const { body } = await chenyao.get(`/api/cases/${caseId}`);
    expect(body).toMatchObject({ phase: "approved", outcome: "approved", chainValid: true });
    const voided = body.steps.flatMap((step: { votes: { void?: boolean }[] }) =>
      step.votes.filter((vote) => vote.void),
    );
    expect(voided).toHaveLength(2);
  });

  test("can be edited while people decide: the open link is stale and the signer is told what changed", async () => {
    const { caseId, content } = await submit();
    const old = await site.link(caseId, SHUAI);
    const page = await site.visitor().page(old);
    await chenyao.put(`/api/receptions/${caseId}`, { ...content, roomCount: 1 });
    const late = await site
      .visitor()
      .form(old, { nonce: nonceOf(page.text), choice: "approve", comment: "" });
    expect(late.status).toBe(409);
    await site.settle();
    expect(await site.inbox({ caseId, kind: "case.changed", to: SHUAI })).toHaveLength(1);
    expect(await site.link(caseId, SHUAI)).not.toBe(old);
  });

  test("can be withdrawn while people decide", async () => {
    const before = await bucketOf(receptionFor(await site.now(), { costDepartment: "marketing" }));
    const { caseId, content } = await submit();
    const path = await site.link(caseId, SHUAI);
    expect((await chenyao.post(`/api/cases/${caseId}/withdraw`)).status).toBe(200);
    await site.settle();
    expect((await chenyao.get(`/api/cases/${caseId}`)).body).toMatchObject({
      status: "closed",
      outcome: "withdrawn",
    });
    expect(await bucketOf(content)).toEqual(before);
    expect(await site.inbox({ caseId, kind: "case.withdrawn", to: SHUAI })).toHaveLength(1);
    expect((await site.visitor().page(path)).text).not.toContain('name="nonce"');
    expect((await chenyao.post(`/api/cases/${caseId}/withdraw`)).status).toBe(409);
  });

  test("nobody answers: two reminders, two escalations, then it expires and the money comes back", async () => {
    const before = await bucketOf(receptionFor(await site.now(), { costDepartment: "marketing" }, 60));
    const answer = await chenyao.post(
      "/api/receptions",
      receptionFor(await site.now(), { costDepartment: "marketing" }, 60),
    );
    const { caseId } = answer.body;
    await site.settle();
    await site.advance({ advance: "P30D" });
    const { body } = await chenyao.get(`/api/cases/${caseId}`);
    expect(body).toMatchObject({ status: "closed", phase: "closed", outcome: "expired" });
    expect(await site.inbox({ caseId, kind: "step.remind", to: SHUAI })).toHaveLength(2);
    expect(await site.inbox({ caseId, kind: "step.escalated", to: ZHANG })).toHaveLength(1);
    expect(await site.inbox({ caseId, kind: "step.escalated", to: "yinxue@xunda.example" })).toHaveLength(1);
    expect(await site.inbox({ caseId, kind: "case.expired", to: "chenyao@xunda.example" })).toHaveLength(1);
    expect(await bucketOf(body.content)).toEqual(before);
  });
});
