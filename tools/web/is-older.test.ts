// When the web app is built anew: only when something that it is made of has changed.

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isOlder } from "./is-older.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "syncline-older-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file that was changed so many seconds ago. */
function write(name: string, secondsAgo: number): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, name);
  age(path, secondsAgo);
  return path;
}

function age(path: string, secondsAgo: number): void {
  const when = new Date(Date.now() - secondsAgo * 1_000);
  utimesSync(path, when, when);
}

test("what is not there is older than everything", () => {
  write("web/src/app.tsx", 100);
  expect(isOlder(join(folder, "web/dist/index.html"), [join(folder, "web")])).toBe(true);
});

test("a source that changed later makes it old, wherever it lies; what is built and installed does not", () => {
  write("web/src/pages/today.tsx", 100);
  const lock = write("package-lock.json", 100);
  const built = write("web/dist/index.html", 50);
  write("web/dist/assets/app.js", 10);
  write("web/node_modules/.vite/cache", 10);
  write("web/.cache/x", 10);
  for (const name of ["web/src/pages", "web/src", "web"]) age(join(folder, name), 100);
  const sources = [join(folder, "web"), lock];
  expect(isOlder(built, sources)).toBe(false);
  age(lock, 10);
  expect(isOlder(built, sources)).toBe(true);
  age(lock, 100);
  write("web/src/pages/today.tsx", 10);
  expect(isOlder(built, sources)).toBe(true);
});

test("a source that was removed makes it old", () => {
  const gone = write("web/src/pages/week.tsx", 100);
  write("web/src/app.tsx", 100);
  const built = write("web/dist/index.html", 50);
  age(join(folder, "web/src/pages"), 100);
  age(join(folder, "web/src"), 100);
  expect(isOlder(built, [join(folder, "web")])).toBe(false);
  rmSync(gone);
  expect(isOlder(built, [join(folder, "web")])).toBe(true);
});
