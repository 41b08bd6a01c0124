// syncline config: every option with its value and where the value came from.

import { OPTION_NAMES, optionSpec } from "../config/options.ts";
import { type Command, printJson, printLine, takeArgs } from "./command.ts";

export const config: Command = {
  summary: "Show the configuration: every option, its value, and where it came from.",
  usage: "[flags]",
  examples: ["syncline config", "syncline config --json"],
  options: OPTION_NAMES,
  async run({ args, loaded, terminal, json }) {
    takeArgs(args, []);
    const rows = OPTION_NAMES.map((name) => {
      const value = loaded.values[name];
      const shown = optionSpec(name).secret === true && value !== undefined ? "(hidden)" : value;
      return { name, value: shown ?? null, source: loaded.sources[name] };
    });
    if (json) printJson(terminal, rows);
    else {
      for (const { name, value, source } of rows) {
        const text =
          value === null ? "-" : Array.isArray(value) ? value.join(", ") || "-" : String(value);
        printLine(terminal, `${name.padEnd(20)} ${text.padEnd(28)} ${source}`);
      }
    }
    return 0;
  },
};
