/** Outgoing mail: who sends, and what becomes of each mail. */

import { CfnOutput, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as ses from "aws-cdk-lib/aws-ses";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { StageConfig } from "../config.ts";
import type { NodeFunction } from "./node-function.ts";

export type MailProps = {
  config: StageConfig;
  /** Hears of sent, delivered, bounced and refused mails. */
  listener: NodeFunction;
  /** Where an event goes that could not be handed to the listener. */
  failures: sqs.IQueue;
};

/**
 * An identity of SES with a configuration set whose events come back through EventBridge. Opens and clicks are not
 * tracked: that would rewrite the links.
 */
export class Mail extends Construct {
  /** The From of every mail. */
  readonly from: string;
  readonly configurationSet: ses.ConfigurationSet;
  private readonly identity: ses.EmailIdentity;
  private readonly address: string;

  constructor(scope: Construct, id: string, { config, listener, failures }: MailProps) {
    super(scope, id);
    this.address = config.mailFrom;
    this.from = `${config.company} <${config.mailFrom}>`;
    this.configurationSet = new ses.ConfigurationSet(this, "ConfigurationSet", {
      tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.configurationSet.addEventDestination("Events", {
      destination: ses.EventDestination.eventBus(
        events.EventBus.fromEventBusName(this, "DefaultBus", "default"),
      ),
      events: [
        ses.EmailSendingEvent.SEND,
        ses.EmailSendingEvent.DELIVERY,
        ses.EmailSendingEvent.DELIVERY_DELAY,
        ses.EmailSendingEvent.BOUNCE,
        ses.EmailSendingEvent.COMPLAINT,
        ses.EmailSendingEvent.REJECT,
      ],
    });
    const domain = config.mailFrom.slice(config.mailFrom.indexOf("@") + 1);
    this.identity = new ses.EmailIdentity(this, "Identity", {
      identity:
        config.mailIdentity === "domain" ? ses.Identity.domain(domain) : ses.Identity.email(this.address),
      configurationSet: this.configurationSet,
    });
    if (config.mailIdentity === "domain") {
      for (const [index, { name, value }] of this.identity.dkimRecords.entries()) {
        new CfnOutput(this, `Dkim${index + 1}`, { value: `${name} CNAME ${value}` });
      }
    }
    new events.Rule(this, "Outcome", {
      description: "What became of a mail of ours",
      eventPattern: {
        source: ["aws.ses"],
        // Other senders of the account share the bus; ours carry their message id as a tag.
        detail: { mail: { tags: { "X-CareLoop-Message": events.Match.exists() } } },
      },
      targets: [
        new targets.LambdaFunction(listener.function, { deadLetterQueue: failures, retryAttempts: 5 }),
      ],
    });
  }

  /** Lets a function send from this identity, with this From and no other. */
  allowSending(sender: NodeFunction): void {
    const stack = Stack.of(this);
    sender.allowWhere(
      { StringEquals: { "ses:FromAddress": this.address } },
      ["ses:SendRawEmail"],
      this.identity.emailIdentityArn,
      stack.formatArn({
        service: "ses",
        resource: "configuration-set",
        resourceName: this.configurationSet.configurationSetName,
      }),
    );
  }
}
