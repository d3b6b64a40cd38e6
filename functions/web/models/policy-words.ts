/** A policy in words: groups of facts, for reading it and for telling two versions apart. Pure. */
import {
  type ApprovalPolicy,
  FIRST,
  type Signers,
  STAGE_DUE,
  type StagePolicy,
  type When,
} from "../../approval/model.ts";
import type { ComplaintPolicy } from "../../complaint/model.ts";
import type { Person } from "../../directory/model.ts";
import { COMPLAINT, isChainId, type PolicyId } from "../../policy/kinds.ts";
import type { Standards } from "../../reception/standards.ts";
import { parseWorkingDuration } from "../../shared/calendar/duration.ts";
import { elapsedMs } from "../../shared/duration.ts";
import { listOf, shortMoney, workingSpan } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { policyTexts } from "../../shared/i18n/sections/policies.ts";
import { complaintGroups } from "./complaint-policy-words.ts";
import { inUnits } from "./form-values.ts";
import { word } from "./text.ts";
import type { Reader } from "./view.ts";

export type FactLine = { key: string; label: string; text: string };
export type Group = { key: string; title: string; facts: FactLine[] };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const stageName = (stage: string, r: Reader): string => word(r.t.words.stages, stage);

export function groupsOf(policyId: PolicyId, document: unknown, r: Reader, staff: Person[]): Group[] {
  const chain = (policy: ApprovalPolicy) => chainGroups(policy, r, staff);
  if (isChainId(policyId)) return chain(document as ApprovalPolicy);
  return policyId === COMPLAINT
    ? complaintGroups(document as ComplaintPolicy, r, chain)
    : standardsGroups(document as Standards, r);
}

// ---- approval

function chainGroups(policy: ApprovalPolicy, r: Reader, staff: Person[]): Group[] {
  const texts = policyTexts(r.locale);
  const fact = (key: keyof typeof texts.facts, text: string): FactLine => ({
    key,
    label: texts.facts[key],
    text,
  });
  const stages = policy.stages.map(
    (stage): Group => ({
      key: `stages.${stage.stage}`,
      title: stageName(stage.stage, r),
      facts: [
        fact("when", whenText(stage.when, r)),
        fact("signers", signersText(stage.signers, r, staff)),
        fact("mode", modeText(stage, r)),
        fact(
          "due",
          fill(texts.values.due, {
            span: workingSpan(parseWorkingDuration(stage.due ?? STAGE_DUE), r.locale),
          }),
        ),
        fact("limit", stage.limit === undefined ? texts.values.unlimited : shortMoney(stage.limit)),
        ...(stage.limitPerHead === undefined ? [] : [fact("limitPerHead", shortMoney(stage.limitPerHead))]),
      ],
    }),
  );
  const { values } = texts;
  const climb = (target: string | undefined): string => {
    if (target === undefined) return values.none;
    return target === "next" ? values.next : fill(values.stage, { stage: stageName(target, r) });
  };
  const general: FactLine[] = [
    fact("order", policy.stages.map((one) => stageName(one.stage, r)).join(" → ")),
    fact("over_budget", climb(policy.climbOn.over_budget)),
    fact("retroactive", climb(policy.climbOn.retroactive)),
    fact("over_standard", climb(policy.climbOn.over_standard)),
    fact("administrator", signersText(policy.administrator, r, staff)),
    fact(
      "undoSeconds",
      policy.undoSeconds === 0 ? values.off : fill(values.seconds, { n: policy.undoSeconds }),
    ),
    fact("stepUpAbove", fill(values.aboveMoney, { money: shortMoney(policy.stepUpAbove) })),
    fact(
      "batchUpTo",
      policy.batchUpTo === 0 ? values.off : fill(values.upToMoney, { money: shortMoney(policy.batchUpTo) }),
    ),
    fact(
      "onEdit",
      policy.onEdit === FIRST ? values.first : fill(values.restart, { stage: stageName(policy.onEdit, r) }),
    ),
    fact("nudgeEvery", fill(values.hours, { n: inUnits(elapsedMs(policy.nudgeEvery), HOUR) })),
    fact("reserveFor", fill(values.days, { n: inUnits(elapsedMs(policy.reserveFor), DAY) })),
    fact("tolerancePercent", fill(values.percent, { n: policy.tolerancePercent })),
    fact(
      "blockUnsettledAfter",
      fill(values.afterDays, { n: inUnits(elapsedMs(policy.blockUnsettledAfter), DAY) }),
    ),
  ];
  return [...stages, { key: "general", title: texts.general, facts: general }];
}

function whenText(when: When | When[], r: Reader): string {
  const { values } = policyTexts(r.locale);
  const all = (Array.isArray(when) ? when : [when]).map((one) => conditionText(one, r));
  // One that always holds is all there is to say.
  return all.includes("") ? values.always : all.join(values.or);
}

function conditionText(when: When, r: Reader): string {
  const { values } = policyTexts(r.locale);
  const list = (items: string[]) => listOf(items, r.locale);
  const parts = [
    when.amountAbove === undefined ? "" : fill(values.amountAbove, { money: shortMoney(when.amountAbove) }),
    when.levels ? fill(values.levels, { list: list(when.levels) }) : "",
    when.departments
      ? fill(values.departments, {
          list: list(when.departments.map((one) => word(r.t.words.departments, one))),
        })
      : "",
    when.creditGrades ? fill(values.creditGrades, { list: list(when.creditGrades) }) : "",
    when.overBudget === undefined ? "" : when.overBudget ? values.overBudget : values.notOverBudget,
    when.retroactive === undefined ? "" : when.retroactive ? values.retroactive : values.notRetroactive,
  ];
  return parts.filter(Boolean).join(values.and);
}

function signersText(signers: Signers, r: Reader, staff: Person[]): string {
  const { values } = policyTexts(r.locale);
  if ("role" in signers) return word(r.t.words.roles, signers.role);
  if ("relation" in signers) return values[signers.relation];
  const name = (staffId: string) => staff.find((one) => one.staffId === staffId)?.name ?? staffId;
  return listOf(signers.staffIds.map(name), r.locale);
}

const modeText = (stage: StagePolicy, r: Reader): string =>
  fill(word(r.t.words.modes, stage.mode), { need: stage.need ?? 1 });

// ---- standards

function standardsGroups(table: Standards, r: Reader): Group[] {
  const { standards: texts, values } = policyTexts(r.locale);
  const { cityClass, hotelStar } = r.t.words.reception;
  const levels = ["A", "B", "C"] as const;
  const level = (key: string) => fill(texts.level, { level: key });
  const each = (item: string, title: string, of: (key: (typeof levels)[number]) => number): Group => ({
    key: item,
    title,
    facts: levels.map((key) => ({ key, label: level(key), text: shortMoney(of(key)) })),
  });
  const { companions, sameGuest } = table;
  const [part, whole] = companions.above;
  return [
    each("mealPerHead", texts.mealPerHead, (key) => table.mealPerHead[key]),
    ...(["1", "2", "3"] as const).map((city) =>
      each(
        `hotel.${city}`,
        fill(texts.hotel, { city: cityClass[city] }),
        (key) => table.hotelPerRoomNight[key][city],
      ),
    ),
    each("giftPerGuest", texts.giftPerGuest, (key) => table.giftPerGuest[key]),
    each("perHeadCap", texts.perHeadCap, (key) => table.perHeadCap[key]),
    {
      key: "other",
      title: texts.other,
      facts: [
        { key: "mealsPerDay", label: texts.mealsPerDay, text: fill(texts.meals, { n: table.mealsPerDay }) },
        {
          key: "allowance",
          label: texts.allowancePerPersonDay,
          text: shortMoney(table.allowancePerPersonDay),
        },
        { key: "cap", label: texts.cap, text: shortMoney(table.cap) },
        {
          key: "companions",
          label: texts.companions,
          text: companions.enabled
            ? fill(texts.upToText, { ...companions, above: "", enabled: "", part, whole })
            : texts.unlimited,
        },
        { key: "sameGuest", label: texts.sameGuest, text: fill(texts.sameGuestText, sameGuest) },
        {
          key: "retroactiveWithin",
          label: texts.retroactiveWithin,
          text: fill(values.days, { n: inUnits(elapsedMs(table.retroactiveWithin), DAY) }),
        },
      ],
    },
    {
      key: "hotels",
      title: texts.hotels,
      facts: table.hotels.map((hotel) => ({
        key: hotel.name,
        label: hotel.name,
        text: fill(texts.hotelText, {
          star: word(hotelStar, String(hotel.star)),
          city: word(cityClass, String(hotel.cityClass)),
          contract: hotel.contracted ? texts.contracted : texts.contractedNo,
        }),
      })),
    },
  ];
}

// ---- differences

export type Difference = {
  key: string;
  title: string;
  kind: "added" | "removed" | "changed";
  /** Empty where there was nothing or will be nothing. */
  rows: { key: string; label: string; from: string; to: string }[];
};

/** What differs for a reader, group by group: a new or dropped one with all it says. */
export function differencesOf(before: Group[], after: Group[]): Difference[] {
  const keys = [...new Set([...before, ...after].map((one) => one.key))];
  return keys.flatMap((key): Difference[] => {
    const old = before.find((one) => one.key === key);
    const now = after.find((one) => one.key === key);
    const facts = [...(old?.facts ?? []), ...(now?.facts ?? [])];
    const rows = [...new Set(facts.map((one) => one.key))].flatMap((fact) => {
      const from = old?.facts.find((one) => one.key === fact);
      const to = now?.facts.find((one) => one.key === fact);
      if (from?.text === to?.text) return [];
      return [{ key: fact, label: (to ?? from)?.label ?? fact, from: from?.text ?? "", to: to?.text ?? "" }];
    });
    if (rows.length === 0) return [];
    return [
      { key, title: (now ?? old)?.title ?? key, kind: !old ? "added" : !now ? "removed" : "changed", rows },
    ];
  });
}
