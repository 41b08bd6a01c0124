// What a command of the command line is, and what it may touch.

import type { LoadedConfig } from "../config/load.ts";
import type { Config, OptionName } from "../config/options.ts";

/** Where a command reads and writes: passed in, so that tests can look. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stdin: NodeJS.ReadableStream;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  /** Fires when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Values of options that were given nowhere, instead of the declared ones. */
  readonly defaults?: Partial<Config>;
  /** Told once a server is up, by a command that goes on until it is stopped. */
  readonly isUp?: () => void;
}

/** How this command is called from a shell: sources run in the repository alone, where npm starts them. */
export const COMMAND = import.meta.url.endsWith(".ts") ? "npm run syncline --" : "syncline";

export interface FlagSpec {
  readonly type: "string" | "boolean";
  readonly description: string;
}

export interface CommandInput {
  readonly args: readonly string[];
  readonly flags: { readonly [name: string]: string | boolean | undefined };
  readonly config: Config;
  readonly loaded: LoadedConfig;
  readonly terminal: Terminal;
  /** Whether the output is to be read by programs. */
  readonly json: boolean;
}

export interface Command {
  readonly summary: string;
  /** What follows the command's name. */
  readonly usage: string;
  readonly examples: readonly string[];
  readonly flags?: { readonly [name: string]: FlagSpec };
  /** Options of the configuration that matter here; their flags are accepted by all commands. */
  readonly options?: readonly OptionName[];
  /** @returns the exit code: 0 all is well, 1 it is not */
  run(input: CommandInput): Promise<number>;
}

/** A mistake in how a command was called: exit code 2, with a hint to its help. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The arguments that a command must have, by name. */
export function takeArgs<const Names extends readonly string[]>(
  args: readonly string[],
  names: Names,
): { readonly [Name in Names[number]]: string } {
  const missing = names[args.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing`);
  const extra = args[names.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
  // As many arguments as names, in their order.
  return Object.fromEntries(names.map((name, i) => [name, args[i]])) as {
    readonly [Name in Names[number]]: string;
  };
}

export function printLine(terminal: Terminal, text: string): void {
  terminal.stdout.write(`${text}\n`);
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value)}\n`);
}
