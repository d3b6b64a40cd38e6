/** English texts. */
import { errors } from "./en/errors.ts";
import { file } from "./en/file.ts";
import { web } from "./en/web.ts";
import { words } from "./en/words.ts";
import type { zhCN } from "./zh-CN.ts";

export const en: typeof zhCN = { errors, file, web, words };
