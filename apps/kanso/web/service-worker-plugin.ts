// Builds the service worker last, when it is known what else was built.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Plugin, transformWithOxc } from "vite";

const SOURCE = fileURLToPath(new URL("./worker/service-worker.ts", import.meta.url));
const PUBLIC = fileURLToPath(new URL("./public/", import.meta.url));

/** Every file of the build is on the device before the first time without a network. */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async generateBundle(_options, bundle) {
      const hash = createHash("sha256");
      const files = ["/"];
      for (const [name, output] of Object.entries(bundle).sort()) {
        hash.update(output.type === "chunk" ? output.code : output.source);
        if (!name.endsWith(".html")) files.push(`/${name}`);
      }
      for (const name of readdirSync(PUBLIC).sort()) {
        hash.update(readFileSync(`${PUBLIC}${name}`));
        files.push(`/${name}`);
      }
      const { code } = await transformWithOxc(readFileSync(SOURCE, "utf8"), SOURCE);
      const known = { FILES: files, VERSION: hash.digest("hex").slice(0, 12) };
      this.emitFile({
        type: "asset",
        fileName: "service-worker.js",
        source: code.replace("self.BUILD", () => JSON.stringify(known)),
      });
    },
  };
}
