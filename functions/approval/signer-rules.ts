/**
 * Who signs a stage on the day it opens (contracts/approvals.md §3). Pure. In this order:
 *
 * 1. whoever holds the post and is there;
 * 2. absent: his substitute, `for` him (`substitute`);
 * 3. nobody of the post is left: one post up (`substitute` for the absent, `self` for the requester's own stage);
 * 4. nobody active holds the post: the administrator (`vacant`), who may not approve;
 * 5. nobody is ever asked to sign his own request, and never is nobody asked.
 */
import type { Absence, Person, Role } from "../directory/model.ts";
import type { ApprovalFacts, ApprovalPolicy, Roster, Rule, Signer, Signers } from "./model.ts";

/** What decides who signs: the case, its policy, and the staff. */
export type Routing = { policy: ApprovalPolicy; facts: ApprovalFacts; roster: Roster };

/** The posts that a stage climbs, lowest first; above the last comes the administrator. */
const LADDER: Role[] = ["dept_manager", "general_manager"];

/** The signers of a stage that opens on `day` (`YYYY-MM-DD`); nobody twice, the requester never. */
export function signersOf(signers: Signers, routing: Routing, day: string): Signer[] {
  return whoSigns(resolve(signers, routing.facts, routing.roster.people), routing, day);
}

/** Who signs for people that somebody named: the same rules, so that no absence or deactivation stops a case. */
export function signersFor(staffId: string, routing: Routing, day: string): Signer[] {
  return whoSigns(
    routing.roster.people.filter((person) => person.active && person.staffId === staffId),
    routing,
    day,
  );
}

/** `post`: the active holders of a post, the requester among them where it is his own. */
function whoSigns(post: Person[], routing: Routing, day: string): Signer[] {
  if (post.length === 0) return administrators(routing, day, ["vacant"]);
  const { signers, absent } = inPlace(post, routing, day);
  const own = post.some(isRequester(routing));
  if (signers.length > 0) return own ? signers.map((signer) => because(signer, ["self"])) : signers;
  const rules: Rule[] = absent ? ["substitute"] : [];
  const asked = absent && substituteOf(absent, routing, day);
  if (own || asked?.staffId === routing.facts.requester) rules.push("self");
  return oneUp(post[0]!, routing, day, rules).map((signer) => {
    if (!absent) return signer;
    // Nobody else was left: he keeps his own seat though he is away.
    if (absent.staffId === signer.staffId)
      return { ...signer, rules: signer.rules.filter((rule) => rule !== "substitute") };
    return { ...signer, for: absent.staffId };
  });
}

/** Those of a post who can sign that day themselves or through their substitutes, and the first who cannot at all. */
function inPlace(
  post: Person[],
  routing: Routing,
  day: string,
): { signers: Signer[]; absent: Person | null } {
  const signers: Signer[] = [];
  let absent: Person | null = null;
  const others = post.filter((person) => !isRequester(routing)(person));
  // Who is there takes his own seat before anybody's substitute does.
  for (const person of others)
    if (!awayOn(person.staffId, routing.roster.absences, day)) signers.push(signerOf(person, []));
  for (const person of others) {
    if (!awayOn(person.staffId, routing.roster.absences, day)) continue;
    const substitute = substituteOf(person, routing, day);
    if (!substitute || isRequester(routing)(substitute)) absent ??= person;
    else if (!signers.some((one) => one.staffId === substitute.staffId))
      signers.push({ ...signerOf(substitute, ["substitute"]), for: person.staffId });
  }
  return { signers, absent };
}

/** The posts above `person`, one after the other, until somebody is there; the administrator is the last. */
function oneUp(person: Person, routing: Routing, day: string, rules: Rule[]): Signer[] {
  const { facts, roster } = routing;
  const held = LADDER.findLastIndex((role) => person.roles.includes(role));
  const passed = [...rules];
  for (const role of LADDER.slice(Math.max(held, 0) + 1)) {
    const post = resolve({ role }, facts, roster.people);
    if (post.some(isRequester(routing)) && !passed.includes("self")) passed.push("self");
    const { signers } = inPlace(post, routing, day);
    if (signers.length > 0) return signers.map((signer) => because(signer, passed));
  }
  return administrators(routing, day, passed);
}

/**
 * The administrator or his substitute. A case never stalls: where nobody stands in he keeps it though he is away, and
 * where he asks himself and is alone the general manager takes it, else any one of finance.
 */
function administrators(routing: Routing, day: string, rules: Rule[]): Signer[] {
  const { policy, facts, roster } = routing;
  const posts: Signers[] = [policy.administrator, { role: "general_manager" }, { role: "finance" }];
  const why = [...rules];
  for (const description of posts) {
    const post = resolve(description, facts, roster.people);
    const others = post.filter((person) => !isRequester(routing)(person));
    if (post.length > others.length) why.push("self");
    const { signers } = inPlace(post, routing, day);
    const found = signers.length > 0 ? signers : others.map((person) => signerOf(person, []));
    if (found.length > 0) return found.map((signer) => because(signer, why));
  }
  return [];
}

/** Active people behind a description of signers, in a stable order. */
export function resolve(signers: Signers, facts: ApprovalFacts, people: Person[]): Person[] {
  const active = people.filter((person) => person.active);
  if ("staffIds" in signers) return active.filter((person) => signers.staffIds.includes(person.staffId));
  if ("role" in signers) return active.filter((person) => person.roles.includes(signers.role));
  const department = signers.relation === "requester_manager" ? facts.department : facts.costDepartment;
  return active.filter((person) => person.roles.includes("dept_manager") && person.department === department);
}

const isRequester =
  ({ facts }: Routing) =>
  (person: Person): boolean =>
    person.staffId === facts.requester;

/** The absence that covers a day; dates are inclusive. */
const awayOn = (staffId: string, absences: Absence[], day: string): Absence | undefined =>
  absences.find((one) => one.staffId === staffId && one.from <= day && day <= one.to);

/** Who stands in for an absent person that day; nobody where the substitute is away too or has left. */
function substituteOf(person: Person, { roster }: Routing, day: string): Person | undefined {
  const substituteId = awayOn(person.staffId, roster.absences, day)?.substituteId;
  return roster.people.find(
    (one) =>
      one.staffId === substituteId &&
      one.staffId !== person.staffId &&
      one.active &&
      !awayOn(one.staffId, roster.absences, day),
  );
}

const signerOf = ({ staffId, name }: Person, rules: Rule[]): Signer => ({ staffId, name, rules });

/** The same signer with further reasons. */
const because = (signer: Signer, rules: Rule[]): Signer => ({
  ...signer,
  rules: [...new Set([...rules, ...signer.rules])],
});
