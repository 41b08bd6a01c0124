// Versions as `{"kind":…,"data":…}`: how cursors travel, and how checkpoints keep them.

import { SynclineError } from "@syncline/core";
import { ExactNumber } from "../event/exact-number.ts";
import { readJson } from "../event/read-json.ts";
import { writeJson, writeText } from "../event/write-json.ts";
import type { Version } from "../ports.ts";
import { INTEGER_ZERO, IntegerVersion } from "./integer.ts";
import { HybridVersion, parseTimestampVersion } from "./times.ts";
import { VectorClock, vectorClockOf } from "./vector-clock.ts";

/** Data beyond this many bytes is refused before it is looked at. */
export const MAX_CURSOR_BYTES = 65_536;

/** How versions of one kind are written and read. An app's own kinds are added to a list of these. */
export interface VersionKind {
  readonly kind: string;
  /** The data as JSON text. */
  write(version: Version): string;
  /** @param data as `readJson` gives it. @throws {SynclineError} `invalid` */
  read(data: unknown): Version;
}

const integerKind: VersionKind = {
  kind: "integer",
  write: (version) => version.toString(),
  read(data) {
    if (data === null) return INTEGER_ZERO;
    if (data instanceof ExactNumber) return new IntegerVersion(data.toBigInt());
    if (typeof data === "number" && Number.isInteger(data)) return new IntegerVersion(BigInt(data));
    throw new SynclineError("invalid", "an integer cursor is a whole number from 0 on");
  },
};

const vectorKind: VersionKind = {
  kind: "vector",
  write: (version) => version.toString(),
  read: (data) => vectorClockOf(data),
};

/** A clock that was pruned says so by its kind: nobody takes it for a whole one. */
const prunedKind: VersionKind = {
  kind: "vector-pruned",
  write: (version) => version.toString(),
  read: (data) => vectorClockOf(data, { pruned: true }),
};

const timestampKind: VersionKind = {
  kind: "timestamp",
  write: (version) => writeText(version.toString(), "data"),
  read: (data) => parseTimestampVersion(textOf(data)),
};

const hybridKind: VersionKind = {
  kind: "hlc",
  write: (version) => writeText(version.toString(), "data"),
  read: (data) => new HybridVersion(textOf(data)),
};

/** The kinds of versions that the wire knows. */
export const VERSION_KINDS: readonly VersionKind[] = [
  integerKind,
  vectorKind,
  prunedKind,
  timestampKind,
  hybridKind,
];

/**
 * Writes a version as text with its kind.
 * @throws {SynclineError} `invalid` for a kind that is not in the list
 */
export function versionToWire(
  version: Version,
  kinds: readonly VersionKind[] = VERSION_KINDS,
): string {
  const kind = version instanceof VectorClock && version.pruned ? prunedKind.kind : version.kind;
  return `{"kind":${writeText(kind, "kind")},"data":${kindOf(kind, kinds).write(version)}}`;
}

/**
 * Reads a version from what `readJson` gave.
 * @throws {SynclineError} `invalid` with the wire's words
 */
export function wireToVersion(
  wire: unknown,
  kinds: readonly VersionKind[] = VERSION_KINDS,
): Version {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) {
    throw new SynclineError("invalid", "nil wire cursor");
  }
  const kind: unknown = Reflect.get(wire, "kind");
  const data: unknown = Reflect.get(wire, "data");
  const text = data === undefined ? "" : writeJson(data, "data");
  const bytes = text.length > MAX_CURSOR_BYTES / 3 ? new TextEncoder().encode(text).length : 0;
  if (bytes > MAX_CURSOR_BYTES) {
    throw new SynclineError("invalid", `cursor payload too large: ${bytes} bytes`);
  }
  const codec = kindOf(typeof kind === "string" ? kind : "", kinds);
  if (data === undefined) throw new SynclineError("invalid", "the cursor has no data");
  return codec.read(data);
}

/** Reads a text that `versionToWire` wrote. @throws {SynclineError} `invalid` */
export function parseWireVersion(
  text: string,
  kinds: readonly VersionKind[] = VERSION_KINDS,
): Version {
  return wireToVersion(readJson(text), kinds);
}

function kindOf(kind: string, kinds: readonly VersionKind[]): VersionKind {
  // The last one of a name wins, so that an app can replace ours by adding its own.
  const found = kinds.findLast((codec) => codec.kind === kind);
  if (found !== undefined) return found;
  throw new SynclineError("invalid", `unknown cursor kind: ${kind.slice(0, 100)}`);
}

function textOf(data: unknown): string {
  if (typeof data === "string") return data;
  throw new SynclineError("invalid", "the cursor's data is no text");
}
