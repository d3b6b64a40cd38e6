/**
 * Cases by waybill and by phone: items of the Cases table beside the cases, written with them. pk = `WAYBILL#<no>` or
 * `PHONE#<hash>`, sk = case id. A phone's partition is as small as its owner's complaints.
 */
import { env } from "../shared/env.ts";
import { queryAll, type Write } from "../shared/table.ts";
import type { Likeness } from "./duplicate-rules.ts";

const table = () => env("CASES_TABLE");
const waybillPk = (waybillNo: string): string => `WAYBILL#${waybillNo}`;
const phonePk = (phoneHash: string): string => `PHONE#${phoneHash}`;

/** The items by which a case is found; written again where its category changes or it is merged. */
export const lookupWrites = (of: Likeness): Write[] =>
  [...(of.waybillNo === null ? [] : [waybillPk(of.waybillNo)]), phonePk(of.phoneHash)].map((pk) => ({
    label: "lookup",
    Put: { TableName: table(), Item: { pk, sk: of.caseId, v: 1, ...of } },
  }));

/** Every complaint about this waybill or from this phone, in one round trip. */
export async function readLike(of: {
  waybillNo?: string | null;
  phoneHash?: string | null;
}): Promise<Likeness[]> {
  const keys = [
    ...(of.waybillNo ? [waybillPk(of.waybillNo)] : []),
    ...(of.phoneHash ? [phonePk(of.phoneHash)] : []),
  ];
  const found = await Promise.all(
    keys.map((pk) =>
      queryAll({
        TableName: table(),
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
        ConsistentRead: true,
      }),
    ),
  );
  const all = found.flat().map(({ pk: _pk, sk: _sk, v: _v, ...likeness }) => likeness as Likeness);
  return [...new Map(all.map((one) => [one.caseId, one])).values()];
}
