/** One message ready to go. `address` is a mailbox or an E.164 number. */
export type Outgoing = {
  messageId: string;
  kind: string;
  caseId: string;
  address: string;
  subject: string;
  text: string;
  html?: string;
  attachments?: Enclosed[];
  /** Of a text message. */
  templateId?: string;
  /** Where the receiver of a mail can say that he wants no more of its kind. */
  unsubscribe?: string;
};

/** A file that goes along with a mail. */
export type Enclosed = { name: string; contentType: string; content: string };

/** Hands a message to the provider and resolves with its id. Throws SendFailure. */
export type Send = (outgoing: Outgoing) => Promise<string>;
