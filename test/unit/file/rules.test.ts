import fc from "fast-check";
import { fileTypeFromBuffer } from "file-type";
import { describe, expect, it } from "vitest";
import type { Attachment } from "../../../functions/case/model.ts";
import {
  disposition,
  FILE_TYPES,
  isFull,
  isSafeImage,
  nameFor,
  nameProblem,
  parseRequest,
  SNIFF_BYTES,
  sniff,
} from "../../../functions/file/rules.ts";
import { HTML, JPEG, PDF, PNG, SVG, WEBP, ZIP } from "./samples.ts";

describe("sniff", () => {
  it.each([
    ["image/jpeg", JPEG],
    ["image/png", PNG],
    ["image/webp", WEBP],
    ["application/pdf", PDF],
  ])("knows %s, as the file-type library does", async (type, bytes) => {
    expect(sniff(bytes)).toBe(type);
    expect(sniff(bytes.subarray(0, SNIFF_BYTES))).toBe(type);
    expect((await fileTypeFromBuffer(bytes))?.mime).toBe(type);
  });

  it.each([
    ["HTML", HTML],
    ["SVG", SVG],
    ["ZIP", ZIP],
    ["nothing", new Uint8Array(0)],
    ["half a signature", PNG.subarray(0, 5)],
    ["a PDF header further down", Buffer.concat([HTML, PDF])],
    ["RIFF that is sound", Buffer.concat([WEBP.subarray(0, 8), Buffer.from("WAVEfmt ")])],
  ])("refuses %s", (_, bytes) => {
    expect(sniff(bytes)).toBeNull();
  });

  it("never calls anything a type that the library calls another", async () => {
    const bytes = fc
      .tuple(fc.constantFrom(JPEG, PNG, WEBP, PDF, ZIP, HTML), fc.uint8Array({ maxLength: 64 }), fc.nat(40))
      .map(([head, tail, cut]) => Buffer.concat([head.subarray(0, cut), tail, Buffer.alloc(64)]));
    await fc.assert(
      fc.asyncProperty(bytes, async (sample) => {
        const ours = sniff(sample);
        const theirs = await fileTypeFromBuffer(sample).catch(() => undefined);
        // An animated PNG is a PNG to everybody else.
        if (ours && theirs) expect(theirs.mime.replace("apng", "png")).toBe(ours);
      }),
    );
  });
});

describe("names", () => {
  it("get the extension that the content asks for", () => {
    expect(nameFor("发票", "application/pdf")).toBe("发票.pdf");
    expect(nameFor("照片.JPEG", "image/jpeg")).toBe("照片.JPEG");
    expect(nameFor("invoice.exe", "application/pdf")).toBe("invoice.exe.pdf");
    expect(nameFor("v1.2 报价", "image/webp")).toBe("v1.2 报价.webp");
  });

  it.each([
    ["", "required"],
    [undefined, "required"],
    ["   ", "required"],
    [7, "invalid"],
    ["a\r\nb", "control_characters"],
    ["a\u202egpj.exe", "control_characters"],
    ["../../etc/passwd", "control_characters"],
    ["字".repeat(101), "too_long"],
  ])("refuse %j", (name, code) => {
    expect(nameProblem(name)).toMatchObject({ path: "name", code });
  });

  it("travel in the header whatever they hold", () => {
    expect(disposition("报价单 (1).pdf", "application/pdf")).toBe(
      `attachment; filename="___ (1).pdf"; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95%20%281%29.pdf`,
    );
    expect(disposition("x.png", "image/png")).toMatch(/^inline; /);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const value = disposition(name, "application/pdf");
        expect(value).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.!~%-]*$/);
        expect(value.match(/"/g)).toHaveLength(2);
      }),
    );
  });
});

describe("parseRequest", () => {
  const body = { name: "发票.pdf", contentType: "application/pdf", size: 1234 };
  it("takes what is complete", () => {
    expect(parseRequest(body)).toEqual({ request: { ...body, internal: false }, problems: [] });
  });

  it("takes the mark of an internal file where the case knows it", () => {
    const internal = { ...body, internal: true };
    expect(parseRequest(internal, true)).toEqual({ request: internal, problems: [] });
    expect(parseRequest({ ...body, internal: "yes" }, true).problems).toEqual([
      { path: "internal", code: "choose" },
    ]);
  });

  it.each([
    [{ ...body, internal: true }, [{ path: "internal", code: "unknown_field" }]],
    [{}, ["name", "contentType", "size"].map((path) => ({ path, code: "required" }))],
    [null, ["name", "contentType", "size"].map((path) => ({ path, code: "required" }))],
    [[body], ["name", "contentType", "size"].map((path) => ({ path, code: "required" }))],
    [{ ...body, size: 0 }, [{ path: "size", code: "at_least", params: { min: 1 } }]],
    [{ ...body, size: 1.5 }, [{ path: "size", code: "number" }]],
    [{ ...body, size: "12" }, [{ path: "size", code: "number" }]],
    [{ ...body, contentType: 5 }, [{ path: "contentType", code: "invalid" }]],
  ])("names every problem of %j", (input, problems) => {
    expect(parseRequest(input).problems).toEqual(problems);
  });
});

it("so many files fill a case; uploads that were never confirmed do not count", () => {
  const files = (n: number, status: string) => Array.from({ length: n }, () => ({ status }) as Attachment);
  expect(isFull([...files(9, "stored"), ...files(30, "uploading")], 10)).toBe(false);
  expect(isFull(files(10, "stored"), 10)).toBe(true);
  expect(isFull(files(3, "stored"), 3)).toBe(true);
});

it("shows only images in the browser", () => {
  expect(FILE_TYPES.filter(isSafeImage)).toEqual(["image/jpeg", "image/png", "image/webp"]);
  expect(isSafeImage("image/svg+xml")).toBe(false);
});
