// Programs that tests run to their end, with the environment that a stranger's shell has.

import { startGroup } from "./process-group.ts";
import { within } from "./within.ts";

/** That something hangs is said long before the runner gives up. */
const NEVER_MS = 600_000;
/** For the tests that run programs: longer than any program, on a machine that is busy with other things. */
export const PATIENT = { testTimeout: 1_800_000, hookTimeout: 1_800_000 };

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** All that was printed, and why it ended where it failed. */
  readonly output: string;
}

/** What a stranger's shell has: nothing of the npm and the test runner that this runs below. */
export function plainEnv(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_|vitest|node_options|node_env|node_path|syncline_|force_color)/i.test(name),
  );
  // Colours come with CI, too, and would lie between the words that are looked for.
  return { ...Object.fromEntries(own), NO_COLOR: "1" };
}

/** Runs a program to its end, whatever that is. What it started ends with it, and one that hangs is ended. */
export async function runProgram(
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = plainEnv(),
  withinMs = NEVER_MS,
): Promise<Outcome> {
  const group = startGroup(file, args, { cwd, env });
  try {
    const exit = await within(withinMs, group.exit);
    await group.end();
    const { code, reason = "" } = exit ?? {
      code: null,
      reason: `It did not end within ${withinMs / 1_000} s.`,
    };
    const failed = code === 0 ? "" : `\n${file} ${args.join(" ")} ended with ${code}. ${reason}`;
    return { code: code ?? 1, stdout: group.saidWell(), output: group.said() + failed };
  } finally {
    await group.end();
  }
}
