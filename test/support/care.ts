/** Complaints as customers and their handlers move them, over HTTP only. */
import { expect } from "vitest";
import type { Client, Site } from "./client.ts";

/** The example of the contract. Each call is another phone, so that no test meets the limits of another. */
let phones = 0;
export function careComplaint(change: Record<string, unknown> = {}): Record<string, unknown> {
  phones += 1;
  return {
    channel: "web",
    complainantName: "叶三",
    complainantPhone: `+86138${String(24_683_579 + phones * 7)}`,
    complainantEmail: "ye.san@jieliya.example",
    organisation: "洁丽雅有限公司",
    waybillNo: `XD20261201${String(phones).padStart(4, "0")}`,
    occurredAt: "2026-11-20T15:30:00+08:00",
    category: "damage",
    description: "12 箱毛巾到货时外箱破损，3 箱受潮。",
    remedySought: "赔偿受潮货物并说明原因",
    severity: "major",
    urgency: "high",
    locale: "zh-CN",
    ...change,
  };
}
export const tailOf = (complaint: Record<string, unknown>): string =>
  String(complaint.complainantPhone).slice(-4);

/** The same as the fields of the public form. */
export const careFields = (complaint: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(complaint).map(([name, value]) => [name, String(value)]));

export type Care = { caseId: string; tail: string; complaint: Record<string, unknown> };

export async function filed(site: Site, change: Record<string, unknown> = {}): Promise<Care> {
  const complaint = careComplaint(change);
  const answer = await site.visitor().post("/api/complaints", complaint);
  expect(answer.status, answer.text).toBe(201);
  await site.settle();
  return { caseId: answer.body.caseId, tail: tailOf(complaint), complaint };
}

export const status = (site: Site, care: Pick<Care, "caseId" | "tail">) =>
  site.visitor().post(`/c/${care.caseId}/status`, { tail: care.tail });

export const say = (site: Site, care: Care, body: Record<string, unknown>) =>
  site.visitor().post(`/c/${care.caseId}`, { tail: care.tail, ...body });

type Step = { stepId: string; kind: string; status: string; assignees: { staffId: string }[] };

/** The one open step of a case, and the client of who holds it. */
export async function openStep(
  site: Site,
  caseId: string,
): Promise<Step & { holder: Client; staffId: string }> {
  const desk = await site.as("limin");
  const answer = await desk.get(`/api/cases/${caseId}`);
  expect(answer.status, answer.text).toBe(200);
  const [step] = (answer.body.steps as Step[]).filter((one) => one.status === "open");
  if (!step) throw new Error(`${caseId} has no open step: ${answer.body.phase}`);
  const staffId = step.assignees[0]?.staffId ?? "";
  return { ...step, staffId, holder: staffId === "customer" ? desk : await site.as(staffId) };
}

/** Its holder answers the open step. */
export async function act(site: Site, caseId: string, kind: string, body: Record<string, unknown>) {
  const step = await openStep(site, caseId);
  expect(step.kind).toBe(kind);
  const answer = await step.holder.post(`/api/steps/${step.stepId}`, { comment: "", data: {}, ...body });
  expect(answer.status, answer.text).toBe(200);
  await site.settle();
}

export const investigated = (noticeText: string) => ({
  choice: "done",
  data: {
    investigation: {
      cause: "装卸时淋雨",
      facts: "卸车时下雨，没有盖雨布。",
      responsibility: "装卸班组",
      immediateAction: "已换包装",
      corrective: "补发三件",
      preventive: "雨天备雨布",
    },
    disposition: { type: "apology", noticeText },
    claim: false,
  },
});

/** As far as the notice that asks the customer. */
export async function noticed(site: Site, care: Care, noticeText = "我们为此道歉，本周补发三件。") {
  await act(site, care.caseId, "investigate", investigated(noticeText));
  await act(site, care.caseId, "approval", { choice: "approve" });
}

export async function followedUp(site: Site, care: Care, satisfaction: number) {
  await act(site, care.caseId, "follow-up", {
    choice: "done",
    data: {
      attempts: [
        { at: new Date(await site.now()).toISOString(), channel: "phone", result: "reached", note: "" },
      ],
      contactName: "叶三",
      satisfaction,
      issueFound: false,
      needsComplaint: false,
    },
  });
}

/** The cookie that lets a customer see his case for half an hour. */
export async function pass(site: Site, care: Care): Promise<string> {
  const answer = await site.visitor().form(`/c/${care.caseId}/status`, { tail: care.tail });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`/c/${care.caseId}`);
  const cookie = answer.headers.getSetCookie()[0] ?? "";
  expect(cookie).toMatch(
    /^careloop_case=.+; Path=\/c\/TS-\d{4}-\d{6}; HttpOnly; SameSite=Lax; Max-Age=1800$/,
  );
  return cookie.split(";")[0] ?? "";
}

/** His page, or one below it. */
export const pageOf = (site: Site, care: Care, cookie: string, path = "") =>
  site.visitor().call("GET", `/c/${care.caseId}${path}`, { headers: { accept: "text/html", cookie } });
