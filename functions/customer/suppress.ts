/** What a mail provider says of a customer's address goes into his record (contracts/follow-ups.md "Customers"). */
import { now } from "../shared/clock.ts";
import { type Undeliverable, unreachable } from "./record-rules.ts";
import { changeCustomer } from "./record-store.ts";
import { isCustomerId } from "./rules.ts";

/** Told twice it is the same as once. A customer whom nobody has entered has no record to keep it in. */
export async function suppressAddress(
  customerId: string,
  address: string,
  reason: Undeliverable,
): Promise<void> {
  if (!isCustomerId(customerId)) return;
  await changeCustomer(customerId, [], null, (known) => ({
    customer: known && unreachable(known, { address, reason }, now()),
    result: null,
    extra: [],
  }));
}
