// One package as it is published, in a folder of its own.

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { BILL, billOf } from "./bill.ts";
import { type Manifest, publishedManifest } from "./manifest.ts";
import { reachableSources } from "./reach.ts";
import { absoluteLinks } from "./readme.ts";

export interface StageOptions {
  /** The repository's folder. */
  readonly root: string;
  /** The package's folder below `packages`. */
  readonly name: string;
  /** Where it is put. */
  readonly stage: string;
}

const COMPILED = [".js", ".js.map", ".d.ts", ".d.ts.map"];
/** What `files` of a package names that is copied file by file. */
const SOURCES = ["dist", "src"];

/** @throws Error where the package was not built */
export function stagePackage({ root, name, stage }: StageOptions): void {
  const from = join(root, "packages", name);
  const manifest = readManifest(join(from, "package.json"));
  const workspace = readManifest(join(root, "package.json"));
  for (const source of reachableSources(from, manifest)) {
    copy(from, stage, source);
    const stem = source.replace(/^src/, "dist").replace(/\.ts$/, "");
    for (const extension of COMPILED) copy(from, stage, stem + extension);
  }
  for (const entry of manifest.files ?? [])
    if (!SOURCES.includes(entry))
      cpSync(join(from, entry), join(stage, entry), { recursive: true });
  copyFileSync(join(root, "LICENSE"), join(stage, "LICENSE"));
  const packed = { ...manifest, files: [...(manifest.files ?? []), BILL] };
  const published = publishedManifest(packed, { workspace, directory: relative(root, from) });
  writeFileSync(
    join(stage, BILL),
    `${JSON.stringify(billOf(root, relative(root, from)), null, 2)}\n`,
  );
  writeFileSync(join(stage, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  const readme = readFileSync(join(from, "README.md"), "utf8");
  writeFileSync(
    join(stage, "README.md"),
    absoluteLinks(readme, { root, directory: relative(root, from), workspace }),
  );
}

function copy(from: string, stage: string, path: string): void {
  if (!existsSync(join(from, path)))
    throw new Error(`${join(from, path)} is missing: npm run build makes it.`);
  mkdirSync(dirname(join(stage, path)), { recursive: true });
  copyFileSync(join(from, path), join(stage, path));
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest; // our own file
}
