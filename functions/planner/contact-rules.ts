/** Whose contact a case is, and when it took place. Pure. */
import type { CaseFile } from "../case/model.ts";
import type { Said } from "../customer/contact-store.ts";

/** What a case says of the customer whom it is about; null where it is no contact with one. */
export function saidIn({ header, content }: Pick<CaseFile, "header" | "content">): Said | null {
  const text = (name: string): string | undefined => {
    const value = content?.[name];
    return typeof value === "string" ? value : undefined;
  };
  switch (header.process) {
    case "complaint":
      return {
        customerId: header.customerId,
        names: [text("organisation"), text("complainantName")],
        phone: text("complainantPhone"),
        email: text("complainantEmail"),
      };
    case "reception":
      return { customerId: header.customerId, names: [text("visitingOrg") ?? header.title] };
    default:
      return null;
  }
}
