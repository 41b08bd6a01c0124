// Finds the command, reads its flags, runs it, and turns errors into messages and exit codes.

import { ERROR_CATALOGUE, ERROR_REMEDIES, isSynclineError } from "@syncline/core";
import { loadConfig } from "../config/load.ts";
import { VERSION } from "../version.ts";
import { type Command, type Terminal, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, overview } from "./help.ts";
import { nearest } from "./nearest.ts";
import { readFlags } from "./read-flags.ts";

const FAILED = 1;
const USAGE = 2;

/** Runs a command line. @returns the exit code: 0 done, 1 failed, 2 called wrongly */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.stdout.write(overview());
    return name === undefined ? USAGE : 0;
  }
  if (name === "--version" || name === "-v") {
    terminal.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    terminal.stderr.write(
      `There is no command ${name}${nearest(name, [...COMMANDS.keys()])}. See syncline --help.\n`,
    );
    return USAGE;
  }
  const debug = rest.includes("--debug");
  try {
    return await runKnown(name, command, rest, terminal);
  } catch (thrown) {
    return report(thrown, name, terminal, debug);
  }
}

async function runKnown(
  name: string,
  command: Command,
  rest: string[],
  terminal: Terminal,
): Promise<number> {
  const { values, positionals } = readFlags(command, rest);
  if (values["help"] === true) {
    terminal.stdout.write(commandHelp(name, command));
    return 0;
  }
  const { cwd, env, defaults = {} } = terminal;
  const file = values["config"] ?? env["SYNCLINE_CONFIG"];
  const loaded = await loadConfig({
    cwd,
    env,
    flags: values,
    defaults,
    ...(typeof file === "string" && file !== "" ? { file } : {}),
  });
  return await command.run({
    args: positionals,
    flags: values,
    config: loaded.values,
    loaded,
    terminal,
    json: values["json"] === true,
  });
}

function report(thrown: unknown, name: string, { stderr }: Terminal, debug: boolean): number {
  if (thrown instanceof UsageError) {
    stderr.write(`${thrown.message}. See syncline ${name} --help.\n`);
    return USAGE;
  }
  if (isSynclineError(thrown)) {
    const where = thrown.path === undefined ? "" : ` (${thrown.path})`;
    stderr.write(`${thrown.code}: ${thrown.message}${where}\n`);
    const { message } = ERROR_CATALOGUE[thrown.code];
    if (thrown.message === message || thrown.code.startsWith("database_"))
      stderr.write(`${ERROR_REMEDIES[thrown.code]}\n`);
  } else {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    stderr.write(
      `Something went wrong that should not: ${message}\nRun it again with --debug and report what it prints.\n`,
    );
  }
  if (debug && thrown instanceof Error)
    stderr.write(
      `${thrown.stack ?? ""}\n${thrown.cause instanceof Error ? thrown.cause.stack : ""}\n`,
    );
  return FAILED;
}
