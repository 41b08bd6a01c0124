// A stranger's project: an empty folder into which our tarballs are installed by npm.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, runProgram } from "./run-program.ts";
import { sharedTarballs } from "./shared-tarballs.ts";

export interface Workshop {
  /** Where all of it lies. */
  readonly folder: string;
  /** The tarballs of all packages, by the package's folder. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** An empty project with the tarballs and the packages named. */
  project(name: string, packages: readonly string[]): Promise<Project>;
  close(): Promise<void>;
}

export interface Project {
  readonly folder: string;
  /** What npm said. */
  readonly installed: Outcome;
}

/** A folder for projects, and everything packed, as `npm run pack` does it. */
export async function openWorkshop(): Promise<Workshop> {
  const tarballs = await sharedTarballs();
  const folder = await mkdtemp(join(tmpdir(), "syncline-packaging-"));
  return {
    folder,
    tarballs,
    async project(name, packages) {
      const project = join(folder, name);
      await mkdir(project);
      await writeFile(join(project, "package.json"), '{"private":true,"type":"module"}\n');
      const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--save-exact"];
      const installed = await runProgram(
        "npm",
        [...args, ...tarballs.values(), ...packages],
        project,
      );
      return { folder: project, installed };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
