// The check of mentions bites, and the reference's links lead somewhere: on a package that was planted for it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { codeOfPages, undocumented, unmentioned } from "./mentions.ts";
import { referencePages } from "./pages.ts";
import { readPublicApi } from "./public-api.ts";

const folder = mkdtempSync(join(tmpdir(), "syncline-reference-"));
const root = pathToFileURL(`${folder}/`);
const FILES: Readonly<Record<string, string>> = {
  "packages/planted/package.json": JSON.stringify({
    name: "@planted/planted",
    exports: {
      ".": { "syncline-source": "./src/index.ts" },
      "./more": { "syncline-source": "./src/more.ts" },
      "./file.proto": "./file.proto",
    },
  }),
  "packages/planted/tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      module: "NodeNext",
      allowImportingTsExtensions: true,
      noEmit: true,
      types: [],
    },
    include: ["src"],
  }),
  "packages/planted/src/index.ts": `// @planted/planted: what was planted.

export { sow, type SowOptions, type Crop, Field, type ClientEvent } from "./sow.ts";
export type Unused = string;
`,
  "packages/planted/src/more.ts": `// @planted/planted/more: more of it.

export { sow as plant } from "./sow.ts";
export const RAIN = 1;
`,
  "packages/planted/src/sow.ts": `export interface Crop { readonly height: number; onEvent?(event: ClientEvent): void }
interface Common {
  /** How deep, in cm. */
  readonly depth?: number;
}
export type SowOptions = Common & { readonly kind: string };
export type ClientEvent =
  /** It came up. */
  | { readonly type: "sprouted" } | { readonly type: "withered" };
export interface FieldOptions { readonly soil: { readonly acid: boolean } }
/**
 * Sows <seeds>.
 * @param options what and how
 * @throws {TypeError} where there is no soil
 */
export function sow(options: SowOptions) { return [options] as unknown as readonly Crop[]; }
/** A field. */
export class Field {
  #secret = 1;
  private hidden = this.#secret;
  constructor(name: string) { this.hidden += name.length; }
  /** Its crops. */
  get crops(): readonly Crop[] { return []; }
  water(litres: number): void { this.hidden = litres; }
}
`,
  "docs/guide.md":
    "Call `sow({ kind })`, which may take a minute. Rain is not RAIN unless it is in code.\n\n```ts\nnew Field();\n```\n\n`sprouted`\n",
  "docs/reference/planted.md":
    "`RAIN` `depth` `Unused` `withered` `plant` `gone` `syncline dig --deep`\n",
};
for (const [path, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
afterAll(() => rmSync(folder, { recursive: true }));

const entries = readPublicApi(root);

it("names every export, option, event, error, command and flag that no page has in its code", () => {
  const names = {
    entries,
    errors: ["gone"],
    commands: [{ name: "dig", flags: ["deep"] }],
  };
  expect(unmentioned(names, codeOfPages(root)).sort()).toEqual([
    "--deep of syncline dig",
    "RAIN of @planted/planted/more",
    "SowOptions.depth of @planted/planted",
    "Unused of @planted/planted",
    "plant of @planted/planted/more",
    "syncline dig",
    "the error gone",
    "the event withered of @planted/planted",
  ]);
  const all = `${codeOfPages(root)} RAIN depth Unused withered plant gone syncline dig --deep`;
  expect(unmentioned(names, all)).toEqual([]);
});

it("names what has no doc comment", () => {
  expect(undocumented(entries)).toEqual(["RAIN (packages/planted/src/more.ts:4)"]);
});

it("says what things are, and leaves out what is not for apps", () => {
  const [index, planted] = referencePages(entries);
  expect(index?.text).toContain("- [`@planted/planted`](@planted-planted.md): What was planted.");
  const text = planted?.text ?? "";
  expect(text).toContain("function sow(options: SowOptions): readonly Crop[]");
  expect(text).toContain("Sows &lt;seeds>.");
  expect(text).toContain("- `options`: what and how\n- Throws `TypeError`: where there is no soil");
  expect(text).toContain("- `depth?: number`\n\n  How deep, in cm.");
  expect(text).toContain("- `crops: readonly Crop[]`\n\n  Its crops.");
  expect(text).toContain("- `water(litres: number): void`");
  expect(text).not.toMatch(/secret|hidden/);
});

it("has a heading for each of its links", () => {
  const pages = new Map(referencePages(entries).map(({ path, text }) => [`${path}.md`, text]));
  const dead: string[] = [];
  for (const [path, text] of pages)
    for (const [, page = "", anchor] of text.matchAll(/\]\(([\w@/-]*(?:\.md)?)(?:#(\w+))?\)/g)) {
      const target = pages.get(page === "" ? path : page);
      if (target === undefined || (anchor !== undefined && !target.includes(`{#${anchor}}`)))
        dead.push(`${path}: ${page}#${anchor}`);
    }
  expect(dead).toEqual([]);
  expect([...pages.values()].join("")).toContain("[`Crop`](#Crop)");
});
