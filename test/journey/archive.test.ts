/** What is left when a complaint is closed: its dossier, the month's statistics, the report and who read it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer, Client } from "../support/client.ts";
import { site } from "../support/journey.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const FORMULA = '=HYPERLINK("http://evil.example")';

const people = new Map<string, Client>();
async function as(staffId: string): Promise<Client> {
  const known = people.get(staffId) ?? (await site.as(staffId));
  people.set(staffId, known);
  return known;
}
const ok = (answer: Answer, status = 200) => {
  expect(answer.status, answer.text).toBe(status);
  return answer.body;
};

let desk: Client;
let caseId: string;
let otherId: string;
let period: string;

type Step = { stepId: string; kind: string; status: string; assignees: { staffId: string }[] };
type Event = { kind: string; by: unknown; data?: Record<string, unknown> };
const view = async (id = caseId) => ok(await desk.get(`/api/cases/${id}`));
const monthOf = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 7);
const monthAfter = (month: string, n: number): string => {
  const [year = 0, of = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, of - 1 + n, 1)).toISOString().slice(0, 7);
};

async function file(change: Record<string, unknown> = {}): Promise<string> {
  const answer = await desk.post("/api/complaints", {
    channel: "hotline",
    complainantName: FORMULA,
    complainantPhone: "+8613911112222",
    complainantEmail: "zhou@jieliya.example",
    organisation: "洁丽雅有限公司",
    waybillNo: "XD202612019901",
    category: "damage",
    description: "三件毛巾外箱破损。<img src=x onerror=alert(1)>",
    ...change,
  });
  const { caseId: id } = ok(answer, 201);
  await site.settle();
  return id;
}

/** Whoever holds the main line's open step answers it; signatures take effect. */
async function act(id: string, kind: string, body: Record<string, unknown>, by?: string): Promise<void> {
  const steps: Step[] = (await view(id)).steps;
  const step = steps.find((one) => one.status === "open" && one.kind === kind);
  if (!step) throw new Error(`${id} waits for ${steps.map((one) => `${one.kind} ${one.status}`).join()}`);
  const who = await as(by ?? step.assignees[0]?.staffId ?? "");
  ok(await who.post(`/api/steps/${step.stepId}`, { comment: "", data: {}, ...body }));
  await site.advance({ advance: "PT3M" });
}

const investigation = {
  cause: FORMULA,
  facts: "卸车时下雨，没有盖雨布。",
  responsibility: "装卸班组",
  immediateAction: "已换包装",
  corrective: "补发三件",
  preventive: "雨天备雨布",
};

const investigate = (id: string) =>
  act(id, "investigate", {
    choice: "done",
    data: {
      investigation,
      disposition: { type: "compensation", amount: 20_000, noticeText: "赔偿 ¥200。" },
      claim: false,
    },
  });

async function satisfy(id: string): Promise<void> {
  await act(id, "approval", { choice: "approve" });
  await act(
    id,
    "customer-confirm",
    { choice: "confirm", comment: "来电认可", data: { csat: 4 } },
    "huangyuanli",
  );
  const at = new Date(await site.now()).toISOString();
  await act(id, "follow-up", {
    choice: "done",
    data: {
      attempts: [{ at, channel: "phone", result: "reached", note: "" }],
      contactName: "周明",
      satisfaction: 5,
      issueFound: false,
      needsComplaint: false,
    },
  });
  await site.settle();
}

async function fetchDossier(who = desk, query = ""): Promise<Uint8Array> {
  const answer = await who.get(`/api/cases/${caseId}/dossier${query}`);
  expect(answer.status, answer.text).toBe(302);
  const file = await fetch(answer.headers.get("location") ?? "");
  expect(file.status).toBe(200);
  expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="TS-\d{4}-\d{6}-\d\.zip"/);
  return new Uint8Array(await file.arrayBuffer());
}

async function verify(bytes: Uint8Array, who = desk, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${site.url}/api/dossiers/verify`, {
    method: "POST",
    body: bytes as never,
    headers: { cookie: who.cookie, "content-type": "application/zip", "x-careloop": "1", ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

/** The first call of a function loads it, which a busy machine may not do in time. */
async function warm(...paths: string[]): Promise<void> {
  for (const path of paths) for (let tries = 0; tries < 20 && (await desk.get(path)).status >= 500; tries++);
}

beforeAll(async () => {
  desk = await as("limin");
  await warm("/c", "/api/cases/x", "/api/cases/x/dossier", "/api/reports/complaints", "/tasks");
  caseId = await file();
  otherId = await file({
    category: "delay",
    waybillNo: "XD202612019902",
    complainantPhone: "+8613911113333",
  });
  period = monthOf(await site.now());
}, 180_000);

describe("the dossier", () => {
  test("is not there before the case is closed", async () => {
    const early = await desk.get(`/api/cases/${caseId}/dossier`);
    expect(early.status, early.text).toBe(409);
    expect(early.body.code).toBe("not_closed");
    expect((await desk.get("/api/cases/TS-2026-999999/dossier")).status).toBe(404);
    expect((await site.visitor().get(`/api/cases/${caseId}/dossier`)).status).toBe(401);
  });

  test("is written when the case closes, and the case knows it", async () => {
    const asked = ok(
      await desk.post(`/api/cases/${caseId}/attachments`, {
        name: "外箱.png",
        contentType: "image/png",
        size: PNG.length,
      }),
      201,
    );
    const put = await fetch(asked.upload.url, { method: "PUT", headers: asked.upload.headers, body: PNG });
    expect(put.status).toBe(200);
    ok(await desk.post(`/api/cases/${caseId}/attachments/${asked.attachmentId}/confirm`));
    ok(await desk.post(`/api/cases/${caseId}/notes`, { text: `只给自己人看 ${FORMULA}`, mentions: [] }), 201);
    await investigate(caseId);
    await satisfy(caseId);
    const closed = await view();
    expect(closed).toMatchObject({ status: "closed", outcome: "satisfied", chainValid: true });
    expect(closed.dossier.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(closed.dossier.retainUntil).toMatch(/^\d{4}-\d\d-\d\d$/);
    const archived = (closed.events as Event[]).filter((event) => event.kind === "complaint.archived");
    expect(archived).toMatchObject([{ by: null, data: { version: 1, sha256: closed.dossier.sha256 } }]);
  });

  test("holds everything, with the notes marked internal", async () => {
    const files = unzipSync(await fetchDossier());
    const json = (path: string) => JSON.parse(strFromU8(files[path]!));
    expect(json("content.json").complainantName).toBe(FORMULA);
    expect(json("investigation.json").investigation).toEqual(investigation);
    expect(json("notes.json")[0].text).toContain("只给自己人看");
    expect(json("conversation.json").map((one: { text: string }) => one.text)).toContain("赔偿 ¥200。");
    expect(Buffer.from(files["documents/01-外箱.png"]!)).toEqual(PNG);
    const manifest = json("manifest.json");
    expect(manifest).toMatchObject({ caseId, version: 1, outcome: "satisfied" });
    const notes = manifest.parts.find((part: { path: string }) => part.path === "notes.json");
    expect(notes.internal).toBe(true);
    for (const locale of ["zh-CN", "en"])
      expect(strFromU8(files[`dossier.${locale}.html`]!)).not.toContain("<img");
  });

  test("is for the desk and the records' administrator", async () => {
    const original = await fetchDossier();
    expect(Buffer.from(await fetchDossier(await as("liuyanli"), "?version=1"))).toEqual(
      Buffer.from(original),
    );
    const general = await (await as("zhangke")).get(`/api/cases/${caseId}/dossier`);
    expect([general.status, general.body.code]).toEqual([403, "not_allowed"]);
    expect((await (await as("wanghui")).get(`/api/cases/${caseId}/dossier`)).status).toBe(404);
    expect((await desk.get(`/api/cases/${caseId}/dossier?version=2`)).status).toBe(404);
    expect((await desk.get(`/api/cases/${caseId}/dossier?version=x`)).body.errors[0].path).toBe("version");
  });

  test("verifies for any colleague; one changed byte anywhere is found", async () => {
    const dossier = await fetchDossier();
    const answer = ok(await verify(dossier, await as("wanghui")));
    const events = (await view()).events as Event[];
    const archived = events.findIndex((event) => event.kind === "complaint.archived");
    expect(answer).toEqual({ valid: true, caseId, events: archived, problems: [] });
    const places = [
      0,
      10,
      29,
      45,
      200,
      dossier.length / 2,
      dossier.length - 90,
      dossier.length - 70,
      dossier.length - 1,
    ];
    for (const place of places.map(Math.floor)) {
      const changed = Uint8Array.from(dossier);
      changed[place]! ^= 1;
      const found = ok(await verify(changed));
      expect(found.valid, `byte ${place}`).toBe(false);
      expect(found.problems.length).toBeGreaterThan(0);
      expect(found.problems[0]).toEqual({ code: expect.any(String), message: expect.any(String) });
    }
    expect((await verify(dossier, site.visitor())).status).toBe(401);
    expect(ok(await verify(Buffer.from("no dossier"))).valid).toBe(false);
  });

  test("up to 4 MB are verified, more is 413; every other route stays at 1 MB", async () => {
    expect(ok(await verify(Buffer.alloc(4 * 1024 * 1024)))).toMatchObject({ valid: false, caseId: null });
    expect((await verify(Buffer.alloc(4 * 1024 * 1024 + 1))).status).toBe(413);
    expect(
      (await desk.post(`/api/cases/${caseId}/notes`, { text: "x".repeat(1_000_001), mentions: [] })).status,
    ).toBe(413);
  });

  describe("npm run verify-dossier", () => {
    const folder = mkdtempSync(join(tmpdir(), "careloop-dossier-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const command = (file: string) =>
      new Promise<{ code: number | null; text: string }>((resolve) => {
        const child = spawn("npm", ["run", "--silent", "verify-dossier", "--", file], {
          env: { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" },
        });
        let text = "";
        child.stdout.on("data", (data) => (text += data));
        child.stderr.on("data", (data) => (text += data));
        child.on("close", (code) => resolve({ code, text }));
      });

    test("says the same without the site", async () => {
      const dossier = await fetchDossier();
      const good = join(folder, "good.zip");
      const bad = join(folder, "bad.zip");
      writeFileSync(good, dossier);
      writeFileSync(
        bad,
        Uint8Array.from(dossier, (byte, index) => (index === 300 ? byte ^ 4 : byte)),
      );
      const [whole, changed] = await Promise.all([command(good), command(bad)]);
      expect(whole.code, whole.text).toBe(0);
      expect(whole.text).toContain((await view()).dossier.sha256);
      expect(changed.code, changed.text).toBe(1);
    });
  });

  test("a case that is opened again gets a further version; the first stays as it was", async () => {
    const first = await fetchDossier();
    ok(await desk.post(`/api/cases/${caseId}/reopen`, { reason: "客户来电，还有一件没补" }));
    await site.settle();
    expect(Buffer.from(await fetchDossier())).toEqual(Buffer.from(first));
    await investigate(caseId);
    await satisfy(caseId);
    const closed = await view();
    expect(closed.status).toBe("closed");
    const second = await fetchDossier();
    expect(Buffer.from(second)).not.toEqual(Buffer.from(first));
    expect(Buffer.from(await fetchDossier(desk, "?version=1"))).toEqual(Buffer.from(first));
    expect(Buffer.from(await fetchDossier(desk, "?version=2"))).toEqual(Buffer.from(second));
    for (const dossier of [first, second]) expect(ok(await verify(dossier)).valid).toBe(true);
  }, 180_000);
});

describe("the investigation report", () => {
  const recipients = (who: Client, body: unknown, id = caseId) =>
    who.post(`/api/cases/${id}/report/recipients`, body);

  test("is sent by the desk only, to colleagues that there are, once there is one", async () => {
    expect((await recipients(await as("liuyanli"), { staffIds: ["luoqiang"] })).status).toBe(403);
    const early = await recipients(desk, { staffIds: ["luoqiang"] }, otherId);
    expect([early.status, early.body.code]).toEqual([409, "no_report"]);
    const unknown = await recipients(desk, { staffIds: ["luoqiang", "nobody"] });
    expect(unknown.body.errors).toMatchObject([{ path: "staffIds.1" }]);
    expect((await recipients(desk, { staffIds: [] })).status).toBe(400);
  });

  test("comes by mail with a link; reading it leaves a receipt, opening it does not", async () => {
    const sent = ok(await recipients(desk, { staffIds: ["luoqiang", "gaofeng"] }));
    expect(sent.recipients).toHaveLength(2);
    await site.settle();
    const [mail] = await site.inbox({ to: "luoqiang@xunda.example", caseId, kind: "step.opened" });
    expect(mail?.text).toContain("雨天备雨布");
    const link = new URL(mail?.links.find((one) => one.includes("/d/")) ?? "").pathname;
    const page = await site.visitor().page(link);
    expect(page.status).toBe(200);
    expect(page.text).toContain("雨天备雨布");
    expect(page.text).not.toContain("只给自己人看");
    const step = async () =>
      ((await view()).steps as Step[]).find(
        (one) => one.assignees[0]?.staffId === "luoqiang" && one.kind === "read",
      );
    expect(await step()).toMatchObject({ status: "open" });
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const pressed = await site.visitor().form(link, { nonce, choice: "read" });
    expect([200, 303]).toContain(pressed.status);
    await site.settle();
    expect(await step()).toMatchObject({ status: "done", outcome: "done" });
    const again = await site.visitor().page(link);
    expect(again.status).toBe(200);
    expect(again.text).not.toContain('value="read"');
    expect(
      (await site.visitor().form(link, { nonce, choice: "read" }, { accept: "application/json" })).status,
    ).toBe(409);
  });

  test("is read signed in as well; who has it is not sent it again", async () => {
    const again = ok(await recipients(desk, { staffIds: ["gaofeng", "luoqiang"] }));
    const { stepId } = again.recipients.find((one: { staffId: string }) => one.staffId === "gaofeng");
    const gaofeng = await as("gaofeng");
    expect((await (await as("weijun")).post(`/api/steps/${stepId}`, { choice: "read" })).status).toBe(404);
    expect(ok(await gaofeng.post(`/api/steps/${stepId}`, { choice: "read" }))).toMatchObject({
      stepId,
      outcome: "done",
      undoUntil: null,
    });
    const steps = ((await view()).steps as Step[]).filter((one) => one.kind === "read");
    expect(steps).toHaveLength(2);
    await site.settle();
    expect(await site.inbox({ to: "gaofeng@xunda.example", caseId, kind: "step.opened" })).toHaveLength(1);
  });
});

describe("the statistics", () => {
  test("count the cases of the month", async () => {
    const report = ok(await desk.get(`/api/reports/complaints?period=${period}`));
    expect(report).toMatchObject({
      period,
      received: 2,
      closed: 1,
      reopened: 1,
      reopenRate: 0.5,
      byCategory: { damage: 1, delay: 1 },
      byDepartment: { customer_service: 2 },
      byCause: { [FORMULA]: 1 },
      csat: { answers: 1, average: 5 },
      compensation: { cases: 1, amount: 20_000 },
    });
    expect(report.clocks.acknowledge).toMatchObject({ met: 2, breached: 0, rate: 1 });
    expect(report.trend).toHaveLength(12);
    expect(report.trend.at(-1)).toMatchObject({ period, received: 2, closed: 1 });
    expect(report.handlers.length).toBeGreaterThan(0);
    expect(report.handlers[0]).toMatchObject({ staffId: expect.any(String), name: expect.any(String) });
    const empty = ok(await desk.get(`/api/reports/complaints?period=${monthAfter(period, -3)}`));
    expect(empty).toMatchObject({ received: 0, reopenRate: null });
  });

  test("come as CSV and as a workbook without formulas", async () => {
    const csv = await desk.get(`/api/reports/complaints?period=${period}&format=csv`);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    expect(csv.text).toContain("section,name,measure,value");
    expect(csv.text).toContain(`total,${period},received,2`);
    expect(csv.text).toMatch(/byCause,"'=HYPERLINK/);
    const response = await fetch(`${site.url}/api/reports/complaints?period=${period}&format=xlsx`, {
      headers: { cookie: desk.cookie },
    });
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const all = Object.values(files)
      .map((part) => strFromU8(part))
      .join("\n");
    expect(all).toContain("'=HYPERLINK");
    expect(strFromU8(files["xl/worksheets/sheet1.xml"]!)).not.toContain("<f>");
  });

  test("are for the desk and the general manager, of months that there are", async () => {
    const path = `/api/reports/complaints?period=${period}`;
    ok(await (await as("zhangke")).get(path));
    for (const staffId of ["zhangyun", "liuyanli", "shuaizhong"])
      expect((await (await as(staffId)).get(path)).status, staffId).toBe(403);
    expect((await site.visitor().get(path)).status).toBe(401);
    for (const wrong of ["2026-13", "2026", "x"]) {
      const answer = await desk.get(`/api/reports/complaints?period=${wrong}`);
      expect(answer.body.errors).toMatchObject([{ path: "period", code: "month" }]);
    }
    expect((await desk.get(`${path}&format=pdf`)).body.errors).toMatchObject([{ path: "format" }]);
  });

  test("are mailed at nine on the first working day of the next month, once", async () => {
    const next = monthAfter(period, 1);
    const days: { date: string; working: boolean }[] = ok(
      await desk.get(`/api/working-calendar?from=${next}-01&to=${next}-20`),
    );
    const first = days.find((day) => day.working)?.date ?? "";
    await site.advance({ to: `${first}T08:59:00+08:00` });
    expect(await site.inbox({ kind: "report.complaints" })).toEqual([]);
    await site.advance({ to: `${first}T09:05:00+08:00` });
    const mails = await site.inbox({ kind: "report.complaints" });
    expect(mails.map((mail) => mail.to).toSorted()).toEqual([
      "limin@xunda.example",
      "yinxue@xunda.example",
      "zhangke@xunda.example",
    ]);
    for (const mail of mails) {
      expect(Date.parse(mail.sentAt) - Date.parse(`${first}T09:00:00+08:00`)).toBeLessThan(120_000);
      expect(mail.text).toContain(`/reports/complaints?period=${period}`);
      expect(mail.subject).toContain("2");
      const { attachments } = mail as unknown as { attachments: { name: string; contentType: string }[] };
      expect(attachments).toMatchObject([{ name: `投诉统计-${period}.svg`, contentType: "image/svg+xml" }]);
    }
    await site.advance({ advance: "P3D" });
    expect(await site.inbox({ kind: "report.complaints" })).toHaveLength(3);
  }, 240_000);
});
