/** The smallest files of each kind. */
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

/** One pixel each. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
export const JPEG = Buffer.concat([
  hex("ffd8ffe0 00104a46494600010100000100010000 ffdb0043 00"),
  Buffer.alloc(64, 1),
  hex("ffd9"),
]);
export const WEBP = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
export const PDF = Buffer.from(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
);
export const ZIP = hex("504b0304 14000000 08000000 21000000 00000000 00000000");
export const HTML = Buffer.from("<!doctype html><script>alert(1)</script>");
export const SVG = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`);
