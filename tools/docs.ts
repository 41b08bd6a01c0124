// npm run docs: builds the documentation as a site, in docs/dist. `npm run docs -- dev` shows it while one writes.
// VitePress is installed for it beside the workspace: nobody else needs its packages.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const site = fileURLToPath(new URL("../docs/site/", import.meta.url));
const command = process.argv[2] ?? "build";
if (!["build", "dev", "preview"].includes(command))
  throw new Error(`npm run docs takes build, dev or preview, not "${command}".`);

function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(program, args, { cwd: site, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(`${site}node_modules/.bin/vitepress`))
  run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
run("npm", "exec", "--", "vitepress", command);
