// A program in a group of processes of its own: what it prints is kept, and nothing that it started outlives it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { within } from "./within.ts";

/** For what was printed before the end to arrive. */
const LAST_WORDS_MS = 10_000;

export interface ProcessGroup {
  /** When the program itself has ended. */
  readonly exit: Promise<Exit>;
  /** All that was printed until now, and what of it was no error. */
  said(): string;
  saidWell(): string;
  /** Calls with everything that was said, whenever there is more. */
  onMore(listener: (said: string) => void): void;
  /** To all of its processes; to none where all have ended. */
  signal(name: NodeJS.Signals): void;
  /** Ends whatever still runs. @returns after nobody can print any more */
  end(): Promise<void>;
}

export interface Exit {
  readonly code: number | null;
  /** Why it could not be started, or what ended it. */
  readonly reason?: string;
}

export interface GroupOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export function startGroup(
  command: string,
  args: readonly string[],
  { cwd, env }: GroupOptions,
): ProcessGroup {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // its own group, which is told to stop as Ctrl+C tells it
  });
  const closed = once(child, "close").catch(() => undefined); // told by `exit`
  let all = "";
  let well = "";
  const listeners: ((said: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      all += text;
      if (stream === child.stdout) well += text;
      for (const listener of listeners) listener(all);
    });
  }
  const signal = (name: NodeJS.Signals) => signalGroup(child, name);
  return {
    exit: exitOf(child),
    said: () => all,
    saidWell: () => well,
    onMore: (listener) => void listeners.push(listener),
    signal,
    async end() {
      signal("SIGKILL");
      await within(LAST_WORDS_MS, closed);
      // Whoever left the group may hold them open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  try {
    const [code, name] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return name === null ? { code } : { code, reason: `It was ended by ${name}.` };
  } catch (thrown) {
    return { code: null, reason: String(thrown) };
  }
}

/** To all processes of the group that a child leads. */
export function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (thrown) {
    // All of them have ended.
    if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
  }
}
