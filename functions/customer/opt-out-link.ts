/**
 * The link by which a customer wants no more planned and reminding messages: derived, never stored, and good for ever, as
 * it stands in mails that may be read years later. It says which customer and which channel; the seal says that we made it.
 */
import { hmac, sameText } from "../shared/ids.ts";
import type { LinkKeys } from "../step/links.ts";
import { MESSAGE_CHANNELS, type MessageChannel } from "./model.ts";
import { isCustomerId } from "./rules.ts";

export type OptOutOf = { customerId: string; channel: MessageChannel };

const seal = (key: string, { customerId, channel }: OptOutOf): string =>
  hmac(key, `opt-out|${customerId}|${channel}`);

/** `<channel>.<number>.<key id>.<seal>`, which stands behind `/o/` in the address that a mail carries. */
export const optOutLink = (keys: LinkKeys, of: OptOutOf): string =>
  [of.channel, of.customerId, keys.current, seal(keys[keys.current] ?? "", of)].join(".");

/** Whom a link is of, or null where it is none of ours. */
export function optOutOf(keys: LinkKeys, link: string): OptOutOf | null {
  const [channel, customerId = "", kid = "", mac = "", rest] = link.split(".");
  const known = MESSAGE_CHANNELS.find((one) => one === channel);
  if (!known || rest !== undefined || !isCustomerId(customerId)) return null;
  if (kid === "current" || !Object.hasOwn(keys, kid)) return null;
  const of: OptOutOf = { customerId, channel: known };
  return sameText(mac, seal(keys[kid] ?? "", of)) ? of : null;
}
