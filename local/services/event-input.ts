/** What a target of a rule receives: the event, a part of it, a constant, or a template filled from it. */
import type { EventTarget } from "./events.ts";

/** `$.detail.mail.tags`, `$`, with [n] for one element of a list. */
function pick(event: unknown, path: string): unknown {
  let at: unknown = event;
  for (const [, name, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    at = (at as Record<string, unknown> | undefined)?.[name ?? Number(index)];
  }
  return at;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
export function targetInput(target: EventTarget, event: Record<string, unknown>, ruleArn: string): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(pick(event, target.InputPath) ?? null);
  if (!target.InputTransformer) return JSON.stringify(event);
  const { InputPathsMap, InputTemplate } = target.InputTransformer;
  const values: Record<string, unknown> = {
    "aws.events.event": event,
    "aws.events.event.json": event,
    "aws.events.rule-arn": ruleArn,
    "aws.events.rule-name": ruleArn.split("/").pop(),
    "aws.events.event.ingestion-time": event.time,
  };
  for (const [name, path] of Object.entries(InputPathsMap)) values[name] = pick(event, path);
  // Inside quotes a value is text that is escaped, outside it is JSON.
  return InputTemplate.replace(/<([A-Za-z0-9_.-]+)>/g, (all, name: string, offset: number) => {
    if (!(name in values)) return all;
    const value = values[name] ?? "";
    const quotes = InputTemplate.slice(0, offset).match(/(?<!\\)"/g)?.length ?? 0;
    const quoted = quotes % 2 === 1;
    if (!quoted) return JSON.stringify(value);
    return JSON.stringify(typeof value === "string" ? value : JSON.stringify(value)).slice(1, -1);
  });
}
