/** What goes into a dossier, which closing it is about, and what the command says of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { verifyFile } from "../../../functions/archive/cli.ts";
import { closingOf, digestOnRecord, retainUntil } from "../../../functions/archive/closing-rules.ts";
import { packDossier, timelineOf, verifyDossier } from "../../../functions/archive/dossier-rules.ts";
import { dossierParts } from "../../../functions/archive/parts.ts";
import type { CaseFile } from "../../../functions/case/model.ts";
import { CLOSED, closedComplaint, HAPPENED, HOSTILE, PHOTO } from "../../support/closed-complaint.ts";
import { COMPLAINT } from "../complaint/sample.ts";

const about = (file: CaseFile, version = 1) => ({
  caseId: file.header.caseId,
  version,
  outcome: "satisfied",
  receivedAt: file.header.createdAt,
  closedAt: new Date(CLOSED).toISOString(),
  retainUntil: "2031-12-04",
});
const names = new Map([["limin", "李敏"]]);

function dossierOf(file: CaseFile, bytes: Uint8Array | null = PHOTO): Uint8Array {
  const sources = { about: about(file), file, names, documents: [{ attachmentId: "A1", bytes }] };
  return packDossier(about(file), timelineOf(file.events, file.payloads.values()), dossierParts(sources));
}
const textsOf = (dossier: Uint8Array): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(dossier)).map(([path, bytes]) => [path, strFromU8(bytes)]));

describe("the parts", () => {
  const file = closedComplaint();
  const dossier = dossierOf(file);
  const texts = textsOf(dossier);

  test("make a valid dossier", () => {
    expect(verifyDossier(dossier)).toMatchObject({ valid: true, events: HAPPENED.length, problems: [] });
  });

  test("are the content, the report, the conversation, the notes, the documents and the timeline", () => {
    expect(Object.keys(texts)).toEqual([
      "manifest.json",
      "timeline.json",
      "dossier.zh-CN.html",
      "dossier.en.html",
      "case.json",
      "content.json",
      "investigation.json",
      "conversation.json",
      "notes.json",
      "documents/01-外箱_1_.png",
    ]);
    expect(JSON.parse(texts["content.json"]!)).toEqual(COMPLAINT);
    expect(JSON.parse(texts["investigation.json"]!)).toMatchObject({
      investigation: { cause: "装车时没有隔垫" },
      disposition: { amount: 66_000 },
    });
    expect(JSON.parse(texts["case.json"]!)).toMatchObject({
      people: { limin: "李敏" },
      complaint: { csat: 5 },
      clocks: [{ kind: "acknowledge" }, { kind: "respond" }, { kind: "resolve" }],
      documents: [{ attachmentId: "A1", path: "documents/01-外箱_1_.png" }],
    });
  });

  test("notes are marked internal, the conversation is not", () => {
    const { parts } = JSON.parse(texts["manifest.json"]!) as { parts: { path: string; internal: boolean }[] };
    const internal = Object.fromEntries(parts.map((part) => [part.path, part.internal]));
    expect(internal).toMatchObject({
      "notes.json": true,
      "timeline.json": true,
      "conversation.json": false,
      "content.json": false,
      "documents/01-外箱_1_.png": false,
    });
    expect(texts["conversation.json"]).not.toContain("内部");
    expect(texts["conversation.json"]).toContain("赔偿 ¥660");
  });

  test("no hash of a phone, no salt of a tail, no token", () => {
    for (const secret of ["phoneHash", "tailHash", "tailSalt", '"token"'])
      expect(Object.values(texts).join("\n")).not.toContain(secret);
  });

  test.each(["zh-CN", "en"])("the page (%s) shows hostile text as text", (locale) => {
    const html = texts[`dossier.${locale}.html`]!;
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x onerror=alert(1)>");
    expect(html).toContain("李敏");
    expect(html).not.toContain("undefined");
    expect(html).not.toMatch(/\{\w+\}(?![^<]*<\/style>)/);
  });

  test("a document that is gone is named, and keeps nothing from being archived", () => {
    const without = dossierOf(file, null);
    expect(verifyDossier(without).valid).toBe(true);
    expect(JSON.parse(textsOf(without)["case.json"]!).documents).toEqual([
      expect.objectContaining({ attachmentId: "A1", path: null }),
    ]);
    expect(textsOf(without)["dossier.en.html"]).toContain("The file is no longer there");
  });

  test("what was erased by law is missing, and the page says so", () => {
    const erased = {
      ...file,
      content: null,
      payloads: new Map([...file.payloads].filter(([seq]) => seq > 1)),
    };
    const made = dossierOf(erased);
    expect(verifyDossier(made).valid).toBe(true);
    expect(Object.values(textsOf(made)).join()).not.toContain(COMPLAINT.complainantName);
    expect(textsOf(made)["dossier.zh-CN.html"]).toContain("已依法删除");
  });
});

describe("which closing", () => {
  const again = closedComplaint([
    { kind: "complaint.reopened", by: "limin", via: "login", data: { reason: "requested" } },
    { kind: "note.added", by: "limin", via: "login", data: { noteId: "N2", text: "第二轮", mentions: [] } },
    { kind: "complaint.closed", by: null, via: "system", data: { reason: "manager-closed" } },
    { kind: "complaint.archived", by: null, via: "system", data: { version: 2, sha256: "f".repeat(64) } },
  ]);

  test("the first ends before the case was opened again, the second holds everything", () => {
    const first = closingOf(again, 1);
    expect(first).toMatchObject({ version: 1, outcome: "satisfied" });
    expect(first?.file.events).toHaveLength(HAPPENED.length);
    const second = closingOf(again, 2);
    expect(second).toMatchObject({ version: 2, outcome: "manager-closed" });
    expect(second?.file.events).toHaveLength(HAPPENED.length + 4);
    expect(closingOf(again, 3)).toBeNull();
    expect(closingOf(again, 0)).toBeNull();
    expect(verifyDossier(dossierOf(first!.file)).valid).toBe(true);
  });

  test("the record is read from the line, else from the header", () => {
    expect(digestOnRecord(again, 2)).toBe("f".repeat(64));
    expect(digestOnRecord(again, 1)).toBeNull();
    const erased = { ...again, payloads: new Map() };
    expect(digestOnRecord(erased, 2)).toBeNull();
    const dossier = { version: 2, sha256: "f".repeat(64), retainUntil: "2031-12-04" };
    const header = { ...again.header, complaint: { ...again.header.complaint!, dossier } };
    expect(digestOnRecord({ ...erased, header }, 2)).toBe("f".repeat(64));
  });

  test("a dossier is kept for so many years, by the calendar", () => {
    expect(retainUntil("2026-12-04", 5)).toBe("2031-12-04");
    expect(retainUntil("2028-02-29", 5)).toBe("2033-02-28");
    expect(retainUntil("2028-02-29", 4)).toBe("2032-02-29");
  });
});

describe("the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "dossier-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const dossier = dossierOf(closedComplaint());
  const good = join(folder, "good.zip");
  const bad = join(folder, "bad.zip");
  writeFileSync(good, dossier);
  writeFileSync(
    bad,
    Uint8Array.from(dossier, (byte, index) => (index === 500 ? byte ^ 1 : byte)),
  );
  const { sha256 } = verifyDossier(dossier);

  test("exit 0 for a whole one, with the digest to compare", () => {
    const { lines, code } = verifyFile([good], "en");
    expect(code).toBe(0);
    expect(lines.join("\n")).toContain(`Whole: TS-2026-000123, closing no. 1, ${HAPPENED.length} events`);
    expect(lines.join("\n")).toContain(sha256);
    expect(verifyFile([good, sha256.toUpperCase()], "zh-CN").code).toBe(0);
  });

  test("exit 1 for a changed one, another one, none and no file at all", () => {
    const { lines, code } = verifyFile([bad], "zh-CN");
    expect(code).toBe(1);
    expect(lines[0]).toContain("被改动过");
    expect(verifyFile([good, "0".repeat(64)], "en")).toMatchObject({ code: 1 });
    expect(verifyFile([join(folder, "none.zip")], "en")).toMatchObject({ code: 1 });
    expect(verifyFile([], "en")).toEqual({ code: 1, lines: [expect.stringContaining("Usage")] });
  });

  test("hostile text of a case stays out of what is printed", () => {
    expect(verifyFile([good], "en").lines.join()).not.toContain(HOSTILE.slice(0, 5));
  });
});
