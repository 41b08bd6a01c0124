// Reads the flags and arguments of a command: every flag is known, is given once, and has a value of its kind.

import { parseArgs } from "node:util";
import { OPTION_NAMES, optionSpec } from "../config/options.ts";
import { type Command, UsageError } from "./command.ts";
import { nearest } from "./nearest.ts";

export interface ReadFlags {
  readonly values: { readonly [flag: string]: string | boolean | undefined };
  readonly positionals: readonly string[];
}

const SHARED: { readonly [flag: string]: "string" | "boolean" } = {
  help: "boolean",
  json: "boolean",
  debug: "boolean",
  config: "string",
};

/** @throws {UsageError} */
export function readFlags(command: Command, args: readonly string[]): ReadFlags {
  const kinds = new Map<string, "string" | "boolean">(Object.entries(SHARED));
  for (const name of OPTION_NAMES) {
    const { flag, kind, secret } = optionSpec(name);
    kinds.set(flag, kind === "boolean" ? "boolean" : "string");
    if (secret === true) kinds.set(`${flag}-file`, "string");
  }
  for (const [flag, { type }] of Object.entries(command.flags ?? {})) kinds.set(flag, type);
  const { values, positionals, tokens } = parse(withValues(args, kinds), kinds);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (seen.has(token.name)) throw new UsageError(`--${token.name} is given twice`);
    seen.add(token.name);
  }
  const read = Object.entries(values).map(([flag, value]): [string, string | boolean] => [
    flag,
    kinds.get(flag) === "boolean" ? toBoolean(flag, String(value)) : String(value),
  ]);
  return { values: Object.fromEntries(read), positionals };
}

function parse(args: string[], kinds: ReadonlyMap<string, string>) {
  const options = Object.fromEntries(
    [...kinds.keys()].map((flag) => [flag, { type: "string" as const }]),
  );
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true, tokens: true });
  } catch (thrown) {
    const message =
      thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown);
    const [, unknown] = /Unknown option '--?([^']+)'/.exec(message) ?? [];
    if (unknown === undefined) throw new UsageError(message.replace(/\.$/, ""));
    throw new UsageError(`there is no flag --${unknown}${nearest(unknown, [...kinds.keys()])}`);
  }
}

/** `--accounts`, `--accounts false`, `--accounts=false` and `--no-accounts`: each gets its value behind it. */
function withValues(args: readonly string[], kinds: ReadonlyMap<string, string>): string[] {
  const written: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") return [...written, ...args.slice(i)];
    const [, no, name = ""] = /^--(no-)?([a-z-]+)$/.exec(arg) ?? [];
    if (kinds.get(name) !== "boolean") written.push(arg);
    else if (no !== undefined) written.push(`--${name}=false`);
    else if (/^(true|false|1|0)$/.test(args[i + 1] ?? "")) written.push(`--${name}=${args[++i]}`);
    else written.push(`--${name}=true`);
  }
  return written;
}

function toBoolean(flag: string, value: string): boolean {
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new UsageError(`--${flag} takes true or false, not "${value}"`);
}
