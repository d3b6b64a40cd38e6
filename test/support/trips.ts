/**
 * Counts round trips to DynamoDB that follow one another. Calls are let through in groups: all that wait go together,
 * and the next group goes when each of them was answered. So the number of groups is the longest chain of calls that
 * needed an answer before, whatever the machine's speed.
 */
import { setImmediate } from "node:timers/promises";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { vi } from "vitest";

/** Runs `work` and resolves with the names of the commands that it sent, group by group. */
export async function tripsOf(work: () => Promise<unknown>): Promise<string[][]> {
  const groups: string[][] = [];
  let waiting: { name: string; go: () => Promise<void> }[] = [];
  let moving = false;
  const original = DynamoDBDocumentClient.prototype.send as (command: object) => Promise<unknown>;

  async function move(): Promise<void> {
    moving = true;
    // Whatever starts without waiting for an answer has started by then.
    for (await setImmediate(); waiting.length > 0; await setImmediate()) {
      const group = waiting;
      waiting = [];
      groups.push(group.map(({ name }) => name.replace(/Command$/, "")));
      await Promise.all(group.map(({ go }) => go()));
    }
    moving = false;
  }

  function send(this: DynamoDBDocumentClient, command: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const go = () => original.call(this, command).then(resolve, reject);
      waiting.push({ name: command.constructor.name, go });
      if (!moving) void move();
    });
  }

  const spy = vi.spyOn(DynamoDBDocumentClient.prototype, "send").mockImplementation(send as never);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return groups;
}
