/** The inbox of everything that left by e-mail or SMS: one row a message, nothing is ever folded together. */
import type { Cloud } from "../kernel.ts";

export type InboxMessage = {
  id: string;
  kind: string;
  channel: "email" | "sms";
  recipient: string;
  subject: string;
  text: string;
  html: string;
  attachments: { name: string; contentType: string; text: string }[];
  caseId: string;
  /** What the provider knew besides. */
  extra: Record<string, unknown>;
};

/** All http(s) addresses of the markup's hrefs and of the text, each once, in order. */
export function linksIn(html: string, text: string): string[] {
  const links = new Set<string>();
  for (const [, url] of html.matchAll(/\bhref\s*=\s*["'](https?:\/\/[^"']+)["']/gi)) {
    links.add(url!.replaceAll("&amp;", "&").replaceAll("&#38;", "&"));
  }
  // Chinese text has no space before its punctuation, and a full stop ends a sentence, not an address.
  for (const [url] of text.matchAll(/https?:\/\/[^\s<>"'，。；：！？、（）【】《》]+/g)) {
    links.add(url.replace(/[.,;:!?)\]]+$/, ""));
  }
  return [...links];
}

/** Opens the inbox; both providers write into the same table. */
export function openInbox(cloud: Cloud): (message: InboxMessage) => void {
  cloud.db.exec(`CREATE TABLE IF NOT EXISTS inbox (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL, links TEXT NOT NULL, attachments TEXT NOT NULL,
    sent_at INTEGER NOT NULL, case_id TEXT NOT NULL, extra TEXT NOT NULL)`);
  const insert = cloud.db.prepare(`INSERT INTO inbox
    (id, kind, channel, recipient, subject, text, html, links, attachments, sent_at, case_id, extra)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (message) => {
    insert.run(
      message.id,
      message.kind,
      message.channel,
      message.recipient,
      message.subject,
      message.text,
      message.html,
      JSON.stringify(linksIn(message.html, message.text)),
      JSON.stringify(message.attachments),
      Math.floor(cloud.clock.now()),
      message.caseId,
      JSON.stringify(message.extra),
    );
  };
}
