// One PostgreSQL for all tests that only need a database: started when the first one asks, stopped after the last.
// A test connects to a socket and is given an address; its database is there for as long as it stays connected.
// A process of its own: the test runner's own process loads nothing of what is tested.

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { TestPostgres } from "@syncline/server/testing";

let postgres: Promise<TestPostgres> | undefined;
/** Read with the first question: it takes longer than a run of few tests, which may ask nothing. */
async function start(): Promise<TestPostgres> {
  const { startTestPostgres } = await import("@syncline/server/testing");
  return await startTestPostgres({ durable: false });
}
const dropping = new Set<Promise<void>>();
const server = createServer((socket) => {
  postgres ??= start();
  socket.on("error", () => undefined); // it is closed then, too
  const url = postgres.then((shared) => shared.database());
  url.then(
    (text) => socket.write(`${text}\n`),
    (error: unknown) => {
      console.error(error);
      socket.destroy();
    },
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
process.send?.(port);
await once(process, "disconnect");
server.close();
await Promise.all(dropping);
await (await postgres)?.stop();
process.exit();
