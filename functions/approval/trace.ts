/** Why a route is as it is: one line for each rule of each stage and signer, in the reader's language. Pure. */
import type { RouteView } from "../case/view.ts";
import type { Locale, Person } from "../directory/model.ts";
import { listOf, shortMoney } from "../shared/i18n/format.ts";
import { fill } from "../shared/i18n/messages.ts";
import { routeTexts } from "../shared/i18n/sections/route.ts";
import { wordsIn } from "../shared/i18n/words.ts";
import { ownLimit } from "./limit-rules.ts";
import type { ApprovalFacts, ApprovalPolicy, Rule, When } from "./model.ts";
import { applies } from "./rules.ts";

type Line = RouteView["trace"][number];
type Stage = RouteView["stages"][number];

/** What a line may speak of. */
export type TraceSources = {
  policy: ApprovalPolicy;
  facts: ApprovalFacts;
  people: Person[];
  locale: Locale;
  /** Stage → the stage whose step decides it too. */
  joined: Map<string, string>;
  /** The steps of the route, for who asked whom to sign too. */
  steps: { stage: string; addedBy?: string }[];
};

/** `facts` of a line are the ids and numbers (fen) that its text names. */
export function traceOf(stages: Stage[], sources: TraceSources): Line[] {
  return stages.flatMap((stage) => [
    ...stage.rules.map((rule) => lineOf(stage, rule as Rule, null, sources)),
    ...stage.signers.flatMap((signer) =>
      signer.rules
        .filter((rule) => !stage.rules.includes(rule))
        .map((rule) => lineOf(stage, rule as Rule, signer, sources)),
    ),
  ]);
}

function lineOf(
  stage: Stage,
  rule: Rule,
  signer: Stage["signers"][number] | null,
  sources: TraceSources,
): Line {
  const { policy, facts, people, locale } = sources;
  const name = (staffId: string) => people.find((one) => one.staffId === staffId)?.name ?? staffId;
  const t = routeTexts(locale);
  const line = (
    named: Record<string, unknown>,
    words: Record<string, string>,
    text: string = t[rule],
  ): Line => ({
    stage: stage.stage,
    rule,
    text: fill(text, words),
    facts: named,
  });
  const amount = shortMoney(facts.amount);
  const when = conditionOf(stage.stage, policy, facts);
  switch (rule) {
    case "amount": {
      const above = when.amountAbove ?? 0;
      return line({ amount: facts.amount, amountAbove: above }, { amount, above: shortMoney(above) });
    }
    case "level": {
      const levels = when.levels ?? [];
      return line(
        { level: facts.level, levels },
        { level: facts.level ?? "", levels: listOf(levels, locale) },
      );
    }
    case "credit_grade": {
      const grades = when.creditGrades ?? [];
      const grade = facts.creditGrade ?? "";
      return line({ creditGrade: grade, creditGrades: grades }, { grade, grades: listOf(grades, locale) });
    }
    case "over_budget":
    case "over_standard":
      return line({ amount: facts.amount }, { amount });
    case "attendee":
      return line({ attendees: facts.attendees ?? [] }, {});
    case "self":
      return line(
        { requester: facts.requester, signer: signer?.staffId },
        { requester: name(facts.requester), signer: signer?.name ?? "" },
      );
    case "substitute":
      return line(
        { for: signer?.for?.staffId, signer: signer?.staffId },
        { instead: signer?.for?.name ?? "", signer: signer?.name ?? "" },
      );
    case "vacant":
      return line({ signer: signer?.staffId }, { signer: signer?.name ?? "" });
    case "added": {
      const by = sources.steps.find((one) => one.stage === stage.stage && one.addedBy)?.addedBy ?? "";
      return line({ by, signer: signer?.staffId }, { by: name(by), signer: signer?.name ?? "" });
    }
    case "same_signer": {
      const into = sources.joined.get(stage.stage) ?? "";
      const limit = ownLimit(signer?.staffId ?? "", policy, people);
      const words = { signer: signer?.name ?? "", into: stageWord(into, locale), amount };
      const named = { signer: signer?.staffId, into, amount: facts.amount, limit };
      return limit === null
        ? line(named, words, t.same_signer_any)
        : line(named, { ...words, limit: shortMoney(limit) });
    }
    case "always":
    case "retroactive":
    case "returned":
      return line({}, {});
  }
}

/** The condition by which a stage applies; of several the first that holds. */
function conditionOf(stage: string, policy: ApprovalPolicy, facts: ApprovalFacts): When {
  const when = policy.stages.find((one) => one.stage === stage)?.when ?? {};
  return (Array.isArray(when) ? when : [when]).find((one) => applies(one, facts)) ?? {};
}

function stageWord(stage: string, locale: Locale): string {
  const words: Record<string, string> = wordsIn(locale).stages;
  return words[stage] ?? stage;
}
