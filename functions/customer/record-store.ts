/**
 * Customers in the table (docs/access-patterns.md): one item each, and one for every name that means him. An import that
 * is being entered holds all other writing back; once it is committed readers see it whole, whatever of it is written yet
 * (docs/decisions/0011-importing-customers.md).
 */
import { env } from "../shared/env.ts";
import { busy, conflict } from "../shared/errors.ts";
import { sha256 } from "../shared/ids.ts";
import { ConditionFailed, getItems, type Item, type Key, transact, type Write } from "../shared/table.ts";
import { finishImport } from "./import-apply.ts";
import { CURRENT_KEY, type Current, plannedCustomer, toCurrent } from "./import-store.ts";
import { customerKey, customerWrites, type Known, namesOf, toKnown } from "./items.ts";
import type { Customer } from "./model.ts";
import { aliasKey } from "./rules.ts";

const table = () => env("CUSTOMERS_TABLE");

export type Loaded = {
  known: Known | null;
  /** Whom the asked names mean now, by the key of the name. */
  meant: Map<string, string>;
  importing: Current | null;
};

/** A customer, and whom some names mean, in one round trip. */
export async function loadCustomer(customerId: string, names: readonly string[] = []): Promise<Loaded> {
  const key = customerKey(customerId);
  const wanted = new Map<string, Key>([...names.map(aliasKey), key, CURRENT_KEY].map((one) => [one.pk, one]));
  const items = await getItems(table(), [...wanted.values()]);
  const found = (pk: string): Item | undefined => items.find((item) => item.pk === pk);
  const importing = toCurrent(found(CURRENT_KEY.pk));
  const planned = importing?.state === "applied" ? await plannedCustomer(importing, customerId) : null;
  const item = found(key.pk);
  return {
    known: planned ?? (item ? toKnown(item) : null),
    meant: new Map(
      names.flatMap((name) => {
        const alias = found(aliasKey(name).pk);
        return alias ? [[aliasKey(name).pk, String(alias.customerId)] as const] : [];
      }),
    ),
    importing,
  };
}

/** The customer of this number, or null. */
export const readCustomer = async (customerId: string): Promise<Customer | null> =>
  (await loadCustomer(customerId)).known?.customer ?? null;

export const IMPORT_LABEL = "import";

/** Fails while an import is being entered. */
export const noImport = (): Write => ({
  label: IMPORT_LABEL,
  ConditionCheck: { TableName: table(), Key: CURRENT_KEY, ConditionExpression: "attribute_not_exists(pk)" },
});

const ATTEMPTS = 5;

/**
 * Changes one customer in one transaction. `decide` is asked again with what is there then, whenever somebody else was
 * quicker; it throws its refusals and answers null where nothing is to change. `names`: those that the customer will have.
 */
export async function changeCustomer<T>(
  customerId: string,
  names: readonly string[],
  first: Promise<Loaded> | null,
  decide: (known: Customer | null) => { customer: Customer | null; result: T; extra: Write[] },
): Promise<T> {
  let asked = names;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const loaded = await (attempt === 1 && first ? first : loadCustomer(customerId, asked));
    if (loaded.importing) {
      await finishImport();
      continue;
    }
    const { customer, result, extra } = decide(loaded.known?.customer ?? null);
    if (!customer && extra.length === 0) return result;
    if (customer && isUnasked(customer, loaded.known, asked)) {
      asked = namesOf(customer);
      continue;
    }
    const writes = customer ? customerWrites(loaded.known, customer, loaded.meant) : [];
    try {
      await transact([noImport(), ...writes, ...extra]);
      return result;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      // A twin with the same key is the caller's to answer.
      if (error.labels.some((label) => ![IMPORT_LABEL, "customer", "name"].includes(label))) throw error;
    }
  }
  throw busy();
}

/** Whether he has a name of which nobody has asked whom it means. */
function isUnasked(customer: Customer, known: Known | null, asked: readonly string[]): boolean {
  const keys = new Set([...asked.map((name) => aliasKey(name).pk), ...(known?.owned ?? [])]);
  return namesOf(customer).some((name) => !keys.has(aliasKey(name).pk));
}

/** A number for a customer who came without one; the same for a call that is sent again. */
export const numberFor = (seed: string): string => `C${sha256(seed).slice(0, 12).toUpperCase()}`;

/** Refuses a change that was made from another version than the one that is there. */
export function checkVersion(customer: Customer, version: number): void {
  if (customer.version !== version) throw conflict("stale", { version: customer.version });
}
