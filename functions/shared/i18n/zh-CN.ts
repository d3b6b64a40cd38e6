/** 中文文案。 */
import { errors } from "./zh-CN/errors.ts";
import { file } from "./zh-CN/file.ts";
import { web } from "./zh-CN/web.ts";
import { words } from "./zh-CN/words.ts";

export const zhCN = { errors, file, web, words };
