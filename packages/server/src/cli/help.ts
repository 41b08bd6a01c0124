// Help texts, from the declarations.

import { type OptionName, optionSpec } from "../config/options.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";

export function overview(): string {
  const rows = [...COMMANDS].map(([name, { summary }]) => [name, summary] as const);
  return [
    "syncline: the server of offline-first apps",
    "",
    "Usage: syncline <command> [arguments] [flags]",
    "",
    table(rows),
    "",
    "Every command takes --help, --json (for programs), --debug, and the flags of the configuration",
    "(--data, --port …; see syncline config --help).",
    "",
  ].join("\n");
}

export function commandHelp(name: string, command: Command): string {
  const flags = Object.entries(command.flags ?? {}).map(
    ([flag, { type, description }]) =>
      [`--${flag}${type === "string" ? " <value>" : ""}`, description] as const,
  );
  const options = (command.options ?? ["data"]).map(optionRow);
  return [
    command.summary,
    "",
    `Usage: syncline ${name} ${command.usage}`.trimEnd(),
    "",
    "Flags:",
    table([...flags, ...options]),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function optionRow(option: OptionName): readonly [string, string] {
  const { flag, description, default: fallback, env } = optionSpec(option);
  const shown = fallback === undefined || String(fallback) === "" ? "" : ` [${String(fallback)}]`;
  return [`--${flag} <value>`, `${description}${shown} (${env})`];
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
