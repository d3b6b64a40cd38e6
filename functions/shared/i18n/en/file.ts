import type { file as zh } from "../zh-CN/file.ts";

/** Texts of the attachment pages. */
export const file: typeof zh = {
  title: "Add an attachment",
  intro: "Choose a file and upload it, then confirm it once more.",
  limits: "JPEG, PNG, WebP or PDF, at most 10 MB each and 10 in a case.",
  choose: "Choose a file",
  upload: "Upload",
  confirmTitle: "Confirm the attachment",
  arrived: "The file has arrived but is not in the case yet. Give it a name, then confirm.",
  name: "File name",
  nameHint: "The signers see it, for example “Quote for the meeting room”",
  confirm: "Add to the case",
  again: "Take another file",
  back: "Back to the case",
  full: "This case already has 10 attachments.",
  untitled: "Attachment {n}",
};
