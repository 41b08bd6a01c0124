// Help texts, from the declarations.

import type { OptionFormat, OptionSpec } from "../config/option-spec.ts";
import { type OptionName, optionSpec } from "../config/options.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";

const FORMAT_NAMES: { readonly [format in OptionFormat]: string } = {
  http: "https://…",
  nats: "nats://…",
  network: "network",
  origin: "origin",
  postgres: "postgres://…",
  redis: "redis://…",
  schema: "name",
  smtp: "smtps://…",
};

export function overview(): string {
  const rows = [...COMMANDS].map(([name, { summary }]) => [name, summary] as const);
  return [
    "syncline: the server of offline-first apps",
    "",
    "Usage: syncline <command> [arguments] [flags]",
    "",
    table(rows),
    "",
    "Every command takes --help, --json (for programs), --debug, --config <file> (SYNCLINE_CONFIG), and the",
    "flags of the configuration (--data, --port …; see syncline config --help). A secret may be in a file:",
    "--auth-secret-file, SYNCLINE_AUTH_SECRET_FILE, and so for each.",
    "",
  ].join("\n");
}

export function commandHelp(name: string, command: Command): string {
  const flags = Object.entries(command.flags ?? {}).map(
    ([flag, { type, description }]) =>
      [`--${flag}${type === "string" ? " <text>" : ""}`, description] as const,
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
  const spec = optionSpec(option);
  const { flag, description, default: fallback, env, secret } = spec;
  const variables = secret === true ? `${env}, ${env}_FILE` : env;
  const shown = fallback === undefined || String(fallback) === "" ? "" : ` [${String(fallback)}]`;
  return [`--${flag} ${kindOf(spec)}`, `${description}${shown} (${variables})`];
}

/** What a value looks like. */
function kindOf({ kind, choices, min = 0, max, format }: OptionSpec): string {
  switch (kind) {
    case "number":
      return max === undefined ? `<${min}…>` : `<${min}–${max}>`;
    case "boolean":
      return "[true|false]";
    case "choice":
      return `<${choices?.join("|")}>`;
    case "list":
      return `<${choices?.join(",") ?? format ?? "name"},…>`;
    case "text":
      return `<${format === undefined ? "text" : FORMAT_NAMES[format]}>`;
    default:
      return kind satisfies never;
  }
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
