/** What a text message may be (notice SMS to mainland China): signature first, no link, no invitation to answer. Pure. */

/** Words that carriers take for surveys, advertising or opt-out lines; a notice holds none of them. */
export const FORBIDDEN_WORDS = [
  "问卷",
  "满意度调查",
  "回复确认",
  "退订",
  "拒收",
  "优惠",
  "促销",
  "survey",
  "unsubscribe",
  "discount",
] as const;

/** UCS-2 characters of one part, and of each part of a longer message. */
const ONE_PART = 70;
const PART = 67;

/** How many parts a text is charged as. JavaScript counts UTF-16 units, which are UCS-2 characters here. */
export const partsOf = (text: string): number =>
  text.length <= ONE_PART ? 1 : Math.ceil(text.length / PART);

/** The text with its signature `【…】` in front. */
export const signed = (signature: string, text: string): string =>
  `${/^【.*】$/.test(signature) ? signature : `【${signature}】`}${text}`;

/** `+8613800000001`, or null where the number cannot be one. Eleven digits beginning with 1 are a mainland mobile. */
export function toE164(phone: string): string | null {
  const digits = phone.replace(/[\s()-]/g, "");
  if (/^1\d{10}$/.test(digits)) return `+86${digits}`;
  const international = digits.replace(/^00/, "+");
  return /^\+[1-9]\d{6,14}$/.test(international) ? international : null;
}

/** A phone as everybody writes it differently; what can be no number keeps its digits. */
export const normalisedPhone = (phone: string): string => {
  const wide = phone.normalize("NFKC");
  return toE164(wide) ?? wide.replace(/\D/g, "");
};
