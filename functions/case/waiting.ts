/** A manager's page of all waiting decisions with the facts that matter (contracts/approvals.md §7). */
import { isBatchable } from "../approval/batch-rules.ts";
import { chainPolicy } from "../approval/chain-policy.ts";
import type { Actor, Locale } from "../directory/model.ts";
import { people, readPolicy } from "../directory/store.ts";
import type { Bucket } from "../ledger/rules.ts";
import { bucketPk, readBuckets } from "../ledger/store.ts";
import { toApi } from "../shared/clock.ts";
import { findingText } from "../shared/i18n/sections/findings.ts";
import { mySeats, type Page, type Paging, taskOf } from "./lists.ts";
import type { Header, Seat } from "./model.ts";
import { readHeaders } from "./store.ts";
import type { DecisionView } from "./view.ts";

/** `GET /api/tasks?kind=approval`: my open approvals, the most urgent first. Three round trips with the session. */
export async function waitingDecisions(
  actor: Actor,
  paging: Paging,
  locale: Locale,
): Promise<Page<DecisionView>> {
  const { items: seats, next } = await mySeats(actor, paging, "approval");
  const [headers, staff, policies, buckets] = await Promise.all([
    readHeaders(seats.map((seat) => seat.caseId)),
    people(),
    policiesOf(seats),
    bucketsOf(seats),
  ]);
  const name = (staffId: string) => staff.find((person) => person.staffId === staffId)?.name ?? staffId;
  return {
    next,
    items: seats.flatMap((seat): DecisionView[] => {
      const header = headers.get(seat.caseId);
      // The index lags a moment behind: a case that ended meanwhile waits for nobody.
      if (header?.status !== "open") return [];
      const policy = policies.get(policyName(seat));
      return [
        {
          ...taskOf(seat),
          contentHash: header.contentHash,
          batchable: policy !== undefined && isBatchable(chainPolicy(header, policy), header.facts.amount),
          facts: {
            visitingOrg: header.title,
            amount: amountOf(header),
            level: header.facts.level ?? null,
            people: header.facts.people,
            requester: { staffId: header.createdBy, name: name(header.createdBy) },
            availableAfter: leastLeft(header, buckets),
            findings: header.findings.map(({ at, ...finding }) => ({
              ...finding,
              text: findingText(finding, locale),
              at: toApi(at),
            })),
          },
        },
      ];
    }),
  };
}

/** What is decided about: the request, or what its settlement charges. */
const amountOf = (header: Header): number =>
  header.round > 1 ? (header.settlement?.charged ?? header.facts.amount) : header.facts.amount;

const policyName = ({ policy }: Seat): string => `${policy.policyId} ${policy.version}`;

async function policiesOf(seats: Seat[]) {
  const named = new Map(seats.map((seat) => [policyName(seat), seat.policy]));
  const read = await Promise.all(
    [...named].map(async ([name, { policyId, version }]) => {
      const { document } = await readPolicy(policyId, version);
      return [name, document] as const;
    }),
  );
  return new Map(read);
}

async function bucketsOf(seats: Seat[]): Promise<Map<string, Bucket>> {
  const ids = new Map(seats.flatMap((seat) => seat.buckets).map((id) => [bucketPk(id), id]));
  const found = await readBuckets([...ids.values()]);
  return new Map(found.map((bucket) => [bucketPk(bucket), bucket]));
}

function leastLeft(header: Header, buckets: Map<string, Bucket>): number | null {
  const left = header.buckets.flatMap((id) => buckets.get(bucketPk(id))?.available ?? []);
  return left.length === 0 ? null : Math.min(...left);
}
