/**
 * Where a follow-up stands in lists, by the day it is planned for: among all, among those of its assignee, its customer
 * and its campaign. One small item each in the Cases table; what a list shows is read from the headers.
 */
import type { Header } from "../case/model.ts";
import { env } from "../shared/env.ts";
import type { Write } from "../shared/table.ts";
import type { FollowUpState } from "./model.ts";

/** The list of all is spread over so many parts, by the header's `shard`. */
export const PARTS = 8;

export const listOf = {
  all: (shard: number) => `PLANNED#${shard}`,
  assignee: (staffId: string) => `PLANNED#BY#${staffId}`,
  customer: (customerId: string) => `PLANNED#OF#${customerId}`,
  campaign: (campaignId: string) => `PLANNED#IN#${campaignId}`,
};

export const placeKey = (plannedOn: string, caseId: string): string => `${plannedOn}#${caseId}`;
export const caseOfPlace = (sk: string): string => sk.slice(sk.indexOf("#") + 1);

type Placed = Pick<Header, "caseId" | "shard" | "customerId"> & { followUp: FollowUpState };

const put = (pk: string, { caseId, followUp }: Placed): Write => ({
  label: pk,
  Put: {
    TableName: env("CASES_TABLE"),
    Item: { pk, sk: placeKey(followUp.plannedOn, caseId), v: 1, caseId },
  },
});

/** The writes that list a new case. */
export const placeWrites = (of: Placed): Write[] => {
  const { assignee, sourceType, sourceId } = of.followUp;
  return [
    put(listOf.all(of.shard), of),
    put(listOf.assignee(assignee), of),
    ...(of.customerId === undefined ? [] : [put(listOf.customer(of.customerId), of)]),
    ...(sourceType === "campaign" && sourceId !== null ? [put(listOf.campaign(sourceId), of)] : []),
  ];
};

/** The writes that take a case out of one person's list and into another's. */
export const movePlace = (of: Placed, to: string): Write[] => [
  {
    label: "left",
    Delete: {
      TableName: env("CASES_TABLE"),
      Key: { pk: listOf.assignee(of.followUp.assignee), sk: placeKey(of.followUp.plannedOn, of.caseId) },
    },
  },
  put(listOf.assignee(to), of),
];
