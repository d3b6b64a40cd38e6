/** English texts. */
import { errors } from "./en/errors.ts";
import type { zhCN } from "./zh-CN.ts";

export const en: typeof zhCN = { errors };
