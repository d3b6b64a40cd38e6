/**
 * Who may import whom: a process imports only itself, the shared capabilities and functions/shared; the functions know
 * nothing of the embedded cloud; rules are pure; nothing imports in circles.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** One import: files by their path in the project, packages by their name. */
export type Import = { from: string; to: string; typeOnly: boolean };

type Rule = {
  name: string;
  from: RegExp;
  /** What those may not import. */
  never: RegExp;
  /** Exceptions; `$1` is what `from` captured. */
  except?: string;
  /** Types vanish when the code runs; some rules let them through. */
  typesToo: boolean;
};

const CAPABILITIES = "case|step|approval|ledger|message|file|customer|directory|report";

export const RULES: Rule[] = [
  {
    name: "a process imports only itself, the capabilities and shared/",
    from: /^functions\/(complaint|reception|budget-change)\//,
    never: /^functions\//,
    except: `^functions/($1|${CAPABILITIES}|shared)/`,
    typesToo: true,
  },
  {
    name: "claims come from complaints and follow-ups lead to them: both import that process beside what every one may",
    from: /^functions\/(claim|follow-up)\//,
    never: /^functions\//,
    except: `^functions/($1|complaint|${CAPABILITIES}|shared)/`,
    typesToo: true,
  },
  {
    name: "the planner makes follow-ups: it imports that process, and how complaints are shared out",
    from: /^functions\/planner\//,
    never: /^functions\//,
    except: `^functions/(planner|follow-up|complaint|${CAPABILITIES}|shared)/`,
    typesToo: true,
  },
  {
    name: "functions know no other part of the project",
    from: /^functions\//,
    never: /^(local|infra|test|bench)\//,
    typesToo: true,
  },
  {
    name: "the infrastructure names the functions, it does not load them",
    from: /^infra\//,
    never: /^(functions|local|test|bench)\//,
    typesToo: true,
  },
  {
    name: "the states engine stands alone",
    from: /^local\/states\//,
    never: /^(local|functions|infra)\//,
    except: "^local/states/",
    typesToo: true,
  },
  {
    name: "only store.ts and table.ts import a DynamoDB client",
    from: /^functions\/(?!.*\b(store|table)\.ts$)/,
    never: /^@aws-sdk\/(client-dynamodb|lib-dynamodb)$/,
    typesToo: false,
  },
  {
    name: "rules are pure: no SDK, no files, no network, no store, no environment",
    from: /^functions\/.*rules\.ts$/,
    never: /^@aws-sdk\/|^node:(fs|net|http|https|child_process)|\/(store|table|env)\.ts$/,
    typesToo: false,
  },
  {
    name: "only tests import tests",
    from: /^(functions|infra|local|workflows)\//,
    never: /^test\//,
    typesToo: true,
  },
];

const FOLDERS = ["functions", "infra", "local", "test", "bench", "docs"];
const SOURCE = /\.(ts|tsx|mjs)$/;
// As the formatter writes them: `import x from "y"`, `import "y"`, `export * from "y"`, `import("y")`.
const STATEMENT =
  /^(?:import|export)\s+(type\s)?[^;"'`]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** The imports of all sources below a folder. */
export function readImports(root: string): Import[] {
  return FOLDERS.flatMap((folder) => filesIn(join(root, folder))).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(STATEMENT)].map(([, type, named, bare, dynamic]) => ({
      from: relative(root, file),
      to: targetOf(root, file, named ?? bare ?? dynamic ?? ""),
      typeOnly: type !== undefined,
    })),
  );
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => SOURCE.test(name))
    .map((name) => join(folder, name));
}

function targetOf(root: string, file: string, specifier: string): string {
  if (specifier.startsWith(".")) return relative(root, join(dirname(file), specifier));
  return specifier;
}

/** What breaks a rule, one line each. */
export function importProblems(imports: Import[]): string[] {
  const broken = RULES.flatMap((rule) =>
    imports.flatMap(({ from, to, typeOnly }) => {
      const match = rule.from.exec(from);
      if (!match || !rule.never.test(to) || (typeOnly && !rule.typesToo)) return [];
      const except = rule.except?.replace("$1", match[1] ?? "");
      if (except !== undefined && new RegExp(except).test(to)) return [];
      return [`${from} imports ${to}: ${rule.name}`];
    }),
  );
  return [...broken, ...circles(imports).map((circle) => `imports in a circle: ${circle.join(" -> ")}`)];
}

/** Circles of files that load each other; a circle of types is none. */
function circles(imports: Import[]): string[][] {
  const edges = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}
