/** The policy of complaints in words: groups of facts, for reading it and for telling two versions apart. Pure. */
import type { ApprovalPolicy } from "../../approval/model.ts";
import {
  CLOCK_KINDS,
  type ComplaintPolicy,
  PRIORITIES,
  SEVERITIES,
  URGENCIES,
} from "../../complaint/model.ts";
import { elapsedMs } from "../../shared/duration.ts";
import { shortMoney } from "../../shared/i18n/format.ts";
import { fill } from "../../shared/i18n/messages.ts";
import { complaintPolicyTexts } from "../../shared/i18n/sections/complaint-policy.ts";
import { complaintWords, wordOf } from "../../shared/i18n/sections/complaint-words.ts";
import { inUnits } from "./form-values.ts";
import type { FactLine, Group } from "./policy-words.ts";
import { word } from "./text.ts";
import type { Reader } from "./view.ts";

const HOUR = 60;
const DAY_MINUTES = 24 * HOUR;
const MEGABYTE = 1_048_576;

/** `chain`: the groups of an approval policy, as the page of such a policy shows them. */
export function complaintGroups(
  policy: ComplaintPolicy,
  r: Reader,
  chain: (policy: ApprovalPolicy) => Group[],
): Group[] {
  const t = complaintPolicyTexts(r.locale);
  const words = complaintWords(r.locale);
  const line = (key: keyof typeof t.facts, text: string): FactLine => ({ key, label: t.facts[key], text });
  const group = (key: keyof typeof t.groups, facts: FactLine[]): Group => ({
    key,
    title: t.groups[key],
    facts,
  });
  const n = (text: string, count: number) => fill(text, { n: count });
  const role = (id: string) => (id === "handler" ? t.handler : word(r.t.words.roles, id));
  const priority = (id: string) => wordOf(words.priorities, id);
  const limits = policy.limits;
  const guesses = (of: { times: number; within: string }) =>
    fill(t.guesses, { n: of.times, span: elapsedSpan(of.within, r) });
  const chains = (["compensation", "notice"] as const).flatMap((name) =>
    chain(policy[name]).map((one) => ({
      ...one,
      key: `${name}.${one.key}`,
      title: fill(one.key.startsWith("stages.") ? t.stageOf : t.generalOf, {
        chain: words.stages[name],
        stage: one.title,
      }),
    })),
  );
  return [
    group("intake", [
      line("defaults", pairOf(policy.defaults.severity, policy.defaults.urgency, r)),
      line("department", word(r.t.words.departments, policy.defaults.department)),
      line("publicCap", priority(policy.publicCap)),
      line("safety", priority(policy.safety)),
      line("duplicateDays", n(t.days, policy.duplicateDays)),
    ]),
    group(
      "matrix",
      SEVERITIES.flatMap((severity) =>
        URGENCIES.map((urgency) => ({
          key: `${severity}.${urgency}`,
          label: pairOf(severity, urgency, r),
          text: priority(policy.matrix[severity][urgency]),
        })),
      ),
    ),
    group(
      "clocks",
      PRIORITIES.map((id) => ({
        key: id,
        label: priority(id),
        text: CLOCK_KINDS.map((kind) => `${words.clocks[kind]} ${spanOf(policy.clocks[id][kind], r)}`).join(
          " · ",
        ),
      })),
    ),
    group(
      "ladder",
      policy.ladder.map((rung) => {
        const text = fill(t.rung[rung.act], { who: role(rung.tell ?? "handler") });
        return {
          key: `${rung.share}`,
          label: fill(t.share, { share: rung.share }),
          text: rung.level === undefined ? text : fill(t.levelNote, { text }),
        };
      }),
    ),
    group(
      "levels",
      ([1, 2, 3] as const).map((level) => ({
        key: `${level}`,
        label: wordOf(words.levels, `${level}`),
        text: role(policy.levels[level]),
      })),
    ),
    group(
      "due",
      Object.entries(policy.due).map(([kind, minutes]) => ({
        key: kind,
        label: wordOf(words.stepKinds, kind),
        text: spanOf(minutes, r),
      })),
    ),
    group("followUp", [
      line("satisfiedFrom", n(t.points, policy.followUp.satisfiedFrom)),
      line("failedContacts", n(t.times, policy.followUp.failedContacts)),
      line("failedDates", n(t.days, policy.followUp.failedDates)),
      line("split", policy.followUp.split),
    ]),
    group("limits", [
      line("perPhoneAndHour", n(t.complaints, limits.perPhoneAndHour)),
      line("perSourceAndHour", n(t.complaints, limits.perSourceAndHour)),
      line("guessesPerSource", guesses(limits.guessesPerSource)),
      line("guessesPerCode", guesses(limits.guessesPerCode)),
      line("statusCookie", elapsedSpan(limits.statusCookie, r)),
    ]),
    group("other", [
      line("handlerLimit", fill(t.upToMoney, { money: shortMoney(policy.handlerLimit) })),
      line("maxReopenings", n(t.times, policy.maxReopenings)),
      line("reopenWithinDays", n(t.days, policy.reopenWithinDays)),
      line("untouchedShare", n(t.percent, policy.untouchedShare)),
      line("nudgeEvery", elapsedSpan(policy.nudgeEvery, r)),
      line("replanFloor", spanOf(policy.replanFloor, r)),
      line(
        "attachments",
        fill(t.files, { n: policy.attachments.count, mb: inUnits(policy.attachments.bytes, MEGABYTE) }),
      ),
      line("retainYears", n(t.years, policy.retainYears)),
    ]),
    ...chains,
  ];
}

function pairOf(severity: string, urgency: string, r: Reader): string {
  const words = complaintWords(r.locale);
  return fill(complaintPolicyTexts(r.locale).pair, {
    severity: wordOf(words.severities, severity),
    urgency: wordOf(words.urgencies, urgency),
  });
}

/** Minutes of working time, in hours where they are whole. */
function spanOf(minutes: number, r: Reader): string {
  const t = complaintPolicyTexts(r.locale);
  return minutes % HOUR === 0 ? fill(t.hours, { n: minutes / HOUR }) : fill(t.minutes, { n: minutes });
}

function elapsedSpan(iso: string, r: Reader): string {
  const minutes = elapsedMs(iso) / 60_000;
  return minutes % DAY_MINUTES === 0
    ? fill(complaintPolicyTexts(r.locale).days, { n: minutes / DAY_MINUTES })
    : spanOf(minutes, r);
}
