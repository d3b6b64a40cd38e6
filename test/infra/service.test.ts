import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ENTRIES, ROOT } from "../../infra/entries.ts";
import { type Json, ofType, type Properties, pathOf, readable, type Synth, synth } from "./synth.ts";

let made: Synth;
let production: Synth;

beforeAll(async () => {
  [made, production] = [await synth(), await synth("production")];
}, 60_000);

const read = (value: Json | undefined): string => readable(value ?? null, made.service, made.data);
const byPath = (type: string): Map<string, Properties> =>
  new Map(
    ofType(made.service, type).map(([id, properties]) => [pathOf(made.service.Resources[id]), properties]),
  );
const environment = (properties: Properties): Properties =>
  (properties.Environment as { Variables: Properties }).Variables;

test.each([
  ["AWS::Lambda::Function", 58],
  ["AWS::Lambda::EventSourceMapping", 3],
  ["AWS::StepFunctions::StateMachine", 10],
  ["AWS::StepFunctions::StateMachineVersion", 10],
  ["AWS::StepFunctions::StateMachineAlias", 10],
  ["AWS::ApiGatewayV2::Api", 1],
  ["AWS::ApiGatewayV2::Route", 126],
  ["AWS::Scheduler::ScheduleGroup", 1],
  ["AWS::Scheduler::Schedule", 7],
  ["AWS::Events::Rule", 1],
  ["AWS::SQS::Queue", 5],
  ["AWS::SES::EmailIdentity", 1],
  ["AWS::SES::ConfigurationSet", 1],
  ["AWS::SES::ConfigurationSetEventDestination", 1],
  ["AWS::Cognito::UserPoolClient", 1],
])("there are as many %s as there should be: %i", (type, count) => {
  expect(ofType(made.service, type)).toHaveLength(count);
});

describe("functions", () => {
  test("run on Node 24 on arm64, traced, each with a log group and a role of its own", () => {
    const functions = [...byPath("AWS::Lambda::Function")];
    for (const [path, properties] of functions) {
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
      });
      const name = path.replace("/Function", "");
      expect(read((properties.LoggingConfig as Properties).LogGroup)).toBe(`${name}/Logs`);
      expect(read(properties.Role)).toBe(`${name}/Role`);
      expect(properties.Layers).toBeUndefined();
      expect(properties.ReservedConcurrentExecutions).toBeUndefined();
    }
    expect(functions.map(([, one]) => environment(one).POWERTOOLS_SERVICE_NAME).toSorted()).toEqual(
      Object.keys(ENTRIES).toSorted(),
    );
  });

  test("log groups forget: after a week on a laptop, after a year in production", () => {
    for (const [template, days] of [
      [made.service, 7],
      [production.service, 365],
    ] as const) {
      for (const [, group] of ofType(template, "AWS::Logs::LogGroup"))
        expect(group.RetentionInDays).toBe(days);
    }
  });

  test.each([
    ["WebStaff", 10, 1024],
    ["WebTasks", 10, 1024],
    ["WebTasks", 10, 1024],
    ["WebFiles", 10, 1024],
    ["WebDecision", 10, 1024],
    ["WebPublic", 10, 1024],
    ["CaseAdvance", 60, 512],
    ["MessageDispatch", 60, 512],
    ["StepOpen", 30, 512],
    ["ApprovalNextStage", 30, 512],
    ["ReceptionApproved", 30, 512],
    ["ReceptionEnded", 30, 512],
    ["StepRemind", 60, 512],
    ["CaseSweep", 60, 512],
    ["MessageProviderEvent", 60, 512],
  ])("%s has %i s and %i MB", (name, Timeout, MemorySize) => {
    expect(byPath("AWS::Lambda::Function").get(`${name}/Function`)).toMatchObject({ Timeout, MemorySize });
  });

  test("what is called asynchronously keeps what failed", () => {
    const configs = ofType(made.service, "AWS::Lambda::EventInvokeConfig").map(([, config]) => [
      read(config.FunctionName),
      read((config.DestinationConfig as { OnFailure: { Destination: Json } }).OnFailure.Destination),
    ]);
    expect(Object.fromEntries(configs)).toEqual({
      "StepRemind/Function": "FailedCalls",
      "CaseAdvance/Function": "FailedCalls",
      "MessageDispatch/Function": "FailedCalls",
      "MessageProviderEvent/Function": "FailedCalls",
      "CaseSweep/Function": "FailedCalls",
      "LedgerCheck/Function": "FailedCalls",
      "CalendarWatch/Function": "FailedCalls",
      "CaseArchive/Function": "FailedCalls",
      "Digest/Function": "FailedCalls",
      "ReportMonthly/Function": "FailedCalls",
      "ReportFollowUps/Function": "FailedCalls",
      "PlannerStart/Function": "FailedCalls",
      "PlannerContacted/Function": "FailedCalls",
    });
  });

  test("pages that take files name the one bucket that they let a browser send files to", () => {
    const functions = byPath("AWS::Lambda::Function");
    const told = [...functions].filter(([, one]) => environment(one).UPLOAD_HOST !== undefined);
    expect(told.map(([path, one]) => [path, read(environment(one).UPLOAD_HOST)])).toEqual([
      ["WebStaff/Function", "Documents.RegionalDomainName"],
      ["WebComplaint/Function", "Documents.RegionalDomainName"],
      ["WebSettlement/Function", "Documents.RegionalDomainName"],
      ["WebCare/Function", "Documents.RegionalDomainName"],
    ]);
    expect(read(environment(functions.get("WebFiles/Function")!).DOCUMENTS_BUCKET)).toBe("Documents");
  });

  test("no environment holds a secret, only where it is", () => {
    for (const [, properties] of byPath("AWS::Lambda::Function")) {
      expect(JSON.stringify(properties.Environment)).not.toMatch(/resolve:secretsmanager/);
    }
  });

  test("queues for failures are encrypted, speak TLS only and keep for 14 days", () => {
    for (const [, queue] of byPath("AWS::SQS::Queue")) {
      expect(queue).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    }
    expect(ofType(made.service, "AWS::SQS::QueuePolicy")).toHaveLength(5);
  });
});

describe("stream mappings", () => {
  test.each([
    ["Advancing", "CaseAdvance", { dynamodb: { NewImage: { pending: { S: ["work", "timer"] } } } }],
    [
      "Dispatching",
      "MessageDispatch",
      { eventName: ["INSERT", "MODIFY"], dynamodb: { NewImage: { pending: { S: ["message"] } } } },
    ],
  ])("%s", (name, consumer, filter) => {
    const mapping = byPath("AWS::Lambda::EventSourceMapping").get(`${name}/Mapping`)!;
    expect(read(mapping.FunctionName)).toBe(`${consumer}/Function`);
    expect(read(mapping.EventSourceArn)).toBe("Cases.StreamArn");
    expect(mapping).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 10,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    const { Filters } = mapping.FilterCriteria as { Filters: { Pattern: string }[] };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([filter]);
    const { OnFailure } = mapping.DestinationConfig as { OnFailure: { Destination: Json } };
    expect(read(OnFailure.Destination)).toBe(`${name}/Failures`);
  });
});

describe("workflows", () => {
  const machines = () => byPath("AWS::StepFunctions::StateMachine");

  test("are standard, traced, and logged without their data", () => {
    for (const [path, machine] of machines()) {
      expect(machine).toMatchObject({
        StateMachineType: "STANDARD",
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
      });
      const { Destinations } = machine.LoggingConfiguration as {
        Destinations: { CloudWatchLogsLogGroup: { LogGroupArn: Json } }[];
      };
      expect(
        Destinations.map(({ CloudWatchLogsLogGroup }) => read(CloudWatchLogsLogGroup.LogGroupArn)),
      ).toEqual([path.replace("/Machine", "/Logs")]);
    }
  });

  test.each([
    [
      "Reception",
      "reception",
      {
        Partition: "<Partition>",
        ApprovalChainArn: "ApprovalChain/Alias",
        ReceptionApprovedArn: "ReceptionApproved/Function",
        ReceptionEndedArn: "ReceptionEnded/Function",
        ReceptionVisitedArn: "ReceptionVisited/Function",
        ReceptionExcessArn: "ReceptionExcess/Function",
        StepOpenArn: "StepOpen/Function",
      },
    ],
    [
      "BudgetChange",
      "budget-change",
      {
        Partition: "<Partition>",
        ApprovalChainArn: "ApprovalChain/Alias",
        BudgetChangeAppliedArn: "BudgetChangeApplied/Function",
        BudgetChangeEndedArn: "BudgetChangeEnded/Function",
      },
    ],
    [
      "Summary",
      "summary",
      {
        Partition: "<Partition>",
        ApprovalChainArn: "ApprovalChain/Alias",
        SummaryEndedArn: "SummaryEnded/Function",
      },
    ],
    [
      "PlanFollowUps",
      "plan-follow-ups",
      { Partition: "<Partition>", PlannerPageArn: "PlannerPage/Function" },
    ],
    [
      "GenerateCampaign",
      "generate-campaign",
      { Partition: "<Partition>", PlannerPageArn: "PlannerPage/Function" },
    ],
    [
      "ApprovalChain",
      "approval-chain",
      {
        Partition: "<Partition>",
        ApprovalNextStageArn: "ApprovalNextStage/Function",
        StepOpenArn: "StepOpen/Function",
      },
    ],
  ])("%s: every name in its file has a value, and every value a name", (name, file, values) => {
    const machine = machines().get(`${name}/Machine`);
    const given = Object.entries(machine?.DefinitionSubstitutions as Properties);
    expect(Object.fromEntries(given.map(([key, value]) => [key, read(value)]))).toEqual(values);
    const asl = readFileSync(join(ROOT, "workflows", `${file}.asl.json`), "utf8");
    const names = new Set([...asl.matchAll(/\$\{(\w+)\}/g)].map(([, found]) => found));
    expect([...names].toSorted()).toEqual(Object.keys(values).toSorted());
  });

  test("every file of workflows/ is deployed", () => {
    const files = readdirSync(join(ROOT, "workflows")).filter((file) => file.endsWith(".asl.json"));
    expect(files).toHaveLength(machines().size);
  });

  test("a version stays when the next one is published; the alias names the newest", () => {
    for (const [, resource] of Object.entries(made.service.Resources)) {
      if (resource.Type === "AWS::StepFunctions::StateMachineVersion") {
        expect(resource.DeletionPolicy).toBe("Retain");
        expect(JSON.stringify(resource.Properties)).toContain("StateMachineRevisionId");
      }
    }
    for (const [path, alias] of byPath("AWS::StepFunctions::StateMachineAlias")) {
      const routes = alias.RoutingConfiguration as { StateMachineVersionArn: Json; Weight: number }[];
      expect(alias.Name).toBe("live");
      expect(routes.map((route) => [read(route.StateMachineVersionArn), route.Weight])).toEqual([
        [path.replace("/Alias", "/Version"), 100],
      ]);
    }
  });

  test("executions are started by the alias", () => {
    const advance = byPath("AWS::Lambda::Function").get("CaseAdvance/Function")!;
    expect(read(environment(advance).STATE_MACHINE_RECEPTION)).toBe("Reception/Alias");
    expect(read(environment(advance).STATE_MACHINE_BUDGET_CHANGE)).toBe("BudgetChange/Alias");
  });
});

describe("HTTP API", () => {
  const routes = () =>
    new Map(
      ofType(made.service, "AWS::ApiGatewayV2::Route").map(([, { RouteKey, Target }]) => {
        const [, integration] = (Target as { "Fn::Join": [string, [string, { Ref: string }]] })[
          "Fn::Join"
        ][1];
        const { IntegrationUri } = made.service.Resources[integration.Ref]!.Properties!;
        return [String(RouteKey), read(IntegrationUri)];
      }),
    );

  test("takes every method on every route, so that HEAD arrives", () => {
    for (const key of routes().keys()) expect(key).toMatch(/^((ANY|POST) \/|\$default$)/);
  });

  test.each([
    ["ANY /", "WebStaff"],
    ["ANY /receptions/{proxy+}", "WebStaff"],
    ["ANY /receptions/new", "WebRequest"],
    ["ANY /receptions/{caseId}/edit", "WebRequest"],
    ["ANY /api/receptions", "WebRequest"],
    ["ANY /api/receptions/preview", "WebRequest"],
    ["ANY /api/receptions/{caseId}", "WebRequest"],
    ["ANY /cases/{proxy+}", "WebStaff"],
    ["ANY /tasks", "WebTasks"],
    ["ANY /tasks/{proxy+}", "WebTasks"],
    ["ANY /cases/{caseId}/steps/{stepId}", "WebTasks"],
    ["ANY /api/tasks", "WebTasks"],
    ["ANY /api/tasks/{proxy+}", "WebTasks"],
    ["ANY /api/steps/{proxy+}", "WebSteps"],
    ["ANY /tasks", "WebTasks"],
    ["ANY /tasks/{proxy+}", "WebTasks"],
    ["ANY /cases/{caseId}/steps/{stepId}", "WebTasks"],
    ["ANY /api/tasks", "WebTasks"],
    ["ANY /api/tasks/{proxy+}", "WebTasks"],
    ["ANY /api/steps/{proxy+}", "WebSteps"],
    ["ANY /budget", "WebOffice"],
    ["ANY /policies/{proxy+}", "WebPolicies"],
    ["ANY /people", "WebPolicies"],
    ["ANY /absences", "WebPolicies"],
    ["ANY /tax/{proxy+}", "WebOffice"],
    ["ANY /api/budgets", "WebOffice"],
    ["ANY /api/budgets/{proxy+}", "WebOffice"],
    ["ANY /api/budget-changes", "WebOffice"],
    ["ANY /api/tax/{proxy+}", "WebOffice"],
    ["ANY /api/policies/{proxy+}", "WebPolicies"],
    ["ANY /api/people", "WebPolicies"],
    ["ANY /api/absences/{proxy+}", "WebPolicies"],
    ["ANY /language", "WebStaff"],
    ["ANY /signout", "WebStaff"],
    ["ANY /api/{proxy+}", "WebStaff"],
    ["ANY /api/cases/{caseId}", "WebCases"],
    ["ANY /api/cases/{caseId}/{call}", "WebCases"],
    ["ANY /api/follow-ups", "WebFollowUps"],
    ["ANY /api/follow-ups/{caseId}/record", "WebFollowUps"],
    ["ANY /follow-ups", "WebFollowUpPages"],
    ["ANY /follow-ups/{proxy+}", "WebFollowUpPages"],
    ["ANY /reports/follow-ups", "WebFollowUpReports"],
    ["ANY /api/reports/follow-ups", "WebFollowUpReports"],
    ["ANY /api/reports/follow-ups/submit", "WebFollowUpReports"],
    ["ANY /api/reports/customers", "WebFollowUpReports"],
    ["ANY /campaigns/{campaignId}", "WebPlanner"],
    ["ANY /api/planner/runs", "WebPlanner"],
    ["ANY /api/policies/cadence", "WebCustomerRecords"],
    ["ANY /policies/cadence", "WebPlanner"],
    ["ANY /api/policies/quiet-hours", "WebReminders"],
    ["ANY /api/calendar-feed", "WebReminders"],
    ["ANY /complaints", "WebComplaints"],
    ["ANY /complaints/{proxy+}", "WebComplaint"],
    ["ANY /complaints/{caseId}/steps/{stepId}", "WebComplaintSteps"],
    ["ANY /api/complaints", "WebComplaints"],
    ["ANY /api/working-calendar/deadline", "WebComplaints"],
    ["ANY /reports/{proxy+}", "WebReports"],
    ["ANY /cases/{caseId}/report", "WebDistribution"],
    ["ANY /api/reports/{proxy+}", "WebReports"],
    ["ANY /api/cases/{caseId}/report/recipients", "WebDistribution"],
    ["ANY /dossiers/{proxy+}", "WebDossiers"],
    ["ANY /api/cases/{caseId}/dossier", "WebDossiers"],
    ["ANY /api/dossiers/verify", "WebDossiers"],
    ["ANY /api/cases/{caseId}/attachments", "WebFiles"],
    ["ANY /api/cases/{caseId}/attachments/{proxy+}", "WebFiles"],
    ["ANY /cases/{caseId}/attachments", "WebFiles"],
    ["ANY /cases/{caseId}/attachments/{proxy+}", "WebFiles"],
    ["ANY /d/{link}", "WebDecision"],
    ["ANY /d/{proxy+}", "WebDecision"],
    ["ANY /signin", "WebPublic"],
    ["ANY /auth/{proxy+}", "WebPublic"],
    ["ANY /assets/{proxy+}", "WebPublic"],
    ["$default", "WebPublic"],
  ])("%s goes to %s", (key, name) => {
    expect(routes().get(key)).toBe(`${name}/Function`);
  });

  test("its access log has the route, never a path, a query, an address or a browser", () => {
    const [[, stage] = ["", {}]] = ofType(made.service, "AWS::ApiGatewayV2::Stage");
    const { Format } = stage.AccessLogSettings as { Format: string };
    const fields = Object.values(JSON.parse(Format) as Record<string, string>);
    expect(fields).toContain("$context.routeKey");
    expect(fields.filter((field) => /path|query|identity|userAgent|protocol|header/i.test(field))).toEqual(
      [],
    );
  });

  test("is throttled", () => {
    const [[, stage] = ["", {}]] = ofType(made.service, "AWS::ApiGatewayV2::Stage");
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 800, ThrottlingRateLimit: 400 });
  });

  test("sign-in is by code with PKCE, without a secret, back to this site only", () => {
    const [[, client] = ["", {}]] = ofType(made.service, "AWS::Cognito::UserPoolClient");
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "profile"],
    });
    expect((client.CallbackURLs as Json[]).map(read)).toEqual(["Http/Api.ApiEndpoint/auth/callback"]);
  });
});

describe("mail and clocks", () => {
  test("the provider's events come back for every end of a mail; opens and clicks are not tracked", () => {
    const [[, destination] = ["", {}]] = ofType(made.service, "AWS::SES::ConfigurationSetEventDestination");
    const { EventDestination } = destination as { EventDestination: Properties };
    expect(EventDestination.MatchingEventTypes).toEqual([
      "send",
      "delivery",
      "deliveryDelay",
      "bounce",
      "complaint",
      "reject",
    ]);
    expect(read((EventDestination.EventBridgeDestination as Properties).EventBusArn)).toMatch(
      /event-bus\/default$/,
    );
  });

  test("only our own mails' events reach the function", () => {
    const [[, rule] = ["", {}]] = ofType(made.service, "AWS::Events::Rule");
    expect(rule.EventPattern).toEqual({
      source: ["aws.ses"],
      detail: { mail: { tags: { "X-CareLoop-Message": [{ exists: true }] } } },
    });
    expect((rule.Targets as { Arn: Json }[]).map(({ Arn }) => read(Arn))).toEqual([
      "MessageProviderEvent/Function",
    ]);
  });

  test("the sweep runs every hour on a laptop and every 5 in production", () => {
    const rate = (template: Synth["service"], what: string) =>
      Object.values(template.Resources).find(
        (one) => one.Type === "AWS::Scheduler::Schedule" && pathOf(one).startsWith(`Schedules/${what}`),
      )?.Properties?.ScheduleExpression;
    expect(rate(made.service, "Sweep")).toBe("rate(1 hour)");
    expect(rate(production.service, "Sweep")).toBe("rate(5 minutes)");
    expect(rate(production.service, "LedgerCheck")).toBe("rate(1 day)");
  });

  test("a schedule waits for its group", () => {
    const group = ofType(made.service, "AWS::Scheduler::ScheduleGroup")[0]?.[0];
    const schedule = Object.values(made.service.Resources).find(
      ({ Type }) => Type === "AWS::Scheduler::Schedule",
    );
    expect(schedule?.DependsOn).toContain(group);
  });
});

describe("alarms", () => {
  const watched = (metric: string) =>
    ofType(made.watch, "AWS::CloudWatch::Alarm")
      .filter(([, { MetricName }]) => MetricName === metric)
      .map(([, { Dimensions }]) =>
        (Dimensions as { Value: Json }[])
          .map(({ Value }) => readable(Value, made.watch, made.service))
          .join(),
      );

  test.each([
    [
      "ApproximateNumberOfMessagesVisible",
      [
        "FailedCalls.QueueName",
        "Undelivered.QueueName",
        "Advancing/Failures.QueueName",
        "Dispatching/Failures.QueueName",
        "Importing/Failures.QueueName",
      ],
    ],
    [
      "ExecutionsFailed",
      [
        "Reception/Machine",
        "BudgetChange/Machine",
        "Summary/Machine",
        "ApprovalChain/Machine",
        "Complaint/Machine",
        "Claim/Machine",
        "FollowUp/Machine",
        "ReplanCalendar/Machine",
        "PlanFollowUps/Machine",
        "GenerateCampaign/Machine",
      ],
    ],
    [
      "ExecutionsTimedOut",
      [
        "Reception/Machine",
        "BudgetChange/Machine",
        "Summary/Machine",
        "ApprovalChain/Machine",
        "Complaint/Machine",
        "Claim/Machine",
        "FollowUp/Machine",
        "ReplanCalendar/Machine",
        "PlanFollowUps/Machine",
        "GenerateCampaign/Machine",
      ],
    ],
    ["IteratorAge", ["CaseAdvance/Function", "MessageDispatch/Function"]],
    ["5xx", ["Http/Api"]],
    ["BucketsOff", ["ledger-check"]],
    ["YearsMissing", ["calendar-watch"]],
  ])("%s", (metric, subjects) => {
    expect(watched(metric).toSorted()).toEqual(subjects.toSorted());
  });

  test("every function's errors", () => {
    expect(watched("Errors").toSorted()).toEqual([...byPath("AWS::Lambda::Function").keys()].toSorted());
  });

  test("go to the address of the stage, where it has one", () => {
    expect(ofType(made.watch, "AWS::SNS::Topic")).toEqual([]);
    const [[topic] = [""]] = ofType(production.watch, "AWS::SNS::Topic");
    const [[, subscription] = ["", {}]] = ofType(production.watch, "AWS::SNS::Subscription");
    expect(subscription).toMatchObject({ Protocol: "email", Endpoint: "ops@careloop.example" });
    for (const [, alarm] of ofType(production.watch, "AWS::CloudWatch::Alarm")) {
      expect(alarm.AlarmActions).toEqual([{ Ref: topic }]);
    }
  });
});
