/** A state machine as a drawing: nodes in rows from top to bottom, lines between them. Pure, for any ASL. */

type Choice = { Next?: string };
type State = {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: Choice[];
  Catch?: Choice[];
};
export type Asl = { Comment?: string; StartAt: string; States: Record<string, State> };

export type Node = {
  name: string;
  type: "task" | "choice" | "end" | "fault";
  row: number;
  column: number;
  /** Where it goes on to, with faults apart. */
  next: { name: string; otherwise: boolean }[];
  faults: string[];
};
export type Edge = { from: Node; to: Node; back: boolean };
export type Drawing = { nodes: Node[]; edges: Edge[]; rows: number; columns: number };

function exits(state: State): { name: string; otherwise: boolean }[] {
  const found = (state.Choices ?? []).flatMap((choice) =>
    choice.Next ? [{ name: choice.Next, otherwise: false }] : [],
  );
  if (state.Default) found.push({ name: state.Default, otherwise: true });
  if (state.Next) found.push({ name: state.Next, otherwise: false });
  return found.filter((one, index) => found.findIndex((other) => other.name === one.name) === index);
}

const typeOf = (state: State): Node["type"] =>
  state.Type === "Choice"
    ? "choice"
    : state.Type === "Fail"
      ? "fault"
      : state.Type === "Succeed"
        ? "end"
        : "task";

/** Rows by the longest way from the start that never goes back; the place where faults end comes last. */
export function draw(asl: Asl): Drawing {
  const rows = new Map<string, number>();
  const visit = (name: string, row: number, path: string[]): void => {
    if (path.includes(name) || (rows.get(name) ?? -1) >= row) return;
    rows.set(name, row);
    for (const exit of exits(asl.States[name]!)) visit(exit.name, row + 1, [...path, name]);
  };
  visit(asl.StartAt, 0, []);
  const last = Math.max(...rows.values());
  const filled = new Map<number, number>();
  const nodes = Object.entries(asl.States).map(([name, state]): Node => {
    const row = rows.get(name) ?? last + 1;
    const column = filled.get(row) ?? 0;
    filled.set(row, column + 1);
    const faults = (state.Catch ?? []).flatMap((one) => (one.Next ? [one.Next] : []));
    return { name, type: typeOf(state), row, column, next: exits(state), faults: [...new Set(faults)] };
  });
  nodes.sort((a, b) => a.row - b.row || a.column - b.column);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const edges = nodes.flatMap((from) =>
    from.next.flatMap(({ name }): Edge[] => {
      const to = byName.get(name);
      return to ? [{ from, to, back: to.row <= from.row }] : [];
    }),
  );
  return {
    nodes,
    edges,
    rows: Math.max(...nodes.map((node) => node.row)) + 1,
    columns: Math.max(...filled.values()),
  };
}

export type Standing = {
  process: string;
  status: string;
  phase: string;
  outcome: string | null;
  /** Whether a step is open, and whether it is a signature. */
  waiting: boolean;
  signing?: boolean;
  /** Rounds of approval so far. */
  rounds: number;
};

/** Which states of the two machines a case stands in now. */
export function here(of: Standing): { process: string; chain: string } {
  if (of.process === "complaint") return ofComplaint(of);
  if (of.process === "claim") return { process: ofClaim(of), chain: "" };
  if (of.status === "closed") return { process: endOf(of), chain: "ChainIsDone" };
  if (of.phase === "approved") return { process: "WaitUntilTheGuestsHaveLeft", chain: "ChainIsDone" };
  if (of.phase === "settlement") return { process: "WaitForTheSettlement", chain: "ChainIsDone" };
  const first = of.process === "budget-change" ? "HaveTheChangeApproved" : "HaveTheRequestApproved";
  return {
    process: of.rounds > 1 ? "HaveTheExcessApproved" : first,
    chain: of.waiting ? "WaitForTheDecision" : "AskWhoSignsNext",
  };
}

/** Between two signatures, too, the case waits for its chain. */
function ofComplaint({ status, waiting, signing, phase }: Standing): { process: string; chain: string } {
  if (status === "closed") return { process: "ComplaintIsDone", chain: "" };
  if (waiting && !signing) return { process: "WaitForPeople", chain: "" };
  if (phase !== "approving") return { process: "AskWhatIsNext", chain: "" };
  return { process: "HaveItApproved", chain: waiting ? "WaitForTheDecision" : "AskWhoSignsNext" };
}

const ofClaim = ({ status, waiting }: Standing): string =>
  status === "closed" ? "ClaimIsSettled" : waiting ? "WaitForTheOfficer" : "AskWhatIsNext";

function endOf({ process, outcome }: Standing): string {
  if (outcome === "withdrawn") return "ANewerRevisionCarriesOn";
  if (process === "budget-change") return "ChangeIsClosed";
  return outcome === "settled" || outcome === "revoked" ? "ReceptionIsClosed" : "RequestIsClosed";
}

/** `WaitForTheDecision` → `Wait for the decision`, for states the catalogue does not know yet. */
export const spoken = (name: string): string => {
  const text = name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
};
