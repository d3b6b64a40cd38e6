/** 邮件和短信的文案。 */
import { mail as en } from "../en/mail.ts";
import { section } from "../section.ts";
import { mail as zhCN } from "../zh-CN/mail.ts";

export const mailTexts = section(zhCN, en);
