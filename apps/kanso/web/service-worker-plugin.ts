// Builds the service worker last, when what was built lies on the disk.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, transformWithOxc } from "vite";

const SOURCE = fileURLToPath(new URL("./worker/service-worker.ts", import.meta.url));
const NAME = "service-worker.js";

/** Every file of the build is on the device before the first time without a network. */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    // Not earlier: chunks that turn out to be empty are left out at the very end.
    async writeBundle({ dir = "" }) {
      const hash = createHash("sha256");
      const files = ["/"];
      for (const path of filesIn(dir)) {
        hash.update(readFileSync(join(dir, path)));
        if (!path.endsWith(".html") && path !== NAME) files.push(`/${path.replaceAll(sep, "/")}`);
      }
      const { code } = await transformWithOxc(readFileSync(SOURCE, "utf8"), SOURCE);
      const known = { FILES: files, VERSION: hash.digest("hex").slice(0, 12) };
      writeFileSync(
        join(dir, NAME),
        code.replace("self.BUILD", () => JSON.stringify(known)),
      );
    },
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
