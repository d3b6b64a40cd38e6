/**
 * What auditors look for in a settlement (contracts/budget.md §5). Pure. Findings explain and never block. What each
 * kind's evidence holds is said at `findingText` (shared/i18n/sections/findings.ts).
 */
import type { Evidence, Finding, FindingKind } from "../case/model.ts";
import type { Settlement, SettlementLine } from "./settlement-schema.ts";

/** The kinds that a settlement can raise; a new settlement of the same case replaces them. */
export const SETTLEMENT_KINDS = [
  "per_head_over_cap",
  "companion_inflation",
  "split_bill",
  "allowance_double",
  "relabelled",
  "duplicate_invoice",
  "missing_list",
] as const satisfies readonly FindingKind[];

/** A meal of another case at the same place on the same day. */
export type OtherMeal = { caseId: string; amount: number };

/** What the detectors know beside the settlement itself. */
export type Known = {
  /** Guests and companions of the approved request. */
  people: number;
  /** What one meal may cost a head at the level of the visit (fen); null where no table says. */
  perHeadCap: number | null;
  /** Whether the settlement names the reception list of its case. */
  hasList: boolean;
  /** Other cases by the number of an invoice. */
  invoices: Map<string, string[]>;
  /** Meals of other cases of the department, by `billOf`. */
  meals: Map<string, OtherMeal[]>;
};

export type Found = Omit<Finding, "at">;

/** One name however it was typed. */
export const plainName = (text: string): string =>
  text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();

/** What makes meals one bill: the place and the day. */
export const billOf = ({ on, place }: Pick<SettlementLine, "on" | "place">): string =>
  `${on}#${plainName(place)}`;

type Row = { row: number; line: SettlementLine };

/** Everything that the detectors find, in a fixed order: one finding a kind, but one for each bill that was split. */
export function settlementFindings(settlement: Settlement, known: Known): Found[] {
  const rows = settlement.lines.map((line, row) => ({ row, line }));
  const meals = rows.filter(({ line }) => line.item === "meal");
  const one = (kind: FindingKind, evidence: Evidence[]): Found[] =>
    evidence.length > 0 ? [{ kind, evidence }] : [];
  return [
    ...one("per_head_over_cap", overCap(meals, known.perHeadCap)),
    ...one("companion_inflation", inflated(meals, known)),
    ...splitBills(meals, known.meals).map((evidence): Found => ({ kind: "split_bill", evidence })),
    ...one("allowance_double", doubled(rows)),
    ...one("relabelled", relabelled(rows)),
    ...one("duplicate_invoice", duplicates(settlement, known.invoices)),
    ...one("missing_list", known.hasList ? [] : [{ path: "receptionListId", value: null }]),
  ];
}

const overCap = (meals: Row[], cap: number | null): Evidence[] =>
  meals.flatMap(({ row, line: { amount, people = 1 } }) =>
    cap !== null && BigInt(amount) > BigInt(cap) * BigInt(people)
      ? { path: `lines.${row}.amount`, value: Math.ceil(amount / people), limit: cap }
      : [],
  );

/** More heads than were approved, without whom the meal would be above the cap. */
const inflated = (meals: Row[], { people: approved, perHeadCap: cap }: Known): Evidence[] =>
  meals.flatMap(({ row, line: { amount, people = 1 } }) =>
    cap !== null &&
    people > approved &&
    BigInt(amount) <= BigInt(cap) * BigInt(people) &&
    BigInt(amount) > BigInt(cap) * BigInt(approved)
      ? { path: `lines.${row}.people`, value: people, limit: approved }
      : [],
  );

function splitBills(meals: Row[], others: Map<string, OtherMeal[]>): Evidence[][] {
  const bills = Map.groupBy(meals, ({ line }) => billOf(line));
  return [...bills].flatMap(([bill, own]) => {
    const elsewhere = others.get(bill) ?? [];
    if (own.length + elsewhere.length < 2) return [];
    return [
      [
        ...own.map(({ row, line }): Evidence => ({ path: `lines.${row}.amount`, value: line.amount })),
        ...elsewhere.map(({ caseId, amount }): Evidence => ({ caseId, value: amount })),
      ],
    ];
  });
}

/** The allowance stands for the meal: both on one day are paid twice. */
function doubled(rows: Row[]): Evidence[] {
  const daysOf = (item: string) =>
    new Set(rows.filter(({ line }) => line.item === item).map(({ line }) => line.on));
  const meals = daysOf("meal");
  const allowances = daysOf("meal_allowance");
  return rows.flatMap(({ row, line: { item, on } }) =>
    (item === "meal" || item === "meal_allowance") && meals.has(on) && allowances.has(on)
      ? { path: `lines.${row}.on`, value: on }
      : [],
  );
}

/** A meeting, or things for the office, bought where people ate or slept on that day. */
function relabelled(rows: Row[]): Evidence[] {
  const fed = new Set(
    rows
      .filter(({ line }) => line.item === "meal" || line.item === "lodging")
      .map(({ line }) => billOf(line)),
  );
  return rows.flatMap(({ row, line }) =>
    (line.item === "meeting" || line.item === "office") && fed.has(billOf(line))
      ? { path: `lines.${row}.place`, value: line.place }
      : [],
  );
}

function duplicates({ invoices }: Settlement, others: Map<string, string[]>): Evidence[] {
  const numbers = invoices.map(({ no }) => plainName(no));
  return invoices.flatMap(({ no }, row): Evidence[] => {
    const plain = plainName(no);
    const path = `invoices.${row}.no`;
    return [
      ...(numbers.indexOf(plain) < row ? [{ path, value: no }] : []),
      ...(numbers.indexOf(plain) === row
        ? (others.get(plain) ?? []).map((caseId) => ({ path, caseId, value: no }))
        : []),
    ];
  });
}
