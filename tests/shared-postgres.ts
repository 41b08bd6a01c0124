// One PostgreSQL for all tests that only need a database: started when the first one asks, stopped after the last.
// A test connects to a socket and is given an address; its database is there for as long as it stays connected.

import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { startTestPostgres, type TestPostgres } from "@syncline/server/testing";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    sharedPostgresPort: number;
  }
}

/** Run by Vitest before all tests. @returns what is run after them */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<TestPostgres> | undefined;
  const dropping = new Set<Promise<void>>();
  const server = createServer((socket) => {
    postgres ??= startTestPostgres({ durable: false });
    socket.on("error", () => undefined); // it is closed then, too
    const url = postgres.then((shared) => shared.database());
    url.then(
      (text) => socket.write(`${text}\n`),
      () => socket.destroy(),
    );
    socket.once("close", () => {
      const gone = Promise.all([postgres, url])
        .then(([shared, text]) => shared?.drop(text))
        .catch(() => undefined) // it goes with the server
        .finally(() => dropping.delete(gone));
      dropping.add(gone);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  project.provide("sharedPostgresPort", port);
  return async () => {
    server.close();
    await Promise.all(dropping);
    await (await postgres)?.stop();
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
