// npm start: the habit tracker on its server. Builds the web app where it is missing or older than its sources.

import { fileURLToPath } from "node:url";
import { main } from "@syncline/server/cli";
import { endWithParent } from "./end-with-parent.ts";
import { freshSite } from "./fresh-site.ts";

const args = process.argv.slice(2);
const needsNoSite = args.some((arg) => /^(?:--site(?:=.*)?|--help|-h)$/.test(arg));
const site =
  needsNoSite || (process.env["SYNCLINE_SITE"] ?? "") !== ""
    ? undefined
    : await freshSite((line) => process.stderr.write(`${line}\n`));

if (process.env["npm_lifecycle_event"] !== undefined) endWithParent();
await main({
  args: ["serve", ...args],
  defaults: {
    apps: fileURLToPath(import.meta.resolve("@syncline/kanso-server/apps")),
    accounts: true,
    ...(site === undefined ? {} : { site }),
  },
});
