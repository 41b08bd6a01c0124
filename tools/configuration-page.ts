// docs/configuration.md, from the declarations of the options.

import { OPTION_NAMES, optionSpec } from "../packages/server/src/config/options.ts";

export function configurationPage(): string {
  const rows = OPTION_NAMES.map((name) => {
    const { env, flag, description, dialectEnv = {}, default: fallback } = optionSpec(name);
    const theirs = Object.entries(dialectEnv).map(
      ([dialect, variable]) => `, with the dialect ${dialect} also \`${variable}\``,
    );
    const shown =
      fallback === undefined || String(fallback) === "" ? "" : `\`${String(fallback)}\``;
    return `| \`${name}\` | \`--${flag}\` | \`${env}\`${theirs.join("")} | ${shown} | ${description} |`;
  });
  return [
    "# Configuration",
    "",
    "Values come from the defaults, then `syncline.config.ts` or `syncline.config.toml` in the working folder, then",
    "the environment, then flags; the later wins. `syncline config` shows every value with its source. Made by",
    "`npm run pages` from `packages/server/src/config/options.ts`.",
    "",
    "| option | flag | environment | default | what it does |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
