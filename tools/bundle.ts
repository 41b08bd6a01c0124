// Bundles a module of ours for browsers as apps do: minified, and without what nobody uses.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/**
 * @param entry the text of the module that is bundled with what it imports
 * @param target what the browsers understand for which it is compiled
 */
export async function bundle(entry: string, root: URL, target = "esnext") {
  const id = "\0entry";
  const built = await build({
    configFile: false,
    root: fileURLToPath(root),
    logLevel: "error",
    // Vite leaves `module` and `import` out once conditions are named.
    resolve: { conditions: ["syncline-source", "browser", "module", "import", "default"] },
    plugins: [
      {
        name: "entry",
        resolveId: (source) => (source === "entry" ? id : undefined),
        load: (source) => (source === id ? entry : undefined),
      },
    ],
    build: {
      write: false,
      target,
      modulePreload: false,
      rolldownOptions: { input: "entry", output: { format: "es" } },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !("output" in output)) throw new Error("Nothing was bundled.");
  const chunks = output.output.filter((file) => file.type === "chunk");
  return {
    gzipBytes: chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0),
    chunks,
  };
}
