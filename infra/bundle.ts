/**
 * Bundles every function with one esbuild call: CommonJS, the AWS SDK included, one file each. CommonJS with
 * `module` before `main` loads fastest on Lambda's Node; nothing is injected, so a bundle is the same for every
 * stage.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { BUNDLES_DIR, ENTRIES, type FunctionName, ROOT } from "./entries.ts";

/**
 * Ways to credentials that a function never takes: Lambda gives it keys by environment. The SDK would load these when
 * the environment had none; left out, every bundle is 120 KB smaller.
 */
const NEVER_ON_LAMBDA = [
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
];

const LOADER = { ".css": "text", ".svg": "text" } as const;

/** Gives pages the addresses of the assets as constants: the assets themselves stay in the one function that serves them. */
const assetPaths: Plugin = {
  name: "asset-paths",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]web[\\/]assets[\\/]paths\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        platform: "node",
        format: "esm",
        loader: LOADER,
        write: false,
        logLevel: "silent",
      });
      const code = Buffer.from(outputFiles[0]!.contents).toString("base64");
      const values = (await import(`data:text/javascript;base64,${code}`)) as Record<string, string>;
      const lines = Object.entries(values).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: lines.join("\n") };
    });
  },
};

/**
 * Tells the bundler that making a section of texts or a lazy value has no effect: it leaves out those that a function
 * never uses, which it may not do with a call that it knows nothing about.
 */
const unusedTexts: Plugin = {
  name: "unused-texts",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]functions[\\/].*\.tsx?$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^((?:export )?const \w+ = )((?:section|lazy)\()/gm,
        "$1/* @__PURE__ */ $2",
      ),
      loader: path.endsWith("x") ? "tsx" : "ts",
    }));
  },
};

/**
 * Every part of our mails names its content type, so nodemailer's table of a thousand types is never asked (76 KB): what
 * it would answer for an unknown one stands in its place.
 */
const noMimeTable: Plugin = {
  name: "no-mime-table",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]nodemailer[\\/].*[\\/]mime-types\.js$/ }, () => ({
      contents: `
        export const detectMimeType = () => "application/octet-stream";
        export const detectExtension = () => "bin";
      `,
    }));
  },
};

/**
 * zod can describe its schemas as JSON Schema. Nothing here asks it to (16 KB): every part of that answers with an error,
 * should somebody begin to.
 */
const noJsonSchemas: Plugin = {
  name: "no-json-schemas",
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/ },
      ({ path }) => {
        const names = [...readFileSync(path, "utf8").matchAll(/^export (?:const|function) (\w+)/gm)].map(
          ([, name]) => name,
        );
        return {
          contents: [
            'const unused = () => { throw new Error("Bundles make no JSON schemas"); };',
            "export { unused as process };",
            ...names.map(
              (name) => `export const ${name} = ${name?.startsWith("create") ? "() => unused" : "unused"};`,
            ),
          ].join("\n"),
        };
      },
    );
  },
};

/**
 * Clients load the code of event streams when an operation streams events. None that is called here does (14 KB of every
 * bundle): it stays out, and such a call would say that the module is missing.
 */
const noEventStreams: Plugin = {
  name: "no-event-streams",
  setup({ onResolve }) {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

/**
 * The DynamoDB client makes a cache for endpoints that it would look up, which none of its commands does: the cache brings
 * its own collections along (8 KB of every bundle).
 */
const noEndpointCache: Plugin = {
  name: "no-endpoint-cache",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]endpoint-cache[\\/].*[\\/]EndpointCache\.js$/ }, () => ({
      contents: "export class EndpointCache {}",
    }));
  },
};

/** A client of the SDK asks its package.json for its version, and would bring all of it along (2 KB each). */
const versionOnly: Plugin = {
  name: "version-only",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, "utf8")) as { name: string; version: string };
      return { contents: JSON.stringify({ name, version }), loader: "json" };
    });
  },
};

/** Size of one bundle in bytes, and its inputs by size: what to look at when a budget is exceeded. */
export type Bundle = { bytes: number; inputs: { path: string; bytes: number }[] };

/**
 * Writes `.build/functions/<name>/index.js` for every function and removes what is no function any more. Files that
 * have not changed are left alone, and a file changes at once, because several processes may bundle at the same time.
 */
export async function bundleFunctions(): Promise<Record<FunctionName, Bundle>> {
  const names = Object.keys(ENTRIES) as FunctionName[];
  const missing = names.filter((name) => !existsSync(join(ROOT, ENTRIES[name])));
  if (missing.length > 0) {
    const list = missing.map((name) => `  ${name}: ${ENTRIES[name]}`).join("\n");
    throw new Error(`These functions have no entry file (see infra/entries.ts):\n${list}`);
  }
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => ({ in: ENTRIES[name], out: `${name}/index` })),
    outdir: BUNDLES_DIR,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    external: NEVER_ON_LAMBDA,
    minify: true,
    // Chinese texts as they are: escaped they take twice the room.
    charset: "utf8",
    legalComments: "none",
    sourcemap: false,
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: LOADER,
    plugins: [
      assetPaths,
      unusedTexts,
      noMimeTable,
      noJsonSchemas,
      noEventStreams,
      noEndpointCache,
      versionOnly,
    ],
    metafile: true,
    write: false,
    logLevel: "silent",
    logOverride: { "empty-import-meta": "error" },
  });
  // On Lambda no package.json says otherwise, so a .js file is CommonJS; here the project's own would make it ESM.
  writeIfChanged(join(dirname(BUNDLES_DIR), "package.json"), Buffer.from('{ "type": "commonjs" }\n'));
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  for (const folder of readdirSync(BUNDLES_DIR)) {
    if (!(folder in ENTRIES) && !folder.endsWith(DRAFT))
      rmSync(join(BUNDLES_DIR, folder), { recursive: true, force: true });
  }
  const bundles = Object.entries(metafile.outputs).map(([path, { bytes, inputs }]): [string, Bundle] => [
    basename(dirname(path)),
    {
      bytes,
      inputs: Object.entries(inputs)
        .map(([input, { bytesInOutput }]) => ({ path: input, bytes: bytesInOutput }))
        .sort((a, b) => b.bytes - a.bytes),
    },
  ]);
  return Object.fromEntries(bundles) as Record<FunctionName, Bundle>;
}

const DRAFT = ".draft";

function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  // Beside the folder, not in it: a half-written file must never become part of an asset.
  const draft = `${dirname(path)}.${process.pid}${DRAFT}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
