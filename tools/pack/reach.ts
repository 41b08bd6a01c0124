// The sources of a package that its exported entries and commands reach. Nothing else is packed: no tests, no fixtures.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Manifest, SOURCE_CONDITION } from "./manifest.ts";

/** Whatever looks like a file beside this one: imports, and programs that are started by their address. */
const NEIGHBOUR = /["'`](\.{1,2}\/[\w./-]+)/g;

/** Paths from the package's folder, in their order. */
export function reachableSources(folder: string, manifest: Manifest): string[] {
  const waiting = entriesOf(manifest).map((path) => join(folder, path));
  const reached = new Set<string>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const [, name = ""] of readFileSync(path, "utf8").matchAll(NEIGHBOUR)) {
      const neighbour = join(dirname(path), name.replace(/(?:\.|\.[jt]s)?$/, ".ts"));
      if (existsSync(neighbour)) waiting.push(neighbour);
    }
  }
  return [...reached].map((path) => relative(folder, path)).sort();
}

function entriesOf({ exports = {}, bin = {} }: Manifest): string[] {
  const entries = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? [] : [target[SOURCE_CONDITION] ?? ""],
  );
  const commands = Object.values(bin).map((path) =>
    path.replace(/^(?:\.\/)?dist\//, "src/").replace(/\.js$/, ".ts"),
  );
  return [...entries, ...commands];
}
