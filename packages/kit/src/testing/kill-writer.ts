// Starts the writer, and kills it in the middle of its work.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What was acknowledged by a writer before it was killed. */
export async function acknowledgedBeforeKill(
  module: string,
  location: string,
  count: number,
): Promise<string[]> {
  // Beside this file, as source or as built.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const script = fileURLToPath(new URL(`./writer-process.${extension}`, import.meta.url));
  const child = spawn(
    process.execPath,
    ["--conditions=syncline-source", script, module, location],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  let complaints = "";
  const ended = once(child, "close");
  child.stderr.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_000);
  });
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split("\n").length > count) child.kill("SIGKILL");
  });
  await ended;
  if (child.signalCode !== "SIGKILL") throw new Error(`The writer ended by itself: ${complaints}`);
  return said.split("\n").slice(0, -1);
}
