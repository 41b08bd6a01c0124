// Finds what the packages give and no page of docs/ mentions: exports, options, events, errors, commands and flags.

import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Entry, Member } from "./public-api.ts";

/** Types whose members are named by whoever uses them. */
const NAMED_BY_APPS = /(?:Options|Definition|Limits|Events)$/;

export interface Command {
  readonly name: string;
  /** Without their dashes. */
  readonly flags: readonly string[];
}

export interface PublicNames {
  readonly entries: readonly Entry[];
  readonly errors: readonly string[];
  readonly commands: readonly Command[];
}

/** What the pages say in code: `createServer`, `--data`, `syncline serve`. The reference does not count: it has all. */
export function codeOfPages(root: URL): string {
  const paths = globSync("docs/**/*.md", { cwd: fileURLToPath(root) }).filter(
    (path) => !/^docs\/(?:decisions|reference|dist|site)\//.test(path),
  );
  const texts = paths.map((path) => readFileSync(new URL(path, root), "utf8"));
  return texts.flatMap((text) => text.match(/^```[\s\S]*?^```|`[^`\n]+`/gm) ?? []).join("\n");
}

/** One line for each name that the code of the pages does not have. */
export function unmentioned({ entries, errors, commands }: PublicNames, code: string): string[] {
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  const used = new Set(
    entries.flatMap(({ exports }) => exports.flatMap(({ uses }) => uses)).map(({ place }) => place),
  );
  const missing = new Set<string>();
  for (const { name: entry, exports } of entries)
    for (const { name, kind, place, members, signatures } of exports) {
      // A type that others are made of is reached through them, in the reference.
      const isReached = kind === "type" && used.has(place);
      if (!words.has(name) && !isReached) missing.add(`${name} of ${entry}`);
      if (NAMED_BY_APPS.test(name))
        for (const path of pathsOf(members))
          if (!words.has(path.at(-1) ?? ""))
            missing.add(`${[name, ...path].join(".")} of ${entry}`);
      if (name === "ClientEvent")
        for (const [, event = ""] of signatures.join().matchAll(/\btype: "(\w+)"/g))
          if (!words.has(event)) missing.add(`the event ${event} of ${entry}`);
    }
  for (const error of errors) if (!words.has(error)) missing.add(`the error ${error}`);
  for (const { name, flags } of commands) {
    if (!new RegExp(`syncline (?:-- )?${name}\\b`).test(code)) missing.add(`syncline ${name}`);
    for (const flag of flags)
      if (!new RegExp(`--${flag}(?![\\w-])`).test(code))
        missing.add(`--${flag} of syncline ${name}`);
  }
  return [...missing];
}

/** What an app can call or read, and no comment says what it is; one line each. */
export function undocumented(entries: readonly Entry[]): string[] {
  const exports = entries.flatMap(({ exports }) => exports);
  const bare = exports.filter(({ kind, doc }) => kind !== "type" && doc.text === "");
  return [...new Set(bare.map(({ name, place }) => `${name} (${place})`))];
}

/** The members by their paths: `["rates", "burst"]`; what is written as `"…"` or `[…]` is no name. */
function pathsOf(members: readonly Member[]): string[][] {
  return members
    .filter(({ name }) => /^\w+$/.test(name) && name !== "new")
    .flatMap(({ name, members: inner }) => [
      [name],
      ...pathsOf(inner).map((path) => [name, ...path]),
    ]);
}
