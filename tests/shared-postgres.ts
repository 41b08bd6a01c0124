// The tests' shared PostgreSQL (see shared-postgres-process.ts): started before them, ended after, asked for databases.

import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    sharedPostgresPort: number;
  }
}

/** Run by Vitest before all tests. @returns what is run after them */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const script = fileURLToPath(new URL("./shared-postgres-process.ts", import.meta.url));
  const child = fork(script, { execArgv: ["--conditions=syncline-source"] });
  const exit = once(child, "exit");
  const started = once(child, "message");
  const [port] = await Promise.race([
    started,
    exit.then(([code]) => {
      throw new Error(`The process of the tests' PostgreSQL ended with ${code}.`);
    }),
  ]);
  project.provide("sharedPostgresPort", port);
  return async () => {
    child.disconnect();
    const [code] = await exit;
    if (code !== 0) throw new Error(`The tests' PostgreSQL ended with ${code}.`);
  };
}

export interface SharedDatabase {
  readonly url: string;
  /** Removes it. */
  close(): void;
}

/** An empty database of a test's own. */
export async function sharedDatabase(): Promise<SharedDatabase> {
  const socket = connect(inject("sharedPostgresPort"), "127.0.0.1");
  const [line] = await Promise.race([
    once(socket, "data"),
    once(socket, "close").then(() => {
      throw new Error("PostgreSQL could not be started.");
    }),
  ]);
  socket.unref();
  return { url: String(line).trim(), close: () => socket.end() };
}

export interface Databases {
  /** Makes an empty database; gives its address. */
  database(): Promise<string>;
  /** Removes all that were made. */
  stop(): Promise<void>;
}

/** The databases of a file that needs several; whoever ends the server under them, or makes roles, starts his own. */
export function sharedDatabases(): Databases {
  const databases: SharedDatabase[] = [];
  return {
    async database() {
      const one = await sharedDatabase();
      databases.push(one);
      return one.url;
    },
    async stop() {
      for (const { close } of databases.splice(0)) close();
    },
  };
}
