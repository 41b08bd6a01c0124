// A program that serves until it is told to stop: started in a group of processes of its own, which ends with it.

import { type ProcessGroup, startGroup } from "./process-group.ts";
import { plainEnv } from "./run-program.ts";
import { within } from "./within.ts";

export interface Serving {
  /** Where it listens, as it says so itself. */
  readonly url: string;
  /** All that it printed until now. */
  said(): string;
  /** Tells it to stop, as Ctrl+C does, and waits for its end; nothing that it started is left after it. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Its first group is the address. */
  readonly says: RegExp;
  /** How long it may take to say so, and to stop. */
  readonly withinMs?: number;
}

/** That it never says where it listens, or never stops. */
const NEVER_MS = 180_000;

/** @throws {Error} with all that it printed, where it ends, says nothing or does not stop */
export async function serve(
  command: string,
  args: readonly string[],
  { cwd, env, says, withinMs = NEVER_MS }: ServeOptions,
): Promise<Serving> {
  const group = startGroup(command, args, { cwd, env: { ...plainEnv(), ...env } });
  const failure = (what: string) =>
    new Error(`${command} ${args.join(" ")} ${what}. It printed:\n${group.said()}`);
  try {
    const url = await within(withinMs, addressOf(group, says, failure));
    if (url === undefined) throw failure(`said no address within ${withinMs / 1_000} s`);
    return {
      url,
      said: group.said,
      async stop() {
        group.signal("SIGINT");
        const exit = await within(withinMs, group.exit);
        await group.end();
        if (exit === undefined) throw failure(`did not stop within ${withinMs / 1_000} s`);
      },
    };
  } catch (thrown) {
    await group.end();
    throw thrown;
  }
}

function addressOf(
  group: ProcessGroup,
  says: RegExp,
  failure: (what: string) => Error,
): Promise<string> {
  return new Promise((resolve, reject) => {
    group.onMore((said) => {
      const [, found] = says.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    group.exit.then(async ({ reason = "" }) => {
      await group.end(); // then all that it printed is here
      reject(failure(`ended before it said an address. ${reason}`));
    }, reject);
  });
}
