// What the packages export, as their tarballs say it.

import { spawnSync } from "node:child_process";

export interface PublishedManifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly [field: string]: unknown;
}

/** The paths in a tarball, from the package's folder. */
export function filesIn(tarball: string): string[] {
  const { stdout } = spawnSync("tar", ["-tzf", tarball], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((path) => path !== "")
    .map((path) => path.replace(/^package\//, ""));
}

export function textIn(tarball: string, path: string): string {
  return spawnSync("tar", ["-xzOf", tarball, `package/${path}`], { encoding: "utf8" }).stdout;
}

export function manifestIn(tarball: string): PublishedManifest {
  return JSON.parse(textIn(tarball, "package.json")) as PublishedManifest; // checked by the test
}

/** What a program can import: `@syncline/kit/sqlite`. Files that are no module are left out. */
export function modulesOf({ name, exports }: PublishedManifest): string[] {
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === "string" ? [] : [name + path.slice(1)],
  );
}
