// From the configuration to the dialects of a server, and what they bring with them.

import { SynclineError } from "@syncline/core";
import type { ServerOptions } from "../create-server.ts";
import { kitDialect } from "../dialects/kit/index.ts";
import { manaBilling } from "../dialects/mana/billing.ts";
import { type ManaOptions, manaDialect } from "../dialects/mana/index.ts";
import type { CreateDialect } from "../dialects/port.ts";
import { simpleDialect } from "../dialects/simple/index.ts";
import type { Config } from "./options.ts";

const MIN_SECRET = 32;

const DIALECTS: {
  readonly [name in Config["dialects"][number]]: (
    say: (line: string) => void,
    config: Config,
  ) => CreateDialect;
} = {
  kit: () => kitDialect(),
  mana: (_say, config) => manaDialect(manaOptions(config)),
  simple: (say, { simpleJwtSecret: secret }) => {
    if (secret !== undefined && secret.length < MIN_SECRET)
      throw new SynclineError(
        "config",
        `The secret of simple-sync's tokens has at least ${MIN_SECRET} characters.`,
        { path: "simpleJwtSecret" },
      );
    return simpleDialect({
      onRootKey: (key) => say(`The key of .root, shown this once: ${key}`),
      ...(secret === undefined ? {} : { legacy: { secret } }),
    });
  },
};

function manaOptions(config: Config): ManaOptions {
  const { manaAuthUrl: url, manaServiceKey: serviceKey } = config;
  if (url !== undefined && serviceKey === undefined) {
    throw new SynclineError("config", "The auth service wants a key: give manaServiceKey.", {
      path: "manaServiceKey",
    });
  }
  return {
    limits: { bodyBytes: config.manaBodyBytes, recordBytes: config.manaRecordBytes },
    ...(serviceKey === undefined ? {} : { serviceKey }),
    ...(url === undefined || serviceKey === undefined ? {} : { memberships: { url, serviceKey } }),
  };
}

/**
 * @param say shows the operator what is shown once
 * @throws {SynclineError} `config` when half of the billing gate is configured
 */
export function dialectOptions(
  config: Config,
  say: (line: string) => void,
): Pick<ServerOptions, "dialects" | "gate"> {
  const { manaCreditsUrl: url, manaServiceKey: serviceKey } = config;
  const dialects = [...new Set(config.dialects)].map((name) => DIALECTS[name](say, config));
  if (url === undefined || !config.dialects.includes("mana")) return { dialects };
  if (serviceKey === undefined) {
    throw new SynclineError("config", "The credits service wants a key: give manaServiceKey.", {
      path: "manaServiceKey",
    });
  }
  return { dialects, gate: manaBilling({ url, serviceKey }) };
}
