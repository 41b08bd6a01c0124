// Before the browser's tests: the web apps are built once, so that files that run side by side do not build under each other.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export function setup(): void {
  const script = fileURLToPath(new URL("./build.ts", import.meta.url));
  // Not in here: the test runner's own loader knows nothing of the workspace's sources.
  execFileSync(process.execPath, ["--conditions=syncline-source", script], { stdio: "inherit" });
}
