/** SMS by SNS, straight to a phone number. */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Outgoing } from "./channel.ts";
import { failureOf } from "./failure.ts";

let client: SNSClient | undefined;
// As with e-mail: a second call may be a second message.
const sns = (): SNSClient => {
  client ??= new SNSClient({ maxAttempts: 1 });
  return client;
};

const attribute = (value: string) => ({ DataType: "String", StringValue: value });

/** Sends one SMS; resolves with the provider's message id. Throws SendFailure. */
export async function sendSms(sms: Outgoing): Promise<string> {
  try {
    const answer = await sns().send(
      new PublishCommand({
        PhoneNumber: sms.address,
        Message: sms.text,
        MessageAttributes: {
          "X-CareLoop-Message": attribute(sms.messageId),
          "X-CareLoop-Kind": attribute(sms.kind),
          "X-CareLoop-Case": attribute(sms.caseId),
          ...(sms.templateId === undefined ? {} : { "X-CareLoop-Template": attribute(sms.templateId) }),
          "AWS.SNS.SMS.SMSType": attribute("Transactional"),
        },
      }),
    );
    return answer.MessageId ?? "";
  } catch (error) {
    throw failureOf(error, [
      "InvalidParameter",
      "InvalidParameterException",
      "InvalidParameterValueException",
      "OptedOutException",
    ]);
  }
}
