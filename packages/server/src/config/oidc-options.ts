// The option of the providers by which people sign in, and the file that it names.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { SynclineError } from "@syncline/core";
import type { AccountOptions } from "../accounts/accounts.ts";
import { readProviders } from "../accounts/oidc-provider.ts";
import type { OptionSpec } from "./option-spec.ts";

export const OIDC_OPTIONS = {
  oidcFile: {
    kind: "text",
    description:
      "With accounts: a JSON file with the OpenID Connect providers by which people sign in: a list of objects with name, title, issuer, clientId, clientSecret, redirectUrl, scope",
    default: undefined,
    env: "SYNCLINE_OIDC_FILE",
    flag: "oidc-file",
  },
} as const satisfies { readonly [name: string]: OptionSpec };

export interface OidcConfig {
  readonly oidcFile: string | undefined;
}

/** @throws {SynclineError} `config` when the file cannot be read, or has no providers */
export function oidcOptions(
  { oidcFile }: OidcConfig,
  cwd: string,
): Pick<AccountOptions, "oidcProviders"> {
  if (oidcFile === undefined) return {};
  return { oidcProviders: readProviders(readJson(resolve(cwd, oidcFile))) };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new SynclineError("config", `There are no providers to be read in ${path}.`, {
      path: "oidcFile",
      cause,
    });
  }
}
