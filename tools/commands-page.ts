// docs/commands.md, from the declarations of the commands.

import { COMMANDS } from "../packages/server/src/cli/commands.ts";

export function commandsPage(): string {
  const parts = [...COMMANDS].map(
    ([name, { summary, usage, examples, flags = {}, options = [] }]) => {
      const rows = Object.entries(flags).map(
        ([flag, { type, description }]) =>
          `| \`--${flag}${type === "string" ? " <text>" : ""}\` | ${description.replaceAll("|", "\\|")} |`,
      );
      const names = options.map((option) => `\`${option}\``).join(", ");
      const shared =
        options.length > 30
          ? "Every option of the [configuration](configuration.md) matters here."
          : `Options of the [configuration](configuration.md) that matter here: ${names}.`;
      return [
        `## syncline ${name}`,
        "",
        `${summary.charAt(0).toUpperCase()}${summary.slice(1).replace(/\.$/, "")}.`,
        "",
        "```sh",
        `syncline ${name} ${usage}`.trimEnd(),
        "```",
        "",
        ...(rows.length === 0 ? [] : ["| flag | what it does |", "|---|---|", ...rows, ""]),
        ...(names === "" ? [] : [shared, ""]),
        "For example:",
        "",
        "```sh",
        ...examples,
        "```",
        "",
      ].join("\n");
    },
  );
  return [
    "# Commands",
    "",
    "Everything that the `syncline` command does. In this repository it is `npm run syncline --`. Each command takes `--help`, `--json`",
    "(output for programs), `--debug`, `--config FILE`, and every flag of the [configuration](configuration.md). The exit code is 0 when all is",
    "well, 1 when it is not, and 2 when the command was called wrongly. Made by `npm run pages` from `packages/server/src/cli/`.",
    "",
    ...parts,
  ].join("\n");
}
