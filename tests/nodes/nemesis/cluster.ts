// Three nodes as operators run them, on one PostgreSQL and one bus, each behind proxies that can be cut.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  startTestNats,
  startTestPostgres,
  startTestRedis,
  type TestPostgres,
  type TestProcess,
} from "@syncline/server/testing";
import { startProxy, type TcpProxy } from "./proxy.ts";

const BIN = fileURLToPath(new URL("../../../packages/server/src/cli/bin.ts", import.meta.url));
const NODES = 3;
const SECRET = "one secret for all nodes of the nemesis, long enough for HS256";

export type BusKind = "redis" | "nats" | "postgres";

export interface ClusterNode {
  readonly url: string;
  readonly database: TcpProxy;
  /** Undefined where the database is the bus. */
  readonly bus: TcpProxy | undefined;
  kill(): Promise<void>;
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly postgres: Pick<TestPostgres, "crash" | "start">;
  readonly bus: TestProcess | undefined;
  readonly databaseUrl: string;
  readonly secret: string;
  close(): Promise<void>;
}

export async function startCluster(kind: BusKind): Promise<Cluster> {
  const postgres = await startTestPostgres();
  const bus =
    kind === "redis" ? await startTestRedis() : kind === "nats" ? await startTestNats() : undefined;
  const databaseUrl = await postgres.database();
  const nodes: (ClusterNode & { close(): Promise<void> })[] = [];
  for (let i = 0; i < NODES; i++) nodes.push(await startNode(databaseUrl, kind, bus));
  return {
    nodes,
    postgres,
    bus,
    databaseUrl,
    secret: SECRET,
    async close() {
      for (const node of nodes) await node.close();
      await bus?.stop();
      await postgres.stop();
    },
  };
}

async function startNode(databaseUrl: string, kind: BusKind, bus: TestProcess | undefined) {
  const database = await startProxy(Number(new URL(databaseUrl).port));
  const busProxy = bus === undefined ? undefined : await startProxy(Number(new URL(bus.url).port));
  const data = await mkdtemp(join(tmpdir(), "syncline-node-"));
  const port = await freePort();
  const through = (url: string, proxy: TcpProxy) => {
    const address = new URL(url);
    address.port = String(proxy.port);
    return address.href;
  };
  const env = {
    ...process.env,
    SYNCLINE_DATA: data,
    SYNCLINE_AUTH_SECRET: SECRET,
    SYNCLINE_RATE_USER: "0",
    SYNCLINE_RATE_ADDRESS: "0",
    DATABASE_URL: through(databaseUrl, database),
    ...(busProxy === undefined || bus === undefined
      ? {}
      : { [kind === "redis" ? "REDIS_URL" : "NATS_URL"]: through(bus.url, busProxy) }),
  };
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let frozen = false;

  /** Starts it, again and again while what it needs is away: as a supervisor would. */
  async function start(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const args = ["--conditions=syncline-source", BIN, "serve", "--port", String(port)];
      const started = spawn(process.execPath, args, { stdio: "ignore", env });
      child = started;
      if (await isReady(url, started)) return;
      await kill();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("A node did not start.");
  }

  async function kill(): Promise<void> {
    const running = child;
    child = undefined;
    frozen = false;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill("SIGKILL");
    await gone;
  }

  await start();
  return {
    url,
    database,
    bus: busProxy,
    kill,
    start,
    freeze() {
      frozen = child?.kill("SIGSTOP") ?? false;
    },
    thaw() {
      if (frozen) child?.kill("SIGCONT");
      frozen = false;
    },
    async close() {
      await kill();
      await database.close();
      await busProxy?.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string, child: ChildProcess): Promise<boolean> {
  // As good as never: while its process lives, a node may still be starting, on a busy machine for long.
  const deadline = performance.now() + 300_000;
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const ready = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}
