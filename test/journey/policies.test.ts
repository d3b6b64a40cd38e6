/** Rules as data, told by a stranger's client: what is published changes who signs from then on, and nothing before. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { careComplaint } from "../support/care.ts";
import { type Client, csrfOf, receptionFor } from "../support/client.ts";
import { site } from "../support/journey.ts";
import { postedFields } from "../support/posted-fields.ts";

const RECEPTION = "/api/policies/reception";
let admin: Client;
let manager: Client;
let zhangyun: Client;
// biome-ignore lint/suspicious/noExplicitAny: the document as a client reads it
let original: any;

const COMMITTEE = {
  stage: "committee",
  when: { amountAbove: 60_000, departments: ["warehouse"] },
  signers: { role: "committee" },
  mode: "n-of-m",
  need: 2,
  due: "PT8H",
};

const newest = async () => (await admin.get(RECEPTION)).body;
const withCommittee = (change: object = {}) => ({
  ...original,
  ...change,
  stages: [...original.stages, COMMITTEE],
});

async function publish(document: unknown): Promise<number> {
  const { version } = await newest();
  const saved = await admin.put(`${RECEPTION}/draft`, { basedOn: version, document });
  expect(saved.status, saved.text).toBe(200);
  const published = await admin.post(`${RECEPTION}/draft/publish`);
  expect(published.status, published.text).toBe(200);
  return published.body.version;
}

async function submit(amount = 80_000): Promise<string> {
  const content = receptionFor(await site.now(), { budgetAmount: amount, costDepartment: "warehouse" });
  const { excessReason: _none, ...cheap } = content;
  const answer = await zhangyun.post("/api/receptions", cheap);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return answer.body.caseId;
}

const openStep = async (caseId: string) => {
  const { body } = await zhangyun.get(`/api/cases/${caseId}`);
  return body.steps.find((step: { status: string }) => step.status === "open");
};
const idsOf = (people: { staffId: string }[]): string[] => people.map((one) => one.staffId).sort();
const today = async () => new Date((await site.now()) + 8 * 3_600_000).toISOString().slice(0, 10);

async function approve(caseId: string, staffId: string): Promise<void> {
  const { stepId } = await openStep(caseId);
  const signer = await site.as(staffId);
  const answer = await signer.post(`/api/steps/${stepId}`, { choice: "approve", comment: "" });
  expect(answer.status, answer.text).toBe(200);
}

beforeAll(async () => {
  admin = await site.as("limin");
  manager = await site.as("yinxue");
  zhangyun = await site.as("zhangyun");
  original = (await newest()).document;
});
// Others who use this cloud find the rules and the people as they were.
afterAll(async () => {
  await manager.send("PATCH", "/api/people/shuaizhong", { active: true });
  await publish(original);
});

describe("a committee by data alone", () => {
  test("signs for new cases; running ones keep their version; the dry run names who would have gone there", async () => {
    const before = await newest();
    const running = await submit();
    const small = await submit(50_000);

    const draft = withCommittee();
    const saved = await admin.put(`${RECEPTION}/draft`, { basedOn: before.version, document: draft });
    expect(saved.status, saved.text).toBe(200);
    expect((await admin.post(`${RECEPTION}/draft/validate`, { document: draft })).body).toEqual({
      ok: true,
      errors: [],
    });
    expect((await admin.get(`${RECEPTION}/draft/diff`)).body).toEqual({
      changes: [{ path: "stages.committee", from: null, to: COMMITTEE }],
    });
    const day = await today();
    const dryRun = await admin.post(`${RECEPTION}/draft/dry-run`, { from: day, to: day });
    expect(dryRun.status, dryRun.text).toBe(200);
    expect(dryRun.body.changed).toContainEqual({
      caseId: running,
      before: ["dept_manager"],
      after: ["dept_manager", "committee"],
    });
    expect(dryRun.body.changed.map((one: { caseId: string }) => one.caseId)).not.toContain(small);
    expect(dryRun.body.cases).toBeGreaterThanOrEqual(2);
    expect((await newest()).version).toBe(before.version);

    const published = await admin.post(`${RECEPTION}/draft/publish`);
    expect(published.body).toEqual({ version: before.version + 1 });
    expect(await newest()).toMatchObject({
      version: before.version + 1,
      publishedBy: { staffId: "limin", name: "李敏" },
      document: draft,
    });

    const kept = (await zhangyun.get(`/api/cases/${running}/route`)).body;
    expect([kept.policy.version, kept.stages.length]).toEqual([before.version, 1]);

    const caseId = await submit();
    const { policy, stages } = (await zhangyun.get(`/api/cases/${caseId}/route`)).body;
    expect(policy).toEqual({ policyId: "reception", version: before.version + 1 });
    expect(stages.map((one: { stage: string }) => one.stage)).toEqual(["dept_manager", "committee"]);
    await approve(caseId, "shuaizhong");
    await site.advance({ advance: "PT3M" });
    const step = await openStep(caseId);
    expect([step.stage, idsOf(step.assignees)]).toEqual(["committee", ["daiwen", "gaofeng", "xielei"]]);
    await approve(caseId, "daiwen");
    expect((await openStep(caseId)).stage).toBe("committee");
    await approve(caseId, "xielei");
    await site.advance({ advance: "PT3M" });
    expect((await zhangyun.get(`/api/cases/${caseId}`)).body).toMatchObject({ outcome: "approved" });

    await approve(running, "shuaizhong");
    await site.advance({ advance: "PT3M" });
    expect((await zhangyun.get(`/api/cases/${running}`)).body).toMatchObject({ outcome: "approved" });
  });

  test("complaints count by the figures that were published when they came in", async () => {
    const path = "/api/policies/complaint";
    const file = async () => {
      const { body } = await site.visitor().post("/api/complaints", careComplaint());
      const clocks = (await admin.get(`/api/cases/${body.caseId}/clocks`)).body;
      return clocks.map((one: { kind: string; minutes: number }) => [one.kind, one.minutes]);
    };
    expect(await file()).toContainEqual(["respond", 120]);
    const { version, document } = (await admin.get(path)).body;
    document.clocks.P2.respond = 90;
    document.clocks.P2.acknowledge = 100;
    const wrong = await admin.put(`${path}/draft`, { basedOn: version, document });
    expect([wrong.status, wrong.body.errors[0]]).toMatchObject([
      400,
      { path: "document.clocks.P2.respond", code: "at_least" },
    ]);
    document.clocks.P2.acknowledge = 30;
    expect((await admin.put(`${path}/draft`, { basedOn: version, document })).status).toBe(200);
    expect((await admin.get(`${path}/draft/diff`)).body.changes).toEqual([
      { path: "clocks.P2.respond", from: 120, to: 90 },
    ]);
    expect((await admin.post(`${path}/draft/dry-run`, { from: "2026-12-01", to: "2026-12-02" })).status).toBe(
      404,
    );
    expect((await admin.post(`${path}/draft/publish`)).body).toEqual({ version: version + 1 });
    expect(await file()).toContainEqual(["respond", 90]);
    expect((await zhangyun.get(path)).status).toBe(403);
    const page = await admin.page("/policies/complaint");
    expect(page.text).toContain("首次联系 90 分钟");
  });

  test("what is wrong is told all at once in the reader's language, and nothing is kept", async () => {
    const { version } = await newest();
    const document = { ...withCommittee(), undoSeconds: -1, autoApprove: true };
    document.stages[document.stages.length - 1] = { ...COMMITTEE, need: 4 };
    const refused = await admin.put(
      `${RECEPTION}/draft`,
      { basedOn: version, document },
      { "accept-language": "zh-CN" },
    );
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((one: { path: string; code: string }) => [one.path, one.code])).toEqual([
      ["document.undoSeconds", "at_least"],
      ["document.autoApprove", "unknown_field"],
      ["document.stages.3.need", "need_above_signers"],
    ]);
    expect(refused.body.errors[2].message).toBe("不能多于签批人数（现在 3 人）");
    expect((await admin.get(`${RECEPTION}/draft/diff`)).status).toBe(404);
    const stale = await admin.put(`${RECEPTION}/draft`, { basedOn: 99, document: original });
    expect([stale.status, stale.body.code]).toEqual([409, "stale"]);
    expect((await zhangyun.get(RECEPTION)).status).toBe(403);
    expect((await zhangyun.get("/api/policies/standards")).status).toBe(200);
    expect((await zhangyun.get("/api/policies/standards/draft/diff")).status).toBe(403);
    expect((await site.visitor().get(RECEPTION)).status).toBe(401);
    const bare = await admin.call("PUT", `${RECEPTION}/draft`, {
      body: JSON.stringify({ basedOn: version, document: original }),
      headers: { "content-type": "application/json" },
    });
    expect([bare.status, bare.body.code]).toEqual([403, "csrf"]);
  });

  test("batchUpTo lets small ones be approved in a row", async () => {
    const signer = await site.as("shuaizhong");
    type Task = { caseId: string; stepId: string; contentHash: string; batchable: boolean };
    const taskOf = async (caseId: string): Promise<Task | undefined> => {
      for (let cursor = ""; ; ) {
        const { body } = await signer.get(`/api/tasks?kind=approval&limit=100${cursor}`);
        const found = body.items.find((one: Task) => one.caseId === caseId);
        if (found || body.next === null) return found;
        cursor = `&cursor=${encodeURIComponent(body.next)}`;
      }
    };
    expect((await taskOf(await submit(30_000)))?.batchable).toBe(false);
    await publish({ ...original, batchUpTo: 40_000 });
    const cases = [await submit(30_000), await submit(40_000), await submit(50_000)];
    const found = await Promise.all(cases.map(taskOf));
    expect(found.map((one) => one?.batchable)).toEqual([true, true, false]);
    const steps = found.map((one) => ({ stepId: one?.stepId, contentHash: one?.contentHash }));
    const answer = await signer.post("/api/tasks/batch", { choice: "approve", steps: steps.slice(0, 2) });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.results.map((one: { status: number }) => one.status)).toEqual([200, 200]);
  });
});

describe("the pages, without a script", () => {
  const post = (client: Client, path: string, fields: URLSearchParams) =>
    client.call("POST", path, {
      body: fields.toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "text/html" },
    });
  const editOf = async (client: Client, policyId: string) => {
    const path = `/policies/${policyId}/edit`;
    return postedFields((await client.page(path)).text, path);
  };

  test("a policy is changed field by field, looked at in words, and published", async () => {
    const path = "/policies/reception";
    const { version } = await newest();
    const fields = await editOf(admin, "reception");
    fields.set("undoSeconds", "later");
    fields.set("do", "save");
    const refused = await post(admin, `${path}/edit`, fields);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('href="#undoSeconds"');
    expect(refused.text).toContain('value="later"');

    fields.set("undoSeconds", "90");
    const saved = await post(admin, `${path}/edit`, fields);
    expect([saved.status, saved.headers.get("location")]).toEqual([303, `${path}/draft?told=saved`]);
    const day = await today();
    const draft = await admin.page(`${path}/draft?from=${day}&to=${day}`);
    expect(draft.text).toContain("120 秒");
    expect(draft.text).toContain("90 秒");
    expect(draft.text).toMatch(/这些天提交了 \d+ 份申请/);

    const sure = postedFields((await admin.page(`${path}/publish`)).text, `${path}/publish`);
    const forged = new URLSearchParams(sure);
    forged.set("csrf", "x");
    expect((await post(admin, `${path}/publish`, forged)).status).toBe(403);
    expect((await newest()).version).toBe(version);
    const done = await post(admin, `${path}/publish`, sure);
    expect(done.headers.get("location")).toBe(`${path}?told=published&version=${version + 1}`);
    expect((await newest()).document.undoSeconds).toBe(90);
    expect((await post(admin, `${path}/publish`, sure)).status).toBe(409);
  });

  test("the figures of complaints are edited as text, looked at in words, and published", async () => {
    const path = "/policies/complaint";
    const fields = await editOf(admin, "complaint");
    const { version, document } = (await admin.get("/api/policies/complaint")).body;
    const save = (text: string) => {
      fields.set("document", text);
      fields.set("do", "save");
      return post(admin, `${path}/edit`, fields);
    };
    const unread = await save("{");
    expect(unread.status).toBe(400);
    expect(unread.text).toContain("读不出来");
    const wrong = await save(JSON.stringify({ ...document, maxReopenings: -1, nudgeEvery: "P99999D" }));
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain("maxReopenings");
    expect(wrong.text).toContain("nudgeEvery");
    const saved = await save(JSON.stringify({ ...document, maxReopenings: 3 }));
    expect([saved.status, saved.headers.get("location")]).toEqual([303, `${path}/draft?told=saved`]);
    const draft = await admin.page(`${path}/draft?from=2026-12-01&to=2026-12-02`);
    expect(draft.status).toBe(200);
    expect(draft.text).toContain("重新处理最多");
    expect(draft.text).not.toContain('id="trial"');
    const sure = postedFields((await admin.page(`${path}/publish`)).text, `${path}/publish`);
    const done = await post(admin, `${path}/publish`, sure);
    expect(done.headers.get("location")).toBe(`${path}?told=published&version=${version + 1}`);
    expect((await post(admin, `${path}/publish`, sure)).status).toBe(409);
  });

  test("two who edit at once: the second is told, keeps what was typed, and may replace it", async () => {
    const path = "/policies/budget-change";
    const first = await editOf(admin, "budget-change");
    const second = await editOf(manager, "budget-change");
    for (const [fields, seconds] of [
      [first, "61"],
      [second, "62"],
    ] as const) {
      fields.set("do", "save");
      fields.set("undoSeconds", seconds);
    }
    expect((await post(admin, `${path}/edit`, first)).status).toBe(303);
    const told = await post(manager, `${path}/edit`, second);
    expect(told.status).toBe(409);
    expect(told.text).toContain('value="62"');
    const again = postedFields(told.text, `${path}/edit`);
    again.set("do", "save");
    expect((await post(manager, `${path}/edit`, again)).status).toBe(303);
    const draft = await manager.page(`${path}/draft`);
    expect(draft.text).toContain("62 秒");
    const drop = postedFields(draft.text, `${path}/draft`);
    drop.set("do", "discard");
    expect((await post(manager, `${path}/draft`, drop)).status).toBe(303);
    expect((await manager.page(`${path}/draft`)).text).toContain("没有草稿");
  });

  test("as text, too, with every mistake told", async () => {
    const path = "/policies/budget-change/edit";
    const fields = postedFields((await admin.page(`${path}?as=text`)).text, path);
    expect(JSON.parse(fields.get("document")!)).toMatchObject({ onEdit: "first" });
    fields.set("do", "save");
    fields.set("document", "{");
    const unreadable = await post(admin, path, fields);
    expect(unreadable.status).toBe(400);
    expect(unreadable.text).toContain("读不出来");
    fields.set("document", '{"stages":[]}');
    const wrong = await post(admin, path, fields);
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain("undoSeconds");
    expect(wrong.text).toContain("至少要有一级");
  });

  test("signed out while editing, nothing typed is lost", async () => {
    const fields = await editOf(admin, "standards");
    fields.set("cap", "6,000.00");
    fields.set("do", "save");
    const answer = await post(site.visitor(), "/policies/standards/edit", fields);
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('value="6,000.00"');
    expect(answer.text).toContain("登录已过期");
  });

  test("others see no policy but the standards", async () => {
    expect((await zhangyun.page("/policies/reception")).status).toBe(403);
    const standards = await zhangyun.page("/policies/standards");
    expect(standards.status).toBe(200);
    expect(standards.text).not.toContain("/policies/standards/edit");
    expect((await zhangyun.page("/policies/standards/edit")).status).toBe(403);
    expect((await zhangyun.page("/policies")).text).not.toContain("/policies/reception");
  });

  test("an absence is entered and cancelled, a clash is told at its field", async () => {
    const page = await zhangyun.page("/absences");
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('name="staffId"');
    const fields = postedFields(page.text, "/absences");
    const now = await site.now();
    const day = (days: number) => new Date(now + days * 86_400_000).toISOString().slice(0, 10);
    fields.set("from", day(200));
    fields.set("to", day(199));
    fields.set("reason", "年假");
    const wrong = await post(zhangyun, "/absences", fields);
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('href="#to"');
    expect(wrong.text).toContain('value="年假"');
    fields.set("to", day(203));
    fields.set("substituteId", "zhangyun");
    expect((await post(zhangyun, "/absences", fields)).text).toContain('href="#substituteId"');
    fields.set("substituteId", "zengqun");
    const entered = await post(zhangyun, "/absences", fields);
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/absences?told=entered"]);
    const listed = await zhangyun.page("/absences");
    expect(listed.text).toContain("曾群");
    const cancel = /action="(\/absences\/[^"]+\/cancel)"/.exec(listed.text)?.[1] ?? "";
    expect((await zhangyun.form(cancel, { csrf: csrfOf(listed.text) })).status).toBe(303);
    expect((await zhangyun.page("/absences")).text).toContain("没有登记的休假");
    expect((await manager.page("/absences")).text).toContain('name="staffId"');
  });

  test("who is deactivated is out at once, and no step of his is left without an owner", async () => {
    const caseId = await submit(30_000);
    expect((await zhangyun.page("/people")).text).not.toContain("/people/shuaizhong");
    expect((await zhangyun.page("/people/shuaizhong")).status).toBe(403);
    const shuaizhong = await site.as("shuaizhong");
    const link = await site.link(caseId, "shuaizhong@xunda.example");
    const page = await manager.page("/people/shuaizhong");
    expect(page.text).toContain(`/cases/${caseId}`);
    expect((await manager.form("/people/shuaizhong", { csrf: "x", active: "no" })).status).toBe(403);
    const done = await manager.form("/people/shuaizhong", { csrf: csrfOf(page.text), active: "no" });
    expect(done.status).toBe(303);
    expect(done.headers.get("location")).toContain("told=handed");
    await site.settle();
    expect((await shuaizhong.get("/api/tasks")).status).toBe(401);
    expect((await site.visitor().page(link)).text).not.toContain('name="nonce"');
    const step = await openStep(caseId);
    expect(idsOf(step.assignees)).toEqual(["yinxue"]);
    const tried = await manager.post(`/api/steps/${step.stepId}`, { choice: "approve", comment: "" });
    expect([tried.status, tried.body.code]).toEqual([403, "over_limit"]);
    const handed = await manager.post(`/api/steps/${step.stepId}`, {
      choice: "transfer",
      comment: "部门经理已离职",
      data: { toStaffId: "luoqiang" },
    });
    expect(handed.status, handed.text).toBe(200);
    await approve(caseId, "luoqiang");
    await site.advance({ advance: "PT3M" });
    expect((await zhangyun.get(`/api/cases/${caseId}`)).body).toMatchObject({ outcome: "approved" });
    const back = await manager.page("/people/shuaizhong");
    const returned = await manager.form("/people/shuaizhong", { csrf: csrfOf(back.text), active: "yes" });
    expect(returned.headers.get("location")).toContain("told=back");
  });
});
