import { beforeAll, describe, expect, test } from "vitest";
import { GRANTS, type Grant } from "./grants.ts";
import { type Json, ofType, pathOf, readable, type Synth, synth } from "./synth.ts";

type Statement = { Effect: string; Action: string | string[]; Resource: Json | Json[]; Condition?: Json };
type Document = { Statement: Statement[] };

let made: Synth;
let roles: Map<string, { allowed: string[]; denied: string[] }>;

const lineOf = ({ action, resource, where }: Pick<Grant, "action" | "resource" | "where">): string =>
  `${action} on ${resource}${where === undefined ? "" : ` where ${where}`}`;

/** Every action on every resource that the policies of a role allow and deny, one line each. */
function grantsOf(roleId: string, inline: Json | undefined): { allowed: string[]; denied: string[] } {
  const attached = ofType(made.service, "AWS::IAM::Policy")
    .filter(([, { Roles }]) => (Roles as { Ref: string }[]).some(({ Ref }) => Ref === roleId))
    .map(([, { PolicyDocument }]) => PolicyDocument as Document);
  const own = ((inline ?? []) as { PolicyDocument: Document }[]).map(({ PolicyDocument }) => PolicyDocument);
  const lines = [...own, ...attached].flatMap(({ Statement }) =>
    Statement.flatMap(({ Effect, Action, Resource, Condition }) =>
      [Action].flat().flatMap((action) =>
        [Resource].flat().map((resource) => ({
          effect: Effect,
          line: lineOf({
            action,
            resource: readable(resource, made.service, made.data),
            ...(Condition === undefined ? {} : { where: JSON.stringify(Condition) }),
          }),
        })),
      ),
    ),
  );
  const by = (effect: string) => lines.filter((one) => one.effect === effect).map(({ line }) => line);
  return { allowed: by("Allow"), denied: by("Deny") };
}

beforeAll(async () => {
  made = await synth();
  roles = new Map(
    ofType(made.service, "AWS::IAM::Role").map(([id, { Policies }]) => [
      pathOf(made.service.Resources[id]),
      grantsOf(id, Policies),
    ]),
  );
}, 60_000);

for (const [role, grants] of Object.entries(GRANTS)) {
  describe(role, () => {
    for (const grant of grants) {
      test(`${lineOf(grant)}: ${grant.why}`, () => {
        expect(roles.get(role)?.allowed).toContain(lineOf(grant));
      });
    }
    test("has no other grant", () => {
      expect(roles.get(role)?.allowed.toSorted()).toEqual(grants.map(lineOf).toSorted());
    });
  });
}

test("no role is without a list of grants", () => {
  expect([...roles.keys()].toSorted()).toEqual(Object.keys(GRANTS).toSorted());
});

test("SMS go to phone numbers only: publishing to topics is denied", () => {
  const denied = [...roles].flatMap(([role, grants]) => grants.denied.map((line) => `${role}: ${line}`));
  expect(denied).toEqual(["MessageDispatch/Role: sns:Publish on arn:<Partition>:sns:*:*:*"]);
});

test.each(["states:SendTask", "scheduler:"])("only case-advance may call %s*", (prefix) => {
  const holders = [...roles].filter(([, { allowed }]) => allowed.some((line) => line.startsWith(prefix)));
  expect(holders.map(([role]) => role)).toEqual(["CaseAdvance/Role"]);
});

test("no role has a managed policy", () => {
  const managed = ofType(made.service, "AWS::IAM::Role").filter(
    ([, role]) => role.ManagedPolicyArns !== undefined,
  );
  expect(managed).toEqual([]);
});

test("roles of Scheduler trust Scheduler for their group only", () => {
  const trusts = ofType(made.service, "AWS::IAM::Role")
    .filter(([id]) => pathOf(made.service.Resources[id]).startsWith("Schedules/"))
    .map(([, { AssumeRolePolicyDocument }]) => AssumeRolePolicyDocument as unknown as Document);
  expect(trusts).toHaveLength(8);
  for (const { Statement } of trusts) {
    const [{ Condition } = { Condition: null }] = Statement;
    const { StringEquals, ArnEquals } = Condition as { [key: string]: { [key: string]: Json } };
    expect(StringEquals?.["aws:SourceAccount"]).toEqual({ Ref: "AWS::AccountId" });
    expect(readable(ArnEquals?.["aws:SourceArn"] ?? "", made.service, made.data)).toBe("Schedules/Group");
  }
});
