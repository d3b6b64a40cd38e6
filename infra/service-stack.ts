/**
 * Everything that does work: functions, workflows, the site, mail and clocks. It composes; each capability is a
 * construct. Every grant is written beside the function that needs it, and a test names the call behind each.
 */
import { CfnOutput, Duration, Stack, type StackProps, Validations } from "aws-cdk-lib";
import * as cognito from "aws-cdk-lib/aws-cognito";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { StageConfig } from "./config.ts";
import { acknowledgeWildcard } from "./constructs/acknowledge.ts";
import type { Watched } from "./constructs/alarms.ts";
import { FailureQueue } from "./constructs/failure-queue.ts";
import { HttpApi } from "./constructs/http-api.ts";
import { Mail } from "./constructs/mail.ts";
import { NodeFunction, type NodeFunctionProps } from "./constructs/node-function.ts";
import { Schedules } from "./constructs/schedules.ts";
import { StreamConsumer } from "./constructs/stream-consumer.ts";
import { Workflow } from "./constructs/workflow.ts";
import type { DataStack } from "./data-stack.ts";

export type ServiceStackProps = StackProps & { config: StageConfig; data: DataStack };

const index = (table: dynamodb.Table, name: string): string => `${table.tableArn}/index/${name}`;

// Within a transaction a write needs the permission of the single call: PutItem, UpdateItem, DeleteItem.
const GET = "dynamodb:GetItem";
const BATCH_GET = "dynamodb:BatchGetItem";
const QUERY = "dynamodb:Query";
const PUT = "dynamodb:PutItem";
const UPDATE = "dynamodb:UpdateItem";
const DELETE = "dynamodb:DeleteItem";
const CHECK = "dynamodb:ConditionCheckItem";

export class ServiceStack extends Stack {
  /** What alarms are for (watch-stack.ts). */
  readonly watched: Watched;

  constructor(scope: Construct, id: string, { config, data, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const { cases, customers, ledger, directory, idempotency, documents, linkSecret } = data;
    const CASES_TABLE = cases.tableName;
    const CUSTOMERS_TABLE = customers.tableName;
    const LEDGER_TABLE = ledger.tableName;
    const DIRECTORY_TABLE = directory.tableName;
    const LINK_SECRET_ARN = linkSecret.secretArn;

    const api = new HttpApi(this, "Http", {
      logRetention: config.logDays,
      throttle: { rateLimit: 400, burstLimit: 800 },
    });
    const BASE_URL = config.siteUrl ?? api.url;

    // Calls that a function failed, and calls that a service could not make.
    const failedCalls = new FailureQueue(this, "FailedCalls");
    const undelivered = new FailureQueue(this, "Undelivered");

    const functions: NodeFunction[] = [];
    const add = (
      name: string,
      kind: Partial<NodeFunctionProps>,
      own: Omit<NodeFunctionProps, "logRetention">,
    ) => {
      const made = new NodeFunction(this, name, { logRetention: config.logDays, ...kind, ...own });
      functions.push(made);
      return made;
    };
    const web = { timeout: Duration.seconds(10), memorySize: 1024 };
    const stream = { timeout: Duration.seconds(60), failures: failedCalls };
    const state = { timeout: Duration.seconds(30) };
    const background = { timeout: Duration.seconds(60), failures: failedCalls };
    const readSecret = (reader: NodeFunction) =>
      reader.allow(["secretsmanager:GetSecretValue"], LINK_SECRET_ARN);

    // The site: one function per trust zone.
    const webStaff = add("WebStaff", web, {
      bundle: "web-staff",
      description: "Pages of signed-in staff",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
        // Where its pages let a browser send files: the host of the addresses that WebFiles signs.
        UPLOAD_HOST: documents.bucketRegionalDomainName,
      },
    });
    webStaff.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webStaff.allow([QUERY], index(cases, "byAssignee"), index(cases, "byCreator"));
    webStaff.allow([GET, BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webStaff.allow([GET, BATCH_GET, QUERY, DELETE], directory.tableArn);
    webStaff.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webStaff,
      "/",
      "/home",
      "/receptions",
      "/receptions/{proxy+}",
      "/cases",
      "/cases/{proxy+}",
      "/language",
      "/signout",
      "/api/{proxy+}",
    );

    const webCases = add("WebCases", web, {
      bundle: "web-cases",
      description: "API of whole cases, whatever their process",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
      },
    });
    webCases.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webCases.allow([GET, BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webCases.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webCases.allow([GET, BATCH_GET, QUERY], customers.tableArn);
    webCases.allow([GET, PUT], idempotency.tableArn);
    api.route(webCases, "/api/cases/{caseId}", "/api/cases/{caseId}/{call}");

    const webComplaints = add("WebComplaints", web, {
      bundle: "web-complaints",
      description: "Complaints: board and register, reply templates, working calendar",
      environment: { CASES_TABLE, DIRECTORY_TABLE, BASE_URL },
    });
    webComplaints.allow([BATCH_GET, QUERY], cases.tableArn);
    webComplaints.allow(
      [QUERY],
      index(cases, "byAssignee"),
      index(cases, "byCustomer"),
      index(cases, "byProcess"),
    );
    webComplaints.allow([BATCH_GET, QUERY], directory.tableArn);
    api.route(
      webComplaints,
      "/complaints",
      "/api/complaints",
      "/api/reply-templates",
      "/api/working-calendar",
      "/api/working-calendar/deadline",
    );

    const webComplaint = add("WebComplaint", web, {
      bundle: "web-complaint",
      description: "Page and forms of one complaint",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
        UPLOAD_HOST: documents.bucketRegionalDomainName,
      },
    });
    webComplaint.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webComplaint.allow([BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webComplaint.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webComplaint.allow([GET, PUT], idempotency.tableArn);
    api.route(webComplaint, "/complaints/{proxy+}");

    const webComplaintSteps = add("WebComplaintSteps", web, {
      bundle: "web-complaint-steps",
      description: "Forms of the steps of a complaint",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webComplaintSteps.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webComplaintSteps.allow([QUERY], index(cases, "byAssignee"));
    webComplaintSteps.allow([BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webComplaintSteps.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webComplaintSteps.allow([GET, PUT], idempotency.tableArn);
    readSecret(webComplaintSteps);
    api.route(webComplaintSteps, "/complaints/{caseId}/steps/{stepId}");

    const webReports = add(
      "WebReports",
      { ...web, timeout: Duration.seconds(29) },
      {
        bundle: "web-reports",
        description: "Statistics of complaints",
        environment: { CASES_TABLE, DIRECTORY_TABLE, BASE_URL },
      },
    );
    webReports.allow([BATCH_GET, QUERY], cases.tableArn);
    webReports.allow([QUERY], index(cases, "byCreator"));
    webReports.allow([BATCH_GET, QUERY], directory.tableArn);
    api.route(webReports, "/reports", "/reports/{proxy+}", "/api/reports/{proxy+}");

    const webDistribution = add("WebDistribution", web, {
      bundle: "web-distribution",
      description: "Investigation reports, their recipients and receipts",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webDistribution.allow([GET, PUT], idempotency.tableArn);
    webDistribution.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webDistribution.allow([BATCH_GET], ledger.tableArn);
    webDistribution.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    readSecret(webDistribution);
    api.route(webDistribution, "/cases/{caseId}/report", "/api/cases/{caseId}/report/recipients");

    const webDossiers = add("WebDossiers", web, {
      bundle: "web-dossiers",
      description: "Dossiers of closed complaints",
      environment: { CASES_TABLE, DIRECTORY_TABLE, DOCUMENTS_BUCKET: documents.bucketName, BASE_URL },
    });
    webDossiers.allow([QUERY], cases.tableArn);
    webDossiers.allow([BATCH_GET], directory.tableArn);
    webDossiers.allow(["s3:GetObject"], documents.arnForObjects("dossier/*"));
    acknowledgeWildcard(
      webDossiers.role,
      `${data.stackName}:ExportsOutputFnGetAttDocuments7E5B2978Arn159F38C5/dossier/*`,
      "Objects of this one folder: a case has a dossier for each of its closings.",
    );
    api.route(webDossiers, "/dossiers/{proxy+}", "/api/cases/{caseId}/dossier", "/api/dossiers/verify");

    const webTasks = add("WebTasks", web, {
      bundle: "web-tasks",
      description: "Pages and API of what waits for people, and of signing it signed in",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webTasks.allow([BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    webTasks.allow([QUERY], index(cases, "byAssignee"));
    webTasks.allow([BATCH_GET], ledger.tableArn);
    webTasks.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webTasks.allow([GET, PUT], idempotency.tableArn);
    readSecret(webTasks);
    api.route(
      webTasks,
      "/tasks",
      "/tasks/{proxy+}",
      "/cases/{caseId}/steps/{stepId}",
      "/api/tasks",
      "/api/tasks/{proxy+}",
    );

    const webSteps = add("WebSteps", web, {
      bundle: "web-steps",
      description: "API of answering a step, whatever process it belongs to",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webSteps.allow([QUERY, PUT, UPDATE, DELETE], cases.tableArn);
    webSteps.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    webSteps.allow([QUERY], index(cases, "byAssignee"));
    webSteps.allow([BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webSteps.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webSteps.allow([GET, PUT], idempotency.tableArn);
    readSecret(webSteps);
    api.route(webSteps, "/api/steps/{proxy+}");

    const webOffice = add("WebOffice", web, {
      bundle: "web-office",
      description: "Pages and API of budgets and tax",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
      },
    });
    webOffice.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webOffice.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], ledger.tableArn);
    webOffice.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webOffice.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webOffice,
      "/budget",
      "/budget/{proxy+}",
      "/tax",
      "/tax/{proxy+}",
      "/api/budgets",
      "/api/budgets/{proxy+}",
      "/api/budget-changes",
      "/api/budget-changes/{proxy+}",
      "/api/tax/{proxy+}",
    );

    const webPolicies = add("WebPolicies", web, {
      bundle: "web-policies",
      description: "Pages and API of policies, people and absences",
      environment: {
        CASES_TABLE,
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webPolicies.allow([BATCH_GET, QUERY, PUT, UPDATE, DELETE], cases.tableArn);
    webPolicies.allow([GET, BATCH_GET, QUERY], customers.tableArn);
    webPolicies.allow([QUERY], index(cases, "byAssignee"), index(cases, "byCreator"));
    webPolicies.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], directory.tableArn);
    webPolicies.allow([GET, PUT], idempotency.tableArn);
    readSecret(webPolicies);
    api.route(
      webPolicies,
      "/policies",
      "/policies/{proxy+}",
      "/people",
      "/people/{proxy+}",
      "/absences",
      "/absences/{proxy+}",
      "/api/policies/{proxy+}",
      "/api/people",
      "/api/people/{proxy+}",
      "/api/absences",
      "/api/absences/{proxy+}",
    );

    const webReminders = add("WebReminders", web, {
      bundle: "web-reminders",
      description: "Quiet hours, registered text messages, everybody's own calendar",
      environment: {
        CASES_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
        SMS_SIGNATURE: config.smsSignature,
      },
    });
    webReminders.allow([BATCH_GET, QUERY], cases.tableArn);
    webReminders.allow([QUERY], index(cases, "byAssignee"));
    webReminders.allow([GET, BATCH_GET, QUERY, PUT], directory.tableArn);
    webReminders.allow([GET, PUT], idempotency.tableArn);
    readSecret(webReminders);
    api.route(
      webReminders,
      "/policies/quiet-hours",
      "/settings",
      "/settings/calendar-feed",
      "/feeds/{link}",
      "/api/policies/quiet-hours",
      "/api/sms-templates",
      "/api/calendar-feed",
    );

    const webCalendar = add("WebCalendar", web, {
      bundle: "web-calendar",
      description: "Pages and API of the working calendar's years",
      environment: { CASES_TABLE, DIRECTORY_TABLE, BASE_URL },
    });
    webCalendar.allow([PUT], cases.tableArn);
    webCalendar.allow([BATCH_GET, QUERY, PUT], directory.tableArn);
    api.route(
      webCalendar,
      "/calendar",
      "/calendar/{proxy+}",
      "/api/calendar-years/{year}",
      "/api/calendar-years/{year}/check",
    );

    const webClaims = add("WebClaims", web, {
      bundle: "web-claims",
      description: "Pages of claims with the insurer",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
      },
    });
    webClaims.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webClaims.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webClaims.allow([GET, PUT], idempotency.tableArn);
    api.route(webClaims, "/claims/{proxy+}");

    const webRequest = add("WebRequest", web, {
      bundle: "web-request",
      description: "Pages and API of asking for a reception, with its preview",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        CUSTOMERS_TABLE: customers.tableName,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
      },
    });
    webRequest.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webRequest.allow([QUERY], index(cases, "byAssignee"), index(cases, "byCustomer"));
    webRequest.allow([GET], customers.tableArn);
    webRequest.allow([BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webRequest.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webRequest.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webRequest,
      "/receptions/new",
      "/receptions/{caseId}/edit",
      "/api/receptions",
      "/api/receptions/preview",
      "/api/receptions/{caseId}",
    );

    const webSettlement = add("WebSettlement", web, {
      bundle: "web-settlement",
      description: "Pages and API of what a visit cost, and the reception list",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
        UPLOAD_HOST: documents.bucketRegionalDomainName,
      },
    });
    webSettlement.allow([QUERY, PUT, UPDATE], cases.tableArn);
    webSettlement.allow([BATCH_GET, PUT, UPDATE], ledger.tableArn);
    webSettlement.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webSettlement.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webSettlement,
      "/receptions/{caseId}/settlement",
      "/receptions/{caseId}/list",
      "/api/receptions/{caseId}/settlement",
      "/api/receptions/{caseId}/list",
    );

    const webCustomers = add("WebCustomers", web, {
      bundle: "web-customers",
      description: "Pages of customers, and the page by which a customer opts out",
      environment: {
        CUSTOMERS_TABLE,
        CASES_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webCustomers.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    webCustomers.allow([QUERY], index(customers, "byName"), index(customers, "byOwner"));
    webCustomers.allow([QUERY], index(cases, "byCustomer"));
    webCustomers.allow([BATCH_GET, QUERY], directory.tableArn);
    webCustomers.allow([GET, PUT], idempotency.tableArn);
    readSecret(webCustomers);
    api.route(webCustomers, "/customers", "/customers/{proxy+}", "/o/{link}");

    const webCustomerRecords = add("WebCustomerRecords", web, {
      bundle: "web-customer-records",
      description: "API of customers and of the cadence, with the files of their lists",
      environment: {
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        BASE_URL,
      },
    });
    webCustomerRecords.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    webCustomerRecords.allow([QUERY], index(customers, "byName"), index(customers, "byOwner"));
    webCustomerRecords.allow([BATCH_GET, QUERY, PUT], directory.tableArn);
    webCustomerRecords.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webCustomerRecords,
      "/api/customers",
      "/api/customers/{customerId}",
      "/api/customers/{customerId}/opt-outs",
      "/api/policies/cadence",
    );

    // Twenty thousand rows are compared with what is there while somebody waits: as long as the API does.
    const webImports = add(
      "WebImports",
      { timeout: Duration.seconds(29), memorySize: 3008 },
      {
        bundle: "web-imports",
        description: "Customers from a file: upload, check, entering",
        environment: { CUSTOMERS_TABLE, DIRECTORY_TABLE, DOCUMENTS_BUCKET: documents.bucketName, BASE_URL },
      },
    );
    webImports.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE], customers.tableArn);
    webImports.allow([BATCH_GET, QUERY], directory.tableArn);
    webImports.allow(["s3:ListBucket"], documents.bucketArn);
    webImports.allow(["s3:PutObject", "s3:GetObject"], documents.arnForObjects("tmp/*"));
    acknowledgeWildcard(
      webImports.role,
      `${data.stackName}:ExportsOutputFnGetAttDocuments7E5B2978Arn159F38C5/tmp/*`,
      "Objects of this one folder; their names are made when they are uploaded.",
    );
    api.route(
      webImports,
      "/api/customer-imports",
      "/api/customer-imports/{proxy+}",
      "POST /customers/imports",
      "POST /customers/imports/{importId}/check",
      "POST /customers/imports/{importId}/apply",
    );

    const webFollowUps = add("WebFollowUps", web, {
      bundle: "web-follow-ups",
      description: "API of follow-ups and visits: planning, appointments, records",
      environment: {
        CASES_TABLE,
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webFollowUps.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    webFollowUps.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    webFollowUps.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webFollowUps.allow([GET, PUT], idempotency.tableArn);
    readSecret(webFollowUps);
    api.route(
      webFollowUps,
      "/api/follow-ups",
      "/api/follow-ups/{caseId}/appointment",
      "/api/follow-ups/{caseId}/checklist",
      "/api/follow-ups/{caseId}/check-in",
      "/api/follow-ups/{caseId}/record",
    );

    const webFollowUpPages = add("WebFollowUpPages", web, {
      bundle: "web-follow-up-pages",
      description: "Pages of follow-ups and visits: list, calendar, cases and their steps",
      environment: {
        CASES_TABLE,
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
      },
    });
    webFollowUpPages.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE], cases.tableArn);
    webFollowUpPages.allow([QUERY], index(cases, "byAssignee"));
    webFollowUpPages.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    webFollowUpPages.allow([QUERY], index(customers, "byName"), index(customers, "byOwner"));
    webFollowUpPages.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webFollowUpPages.allow([GET, PUT], idempotency.tableArn);
    readSecret(webFollowUpPages);
    api.route(webFollowUpPages, "/follow-ups", "/follow-ups/{proxy+}");

    const webFollowUpReports = add(
      "WebFollowUpReports",
      { ...web, timeout: Duration.seconds(29) },
      {
        bundle: "web-follow-up-reports",
        description: "Summaries of follow-ups and of customers",
        environment: {
          CASES_TABLE,
          CUSTOMERS_TABLE,
          DIRECTORY_TABLE,
          IDEMPOTENCY_TABLE: idempotency.tableName,
          BASE_URL,
        },
      },
    );
    webFollowUpReports.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    webFollowUpReports.allow([GET, QUERY], customers.tableArn);
    webFollowUpReports.allow([QUERY], index(customers, "byName"));
    webFollowUpReports.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    webFollowUpReports.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webFollowUpReports,
      "/reports/follow-ups",
      "/reports/customers",
      "/reports/summaries/{caseId}",
      "/api/reports/follow-ups",
      "/api/reports/follow-ups/submit",
      "/api/reports/customers",
    );

    // An extra run and a preview are done while somebody waits: as long as the API does.
    const webPlanner = add(
      "WebPlanner",
      { timeout: Duration.seconds(29), memorySize: 1536 },
      {
        bundle: "web-planner",
        description: "The planner, campaigns and the cadence",
        environment: {
          CASES_TABLE,
          CUSTOMERS_TABLE,
          DIRECTORY_TABLE,
          IDEMPOTENCY_TABLE: idempotency.tableName,
          BASE_URL,
        },
      },
    );
    webPlanner.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    webPlanner.allow([QUERY], index(cases, "byAssignee"));
    webPlanner.allow([GET, BATCH_GET, QUERY, PUT, CHECK], customers.tableArn);
    webPlanner.allow(
      [QUERY],
      index(customers, "byDue"),
      index(customers, "byName"),
      index(customers, "byOwner"),
    );
    webPlanner.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], directory.tableArn);
    webPlanner.allow([GET, PUT], idempotency.tableArn);
    api.route(
      webPlanner,
      "/planner",
      "/planner/runs",
      "/campaigns",
      "/campaigns/{campaignId}",
      "/campaigns/{campaignId}/generate",
      "/policies/cadence",
      "/api/planner",
      "/api/planner/runs",
      "/api/campaigns",
      "/api/campaigns/{campaignId}",
      "/api/campaigns/{campaignId}/preview",
      "/api/campaigns/{campaignId}/generate",
    );

    const webFiles = add("WebFiles", web, {
      bundle: "web-files",
      description: "Attachments of cases",
      environment: { CASES_TABLE, DIRECTORY_TABLE, DOCUMENTS_BUCKET: documents.bucketName, BASE_URL },
    });
    webFiles.allow([GET, QUERY, PUT], cases.tableArn);
    webFiles.allow([GET, BATCH_GET], directory.tableArn);
    api.route(
      webFiles,
      "/api/cases/{caseId}/attachments",
      "/api/cases/{caseId}/attachments/{proxy+}",
      "/cases/{caseId}/attachments",
      "/cases/{caseId}/attachments/{proxy+}",
    );

    const webCare = add("WebCare", web, {
      bundle: "web-care",
      description: "Complaints as customers see them, and filing one",
      environment: {
        CASES_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        BASE_URL,
        UPLOAD_HOST: documents.bucketRegionalDomainName,
      },
    });
    webCare.allow([BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    webCare.allow([BATCH_GET, QUERY], directory.tableArn);
    webCare.allow([GET, PUT, UPDATE], idempotency.tableArn);
    readSecret(webCare);
    api.route(webCare, "/c", "/c/{proxy+}", "/complaints/new", "POST /api/complaints");

    const webPhotos = add("WebPhotos", web, {
      bundle: "web-photos",
      description: "Files that customers add to their complaints",
      environment: {
        CASES_TABLE,
        DIRECTORY_TABLE,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        LINK_SECRET_ARN,
        DOCUMENTS_BUCKET: documents.bucketName,
        BASE_URL,
      },
    });
    webPhotos.allow([GET, BATCH_GET, QUERY, PUT], cases.tableArn);
    webPhotos.allow([GET, QUERY], directory.tableArn);
    webPhotos.allow([UPDATE], idempotency.tableArn);
    readSecret(webPhotos);
    api.route(webPhotos, "/c/{caseId}/attachments", "/c/{caseId}/attachments/{proxy+}");

    // Attachments: of a colleague, and of the customer.
    for (const holder of [webFiles, webPhotos]) {
      // Without it a HEAD of an upload that has not arrived is answered 403 instead of 404.
      holder.allow(["s3:ListBucket"], documents.bucketArn);
      holder.allow(["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], documents.arnForObjects("tmp/*"));
      holder.allow(
        holder === webFiles ? ["s3:PutObject", "s3:GetObject"] : ["s3:PutObject"],
        documents.arnForObjects("case/*"),
      );
      for (const prefix of ["tmp", "case"]) {
        acknowledgeWildcard(
          holder.role,
          `${data.stackName}:ExportsOutputFnGetAttDocuments7E5B2978Arn159F38C5/${prefix}/*`,
          "Objects of this one folder; their names are made when they are uploaded.",
        );
      }
    }

    const webDecision = add("WebDecision", web, {
      bundle: "web-decision",
      description: "Decisions by link, without login",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE, LINK_SECRET_ARN, BASE_URL },
    });
    webDecision.allow([GET, QUERY, PUT, UPDATE], cases.tableArn);
    webDecision.allow([BATCH_GET], ledger.tableArn);
    webDecision.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    readSecret(webDecision);
    api.route(webDecision, "/d/{link}", "/d/{proxy+}");

    const webPublic = add("WebPublic", web, {
      bundle: "web-public",
      description: "Sign-in, assets and the page for unknown addresses",
      environment: { DIRECTORY_TABLE, LINK_SECRET_ARN, BASE_URL, ...this.signIn(config, data, BASE_URL) },
    });
    webPublic.allow([GET, BATCH_GET, PUT], directory.tableArn);
    readSecret(webPublic);
    api.route(webPublic, "/signin", "/auth/{proxy+}", "/assets/{proxy+}", "$default");

    // What the workflows call.
    const stepOpen = add("StepOpen", state, {
      bundle: "step-open",
      description: "Opens a step and keeps its task token",
      environment: { CASES_TABLE, DIRECTORY_TABLE, LINK_SECRET_ARN },
    });
    stepOpen.allow([QUERY, PUT, UPDATE], cases.tableArn);
    stepOpen.allow([BATCH_GET, QUERY], directory.tableArn);
    readSecret(stepOpen);

    const nextStage = add("ApprovalNextStage", state, {
      bundle: "approval-next-stage",
      description: "Who signs next",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    nextStage.allow([QUERY, PUT, UPDATE], cases.tableArn);
    nextStage.allow([GET, QUERY], directory.tableArn);

    const receptionApproved = add("ReceptionApproved", state, {
      bundle: "reception-approved",
      description: "Commits the reserved budget",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    const receptionEnded = add("ReceptionEnded", state, {
      bundle: "reception-ended",
      description: "Releases the reserved budget and closes",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    for (const reception of [receptionApproved, receptionEnded]) {
      reception.allow([QUERY, PUT], cases.tableArn);
      reception.allow([PUT, UPDATE], ledger.tableArn);
      reception.allow([QUERY], directory.tableArn);
    }

    const receptionVisited = add("ReceptionVisited", state, {
      bundle: "reception-visited",
      description: "What the settlement of a visit needs next",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    receptionVisited.allow([QUERY, PUT], cases.tableArn);
    receptionVisited.allow([GET, QUERY], directory.tableArn);

    const receptionExcess = add("ReceptionExcess", state, {
      bundle: "reception-excess",
      description: "Settles an excess that was approved, or releases it",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    receptionExcess.allow([QUERY, PUT], cases.tableArn);
    receptionExcess.allow([BATCH_GET, PUT, UPDATE], ledger.tableArn);
    receptionExcess.allow([QUERY], directory.tableArn);

    const approvalChain = new Workflow(this, "ApprovalChain", {
      file: "approval-chain",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        ApprovalNextStageArn: nextStage.function.functionArn,
        StepOpenArn: stepOpen.function.functionArn,
      },
    });
    approvalChain.allow(
      ["lambda:InvokeFunction"],
      nextStage.function.functionArn,
      stepOpen.function.functionArn,
    );

    const reception = new Workflow(this, "Reception", {
      file: "reception",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        ApprovalChainArn: approvalChain.aliasArn,
        ReceptionApprovedArn: receptionApproved.function.functionArn,
        ReceptionEndedArn: receptionEnded.function.functionArn,
        ReceptionVisitedArn: receptionVisited.function.functionArn,
        ReceptionExcessArn: receptionExcess.function.functionArn,
        StepOpenArn: stepOpen.function.functionArn,
      },
    });
    reception.allow(
      ["lambda:InvokeFunction"],
      receptionApproved.function.functionArn,
      receptionEnded.function.functionArn,
      receptionVisited.function.functionArn,
      receptionExcess.function.functionArn,
      stepOpen.function.functionArn,
    );
    reception.runs(approvalChain);

    const budgetChangeApplied = add("BudgetChangeApplied", state, {
      bundle: "budget-change-applied",
      description: "Moves the money of an approved top-up or transfer",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    const budgetChangeEnded = add("BudgetChangeEnded", state, {
      bundle: "budget-change-ended",
      description: "Ends the hold of a refused transfer and closes",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    for (const end of [budgetChangeApplied, budgetChangeEnded]) {
      end.allow([QUERY, PUT], cases.tableArn);
      end.allow([PUT, UPDATE], ledger.tableArn);
      end.allow([QUERY], directory.tableArn);
    }
    const budgetChange = new Workflow(this, "BudgetChange", {
      file: "budget-change",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        ApprovalChainArn: approvalChain.aliasArn,
        BudgetChangeAppliedArn: budgetChangeApplied.function.functionArn,
        BudgetChangeEndedArn: budgetChangeEnded.function.functionArn,
      },
    });
    budgetChange.allow(
      ["lambda:InvokeFunction"],
      budgetChangeApplied.function.functionArn,
      budgetChangeEnded.function.functionArn,
    );
    budgetChange.runs(approvalChain);

    const summaryEnded = add("SummaryEnded", state, {
      bundle: "summary-ended",
      description: "Archives a summary that was signed, or opens it again",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    summaryEnded.allow([GET, QUERY, PUT], cases.tableArn);
    summaryEnded.allow([QUERY], directory.tableArn);
    const summary = new Workflow(this, "Summary", {
      file: "summary",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        ApprovalChainArn: approvalChain.aliasArn,
        SummaryEndedArn: summaryEnded.function.functionArn,
      },
    });
    summary.allow(["lambda:InvokeFunction"], summaryEnded.function.functionArn);
    summary.runs(approvalChain);

    const complaintNext = add("ComplaintNext", state, {
      bundle: "complaint-next",
      description: "What a complaint needs next, and what of it needs no person",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    complaintNext.allow([QUERY, PUT, UPDATE], cases.tableArn);
    complaintNext.allow([QUERY], index(cases, "byAssignee"));
    complaintNext.allow([PUT, UPDATE], ledger.tableArn);
    complaintNext.allow([QUERY], directory.tableArn);
    const claimOpen = add("ClaimOpen", state, {
      bundle: "claim-open",
      description: "Opens the claim that an investigation asks for",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    claimOpen.allow([QUERY, PUT, UPDATE], cases.tableArn);
    claimOpen.allow([QUERY], directory.tableArn);
    const complaint = new Workflow(this, "Complaint", {
      file: "complaint",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        ApprovalChainArn: approvalChain.aliasArn,
        ComplaintNextArn: complaintNext.function.functionArn,
        ClaimOpenArn: claimOpen.function.functionArn,
        StepOpenArn: stepOpen.function.functionArn,
      },
    });
    complaint.allow(
      ["lambda:InvokeFunction"],
      complaintNext.function.functionArn,
      claimOpen.function.functionArn,
      stepOpen.function.functionArn,
    );
    complaint.runs(approvalChain);

    const followUpNext = add("FollowUpNext", state, {
      bundle: "follow-up-next",
      description: "Whom a follow-up waits for, or that it is done",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    followUpNext.allow([QUERY], cases.tableArn, index(cases, "byAssignee"));
    followUpNext.allow([QUERY], directory.tableArn);
    const followUp = new Workflow(this, "FollowUp", {
      file: "follow-up",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        FollowUpNextArn: followUpNext.function.functionArn,
        StepOpenArn: stepOpen.function.functionArn,
      },
    });
    followUp.allow(
      ["lambda:InvokeFunction"],
      followUpNext.function.functionArn,
      stepOpen.function.functionArn,
    );

    const claimNext = add("ClaimNext", state, {
      bundle: "claim-next",
      description: "Who settles a claim, and whether it is settled",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    claimNext.allow([QUERY], cases.tableArn, index(cases, "byAssignee"));
    claimNext.allow([QUERY], directory.tableArn);
    const claim = new Workflow(this, "Claim", {
      file: "claim",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        ClaimNextArn: claimNext.function.functionArn,
        StepOpenArn: stepOpen.function.functionArn,
      },
    });
    claim.allow(["lambda:InvokeFunction"], claimNext.function.functionArn, stepOpen.function.functionArn);

    // A newly published year of the calendar.
    const calendarReplan = add(
      "CalendarReplan",
      { timeout: Duration.seconds(60) },
      {
        bundle: "calendar-replan",
        description: "Counts open cases again by a newly published year",
        environment: { CASES_TABLE, DIRECTORY_TABLE },
      },
    );
    calendarReplan.allow([QUERY, PUT, UPDATE], cases.tableArn);
    calendarReplan.allow([QUERY], index(cases, "byProcess"));
    calendarReplan.allow([QUERY], directory.tableArn);
    const replanCalendar = new Workflow(this, "ReplanCalendar", {
      file: "replan-calendar",
      logRetention: config.logDays,
      substitutions: {
        Partition: this.partition,
        CalendarReplanArn: calendarReplan.function.functionArn,
      },
    });
    replanCalendar.allow(["lambda:InvokeFunction"], calendarReplan.function.functionArn);

    // Who is due, and whom a campaign is for.
    const plannerPage = add(
      "PlannerPage",
      { timeout: Duration.seconds(60), memorySize: 1024 },
      {
        bundle: "planner-page",
        description: "Plans follow-ups for some of the customers of a run or a campaign",
        environment: { CASES_TABLE, CUSTOMERS_TABLE, DIRECTORY_TABLE },
      },
    );
    plannerPage.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    plannerPage.allow([QUERY], index(cases, "byAssignee"));
    plannerPage.allow([GET, BATCH_GET, QUERY, PUT, CHECK], customers.tableArn);
    plannerPage.allow([QUERY], index(customers, "byDue"));
    plannerPage.allow([BATCH_GET, QUERY], directory.tableArn);
    const planning = (id: string, file: string) => {
      const workflow = new Workflow(this, id, {
        file,
        logRetention: config.logDays,
        substitutions: {
          Partition: this.partition,
          PlannerPageArn: plannerPage.function.functionArn,
        },
      });
      workflow.allow(["lambda:InvokeFunction"], plannerPage.function.functionArn);
      return workflow;
    };
    const planFollowUps = planning("PlanFollowUps", "plan-follow-ups");
    const generateCampaign = planning("GenerateCampaign", "generate-campaign");

    const plannerContacted = add("PlannerContacted", background, {
      bundle: "planner-contacted",
      description: "Notes a contact on the customer, and cancels what it makes needless",
      environment: { CASES_TABLE, CUSTOMERS_TABLE, DIRECTORY_TABLE },
    });
    plannerContacted.allow([GET, QUERY, PUT, UPDATE], cases.tableArn);
    plannerContacted.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    plannerContacted.allow([GET, QUERY], directory.tableArn);

    // What follows a transaction.
    const stepRemind = add("StepRemind", background, {
      bundle: "step-remind",
      description: "Runs a timer of a step",
      environment: { CASES_TABLE, LEDGER_TABLE, DIRECTORY_TABLE },
    });
    stepRemind.allow([GET, QUERY, PUT, UPDATE], cases.tableArn);
    stepRemind.allow([PUT, UPDATE], ledger.tableArn);
    stepRemind.allow([QUERY], directory.tableArn);
    const schedules = new Schedules(this, "Schedules", { alarm: stepRemind, failures: undelivered });

    const caseArchive = add(
      "CaseArchive",
      { ...background, timeout: Duration.minutes(5), memorySize: 1536 },
      {
        bundle: "case-archive",
        description: "Writes the dossier of a closed complaint",
        environment: { CASES_TABLE, DIRECTORY_TABLE, DOCUMENTS_BUCKET: documents.bucketName },
      },
    );
    caseArchive.allow([QUERY, PUT, UPDATE], cases.tableArn);
    caseArchive.allow([GET, QUERY], directory.tableArn);
    // Without it an object that is not there is answered 403 instead of 404.
    caseArchive.allow(["s3:ListBucket"], documents.bucketArn);
    caseArchive.allow(
      ["s3:GetObject"],
      documents.arnForObjects("case/*"),
      documents.arnForObjects("dossier/*"),
    );
    // A dossier is put where none is, or not at all.
    caseArchive.allowWhere(
      { Null: { "s3:if-none-match": "false" } },
      ["s3:PutObject"],
      documents.arnForObjects("dossier/*"),
    );
    for (const prefix of ["case", "dossier"]) {
      acknowledgeWildcard(
        caseArchive.role,
        `${data.stackName}:ExportsOutputFnGetAttDocuments7E5B2978Arn159F38C5/${prefix}/*`,
        "Objects of this one folder; their names are made when they are written.",
      );
    }

    const caseAdvance = add("CaseAdvance", stream, {
      bundle: "case-advance",
      description: "Starts and resumes executions, arms timers",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        DIRECTORY_TABLE,
        STATE_MACHINE_RECEPTION: reception.aliasArn,
        STATE_MACHINE_BUDGET_CHANGE: budgetChange.aliasArn,
        STATE_MACHINE_SUMMARY: summary.aliasArn,
        STATE_MACHINE_COMPLAINT: complaint.aliasArn,
        STATE_MACHINE_CLAIM: claim.aliasArn,
        STATE_MACHINE_FOLLOW_UP: followUp.aliasArn,
        STATE_MACHINE_REPLAN_CALENDAR: replanCalendar.aliasArn,
        STATE_MACHINE_PLAN_FOLLOW_UPS: planFollowUps.aliasArn,
        STATE_MACHINE_GENERATE_CAMPAIGN: generateCampaign.aliasArn,
        ARCHIVE_FUNCTION_NAME: caseArchive.function.functionName,
        CONTACTED_FUNCTION_NAME: plannerContacted.function.functionName,
        REMIND_FUNCTION_ARN: stepRemind.function.functionArn,
        SCHEDULER_GROUP: schedules.group.scheduleGroupName,
        SCHEDULER_ROLE_ARN: schedules.alarmRole.roleArn,
        SCHEDULER_DLQ_ARN: undelivered.queueArn,
      },
    });
    caseAdvance.allow([GET, QUERY, PUT, UPDATE], cases.tableArn);
    caseAdvance.allow([PUT, UPDATE], ledger.tableArn);
    caseAdvance.allow([QUERY], directory.tableArn);
    caseAdvance.allowStatement(reception.startStatement());
    caseAdvance.allowStatement(budgetChange.startStatement());
    caseAdvance.allowStatement(summary.startStatement());
    caseAdvance.allowStatement(complaint.startStatement());
    caseAdvance.allowStatement(claim.startStatement());
    caseAdvance.allowStatement(followUp.startStatement());
    caseAdvance.allowStatement(replanCalendar.startStatement());
    caseAdvance.allowStatement(planFollowUps.startStatement());
    caseAdvance.allowStatement(generateCampaign.startStatement());
    caseAdvance.allow(
      ["states:SendTaskSuccess"],
      approvalChain.machine.stateMachineArn,
      reception.machine.stateMachineArn,
      complaint.machine.stateMachineArn,
      claim.machine.stateMachineArn,
      followUp.machine.stateMachineArn,
    );
    caseAdvance.allow(
      ["lambda:InvokeFunction"],
      caseArchive.function.functionArn,
      plannerContacted.function.functionArn,
    );
    schedules.allowScheduling(caseAdvance);
    const advancing = new StreamConsumer(this, "Advancing", {
      table: cases,
      consumer: caseAdvance,
      batchSize: 10,
      filters: [{ dynamodb: { NewImage: { pending: { S: ["work", "timer"] } } } }],
    });

    const providerEvent = add("MessageProviderEvent", background, {
      bundle: "message-provider-event",
      description: "Records what became of a mail, and which addresses take none",
      environment: { CASES_TABLE, CUSTOMERS_TABLE, DIRECTORY_TABLE },
    });
    providerEvent.allow([GET, BATCH_GET, QUERY, PUT, UPDATE], cases.tableArn);
    providerEvent.allow([GET, BATCH_GET, QUERY, PUT, UPDATE, DELETE, CHECK], customers.tableArn);
    providerEvent.allow([QUERY], directory.tableArn);
    const mail = new Mail(this, "Mail", { config, listener: providerEvent, failures: undelivered });

    const messageDispatch = add("MessageDispatch", stream, {
      bundle: "message-dispatch",
      description: "Sends mails and SMS",
      environment: {
        CASES_TABLE,
        LEDGER_TABLE,
        CUSTOMERS_TABLE,
        DIRECTORY_TABLE,
        LINK_SECRET_ARN,
        BASE_URL,
        MAIL_FROM: mail.from,
        MAIL_CONFIGURATION_SET: mail.configurationSet.configurationSetName,
        SMS_SIGNATURE: config.smsSignature,
      },
    });
    messageDispatch.allow([GET, QUERY, PUT, UPDATE], cases.tableArn);
    messageDispatch.allow([QUERY], index(cases, "byAssignee"));
    messageDispatch.allow([BATCH_GET], ledger.tableArn);
    messageDispatch.allow([GET], customers.tableArn);
    messageDispatch.allow([GET, BATCH_GET, QUERY], directory.tableArn);
    readSecret(messageDispatch);
    mail.allowSending(messageDispatch);
    this.allowSms(messageDispatch);
    const dispatching = new StreamConsumer(this, "Dispatching", {
      table: cases,
      consumer: messageDispatch,
      batchSize: 10,
      filters: [{ eventName: ["INSERT", "MODIFY"], dynamodb: { NewImage: { pending: { S: ["message"] } } } }],
    });

    const customerImport = add(
      "CustomerImport",
      { timeout: Duration.minutes(5), memorySize: 1024 },
      {
        bundle: "customer-import",
        description: "Writes a decided import of customers to its end",
        environment: { CUSTOMERS_TABLE },
      },
    );
    customerImport.allow([GET, QUERY, PUT, UPDATE, DELETE], customers.tableArn);
    const importing = new StreamConsumer(this, "Importing", {
      table: customers,
      consumer: customerImport,
      batchSize: 10,
      filters: [{ dynamodb: { Keys: { pk: { S: ["IMPORT"] } }, NewImage: { state: { S: ["applied"] } } } }],
    });

    const caseSweep = add("CaseSweep", background, {
      bundle: "case-sweep",
      description: "Finds what the stream or an alarm missed",
      environment: {
        CASES_TABLE,
        ADVANCE_FUNCTION_NAME: caseAdvance.function.functionName,
        DISPATCH_FUNCTION_NAME: messageDispatch.function.functionName,
      },
    });
    caseSweep.allow([QUERY, PUT], cases.tableArn);
    caseSweep.allow([QUERY], index(cases, "byPending"), index(cases, "byProcess"));
    caseSweep.allow(
      ["lambda:InvokeFunction"],
      caseAdvance.function.functionArn,
      messageDispatch.function.functionArn,
    );
    schedules.every("Sweep", Duration.minutes(config.sweepMinutes), caseSweep);

    const ledgerCheck = add("LedgerCheck", background, {
      bundle: "ledger-check",
      description: "Compares every budget with its entries",
      environment: { LEDGER_TABLE },
    });
    ledgerCheck.allow([QUERY], ledger.tableArn);
    schedules.every("LedgerCheck", Duration.days(1), ledgerCheck);

    const calendarWatch = add("CalendarWatch", background, {
      bundle: "calendar-watch",
      description: "Looks whether a year's official schedule is missing",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    calendarWatch.allow([PUT], cases.tableArn);
    calendarWatch.allow([QUERY], directory.tableArn);
    schedules.every("CalendarWatch", Duration.days(1), calendarWatch);

    const plannerStart = add("PlannerStart", background, {
      bundle: "planner-start",
      description: "Begins the planner's run of a working day",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    plannerStart.allow([PUT], cases.tableArn);
    plannerStart.allow([GET, QUERY], directory.tableArn);
    schedules.daily("DailyPlan", { hour: "7", minute: "30" }, plannerStart);

    const digest = add("Digest", background, {
      bundle: "digest",
      description: "Writes everybody's mail about what waits for him",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    digest.allow([PUT], cases.tableArn);
    digest.allow([QUERY], index(cases, "byAssignee"));
    digest.allow([QUERY], directory.tableArn);
    schedules.daily("DailyDigest", { hour: "8", minute: "0" }, digest);

    const reportMonthly = add("ReportMonthly", background, {
      bundle: "report-monthly",
      description: "Mails the statistics of the month before",
      environment: { CASES_TABLE, DIRECTORY_TABLE },
    });
    reportMonthly.allow([BATCH_GET, QUERY, PUT], cases.tableArn);
    reportMonthly.allow([QUERY], index(cases, "byCreator"));
    reportMonthly.allow([QUERY], directory.tableArn);
    const reportFollowUps = add("ReportFollowUps", background, {
      bundle: "report-follow-ups",
      description: "Drafts the summary of last month’s follow-ups and mails the figures of customers",
      environment: { CASES_TABLE, CUSTOMERS_TABLE, DIRECTORY_TABLE },
    });
    reportFollowUps.allow([GET, BATCH_GET, QUERY, PUT], cases.tableArn);
    reportFollowUps.allow([GET, QUERY], customers.tableArn);
    reportFollowUps.allow([QUERY], index(customers, "byName"));
    reportFollowUps.allow([QUERY], directory.tableArn);
    schedules.daily("MonthlyFollowUps", { hour: "8", minute: "30" }, reportFollowUps);
    schedules.daily("MonthlyReport", { hour: "9", minute: "0" }, reportMonthly);

    this.watched = {
      functions,
      consumers: [caseAdvance, messageDispatch],
      workflows: [
        reception,
        budgetChange,
        summary,
        complaint,
        claim,
        followUp,
        approvalChain,
        replanCalendar,
        planFollowUps,
        generateCampaign,
      ],
      queues: [failedCalls, undelivered, advancing.failures, dispatching.failures, importing.failures],
      faults: [
        { of: ledgerCheck, name: "BucketsOff", every: Duration.days(1) },
        { of: calendarWatch, name: "YearsMissing", every: Duration.days(1) },
      ],
      api,
    };
    new CfnOutput(this, "SiteUrl", { value: BASE_URL });
  }

  /** The OpenID provider as the sign-in needs it: the firm's own, or a client of the user pool. */
  private signIn(config: StageConfig, data: DataStack, baseUrl: string): Record<string, string> {
    if (config.issuer !== undefined) {
      return { OIDC_ISSUER: config.issuer, OIDC_CLIENT_ID: config.issuerClientId ?? "" };
    }
    const pool = data.userPool!;
    const client = new cognito.UserPoolClient(this, "SignInClient", {
      userPool: pool,
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.PROFILE],
        callbackUrls: [`${baseUrl}/auth/callback`],
        logoutUrls: [`${baseUrl}/signin`],
      },
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
    });
    return { OIDC_ISSUER: pool.userPoolProviderUrl, OIDC_CLIENT_ID: client.userPoolClientId };
  }

  /** SMS to phone numbers, which are no resources; topics are excluded. */
  private allowSms(sender: NodeFunction): void {
    const policy = new iam.Policy(this, "SmsPolicy", {
      roles: [sender.role],
      statements: [
        new iam.PolicyStatement({ actions: ["sns:Publish"], resources: ["*"] }),
        new iam.PolicyStatement({
          effect: iam.Effect.DENY,
          actions: ["sns:Publish"],
          resources: [this.formatArn({ service: "sns", region: "*", account: "*", resource: "*" })],
        }),
      ],
    });
    Validations.of(policy).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "A phone number is no resource, so publishing to one needs all resources; topics are denied beside it.",
    });
  }
}
