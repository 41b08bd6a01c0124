// npm run docs: builds the documentation as a site, in docs/dist, with a reference made of the doc comments. `npm run docs -- dev` shows it while one writes.
// VitePress is installed for it beside the workspace: nobody else needs its packages.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { referencePages } from "./reference/pages.ts";
import { readPublicApi } from "./reference/public-api.ts";

const root = new URL("../", import.meta.url);
const site = fileURLToPath(new URL("docs/site/", root));
const command = process.argv[2] ?? "build";
if (!["build", "dev", "preview"].includes(command))
  throw new Error(`npm run docs takes build, dev or preview, not "${command}".`);

function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(program, args, { cwd: site, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function writeReference(folder: URL): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { path, text } of referencePages(readPublicApi(root)))
    writeFileSync(new URL(`${path}.md`, folder), text);
}

if (command !== "preview") writeReference(new URL("docs/reference/", root));
if (!existsSync(`${site}node_modules/.bin/vitepress`))
  run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
run("npm", "exec", "--", "vitepress", command);
