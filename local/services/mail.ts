/** Reading mails. */
import type { Address, Attachment } from "postal-mime";

/** The address alone, without a display name. */
export const bare = (address: string) => /<([^>]+)>\s*$/.exec(address)?.[1] ?? address.trim();
/** Addresses of a header, those inside groups too. */
export const mailboxes = (list: Address[] = []): string[] =>
  list.flatMap((one) => one.group?.map((member) => member.address) ?? one.address ?? []);

/**
 * The text of an attachment that is text; nothing of one that is not. Of a calendar the parser makes the line ends its own:
 * they are given back as every calendar has them (RFC 5545 §3.1).
 */
export function readable({ mimeType, content }: Attachment): string {
  if (!/^(text\/|application\/(json|ics|xml|csv))/.test(mimeType)) return "";
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  return /^(text\/calendar|application\/ics)$/.test(mimeType) ? text.replace(/\r?\n/g, "\r\n") : text;
}
