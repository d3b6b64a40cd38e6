import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { append, GENESIS, type NewEvent, verify } from "../../../functions/case/chain.ts";
import type { CaseEvent, Payload } from "../../../functions/case/model.ts";

const AT = "2026-12-02T02:00:00.000Z";

const newEvent = fc.record<NewEvent>(
  {
    kind: fc.constantFrom("case.submitted", "vote.approved", "step.opened"),
    by: fc.option(fc.constantFrom("chenyao", "shuaizhong")),
    via: fc.constantFrom("login", "link", "system"),
    contentHash: fc.stringMatching(/^[0-9a-f]{64}$/),
    data: fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 })),
      { maxKeys: 4 },
    ),
  },
  { requiredKeys: ["kind", "by", "via"] },
);
const history = fc.array(fc.array(newEvent, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

type Timeline = { events: CaseEvent[]; payloads: Map<number, Payload>; head: string };

/** Several transactions one after the other. */
function write(transactions: NewEvent[][]): Timeline {
  let chain = { seq: 0, head: GENESIS };
  const events: CaseEvent[] = [];
  const payloads = new Map<number, Payload>();
  let salts = 0;
  for (const transaction of transactions) {
    const added = append(chain, transaction, AT, () => `salt-${++salts}`);
    events.push(...added.events);
    for (const payload of added.payloads) payloads.set(payload.seq, payload);
    chain = added;
  }
  return { events, payloads, head: chain.head };
}
const holds = ({ events, payloads, head }: Timeline) => verify(events, payloads, head);

/** One character of a text becomes another one. */
function flip(text: string, at: number): string {
  if (text === "") return "x";
  const index = at % text.length;
  return text.slice(0, index) + (text[index] === "0" ? "1" : "0") + text.slice(index + 1);
}

describe("the timeline's chain", () => {
  test("what was appended verifies, with numbers from 1 without gap", () => {
    fc.assert(
      fc.property(history, (transactions) => {
        const timeline = write(transactions);
        expect(holds(timeline)).toBe(true);
        expect(timeline.events.map((event) => event.seq)).toEqual(
          timeline.events.map((_, index) => index + 1),
        );
        expect(timeline.events.map((event) => event.prev)).toEqual([
          GENESIS,
          ...timeline.events.slice(0, -1).map((event) => event.hash),
        ]);
      }),
    );
  });

  test("survives a round trip that reorders the keys of its objects", () => {
    fc.assert(
      fc.property(history, (transactions) => {
        const reversed = <T extends object>(one: T): T =>
          Object.fromEntries(Object.entries(one).reverse()) as T;
        const { events, payloads, head } = write(transactions);
        const turned = [...payloads].map(([seq, one]): [number, Payload] => [
          seq,
          { ...reversed(one), data: reversed(one.data) },
        ]);
        expect(verify(events.map(reversed), new Map(turned), head)).toBe(true);
      }),
    );
  });

  test("one changed character in any line that the chain covers breaks it", () => {
    const covered = ["prev", "at", "kind", "by", "contentHash", "payloadHash", "hash"] as const;
    fc.assert(
      fc.property(
        history,
        fc.nat(),
        fc.constantFrom(...covered),
        fc.nat(),
        (transactions, which, field, position) => {
          const timeline = write(transactions);
          const index = which % timeline.events.length;
          const event = timeline.events[index]!;
          const value = event[field];
          const changed = { ...event, [field]: typeof value === "string" ? flip(value, position) : "x" };
          expect(holds({ ...timeline, events: timeline.events.with(index, changed) })).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("one changed byte in any payload or its salt breaks it", () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), fc.boolean(), (transactions, which, position, inSalt) => {
        const timeline = write(transactions);
        const seqs = [...timeline.payloads.keys()];
        fc.pre(seqs.length > 0);
        const seq = seqs[which % seqs.length]!;
        const payload = timeline.payloads.get(seq)!;
        const changed = inSalt
          ? { ...payload, salt: flip(payload.salt, position) }
          : { ...payload, data: { ...payload.data, amount: -1 } };
        expect(holds({ ...timeline, payloads: new Map(timeline.payloads).set(seq, changed) })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("a line taken out, put twice, exchanged or cut off at the end breaks it", () => {
    fc.assert(
      fc.property(history, fc.nat(), (transactions, which) => {
        const timeline = write(transactions);
        const { events } = timeline;
        fc.pre(events.length > 1);
        const index = which % (events.length - 1);
        const [one, other] = [events[index]!, events[index + 1]!];
        for (const broken of [
          events.toSpliced(index, 1),
          events.toSpliced(index, 0, one),
          events.with(index, other).with(index + 1, one),
          events.slice(0, -1),
        ])
          expect(holds({ ...timeline, events: broken })).toBe(false);
      }),
    );
  });

  test("payloads that were erased by law break nothing", () => {
    fc.assert(
      fc.property(history, fc.func(fc.boolean()), (transactions, erased) => {
        const timeline = write(transactions);
        const left = new Map([...timeline.payloads].filter(([seq]) => !erased(seq)));
        expect(holds({ ...timeline, payloads: left })).toBe(true);
      }),
    );
  });

  test("a payload that was slipped under a line without one breaks it", () => {
    const timeline = write([[{ kind: "vote.approved", by: "shuaizhong", via: "link" }]]);
    expect(holds(timeline)).toBe(true);
    const slipped = new Map([[1, { v: 1 as const, seq: 1, salt: "salt", data: { comment: "yes" } }]]);
    expect(holds({ ...timeline, payloads: slipped })).toBe(false);
  });

  test("equal payloads of two lines have different hashes, because each has its own salt", () => {
    const event: NewEvent = { kind: "vote.rejected", by: "shuaizhong", via: "link", data: { comment: "no" } };
    const { events } = write([[event, event]]);
    expect(events[0]!.payloadHash).not.toBe(events[1]!.payloadHash);
  });
});
