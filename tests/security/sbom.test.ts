// Bills of materials: made from the lockfile when a package is packed.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { billOf } from "../../tools/pack/bill.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Package {
  readonly name: string;
  readonly version?: string;
  readonly dependencies?: { readonly [name: string]: string };
}

const read = (path: string) => JSON.parse(readFileSync(`${root}${path}`, "utf8"));
const lock: { readonly packages: { readonly [path: string]: Package } } = read("package-lock.json");

test.each(readdirSync(`${root}packages`))(
  "the bill of %s names each package that it needs, in the version that is locked",
  (folder) => {
    const { name, dependencies = {} }: Package = read(`packages/${folder}/package.json`);
    const { metadata, components } = billOf(root, `packages/${folder}`);
    expect(metadata.component.name).toBe(name);
    for (const needed of Object.keys(dependencies)) {
      const locked =
        lock.packages[`packages/${folder}/node_modules/${needed}`] ??
        lock.packages[`node_modules/${needed}`];
      const version = locked?.version;
      if (version === undefined) continue; // a package of this repository is its link
      const found = components.filter((component) => component.name === needed);
      expect([needed, found.map((component) => component.version)]).toEqual([
        needed,
        expect.arrayContaining([version]),
      ]);
    }
    expect(components.map((component) => component.name)).not.toContain("vitest");
    for (const { hashes, name: part } of components)
      if (!part.startsWith("@syncline/")) expect([part, hashes?.length]).toEqual([part, 1]);
  },
);
