/** The business words of a language alone, for what should not bring the whole catalogue of the pages with it. */
import type { Locale } from "../../directory/model.ts";
import { words as en } from "./en/words.ts";
import { words as zhCN } from "./zh-CN/words.ts";

export const wordsIn = (locale: Locale): typeof zhCN => (locale === "en" ? en : zhCN);
