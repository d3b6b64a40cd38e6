/** Encodings that a table of customers may be in; a workbook says its own. */
export const ENCODINGS = ["utf-8", "gb18030"] as const;
export type Encoding = (typeof ENCODINGS)[number];
