/**
 * A part of the catalogue that only some pages or mails need: it travels with them and not in every bundle. Both
 * languages have one shape by type; test/unit/web/catalogues.test.ts checks every section's keys and empty texts.
 */
import type { Locale } from "../../directory/model.ts";

export type Section<T> = { (locale: Locale): T; zhCN: T; en: T };

/** `en` has the shape of `zhCN`. */
export const section = <T>(zhCN: T, en: NoInfer<T>): Section<T> =>
  Object.assign((locale: Locale): T => (locale === "en" ? en : zhCN), { zhCN, en });
