// A web app's files, served beside the interface: navigation, caching, what is precompressed, and nothing outside of the folder.

import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import send from "@fastify/send";
import { SynclineError } from "@syncline/core";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface Site {
  /**
   * Answers a request that no route of the interface has.
   * @returns false where the site has nothing for it; nothing was sent then
   */
  serve(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
}

export interface SiteOptions {
  /** The folder; it has an `index.html`. */
  readonly folder: string;
  /** The first part of all its addresses; the whole server is the site's where left out. */
  readonly under?: string;
  /**
   * It came in a package: the times of its files are those of whoever packed or unpacked them, and tell nothing. A page that
   * names other files than the last version's is sent anew, and what lies beside a file precompressed is not older.
   */
  readonly packed?: true;
  /** Whether an address belongs to the interface, by its first part: nobody navigates there. */
  isReserved(firstPart: string): boolean;
  /** The Content-Security-Policy of its answers. */
  policy(host: string): string;
}

interface SiteFile {
  /** Where it really lies. */
  readonly path: string;
  readonly stats: Stats;
}

const INDEX = "index.html";
/** Names with a hash of the contents at their end, as bundlers make them: `app-4f3a9c1b.js`, `app.BKR2F9XA.css`. */
const HASHED =
  /[-.](?=\w{0,63}\d)(?:(?=\w{0,63}[a-f])[0-9a-f]{8,64}|(?=\w{0,63}[A-Z])\w{8,64})\.[a-z0-9]{1,16}(?:\.map)?$/;
/** In their folder a hash need not have a digit: `assets/index-bkRafxQ_.js`. */
const HASHED_ASSET = /-[\w-]{8}\.[a-z0-9]{1,16}(?:\.map)?$/;
const FOREVER = "public, max-age=31536000, immutable";
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;
/** What may stand in a policy as the address of a socket. */
const HOST = /^(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** @throws {SynclineError} `config` where there is no such folder, or no `index.html` in it */
export async function openSite(options: SiteOptions): Promise<Site> {
  const { folder, under, isReserved, policy, packed = false } = options;
  const root = await realpath(folder).catch((thrown: unknown) => {
    throw new SynclineError("config", `There is no folder ${folder} to serve.`, {
      path: "site",
      cause: thrown,
    });
  });
  if ((await find(root, INDEX)) === undefined) {
    throw new SynclineError("config", `${folder} has no ${INDEX}: it is no site.`, {
      path: "site",
    });
  }
  return {
    async serve(request, reply) {
      if (request.method !== "GET" && request.method !== "HEAD") return false;
      const name = nameBelow(under, nameOf(request.url));
      if (name === undefined) return false;
      if (name !== "" && isReserved(name.split("/", 1)[0] ?? "")) return false;
      const found = name === "" ? undefined : await find(root, name);
      if (found !== undefined) {
        await answer(found, name, { root, request, reply, policy, packed });
        return true;
      }
      if (name !== "" && !isNavigation(name, request)) return false;
      const index = await find(root, INDEX);
      if (index === undefined) return false; // it is being built anew
      await answer(index, INDEX, { root, request, reply, policy, packed });
      return true;
    },
  };
}

/** The path below the folder that an address names; nothing for one that no file of a site can have. */
function nameOf(url: string): string | undefined {
  const [path = ""] = url.split(/[?#]/, 1);
  let name: string;
  try {
    name = decodeURIComponent(path).slice(1);
  } catch {
    return undefined; // it is not UTF-8
  }
  // Parts that begin with a dot are `.`, `..` and hidden files: a site has none of them.
  const parts = name.split("/");
  const strange = name.includes("\0") || name.includes("\\") || name.length > 1_024;
  if (strange || parts.some((part) => part.startsWith("."))) return undefined;
  return name !== "" && parts.slice(0, -1).includes("") ? undefined : name;
}

/** The name below the site's first part, where it has one; nothing for what lies elsewhere. */
function nameBelow(under: string | undefined, name: string | undefined): string | undefined {
  if (under === undefined || name === undefined) return name;
  if (name === under) return "";
  return name.startsWith(`${under}/`) ? name.slice(under.length + 1) : undefined;
}

/** A browser that goes to an address, which the app's own router knows. */
function isNavigation(name: string, { headers }: FastifyRequest): boolean {
  return !name.includes(".") && headers.accept?.includes("text/html") === true;
}

async function find(root: string, name: string): Promise<SiteFile | undefined> {
  try {
    const path = await realpath(join(root, name));
    if (!path.startsWith(root + sep)) return undefined; // a link that leads out of the folder
    const stats = await stat(path);
    return stats.isFile() && !name.endsWith("/") ? { path, stats } : undefined;
  } catch {
    return undefined; // there is none, or nobody may read it: to the caller that is the same
  }
}

interface Exchange {
  readonly root: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly policy: SiteOptions["policy"];
  readonly packed: boolean;
}

async function answer(file: SiteFile, name: string, exchange: Exchange): Promise<void> {
  const { request, reply, policy, packed } = exchange;
  const isTold = !packed || isImmutable(name);
  const [sent, encoding] = await smallest(file, name, exchange);
  const result = await send(request.raw, encodeURI(sent.path), {
    cacheControl: false,
    contentType: false,
    dotfiles: "allow", // where the folder itself lies is nobody's choice but the operator's
    index: false,
    etag: isTold,
    lastModified: isTold,
  });
  const { statusCode, stream } = result;
  const isFile = result.type === "file";
  reply.headers({
    "content-security-policy": policy(request.headers.host ?? ""),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  for (const header of ["Content-Range", "Accept-Ranges", "ETag", "Last-Modified"]) {
    const value = result.headers[header];
    if (value !== undefined) reply.header(header, value);
  }
  reply.header("vary", "Accept-Encoding");
  if (!isFile) {
    // A range or a condition that the file does not meet; what else could fail was looked at.
    stream.destroy();
    await reply.code(statusCode).header("cache-control", "no-store").send("");
    return;
  }
  reply.code(statusCode).header("cache-control", isImmutable(name) ? FOREVER : "no-cache");
  if (statusCode !== 304) {
    reply.header("content-type", typeOf(name));
    if (encoding !== undefined) reply.header("content-encoding", encoding);
    const length = result.headers["Content-Length"];
    if (length !== undefined) reply.header("content-length", length);
  }
  await reply.send(stream);
}

/** The file itself, or what lies beside it precompressed, is not older, and is understood by the caller. */
async function smallest(
  file: SiteFile,
  name: string,
  { root, request: { headers }, packed: isPackage }: Exchange,
): Promise<[file: SiteFile, encoding?: string]> {
  // Parts of a file are asked for by who knows the file's own bytes.
  if (headers.range !== undefined) return [file];
  for (const [encoding, ending] of ENCODINGS) {
    if (!accepts(String(headers["accept-encoding"] ?? ""), encoding)) continue;
    const packed = await find(root, name + ending);
    if (packed !== undefined && (isPackage || packed.stats.mtimeMs >= file.stats.mtimeMs))
      return [packed, encoding];
  }
  return [file];
}

function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    return name === encoding && !parameters.some((text) => /^q=0(?:\.0*)?$/.test(text));
  });
}

function isImmutable(name: string): boolean {
  const isAsset = name.startsWith("assets/") || name.includes("/assets/");
  return HASHED.test(name) || (isAsset && HASHED_ASSET.test(name));
}

function typeOf(name: string): string {
  if (name.endsWith(".webmanifest")) return "application/manifest+json";
  if (/\.m?js$/.test(name)) return "text/javascript; charset=utf-8";
  const type = send.mime.getType(name) ?? "application/octet-stream";
  return send.isUtf8MimeType(type) ? `${type}; charset=utf-8` : type;
}

/** Of an app's site: only what comes from here runs or is asked, neither inline scripts nor anybody else's. */
export function sitePolicy(host: string): string {
  // Browsers that know the policy's third version take `'self'` for sockets too; the others want them named.
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : "";
  return [
    "default-src 'self'",
    // A style can at most look wrong; and what shows a page before its files are there is written into it.
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Of the console, where admin keys are typed in: its own files and the interface, and nothing else at all. */
export function consolePolicy(): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
