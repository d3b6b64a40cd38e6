/** Which provider carries what. */
import type { Channel } from "../kinds.ts";
import type { Send } from "./channel.ts";
import { sendMail } from "./ses.ts";
import { sendSms } from "./sns.ts";

export const channels: Record<Channel, Send> = { email: sendMail, sms: sendSms };
