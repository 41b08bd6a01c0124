// Servers of other makers for tests: started from the system on free ports, in temporary folders, stopped at the end.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestProcess {
  readonly url: string;
  /** Ends it at once, as a power switch would. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const FOLDERS = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Starts a Redis server on a free port. */
export function startTestRedis(): Promise<TestProcess> {
  return startProcess("redis-server", "redis", (port, folder) => [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
  ]);
}

/**
 * Starts a NATS server on a free port.
 * @param options.jetStream with streams, on a disk that outlives `kill`
 */
export function startTestNats({ jetStream = false } = {}): Promise<TestProcess> {
  return startProcess("nats-server", "nats", (port, folder) => [
    ...["-a", "127.0.0.1", "-p", String(port)],
    ...(jetStream ? ["-js", "-sd", folder] : []),
  ]);
}

/** A pooler in transaction mode, in front of a PostgreSQL. @param url of any database of it */
export function startTestPgBouncer(url: string): Promise<TestProcess> {
  const { hostname, port: target, username, password } = new URL(url);
  return startProcess("pgbouncer", "postgres", (port, folder) => {
    const file = join(folder, "pgbouncer.ini");
    writeFileSync(join(folder, "users.txt"), `"${username}" "${password}"\n`);
    writeFileSync(
      file,
      `[databases]
* = host=${hostname} port=${target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, "users.txt")}
pool_mode = transaction
default_pool_size = 5
`,
    );
    chmodSync(folder, 0o755);
    // It refuses to run as root, as containers do.
    return process.getuid?.() === 0 ? ["-u", "nobody", file] : [file];
  });
}

/** Where a program is; on Debian and as root it is installed when it is missing. */
function find(name: string): string {
  const look = () => FOLDERS.map((folder) => join(folder, name)).find(existsSync);
  const found = look();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    spawnSync("apt-get", ["update"], { stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", name], { stdio: "ignore" });
  }
  const installed = look();
  if (installed !== undefined) return installed;
  throw new Error(`${name} is not installed: these tests run against the real one.`);
}

async function startProcess(
  name: string,
  scheme: string,
  argumentsFor: (port: number, folder: string) => string[],
): Promise<TestProcess> {
  const program = find(name);
  const folder = await mkdtemp(join(tmpdir(), `syncline-${scheme}-`));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(program, argumentsFor(port, folder), { stdio: "ignore" });
    try {
      await untilOpen(port, child);
    } catch (thrown) {
      await kill();
      throw thrown;
    }
  }

  async function kill(): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill("SIGKILL");
    await gone;
  }

  await start();
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    kill,
    start,
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  server.close();
  return port;
}

/** As good as never: while its process lives, a server may still be starting, on a busy machine for long. */
const NEVER_MS = 300_000;

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  const end = performance.now() + NEVER_MS;
  while (performance.now() < end && child.exitCode === null && child.signalCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Nothing listens on port ${port}, or its process has ended.`);
}
