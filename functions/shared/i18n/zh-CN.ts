/** 中文文案。 */
import { errors } from "./zh-CN/errors.ts";

export const zhCN = { errors };
