/** A dossier proves itself: whole it is valid, and whatever is changed in it is found. */

import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import {
  type About,
  CONTENT,
  jsonBytes,
  type Part,
  packDossier,
  timelineOf,
  verifyDossier,
} from "../../../functions/archive/dossier-rules.ts";
import { append, GENESIS, type NewEvent } from "../../../functions/case/chain.ts";
import type { CaseEvent } from "../../../functions/case/model.ts";
import { sha256 } from "../../../functions/shared/ids.ts";

const text = (value: string) => new TextEncoder().encode(value);
const photo = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256);
const content = { complainantName: "王芳", description: "到货时外箱压扁。\u202eтест <b>&" };

const about: About = {
  caseId: "TS-2026-000123",
  version: 1,
  outcome: "satisfied",
  receivedAt: "2026-12-07T01:00:00.000Z",
  closedAt: "2026-12-10T07:00:00.000Z",
  retainUntil: "2031-12-10",
};

const happened: NewEvent[] = [
  { kind: "complaint.received", by: null, via: "system", contentHash: sha256("x"), data: { content } },
  {
    kind: "attachment.added",
    by: "limin",
    via: "login",
    data: { attachmentId: "A1", name: "箱.jpg", sha256: sha256(photo) },
  },
  { kind: "note.added", by: "limin", via: "login", data: { text: "只给我们自己看" } },
  { kind: "complaint.closed", by: null, via: "system" },
];

function chainOf(events: NewEvent[] = happened) {
  let n = 0;
  return append({ seq: 0, head: GENESIS }, events, about.closedAt, () => `salt${n++}`);
}
const chain = chainOf();
const timeline = timelineOf(chain.events, chain.payloads);
const parts: Part[] = [
  { path: CONTENT, bytes: jsonBytes(content) },
  { path: "notes.json", bytes: jsonBytes([{ text: "只给我们自己看" }]), internal: true },
  { path: "documents/01-箱.jpg", bytes: photo, attachmentId: "A1" },
];
const dossier = packDossier(about, timeline, parts);

const codes = (file: Uint8Array) => verifyDossier(file).problems.map(({ code }) => code);

/** A forger's work: the archive changed and sealed anew. */
function resealed(zip: Uint8Array): Uint8Array {
  const seal = text(`careloop-dossier/1 sha256=${"0".repeat(64)}`);
  const body = Uint8Array.from(zip);
  new DataView(body.buffer).setUint16(body.length - 2, seal.length, true);
  return Buffer.concat([body, text(`careloop-dossier/1 sha256=${sha256(body)}`)]);
}

describe("whole", () => {
  test("is valid and says what it is", () => {
    expect(verifyDossier(dossier)).toEqual({
      valid: true,
      caseId: about.caseId,
      events: happened.length,
      version: 1,
      sha256: sha256(dossier),
      problems: [],
    });
  });

  test("the same parts give the same bytes, in any time zone", () => {
    const zone = process.env.TZ;
    try {
      process.env.TZ = "America/Los_Angeles";
      expect(Buffer.compare(packDossier(about, timeline, parts), dossier)).toBe(0);
      expect(verifyDossier(dossier).valid).toBe(true);
    } finally {
      process.env.TZ = zone;
    }
  });

  test("any parts of any bytes", () => {
    const path = fc
      .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
      .filter((name) => name.isWellFormed() && !/[\\/\0]/.test(name));
    const part = fc.record({ path: path.map((name) => `documents/${name}`), bytes: fc.uint8Array() });
    fc.assert(
      fc.property(fc.uniqueArray(part, { selector: (one) => one.path, maxLength: 8 }), (more) => {
        expect(codes(packDossier(about, timeline, more))).toEqual([]);
      }),
    );
  });

  test("personal data that was erased by law breaks nothing", () => {
    const erased = { ...timeline, payloads: timeline.payloads.filter(({ seq }) => seq !== 1 && seq !== 2) };
    expect(codes(packDossier(about, erased, parts))).toEqual([]);
  });

  test("holds the timeline up to the line that was asked for", () => {
    const cut = timelineOf(chain.events, chain.payloads, 2);
    expect(cut.events).toHaveLength(2);
    expect(cut.payloads.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(verifyDossier(packDossier(about, cut, parts))).toMatchObject({ valid: true, events: 2 });
  });
});

describe("changed", () => {
  test("every single byte, in each of its bits", () => {
    for (let at = 0; at < dossier.length; at++) {
      const changed = Uint8Array.from(dossier);
      changed[at]! ^= 1 << (at % 8);
      expect(verifyDossier(changed).valid, `byte ${at} of ${dossier.length}`).toBe(false);
    }
  });

  test("any byte to any other value", () => {
    fc.assert(
      fc.property(fc.nat(dossier.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(dossier);
        changed[at]! ^= by;
        expect(verifyDossier(changed).valid).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test("cut, put in, put before or put behind", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(dossier.length), fc.nat(60), bytes, (at, cut, more) => {
        const head = dossier.subarray(0, at);
        const changed = Buffer.concat([head, more, dossier.subarray(at)]);
        expect(verifyDossier(changed).valid).toBe(false);
        if (cut === 0 || at === dossier.length) return;
        expect(verifyDossier(Buffer.concat([head, dossier.subarray(at + cut)])).valid).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("whatever is sent is judged, never thrown at", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(verifyDossier(bytes)).toMatchObject({ valid: false, caseId: null, events: 0 });
        expect(verifyDossier(resealed(Buffer.concat([bytes, new Uint8Array(22)]))).valid).toBe(false);
      }),
    );
  });

  test("the letters of the seal in another case", () => {
    const changed = Buffer.from(dossier);
    const seal = changed.subarray(-64).toString("latin1");
    changed.write(seal.toUpperCase(), changed.length - 64, "latin1");
    expect(codes(changed)).toEqual(["seal"]);
  });
});

describe("forged and sealed anew", () => {
  const zipOf = (files: Record<string, Uint8Array>, options = {}) =>
    resealed(zipSync(files, { level: 0, mtime: new Date(1980, 0, 1), ...options }));
  /** The parts of the dossier as they stand in it. */
  const inside = (): Record<string, Uint8Array> => {
    const all = [{ path: "timeline.json", bytes: jsonBytes(timeline) }, ...parts];
    const listed = all.map(({ path, bytes, ...more }) => ({
      path,
      bytes: bytes.length,
      sha256: sha256(bytes),
      internal: "internal" in more || path === "timeline.json",
      ...("attachmentId" in more ? { attachmentId: more.attachmentId } : {}),
    }));
    const manifest = {
      ...about,
      format: "careloop-dossier",
      v: 1,
      events: 4,
      head: chain.head,
      parts: listed,
    };
    return {
      "manifest.json": jsonBytes(manifest),
      ...Object.fromEntries(all.map(({ path, bytes }) => [path, bytes])),
    };
  };

  test("what the forger starts from is the dossier itself", () => {
    expect(Buffer.compare(zipOf(inside()), dossier)).toBe(0);
  });

  test("a part that is not what the manifest says", () => {
    expect(codes(zipOf({ ...inside(), "notes.json": text("[]") }))).toEqual(["part_changed"]);
  });

  test("a part that is gone, and one that nobody lists", () => {
    const { "notes.json": _gone, ...rest } = inside();
    expect(codes(zipOf(rest))).toEqual(["part_missing", "layout"]);
    expect(codes(zipOf({ ...inside(), "more.txt": text("?") }))).toEqual(["part_extra", "layout"]);
  });

  test("the same parts in another order, compressed, with another date or with a remark", () => {
    const reversed = Object.fromEntries(Object.entries(inside()).reverse());
    expect(codes(zipOf(reversed))).toEqual(["layout"]);
    expect(codes(zipOf(inside(), { level: 9 }))).toEqual(["layout"]);
    expect(codes(zipOf(inside(), { mtime: new Date(1999, 5, 5) }))).toEqual(["layout"]);
    expect(codes(zipOf(inside(), { comment: "hidden" }))).toEqual(["layout"]);
  });

  test("an archive that claims to be larger than it is", () => {
    const lying = Buffer.from(zipOf(inside()));
    // Size of the first part, in the central directory.
    const at = lying.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    lying.writeUInt32LE(0x7fffffff, at + 20);
    lying.writeUInt32LE(0x7fffffff, at + 24);
    expect(codes(lying)).toEqual(["seal", "layout"]);
  });

  const withTimeline = (events: CaseEvent[], payloads = chain.payloads) =>
    packDossier(about, { v: 1, events, payloads }, parts);

  test("an event, its words, its order or its number", () => {
    const [first, ...rest] = chain.events as [CaseEvent, ...CaseEvent[]];
    expect(codes(withTimeline([{ ...first, by: "somebody" }, ...rest]))).toEqual(["chain"]);
    expect(codes(withTimeline([{ ...first, at: "2026-12-06T01:00:00.000Z" }, ...rest]))).toEqual(["chain"]);
    expect(codes(withTimeline(rest))).toEqual(["chain"]);
    expect(codes(withTimeline([...rest, first]))).toEqual(["chain"]);
    const softened = chain.payloads.map((one) => ({ ...one, data: { ...one.data, text: "…" } }));
    expect(codes(withTimeline(chain.events, softened))).toEqual(["chain"]);
    const stray = [...chain.payloads, { v: 1 as const, seq: 99, salt: "", data: {} }];
    expect(codes(withTimeline(chain.events, stray))).toEqual(["chain"]);
    expect(codes(withTimeline([null, 7] as never))).toEqual(["chain"]);
  });

  test("words and documents that the chain does not know", () => {
    const other = [{ ...parts[0]!, bytes: jsonBytes({ ...content, complainantName: "李四" }) }];
    expect(codes(packDossier(about, timeline, other))).toEqual(["content"]);
    const swapped = [{ ...parts[2]!, bytes: text("another picture") }];
    expect(verifyDossier(packDossier(about, timeline, swapped)).problems).toEqual([
      { code: "document", part: "documents/01-箱.jpg" },
    ]);
  });
});
