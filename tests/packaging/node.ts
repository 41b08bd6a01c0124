// Nodes of other versions, from npm: the packages that `node` itself consists of.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";

const PLATFORM = process.platform === "win32" ? "win" : process.platform;
const PACKAGE = `node-${PLATFORM}-${process.arch}`;

/** Puts a Node into a folder; gives the folder of its program. */
export async function installNode(version: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private":true}\n');
  const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", `${PACKAGE}@${version}`];
  const { code, output } = await runProgram("npm", args, folder);
  if (code !== 0) throw new Error(output);
  return join(folder, "node_modules", PACKAGE, "bin");
}
