// The flags of tsconfig.base.json bite: each finds what is planted for it, and would not without it.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import {
  NEIGHBOUR,
  type PlantedType,
  REFUSE_NOTHING,
  RIGHT,
  VIOLATIONS,
} from "./types-violations.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BASE = join(ROOT, "tsconfig.base.json");
const { compilerOptions } = JSON.parse(readFileSync(BASE, "utf8")) as {
  compilerOptions: Readonly<Record<string, unknown>>; // our own file
};
const folder = mkdtempSync(join(tmpdir(), "syncline-types-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each module's errors, by its name. */
function check(name: string, options: object): Map<string, number[]> {
  const own = join(folder, name);
  mkdirSync(own);
  writeFileSync(join(own, "neighbour.ts"), NEIGHBOUR);
  writeFileSync(join(own, "right.ts"), RIGHT);
  VIOLATIONS.forEach(({ text }, i) => {
    writeFileSync(join(own, `v${i}.ts`), `${text}\n`);
  });
  writeFileSync(join(own, "package.json"), '{"type":"module"}');
  const config = { extends: BASE, compilerOptions: { noEmit: true, ...options } };
  writeFileSync(join(own, "tsconfig.json"), JSON.stringify({ ...config, include: ["*.ts"] }));
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const { stdout } = spawnSync(tsc, ["-p", own, "--pretty", "false"], { encoding: "utf8" });
  const found = new Map<string, number[]>();
  for (const [, module = "", code] of stdout.matchAll(/(\w+)\.ts\(\d+,\d+\): error TS(\d+)/g))
    found.set(module, [...(found.get(module) ?? []), Number(code)]);
  return found;
}

it("finds every planted violation, as what it is, and nothing that is right", () => {
  const found = check("on", {});
  const wrong = VIOLATIONS.filter(({ code }, i) => `${found.get(`v${i}`)}` !== `${code}`);
  expect(wrong.map(({ option, code, text }) => [option, code, text])).toEqual([]);
  expect([...found.keys()]).not.toContain("right");
});

it("finds it by that flag: without its flags only what is no flag's is found", () => {
  const isFlag = ({ option }: PlantedType) => compilerOptions[option] === true;
  const off = VIOLATIONS.filter(isFlag).map(({ option }) => [option, false] as const);
  const found = check("off", { ...Object.fromEntries(off), isolatedModules: false });
  const others = VIOLATIONS.flatMap((one, i) => (isFlag(one) ? [] : [`v${i}`]));
  expect([...found.keys()].sort()).toEqual(others.sort());
});

it("is asked about every option that there is", () => {
  const asked = new Set([...VIOLATIONS.map(({ option }) => option), ...REFUSE_NOTHING]);
  expect(Object.keys(compilerOptions).sort()).toEqual([...asked].sort());
});
