// A program that serves until it is told to stop: started in a group of processes of its own, which ends with it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { plainEnv } from "./project.ts";

export interface Serving {
  /** Where it listens, as it says so itself. */
  readonly url: string;
  /** Tells it to stop, as Ctrl+C does, and waits for its end. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Its first group is the address. */
  readonly says: RegExp;
}

/** That it never says where it listens. */
const NEVER_MS = 180_000;

/** @throws {Error} with all that it printed, where it ends or says nothing */
export async function serve(
  command: string,
  args: readonly string[],
  { cwd, env, says }: ServeOptions,
): Promise<Serving> {
  const child = spawn(command, args, {
    cwd,
    env: { ...plainEnv(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const closed = once(child, "close");
  async function stop(): Promise<void> {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, "SIGINT");
    await closed;
  }
  let said = "";
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (data: Buffer) => {
        said += data;
        const [, found] = says.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      const timer = setTimeout(() => reject(new Error(`It says no address:\n${said}`)), NEVER_MS);
      const end = () => reject(new Error(`It ended:\n${said}`));
      closed.then(end, end).finally(() => clearTimeout(timer));
    });
    return { url, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
