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
function duration(text: string, unit: keyof typeof MINUTES_OF): string | undefined {
  const plain = text.trim();
  if (plain === "") return undefined;
  const size = decimal(plain);
  if (size === null) return plain;
  if (unit === "days" && Number.isInteger(size)) return `P${size}D`;
  const minutes = Math.round(size * MINUTES_OF[unit]);
  const hours = Math.floor(minutes / 60);
  return `PT${hours === 0 ? "" : `${hours}H`}${minutes % 60 === 0 && hours > 0 ? "" : `${minutes % 60}M`}`;
}

/** Hours or days as a number with as few digits as it takes. */
export const inUnits = (size: number, unit: number): string => String(Math.round((size / unit) * 100) / 100);

/** A duration as the document had it (`iso`), unless somebody changed what the field showed of it. */
export function keptDuration(
  typed: string,
  iso: string | undefined,
  unit: keyof typeof MINUTES_OF,
  read: (iso: string) => number,
  size: number,
): string | undefined {
  try {
    if (iso && inUnits(read(iso), size) === typed.trim()) return iso;
  } catch {
    // Not one of ours: the field speaks for itself.
  }
  return duration(typed, unit);
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
