// The secret of a development server: made once, kept in the data folder, readable by its owner only.

import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Gives the secret in a file, which is made where there is none. It appears whole or not at all, and of
 * two processes that make it at once both get the same.
 */
export function developmentSecret(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (thrown) {
    if (!hasCode(thrown, "ENOENT")) throw thrown;
  }
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, file); // unlike a rename, fails where another process was first
  } catch (thrown) {
    if (!hasCode(thrown, "EEXIST")) throw thrown;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, "utf8").trim();
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}
