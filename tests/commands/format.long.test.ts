// npm run format writes into what it formats: it is tried on a copy of its configuration and one ugly file.

import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { plainEnv, runProgram } from "../packaging/run-program.ts";
import { ROOT } from "./commands.ts";

test("npm run format formats what is ugly", async () => {
  const folder = await mkdtemp(join(tmpdir(), "syncline-format-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { scripts } = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ scripts }));
  await mkdir(join(folder, "tools"));
  for (const path of ["biome.json", ".gitignore", "tools/no-ambient.grit"])
    await copyFile(new URL(path, ROOT), join(folder, path));
  await symlink(fileURLToPath(new URL("node_modules", ROOT)), join(folder, "node_modules"));
  await writeFile(join(folder, "ugly.ts"), "export   const one=1\n");
  const env = { ...plainEnv(), PATH: process.env["PATH"] };
  const { code, output } = await runProgram("npm", ["run", "format"], folder, env);
  expect([code, output]).toEqual([0, expect.stringContaining("Fixed")]);
  expect(await readFile(join(folder, "ugly.ts"), "utf8")).toBe("export const one = 1;\n");
});
