/** How the workflows of this project are written. */

type Retrier = { ErrorEquals: string[] };
type State = {
  Type: string;
  Resource?: string;
  Arguments?: { FunctionName?: string; StateMachineArn?: string };
  TimeoutSeconds?: number | string;
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[] }[];
  Branches?: Definition[];
  ItemProcessor?: Definition;
};
/** A state machine, or a scope inside one. */
export type Definition = { QueryLanguage?: string; States: Record<string, State> };

/** What a token task may retry: the service's own faults, and a case that is busy. Never States.*: that would open twice. */
const SERVICE_FAULTS = /^(Lambda\.|Busy$)/;
const SUBSTITUTION = /^\$\{\w+\}$/;

/** What breaks a rule, one line each. */
export function aslProblems(definition: Definition): string[] {
  const language =
    definition.QueryLanguage === "JSONata" ? [] : ['the file does not say "QueryLanguage": "JSONata"'];
  return [...language, ...scopeProblems(definition)];
}

function scopeProblems({ States }: Definition): string[] {
  return Object.entries(States).flatMap(([name, state]) => {
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    const own = [...nameProblems(name), ...(state.Type === "Task" ? taskProblems(state) : [])];
    return [...own.map((problem) => `${name}: ${problem}`), ...inner.flatMap(scopeProblems)];
  });
}

/** A manager reads the graph: names are sentences. */
function nameProblems(name: string): string[] {
  return /^([A-Z][a-z]*){2,}$/.test(name) ? [] : ["the name is not a sentence in PascalCase"];
}

function taskProblems({
  Resource = "",
  Arguments = {},
  TimeoutSeconds,
  Retry = [],
  Catch = [],
}: State): string[] {
  const problems: string[] = [];
  if (TimeoutSeconds === undefined) problems.push("a Task needs TimeoutSeconds");
  if (!Catch.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL"))) {
    problems.push("a Task needs a Catch of States.ALL");
  }
  // Literal partitions do not deploy in China.
  if (!Resource.startsWith("arn:${Partition}:states:::"))
    problems.push("the Resource does not begin with the partition");
  if (/dynamodb/i.test(Resource)) problems.push("a workflow never writes a table itself");
  for (const target of [Arguments.FunctionName, Arguments.StateMachineArn]) {
    if (target !== undefined && !SUBSTITUTION.test(target)) problems.push(`${target} is not a substitution`);
  }
  if (Resource.endsWith(".waitForTaskToken")) {
    const wrong = Retry.flatMap(({ ErrorEquals }) => ErrorEquals).filter(
      (error) => !SERVICE_FAULTS.test(error),
    );
    if (wrong.length > 0) problems.push(`a token task does not retry ${wrong.join(", ")}`);
  }
  return problems;
}
