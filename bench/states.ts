/** State transitions, the unit that Step Functions is paid by, read from the execution histories of an embedded cloud. */
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";

/** States entered in the executions of all machines whose name is wanted. */
export async function statesEntered(awsUrl: string, wanted: (name: string) => boolean): Promise<number> {
  const states = new SFNClient({
    endpoint: awsUrl,
    region: "ap-southeast-1",
    credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  });
  const { stateMachines = [] } = await states.send(new ListStateMachinesCommand({}));
  let entered = 0;
  for (const { stateMachineArn } of stateMachines) {
    const { executions = [] } = await states.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }),
    );
    for (const { executionArn, name } of executions) {
      if (!wanted(name ?? "")) continue;
      const { events = [] } = await states.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      entered += events.filter((event) => event.type?.endsWith("StateEntered")).length;
    }
  }
  return entered;
}
