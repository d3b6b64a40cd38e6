/** A complaint that was received on Tuesday 1 December 2026 and closed on the Friday after, as the table holds it. */
import { append, GENESIS, type NewEvent } from "../../functions/case/chain.ts";
import type { Attachment, CaseFile, Header } from "../../functions/case/model.ts";
import { pkOf, sk } from "../../functions/case/store.ts";
import { meetClock, startClock } from "../../functions/complaint/clock-rules.ts";
import { CLOCK_KINDS } from "../../functions/complaint/model.ts";
import { COMPLAINT_POLICY } from "../../functions/policy/shipped.ts";
import { defaultCalendar } from "../../functions/shared/calendar/index.ts";
import { stamp } from "../../functions/shared/clock.ts";
import { hashOf, sha256 } from "../../functions/shared/ids.ts";
import { COMPLAINT, COMPLAINT_ID, RECEIVED, stateOf } from "../unit/complaint/sample.ts";
import type { TestTables } from "./dynamodb.ts";

export const CLOSED = Date.parse("2026-12-04T15:00:00+08:00");
export const PHOTO = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
export const HOSTILE = '=HYPERLINK("http://x")<img src=x onerror=alert(1)>\u202e"&';

export const photo: Attachment = {
  v: 1,
  attachmentId: "A1",
  by: "limin",
  name: "外箱<1>.png",
  contentType: "image/png",
  size: PHOTO.length,
  status: "stored",
  sha256: sha256(PHOTO),
  at: stamp(RECEIVED + 60_000),
};

const investigation = {
  cause: "装车时没有隔垫",
  facts: HOSTILE,
  responsibility: "运输部",
  immediateAction: "补发 3 箱",
  corrective: "加隔垫",
  preventive: "装车清单加一项",
};
const disposition = { type: "compensation", amount: 66_000, noticeText: "赔偿 ¥660，并补发 3 箱。" };

const system = { by: null, via: "system" } as const;
const by = (staffId: string) => ({ by: staffId, via: "login" }) as const;

export const HAPPENED: NewEvent[] = [
  { ...system, by: "customer", kind: "complaint.received", data: { content: COMPLAINT } },
  {
    ...by("limin"),
    kind: "attachment.added",
    data: { attachmentId: "A1", name: photo.name, sha256: photo.sha256 },
  },
  { ...by("limin"), kind: "note.added", data: { noteId: "N1", text: `内部：${HOSTILE}`, mentions: [] } },
  { ...by("limin"), kind: "message.sent", data: { text: "我们正在查。" } },
  {
    ...by("limin"),
    kind: "complaint.investigated",
    stepId: `${COMPLAINT_ID}-1-1`,
    data: { investigation, disposition, claim: false },
  },
  { ...system, kind: "notice.sent", data: {} },
  { by: "customer", via: "link", kind: "customer.confirmed", data: { csat: 5, comment: "可以" } },
  { ...system, kind: "complaint.closed", data: { reason: "satisfied" } },
];

/** `more`: what happened after the closing. */
export function closedComplaint(more: NewEvent[] = [], header: Partial<Header> = {}): CaseFile {
  let n = 0;
  const salt = () => `salt${n++}`;
  const first = append({ seq: 0, head: GENESIS }, HAPPENED, stamp(CLOSED), salt);
  const then = append(first, more, stamp(CLOSED + 3_600_000), salt);
  const clocks = CLOCK_KINDS.map((kind) => {
    const start = {
      caseId: COMPLAINT_ID,
      kind,
      round: 1,
      priority: "P2",
      level: 0,
      startedAt: RECEIVED,
    } as const;
    return meetClock(
      startClock(start, COMPLAINT_POLICY, defaultCalendar),
      defaultCalendar,
      RECEIVED + 600_000,
    );
  });
  return {
    header: {
      v: 1,
      caseId: COMPLAINT_ID,
      process: "complaint",
      status: "closed",
      phase: "closed",
      outcome: "satisfied",
      createdBy: "customer",
      createdAt: stamp(RECEIVED),
      department: "customer_service",
      shard: 1,
      dueAt: stamp(CLOSED),
      title: "洁丽雅有限公司",
      seq: then.seq,
      head: then.head,
      revision: 1,
      contentSeq: 1,
      contentHash: hashOf(COMPLAINT),
      policy: { policyId: "complaint", version: 1 },
      facts: {
        amount: 0,
        people: 1,
        department: "customer_service",
        costDepartment: "customer_service",
        requester: "customer",
      },
      buckets: [],
      held: 0,
      round: 1,
      findings: [],
      cc: [],
      complaint: stateOf({ assignee: "limin", handlers: ["limin"], csat: 5, closedAt: stamp(CLOSED) }),
      ...header,
    },
    content: COMPLAINT,
    steps: [],
    seats: [],
    votes: [],
    events: [...first.events, ...then.events],
    payloads: new Map([...first.payloads, ...then.payloads].map((one) => [one.seq, one])),
    messages: [],
    timers: [],
    codes: [],
    attachments: [photo],
    clocks,
  };
}

/** Puts a case into the table. */
export async function putCase(tables: TestTables, file: CaseFile): Promise<void> {
  const { caseId } = file.header;
  const put = (sortKey: string, item: object) =>
    tables.put("Cases", { pk: pkOf(caseId), sk: sortKey, ...item });
  await put(sk.header, file.header);
  await Promise.all([
    ...file.events.map((one) => put(sk.event(one.seq), one)),
    ...[...file.payloads.values()].map((one) => put(sk.payload(one.seq), one)),
    ...file.attachments.map((one) => put(sk.attachment(one.attachmentId), one)),
    ...file.clocks.map((one) => put(sk.clock(one.clockId), one)),
    ...file.steps.map((one) => put(sk.step(one.stepId), one)),
  ]);
}
