// Which browsers are on this machine beside Chromium, and what is said and done where one is not.

import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import type { WebKitPaths } from "./webkit.ts";

type Name = "Firefox" | "WebKit";

const PACKAGES: Readonly<Record<Name, readonly string[]>> = {
  Firefox: ["firefox-esr"],
  WebKit: ["webkit2gtk-driver", "xvfb"],
};

/** What names another one than the system's. */
const NAMED: Readonly<Record<Name, string>> = { Firefox: "FIREFOX", WebKit: "WEBKIT_DRIVER" };

/** Where Firefox is; `FIREFOX` names another one. */
export function firefoxPath(): string | undefined {
  const named = process.env[NAMED.Firefox];
  const paths = named === undefined ? ["/usr/bin/firefox-esr", "/usr/bin/firefox"] : [named];
  return paths.find((path) => existsSync(path));
}

/** Where WebKit's driver is, and what it needs; `WEBKIT_DRIVER` names another one. */
export function webkitPaths(): WebKitPaths | undefined {
  const driver = process.env[NAMED.WebKit] ?? "/usr/bin/WebKitWebDriver";
  const xvfb = "/usr/bin/Xvfb";
  const [browser] = globSync("/usr/lib/*/webkit2gtk-4.1/MiniBrowser");
  if (browser === undefined || !existsSync(driver) || !existsSync(xvfb)) return undefined;
  return { driver, browser, xvfb };
}

/** Installs what is missing; on Debian and as root, that is a command away. */
export function installBrowsers(): void {
  const wanted = missing().filter((name) => process.env[NAMED[name]] === undefined);
  const packages = wanted.flatMap((name) => PACKAGES[name]);
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.log(`Installing ${packages.join(", ")} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]])
    spawnSync("apt-get", args, { env, stdio: "ignore", timeout: 900_000 });
}

/** One line for each browser that nothing was tried in. */
export function untriedBrowsers(): string[] {
  return missing().map(
    (name) =>
      `Not tried in ${name}: it is not installed. On Debian: apt-get install -y ${PACKAGES[name].join(" ")}`,
  );
}

/** Whether a run in which one of them is missing fails: `SYNCLINE_BROWSERS=all`. */
export function needsAllBrowsers(): boolean {
  return process.env["SYNCLINE_BROWSERS"] === "all";
}

function missing(): Name[] {
  const there = { Firefox: firefoxPath(), WebKit: webkitPaths() };
  return (["Firefox", "WebKit"] as const).filter((name) => there[name] === undefined);
}
