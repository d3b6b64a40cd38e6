/** Where the receiver of a refusable mail says that he wants no more: for its headers and for its small print. */
import { optOutLink } from "../customer/opt-out-link.ts";
import { linkKeys } from "../step/links.ts";

export const unsubscribeUrl = async (baseUrl: string, customerId: string): Promise<string> =>
  `${baseUrl}/o/${optOutLink(await linkKeys(), { customerId, channel: "email" })}`;
