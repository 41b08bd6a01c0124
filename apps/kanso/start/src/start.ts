// npm start: the habit tracker on its server. Builds the web app and the console where they are missing or older than their sources.

import { fileURLToPath } from "node:url";
import { main } from "@syncline/server/cli";
import { endWithParent } from "./end-with-parent.ts";
import { freshConsole, freshSite } from "./fresh-site.ts";

const args = process.argv.slice(2);
const needsNoSite =
  args.some((arg) => /^(?:--site(?:=.*)?|--help|-h)$/.test(arg)) ||
  (process.env["SYNCLINE_SITE"] ?? "") !== "";
const say = (line: string) => process.stderr.write(`${line}\n`);

/** @returns undefined where it cannot be built; why was said */
async function site(): Promise<string | undefined> {
  try {
    await freshConsole(say);
    return await freshSite(say);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    say(`The web app cannot be built: ${reason}`);
    say("The server alone: npm run syncline -- serve");
    return undefined;
  }
}

const folder = needsNoSite ? undefined : await site();
if (folder === undefined && !needsNoSite) process.exitCode = 1;
else {
  if (process.env["npm_lifecycle_event"] !== undefined) endWithParent();
  await main({
    args: ["serve", ...args],
    defaults: {
      apps: fileURLToPath(import.meta.resolve("@syncline/kanso-server/apps")),
      accounts: true,
      ...(folder === undefined ? {} : { site: folder }),
    },
  });
}
