// The process around a command: signals, broken pipes, the exit code.

import type { Config } from "../config/options.ts";
import { freeMemory } from "./free-memory.ts";
import { runCommand } from "./run-command.ts";

export interface MainOptions {
  /** What follows the program's name; this process's own where left out. */
  readonly args?: readonly string[];
  /** Values of options that nobody gave: not in a file, a variable or a flag. */
  readonly defaults?: Partial<Config>;
}

/**
 * Runs a command line in this process, and sets its exit code. For programs that bring an app:
 *
 * ```ts
 * import { main } from "@syncline/server/cli";
 *
 * await main({ args: ["serve", "--port", "0", "--help"], defaults: { accounts: true } });
 * ```
 */
export async function main(options: MainOptions = {}): Promise<void> {
  const { args = process.argv.slice(2), defaults = {} } = options;
  const stop = new AbortController();
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals > 1) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? 0 : 1),
  );
  process.exitCode = await runCommand(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
    defaults,
    isUp: freeMemory,
  });
  process.off("SIGINT", onSignal);
  process.off("SIGTERM", onSignal);
}
