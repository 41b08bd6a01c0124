// Looks in code for what the oldest browsers that we support do not have, by MDN's compatibility data.

import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { CompatData, Identifier, SimpleSupportStatement } from "@mdn/browser-compat-data";
import { parseSync } from "vite";

/** The oldest ones: docs/guide/browser.md names them. */
const OLDEST = {
  chrome: "110",
  chrome_android: "110",
  firefox: "115",
  firefox_android: "115",
  safari: "16.4",
  safari_ios: "16.4",
} as const;

/** What is used only where it is there, and why that is known. */
const GUARDED: { readonly [name: string]: string } = {
  "AbortSignal.any": "core/platform looks for it",
  "Symbol.asyncDispose": "core/platform puts it there",
  ".asyncDispose": "core/platform puts it there",
  ".getTransports": "passkeys name transports where the browser does",
  ".sameDocument": "the leave guard listens to `navigation` where there is one",
  ".traverseTo": "the leave guard listens to `navigation` where there is one",
  ".webkitGetAsEntry": "phones have no folders to drop",
  ".webkitRelativePath": "phones have no folders to pick",
  ".webkitdirectory": "phones have no folders to pick",
  "Error.stackTraceLimit": "set where there is one",
  "Intl.Segmenter": "the search looks for it",
  "Intl.DurationFormat": "the Temporal polyfill looks for it",
  ".destroy": "a chart's own",
  ".createContext": "React's own",
  ".properties": "a schema's own",
};

/** What runs in browsers. */
const BROWSER_SOURCES = [
  "packages/core/src/**/*.ts",
  "packages/client/src/**/*.ts",
  "packages/kit/src/**/*.ts",
  "packages/create-syncline/template/**/src/**/*.{ts,tsx}",
  "apps/console/web/src/**/*.{ts,tsx}",
  "apps/kanso/domain/src/**/*.ts",
  "apps/kanso/web/{src,worker}/**/*.{ts,tsx}",
  "examples/{board,chores,todo}/{src,service-worker.ts}/**/*.{ts,tsx}",
];
const NOT_IN_BROWSERS =
  /\.test\.ts|\.d\.ts$|\/testing\/|\/sqlite\/|node_modules|transports\/(?:nats|jetstream)|\/(?:server|node-listener)\.ts$/;

interface Finding {
  readonly file: string;
  readonly line: number;
  /** `Map.groupBy`, `.isWellFormed`. */
  readonly name: string;
}

export interface Source {
  readonly file: string;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

// A JSON of 20 MB: read as it is, not as a module that is compiled.
const data = createRequire(import.meta.url)("@mdn/browser-compat-data") as CompatData;

/** Whether all of the oldest browsers have it. */
function isSupported({ __compat }: Identifier): boolean {
  if (__compat === undefined) return true;
  return Object.entries(OLDEST).every(([browser, oldest]) => {
    const support = __compat.support[browser as keyof typeof OLDEST];
    const statements = [support ?? []].flat() as SimpleSupportStatement[];
    return statements.some(
      ({
        version_added: added,
        version_removed: removed,
        flags,
        prefix,
        alternative_name: other,
      }) =>
        flags === undefined &&
        prefix === undefined &&
        other === undefined &&
        typeof added === "string" &&
        isUpTo(added, oldest) &&
        !(typeof removed === "string" && isUpTo(removed, oldest)),
    );
  });
}

function isUpTo(version: string, limit: string): boolean {
  const [a, b] = [version.replace("≤", ""), limit].map((text) => text.split(".").map(Number));
  if (a === undefined || b === undefined || a.some(Number.isNaN)) return false;
  const [major = 0, minor = 0] = a;
  const [limitMajor = 0, limitMinor = 0] = b;
  return major < limitMajor || (major === limitMajor && minor <= limitMinor);
}

const owners = new Map(
  [data.api, data.javascript["builtins"] ?? {}].flatMap((all) =>
    Object.entries(all as { readonly [name: string]: Identifier }),
  ),
);
/** Whether anything has a member of that name in all of the oldest browsers. */
const members = new Map<string, boolean>();
for (const owner of owners.values())
  for (const [key, member] of Object.entries(owner))
    if (key !== "__compat" && !key.endsWith("_static"))
      members.set(key, members.get(key) === true || isSupported(member as Identifier));

/**
 * Finds what is named in code and not in all of the oldest browsers. Of what only an object at run time could tell, it
 * tells nothing: a name that one of them has, or that the code itself gives to something of its own.
 */
export function findUnsupported(sources: readonly Source[]): Finding[] {
  const parsed = sources.map((source) => ({ ...source, ...read(source) }));
  const own = new Set(parsed.flatMap(({ keys }) => [...keys]));
  return parsed.flatMap(({ file, text, uses, declared }) =>
    uses
      .filter(({ name, owner, member }) => {
        if (Object.hasOwn(GUARDED, name)) return false;
        if (owner === undefined) return members.get(member) === false && !own.has(member);
        if (declared.has(owner)) return false;
        const of = owners.get(owner);
        if (of === undefined) return false;
        const named = of[`${member}_static`] ?? of[member];
        return !isSupported(of) || (named !== undefined && !isSupported(named as Identifier));
      })
      .map(({ name, start }) => ({ file, name, line: text.slice(0, start).split("\n").length })),
  );
}

/** What our sources name, file by file. */
export function unsupportedSources(root: URL): Finding[] {
  const cwd = fileURLToPath(root);
  const files = globSync(BROWSER_SOURCES, { cwd }).filter((file) => !NOT_IN_BROWSERS.test(file));
  return findUnsupported(
    files.map((file) => ({ file, text: readFileSync(new URL(file, root), "utf8") })),
  );
}

interface Use {
  readonly name: string;
  readonly owner?: string;
  readonly member: string;
  readonly start: number;
}

/** What a file uses, what it declares, and the names that it gives to members of its own. */
function read({ file, text }: Source) {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be read: ${error.message}`);
  const uses: Use[] = [];
  const declared = new Set<string>();
  const keys = new Set<string>();
  const nameOf = (node: unknown): string | undefined => {
    const { type, name } = (node ?? {}) as Node;
    return type === "Identifier" && typeof name === "string" ? name : undefined;
  };

  /** @param isGuarded it is called if it is there */
  function visit(node: Node, isGuarded: boolean): void {
    const { type, start } = node;
    // What is only promised is used nowhere.
    if (/^TS(?:Interface|TypeAlias|Method|Property|Declare)/.test(type)) {
      for (const name of JSON.stringify(node).matchAll(
        /"key":\{"type":"Identifier"[^}]*?"name":"(\w+)"/g,
      ))
        keys.add(name[1] ?? "");
      return;
    }
    if (type === "MemberExpression" && node["computed"] !== true) {
      const member = nameOf(node["property"]) ?? "";
      const object = nameOf(node["object"]);
      const owner = object !== undefined && owners.has(object) ? object : undefined;
      const named = { name: `${owner ?? ""}.${member}`, member, start };
      if (!isGuarded) uses.push(owner === undefined ? named : { ...named, owner });
    } else if (type === "NewExpression") {
      const owner = nameOf(node["callee"]);
      if (owner !== undefined && owners.has(owner))
        uses.push({ name: owner, owner, member: owner, start });
    } else if (type === "Literal" && "regex" in node) {
      const { flags } = node["regex"] as { flags: string };
      if (flags.includes("v"))
        uses.push({ name: "RegExp.unicodeSets", owner: "RegExp", member: "unicodeSets", start });
    }
    const own = nameOf(node["id"]) ?? nameOf(node["local"]);
    if (own !== undefined) declared.add(own);
    const isMember =
      /Property|Method|Accessor|Signature/.test(type) && node["computed"] !== true && "key" in node;
    if (isMember) keys.add(nameOf(node["key"]) ?? "");
    const calls = type === "CallExpression" && node["optional"] === true;
    for (const [key, value] of Object.entries(node))
      for (const child of [value].flat())
        if (typeof child === "object" && child !== null && "type" in child)
          visit(child as Node, calls && key === "callee");
  }

  visit(program as unknown as Node, false);
  return { uses, declared, keys };
}
