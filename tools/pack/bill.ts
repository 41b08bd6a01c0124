// The bill of materials of a package: what it brings with it, each with its version and sum, as CycloneDX 1.5 says it.
// Made from the lockfile: `npm sbom` names packages of a workspace by their folders, and lists the whole workspace.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const BILL = "sbom.cdx.json";

interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  /** Where a package of this repository lies. */
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: { readonly [name: string]: string };
  readonly optionalDependencies?: { readonly [name: string]: string };
}

interface Component {
  readonly type: "library";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

export interface Bill {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.5";
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const ALGORITHMS: { readonly [name: string]: string } = { sha512: "SHA-512", sha1: "SHA-1" };

/**
 * @param root the repository's folder
 * @param folder the package's below it: `packages/server`
 */
export function billOf(root: string, folder: string): Bill {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: { readonly [path: string]: Locked };
  }; // npm's own file
  const places = new Map<string, readonly string[]>();
  const wanted = [folder];
  for (const place of wanted) {
    if (places.has(place)) continue;
    const { dependencies = {}, optionalDependencies = {} } = lock.packages[place] ?? {};
    const needs = Object.keys({ ...dependencies, ...optionalDependencies })
      .map((name) => findPlace(lock.packages, place, name))
      .filter((found) => found !== undefined);
    places.set(place, needs);
    wanted.push(...needs);
  }
  const of = (place: string) => componentOf(place, lock.packages[place] ?? {});
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: of(folder) },
    components: [...places.keys()].filter((place) => place !== folder).map(of),
    dependencies: [...places].map(([place, needs]) => ({
      ref: of(place)["bom-ref"],
      dependsOn: needs.map((need) => of(need)["bom-ref"]),
    })),
  };
}

/** Where Node finds a package from another one: in the folders above it, the nearest first. */
function findPlace(
  packages: { readonly [path: string]: Locked },
  from: string,
  name: string,
): string | undefined {
  for (let above = from; ; above = above.slice(0, Math.max(0, above.lastIndexOf("/")))) {
    const place = above === "" ? `node_modules/${name}` : `${above}/node_modules/${name}`;
    const found = packages[place];
    if (found !== undefined) return found.link === true ? found.resolved : place;
    if (above === "") return undefined;
  }
}

function componentOf(place: string, locked: Locked): Component {
  // Of a package of this repository whose folder is called as it is, the lockfile gives no name.
  const folder = place.replace(/^packages\/|^.*node_modules\//s, "");
  const { name = folder } = locked;
  const { version = "", license, integrity = "" } = locked;
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [algorithm = "", sum = ""] = integrity.split(/-(.*)/s);
  const alg = ALGORITHMS[algorithm];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(alg === undefined
      ? {}
      : { hashes: [{ alg, content: Buffer.from(sum, "base64").toString("hex") }] }),
  };
}
