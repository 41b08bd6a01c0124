// Runs every command that the documents name, as they name it, and looks at what it says at its end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PATIENT, plainEnv, runProgram } from "../packaging/project.ts";
import { COMMANDS, FOLDER, ROOT } from "./commands.ts";

vi.setConfig(PATIENT);

const cwd = fileURLToPath(ROOT);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "syncline-commands-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const shown = (args: readonly string[]) => `npm ${args.join(" ")}`;
const finite = Object.values(COMMANDS).filter((command) => command.type === "ends");
const serving = Object.values(COMMANDS).filter((command) => command.type === "serves");

test.each(finite.map((command) => [shown(command.args), command] as const))(
  "%s ends well",
  async (_title, { args, says }) => {
    const given = args.map((arg) => (arg === FOLDER ? folder : arg));
    const { code, output } = await runProgram("npm", given, cwd);
    expect(output).toMatch(says);
    expect(code).toBe(0);
  },
);

test.each(serving.map((command) => [shown(command.args), command] as const))(
  "%s serves a page, and stops when told",
  async (_title, { args, says, env }) => {
    const child = spawn("npm", args, {
      cwd,
      env: { ...plainEnv(), ...env?.(folder) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a group of its own, which is told to stop as Ctrl+C tells it
    });
    const closed = once(child, "close");
    try {
      let said = "";
      const url = await new Promise<string>((resolve, reject) => {
        const hear = (data: Buffer) => {
          said += data;
          const [, found] = says.exec(said) ?? [];
          if (found !== undefined) resolve(found);
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", hear);
        closed.then(() => reject(new Error(`It ended: ${said}`)), reject);
      });
      const page = await fetch(url, { headers: { accept: "text/html" } });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("<script");
    } finally {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
      await closed;
    }
  },
);
