// From the configuration to the options of a server.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SynclineError } from "@syncline/core";
import { developmentSecret } from "../auth/development-secret.ts";
import { publicKeyOf } from "../auth/key-algorithm.ts";
import type { TokenOptions } from "../auth/verify-token.ts";
import type { RateLimits } from "../rate/throttle.ts";
import type { Config, OptionName } from "./options.ts";

/** The database in the data folder. */
export function databasePath({ data }: Pick<Config, "data">, cwd: string): string {
  return join(resolve(cwd, data), "syncline.db");
}

/**
 * The keys that tokens are checked with. In development one is made where none is configured.
 * @throws {SynclineError} `config` in production without a key
 */
export function tokenOptions(config: Config, cwd: string): TokenOptions {
  const configured =
    config.authSecret ?? config.privateKeyFile ?? config.publicKeyFile ?? config.jwksUrl;
  if (configured === undefined && config.mode === "production") {
    throw new SynclineError(
      "config",
      "In production a key for tokens must be configured: authSecret, privateKeyFile, publicKeyFile or jwksUrl.",
    );
  }
  const secret =
    configured === undefined ? ownSecret(resolve(cwd, config.data)) : config.authSecret;
  return {
    ...(secret === undefined ? {} : { secret }),
    ...(config.privateKeyFile === undefined
      ? {}
      : {
          privateKey: {
            algorithm: config.privateKeyAlgorithm,
            key: readKey(resolve(cwd, config.privateKeyFile), "privateKeyFile"),
          },
        }),
    ...(config.publicKeyFile === undefined
      ? {}
      : {
          publicKeys: [
            {
              algorithm: config.publicKeyAlgorithm,
              key: readKey(resolve(cwd, config.publicKeyFile), "publicKeyFile"),
            },
          ],
        }),
    ...(config.retiredKeyFiles.length === 0
      ? {}
      : {
          retiredKeys: config.retiredKeyFiles.map((file) =>
            publicKeyOf(readKey(resolve(cwd, file), "retiredKeyFiles"), "retiredKeyFiles"),
          ),
        }),
    ...(config.jwksUrl === undefined
      ? {}
      : {
          jwksUrl: config.jwksUrl,
          jwksAlgorithms: config.jwksAlgorithms,
          jwksPrivateNetwork: config.jwksPrivateNetwork || config.mode === "development",
        }),
    ...(config.issuer === undefined ? {} : { issuer: config.issuer }),
    ...(config.audience === undefined ? {} : { audience: config.audience }),
  };
}

function ownSecret(folder: string): string {
  try {
    return developmentSecret(join(folder, "development.key"));
  } catch (thrown) {
    if (thrown instanceof SynclineError) throw thrown;
    const reason = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
    const why =
      reason === "EEXIST" || reason === "ENOTDIR" ? "a file is in the way" : "it cannot be written";
    throw new SynclineError("config", `There can be no data in ${folder}: ${why}.`, {
      path: "data",
      cause: thrown,
    });
  }
}

function readKey(path: string, option: OptionName): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    throw new SynclineError("config", `The key cannot be read from ${path}.`, {
      path: option,
      cause: thrown,
    });
  }
}

/** How many seconds' worth may be taken at once. */
const BURST_SECONDS = 20;

export function rateLimits({ rateUser, rateAddress }: Config): RateLimits {
  const rate = (perSecond: number) => ({ perSecond, burst: perSecond * BURST_SECONDS });
  return {
    ...(rateUser === 0 ? {} : { user: rate(rateUser) }),
    ...(rateAddress === 0 ? {} : { address: rate(rateAddress) }),
  };
}
