// Metrics in the form that Prometheus reads.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EngineEvents } from "../engine/environment.ts";
import type { StoreFigures, StoreLoad } from "../store/port.ts";

/** What this node has done since it started, and what is open now. */
export interface Traffic {
  readonly requests: number;
  /** Requests that the server answered with a 5xx. */
  readonly failed: number;
  readonly pushes: number;
  /** Mutations by what became of them. */
  readonly mutations: {
    readonly applied: number;
    readonly duplicate: number;
    readonly conflict: number;
    readonly rejected: number;
  };
  /** Refused by a rate limit, or because there was too much to do. */
  readonly refused: number;
  readonly connections: number;
  readonly sockets: number;
}

export interface Metrics {
  /** What the engine tells. */
  readonly events: Pick<EngineEvents, "pushed" | "delta" | "gated">;
  request(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  connected(change: 1 | -1): void;
  socketConnected(change: 1 | -1): void;
  /** A live frame went to so many followers. */
  frame(followers: number, bytes: number): void;
  /** Somebody was told to slow down. */
  limited(kind: "user" | "address"): void;
  /** A request was refused because the server had too much to do. */
  overloaded(): void;
  /** A consumer handled entries; the oldest was so old. */
  consumed(consumer: string, entries: number, lagMs: number): void;
  /** A consumer failed; `last` where the entry was put aside. */
  consumeFailed(consumer: string, last: boolean): void;
  /** A statement of the store failed because of the database. */
  databaseFailed(): void;
  /** Whether the database is there, as far as the last statement says; an outage begins where it is not. */
  databaseUp(up: boolean): void;
  /** What this is: the versions of the program and of what it runs on. */
  build(labels: {
    readonly version: string;
    readonly schema: string;
    readonly node: string;
    readonly sqlite: string;
  }): void;
  /** How much there is in the database, and what of its connections is in use. */
  store(figures: StoreFigures): void;
  storeLoad(load: StoreLoad): void;
  /** Called before all metrics are read, to set what is asked for. */
  beforeReading(look: () => Promise<void>): void;
  /** When the newest backup was made, in milliseconds since 1970. */
  backupAt(ms: number): void;
  backupFailed(): void;
  /** Whether other servers are heard. */
  busUp(up: boolean): void;
  /** Whether limits are counted by this node alone, because what the nodes share is away. */
  limitsAlone(alone: boolean): void;
  /** Gauges whose values are asked for when they are read. */
  gauges(read: () => readonly (readonly [name: string, help: string, value: number])[]): void;
  traffic(): Promise<Traffic>;
  /** All metrics as text, and its content type. */
  read(): Promise<{ readonly text: string; readonly type: string }>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  let lookBefore: () => Promise<void> = async () => {};
  const gauges: Parameters<Metrics["gauges"]>[0][] = [];
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const pushes = new Counter({
    name: "syncline_pushes_total",
    help: "Pushes committed.",
    registers,
  });
  const mutations = new Counter({
    name: "syncline_mutations_total",
    help: "Mutations by what became of them.",
    labelNames: ["status"],
    registers,
  });
  const gate = new Counter({
    name: "syncline_gate_total",
    help: "Questions whether a user may sync, by their outcome; failed: nobody answered, and the user may.",
    labelNames: ["outcome"],
    registers,
  });
  const commits = new Histogram({
    name: "syncline_commit_seconds",
    help: "From a push's arrival at the engine to its commit.",
    buckets: SECONDS,
    registers,
  });
  const deltaRecords = new Histogram({
    name: "syncline_delta_records",
    help: "Records in a page of a delta.",
    buckets: [0, 1, 10, 100, 1_000, 10_000],
    registers,
  });
  const deltaBytes = new Histogram({
    name: "syncline_delta_bytes",
    help: "Size of a page of a delta, before compression.",
    buckets: [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
    registers,
  });
  const requests = new Histogram({
    name: "syncline_request_seconds",
    help: "Requests by method, route and status.",
    labelNames: ["method", "route", "status"],
    buckets: SECONDS,
    registers,
  });
  const connections = new Gauge({
    name: "syncline_connections",
    help: "Open connections.",
    registers,
  });
  const sockets = new Gauge({
    name: "syncline_sockets",
    help: "Open WebSockets.",
    registers,
  });
  const frames = new Counter({
    name: "syncline_live_frames_total",
    help: "Live frames made; each is serialised once.",
    registers,
  });
  const framesSent = new Counter({
    name: "syncline_live_frames_sent_total",
    help: "Live frames handed to followers.",
    registers,
  });
  const frameBytes = new Counter({
    name: "syncline_live_bytes_total",
    help: "Bytes of live frames handed to followers.",
    registers,
  });
  const limited = new Counter({
    name: "syncline_rate_limited_total",
    help: "Requests and messages refused by a rate limit, of a user or an address.",
    labelNames: ["kind"],
    registers,
  });
  const consumed = new Counter({
    name: "syncline_consumer_entries_total",
    help: "Entries of history that a consumer handled.",
    labelNames: ["consumer"],
    registers,
  });
  const consumerLag = new Gauge({
    name: "syncline_consumer_lag_seconds",
    help: "The age of the oldest entry in the last batch that a consumer handled here.",
    labelNames: ["consumer"],
    registers,
  });
  const consumerFailures = new Counter({
    name: "syncline_consumer_failures_total",
    help: "Attempts of a consumer that failed.",
    labelNames: ["consumer"],
    registers,
  });
  const deadLetters = new Counter({
    name: "syncline_consumer_dead_letters_total",
    help: "Entries that a consumer could not handle and that were put aside.",
    labelNames: ["consumer"],
    registers,
  });
  const overloaded = new Counter({
    name: "syncline_overload_refused_total",
    help: "Requests refused because the event loop lagged or the heap was nearly full.",
    registers,
  });
  const limitsAlone = new Gauge({
    name: "syncline_rate_limits_alone",
    help: "1 while this node counts rate limits alone, because Redis is away.",
    registers,
  });
  const databaseFailures = new Counter({
    name: "syncline_database_failures_total",
    help: "Statements that failed because the database was away, full, damaged or not to be written.",
    registers,
  });
  const databaseOutages = new Counter({
    name: "syncline_database_outages_total",
    help: "How often the database went away.",
    registers,
  });
  const databaseUp = new Gauge({
    name: "syncline_database_up",
    help: "1 while the database answers, as far as the last statement says.",
    registers,
  });
  const busUp = new Gauge({
    name: "syncline_bus_connected",
    help: "1 while other servers are heard.",
    registers,
  });
  const busLosses = new Counter({
    name: "syncline_bus_losses_total",
    help: "How often the connection to the bus was lost.",
    registers,
  });
  const backupAt = new Gauge({
    name: "syncline_backup_timestamp_seconds",
    help: "When the newest backup of the server's folder was made, in seconds since 1970; 0: there is none, or no folder.",
    registers,
  });
  const backupFailures = new Counter({
    name: "syncline_backup_failures_total",
    help: "Backups that could not be made, or were not sound.",
    registers,
  });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers });
  const build = gauge("syncline_build_info", "1; its labels say which versions run here.", [
    "version",
    "schema",
    "node",
    "sqlite",
  ]);
  const databaseBytes = gauge("syncline_database_bytes", "Size of the database.");
  const spaces = gauge("syncline_spaces", "Spaces in the database, of many about.");
  const records = gauge("syncline_records", "Records that are not deleted, of many about.");
  const tombstones = gauge("syncline_tombstones", "Deleted records that are kept, of many about.");
  const pool = gauge(
    "syncline_database_connections",
    "Connections to the database by what they do; waiting: who has none.",
    ["state"],
  );
  databaseUp.set(1);
  busUp.set(1);
  for (const kind of ["user", "address"]) limited.inc({ kind }, 0);
  for (const status of ["applied", "duplicate", "conflict", "rejected"])
    mutations.inc({ status }, 0);
  return {
    events: {
      pushed({ statuses, commitMs }) {
        pushes.inc();
        commits.observe(commitMs / 1000);
        for (const status of statuses) mutations.inc({ status });
      },
      delta({ records, bytes }) {
        deltaRecords.observe(records);
        deltaBytes.observe(bytes);
      },
      gated: (outcome) => gate.inc({ outcome }),
    },
    request({ method, route, status, seconds }) {
      requests.observe({ method, route, status }, seconds);
    },
    connected: (change) => connections.inc(change),
    socketConnected: (change) => sockets.inc(change),
    frame(followers, bytes) {
      frames.inc();
      framesSent.inc(followers);
      frameBytes.inc(followers * bytes);
    },
    limited: (kind) => limited.inc({ kind }),
    overloaded: () => overloaded.inc(),
    consumed(consumer, entries, lagMs) {
      consumed.inc({ consumer }, entries);
      consumerLag.set({ consumer }, lagMs / 1000);
    },
    consumeFailed(consumer, last) {
      consumerFailures.inc({ consumer });
      if (last) deadLetters.inc({ consumer });
    },
    databaseFailed: () => databaseFailures.inc(),
    databaseUp(up) {
      databaseUp.set(up ? 1 : 0);
      if (!up) databaseOutages.inc();
    },
    build: (labels) => build.set(labels, 1),
    store(figures) {
      databaseBytes.set(figures.bytes);
      spaces.set(figures.spaces);
      records.set(figures.records);
      tombstones.set(figures.tombstones);
    },
    storeLoad({ connections, idle, waiting }) {
      pool.set({ state: "used" }, connections - idle);
      pool.set({ state: "idle" }, idle);
      pool.set({ state: "waiting" }, waiting);
    },
    beforeReading(look) {
      lookBefore = look;
    },
    backupAt: (ms) => backupAt.set(Math.floor(ms / 1000)),
    backupFailed: () => backupFailures.inc(),
    busUp(up) {
      busUp.set(up ? 1 : 0);
      if (!up) busLosses.inc();
    },
    limitsAlone: (alone) => limitsAlone.set(alone ? 1 : 0),
    gauges(read) {
      gauges.push(read);
    },
    async traffic() {
      const sum = async (
        counter: Pick<typeof pushes, "get">,
        label: string,
        fits: (value: string) => boolean,
      ) => {
        const { values } = await counter.get();
        return values.reduce(
          (all, { value, labels }) =>
            fits(String((labels as Record<string, unknown>)[label])) ? all + value : all,
          0,
        );
      };
      const all = () => true;
      const became = (status: string) => sum(mutations, "status", (one) => one === status);
      const counted = (await requests.get()).values.filter(
        ({ metricName }) => metricName === "syncline_request_seconds_count",
      );
      const answered = counted.map(({ value, labels }) => ({
        value,
        status: Number(labels.status),
      }));
      const count = (some: typeof answered) => some.reduce((total, { value }) => total + value, 0);
      return {
        requests: count(answered),
        failed: count(answered.filter(({ status }) => status >= 500)),
        pushes: await sum(pushes, "", all),
        mutations: {
          applied: await became("applied"),
          duplicate: await became("duplicate"),
          conflict: await became("conflict"),
          rejected: await became("rejected"),
        },
        refused: (await sum(limited, "kind", all)) + (await sum(overloaded, "", all)),
        connections: await sum(connections, "", all),
        sockets: await sum(sockets, "", all),
      };
    },
    async read() {
      await lookBefore();
      const more = gauges
        .flatMap((read) => read())
        .map(
          ([name, help, value]) =>
            `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`,
        );
      return { text: (await registry.metrics()) + more.join(""), type: registry.contentType };
    },
  };
}
