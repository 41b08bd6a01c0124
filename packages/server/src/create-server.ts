// The composition root: puts store, bus, engine, authentication and HTTP together.

import type { AddressInfo } from "node:net";
import { DEFAULT_LIMITS, type Limits, SynclineError } from "@syncline/core";
import type { AccountOptions } from "./accounts/accounts.ts";
import { addressesOf } from "./accounts/addresses.ts";
import { createAccountsProtocol } from "./accounts/protocol.ts";
import { createOwnSignIn } from "./accounts/sign-in.ts";
import { createAdmin } from "./admin/protocol.ts";
import type { AppDefinition } from "./apps/app.ts";
import { createAudit } from "./audit/audit.ts";
import { auditedEngine, auditedKeys } from "./audit/audited.ts";
import type { AddressOf } from "./auth/address-of.ts";
import { openPublishedKeys } from "./auth/published-keys.ts";
import type { TokenOptions } from "./auth/verify-token.ts";
import { createMemoryBus } from "./bus/memory.ts";
import { type Bus, USERS_CHANNEL } from "./bus/port.ts";
import {
  type ConsumerDefinition,
  createConsumers,
  systemConsumerEnvironment,
} from "./consumers/index.ts";
import type { CreateDialect } from "./dialects/port.ts";
import type { Engine } from "./engine/contract.ts";
import { createEngine } from "./engine/create-engine.ts";
import type { GateDefinition } from "./engine/gate.ts";
import { createEraser } from "./erasure/eraser.ts";
import { createFront, type FrontContext, type Surface } from "./front/app.ts";
import type { MetricsAccess } from "./front/health-routes.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "./front/limits.ts";
import { listenError } from "./front/listen-error.ts";
import { type MetricsPort, openMetricsPort } from "./front/metrics-port.ts";
import { openPeople } from "./front/people.ts";
import { createV1 } from "./http/v1.ts";
import type { KeyStore } from "./keys/index.ts";
import { createLive, DEFAULT_LIVE_LIMITS, type LiveLimits } from "./live/index.ts";
import type { LogSink, LogUsers } from "./observability/log.ts";
import { createMetrics } from "./observability/metrics.ts";
import { isToldOf, type OutageLog, watchedStore } from "./observability/outages.ts";
import { createParts } from "./observability/parts.ts";
import { createReadiness } from "./observability/readiness.ts";
import { outageLog, scheduledBackups, watchBus, watchStore } from "./observability/told.ts";
import { tracedBus, tracedEngine, tracedStore } from "./observability/traced.ts";
import { openTracing } from "./observability/tracing.ts";
import { createMemoryLimiter } from "./rate/memory.ts";
import { openRedisLimiter } from "./rate/redis.ts";
import { createThrottle, type RateLimits } from "./rate/throttle.ts";
import { MIGRATIONS } from "./store/migrations/index.ts";
import type { Store } from "./store/port.ts";
import { systemEngineEnvironment } from "./system-environment.ts";
import { VERSION } from "./version.ts";

export { systemEngineEnvironment } from "./system-environment.ts";

export interface ServerOptions {
  /** Where the spaces live. The server closes it when it is closed. */
  readonly store: Store;
  readonly bus?: Bus;
  /** The apps that are served, or `open`: any app, without definitions; for development. */
  readonly apps: readonly AppDefinition[] | "open";
  readonly auth: TokenOptions;
  /**
   * Has the server keep accounts itself: people register with an address and a password, and only who has an
   * account is let in. Needs `auth.privateKey` or `auth.secret`, which their tokens are signed with. None are kept
   * where left out.
   */
  readonly accounts?: AccountOptions;
  /** A caller's e-mail address, for invitations to one; the server's own accounts are asked where left out. */
  readonly addressOf?: AddressOf;
  /** How many shared spaces a user may own before it can make no more; 1,000 where left out. */
  readonly spacesPerUser?: number;
  /** Wire protocols of other systems that are spoken here too. */
  readonly dialects?: readonly CreateDialect[];
  /**
   * A folder with a web app's files, which are served at `/`; an address that is neither a file nor part of the
   * interface gets its `index.html`. None is served where left out.
   */
  readonly site?: string;
  /** Whether the console, which needs an admin key, is served at `/console`; it is where left out. */
  readonly console?: boolean;
  /** Who may sync at all, asked of another service and remembered for a while; everybody where left out. */
  readonly gate?: GateDefinition;
  /** Background work that follows what is committed, on whichever server has time. */
  readonly consumers?: readonly ConsumerDefinition[];
  /**
   * How often it looks for what nobody told of, in milliseconds: alarms, commits of other nodes, failures whose time has
   * come; 5,000 where left out.
   */
  readonly consumersPollMs?: number;
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Origins whose pages may call this server, exactly as browsers send them; none where left out. */
  readonly corsOrigins?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly httpLimits?: Partial<HttpLimits>;
  readonly liveLimits?: Partial<LiveLimits>;
  /** How much users and addresses may do; nothing is limited where left out. */
  readonly rateLimits?: RateLimits;
  /** A Redis in which all nodes count for `rateLimits` together; each counts alone where left out. */
  readonly rateLimitsUrl?: string;
  /** Addresses of proxies whose `X-Forwarded-For` is believed; nobody's where left out. */
  readonly trustProxy?: readonly string[];
  /** Who may read `/metrics`; everybody where left out. */
  readonly metrics?: MetricsAccess;
  /** A port on which nothing but `/metrics` is answered, to everybody who gets there; none where left out. */
  readonly metricsPort?: number;
  /** Where traces go by OTLP over HTTP: `http://collector:4318`. None are made where left out. */
  readonly tracesUrl?: string;
  /** A level of pino, or `silent`; `warn` where left out. */
  readonly logLevel?: string;
  /** Backups that are made, verified and thinned out by themselves; none are made where left out. */
  readonly backups?: {
    readonly folder: string;
    /** How old the newest may get. */
    readonly everyMs: number;
    /** How many are kept. */
    readonly keep: number;
  };
  /** How log lines name the user of a request; by a hash where left out. */
  readonly logUsers?: LogUsers;
  /** Takes the log lines; standard output where left out. */
  readonly logSink?: LogSink;
}

export type { MetricsAccess };

export interface SynclineServer {
  readonly engine: Engine;
  /** Users and their API keys. */
  readonly keys: KeyStore;
  /** Known once it listens. */
  readonly url: string;
  /** All that it can be asked: routes as `METHOD /path`, and sockets as `SOCKET /path`. */
  readonly routes: readonly string[];
  listen(): Promise<void>;
  /** Stops accepting, finishes what runs (`httpLimits.closeMs` at most), and closes bus and store. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a server; `listen` starts it.
 * @throws {SynclineError} `config` when no key for tokens is given or one cannot be read
 */
export async function createServer(options: ServerOptions): Promise<SynclineServer> {
  const tracing =
    options.tracesUrl === undefined
      ? undefined
      : await openTracing({ url: options.tracesUrl, version: VERSION });
  const plainBus = options.bus ?? createMemoryBus();
  const bus = tracing === undefined ? plainBus : tracedBus(plainBus, tracing);
  const metrics = createMetrics();
  let log: OutageLog = { away: () => {}, back: () => {}, failed: () => {} };
  const watched = watchedStore(options.store, {
    now: () => performance.now(),
    log: {
      away: (thrown) => log.away(thrown),
      back: (outage) => log.back(outage),
      failed: metrics.databaseFailed,
    },
  });
  const store = tracing === undefined ? watched : tracedStore(watched, tracing);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const httpLimits = { ...DEFAULT_HTTP_LIMITS, ...options.httpLimits };
  let limiterAway = (thrown: unknown) => metrics.limitsAlone(thrown !== null);
  let failed = (_what: string, _thrown: unknown) => {};
  const tell = (userId: string) => bus.publish({ type: "user", space: USERS_CHANNEL, userId });
  const consumers = createConsumers({
    store,
    definitions: options.consumers ?? [],
    ...(options.consumersPollMs === undefined ? {} : { pollMs: options.consumersPollMs }),
    environment: systemConsumerEnvironment(),
    engine: () => plainEngine,
    events: {
      handled: metrics.consumed,
      failed(consumer, thrown, last) {
        metrics.consumeFailed(consumer, last);
        failed(`consumer ${consumer}${last ? ", for the last time," : ""}`, thrown);
      },
      stalled: (consumer, thrown) => failed(`looking for work of consumer ${consumer}`, thrown),
    },
  });
  const limiter =
    options.rateLimitsUrl === undefined
      ? createMemoryLimiter()
      : await openRedisLimiter({
          url: options.rateLimitsUrl,
          away: (thrown) => limiterAway(thrown),
        });
  const { dialects = [], auth } = options;
  const drain = () => plainEngine.drain();
  const audit = createAudit(store.audit, () => Date.now());
  const { keys, accounts, locks, verifyToken, areGood } = await openPeople({
    store,
    auth,
    accounts: options.accounts,
    limiter,
    audit,
    tell,
    drain,
    failed: (what, thrown) => failed(what, thrown),
  });
  const plainEngine = createEngine({
    store,
    bus,
    apps: [
      ...(options.apps === "open" ? [] : options.apps),
      ...dialects.flatMap(({ apps = [] }) => apps),
    ],
    openApps: options.apps === "open",
    limits,
    ...(options.spacesPerUser === undefined ? {} : { spacesPerUser: options.spacesPerUser }),
    ...(options.gate === undefined ? {} : { gate: options.gate }),
    ...(accounts === undefined ? {} : { knows: accounts.isKnown }),
    addressOf: options.addressOf ?? (accounts && addressesOf(store.accounts)),
    environment: systemEngineEnvironment(),
    events: {
      ...metrics.events,
      committed: consumers.wake,
      failed: (what, thrown) => failed(what, thrown),
    },
  });
  const engine = auditedEngine(
    tracing === undefined ? plainEngine : tracedEngine(plainEngine, tracing),
    audit,
  );
  let closing: Promise<void> | undefined;
  const isWritable = createReadiness(store, () => performance.now());
  const throttle = createThrottle(limiter, options.rateLimits ?? {}, metrics.limited);
  const parts = createParts({
    store,
    bus,
    limiter,
    consumers: (options.consumers ?? []).map(({ name }) => name),
    now: () => performance.now(),
  });

  /** All that is spoken here: the native protocol, accounts, dialects. */
  async function speak(front: FrontContext): Promise<Surface> {
    const live = createLive({
      engine,
      verifyToken,
      limits: { ...DEFAULT_LIVE_LIMITS, ...options.liveLimits },
      protocolLimits: limits,
      throttle,
      overloaded: front.overloaded,
      remote: bus.remote === true,
      sent(followers, bytes) {
        metrics.frame(followers, bytes);
        tracing?.mark("live.frame", { "syncline.followers": followers, "syncline.bytes": bytes });
      },
      failed: front.failed,
    });
    const context = {
      ...{ engine, verifyToken, keys },
      signIn: createOwnSignIn(store.accounts, limiter, locks),
      ...(accounts === undefined ? {} : { accounts }),
      limits,
      corsOrigins: options.corsOrigins ?? [],
      parts,
      erase: createEraser({ store, keys, drain, backups: options.backups, auth, tell, audit }),
      refuseLocked: locks.refuse,
      audit,
      ...front,
    };
    const spoken = dialects.map((create) => create(context));
    for (const dialect of spoken) await dialect.start?.();
    metrics.gauges(() => spoken.flatMap((dialect) => dialect.metrics?.() ?? []));
    const { requestMs, streams, streamsOfUser } = httpLimits;
    const places = { kind: "streams", all: streams, ofUser: streamsOfUser };
    const v1 = createV1({ engine, verifyToken, requestMs, places, live });
    return {
      protocols: [
        v1,
        createAdmin({
          ...{ store, keys, locks, audit, parts, metrics, tell, drain },
          backups: options.backups,
        }),
        ...(accounts === undefined ? [] : [createAccountsProtocol({ accounts, verifyToken })]),
        ...spoken.flatMap(({ protocols }) => protocols),
      ],
      corsHeaders: spoken.flatMap(({ corsHeaders }) => corsHeaders ?? []),
      health: async () => {
        const state = bus.isConnected() ? "connected" : "unreachable";
        const heard = bus.remote === true ? { bus: state } : {};
        return Object.assign(heard, ...(await Promise.all(spoken.map((one) => one.health?.()))));
      },
      close() {
        live.close();
        for (const dialect of spoken) dialect.close?.();
      },
    };
  }

  const { app, ends, routes } = await createFront({
    speak,
    areGood,
    publishedKeys: await openPublishedKeys(options.auth),
    metrics,
    limits,
    httpLimits,
    throttle,
    ...(tracing === undefined ? {} : { tracing }),
    corsOrigins: options.corsOrigins ?? [],
    ...{ site: options.site, console: options.console ?? true },
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
    metricsAccess: options.metrics ?? "open",
    logLevel: options.logLevel ?? "warn",
    logUsers: options.logUsers ?? "hashed",
    ...(options.logSink === undefined ? {} : { logSink: options.logSink }),
    ...{ version: VERSION, closing: () => closing !== undefined },
    ready: async () => {
      if (closing !== undefined)
        throw new SynclineError("unavailable", "The server is shutting down.", { retryAfter: 2 });
      await isWritable();
    },
  });
  failed = (what, thrown) => {
    if (!isToldOf(thrown)) app.log.error({ err: thrown }, `${what} failed`);
  };
  log = outageLog(app.log, metrics);
  watchStore(store, metrics, () => performance.now());
  const { node, sqlite = "" } = process.versions;
  metrics.build({ version: VERSION, schema: String(MIGRATIONS.length), node, sqlite });
  const backups = options.backups && scheduledBackups(options.backups, store, app.log, metrics);
  const unwatch = watchBus(bus, app.log, metrics, () => performance.now());
  limiterAway = (thrown) => {
    metrics.limitsAlone(thrown !== null);
    if (thrown === null) app.log.warn("rate limits are counted in Redis again");
    else app.log.error({ err: thrown }, "Redis is away: this node counts rate limits alone");
  };
  const deafen = bus.subscribe(USERS_CHANNEL, (message) => {
    locks.changed();
    if (message.type === "user") ends.look(message.userId);
  });
  let url = "";
  let metricsPort: MetricsPort | undefined;

  async function shutDown(): Promise<void> {
    const finished = Promise.all([
      app.close().then(() => Promise.all([engine.drain(), accounts?.close()])),
      consumers.close(),
      backups?.close(),
    ]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, httpLimits.closeMs);
    });
    try {
      await Promise.race([finished, late]);
    } finally {
      clearTimeout(timer);
      deafen();
      metricsPort?.close();
      app.server.closeAllConnections();
      await tracing?.close().catch((thrown: unknown) => failed("sending the last traces", thrown));
      unwatch();
      await limiter.close();
      await bus.close();
      await store.close();
    }
  }

  const close = () => {
    closing ??= shutDown();
    return closing;
  };
  return {
    engine,
    keys: auditedKeys(keys, audit, { kind: "program", id: "server" }),
    routes,
    get url() {
      return url;
    },
    async listen() {
      const host = options.host ?? "127.0.0.1";
      const port = options.port ?? 4400;
      const own = options.metricsPort;
      try {
        await app.listen({ host, port });
      } catch (thrown) {
        throw listenError(thrown, host, port);
      }
      try {
        if (own !== undefined) metricsPort = await openMetricsPort(metrics, { host, port: own });
      } catch (thrown) {
        throw listenError(thrown, host, own ?? 0);
      }
      const address = app.server.address() as AddressInfo; // a server that listens on a port has one
      consumers.start();
      backups?.start();
      url = `http://${host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "localhost" : host}:${address.port}`;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
