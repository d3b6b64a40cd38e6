/** The routes with the use cases replaced: what they call, what they answer, what they keep. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { RECEPTION_POLICY } from "../../../functions/policy/shipped.ts";
import { invalid, Refusal } from "../../../functions/shared/errors.ts";
import * as f from "../../support/fixtures.ts";

const calls = vi.hoisted(() => {
  // Request lines of a hundred calls would hide what fails.
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.POWERTOOLS_METRICS_DISABLED = "true";
  process.env.POWERTOOLS_METRICS_NAMESPACE = "test";
  process.env.UPLOAD_HOST = "documents.s3.example";
  return {
    session: vi.fn(),
    submit: vi.fn(),
    edit: vi.fn(),
    withdraw: vi.fn(),
    view: vi.fn(),
    act: vi.fn(),
    open: vi.fn(),
    byLink: vi.fn(),
    code: vi.fn(),
    comment: vi.fn(),
    copy: vi.fn(),
    nudge: vi.fn(),
    revoke: vi.fn(),
    waiting: vi.fn(),
    batch: vi.fn(),
  };
});
vi.mock("../../../functions/shared/clock.ts", async (original) => ({
  ...(await original<object>()),
  now: () => Date.parse("2026-12-02T15:00:00+08:00"),
}));
vi.mock("../../../functions/directory/session.ts", async () => {
  const { Refusal } = await import("../../../functions/shared/errors.ts");
  return {
    optionalSession: calls.session,
    requireSession: async () => {
      const session = await calls.session();
      if (!session) throw new Refusal(401, "unauthenticated");
      return session;
    },
    checkCsrf: (
      session: { csrf: string },
      request: { headers: Record<string, string> },
      form?: URLSearchParams,
    ) => {
      if (request.headers["x-careloop"] !== "1" && form?.get("csrf") !== session.csrf)
        throw new Refusal(403, "csrf");
    },
    claimedStaffId: () => null,
    endSession: async () => "careloop=; Max-Age=0",
  };
});
vi.mock("../../../functions/directory/store.ts", () => ({
  people: async () => [f.chenYao, f.shuaiZhong, f.zhangKe, f.finance],
  readPolicy: async () => ({ document: { administrator: { role: "service_manager" } } }),
  currentPolicy: async () => ({
    policyId: "reception",
    version: 1,
    document: {
      administrator: { role: "service_manager" },
      stages: [
        {
          stage: "dept_manager",
          when: {},
          signers: { relation: "requester_manager" },
          mode: "single",
          due: "PT8H",
        },
        {
          stage: "general_manager",
          when: { amountAbove: 100_000 },
          signers: { role: "general_manager" },
          mode: "single",
          due: "PT8H",
        },
      ],
    },
  }),
}));
vi.mock("../../../functions/case/lists.ts", () => ({
  myTasks: async () => ({ items: [], next: null }),
  myCases: async () => ({ items: [], next: null }),
}));
vi.mock("../../../functions/case/read.ts", () => ({ viewCase: calls.view }));
vi.mock("../../../functions/ledger/read.ts", () => ({
  readBucket: async () => {
    throw new Refusal(403, "not_allowed");
  },
  visibleBuckets: async () => [f.bucket],
}));
vi.mock("../../../functions/reception/preview.ts", () => ({
  readSources: async () => ({
    at: f.NOW,
    basis: {
      policy: { policyId: "reception", version: 1, document: RECEPTION_POLICY },
      table: { document: { cap: 500_000 } },
      buckets: [],
    },
    roster: { people: [f.chenYao, f.shuaiZhong, f.zhangKe, f.finance], absences: [] },
  }),
  previewOf: () => null,
  problemsOf: () => [{ path: "guestContactName", code: "required" }],
}));
vi.mock("../../../functions/case/comment.ts", () => ({ commentOnCase: calls.comment }));
vi.mock("../../../functions/case/copy.ts", () => ({ copyCase: calls.copy }));
vi.mock("../../../functions/case/waiting.ts", () => ({ waitingDecisions: calls.waiting }));
vi.mock("../../../functions/step/nudge.ts", () => ({ nudge: calls.nudge }));
vi.mock("../../../functions/step/batch.ts", () => ({ approveBatch: calls.batch }));
vi.mock("../../../functions/reception/revoke.ts", () => ({ revokeReception: calls.revoke }));
vi.mock("../../../functions/reception/submit.ts", () => ({ submitReception: calls.submit }));
vi.mock("../../../functions/reception/edit.ts", () => ({ editReception: calls.edit }));
vi.mock("../../../functions/reception/withdraw.ts", () => ({ withdrawReception: calls.withdraw }));
vi.mock("../../../functions/step/act.ts", () => ({ actOnStep: calls.act }));
vi.mock("../../../functions/step/link.ts", () => ({
  readLink: async (link: string) => ({ link, staffId: f.zhangKe.staffId }),
  openLink: calls.open,
  actByLink: calls.byLink,
  askForCode: calls.code,
}));

const { handler: staff } = await import("../../../functions/web/staff.tsx");
const { handler: cases } = await import("../../../functions/web/cases.ts");
const { handler: request } = await import("../../../functions/web/request.tsx");
const { handler: tasks } = await import("../../../functions/web/tasks.tsx");
const { handler: office } = await import("../../../functions/web/office.tsx");
const { handler: decision } = await import("../../../functions/web/decision.tsx");

type Call = {
  query?: string;
  form?: Record<string, string>;
  json?: unknown;
  headers?: Record<string, string>;
};

async function send(
  handler: typeof staff,
  method: string,
  path: string,
  call: Call = {},
): Promise<APIGatewayProxyStructuredResultV2> {
  const { query = "", form, json, headers } = call;
  const event = {
    rawPath: path,
    rawQueryString: query,
    headers: {
      accept: "text/html",
      ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      ...(json ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(form ? { body: new URLSearchParams(form).toString() } : {}),
    ...(json ? { body: JSON.stringify(json) } : {}),
    requestContext: { http: { method, sourceIp: "192.0.2.1" } },
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  return handler(event, {} as Context) as Promise<APIGatewayProxyStructuredResultV2>;
}

/** The function that serves a page. */
const handlerOf = (path: string) =>
  path.startsWith("/receptions/")
    ? request
    : path === "/budget"
      ? office
      : /^\/tasks|\/steps\//.test(path)
        ? tasks
        : staff;

const chen = { actor: f.chenYao, csrf: "token-1" };
const zhang = { actor: f.zhangKe, csrf: "token-2" };

beforeEach(() => {
  for (const call of Object.values(calls)) call.mockReset();
  calls.session.mockResolvedValue(chen);
  calls.view.mockResolvedValue(f.waiting);
});

describe("reading", () => {
  test("GET and HEAD call nothing that writes", async () => {
    for (const path of [
      "/",
      "/receptions/new",
      "/receptions/JD-2026-000041/edit",
      "/cases/JD-2026-000041",
      "/cases/JD-2026-000041/workflow",
      `/cases/JD-2026-000041/steps/${f.directorStep.stepId}`,
      "/budget",
    ])
      for (const method of ["GET", "HEAD"])
        expect((await send(handlerOf(path), method, path)).statusCode).toBeLessThan(404);
    for (const call of [calls.submit, calls.edit, calls.withdraw, calls.act])
      expect(call).not.toHaveBeenCalled();
    expect((await send(staff, "GET", "/signout")).statusCode).toBe(405);
    expect((await send(staff, "GET", "/language")).statusCode).toBe(405);
  });
  test("only the page of a case may connect to the document store", async () => {
    const policy = async (path: string) =>
      (await send(handlerOf(path), "GET", path)).headers?.["content-security-policy"];
    expect(await policy("/cases/JD-2026-000041")).toContain("connect-src 'self' documents.s3.example;");
    expect(await policy("/receptions/new")).toContain("connect-src 'self';");
  });
  test("a visitor is shown the way in, and back to the page", async () => {
    calls.session.mockResolvedValue(null);
    expect(await send(staff, "GET", "/")).toMatchObject({
      statusCode: 303,
      headers: { location: "/signin" },
    });
    const page = await send(staff, "GET", "/cases/JD-2026-000041");
    expect(page.statusCode).toBe(401);
    expect(page.body).toContain("/auth/login?to=%2Fcases%2FJD-2026-000041");
    expect((await send(cases, "GET", "/api/cases/JD-2026-000041")).statusCode).toBe(401);
  });
  test("a case of others is a friendly 404", async () => {
    calls.view.mockRejectedValue(new Refusal(404, "not_found"));
    const page = await send(staff, "GET", "/cases/JD-2026-000042");
    expect(page.statusCode).toBe(404);
    expect(page.body).toContain("没有找到");
    expect(page.body).not.toContain("JD-2026-000042<");
  });
  test("budgets are for some", async () => {
    expect((await send(office, "GET", "/budget")).statusCode).toBe(403);
    calls.session.mockResolvedValue({ actor: f.finance, csrf: "t" });
    const page = await send(office, "GET", "/budget", { query: "department=finance&period=2026-12" });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain("财务部 2026年12月接待预算");
    expect(page.body).toContain("¥23,400.00".slice(1));
  });
});

describe("a new reception", () => {
  const typed = {
    csrf: "token-1",
    key: "key-1",
    visitingOrg: "洁丽雅有限公司",
    budgetAmount: "5,000.00",
    guestsMale: "2",
  };
  test("is submitted once per key, and leads to the case", async () => {
    calls.submit.mockResolvedValue({ status: 201, body: { caseId: "JD-2026-000041" } });
    const done = await send(request, "POST", "/receptions/new", { form: { ...typed, do: "submit" } });
    expect(done).toMatchObject({
      statusCode: 303,
      headers: { location: "/cases/JD-2026-000041?told=created" },
    });
    expect(calls.submit).toHaveBeenCalledWith(
      f.chenYao,
      expect.objectContaining({ budgetAmount: 500_000, guestsMale: 2 }),
      { idempotencyKey: "key-1" },
    );
  });
  test.each(["preview", ""])("do=%j only computes", async (press) => {
    const page = await send(request, "POST", "/receptions/new", { form: { ...typed, do: press } });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('value="洁丽雅有限公司"');
    expect(page.body).toContain("¥2,500.00");
    expect(page.body).toMatch(/hidden data-above="100000"|data-above="100000"/);
    expect(calls.submit).not.toHaveBeenCalled();
  });
  test.each([
    [
      new Refusal(400, "invalid", {}, [{ path: "guestContactName", code: "required" }]),
      400,
      "来客联系人：请填写这一项",
    ],
    [
      new Refusal(409, "budget_exceeded", { available: 100_000, needed: 500_000 }),
      409,
      "预算不够：还可用 ¥1,000.00，本次要 ¥5,000.00。",
    ],
    [new Refusal(409, "no_budget"), 409, "请联系财务部"],
    [new Refusal(503, "busy"), 503, "系统正忙"],
  ])("refused with %s keeps everything", async (refusal, status, message) => {
    calls.submit.mockRejectedValue(refusal);
    const page = await send(request, "POST", "/receptions/new", { form: { ...typed, do: "submit" } });
    expect(page.statusCode).toBe(status);
    expect(page.body).toContain(message);
    expect(page.body).toContain('value="洁丽雅有限公司"');
    expect(page.body).toContain('name="key" value="key-1"');
  });
  test("a worn-out key is replaced", async () => {
    calls.submit.mockRejectedValue(new Refusal(409, "idempotency_mismatch"));
    const page = await send(request, "POST", "/receptions/new", { form: { ...typed, do: "submit" } });
    expect(page.body).not.toContain("key-1");
    expect(page.body).toContain("这份申请已经提交过了");
  });
  test("survives a session that has ended, and a token that has", async () => {
    const stale = await send(request, "POST", "/receptions/new", {
      form: { ...typed, csrf: "old", do: "submit" },
    });
    expect(stale.statusCode).toBe(403);
    expect(stale.body).toContain('name="csrf" value="token-1"');
    expect(stale.body).toContain('value="洁丽雅有限公司"');
    calls.session.mockResolvedValue(null);
    const out = await send(request, "POST", "/receptions/new", { form: { ...typed, do: "submit" } });
    expect(out.statusCode).toBe(401);
    expect(out.body).toContain('value="洁丽雅有限公司"');
    expect(calls.submit).not.toHaveBeenCalled();
  });
  test("is not for drivers", async () => {
    calls.session.mockResolvedValue({ actor: f.person("d", "司机", "driver"), csrf: "t" });
    expect((await send(request, "GET", "/receptions/new")).statusCode).toBe(403);
  });
});

describe("an edit", () => {
  const path = "/receptions/JD-2026-000041/edit";
  const typed = { csrf: "token-1", contentHash: "hash-seen", do: "submit", visitingOrg: "洁丽雅" };
  test("sends the hash that its page was made from", async () => {
    calls.edit.mockResolvedValue({
      caseId: "JD-2026-000041",
      contentHash: "new",
      changes: [{ path: "visitingOrg" }],
      restartStage: "dept_manager",
    });
    const done = await send(request, "POST", path, { form: typed });
    expect(done.headers?.location).toBe("/cases/JD-2026-000041?told=saved");
    expect(calls.edit).toHaveBeenCalledWith(
      f.chenYao,
      "JD-2026-000041",
      expect.objectContaining({ visitingOrg: "洁丽雅" }),
      { ifMatch: '"hash-seen"' },
    );
  });
  test.each([
    ["approval", "unchanged"],
    ["returned", "saved"],
  ])("without a change, in phase %s, is told as %s", async (phase, told) => {
    calls.edit.mockResolvedValue({ changes: [] });
    const done = await send(request, "POST", path, { form: { ...typed, phase } });
    expect(done.headers?.location).toBe(`/cases/JD-2026-000041?told=${told}`);
  });
  test("that meets a newer content shows so and can be sent again", async () => {
    calls.edit.mockRejectedValue(new Refusal(409, "stale"));
    const page = await send(request, "POST", path, { form: typed });
    expect(page.statusCode).toBe(409);
    expect(page.body).toContain(`name="contentHash" value="${f.HASH}"`);
    expect(page.body).toContain('value="洁丽雅"');
  });
  test("is the requester's, and only while it can be", async () => {
    calls.session.mockResolvedValue(zhang);
    expect((await send(request, "GET", path)).statusCode).toBe(403);
    calls.session.mockResolvedValue(chen);
    calls.view.mockResolvedValue(f.approved);
    expect((await send(request, "GET", path)).statusCode).toBe(409);
  });
});

describe("a decision, signed in", () => {
  const path = `/cases/JD-2026-000041/steps/${f.directorStep.stepId}`;
  beforeEach(() => calls.session.mockResolvedValue(zhang));
  test("shows the buttons to the signer, the case to others", async () => {
    const page = await send(tasks, "GET", path);
    expect(page.body).toContain('name="choice" value="approve"');
    expect(page.body).toContain(`name="contentHash" value="${f.HASH}"`);
    calls.session.mockResolvedValue(chen);
    expect(await send(tasks, "GET", path)).toMatchObject({
      statusCode: 303,
      headers: { location: "/cases/JD-2026-000041" },
    });
  });
  test("answers with the way to the receipt", async () => {
    calls.act.mockImplementation(async () => calls.view.mockResolvedValue(f.approved));
    const answer = await send(tasks, "POST", path, {
      form: { csrf: "token-2", choice: "approve", contentHash: f.HASH, comment: "同意\r\n请按实结算" },
    });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: `${path}?done` } });
    const page = await send(tasks, "GET", path, { query: "done" });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain("您已同意这笔接待");
    expect(page.body).toContain("7C41-90AE");
    expect(calls.act).toHaveBeenCalledWith(f.zhangKe, f.directorStep.stepId, {
      choice: "approve",
      comment: "同意\n请按实结算",
      data: {},
      contentHash: f.HASH,
    });
  });
  test.each([
    [new Refusal(400, "invalid", {}, [{ path: "comment", code: "reason_required" }]), 400, "请写明原因"],
    [new Refusal(409, "stale"), 409, "刚才的决定没有生效"],
    [new Refusal(403, "over_limit"), 403, "签批限额"],
    [new Refusal(503, "busy"), 503, "系统正忙"],
  ])("refused with %s keeps what was written", async (refusal, status, message) => {
    calls.act.mockRejectedValue(refusal);
    const page = await send(tasks, "POST", path, {
      form: { csrf: "token-2", choice: "reject", comment: "太贵了" },
    });
    expect(page.statusCode).toBe(status);
    expect(page.body).toContain(message);
    expect(page.body).toContain("太贵了");
  });
  test("that comes too late shows who decided", async () => {
    calls.act.mockRejectedValue(new Refusal(409, "already_decided"));
    calls.view.mockResolvedValue(f.rejected);
    const page = await send(tasks, "POST", path, { form: { csrf: "token-2", choice: "approve" } });
    expect(page.statusCode).toBe(409);
    expect(page.body).toContain("张科已于今天 14:50 驳回。");
    expect(page.body).not.toContain('name="choice"');
  });
  test("needs the page's token", async () => {
    expect((await send(tasks, "POST", path, { form: { choice: "approve" } })).statusCode).toBe(403);
    expect(calls.act).not.toHaveBeenCalled();
  });
});

describe("a decision by link", () => {
  const path = `/d/${"a".repeat(43)}`;
  const page = (more = {}) => ({
    state: "open",
    view: f.waiting,
    step: f.directorStep,
    viewer: f.zhangKe,
    nonce: "nonce-1",
    mine: null,
    undo: false,
    codeNeeded: false,
    codeSent: false,
    staff: [f.chenYao, f.shuaiZhong, f.zhangKe, f.finance],
    ...more,
  });
  beforeEach(() => {
    calls.session.mockResolvedValue(null);
    calls.open.mockResolvedValue(page());
  });
  test("GET shows and decides nothing", async () => {
    for (const method of ["GET", "HEAD"]) expect((await send(decision, method, path)).statusCode).toBe(200);
    expect((await send(decision, "GET", path)).body).toContain('name="nonce" value="nonce-1"');
    expect(calls.byLink).not.toHaveBeenCalled();
  });
  test("a press answers with the way to the receipt, or with JSON", async () => {
    const done = {
      stepId: "s",
      outcome: "approved",
      effectiveAt: "2026-12-02T15:00:00+08:00",
      undoUntil: null,
    };
    calls.byLink.mockResolvedValue(done);
    calls.open.mockResolvedValue(
      page({
        state: "decided",
        view: f.approved,
        step: f.approved.steps[1],
        mine: f.approved.steps[1]!.votes[0],
      }),
    );
    const answer = await send(decision, "POST", path, { form: { nonce: "nonce-1", choice: "approve" } });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: `${path}?done` } });
    const html = await send(decision, "GET", path, { query: "done" });
    expect(html.body).toContain("您已同意这笔接待");
    const link = { link: "a".repeat(43), item: expect.any(Promise) };
    expect(calls.byLink).toHaveBeenCalledWith(link, expect.any(Promise), {
      nonce: "nonce-1",
      choice: "approve",
    });
    const json = await send(decision, "POST", path, {
      form: { nonce: "nonce-1", choice: "approve" },
      headers: { accept: "application/json" },
    });
    expect(JSON.parse(json.body ?? "")).toEqual(done);
  });
  test("within the window the page of a vote has one form, with the choice undo alone", async () => {
    const voted = {
      state: "decided",
      step: {
        ...f.directorStep,
        status: "done",
        outcome: "approved",
        undoUntil: "2026-12-02T15:02:00+08:00",
        votes: f.approved.steps[1]!.votes,
      },
      mine: f.approved.steps[1]!.votes[0],
      undo: true,
    };
    calls.open.mockResolvedValue(page(voted));
    for (const query of ["", "done"]) {
      const { body = "" } = await send(decision, "GET", path, { query });
      expect([...body.matchAll(/name="choice" value="([^"]+)"/g)].map(([, choice]) => choice)).toEqual([
        "undo",
      ]);
      expect(body).toContain('name="nonce" value="nonce-1"');
    }
    calls.byLink.mockResolvedValue({ stepId: "s", outcome: null, effectiveAt: null, undoUntil: null });
    const undone = await send(decision, "POST", path, { form: { nonce: "nonce-1", choice: "undo" } });
    expect([undone.statusCode, undone.body?.includes("决定已撤销")]).toEqual([200, true]);
  });
  test("a large amount asks for the code, sends it and says what was wrong with it", async () => {
    calls.open.mockResolvedValue(page({ codeNeeded: true }));
    const asked = (await send(decision, "GET", path)).body ?? "";
    expect(asked).toContain(`action="${path}/code"`);
    expect(asked).toContain('name="code"');
    calls.open.mockResolvedValue(page({ codeNeeded: true, codeSent: true }));
    const form = { nonce: "nonce-1" };
    const sent = await send(decision, "POST", `${path}/code`, { form });
    expect(sent).toMatchObject({ statusCode: 303, headers: { location: path } });
    expect((await send(decision, "GET", path)).body).toContain("验证码已发到");
    const headers = { accept: "application/json" };
    const told = await send(decision, "POST", `${path}/code`, { form, headers });
    expect([told.statusCode, told.body]).toEqual([200, '{"sent":true}']);
    calls.byLink.mockRejectedValue(new Refusal(403, "wrong_code"));
    const wrong = await send(decision, "POST", path, {
      form: { ...form, choice: "approve", code: "000000" },
    });
    expect([wrong.statusCode, wrong.body?.includes("验证码不对")]).toEqual([403, true]);
    calls.code.mockRejectedValue(new Refusal(429, "too_soon", { retryAfter: 60 }));
    const late = await send(decision, "POST", `${path}/code`, { form });
    expect([late.statusCode, late.headers?.["retry-after"]]).toEqual([429, "60"]);
  });
  test("the forms of further verbs carry whom and where to", async () => {
    calls.open.mockResolvedValue(page());
    const { body = "" } = await send(decision, "GET", path);
    for (const choice of ["transfer", "add-before", "add-after"]) expect(body).toContain(`value="${choice}"`);
    // Neither the requester nor who signs already is offered.
    expect([...body.matchAll(/<option value="(\w+)"/g)].map(([, staffId]) => staffId)).not.toContain(
      "chenyao",
    );
    expect(body).toContain('name="toStage"');
  });
  test("each state has its page", async () => {
    calls.open.mockResolvedValue(page({ state: "decided", step: f.managerStep, nonce: null }));
    expect((await send(decision, "GET", path)).body).toContain("帅钟已于昨天 14:05 同意。");
    calls.open.mockResolvedValue(
      page({ state: "void", view: f.edited, step: f.edited.steps[1], nonce: null }),
    );
    const moved = await send(decision, "GET", path);
    expect(moved.statusCode).toBe(200);
    expect(moved.body).not.toContain('name="choice"');
    calls.open.mockResolvedValue(page({ state: "expired" }));
    const expired = await send(decision, "GET", path);
    expect(expired.statusCode).toBe(410);
    expect(expired.body).toContain('name="choice" value="fresh-link"');
    calls.byLink.mockResolvedValue({ fresh: true });
    expect(
      (await send(decision, "POST", path, { form: { nonce: "nonce-1", choice: "fresh-link" } })).body,
    ).toContain("新链接已发出");
  });
  test("unknown links have one constant page", async () => {
    calls.open.mockRejectedValue(new Refusal(404, "not_found"));
    calls.byLink.mockRejectedValue(new Refusal(404, "not_found"));
    const bodies = new Set<string | undefined>();
    for (const other of [path, "/d/short", `/d/${"b".repeat(50)}`, "/d/x/y"]) {
      const answer = await send(decision, "GET", other);
      expect(answer.statusCode).toBe(404);
      bodies.add(answer.body);
    }
    const pressed = await send(decision, "POST", path, { form: { nonce: "x", choice: "approve" } });
    expect(pressed.statusCode).toBe(404);
    bodies.add(pressed.body);
    expect(bodies.size).toBe(1);
  });
  test("somebody else's session is told so, without a form to decide", async () => {
    calls.session.mockResolvedValue(chen);
    calls.open.mockRejectedValue(new Refusal(403, "wrong_person"));
    const answer = await send(decision, "GET", path);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain("您现在登录的是陈瑶");
    expect(answer.body).toContain('action="/signout"');
    expect(answer.body).not.toContain('name="choice"');
  });
});

describe("small forms", () => {
  test("the language goes into a cookie and back to a page of this site", async () => {
    const done = await send(staff, "POST", "/language", { form: { lang: "en", back: "//evil.example" } });
    expect(done).toMatchObject({ statusCode: 303, headers: { location: "/" } });
    expect(done.cookies?.[0]).toMatch(/^lang=en; Path=\//);
    expect(
      (await send(staff, "POST", "/language", { form: { lang: "xx", back: "/budget" } })).cookies?.[0],
    ).toMatch(/^lang=zh-CN;/);
  });
  test("signing out needs the token", async () => {
    expect((await send(staff, "POST", "/signout", { form: {} })).statusCode).toBe(403);
    const done = await send(staff, "POST", "/signout", { form: { csrf: "token-1" } });
    expect(done).toMatchObject({ statusCode: 303, headers: { location: "/signin" } });
    expect(done.cookies).toEqual(["careloop=; Max-Age=0"]);
  });
  test("withdrawing needs the token", async () => {
    calls.withdraw.mockResolvedValue({ caseId: "JD-2026-000041" });
    expect((await send(staff, "POST", "/cases/JD-2026-000041/withdraw", { form: {} })).statusCode).toBe(403);
    expect(calls.withdraw).not.toHaveBeenCalled();
    const done = await send(staff, "POST", "/cases/JD-2026-000041/withdraw", { form: { csrf: "token-1" } });
    expect(done.headers?.location).toBe("/cases/JD-2026-000041?told=withdrawn");
  });
});

describe("the JSON API", () => {
  test("hands over body, key and hash", async () => {
    calls.submit.mockResolvedValue({ status: 201, body: { caseId: "JD-2026-000041" } });
    const headers = { accept: "application/json", "x-careloop": "1", "idempotency-key": "k" };
    const made = await send(request, "POST", "/api/receptions", { json: { a: 1 }, headers });
    expect(made.statusCode).toBe(201);
    expect(calls.submit).toHaveBeenCalledWith(f.chenYao, { a: 1 }, { idempotencyKey: "k" });
    calls.edit.mockResolvedValue({ caseId: "JD-2026-000041" });
    await send(request, "PUT", "/api/receptions/JD-2026-000041", {
      json: { a: 2 },
      headers: { ...headers, "if-match": '"h"' },
    });
    expect(calls.edit).toHaveBeenCalledWith(
      f.chenYao,
      "JD-2026-000041",
      { a: 2 },
      { idempotencyKey: "k", ifMatch: '"h"' },
    );
  });
  test("refuses a write without the header", async () => {
    const answer = await send(tasks, "POST", "/api/tasks/batch", {
      json: { choice: "approve" },
      headers: { accept: "application/json" },
    });
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ code: "csrf" });
    expect(calls.act).not.toHaveBeenCalled();
  });
});

describe("forms on a whole case", () => {
  const path = "/cases/JD-2026-000041";
  const forms: [keyof typeof calls, string, Record<string, string>, object, string][] = [
    ["comment", "comments", { text: "一\r\n二 " }, { text: "一\n二" }, "commented"],
    [
      "copy",
      "cc",
      { staffIds: "s-fin", comment: "请知悉" },
      { staffIds: ["s-fin"], comment: "请知悉" },
      "copied",
    ],
    ["nudge", "nudge", {}, {}, "nudged"],
    ["revoke", "revoke", { comment: "客人不来了" }, { comment: "客人不来了" }, "revoked"],
  ];
  test.each(forms)(
    "%s calls what the API calls and says that it is done",
    async (call, name, form, input, told) => {
      calls[call].mockResolvedValue({ caseId: "JD-2026-000041" });
      const refused = await send(staff, "POST", `${path}/${name}`, { form });
      expect([refused.statusCode, calls[call].mock.calls.length]).toEqual([403, 0]);
      const done = await send(staff, "POST", `${path}/${name}`, { form: { ...form, csrf: "token-1" } });
      expect(done).toMatchObject({ statusCode: 303, headers: { location: `${path}?told=${told}` } });
      expect(calls[call]).toHaveBeenCalledExactlyOnceWith(f.chenYao, "JD-2026-000041", input);
      expect((await send(staff, "GET", path, { query: `told=${told}` })).body).toContain('role="status"');
    },
  );
  test("a refused comment keeps its text, with the message at the field", async () => {
    calls.comment.mockRejectedValue(invalid({ path: "text", code: "too_long", params: { max: 2000 } }));
    const page = await send(staff, "POST", `${path}/comments`, { form: { csrf: "token-1", text: "很长" } });
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('<details class="why" open>');
    expect(page.body).toMatch(/id="comment-e"[\s\S]*aria-invalid="true"[\s\S]*很长<\/textarea>/);
  });
  test("a refused calling off asks for its reason", async () => {
    calls.view.mockResolvedValue(f.approved);
    calls.revoke.mockRejectedValue(invalid({ path: "comment", code: "reason_required" }));
    const page = await send(staff, "POST", `${path}/revoke`, { form: { csrf: "token-1", comment: "" } });
    expect(page.statusCode).toBe(400);
    expect(page.body).toMatch(/id="revoke-e"/);
  });
  test("a nudge too soon says when to try again", async () => {
    calls.nudge.mockRejectedValue(new Refusal(429, "too_soon", { retryAfter: 600 }));
    const page = await send(staff, "POST", `${path}/nudge`, { form: { csrf: "token-1" } });
    expect([page.statusCode, page.headers?.["retry-after"]]).toEqual([429, "600"]);
    expect(page.body).toContain('role="alert"');
  });
  test("of a case that is not theirs to see they learn nothing", async () => {
    calls.comment.mockRejectedValue(new Refusal(404, "not_found"));
    const page = await send(staff, "POST", `${path}/comments`, { form: { csrf: "token-1", text: "？" } });
    expect(page.statusCode).toBe(404);
    expect(page.body).not.toContain("洁丽雅");
  });
});

describe("several decisions at once", () => {
  const waiting = {
    items: [f.waitingDecision(), f.waitingDecision({ stepId: "other", batchable: false })],
    next: null,
  };
  beforeEach(() => {
    calls.session.mockResolvedValue(zhang);
    calls.waiting.mockResolvedValue(waiting);
  });
  test("only what may be approved together has a box", async () => {
    const { body = "" } = await send(tasks, "GET", "/tasks");
    expect([...body.matchAll(/name="step" value="([^"]+)"/g)].map((match) => match[1])).toEqual([
      `${f.directorStep.stepId} ${f.HASH}`,
    ]);
    expect(body).toContain('name="choice" value="approve"');
    expect(body).not.toMatch(/value="(reject|return)"/);
  });
  test("what was ticked is approved, each with its own result", async () => {
    const results = [
      { stepId: f.directorStep.stepId, status: 200 },
      { stepId: "other", status: 403, code: "not_batchable" },
    ];
    calls.batch.mockResolvedValue({ status: 200, body: { results } });
    const form = { csrf: "token-2", choice: "approve", step: `${f.directorStep.stepId} ${f.HASH}` };
    expect((await send(tasks, "POST", "/tasks/batch", { form: { ...form, csrf: "" } })).statusCode).toBe(403);
    const page = await send(tasks, "POST", "/tasks/batch", { form });
    expect(calls.batch).toHaveBeenCalledExactlyOnceWith(f.zhangKe, {
      choice: "approve",
      steps: [{ stepId: f.directorStep.stepId, contentHash: f.HASH }],
    });
    expect(page.body).toContain("已同意 1 件，1 件没有生效");
    expect(page.body).toContain(`/steps/${f.directorStep.stepId}?done`);
  });
  test("nothing ticked: the list comes back and says so", async () => {
    calls.batch.mockRejectedValue(invalid({ path: "steps", code: "required" }));
    const page = await send(tasks, "POST", "/tasks/batch", { form: { csrf: "token-2", choice: "approve" } });
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('class="oops"');
  });
  test("filters are part of the address", async () => {
    const late = await send(tasks, "GET", "/tasks", { query: "overdue=1" });
    expect(late.body).toContain('href="/tasks?overdue=1" aria-current="page"');
    expect(late.body).not.toContain('name="step"');
  });
});
