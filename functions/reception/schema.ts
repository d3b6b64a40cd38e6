/**
 * 来访客户接待记录单, the reception form (DOMAIN §1.3), as one schema for the page, the API and the tests.
 * Amounts are integer fen. Issues carry our own codes in `message` (see shared/validate.ts).
 */
import * as z from "zod";
import { DEPARTMENTS } from "../directory/model.ts";
import { shanghaiDate } from "../shared/clock.ts";
import { amount, date, instant, line, list, phone, reason, text, wholeNumber } from "../shared/validate.ts";

export const LEVELS = ["A", "B", "C"] as const;
export const PICKUP_PLACES = ["airport_or_rail", "other"] as const;
export const GREETERS = ["staff", "driver", "named"] as const;
export const HOTEL_CLASSES = ["1", "2", "other"] as const;
export const LODGING_PAYERS = [
  "company_all",
  "guest_fixed_rest_company",
  "guest_all",
  "company_room_only",
] as const;
export const DINING_PAYERS = ["company_all", "company_welcome_farewell", "guest_all", "other"] as const;
export const HOST_LEADERS = ["gm", "deputy_gm", "marketing_mgr", "dept_mgr", "named"] as const;
export const HOTEL_STARS = [5, 4, 3] as const;

/** The plan's contracted hotels with class and stars. */
export const HOTELS = [
  { name: "华天", class: "1", star: 5 },
  { name: "金源", class: "1", star: 4 },
  { name: "南方明珠", class: "1", star: 4 },
  { name: "天园", class: "1", star: 4 },
  { name: "万代", class: "2", star: 3 },
  { name: "金叶", class: "2", star: 3 },
  { name: "中天", class: "2", star: 3 },
] as const;

/** ¥5,000: 接待费用预算 5000 元以内 (the plan); above it the excess must be explained. */
export const BUDGET_CAP = 500_000;

const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: "choose" });

let built: ReturnType<typeof build> | undefined;
/** Built at the first form that is checked: most calls of the functions that hold it never check one. */
const shape = () => {
  built ??= build();
  return built;
};
const build = () =>
  z.strictObject({
    visitingOrg: line(100),
    guestsMale: wholeNumber(0, 999),
    guestsFemale: wholeNumber(0, 999),
    guestContactName: line(50),
    guestContactPhone: phone(),
    companions: list(z.strictObject({ name: line(50), phone: phone() }), 50).default([]),
    arrivalDate: date(),
    fromPlace: line(100),
    toPlace: line(100),
    departAt: instant(),
    arriveAt: instant(),
    plannedLeaveAt: instant(),
    level: choice(LEVELS),
    allowancePerPersonDay: wholeNumber(0, 10_000_000),
    pickupPlace: choice(PICKUP_PLACES),
    pickupPlaceText: line(100).optional(),
    greeters: list(choice(GREETERS), GREETERS.length).optional(),
    greeterNames: list(line(50), 20).optional(),
    needFlowers: z.boolean({ error: "choose" }),
    needWelcomeSign: z.boolean({ error: "choose" }),
    hotelClass: choice(HOTEL_CLASSES),
    hotelClassText: line(100).optional(),
    hotelStar: z.literal(HOTEL_STARS, { error: "choose" }),
    hotelName: line(50).optional(),
    cityClass: z.literal([1, 2, 3], { error: "choose" }).optional(),
    roomType: line(50),
    roomCount: wholeNumber(0, 999),
    lodgingPayer: choice(LODGING_PAYERS),
    amountPerPersonDay: amount().optional(),
    diningPayer: choice(DINING_PAYERS),
    diningPayerText: line(100).optional(),
    hostLeaders: list(choice(HOST_LEADERS), HOST_LEADERS.length).optional(),
    hostLeaderNames: list(line(50), 20).optional(),
    budgetAmount: amount(),
    excessReason: reason(1000).optional(),
    retroactiveReason: reason(1000).optional(),
    costDepartment: choice(DEPARTMENTS),
    exchangeContent: text(2000),
  });

export type Reception = z.infer<ReturnType<typeof build>>;

const names = (among: unknown): boolean => Array.isArray(among) && among.includes("named");

/** Which further field an answer asks for. */
const FOLLOW_UPS: { when(r: Reception): boolean; path: keyof Reception }[] = [
  { when: (r) => r.pickupPlace === "other", path: "pickupPlaceText" },
  { when: (r) => names(r.greeters), path: "greeterNames" },
  { when: (r) => r.hotelClass === "other", path: "hotelClassText" },
  { when: (r) => r.diningPayer === "other", path: "diningPayerText" },
  { when: (r) => names(r.hostLeaders), path: "hostLeaderNames" },
  { when: (r) => r.lodgingPayer === "guest_fixed_rest_company", path: "amountPerPersonDay" },
];

const aboveCap = (r: Reception): boolean => r.budgetAmount > BUDGET_CAP;

const instantOf = (value: unknown): number => {
  const parsed = instant().safeParse(value);
  return parsed.success ? Date.parse(parsed.data) : Number.NaN;
};

/** What the rules between fields can look at, whatever is wrong with single ones. */
const isForm = ({ value }: { value: unknown }): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const STAY = {
  guestsMale: true,
  guestsFemale: true,
  companions: true,
  arrivalDate: true,
  plannedLeaveAt: true,
  level: true,
  allowancePerPersonDay: true,
  cityClass: true,
  roomCount: true,
  lodgingPayer: true,
  amountPerPersonDay: true,
  diningPayer: true,
} as const;

/** Whether the fields that a standard depends on are right. */
export const tellsStay = (r: Reception): boolean => shape().pick(STAY).strip().safeParse(r).success;

/**
 * The form with the rules between its fields, which are told together with what is wrong in single ones. `now` (epoch
 * ms) decides whether the visit has already begun (contracts/budget.md §3: `arriveAt` before submission needs
 * `retroactiveReason`), `isExcessive` whether the amount needs `excessReason`.
 */
export const receptionSchema = (now: number, isExcessive: (r: Reception) => boolean = aboveCap) =>
  shape().superRefine(
    (r, context) => {
      const problem = (path: keyof Reception, code: string) =>
        context.addIssue({ code: "custom", path: [path], message: code });
      if (r.guestsMale === 0 && r.guestsFemale === 0) problem("guestsMale", "guests");
      // What is no instant has its own message; no comparison with it holds.
      const [departs, arrives, leaves] = [r.departAt, r.arriveAt, r.plannedLeaveAt].map(instantOf) as [
        number,
        number,
        number,
      ];
      if (arrives < departs) problem("arriveAt", "arrive_before_depart");
      if (leaves < arrives) problem("plannedLeaveAt", "leave_before_arrive");
      if (!Number.isNaN(arrives) && shanghaiDate(arrives) !== r.arrivalDate)
        problem("arriveAt", "not_on_arrival_date");
      for (const { when, path } of FOLLOW_UPS) {
        const value = r[path];
        if (when(r) && (value === undefined || (Array.isArray(value) && value.length === 0)))
          problem(path, "required");
      }
      if (Number.isInteger(r.budgetAmount) && isExcessive(r) && !r.excessReason)
        problem("excessReason", "reason_required");
      if (arrives < now && !r.retroactiveReason) problem("retroactiveReason", "reason_required");
    },
    { when: isForm },
  );

/** The bucket's period: the month of arrival, `YYYY-MM`. */
export const periodOf = (r: Pick<Reception, "arrivalDate">): string => r.arrivalDate.slice(0, 7);

export const guestsTotal = (r: Pick<Reception, "guestsMale" | "guestsFemale">): number =>
  r.guestsMale + r.guestsFemale;
