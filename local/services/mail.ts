/** Reading mails. */
import type { Address, Attachment } from "postal-mime";

/** The address alone, without a display name. */
export const bare = (address: string) => /<([^>]+)>\s*$/.exec(address)?.[1] ?? address.trim();
/** Addresses of a header, those inside groups too. */
export const mailboxes = (list: Address[] = []): string[] =>
  list.flatMap((one) => one.group?.map((member) => member.address) ?? one.address ?? []);

/** The text of an attachment that is text; nothing of one that is not. */
export function readable(attachment: Attachment): string {
  const isText = /^(text\/|application\/(json|ics|xml|csv))/.test(attachment.mimeType);
  if (typeof attachment.content === "string") return isText ? attachment.content : "";
  return isText ? new TextDecoder().decode(attachment.content) : "";
}
