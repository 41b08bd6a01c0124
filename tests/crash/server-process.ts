// The server that the crash test kills: a real process, started by the command that operators use.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** As good as never: while its process lives, a server may still be starting, on a busy machine for long. */
const NEVER_MS = 300_000;
const BIN = fileURLToPath(new URL("../../packages/server/src/cli/bin.ts", import.meta.url));

export interface ServerProcess {
  readonly url: string;
  /** Ends the process at once, as a power switch would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts `syncline serve` on a data folder and waits until it answers. */
export async function startServerProcess(options: {
  readonly data: string;
  readonly port: number;
  readonly secret: string;
}): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=syncline-source",
      BIN,
      "serve",
      "--data",
      options.data,
      "--port",
      String(options.port),
    ],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, SYNCLINE_AUTH_SECRET: options.secret },
    },
  );
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_000);
  });
  const url = `http://127.0.0.1:${options.port}`;
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
  try {
    await untilReady(url, child, () => complaints);
  } catch (thrown) {
    await kill();
    throw thrown;
  }
  return { url, kill };
}

async function untilReady(
  url: string,
  child: ChildProcess,
  complaints: () => string,
): Promise<void> {
  const deadline = performance.now() + NEVER_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The server ended by itself: ${complaints()}`);
    const ready = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error(`The server did not become ready: ${complaints()}`);
}
