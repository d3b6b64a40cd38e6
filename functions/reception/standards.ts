/**
 * What the standard allows for a reception (contracts/budget.md §3): level × people × nights by the table of policy
 * `standards`, each term only where the company pays. Pure; amounts in fen.
 */
import * as z from "zod";
import type { StandardsView } from "../case/view.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { elapsedMs } from "../shared/duration.ts";
import { line, wholeNumber } from "../shared/validate.ts";
import { guestsTotal, HOTEL_STARS, LEVELS, type Reception, tellsStay } from "./schema.ts";

export const STANDARDS = "standards";

/** ¥100,000: no unit of the table is larger, so that no sum of a request loses a fen. */
const MAX_UNIT = 10_000_000;
const CITY_CLASSES = ["1", "2", "3"] as const;
const unit = () => wholeNumber(0, MAX_UNIT);
const ofEach = <K extends string, T extends z.ZodType>(keys: readonly K[], value: T) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, value])) as Record<K, T>, { error: "required" });
const elapsed = () =>
  z.string({ error: "required" }).refine(
    (text) => {
      try {
        return elapsedMs(text) >= 0;
      } catch {
        return false;
      }
    },
    { error: "invalid" },
  );

/** The document of policy `standards`. */
export const standardsSchema = () =>
  z.strictObject({
    mealPerHead: ofEach(LEVELS, unit()),
    mealsPerDay: wholeNumber(0, 5),
    hotelPerRoomNight: ofEach(LEVELS, ofEach(CITY_CLASSES, unit())),
    giftPerGuest: ofEach(LEVELS, unit()),
    allowancePerPersonDay: unit(),
    perHeadCap: ofEach(LEVELS, unit()),
    cap: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    companions: z.strictObject({
      upTo: wholeNumber(0, 999),
      max: wholeNumber(0, 999),
      /** Above `upTo` guests: this fraction of them. */
      above: z.tuple([wholeNumber(1, 999), wholeNumber(1, 999)], { error: "invalid" }),
      enabled: z.boolean({ error: "choose" }),
    }),
    sameGuest: z.strictObject({ times: wholeNumber(1, 999), withinDays: wholeNumber(1, 3660) }),
    retroactiveWithin: elapsed(),
    hotels: z
      .array(
        z.strictObject({
          name: line(50),
          star: z.literal(HOTEL_STARS, { error: "choose" }),
          cityClass: z.literal([1, 2, 3], { error: "choose" }),
          contracted: z.boolean({ error: "choose" }),
        }),
        { error: "invalid" },
      )
      .max(500, { error: "too_many:500" }),
  });

export type Standards = z.infer<ReturnType<typeof standardsSchema>>;

/** Where the request does not say it. */
const DEFAULT_CITY = 2;
const DAY = 86_400_000;
const WELCOME_AND_FAREWELL = 2;

/** What of a request the standard depends on. */
export type Stay = Pick<
  Reception,
  | "guestsMale"
  | "guestsFemale"
  | "companions"
  | "arrivalDate"
  | "plannedLeaveAt"
  | "level"
  | "allowancePerPersonDay"
  | "cityClass"
  | "roomCount"
  | "lodgingPayer"
  | "amountPerPersonDay"
  | "diningPayer"
>;

/** Nights from the day of arrival to the day of leaving, in Asia/Shanghai. */
export const nightsOf = (stay: Pick<Stay, "arrivalDate" | "plannedLeaveAt">): number =>
  Math.round((Date.parse(shanghaiDate(stay.plannedLeaveAt)) - Date.parse(stay.arrivalDate)) / DAY);

/**
 * The lines of the standard and their sum; what the company does not pay is a line of 0 units. `amount` of lodging is less
 * than unit × units where the guests pay a fixed rate.
 */
export function standardsOf(table: Standards, version: number, stay: Stay): StandardsView {
  const guests = guestsTotal(stay);
  const heads = guests + stay.companions.length;
  const nights = nightsOf(stay);
  const days = nights + 1;
  const city = String(stay.cityClass ?? DEFAULT_CITY) as (typeof CITY_CLASSES)[number];
  const rooms = Math.min(stay.roomCount, guests);
  const fixedRate =
    stay.lodgingPayer === "guest_fixed_rest_company" ? (stay.amountPerPersonDay ?? 0) * guests * nights : 0;
  const term = (
    item: StandardsView["lines"][number]["item"],
    unitPrice: number,
    units: number,
    paidByGuests = 0,
  ) => ({ item, unit: unitPrice, units, amount: Math.max(0, unitPrice * units - paidByGuests) });
  const lines = [
    term("meal", table.mealPerHead[stay.level], heads * mealsOf(stay, table.mealsPerDay * days)),
    term(
      "lodging",
      table.hotelPerRoomNight[stay.level][city],
      stay.lodgingPayer === "guest_all" ? 0 : rooms * nights,
      fixedRate,
    ),
    term("allowance", Math.min(stay.allowancePerPersonDay, table.allowancePerPersonDay), guests * days),
    term("gift", table.giftPerGuest[stay.level], guests),
  ];
  return {
    version,
    amount: lines.reduce((sum, one) => sum + one.amount, 0),
    lines,
    companionsMax: companionsMax(table, guests),
  };
}

/**
 * Whether an amount has to be explained: above the cap of the table or above the standard. Asked of forms with mistakes
 * too, where the standard can be told without them.
 */
export const isExcessive = (table: Standards, r: Reception): boolean =>
  r.budgetAmount > table.cap || (tellsStay(r) && r.budgetAmount > standardsOf(table, 0, r).amount);

/** Meals for each head that the company pays; who else pays by agreement (`other`) is not the company. */
function mealsOf(stay: Stay, all: number): number {
  if (stay.diningPayer === "company_all") return all;
  return stay.diningPayer === "company_welcome_farewell" ? WELCOME_AND_FAREWELL : 0;
}

/** How many of the house may come along (党政机关国内公务接待管理规定第十条 by default); null where the rule is off. */
export function companionsMax({ companions: rule }: Standards, guests: number): number | null {
  if (!rule.enabled) return null;
  const [parts, whole] = rule.above;
  return guests <= rule.upTo ? rule.max : Math.floor((guests * parts) / whole);
}
