/** No function knows where it runs: the same bundle serves a laptop and production. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ASKS = /\b(STAGE|AWS_ENDPOINT_URL\w*|CARELOOP_\w+|NODE_ENV|isLocal|IS_LOCAL)\b/;

/** Lines of functions/ that ask for the stage or the endpoint. */
export function stageProblems(root: string): string[] {
  const folder = join(root, "functions");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .flatMap((line, index) => {
          const found = ASKS.exec(line);
          return found ? [`functions/${name}:${index + 1} asks for ${found[0]}`] : [];
        }),
    );
}
