/** Secrets Manager: named secrets with versions. https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
import { randomInt, randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError, type Cloud, type Service } from "../kernel.ts";
import { action } from "./action.ts";

/** GenerateSecretString of a template. */
export type GenerateSecretString = {
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  ExcludeUppercase?: boolean;
  IncludeSpace?: boolean;
};

type Secret = { name: string; suffix: string; description: string; created: number };
type Version = { id: string; string: string | null; binary: string | null; stage: string; created: number };

const alphabets: [keyof GenerateSecretString, string][] = [
  ["ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"],
  ["ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["ExcludeNumbers", "0123456789"],
  ["ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"],
];

/** A random secret as CloudFormation makes it. */
function generate(options: GenerateSecretString): string {
  const excluded = new Set(options.ExcludeCharacters ?? "");
  const letters = alphabets
    .filter(([flag]) => !options[flag])
    .map(([, letters]) => letters)
    .concat(options.IncludeSpace ? " " : "")
    .join("")
    .split("")
    .filter((letter) => !excluded.has(letter));
  const length = options.PasswordLength ?? 32;
  const password = Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
  if (!options.GenerateStringKey) return password;
  const template = JSON.parse(options.SecretStringTemplate ?? "{}") as object;
  return JSON.stringify({ ...template, [options.GenerateStringKey]: password });
}

const Id = z.string().min(1).max(2048);
const Value = { SecretString: z.string().min(1).max(65536).optional(), SecretBinary: z.string().optional() };

export function createSecretsManager(cloud: Cloud) {
  const { db, clock } = cloud;
  db.exec(`CREATE TABLE IF NOT EXISTS secretsmanager_secrets (
    name TEXT PRIMARY KEY, suffix TEXT NOT NULL, description TEXT NOT NULL, created REAL NOT NULL)`);
  db.exec(`CREATE TABLE IF NOT EXISTS secretsmanager_versions (
    secret TEXT NOT NULL, id TEXT NOT NULL, string TEXT, binary TEXT, stage TEXT NOT NULL, created REAL NOT NULL,
    PRIMARY KEY (secret, id))`);
  const byName = db.prepare("SELECT * FROM secretsmanager_secrets WHERE name = ?");
  const versions = db.prepare(
    "SELECT * FROM secretsmanager_versions WHERE secret = ? ORDER BY created, rowid",
  );

  const arnOf = (secret: Secret) =>
    `arn:aws:secretsmanager:${cloud.region}:${cloud.accountId}:secret:${secret.name}-${secret.suffix}`;

  /** By name, ARN, or ARN without its random end. */
  function find(id: string): Secret {
    const name = id.startsWith("arn:") ? id.split(":").slice(6).join(":") : id;
    const found =
      byName.get(name) ??
      (id.startsWith("arn:") ? byName.get(name.replace(/-[A-Za-z0-9]{6}$/, "")) : undefined);
    if (!found)
      throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return found as Secret;
  }

  function put(
    name: string,
    value: { SecretString?: string; SecretBinary?: string },
    id: string = randomUUID(),
  ): string {
    const move = db.prepare("UPDATE secretsmanager_versions SET stage = ? WHERE secret = ? AND stage = ?");
    move.run("", name, "AWSPREVIOUS");
    move.run("AWSPREVIOUS", name, "AWSCURRENT");
    db.prepare("INSERT OR REPLACE INTO secretsmanager_versions VALUES (?, ?, ?, ?, 'AWSCURRENT', ?)").run(
      name,
      id,
      value.SecretString ?? null,
      value.SecretBinary ?? null,
      clock.now(),
    );
    return id;
  }

  function create(name: string, description: string): Secret {
    if (byName.get(name)) {
      throw new AwsError(
        "ResourceExistsException",
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const suffix = Array.from({ length: 6 }, () => "abcdefghijkmnpqrstuvwxyz23456789"[randomInt(32)]).join(
      "",
    );
    db.prepare("INSERT INTO secretsmanager_secrets VALUES (?, ?, ?, ?)").run(
      name,
      suffix,
      description,
      clock.now(),
    );
    return byName.get(name) as Secret;
  }

  const service: Service = {
    name: "secretsmanager",
    protocol: "json",
    target: "secretsmanager",
    actions: {
      CreateSecret: action(
        z.object({ Name: z.string().min(1).max(512), Description: z.string().default(""), ...Value }),
        (input) => {
          const secret = create(input.Name, input.Description);
          const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
          return {
            ARN: arnOf(secret),
            Name: secret.name,
            VersionId: hasValue ? put(secret.name, input) : undefined,
          };
        },
      ),
      PutSecretValue: action(
        z.object({ SecretId: Id, ClientRequestToken: z.string().optional(), ...Value }),
        (input) => {
          const secret = find(input.SecretId);
          const id = put(secret.name, input, input.ClientRequestToken);
          return { ARN: arnOf(secret), Name: secret.name, VersionId: id, VersionStages: ["AWSCURRENT"] };
        },
      ),
      GetSecretValue: action(
        z.object({ SecretId: Id, VersionId: z.string().optional(), VersionStage: z.string().optional() }),
        (input) => {
          const secret = find(input.SecretId);
          const stage = input.VersionStage ?? "AWSCURRENT";
          const found = (versions.all(secret.name) as Version[]).find((version) =>
            input.VersionId ? version.id === input.VersionId : version.stage === stage,
          );
          if (!found) {
            const what = input.VersionId ? `VersionId: ${input.VersionId}` : `staging label: ${stage}`;
            throw new AwsError(
              "ResourceNotFoundException",
              `Secrets Manager can't find the specified secret value for ${what}`,
            );
          }
          return {
            ARN: arnOf(secret),
            Name: secret.name,
            VersionId: found.id,
            SecretString: found.string ?? undefined,
            SecretBinary: found.binary ?? undefined,
            VersionStages: found.stage ? [found.stage] : [],
            CreatedDate: new Date(found.created),
          };
        },
      ),
      DescribeSecret: action(z.object({ SecretId: Id }), (input) => {
        const secret = find(input.SecretId);
        const all = versions.all(secret.name) as Version[];
        return {
          ARN: arnOf(secret),
          Name: secret.name,
          Description: secret.description,
          CreatedDate: new Date(secret.created),
          VersionIdsToStages: Object.fromEntries(all.map((version) => [version.id, [version.stage]])),
        };
      }),
    },
  };

  return {
    service,
    /** Makes the secret of a template once; later calls change nothing. Returns its ARN. */
    provision(name: string, value: GenerateSecretString | string = {}): string {
      const existing = byName.get(name) as Secret | undefined;
      if (existing) return arnOf(existing);
      const secret = create(name, "");
      put(name, { SecretString: typeof value === "string" ? value : generate(value) });
      return arnOf(secret);
    },
  };
}
