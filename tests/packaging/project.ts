// A stranger's project: an empty folder into which our tarballs are installed by npm, and what is run in it.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
/** That something hangs must be said before the runner gives up, and leave nothing behind. */
const NEVER_MS = 1_700_000;
/** For the tests that run programs: longer than any program, on a machine that is busy with other things. */
export const PATIENT = { testTimeout: 1_800_000, hookTimeout: 1_800_000 };
const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** All that was printed, and why it ended where it failed. */
  readonly output: string;
}

/** What a stranger's shell has: nothing of the npm and the test runner that this runs below. */
export function plainEnv(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_|vitest|node_options|node_env|node_path|syncline_|force_color)/i.test(name),
  );
  // Colours come with CI, too, and would lie between the words that are looked for.
  return { ...Object.fromEntries(own), NO_COLOR: "1" };
}

/** Runs a program to its end, whatever that is. */
export async function runProgram(
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = plainEnv(),
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(file, args, {
      cwd,
      env,
      maxBuffer: 64 * 1024 * 1024,
      timeout: NEVER_MS,
    });
    return { code: 0, stdout, output: stdout + stderr };
  } catch (thrown) {
    // What execFile rejects with has what the program printed.
    const { code, stdout, stderr } = thrown as { code?: unknown; stdout: string; stderr: string };
    return {
      code: typeof code === "number" ? code : 1,
      stdout,
      output: `${stdout}${stderr}${thrown}`,
    };
  }
}

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

/** Packs everything, as `npm run pack` does it. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), "syncline-packaging-"));
  const packs = join(folder, "tarballs");
  const packed = await runProgram("npm", ["run", "pack", "--", "--to", packs], root);
  if (packed.code !== 0) throw new Error(packed.output);
  const files = await readdir(packs);
  const tarballs = new Map(
    files.map((file) => [file.replace(/^syncline-|-\d.*$/g, ""), join(packs, file)] as const),
  );
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
