// Every option of the server, declared once: from here come flags, environment, files, help and the reference.

import type { Limits } from "@syncline/core";
import { BACKUP_OPTIONS, type BackupConfig } from "./backup-options.ts";
import { LIMIT_OPTIONS } from "./limit-options.ts";
import { MAIL_OPTIONS, type MailConfig } from "./mail-options.ts";
import { MANA_OPTIONS, type ManaConfig } from "./mana-options.ts";
import { OIDC_OPTIONS, type OidcConfig } from "./oidc-options.ts";
import type { OptionSpec } from "./option-spec.ts";
import { PASSKEY_OPTIONS, type PasskeyConfig } from "./passkey-options.ts";
import { RETENTION_OPTIONS, type RetentionConfig } from "./retention-options.ts";
import { SERVER_LIMIT_OPTIONS, type ServerLimitValues } from "./server-limit-options.ts";
import { SIMPLE_OPTIONS, type SimpleConfig } from "./simple-options.ts";

export const OPTIONS = {
  // First: which variables of other systems count depends on it.
  dialects: {
    kind: "list",
    description: "Protocols of other systems that are spoken too; none where left out",
    default: [],
    env: "SYNCLINE_DIALECTS",
    flag: "dialects",
    choices: ["kit", "mana", "simple"],
  },
  data: {
    kind: "text",
    description: "The folder of the database and the development key",
    default: "./data",
    env: "SYNCLINE_DATA",
    flag: "data",
  },
  databaseUrl: {
    kind: "text",
    description:
      "A PostgreSQL database to use instead of the one in the data folder: postgres://user:password@host/name",
    default: undefined,
    env: "DATABASE_URL",
    flag: "database-url",
    format: "postgres",
    secret: true,
  },
  schema: {
    kind: "text",
    description:
      "The PostgreSQL schema of the tables, made where there is none; behind a pooler set the role's search_path instead",
    default: undefined,
    env: "SYNCLINE_SCHEMA",
    flag: "schema",
    format: "schema",
  },
  redisUrl: {
    kind: "text",
    description:
      "A Redis that tells the nodes on one PostgreSQL of each other's commits: redis://host:6379",
    default: undefined,
    env: "REDIS_URL",
    flag: "redis-url",
    format: "redis",
    secret: true,
  },
  natsUrl: {
    kind: "text",
    description: "NATS servers that do the same, separated by commas: nats://host:4222",
    default: undefined,
    env: "NATS_URL",
    flag: "nats-url",
    format: "nats",
    secret: true,
  },
  host: {
    kind: "text",
    description: "The address to listen on; 0.0.0.0 for all",
    default: "127.0.0.1",
    env: "SYNCLINE_HOST",
    flag: "host",
  },
  port: {
    kind: "number",
    description: "The port to listen on; 0 takes a free one",
    default: 4400,
    env: "SYNCLINE_PORT",
    flag: "port",
    dialectEnv: { mana: "PORT", simple: "PORT" },
    min: 0,
    max: 65_535,
  },
  mode: {
    kind: "choice",
    description: "development makes a key and serves any app; production wants keys and apps",
    default: "development",
    env: "SYNCLINE_MODE",
    flag: "mode",
    choices: ["development", "production"],
  },
  authSecret: {
    kind: "text",
    description: "The shared secret of HS256 tokens, 32 bytes or more",
    default: undefined,
    env: "SYNCLINE_AUTH_SECRET",
    flag: "auth-secret",
    secret: true,
  },
  privateKeyFile: {
    kind: "text",
    description:
      "A PEM file with the private key that tokens are signed with here, instead of the shared secret",
    default: undefined,
    env: "SYNCLINE_PRIVATE_KEY_FILE",
    flag: "private-key-file",
  },
  privateKeyAlgorithm: {
    kind: "choice",
    description: "The algorithm of the private key",
    default: "RS256",
    env: "SYNCLINE_PRIVATE_KEY_ALGORITHM",
    flag: "private-key-algorithm",
    choices: ["EdDSA", "ES256", "RS256"],
  },
  publicKeyFile: {
    kind: "text",
    description: "A PEM file with the public key of tokens",
    default: undefined,
    env: "SYNCLINE_PUBLIC_KEY_FILE",
    flag: "public-key-file",
  },
  publicKeyAlgorithm: {
    kind: "choice",
    description: "The algorithm that the public key is trusted with",
    default: "EdDSA",
    env: "SYNCLINE_PUBLIC_KEY_ALGORITHM",
    flag: "public-key-algorithm",
    choices: ["EdDSA", "ES256", "RS256"],
  },
  retiredKeyFiles: {
    kind: "list",
    description:
      "PEM files with the public halves of private keys that were signed with here before: tokens of theirs are good until they end",
    default: [],
    env: "SYNCLINE_RETIRED_KEY_FILES",
    flag: "retired-key-files",
  },
  jwksUrl: {
    kind: "text",
    description: "Where the keys of tokens are published",
    default: undefined,
    env: "SYNCLINE_JWKS_URL",
    flag: "jwks-url",
    format: "http",
    dialectEnv: { mana: "JWKS_URL" },
  },
  jwksAlgorithms: {
    kind: "list",
    description: "The algorithms that keys of jwksUrl are trusted with",
    default: ["EdDSA", "ES256", "RS256"],
    env: "SYNCLINE_JWKS_ALGORITHMS",
    flag: "jwks-algorithms",
    choices: ["EdDSA", "ES256", "RS256"],
  },
  jwksPrivateNetwork: {
    kind: "boolean",
    description:
      "Whether jwksUrl may lie in a private network, and be plain http there; in development it may",
    default: false,
    env: "SYNCLINE_JWKS_PRIVATE_NETWORK",
    flag: "jwks-private-network",
  },
  issuer: {
    kind: "text",
    description: "What `iss` of a token must say",
    default: undefined,
    env: "SYNCLINE_ISSUER",
    flag: "issuer",
  },
  audience: {
    kind: "text",
    description: "What `aud` of a token must say",
    default: undefined,
    env: "SYNCLINE_AUDIENCE",
    flag: "audience",
  },
  corsOrigins: {
    kind: "list",
    description: "Origins whose pages may call the server",
    default: [],
    env: "SYNCLINE_CORS_ORIGINS",
    flag: "cors-origins",
    format: "origin",
    dialectEnv: { mana: "CORS_ORIGINS" },
  },
  apps: {
    kind: "text",
    description:
      "A module whose default export is the list of app definitions, with their `consumers` and `dialects` beside it; or `open` for any app",
    default: "open",
    env: "SYNCLINE_APPS",
    flag: "apps",
  },
  site: {
    kind: "text",
    description: "A folder with a web app's files, which are served at /; none where left out",
    default: undefined,
    env: "SYNCLINE_SITE",
    flag: "site",
  },
  console: {
    kind: "choice",
    description: "Whether the console is served at /console, for who has an admin key",
    default: "on",
    env: "SYNCLINE_CONSOLE",
    flag: "console",
    choices: ["on", "off"],
  },
  ...MANA_OPTIONS,
  ...SIMPLE_OPTIONS,
  accounts: {
    kind: "boolean",
    description:
      "Whether people register here with an address and a password (/accounts); then only who has an account is let in. Needs authSecret or privateKeyFile",
    default: false,
    env: "SYNCLINE_ACCOUNTS",
    flag: "accounts",
  },
  accountsPerAddress: {
    kind: "number",
    description: "With accounts: how many of them one address may make a day",
    default: 100,
    env: "SYNCLINE_ACCOUNTS_PER_ADDRESS",
    flag: "accounts-per-address",
    min: 1,
    max: 1_000_000,
  },
  ...MAIL_OPTIONS,
  ...OIDC_OPTIONS,
  ...PASSKEY_OPTIONS,
  spacesPerUser: {
    kind: "number",
    description: "How many shared spaces a user may own before it can make no more",
    default: 1_000,
    env: "SYNCLINE_SPACES_PER_USER",
    flag: "spaces-per-user",
    min: 0,
    max: 1_000_000,
  },
  tokenSeconds: {
    kind: "number",
    description: "With accounts: how long a token is good for that somebody signed in for",
    default: 86_400,
    env: "SYNCLINE_TOKEN_SECONDS",
    flag: "token-seconds",
    min: 60,
    max: 31_536_000,
  },
  idleDays: {
    kind: "number",
    description:
      "With accounts: for how many days the token is good that renews a session; a device that was away for longer signs in anew",
    default: 90,
    env: "SYNCLINE_IDLE_DAYS",
    flag: "idle-days",
    min: 1,
    max: 3_650,
  },
  logLevel: {
    kind: "choice",
    description: "How much is logged",
    default: "warn",
    env: "SYNCLINE_LOG_LEVEL",
    flag: "log-level",
    choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
  },
  logUsers: {
    kind: "choice",
    description: "How log lines name the user of a request",
    default: "hashed",
    env: "SYNCLINE_LOG_USERS",
    flag: "log-users",
    choices: ["hashed", "plain", "none"],
  },
  metricsToken: {
    kind: "text",
    description:
      "What a scraper must send as a bearer token to read /metrics; where left out they are open in development, and read by nobody in production",
    default: undefined,
    env: "SYNCLINE_METRICS_TOKEN",
    flag: "metrics-token",
    secret: true,
  },
  metricsPort: {
    kind: "number",
    description:
      "A port on which /metrics alone is answered, without a token: for a network that only the scraper gets to; 0 for none",
    default: 0,
    env: "SYNCLINE_METRICS_PORT",
    flag: "metrics-port",
    min: 0,
    max: 65_535,
  },
  tracesUrl: {
    kind: "text",
    description:
      "Where traces are sent by OTLP over HTTP: http://collector:4318; none are made where left out",
    default: undefined,
    env: "OTEL_EXPORTER_OTLP_ENDPOINT",
    flag: "traces-url",
    format: "http",
  },
  rateUser: {
    kind: "number",
    description:
      "Units that a user may take a second, and 20 times as many at once after a rest: a request is one, a push as many as it has mutations; 0 for no limit",
    default: 500,
    env: "SYNCLINE_RATE_USER",
    flag: "rate-user",
    min: 0,
    max: 1_000_000,
  },
  rateAddress: {
    kind: "number",
    description:
      "Requests and sockets that an address may open a second, and 20 times as many at once after a rest; 0 for no limit",
    default: 200,
    env: "SYNCLINE_RATE_ADDRESS",
    flag: "rate-address",
    min: 0,
    max: 1_000_000,
  },
  trustProxy: {
    kind: "list",
    description: "Addresses or networks of proxies whose X-Forwarded-For is believed",
    default: [],
    env: "SYNCLINE_TRUST_PROXY",
    flag: "trust-proxy",
    format: "network",
  },
  ...RETENTION_OPTIONS,
  ...BACKUP_OPTIONS,
  ...LIMIT_OPTIONS,
  ...SERVER_LIMIT_OPTIONS,
} as const satisfies { readonly [name: string]: OptionSpec };

export type OptionName = keyof typeof OPTIONS;

/** The values of all options. */
export interface Config
  extends ManaConfig,
    SimpleConfig,
    MailConfig,
    OidcConfig,
    PasskeyConfig,
    Limits,
    ServerLimitValues,
    BackupConfig,
    RetentionConfig {
  readonly dialects: readonly ("kit" | "mana" | "simple")[];
  readonly data: string;
  readonly databaseUrl: string | undefined;
  readonly schema: string | undefined;
  readonly redisUrl: string | undefined;
  readonly natsUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly mode: "development" | "production";
  readonly authSecret: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly privateKeyAlgorithm: "EdDSA" | "ES256" | "RS256";
  readonly publicKeyFile: string | undefined;
  readonly publicKeyAlgorithm: "EdDSA" | "ES256" | "RS256";
  readonly retiredKeyFiles: readonly string[];
  readonly jwksUrl: string | undefined;
  readonly jwksAlgorithms: readonly ("EdDSA" | "ES256" | "RS256")[];
  readonly jwksPrivateNetwork: boolean;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly apps: string;
  readonly site: string | undefined;
  readonly console: "on" | "off";
  readonly accounts: boolean;
  readonly accountsPerAddress: number;
  readonly spacesPerUser: number;
  readonly tokenSeconds: number;
  readonly idleDays: number;
  readonly logLevel: string;
  readonly logUsers: "hashed" | "plain" | "none";
  readonly metricsToken: string | undefined;
  readonly metricsPort: number;
  readonly tracesUrl: string | undefined;
  readonly rateUser: number;
  readonly rateAddress: number;
  readonly trustProxy: readonly string[];
}

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

export function optionSpec(name: OptionName): OptionSpec {
  return OPTIONS[name];
}
