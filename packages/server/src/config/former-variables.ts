// Variables of the servers that came before: none that is set is passed over in silence.

import type { FormerVariables, ImportDefinition } from "../imports/port.ts";
import type { LoadedConfig } from "./load.ts";
import type { Config } from "./options.ts";

/** Of the dialects that are built in; those that are options of ours (`dialectEnv`) are read as they are. */
const VARIABLES: { readonly [dialect in Config["dialects"][number]]: FormerVariables } = {
  kit: {},
  mana: {
    PORT: "SYNCLINE_PORT",
    DATABASE_URL: "DATABASE_URL",
    JWKS_URL: "SYNCLINE_JWKS_URL",
    CORS_ORIGINS: "SYNCLINE_CORS_ORIGINS",
    MANA_AUTH_URL: "MANA_AUTH_URL",
    MANA_CREDITS_URL: "MANA_CREDITS_URL",
    MANA_SERVICE_KEY: "MANA_SERVICE_KEY",
  },
  simple: {
    PORT: "SYNCLINE_PORT",
    JWT_SECRET: "SYNCLINE_SIMPLE_JWT_SECRET",
    ENVIRONMENT: "SYNCLINE_MODE, which is development or production",
    DB_PATH: "SYNCLINE_DATA, a folder; what is in the file is imported",
  },
};

/** What the former servers read that this one stands for. */
export function formerVariables(
  dialects: Config["dialects"],
  imports: readonly Pick<ImportDefinition, "variables">[],
): FormerVariables {
  const all = [
    ...dialects.map((name) => VARIABLES[name]),
    ...imports.map(({ variables = {} }) => variables),
  ];
  return Object.assign({}, ...all) as FormerVariables; // the sum of such
}

/** What to tell of variables that are set, and that no option was read from. Their values are nobody's business. */
export function unread(
  env: { readonly [name: string]: string | undefined },
  former: FormerVariables,
  { sources }: Pick<LoadedConfig, "sources">,
): string[] {
  const read = new Set<string>(Object.values(sources));
  return Object.entries(former)
    .filter(([name]) => (env[name] ?? "") !== "" && !read.has(name))
    .map(([name, instead]) => `${name} is set and not read. What is read here: ${instead}.`);
}
