/** Hands an event to the function, queue or state machine that an ARN names, as schedules and rules do. */
import { AwsError, type Cloud } from "../kernel.ts";
import { nameOf } from "./action.ts";

export type QueueAttributes = Record<string, string>;

/** Puts a text on the queue of that ARN. */
export async function sendToQueue(
  cloud: Cloud,
  arn: string,
  body: string,
  attributes: QueueAttributes = {},
): Promise<void> {
  const { QueueUrl } = (await cloud.call("sqs", "GetQueueUrl", { QueueName: nameOf(arn) })) as {
    QueueUrl: string;
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
  );
  await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: body, MessageAttributes });
}

/** Delivers one text. A function is queued durably before this returns. Throws when the target is not there. */
export async function deliverTo(cloud: Cloud, arn: string, text: string): Promise<void> {
  const service = arn.split(":")[2];
  if (service === "lambda") {
    if (!cloud.functions.has(nameOf(arn))) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
    }
    cloud.invokeAsync(arn, JSON.parse(text));
  } else if (service === "states") {
    await cloud.call("states", "StartExecution", { stateMachineArn: arn, input: text });
  } else if (service === "sqs") {
    await sendToQueue(cloud, arn, text);
  } else throw new AwsError("ValidationException", `No delivery to ${arn} in this cloud.`);
}
