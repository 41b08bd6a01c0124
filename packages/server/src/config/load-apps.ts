// The module of an app: loaded, and everything in it checked, so that a mistake stops the start and not the pushes.

import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isSynclineError, SynclineError } from "@syncline/core";
import type { AppDefinition } from "../apps/app.ts";
import { defineApp } from "../apps/define-app.ts";
import { type ConsumerDefinition, defineConsumer } from "../consumers/index.ts";
import type { CreateDialect } from "../dialects/port.ts";
import type { ImportDefinition } from "../imports/port.ts";
import type { Config } from "./options.ts";

/** What an app's module brings to the server. */
export interface AppsModule {
  /** In production they must be declared. */
  readonly apps: readonly AppDefinition[] | "open";
  readonly consumers: readonly ConsumerDefinition[];
  readonly dialects: readonly CreateDialect[];
  /** What `syncline import` can read for these apps. */
  readonly imports: readonly ImportDefinition[];
}

const NOTHING = { consumers: [], dialects: [], imports: [] };

/**
 * Loads the module that `apps` names: the apps are its default export, consumers and dialects lie beside it.
 * @throws {SynclineError} `config` naming the file and what is wrong with it, or in production where none is named
 */
export async function loadApps(config: Config, cwd: string): Promise<AppsModule> {
  if (config.apps === "open") {
    // A dialect brings its apps with it.
    if (config.mode === "production" && config.dialects.length > 0) return { apps: [], ...NOTHING };
    if (config.mode === "production") {
      throw new SynclineError(
        "config",
        "In production the apps must be declared: point `apps` to a module.",
        { path: "apps" },
      );
    }
    return { apps: "open", ...NOTHING };
  }
  const path = resolve(cwd, config.apps);
  const { default: apps, consumers = [], dialects = [], imports = [] } = await importModule(path);
  const names = new Set<string>();
  return {
    apps: checkAll(path, "apps", "apps as its default export", apps, (value) => {
      const app = defineApp(value as AppDefinition); // which looks at everything in it
      if (names.has(app.name))
        throw new SynclineError("config", "Another app has this name.", { path: "name" });
      names.add(app.name);
      return app;
    }),
    consumers: checkAll(path, "consumers", "consumers", consumers, (value) =>
      // Which looks at everything in it, but expects that it has members.
      defineConsumer((value ?? {}) as ConsumerDefinition),
    ),
    dialects: checkAll(path, "dialects", "dialects", dialects, (value) => {
      if (typeof value === "function") return value as CreateDialect; // what it gives is seen when it is called
      throw new SynclineError("config", "A dialect is a function that makes one.");
    }),
    imports: checkAll(path, "imports", "imports", imports, (value) => {
      if (isImport(value)) return value;
      throw new SynclineError(
        "config",
        "An import has a name, an app, and count, people and rows.",
      );
    }),
  };
}

/** What its functions give is seen when they are called. */
function isImport(value: unknown): value is ImportDefinition {
  if (typeof value !== "object" || value === null) return false;
  const { name, app, count, people, rows } = value as { readonly [name: string]: unknown };
  return (
    [name, app].every((one) => typeof one === "string") &&
    [count, people, rows].every((one) => typeof one === "function")
  );
}

interface Module {
  readonly default?: unknown;
  readonly imports?: unknown;
  readonly consumers?: unknown;
  readonly dialects?: unknown;
}

async function importModule(path: string): Promise<Module> {
  const hooks = findOurselves();
  try {
    return (await import(pathToFileURL(path).href)) as Module; // what is in it is looked at below
  } catch (thrown) {
    const why =
      thrown instanceof Error
        ? `${thrown.name}: ${thrown.message.split("\n")[0] ?? ""}`
        : String(thrown);
    throw new SynclineError("config", `${path} cannot be imported: ${why}`, {
      path: "apps",
      cause: thrown,
    });
  } finally {
    hooks.deregister();
  }
}

/** A module in any folder may import our packages: where it has none of its own, it gets those of this program. */
function findOurselves(): { deregister(): void } {
  return registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (thrown) {
        if (!/^@syncline\/(core|kit|server)(\/|$)/.test(specifier)) throw thrown;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}

function checkAll<Of>(
  file: string,
  name: string,
  what: string,
  list: unknown,
  define: (value: unknown) => Of,
): Of[] {
  if (!Array.isArray(list)) throw new SynclineError("config", `${file} has no list of ${what}.`);
  return list.map((value: unknown, i) => {
    try {
      return define(value);
    } catch (thrown) {
      if (!isSynclineError(thrown)) throw thrown;
      const inside = thrown.path === undefined || thrown.path === name ? "" : `.${thrown.path}`;
      throw new SynclineError("config", `${file}: ${name}[${i}]${inside}: ${thrown.message}`, {
        cause: thrown,
      });
    }
  });
}
