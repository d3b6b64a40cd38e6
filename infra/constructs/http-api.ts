/** The HTTP API in front of the web functions. */
import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { NodeFunction } from "./node-function.ts";

export type HttpApiProps = {
  logRetention: logs.RetentionDays;
  /** Requests per second of all visitors together, and how many may come at once. */
  throttle: apigw.ThrottleSettings;
};

/** What an access log line says: the route, never the path or the query, which hold links and names. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  at: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  error: "$context.error.messageString",
  integrationError: "$context.integrationErrorMessage",
};

/**
 * Routes take every method, because an HTTP API does not send HEAD to a GET route; the functions answer a wrong
 * method themselves. There is no authorizer: none of them reads the session's cookie.
 */
export class HttpApi extends Construct {
  readonly api: apigw.HttpApi;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.api = new apigw.HttpApi(this, "Api", { createDefaultStage: false });
    const accessLog = new logs.LogGroup(this, "AccessLog", {
      logGroupName: `/aws/vendedlogs/http/${Stack.of(this).stackName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new apigw.HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: {
        destination: new apigw.LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  /** Address of the API, without a slash at its end. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /**
   * Sends the paths, with every method, to a function. `$default` is whatever has no route. `POST /path` sends that
   * method alone: the path's other methods go where the bare path goes.
   */
  route(target: NodeFunction, ...paths: string[]): void {
    const integration = new HttpLambdaIntegration(`${target.node.id}Integration`, target.function, {
      scopePermissionToRoute: false,
    });
    for (const asked of paths) {
      const isPost = asked.startsWith("POST ");
      const path = isPost ? asked.slice("POST ".length) : asked;
      const route = new apigw.HttpRoute(this, `${isPost ? "POST" : "ANY"} ${path}`, {
        httpApi: this.api,
        integration,
        routeKey:
          path === "$default"
            ? apigw.HttpRouteKey.DEFAULT
            : apigw.HttpRouteKey.with(path, isPost ? apigw.HttpMethod.POST : apigw.HttpMethod.ANY),
      });
      Validations.of(route).acknowledge({
        id: "AwsSolutions-APIG4",
        reason:
          "Sessions are cookies and links are capabilities in the path; no authorizer of API Gateway reads either. The functions check both, deny by default.",
      });
    }
  }
}
