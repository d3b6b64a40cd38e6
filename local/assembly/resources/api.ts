/** The HTTP API: its routes go to the front on the site's port, whatever the stage is called. */
import type { CreateResource } from "../deploy.ts";

export const apiTypes: Record<string, CreateResource> = {
  "AWS::ApiGatewayV2::Api": ({ ProtocolType }: { ProtocolType?: string }, ctx) => {
    if (ProtocolType !== "HTTP") throw new Error(`no ${ProtocolType} APIs`);
    const ref = ctx.id(10);
    return { ref, attributes: { ApiId: ref, ApiEndpoint: ctx.cloud.siteUrl } };
  },
  "AWS::ApiGatewayV2::Integration": (
    props: { IntegrationType: string; IntegrationUri?: string; PayloadFormatVersion?: string },
    ctx,
  ) => {
    if (props.IntegrationType !== "AWS_PROXY" || props.PayloadFormatVersion !== "2.0") {
      throw new Error("only Lambda proxy integrations with payload format 2.0");
    }
    // The function's ARN, bare or inside arn:aws:apigateway:...:lambda:path/.../functions/ARN/invocations.
    const arn = /arn:[^:]+:lambda:[^:]*:\d+:function:[\w-]+(:[\w-]+)?/.exec(props.IntegrationUri ?? "")?.[0];
    if (!arn) throw new Error(`no function in ${props.IntegrationUri}`);
    const ref = ctx.id(7);
    ctx.integrations.set(ref, arn);
    return { ref, attributes: { IntegrationId: ref } };
  },
  "AWS::ApiGatewayV2::Route": ({ RouteKey, Target = "" }: { RouteKey: string; Target?: string }, ctx) => {
    const ref = ctx.id(7);
    const functionArn = ctx.integrations.get(Target.replace("integrations/", ""));
    if (!functionArn) throw new Error(`route ${RouteKey} has no integration`);
    ctx.routes.push({ routeKey: RouteKey, functionArn });
    return { ref, attributes: { RouteId: ref } };
  },
  "AWS::ApiGatewayV2::Stage": ({ StageName }: { StageName: string }) => ({ ref: StageName, attributes: {} }),
};
