// From the configuration to the options of a server.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import { developmentSecret } from "../auth/development-secret.ts";
import { publicKeyOf } from "../auth/key-algorithm.ts";
import type { TokenOptions } from "../auth/verify-token.ts";
import type { ConsumerDefinition } from "../consumers/index.ts";
import type { CreateDialect } from "../dialects/port.ts";
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

/** What an app's module brings to the server. */
export interface AppsModule {
  /** In production they must be declared. */
  readonly apps: readonly AppDefinition[] | "open";
  readonly consumers: readonly ConsumerDefinition[];
  readonly dialects: readonly CreateDialect[];
}

const NOTHING = { consumers: [], dialects: [] };

/**
 * Loads the module that `apps` names: the apps are its default export, consumers and dialects lie beside it.
 * @throws {SynclineError} `config` where it cannot be loaded, or in production where none is named
 */
export async function loadApps(config: Config, cwd: string): Promise<AppsModule> {
  if (config.apps === "open") {
    // A dialect brings its apps with it.
    if (config.mode === "production" && config.dialects.length > 0) return { apps: [], ...NOTHING };
    if (config.mode === "production") {
      throw new SynclineError(
        "config",
        "In production the apps must be declared: point `apps` to a module.",
        {
          path: "apps",
        },
      );
    }
    return { apps: "open", ...NOTHING };
  }
  const path = resolve(cwd, config.apps);
  try {
    const { default: apps, ...module } = (await import(pathToFileURL(path).href)) as {
      default?: unknown;
      consumers?: unknown;
      dialects?: unknown;
    };
    if (!Array.isArray(apps))
      throw new SynclineError("config", `${path} has no list of apps as its default export.`);
    // Made by defineApp, defineConsumer and functions of dialects, which check them.
    return {
      apps: apps as AppDefinition[],
      consumers: listOf("consumers", module, path) as ConsumerDefinition[],
      dialects: listOf("dialects", module, path) as CreateDialect[],
    };
  } catch (thrown) {
    if (thrown instanceof SynclineError) throw thrown;
    throw new SynclineError("config", `The apps cannot be loaded from ${path}.`, {
      path: "apps",
      cause: thrown,
    });
  }
}

function listOf(
  name: "consumers" | "dialects",
  module: { readonly [name: string]: unknown },
  path: string,
): readonly unknown[] {
  const { [name]: list = [] } = module;
  const isRight = Array.isArray(list) && (name !== "dialects" || list.every(isFunction));
  if (!isRight)
    throw new SynclineError(
      "config",
      `What ${path} exports as \`${name}\` is ${name === "dialects" ? "no list of dialects" : "no list"}.`,
    );
  return list;
}

const isFunction = (value: unknown) => typeof value === "function";
