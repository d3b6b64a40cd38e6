/** Money is integer fen everywhere; yuan exist only in what people type and read. Pure. */

/** Full-width digits and signs become the plain ones; blanks and the currency sign go. */
const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[¥元\s]/g, "")
    .replace(/^CNY|CNY$/i, "");

/**
 * Yuan as people type them ("5,000.00", "¥5000", "５０００元") as fen. Null when it is not an amount, carries
 * fractions of a fen or has its thousands marks in odd places, where a slip of the finger is likelier than intent.
 */
export function parseYuan(text: string): number | null {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2})0*)?\.?$/.exec(plain(text));
  if (!match) return null;
  const fen = Number(`${match[1]!.replaceAll(",", "")}${(match[2] ?? "").padEnd(2, "0")}`);
  return Number.isSafeInteger(fen) ? fen : null;
}

/** Fen as a person would type the yuan: "5,000.00". */
export function yuanText(fen: number): string {
  const { sign, yuan, cents } = moneyParts(fen);
  return `${sign}${yuan}.${cents}`;
}

/** The parts of an amount, exact up to 2^53−1 fen: yuan with thousands marks, two digits of fen. */
export function moneyParts(fen: number): { sign: "" | "−"; yuan: string; cents: string } {
  const all = BigInt(fen);
  const size = all < 0n ? -all : all;
  return {
    sign: all < 0n ? "−" : "",
    yuan: String(size / 100n).replace(/\B(?=(?:\d{3})+$)/g, ","),
    cents: String(size % 100n).padStart(2, "0"),
  };
}
