/** What people type into fields, as the schemas want it: undefined where nothing was typed, NaN where it is no number. Pure. */
import { parseYuan } from "../../shared/money.ts";

export function whole(text: string): number | undefined {
  const plain = text.normalize("NFKC").trim();
  if (plain === "") return undefined;
  return /^\d{1,15}$/.test(plain) ? Number(plain) : Number.NaN;
}

export function yuan(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  return parseYuan(text) ?? Number.NaN;
}

/** `8`, `1.5`; null where it is no number. */
function decimal(text: string): number | null {
  const plain = text.normalize("NFKC").trim();
  return /^\d{1,5}(\.\d{1,2})?$/.test(plain) ? Number(plain) : null;
}

const MINUTES_OF = { hours: 60, days: 1440 };

/** A number of hours or days as an ISO 8601 duration; what cannot be read stays, for the schema to refuse. */
export function duration(text: string, unit: keyof typeof MINUTES_OF): string | undefined {
  const plain = text.trim();
  if (plain === "") return undefined;
  const size = decimal(plain);
  if (size === null) return plain;
  if (unit === "days" && Number.isInteger(size)) return `P${size}D`;
  const minutes = Math.round(size * MINUTES_OF[unit]);
  return minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}

export const unlessEmpty = <T>(key: string, value: T | undefined): Record<string, T> =>
  value === undefined || value === "" || (Array.isArray(value) && value.length === 0) ? {} : { [key]: value };

/** The rows of a list in a posted form, by their number: `hotels.0.name` → 0. */
export function rowsOf(form: URLSearchParams, prefix: string, max: number): number[] {
  const rows = new Set<number>();
  for (const key of form.keys()) {
    const rest = key.startsWith(`${prefix}.`) ? key.slice(prefix.length + 1) : "";
    const [, row] = /^(\d{1,3})\./.exec(rest) ?? [];
    if (row !== undefined) rows.add(Number(row));
  }
  return [...rows].sort((a, b) => a - b).slice(0, max);
}
