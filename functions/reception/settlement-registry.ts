/**
 * Which cases settled which invoice, and which meals a department had where and when: `INVOICE#<no>` and
 * `BILL#<department>#<day>#<place>` in the Ledger table. A settlement writes them in its own transaction, on condition
 * that they are as they were read: of two that name one invoice at once, the second one sees the first.
 */
import type { Department } from "../directory/model.ts";
import { env } from "../shared/env.ts";
import { getItems, type Item, type Write } from "../shared/table.ts";
import { billOf, type Known, plainName } from "./settlement-findings.ts";
import type { Settlement } from "./settlement-schema.ts";

const table = () => env("LEDGER_TABLE");
const SK = "USES";
const LABEL = "registry";

const invoicePk = (no: string): string => `INVOICE#${plainName(no)}`;
const billPk = (department: Department, bill: string): string => `BILL#${department}#${bill}`;

/** One use: the case, and for meals what each cost (fen). */
type Use = { caseId: string; amounts: number[] };
/** What was there when it was read; `n` counts its changes. */
type Entry = { pk: string; n: number; uses: Use[]; mine: Use };

/** What a settlement uses, and who else did. */
export type Registry = Entry[];

const mealsOf = ({ lines }: Settlement) => lines.filter((line) => line.item === "meal");

/** What the settlement of a case uses, each once, with every other use. One round trip. */
export async function readRegistry(
  caseId: string,
  department: Department,
  settlement: Settlement,
): Promise<Registry> {
  const uses = new Map<string, number[]>();
  for (const { no } of settlement.invoices) uses.set(invoicePk(no), []);
  for (const line of mealsOf(settlement)) {
    const pk = billPk(department, billOf(line));
    uses.set(pk, [...(uses.get(pk) ?? []), line.amount]);
  }
  if (uses.size === 0) return [];
  const items = await getItems(
    table(),
    [...uses.keys()].map((pk) => ({ pk, sk: SK })),
  );
  const found = new Map(items.map((item): [unknown, Item] => [item.pk, item]));
  return [...uses].map(([pk, amounts]): Entry => {
    const item = found.get(pk);
    return {
      pk,
      n: (item?.n as number | undefined) ?? 0,
      uses: ((item?.uses as Use[] | undefined) ?? []).filter((use) => use.caseId !== caseId),
      mine: { caseId, amounts },
    };
  });
}

/** The other uses, as the detectors ask for them. */
export function othersIn(
  registry: Registry,
  department: Department,
  settlement: Settlement,
): Pick<Known, "invoices" | "meals"> {
  const usesOf = (pk: string): Use[] => registry.find((entry) => entry.pk === pk)?.uses ?? [];
  return {
    invoices: new Map(
      settlement.invoices.map(({ no }) => [plainName(no), usesOf(invoicePk(no)).map(({ caseId }) => caseId)]),
    ),
    meals: new Map(
      mealsOf(settlement).map((line) => [
        billOf(line),
        usesOf(billPk(department, billOf(line))).flatMap(({ caseId, amounts }) =>
          amounts.map((amount) => ({ caseId, amount })),
        ),
      ]),
    ),
  };
}

/** Enters the settlement, or takes it out again. */
export const registryWrites = (registry: Registry, how: "enter" | "remove"): Write[] =>
  registry.map(({ pk, n, uses, mine }) => ({
    label: LABEL,
    Put: {
      TableName: table(),
      Item: { pk, sk: SK, v: 1, n: n + 1, uses: how === "enter" ? [...uses, mine] : uses },
      ConditionExpression: n === 0 ? "attribute_not_exists(pk)" : "n = :n",
      ...(n === 0 ? {} : { ExpressionAttributeValues: { ":n": n } }),
    },
  }));

/** Whether a transaction failed because another settlement used the same thing meanwhile. */
export const isRegistryRace = ({ labels }: { labels: string[] }): boolean => labels.includes(LABEL);
