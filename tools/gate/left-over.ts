// What a run of the tests leaves behind: processes and folders. A run has a folder of its own that everything it starts
// inherits as its place for temporary files; by that, and by the session, what belongs to it is known.

import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface Run {
  /** Its folder for temporary files. */
  readonly folder: string;
  /** The session whose leader the runner is. */
  readonly session?: number;
}

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** A process that ends takes a moment, on a busy machine a long one. */
const PATIENCE_MS = 10_000;
/** Folders of programs that tidy up at their next start, not at their end. */
const OF_OTHER_MAKERS =
  /^(node-compile-cache|\.?org\.chromium\.|\.com\.google\.Chrome|v8-compile-cache)/;

export function openRunFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "syncline-run-"));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user
  return folder;
}

/** The processes of a run, but not this one. Known on Linux only; elsewhere there are none to be seen. */
export function processesOf(run: Run): RunningProcess[] {
  const found: RunningProcess[] = [];
  if (process.platform !== "linux") return found;
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const pid = Number(name);
    if (pid !== process.pid && belongsTo(pid, run)) found.push({ pid, command: commandOf(pid) });
  }
  return found;
}

function belongsTo(pid: number, { folder, session }: Run): boolean {
  const stat = read(pid, "stat");
  // After the name in parentheses: state, parent, group, session.
  const [state, , , ownSession] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (stat === "" || state === "Z" || state === "X") return false;
  if (session !== undefined && Number(ownSession) === session) return true;
  const mark = `TMPDIR=${folder}`;
  if (
    read(pid, "environ")
      .split("\0")
      .some((entry) => entry === mark || entry.startsWith(`${mark}/`))
  )
    return true;
  // Some programs write their title over their environment.
  return placeOf(pid).startsWith(`${folder}/`);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it has ended, or belongs to somebody else
  }
}

function placeOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ""; // it has ended, or belongs to somebody else
  }
}

function commandOf(pid: number): string {
  return read(pid, "cmdline").split("\0").join(" ").trim() || read(pid, "comm").trim();
}

/** Ends what a run has left and removes its folder. @returns one line for each thing that should not have been there */
export async function sweep(run: Run, { patienceMs = PATIENCE_MS } = {}): Promise<string[]> {
  const end = performance.now() + patienceMs;
  let left = processesOf(run);
  while (left.length > 0 && performance.now() < end) {
    await wait(200);
    left = processesOf(run);
  }
  const folders = readdirSync(run.folder).filter((name) => !OF_OTHER_MAKERS.test(name));
  for (let rest = left; rest.length > 0; rest = processesOf(run)) {
    for (const { pid } of rest) endProcess(pid);
    await wait(20);
  }
  rmSync(run.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return [
    ...left.map(({ pid, command }) => `Process ${pid} was still running: ${command.slice(0, 300)}`),
    ...folders.map((name) => `A folder was not removed: ${name}`),
  ];
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
