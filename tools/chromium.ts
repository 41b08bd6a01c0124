// The browser that tests run in: the system's Chromium, installed where that can be done, or else Playwright's own.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * What is turned off in it. Each window starts two pages for the suggestions of its address bar, which no test sees and
 * which take longer than many a test. Of two lists the later one counts: the others are what Playwright turns off.
 */
const FEATURES_OFF = [
  ...["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"],
  ...["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"],
  ...["HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"],
  ...["ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "AimEnabled"],
  ...["TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying"],
  ...["PreconnectToSearch", "msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion"],
];

/** Tests run as root in containers, where Chromium's sandbox cannot; and nothing of theirs is for the network. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  "--no-sandbox",
  "--disable-background-networking",
  `--disable-features=${FEATURES_OFF.join(",")}`,
];

/**
 * Where the browser is, as Playwright wants to know it; nothing: it uses its own, and says what to do when
 * that is not installed. `CHROMIUM` names another one.
 */
export function findChromium(): { readonly executablePath?: string } {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) return { executablePath: named };
  const found = PATHS.find((path) => existsSync(path)) ?? install();
  return found === undefined ? {} : { executablePath: found };
}

/** On Debian and as root, a system's package is a command away. */
function install(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.log("Installing Chromium for the tests …");
  spawnSync("apt-get", ["update"], { stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
    stdio: "ignore",
  });
  return PATHS.find((path) => existsSync(path));
}
