/**
 * `npm run calendar -- COMMAND`: prepares and checks the calendar's data, and explains a due time.
 * Year and table files are written here, never by the running service.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Refusal } from "../../errors.ts";
import { addWorkingTime, defaultCalendar, toIso, withYears } from "../index.ts";
import { LUNAR_TABLE } from "../lunar.ts";
import type { YearCalendar } from "../model.ts";
import { agreedYear, lunarTable, yearModule } from "./generate.ts";

const USAGE = `npm run calendar -- COMMAND
  generate YEAR [--notice "NUMBER, DATE"]  write years/YEAR.ts from the libraries (the notice is kept if there is one)
  generate lunar                           write the table in lunar.ts
  check                                    regenerate everything and compare with what is committed
  explain FROM MINUTES                     due time and trace; FROM is ISO 8601 with offset
  import FILE                              check a published year (JSON, "-" is stdin) and print what would be stored`;

const fileOf = (name: string): URL => new URL(`../${name}`, import.meta.url);

try {
  process.exitCode = run();
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
}

function run(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { notice: { type: "string" } },
  });
  const [command, ...args] = positionals;
  if (command === "generate" && args[0] === "lunar" && args.length === 1) return generateLunar();
  if (command === "generate" && args.length === 1) return generateYear(Number(args[0]), values.notice);
  if (command === "check" && args.length === 0) return check();
  if (command === "explain" && args.length === 2) return explain(args[0]!, Number(args[1]));
  if (command === "import" && args.length === 1) return checkPublished(args[0]!);
  process.stderr.write(`${USAGE}\n`);
  return 2;
}

function generateYear(year: number, notice: string | undefined): number {
  const file = fileOf(`years/${year}.ts`);
  const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
  const named = notice ?? noticeIn(committed);
  if (!named) throw new Error(`Name the notice: --notice "国办发明电〔${year - 1}〕…号, ${year - 1}-11-…"`);
  writeFileSync(file, yearModule(named, agreedYear(year)));
  process.stdout.write(`years/${year}.ts written; read it against the notice and list it in official.ts\n`);
  return 0;
}

function generateLunar(): number {
  const file = fileOf("lunar.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace(LUNAR_TABLE, lunarTable()));
  process.stdout.write("lunar.ts written\n");
  return 0;
}

function check(): number {
  const wrong: string[] = [];
  if (lunarTable() !== LUNAR_TABLE) wrong.push("lunar.ts differs from tyme4ts");
  const years = [...defaultCalendar.years.keys()];
  for (const year of years) {
    const committed = readFileSync(fileOf(`years/${year}.ts`), "utf8");
    if (yearModule(noticeIn(committed) ?? "", agreedYear(year)) !== committed)
      wrong.push(`years/${year}.ts differs from the libraries`);
  }
  process.stdout.write(
    wrong.length > 0 ? `${wrong.join("\n")}\n` : `lunar table and ${years.join(", ")} agree\n`,
  );
  return wrong.length > 0 ? 1 : 0;
}

function noticeIn(module: string): string | undefined {
  return /notice:\s+"([^"]+)"/.exec(module)?.[1];
}

function explain(from: string, minutes: number): number {
  // Without an offset the text would mean the zone of whoever runs this.
  const start = /T.*(Z|[+-]\d\d:\d\d)$/.test(from) ? Date.parse(from) : Number.NaN;
  const { dueAt, provisional, trace } = addWorkingTime(defaultCalendar, start, minutes);
  for (const segment of trace) {
    const mark = segment.provisional ? "  provisional" : "";
    process.stdout.write(
      `${segment.from}  ${segment.to}  ${segment.minutes} min  ${segment.reason}${mark}\n`,
    );
  }
  process.stdout.write(`due ${toIso(dueAt)}${provisional ? " (provisional)" : ""}\n`);
  return 0;
}

function checkPublished(path: string): number {
  const { year, status, notice, daysOff, workingWeekends } = JSON.parse(
    readFileSync(path === "-" ? 0 : path, "utf8"),
  ) as YearCalendar;
  const published: YearCalendar = { year, status, notice, daysOff, workingWeekends };
  withYears(defaultCalendar, [published]);
  process.stdout.write(`${JSON.stringify(published, null, 2)}\n`);
  process.stderr.write("The year is valid. Nothing was stored.\n");
  return 0;
}

function explainError(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  return [error.code, ...error.fields.map(({ path, code }) => `  ${path}: ${code}`)].join("\n");
}
