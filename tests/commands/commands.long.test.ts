// Runs every command that the documents name, as they name it, and looks at what it says at its end.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PATIENT, runProgram } from "../packaging/run-program.ts";
import { serve } from "../packaging/serving.ts";
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
    expect(code, output).toBe(0);
    expect(output).toMatch(says);
  },
);

test.each(serving.map((command) => [shown(command.args), command] as const))(
  "%s serves a page, and stops when told",
  async (_title, { args, says, env }) => {
    const own = env?.(folder) ?? {};
    const { url, said, stop } = await serve("npm", args, { cwd, env: own, says });
    try {
      const page = await fetch(url, { headers: { accept: "text/html" } });
      expect(page.status, said()).toBe(200);
      expect(await page.text()).toContain("<script");
    } finally {
      await stop();
    }
  },
);
