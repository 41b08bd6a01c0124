// The rules of biome.json bite: every planted violation is found, and nothing that is right.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { PLANTED } from "./style-violations.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COPIED = [
  "biome.json",
  ".gitignore",
  "tools/no-ambient.grit",
  "packages/server/package.json",
];

const folder = mkdtempSync(join(tmpdir(), "syncline-planted-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

it("finds every planted violation of layers, purity and style, and nothing that is right", () => {
  for (const path of COPIED) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  const lines = new Map<string, string[]>();
  const places = PLANTED.map((planted) => {
    const own = lines.get(planted.path) ?? [];
    const first = own.length + 1;
    own.push(...planted.text.split("\n"));
    lines.set(planted.path, own);
    return { ...planted, first, last: own.length };
  });
  for (const [path, text] of lines) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text.join("\n")}\n`);
  }
  const diagnostics = lint();
  const found = ({ path, first, last, rule }: (typeof places)[number]) =>
    diagnostics.some(
      ({ category, location }) =>
        location.path === path &&
        (rule === undefined || category === rule) &&
        location.start.line >= first &&
        location.start.line <= last,
    );
  const wrong = places.filter((place) => found(place) !== (place.rule !== undefined));
  expect(
    wrong.map(({ path, text, rule }) => `${path}: ${text.slice(0, 80)} (${rule ?? "right"})`),
  ).toEqual([]);
});

function lint(): Diagnostic[] {
  const biome = join(ROOT, "node_modules/.bin/biome");
  const { stdout } = spawnSync(
    biome,
    ["lint", "--reporter=json", "--max-diagnostics=none", "--diagnostic-level=error", "."],
    { cwd: folder, encoding: "utf8", maxBuffer: 64 * 2 ** 20 },
  );
  return (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics; // Biome's own report
}
