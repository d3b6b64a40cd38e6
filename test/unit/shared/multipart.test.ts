/** Forms with a file, as a browser sends them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readMultipart } from "../../../functions/shared/multipart.ts";

/** What a browser would send. */
async function sent(form: FormData): Promise<{ bytes: Uint8Array; contentType: string }> {
  const request = new Request("http://x/", { method: "POST", body: form });
  return {
    bytes: new Uint8Array(await request.arrayBuffer()),
    contentType: request.headers.get("content-type") ?? "",
  };
}

test("fields and files come back byte for byte, whatever is in them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: "grapheme" }),
      async (file, text) => {
        const form = new FormData();
        form.append("csrf", "abc");
        form.append("comment", text.toWellFormed());
        form.append("file", new Blob([Uint8Array.from(file)]), '箱"; name="x.zip');
        const { bytes, contentType } = await sent(form);
        const read = readMultipart(bytes, contentType);
        expect(read?.fields.get("csrf")).toBe("abc");
        expect(Buffer.from(read!.files.get("file")!)).toEqual(Buffer.from(file));
        // Browsers send line breaks as CR LF.
        expect(read?.fields.get("comment")).toBe(text.toWellFormed().replace(/\r\n?|\n/g, "\r\n"));
      },
    ),
  );
});

test("no file chosen is an empty file", () => {
  const body =
    '--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n';
  expect(readMultipart(Buffer.from(body), "multipart/form-data; boundary=b")?.files.get("file")).toHaveLength(
    0,
  );
});

describe("what is no form", () => {
  const body = Buffer.from('--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n');
  test.each([
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/mixed; boundary=b",
  ])("%s", (type) => expect(readMultipart(body, type)).toBeNull());
  test("a body that was cut", () => {
    for (let length = 0; length < body.length - 4; length++)
      expect(
        readMultipart(body.subarray(0, length), "multipart/form-data; boundary=b"),
        `${length}`,
      ).toBeNull();
    expect(readMultipart(body, 'multipart/form-data; boundary="b"')?.fields.get("a")).toBe("1");
  });
  test("any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readMultipart(bytes, "multipart/form-data; boundary=b");
      }),
    );
  });
});
