/** `npm run verify-dossier FILE [SHA-256]`: verifies a dossier of any size without the site. Exit 0 when it is valid. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Locale } from "../directory/model.ts";
import { fill } from "../shared/i18n/messages.ts";
import { archiveTexts } from "../shared/i18n/sections/archive.ts";
import { verifyDossier } from "./dossier-rules.ts";

/** What is printed, and the exit code. */
export function verifyFile(args: readonly string[], locale: Locale): { lines: string[]; code: 0 | 1 } {
  const { command: t, problems } = archiveTexts(locale);
  const [file, expected] = args;
  if (file === undefined || args.length > 2) return { lines: [t.usage], code: 1 };
  let bytes: Uint8Array;
  try {
    // npm runs in the project's folder, wherever it was called.
    bytes = readFileSync(resolve(process.env.INIT_CWD ?? ".", file));
  } catch {
    return { lines: [fill(t.unreadable, { file })], code: 1 };
  }
  const found = verifyDossier(bytes);
  const digest = fill(t.digest, { sha256: found.sha256 });
  if (!found.valid)
    return {
      lines: [
        fill(t.invalid, { file }),
        ...found.problems.map(({ code, part = "" }) => `- ${fill(problems[code], { part })}`),
        digest,
      ],
      code: 1,
    };
  if (expected !== undefined && expected.toLowerCase() !== found.sha256)
    return { lines: [fill(t.invalid, { file }), `- ${t.other}`, digest], code: 1 };
  const { caseId, version, events } = found;
  const valid = fill(t.valid, { caseId: caseId ?? "", version: version ?? "", events });
  return { lines: [valid, digest, ...(expected === undefined ? [t.compare] : [])], code: 0 };
}

if (import.meta.main) {
  const locale: Locale = /^en/i.test(process.env.LC_ALL || process.env.LANG || "") ? "en" : "zh-CN";
  const { lines, code } = verifyFile(process.argv.slice(2), locale);
  (code === 0 ? console.log : console.error)(lines.join("\n"));
  process.exitCode = code;
}
