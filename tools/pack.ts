// npm run pack: the packages as they are published, as tarballs in artifacts/packages, or where `--to` says.
// What an exported entry does not reach is not packed; what only this repository needs is taken out of package.json.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { stagePackage } from "./pack/stage.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({ options: { to: { type: "string" } } });
const to = resolve(values.to ?? join(root, "artifacts/packages"));

mkdirSync(to, { recursive: true });
run("npm", ["run", "build"], root);
for (const name of readdirSync(join(root, "packages"))) {
  const stage = join(to, name);
  rmSync(stage, { recursive: true, force: true });
  stagePackage({ root, name, stage });
  const said = run("npm", ["pack", "--ignore-scripts", "--pack-destination", to], stage);
  rmSync(stage, { recursive: true });
  console.log(join(to, said.trim().split("\n").at(-1) ?? ""));
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} failed in ${cwd}:\n${stdout}${stderr}`);
}
