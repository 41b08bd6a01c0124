// docs/configuration.md, from the declarations of the options.

import { OPTION_NAMES, optionSpec } from "../packages/server/src/config/options.ts";

export function configurationPage(): string {
  const rows = OPTION_NAMES.map((name) => {
    const { env, flag, description, dialectEnv = {}, default: fallback, secret } = optionSpec(name);
    const theirs = Object.entries(dialectEnv).map(
      ([dialect, variable]) => `, with the dialect ${dialect} also \`${variable}\``,
    );
    const shown =
      fallback === undefined || String(fallback) === "" ? "" : `\`${String(fallback)}\``;
    const inFile = secret === true ? `, \`${env}_FILE\`` : "";
    return `| \`${name}\` | \`--${flag}\` | \`${env}\`${inFile}${theirs.join("")} | ${shown} | ${description} |`;
  });
  return [
    "# Configuration",
    "",
    "Values come from the defaults, then `syncline.config.ts` or `syncline.config.toml` in the working folder, then",
    "the environment, then flags; the later wins. `--config FILE` (`SYNCLINE_CONFIG`) names another file. A secret may lie in",
    "a file of its own: `SYNCLINE_AUTH_SECRET_FILE=/run/secrets/auth`, `--auth-secret-file`, or `authSecretFile` in the",
    "configuration's file, and so for each. `syncline config` shows every value with its source. Made by",
    "`npm run pages` from `packages/server/src/config/`.",
    "",
    "| option | flag | environment | default | what it does |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
