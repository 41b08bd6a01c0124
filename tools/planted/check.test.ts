// The steps of `npm run check` bite: each is run on a small repository in which one thing is wrong.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSteps, runSteps } from "../check-steps.ts";
import { PAGES } from "../pages.ts";
import { BUNDLES, measureClient } from "../size.ts";

const ROOT = new URL("../../", import.meta.url);
/** As our packages are: with an entry for sources, and a build. */
const MANIFEST = {
  name: "@planted/one",
  version: "1.0.0",
  type: "module",
  license: "Apache-2.0",
  files: ["dist", "src"],
  exports: {
    ".": {
      "syncline-source": "./src/index.ts",
      types: "./dist/index.d.ts",
      default: "./dist/index.js",
    },
  },
};
/** A repository in which nothing is wrong. */
const RIGHT: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ private: true, type: "module", workspaces: ["packages/*"] }),
  "packages/one/package.json": JSON.stringify(MANIFEST),
  "packages/one/src/index.ts": 'export { one } from "./one.ts";\n',
  "packages/one/src/one.ts": "export const one = 1;\n",
  "packages/one/dist/index.js": "export const one = 1;\n",
  "packages/one/dist/index.d.ts": "export declare const one = 1;\n",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "syncline-check-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a step says of the repository with these files in it, or in place of those that are right. */
async function said(step: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  for (const [path, text] of Object.entries({ ...RIGHT, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  cpSync(fileURLToPath(new URL("knip.json", ROOT)), join(folder, "knip.json"));
  symlinkSync(fileURLToPath(new URL("node_modules", ROOT)), join(folder, "node_modules"));
  const steps = checkSteps(pathToFileURL(`${folder}/`)).filter(({ name }) => name === step);
  const lines: string[] = [];
  const failed = await runSteps(steps, (line) => lines.push(line));
  const text = lines.join("\n");
  expect([steps.length, failed], text).toEqual([1, text.startsWith("ok") ? 0 : 1]);
  return text;
}

const withManifest = (changed: object) => ({
  "packages/one/package.json": JSON.stringify({ ...MANIFEST, ...changed }),
});

describe("dead code", () => {
  it("is not found where there is none", async () => {
    expect(await said("dead code")).toMatch(/^ok/);
  });

  it("is found in every workspace of knip.json: files, exports, dependencies, and what is no dependency", async () => {
    const { workspaces } = JSON.parse(readFileSync(new URL("knip.json", ROOT), "utf8")) as {
      workspaces: Readonly<Record<string, { readonly project: readonly string[] }>>; // our own file
    };
    const forgotten = Object.entries(workspaces).map(([pattern, { project }]) => {
      const place = pattern === "." ? "" : `${pattern.replaceAll("*", "planted")}/`;
      const [files = ""] = project;
      return {
        manifest: `${place}package.json`,
        path: place + files.replace("**/*", "planted/forgotten").replace(/\{(\w+).*/, "$1"),
      };
    });
    const workspacesOf = ["packages/*", "apps/*/*", "examples/*", "bench", "tests"];
    const text = await said("dead code", {
      ...Object.fromEntries(forgotten.map(({ manifest }) => [manifest, "{}"])),
      ...Object.fromEntries(forgotten.map(({ path }) => [path, "export const lost = 1;\n"])),
      "package.json": JSON.stringify({ private: true, type: "module", workspaces: workspacesOf }),
      ...withManifest({ dependencies: { yaml: "1.0.0" } }),
      "packages/one/src/one.ts":
        'export { WebSocket as one } from "ws";\nexport const unasked = 2;\n',
    });
    expect(forgotten.length).toBeGreaterThan(10);
    expect(forgotten.filter(({ path }) => !text.includes(path))).toEqual([]);
    expect(text).toMatch(/Unused exports[\s\S]*unasked/);
    expect(text).toMatch(/Unused dependencies[\s\S]*yaml/);
    expect(text).toMatch(/Unlisted dependencies[\s\S]*ws/);
  });
});

describe("packaging", () => {
  it("is right where it is", async () => {
    expect(await said("packaging of one")).toMatch(/^ok/);
  });

  it("is asked about of every package", () => {
    mkdirSync(join(folder, "packages/one"), { recursive: true });
    mkdirSync(join(folder, "packages/two"));
    const names = checkSteps(pathToFileURL(`${folder}/`)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["packaging of one", "packaging of two"]));
  });

  it("has to have every file that an entry names, in the format that it says, types before code", async () => {
    const turned = { default: "./dist/index.js", types: "./dist/index.d.ts" };
    const text = await said("packaging of one", {
      ...withManifest({ exports: { ".": turned, "./lost": "./dist/lost.js" } }),
      "packages/one/dist/index.js": "module.exports = require('node:fs');\n",
    });
    expect(text).toContain("./dist/lost.js");
    expect(text).toMatch(/index\.js.*written in CJS/);
    expect(text).toMatch(/types should be the first/);
  });
});

describe("the size of the client", () => {
  const alone = BUNDLES.filter(({ name }) => name === "collection() alone");

  it("is within its limit, and is not once one function takes the client with it", async () => {
    expect((await measureClient(ROOT, alone)).problem).toBeUndefined();
    const planted = alone.map((bundle) => ({
      ...bundle,
      entry: `${bundle.entry}\nimport "@syncline/client/indexeddb";\nimport { openClient } from "@syncline/client";\nglobalThis.all = openClient;`,
    }));
    const { problem } = await measureClient(ROOT, planted);
    expect(problem).toMatch(/^collection\(\) alone: \d{5} of 500 bytes gzip/);
  });
});

describe("generated pages", () => {
  it("are what they would be written as, each of them", async () => {
    const page = (path: string) => [path, readFileSync(new URL(path, ROOT), "utf8")] as const;
    const all = Object.fromEntries(Object.keys(PAGES).map(page));
    for (const [path, text] of Object.entries(all)) {
      const planted = { ...all, [path]: text.replace("|", "| ") };
      expect(await said("generated pages", planted)).toContain(`Out of date: ${path}.`);
      rmSync(join(folder, "node_modules"));
    }
    expect(await said("generated pages", all)).toMatch(/^ok/);
  });
});

it("a step that throws is a step that found something, and the others are asked all the same", async () => {
  const lines: string[] = [];
  const steps = [
    { name: "throws", run: () => Promise.reject(new Error("planted")) },
    { name: "finds", run: () => "this" },
    { name: "is well", run: () => undefined },
  ];
  expect(await runSteps(steps, (line) => lines.push(line))).toBe(2);
  expect(lines.join("\n")).toMatch(
    /FAIL throws[\s\S]*planted[\s\S]*FAIL finds[\s\S]*this[\s\S]*ok {3}is well/,
  );
});
