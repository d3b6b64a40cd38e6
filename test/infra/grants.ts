/** Every grant of every role, and the call that needs it. A grant without a call is not given. */

/** action, resource, conditions if any, and why. */
export type Grant = { action: string; resource: string; where?: string; why: string };

const grant = (action: string, resource: string, why: string, where?: string): Grant => ({
  action,
  resource,
  why,
  ...(where === undefined ? {} : { where }),
});

const db = (call: string, resource: string, why: string) => grant(`dynamodb:${call}`, resource, why);

/** What a function needs to be seen. */
const observed = (name: string): Grant[] => [
  grant("logs:CreateLogStream", `${name}/Logs`, "Lambda opens a stream in the function's own log group"),
  grant("logs:PutLogEvents", `${name}/Logs`, "Lambda writes the function's log lines"),
  grant("xray:PutTraceSegments", "*", "Lambda sends the trace of an invocation"),
  grant("xray:PutTelemetryRecords", "*", "Lambda sends the telemetry of the tracer"),
];

const secret = grant(
  "secretsmanager:GetSecretValue",
  "LinkSecret",
  "linkKeys reads the keys of links and nonces",
);
const failed = grant(
  "sqs:SendMessage",
  "FailedCalls",
  "Lambda puts an asynchronous call that failed for good there",
);

const followsStream = (consumer: string): Grant[] => [
  db("DescribeStream", "Cases.StreamArn", "the mapping finds the shards"),
  db("GetShardIterator", "Cases.StreamArn", "the mapping takes its place in a shard"),
  db("GetRecords", "Cases.StreamArn", "the mapping reads the records"),
  db("ListStreams", "Cases.StreamArn", "the mapping finds the stream"),
  grant(
    "sqs:SendMessage",
    `${consumer}/Failures`,
    "the mapping notes the place of a batch that failed for good",
  ),
];

const observedWorkflow: Grant[] = [
  ...[
    "CreateLogDelivery",
    "GetLogDelivery",
    "UpdateLogDelivery",
    "DeleteLogDelivery",
    "ListLogDeliveries",
  ].map((call) =>
    grant(`logs:${call}`, "*", "Step Functions sets up the delivery of the history to the log group"),
  ),
  ...["PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"].map((call) =>
    grant(`logs:${call}`, "*", "Step Functions lets the log service write to the group"),
  ),
  grant("xray:PutTraceSegments", "*", "Step Functions sends the trace of an execution"),
  grant("xray:PutTelemetryRecords", "*", "Step Functions sends the telemetry of the tracer"),
  grant("xray:GetSamplingRules", "*", "Step Functions decides which executions are traced"),
  grant("xray:GetSamplingTargets", "*", "Step Functions decides which executions are traced"),
];

const LIVE = '{"ForAnyValue:StringEquals":{"states:StateMachineQualifier":["live"]}}';
const TO_SCHEDULER = '{"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}';
const OUR_FROM = '{"StringEquals":{"ses:FromAddress":"care@careloop.example"}}';
const here = (service: string, resource: string) =>
  `arn:<Partition>:${service}:ap-southeast-1:<AccountId>:${resource}`;
const RULE = here("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule");
const CHAIN_EXECUTIONS = here("states", "execution:ApprovalChain/Machine.Name:*");

const decidesBudget = (what: string): Grant[] => [
  db("Query", "Cases", "readCase reads the item collection of the case"),
  db("PutItem", "Cases", "changeCase writes header, event and messages"),
  db("PutItem", "Ledger", `entryWrites adds the entry that ${what} the reservation`),
  db("UpdateItem", "Ledger", "entryWrites moves the amount between the sums of the bucket"),
  db("Query", "Directory", "people finds who is told"),
];

/** By the path of the role. */
export const GRANTS: Record<string, Grant[]> = {
  "WebStaff/Role": [
    ...observed("WebStaff"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("PutItem", "Cases", "createCase and changeCase write header, events, votes, work and messages"),
    db("UpdateItem", "Cases", "nextCaseId counts the case number up; endStep and changeStep change a step"),
    db("Query", "Cases/index/byAssignee", "myTasks lists the open seats of a person"),
    db("Query", "Cases/index/byCreator", "myCases lists the requests of a person"),
    db("GetItem", "Ledger", "viewCase and the budget page read one bucket"),
    db("BatchGetItem", "Ledger", "readBuckets reads the buckets of a page in one round trip"),
    db("PutItem", "Ledger", "entryWrites adds the entry that reserves or releases"),
    db("UpdateItem", "Ledger", "entryWrites reserves or releases in the bucket"),
    db("Query", "Directory", "people and currentPolicy"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
    db("BatchGetItem", "Directory", "requireSession reads session and person; readPeople"),
    db("DeleteItem", "Directory", "endSession signs out"),
    db("GetItem", "Idempotency", "recall gives the stored answer"),
    db("PutItem", "Idempotency", "remember stores the answer in the deciding transaction"),
    secret,
  ],
  "WebOffice/Role": [
    ...observed("WebOffice"),
    db("Query", "Cases", "readCase reads the item collection of a budget change"),
    db("PutItem", "Cases", "createCase and changeCase write header, events, votes, work and messages"),
    db("UpdateItem", "Cases", "nextCaseId counts the case number up"),
    db("GetItem", "Ledger", "readBucketItem reads one bucket"),
    db("BatchGetItem", "Ledger", "readBuckets reads the buckets of a page in one round trip; readTax"),
    db("Query", "Ledger", "readStatement reads a bucket with its entries; listBuckets"),
    db("PutItem", "Ledger", "createBucket; entryWrites adds the entry of a hold; setRevenue"),
    db("UpdateItem", "Ledger", "entryWrites holds in the bucket; setControl"),
    db("Query", "Directory", "people and currentPolicy"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
    db("BatchGetItem", "Directory", "requireSession reads session and person; readPeople"),
    db("GetItem", "Idempotency", "keyed reads the stored answer"),
    db("PutItem", "Idempotency", "remember stores the answer in the deciding transaction"),
  ],
  "WebPolicies/Role": [
    ...observed("WebPolicies"),
    db("Query", "Cases", "readCase reads the case of a step that changes hands"),
    db("BatchGetItem", "Cases", "readContents reads what cases asked for, for a dry run of the standards"),
    db("PutItem", "Cases", "handOver writes header, event, seats, link and message"),
    db("UpdateItem", "Cases", "changeStep names who has the step now"),
    db("Query", "Cases/index/byAssignee", "openSeats reads what waits for somebody who leaves"),
    db("Query", "Cases/index/byCreator", "casesOf reads the cases of a period, for a dry run"),
    db("Query", "Directory", "people, allAbsences, currentPolicy and readVersions"),
    db("GetItem", "Directory", "readDraft; allAbsences reads their version; readPolicy"),
    db("BatchGetItem", "Directory", "requireSession reads session and person"),
    db("PutItem", "Directory", "putDraft, putVersion and addAbsence"),
    db("UpdateItem", "Directory", "setActive; addAbsence counts the version of the list"),
    db("DeleteItem", "Directory", "removeAbsence, dropDraft, and putVersion lays the draft aside"),
    db("ConditionCheckItem", "Directory", "putDraft: no newer version is out"),
    db("GetItem", "Idempotency", "keyed reads the stored answer"),
    db("PutItem", "Idempotency", "remember stores the answer in the deciding transaction"),
    secret,
  ],
  "WebRequest/Role": [
    ...observed("WebRequest"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("PutItem", "Cases", "createCase and changeCase write header, events, votes, timer, work and messages"),
    db("UpdateItem", "Cases", "nextCaseId counts the case number up; endStep voids open steps"),
    db("Query", "Cases/index/byAssignee", "settlementsOf finds what the requester has not settled"),
    db("Query", "Cases/index/byCustomer", "visitsOf finds other receptions of the same guest"),
    db("GetItem", "Customers", "findCustomer knows a customer by a name or alias"),
    db("BatchGetItem", "Ledger", "existingBuckets reads what a request draws from; readTax"),
    db("PutItem", "Ledger", "entryWrites adds the entry that reserves or adjusts"),
    db("UpdateItem", "Ledger", "entryWrites reserves in the buckets"),
    db("Query", "Directory", "roster, currentPolicy and policyVersions"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
    db("BatchGetItem", "Directory", "requireSession reads session and person"),
    db("GetItem", "Idempotency", "keyed reads the stored answer"),
    db("PutItem", "Idempotency", "remember stores the answer in the deciding transaction"),
  ],
  "WebSettlement/Role": [
    ...observed("WebSettlement"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("PutItem", "Cases", "changeCase writes header, events, seat, timer and work"),
    db("UpdateItem", "Cases", "endStep ends the step of the settlement"),
    db("BatchGetItem", "Ledger", "readRegistry reads who else settled an invoice; readBuckets, readTax"),
    db("PutItem", "Ledger", "entryWrites adds the entries of a settlement; registryWrites"),
    db("UpdateItem", "Ledger", "entryWrites settles in the buckets; taxSpentWrite counts the year"),
    db("Query", "Directory", "people; policyVersions reads the policies of the case"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
    db("BatchGetItem", "Directory", "requireSession reads session and person; readPeople"),
    db("GetItem", "Idempotency", "keyed reads the stored answer"),
    db("PutItem", "Idempotency", "remember stores the answer in the deciding transaction"),
  ],
  "WebFiles/Role": [
    ...observed("WebFiles"),
    db("Query", "Cases", "visibleCase reads the item collection of the case"),
    db("GetItem", "Cases", "noteUpload compares with what an earlier call noted"),
    db("PutItem", "Cases", "noteUpload, and changeCase with the confirmed attachment"),
    db("BatchGetItem", "Directory", "requireSession reads session and person"),
    grant("s3:ListBucket", "Documents", "headUpload: without it a missing upload is 403 instead of 404"),
    grant("s3:PutObject", "Documents/tmp/*", "signPut and signPost sign uploads with this role"),
    grant("s3:GetObject", "Documents/tmp/*", "headUpload, readUpload, and the source of the copy in keep"),
    grant("s3:DeleteObject", "Documents/tmp/*", "dropUpload tidies up after the copy"),
    grant("s3:PutObject", "Documents/case/*", "keep copies a confirmed file"),
    grant("s3:GetObject", "Documents/case/*", "signGet signs downloads with this role"),
  ],
  "WebDecision/Role": [
    ...observed("WebDecision"),
    db("GetItem", "Cases", "openLink finds the link by its hash"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db(
      "PutItem",
      "Cases",
      "actByLink writes vote, nonce, event, seats and messages; sendCode the code's item",
    ),
    db("UpdateItem", "Cases", "endStep and undoing change the step, countWrongCode counts a try"),
    db("BatchGetItem", "Ledger", "caseFacts shows what is left in the budgets"),
    db("Query", "Directory", "people shows names on the page"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
    db("BatchGetItem", "Directory", "optionalSession reads session and person; readPeople"),
    secret,
  ],
  "WebPublic/Role": [
    ...observed("WebPublic"),
    db("GetItem", "Directory", "personBySubject finds who signed in"),
    db("BatchGetItem", "Directory", "optionalSession: who is signed in needs no sign-in"),
    db("PutItem", "Directory", "startSession"),
    secret,
  ],
  "StepOpen/Role": [
    ...observed("StepOpen"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("PutItem", "Cases", "openStep writes step, seats, links, timer, event and messages"),
    db("UpdateItem", "Cases", "a newer attempt replaces the task token of an open step"),
    db("BatchGetItem", "Directory", "readPeople reads the signers"),
    secret,
  ],
  "ApprovalNextStage/Role": [
    ...observed("ApprovalNextStage"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("PutItem", "Cases", "changeCase records an expired step"),
    db("UpdateItem", "Cases", "endStep ends the step itself"),
    db("Query", "Directory", "people finds the signers"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
  ],
  "ReceptionApproved/Role": [...observed("ReceptionApproved"), ...decidesBudget("commits")],
  "ReceptionEnded/Role": [...observed("ReceptionEnded"), ...decidesBudget("releases")],
  "ReceptionVisited/Role": [
    ...observed("ReceptionVisited"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("GetItem", "Directory", "readPolicy reads the version a case began with"),
  ],
  "ReceptionExcess/Role": [
    ...observed("ReceptionExcess"),
    ...decidesBudget("settles or releases"),
    db("BatchGetItem", "Ledger", "readRegistry reads what a refused settlement had entered"),
  ],
  "BudgetChangeApplied/Role": [...observed("BudgetChangeApplied"), ...decidesBudget("applies")],
  "BudgetChangeEnded/Role": [...observed("BudgetChangeEnded"), ...decidesBudget("ends the hold instead of")],
  "LedgerCheck/Role": [
    ...observed("LedgerCheck"),
    failed,
    db("Query", "Ledger", "listBuckets, and readLedger of each bucket"),
  ],
  "StepRemind/Role": [
    ...observed("StepRemind"),
    failed,
    db("PutItem", "Ledger", "endReservation adds the entry that gives the money back"),
    db("UpdateItem", "Ledger", "endReservation gives the money back"),
    db("Query", "Cases", "runTimer re-reads the case"),
    db("PutItem", "Cases", "runTimer writes the rung's messages, event and next timer"),
    db("UpdateItem", "Cases", "runTimer lays a timer aside or arms it again"),
    db("Query", "Directory", "people finds whom the ladder climbs to"),
  ],
  "CaseAdvance/Role": [
    ...observed("CaseAdvance"),
    ...followsStream("Advancing"),
    failed,
    db("GetItem", "Cases", "redrive and resume read the work item and its step"),
    db("PutItem", "Ledger", "runTimer of a reservation that is over when it is armed adds the entry"),
    db(
      "UpdateItem",
      "Ledger",
      "runTimer of a reservation that is over when it is armed gives the money back",
    ),
    db("Query", "Cases", "runTimer re-reads the case when a timer is due already"),
    db("PutItem", "Cases", "runTimer writes the rung's messages, event and next timer"),
    db("UpdateItem", "Cases", "start and resume take the work item out of the index"),
    db("Query", "Directory", "runTimer finds whom the ladder climbs to"),
    grant("states:StartExecution", "Reception/Machine", "start begins an execution, by the alias only", LIVE),
    grant(
      "states:StartExecution",
      "BudgetChange/Machine",
      "start begins an execution, by the alias only",
      LIVE,
    ),
    grant(
      "states:SendTaskSuccess",
      "ApprovalChain/Machine",
      "resume tells the waiting execution how its step ended",
    ),
    grant("states:SendTaskSuccess", "Reception/Machine", "the same for the step of a settlement"),
    grant(
      "scheduler:CreateSchedule",
      here("scheduler", "schedule/CareLooplaptopService-Schedules-Group-EB4FA1FF/*"),
      "arm sets the alarm clock of a timer",
    ),
    grant("iam:PassRole", "Schedules/AlarmRole", "arm gives the schedule the alarm's role", TO_SCHEDULER),
  ],
  "MessageDispatch/Role": [
    ...observed("MessageDispatch"),
    ...followsStream("Dispatching"),
    failed,
    db("GetItem", "Cases", "readMessage reads the message as it is now"),
    db("Query", "Cases", "readCase reads the item collection of the case"),
    db("UpdateItem", "Cases", "claim, postpone, settle and markSent"),
    db("BatchGetItem", "Ledger", "load reads the bucket that the mail names"),
    db("Query", "Directory", "people finds names and addresses"),
    db("GetItem", "Directory", "readPolicy shows the stages to come"),
    secret,
    grant(
      "ses:SendRawEmail",
      here("ses", "identity/Mail/Identity"),
      "sendMail, with our From only",
      OUR_FROM,
    ),
    grant(
      "ses:SendRawEmail",
      here("ses", "configuration-set/Mail/ConfigurationSet"),
      "sendMail, so that the provider's events come back",
      OUR_FROM,
    ),
    grant("sns:Publish", "*", "sendSms: a phone number is no resource"),
  ],
  "MessageProviderEvent/Role": [
    ...observed("MessageProviderEvent"),
    failed,
    db("GetItem", "Cases", "readMessage"),
    db("UpdateItem", "Cases", "confirmSent and markUndelivered"),
  ],
  "CaseSweep/Role": [
    ...observed("CaseSweep"),
    failed,
    db("Query", "Cases/index/byPending", "overdue finds work that the stream missed"),
    db("Query", "Cases/index/byProcess", "openSteps finds steps past their due time"),
    db("Query", "Cases", "watchAgain re-reads the case of such a step"),
    db("PutItem", "Cases", "watchAgain writes the lost timer"),
    grant("lambda:InvokeFunction", "CaseAdvance/Function", "send hands work items and timers over"),
    grant("lambda:InvokeFunction", "MessageDispatch/Function", "send hands messages over"),
  ],
  "ApprovalChain/Role": [
    ...observedWorkflow,
    grant("lambda:InvokeFunction", "ApprovalNextStage/Function", "state AskWhoSignsNext"),
    grant("lambda:InvokeFunction", "StepOpen/Function", "state WaitForTheDecision"),
  ],
  "Reception/Role": [
    ...observedWorkflow,
    grant("lambda:InvokeFunction", "ReceptionApproved/Function", "state CommitTheBudget"),
    grant("lambda:InvokeFunction", "ReceptionEnded/Function", "state ReleaseTheBudgetAndClose"),
    grant("lambda:InvokeFunction", "ReceptionVisited/Function", "state AskWhatTheSettlementNeeds"),
    grant("lambda:InvokeFunction", "ReceptionExcess/Function", "state SettleOrReleaseTheExcess"),
    grant("lambda:InvokeFunction", "StepOpen/Function", "state WaitForTheSettlement"),
    grant(
      "states:StartExecution",
      "ApprovalChain/Machine",
      "states HaveTheRequestApproved and HaveTheExcessApproved, by the alias only",
      LIVE,
    ),
    grant(
      "states:DescribeExecution",
      CHAIN_EXECUTIONS,
      "HaveTheRequestApproved waits for the end of the chain",
    ),
    grant("states:StopExecution", CHAIN_EXECUTIONS, "a stopped request stops its chain"),
    grant("events:PutTargets", RULE, "the rule by which Step Functions hears of the end of a child"),
    grant("events:PutRule", RULE, "the rule by which Step Functions hears of the end of a child"),
    grant("events:DescribeRule", RULE, "the rule by which Step Functions hears of the end of a child"),
  ],
  "BudgetChange/Role": [
    ...observedWorkflow,
    grant("lambda:InvokeFunction", "BudgetChangeApplied/Function", "state MoveTheMoney"),
    grant("lambda:InvokeFunction", "BudgetChangeEnded/Function", "state EndTheHoldAndClose"),
    grant(
      "states:StartExecution",
      "ApprovalChain/Machine",
      "state HaveTheChangeApproved, by the alias only",
      LIVE,
    ),
    grant(
      "states:DescribeExecution",
      CHAIN_EXECUTIONS,
      "HaveTheChangeApproved waits for the end of the chain",
    ),
    grant("states:StopExecution", CHAIN_EXECUTIONS, "a stopped change stops its chain"),
    grant("events:PutTargets", RULE, "the rule by which Step Functions hears of the end of a child"),
    grant("events:PutRule", RULE, "the rule by which Step Functions hears of the end of a child"),
    grant("events:DescribeRule", RULE, "the rule by which Step Functions hears of the end of a child"),
  ],
  "Schedules/AlarmRole": [
    grant("lambda:InvokeFunction", "StepRemind/Function", "a one-time schedule rings"),
    grant("sqs:SendMessage", "Undelivered", "Scheduler keeps a call that it could not make"),
  ],
  "Schedules/LedgerCheckRole": [
    grant("lambda:InvokeFunction", "LedgerCheck/Function", "the daily check runs"),
    grant("sqs:SendMessage", "Undelivered", "Scheduler keeps a call that it could not make"),
  ],
  "Schedules/SweepRole": [
    grant("lambda:InvokeFunction", "CaseSweep/Function", "the sweep runs"),
    grant("sqs:SendMessage", "Undelivered", "Scheduler keeps a call that it could not make"),
  ],
};
