// The composition root: puts store, bus, engine, authentication and HTTP together.

import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { DEFAULT_LIMITS, type Limits, SynclineError } from "@syncline/core";
import type { AppDefinition } from "./apps/app.ts";
import { createTokenVerifier, type TokenOptions } from "./auth/verify-token.ts";
import { createMemoryBus } from "./bus/memory.ts";
import type { Bus } from "./bus/port.ts";
import type { Engine } from "./engine/contract.ts";
import { createEngine } from "./engine/create-engine.ts";
import type { EngineEnvironment } from "./engine/environment.ts";
import { createHttpApp } from "./http/app.ts";
import { createMetrics } from "./observability/metrics.ts";
import type { Store } from "./store/port.ts";
import { VERSION } from "./version.ts";

export interface ServerOptions {
  /** Where the spaces live. The server closes it when it is closed. */
  readonly store: Store;
  readonly bus?: Bus;
  /** The apps that are served, or `open`: any app, without definitions; for development. */
  readonly apps: readonly AppDefinition[] | "open";
  readonly auth: TokenOptions;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly corsOrigins?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** A level of pino, or `silent`. */
  readonly logLevel?: string;
}

export interface SynclineServer {
  readonly engine: Engine;
  /** Known once it listens. */
  readonly url: string;
  listen(): Promise<void>;
  /** Stops accepting, finishes what runs (30 s at most), and closes the store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 30_000;

/** The engine's environment in production. */
export function systemEngineEnvironment(): EngineEnvironment {
  return {
    now: () => Date.now(),
    randomId: () => randomBytes(12).toString("hex"),
    defer: (run) => void setImmediate(run),
  };
}

/**
 * Makes a server; `listen` starts it.
 * @throws {SynclineError} `config` when no key for tokens is given or one cannot be read
 */
export async function createServer(options: ServerOptions): Promise<SynclineServer> {
  const { store } = options;
  const bus = options.bus ?? createMemoryBus();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const metrics = createMetrics();
  const verifyToken = await createTokenVerifier(options.auth);
  let failed = (_what: string, _thrown: unknown) => {};
  const engine = createEngine({
    store,
    bus,
    apps: options.apps === "open" ? [] : options.apps,
    openApps: options.apps === "open",
    limits,
    environment: systemEngineEnvironment(),
    events: { ...metrics.events, failed: (what, thrown) => failed(what, thrown) },
  });
  let closing: Promise<void> | undefined;
  const app = await createHttpApp({
    engine,
    verifyToken,
    metrics,
    limits,
    corsOrigins: options.corsOrigins ?? [],
    logLevel: options.logLevel ?? "warn",
    version: VERSION,
    ready: async () => {
      if (closing !== undefined) return false;
      return await store.spaces({ after: "", limit: 1 }).then(
        () => true,
        () => false,
      );
    },
  });
  failed = (what, thrown) => app.log.error({ err: thrown }, `${what} failed`);
  let url = "";

  async function shutDown(): Promise<void> {
    const finished = (async () => {
      await app.close();
      await engine.drain();
    })();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([finished, late]);
    clearTimeout(timer);
    app.server.closeAllConnections();
    await bus.close();
    await store.close();
  }

  const close = () => {
    closing ??= shutDown();
    return closing;
  };
  return {
    engine,
    get url() {
      return url;
    },
    async listen() {
      const host = options.host ?? "127.0.0.1";
      const port = options.port ?? 4400;
      try {
        await app.listen({ host, port });
      } catch (thrown) {
        throw listenError(thrown, host, port);
      }
      const address = app.server.address() as AddressInfo; // a server that listens on a port has one
      url = `http://${host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "localhost" : host}:${address.port}`;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listenError(thrown: unknown, host: string, port: number): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  const reasons: { readonly [code: string]: string } = {
    EADDRINUSE: `Port ${port} is taken by another program: end it, or choose another with --port.`,
    EACCES: `Port ${port} needs more rights than this process has: choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${host}.`,
  };
  const reason = typeof code === "string" ? reasons[code] : undefined;
  return reason === undefined ? thrown : new SynclineError("config", reason, { cause: thrown });
}
