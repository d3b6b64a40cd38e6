/** Documents of the two XML protocols. */
import { XMLBuilder, XMLParser } from "fast-xml-parser";

const builder = new XMLBuilder({
  attributeNamePrefix: "@",
  ignoreAttributes: false,
  suppressEmptyNode: false,
});

/** One document with its declaration. Keys that begin with @ become attributes. */
export function xmlDocument(root: string, content: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: content })}`;
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false });

/** A document as an object; a text is a string, a repeated element an array. */
export function parseXml(text: string): Record<string, unknown> {
  return parser.parse(text) as Record<string, unknown>;
}
