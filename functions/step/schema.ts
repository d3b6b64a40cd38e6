/** The body of a decision (contracts/README.md "Steps and links"). */
import * as z from "zod";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

export const actSchema = z.strictObject({
  choice: z.string({ error: "choice" }),
  comment: z
    .string({ error: "invalid" })
    .max(2000, { error: "too_long:2000" })
    .refine((value) => !CONTROL.test(value), { error: "control_characters" })
    .default(""),
  data: z.strictObject({}, { error: "invalid" }).default({}),
  contentHash: z.string({ error: "invalid" }).optional(),
});
