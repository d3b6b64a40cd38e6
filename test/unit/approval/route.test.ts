/** What holds of every route and every chain, whatever policy, staff, absences and decisions. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownLimit } from "../../../functions/approval/limit-rules.ts";
import type { ApprovalFacts, RouteStage } from "../../../functions/approval/model.ts";
import { previewRoute } from "../../../functions/approval/route.ts";
import { applies, neededStages, planRoute } from "../../../functions/approval/rules.ts";
import { resolve, signersOf } from "../../../functions/approval/signer-rules.ts";
import { RECEPTION_POLICY } from "../../../functions/policy/shipped.ts";
import { addWorkingTime, defaultCalendar } from "../../../functions/shared/calendar/index.ts";
import { shanghaiDate } from "../../../functions/shared/clock.ts";
import { PEOPLE } from "../../../local/demo/data.ts";
import { caseFile } from "../../support/case-file.ts";
import { WEDNESDAY } from "../../support/reception.ts";
import { caseFacts, endings, policies, rosters, runChain } from "../../support/routing.ts";

const RUNS = { numRuns: 200 };
const caseOf = (facts: ApprovalFacts) => caseFile({ facts, createdBy: facts.requester });

describe("every route", () => {
  test("has somebody active for every stage, never the requester, nobody twice", () => {
    fc.assert(
      fc.property(policies, caseFacts, rosters, (policy, facts, roster) => {
        const active = roster.people.filter((one) => one.active).map((one) => one.staffId);
        for (const stage of planRoute(policy, facts, roster, WEDNESDAY)) {
          const ids = stage.signers.map((one) => one.staffId);
          expect(ids.length).toBeGreaterThan(0);
          expect(ids).not.toContain(facts.requester);
          expect(new Set(ids).size).toBe(ids.length);
          for (const id of ids) expect(active).toContain(id);
          expect(stage.need).toBeGreaterThan(0);
          expect(stage.need).toBeLessThanOrEqual(ids.length);
        }
      }),
      RUNS,
    );
  });

  test("keeps the policy's order and leaves out no stage that applies or that somebody attends for", () => {
    fc.assert(
      fc.property(policies, caseFacts, rosters, (policy, facts, roster) => {
        const names = planRoute(policy, facts, roster, WEDNESDAY).map((one) => one.stage);
        const order = [...policy.stages.map((one) => one.stage), "dept_manager", "general_manager"];
        const at = names.map((name) => order.indexOf(name));
        expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
        for (const stage of policy.stages)
          if (applies(stage.when, facts)) expect(names).toContain(stage.stage);
        for (const stage of facts.attendees ?? []) expect(names).toContain(stage);
      }),
      RUNS,
    );
  });

  test("lets one person decide two stages only within his own limit, and never for a vacant post", () => {
    fc.assert(
      fc.property(policies, caseFacts, rosters, (policy, facts, roster) => {
        const route = planRoute(policy, facts, roster, WEDNESDAY);
        const needed = neededStages(policy, facts);
        for (const [index, stage] of route.entries()) {
          if (stage.mergedInto === null) continue;
          const head = route.find((one) => one.stage === stage.mergedInto)!;
          expect(route[index - 1]!.mergedInto ?? route[index - 1]!.stage).toBe(head.stage);
          expect(stage.signers).toEqual([
            { staffId: head.signers[0]!.staffId, name: head.signers[0]!.name, rules: ["same_signer"] },
          ]);
          const limit = ownLimit(head.signers[0]!.staffId, policy, roster.people);
          if (limit !== null) expect(facts.amount).toBeLessThanOrEqual(limit);
          const posts = [head.stage, stage.stage].map(
            (name) => needed.find((one) => one.policy.stage === name)!,
          );
          for (const post of posts) {
            const day = shanghaiDate(head.opensAt);
            const seats = signersOf(post.policy.signers, { policy, facts, roster }, day);
            expect(seats.flatMap((one) => one.rules)).not.toContain("vacant");
          }
        }
      }),
      RUNS,
    );
  });

  test("asks nobody who is away where he could be replaced", () => {
    fc.assert(
      fc.property(policies, caseFacts, rosters, (policy, facts, roster) => {
        const posts = [
          policy.administrator,
          { role: "general_manager" as const },
          { role: "finance" as const },
        ];
        const last = posts.flatMap((post) => resolve(post, facts, roster.people).map((one) => one.staffId));
        for (const stage of planRoute(policy, facts, roster, WEDNESDAY)) {
          if (stage.mergedInto !== null) continue;
          const day = shanghaiDate(stage.opensAt);
          for (const signer of stage.signers) {
            const away = roster.absences.some(
              (one) => one.staffId === signer.staffId && one.from <= day && day <= one.to,
            );
            // Only who takes what nobody else may sign keeps it while he is away.
            if (away) expect(last).toContain(signer.staffId);
          }
        }
      }),
      RUNS,
    );
  });
});

describe("every trace", () => {
  test("has a full sentence in both languages for each rule of each stage and signer", () => {
    fc.assert(
      fc.property(policies, caseFacts, rosters, (document, facts, roster) => {
        const policy = { policyId: "reception", version: 3, document };
        const [zh, en] = (["zh-CN", "en"] as const).map((locale) =>
          previewRoute(policy, facts, { roster, locale, at: WEDNESDAY }),
        );
        expect(zh!.stages).toEqual(en!.stages);
        for (const route of [zh!, en!]) {
          expect(route.policy).toEqual({ policyId: "reception", version: 3 });
          for (const stage of route.stages)
            for (const rule of [...stage.rules, ...stage.signers.flatMap((one) => one.rules)])
              expect(route.trace.some((line) => line.stage === stage.stage && line.rule === rule)).toBe(true);
          for (const line of route.trace) {
            expect(line.text).not.toMatch(/[{}]|undefined/);
            expect(Object.values(line.facts)).not.toContain(undefined);
          }
        }
      }),
      RUNS,
    );
  });

  test("names the numbers and people that decided", () => {
    const facts: ApprovalFacts = {
      amount: 500_001,
      people: 3,
      level: "B",
      department: "customer_service",
      costDepartment: "finance",
      requester: "chenyao",
      creditGrade: "D",
      overStandard: true,
    };
    const [first, second] = RECEPTION_POLICY.stages;
    const stages = [
      first!,
      second!,
      { ...second!, stage: "finance", when: { levels: ["A", "B"], creditGrades: ["D"] } },
    ];
    const read = (locale: "zh-CN" | "en") =>
      previewRoute({ policyId: "reception", version: 1, document: { ...RECEPTION_POLICY, stages } }, facts, {
        roster: { people: PEOPLE, absences: [] },
        locale,
        at: WEDNESDAY,
      }).trace.map((line) => `${line.stage}/${line.rule}: ${line.text}`);
    expect(read("zh-CN")).toEqual([
      "dept_manager/always: 每份申请都要经过这一级",
      "general_manager/amount: 金额 ¥5,000.01 超过 ¥1,000",
      "general_manager/over_standard: 金额 ¥5,000.01 超过接待标准，按制度由这一级审批",
      "finance/level: 接待级别 B，这一级审批的级别：A、B",
      "finance/credit_grade: 客户信用等级 D，这一级审批的等级：D",
    ]);
    expect(read("en")[3]).toBe("finance/level: The visit is of level B; this stage signs level A and B");
  });
});

describe("every chain", () => {
  test("ends, decides no stage twice unless it was opened again, and is signed by others than the requester", () => {
    fc.assert(
      fc.property(
        policies,
        caseFacts,
        rosters,
        fc.array(endings, { maxLength: 12 }),
        (policy, facts, roster, ends) => {
          const order = neededStages(policy, facts).map((one) => one.policy.stage);
          const run = runChain(caseOf(facts), policy, roster, ends, (step) => {
            if (step.kind === "approval") expect(step.assignees).not.toContain(facts.requester);
          });
          const approved = new Set<string>();
          for (const step of run.steps) {
            const stages = [step.stage, ...step.alsoStages];
            if (step.kind === "approval" && step.addedBy === undefined)
              for (const stage of stages) expect(approved, stage).not.toContain(stage);
            if (step.outcome === "returned" && step.toStage !== undefined)
              for (const stage of order.slice(order.indexOf(step.toStage))) approved.delete(stage);
            const counts = step.outcome === "approved" || step.outcome === "add-after";
            if (counts && step.addedBy === undefined) for (const stage of stages) approved.add(stage);
          }
          if (run.outcome === "approved") expect([...approved].sort()).toEqual([...order].sort());
        },
      ),
      RUNS,
    );
  });

  test("ends with a rejection or an expiry, whatever was approved before it", () => {
    fc.assert(
      fc.property(
        policies,
        caseFacts,
        rosters,
        fc.array(endings, { maxLength: 12 }),
        (policy, facts, roster, ends) => {
          const run = runChain(caseOf(facts), policy, roster, ends);
          const final = run.steps.findIndex((one) => one.outcome === "rejected" || one.outcome === "expired");
          if (final >= 0) {
            expect(final).toBe(run.steps.length - 1);
            expect(run.outcome).toBe(run.steps[final]!.outcome);
          } else expect(run.outcome).toBe("approved");
        },
      ),
      RUNS,
    );
  });

  test("opens exactly what the route foretold, when everybody signs when due", () => {
    const shape = (stage: string, also: string[], signers: RouteStage["signers"] | object[]) => ({
      stage,
      also,
      signers,
    });
    fc.assert(
      fc.property(policies, caseFacts, rosters, (policy, facts, roster) => {
        const route = planRoute(policy, facts, roster, WEDNESDAY);
        const foretold = route
          .filter((one) => one.mergedInto === null)
          .map((one) =>
            shape(
              one.stage,
              route.filter((also) => also.mergedInto === one.stage).map((also) => also.stage),
              one.signers.map(({ name: _name, ...signer }) => signer),
            ),
          );
        const opens: object[] = [];
        const times: number[] = [];
        runChain(
          caseOf(facts),
          policy,
          roster,
          [],
          (_step, plan, at) => {
            opens.push(shape(plan.stage, plan.alsoStages, plan.signers));
            times.push(at);
          },
          (plan, at) => addWorkingTime(defaultCalendar, at, plan.dueMinutes).dueAt - at,
        );
        expect(opens).toEqual(foretold);
        expect(times).toEqual(route.filter((one) => one.mergedInto === null).map((one) => one.opensAt));
      }),
      RUNS,
    );
  });
});
