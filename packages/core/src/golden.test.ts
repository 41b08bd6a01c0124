// Golden examples: what the protocol says, worked out by hand and kept as files that any implementation can run.
// Our devices and our servers share this code: nothing else would notice if both decided otherwise than is written.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Change,
  type ClockState,
  canonicalJson,
  DigestSum,
  formatCursor,
  formatTime,
  hash64,
  isTime,
  type Json,
  nextStamp,
  type PolicyName,
  parseCursor,
  parseTime,
  policyByName,
  type RecordState,
  receive,
  recordToWire,
  type SettleContext,
  scopeOf,
  settleTimes,
  signCursor,
  tick,
  type WireRecord,
  wireToRecord,
} from "./index.ts";

/** Reads one of the files; what is in it is as the cast says, or its tests fail. */
function golden<Content>(name: string): Content {
  return JSON.parse(
    readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"),
  ) as Content;
}

const KEY = { collection: "notes", id: "r1" };

describe("times", () => {
  const times = golden<{
    texts: (ClockState & { clientId: string; text: string })[];
    order: string[];
    notTimes: string[];
    ticks: { rule: string; state: ClockState; wallMs: number; next: ClockState }[];
    received: {
      rule: string;
      state: ClockState;
      remote: ClockState;
      wallMs: number;
      maxAheadMs: number;
      next: ClockState;
    }[];
    stamps: { rule: string; last: number; wallMs: number; next: number }[];
  }>("times");

  it.each(times.texts)("$text", ({ text, clientId, ms, counter }) => {
    expect(formatTime({ ms, counter }, clientId)).toBe(text);
    expect(parseTime(text)).toEqual({ ms, counter, clientId });
  });
  it("sort as text", () => {
    expect([...times.order].sort()).toEqual(times.order);
  });
  it.each(times.notTimes)("takes %j for none", (text) => {
    expect(isTime(text)).toBe(false);
  });
  it.each(times.ticks)("$rule", ({ state, wallMs, next }) => {
    expect(tick(state, wallMs)).toEqual(next);
  });
  it.each(times.received)("$rule", ({ state, remote, wallMs, maxAheadMs, next }) => {
    expect(receive(state, remote, wallMs, maxAheadMs)).toEqual(next);
  });
  it.each(times.stamps)("$rule", ({ last, wallMs, next }) => {
    expect(nextStamp(last, wallMs)).toBe(next);
  });
});

describe("canonical JSON", () => {
  const { values, order } = golden<{
    values: { json: string; canonical: string }[];
    order: string[];
  }>("canonical-json");

  it.each(values)("$canonical", ({ json, canonical }) => {
    expect(canonicalJson(JSON.parse(json) as Json)).toBe(canonical);
  });
  it("is compared as text", () => {
    const texts = order.map((text) => canonicalJson(JSON.parse(text) as Json));
    expect(texts.sort()).toEqual(order);
  });
});

describe("digests", () => {
  const { hashes, digests } = golden<{
    hashes: { text: string; hash: string }[];
    digests: { records: { id: string; stamp: number }[]; digest: string }[];
  }>("digests");

  it.each(hashes)("the hash of $text", ({ text, hash }) => {
    expect(hash64(text)).toBe(hash);
  });
  it.each(digests)("$digest", ({ records, digest }) => {
    const sum = new DigestSum();
    for (const { id, stamp } of records) sum.add(id, stamp);
    expect(String(sum)).toBe(digest);
    for (const { id, stamp } of records) sum.subtract(id, stamp);
    expect(String(sum)).toBe(digests[0]?.digest);
  });
});

describe("cursors", () => {
  const { scopes, cursors, damaged } = golden<{
    scopes: { collections: string[]; scope: string }[];
    cursors: { epoch: string; stamp: number; scope: string; note: string; text: string }[];
    damaged: string[];
  }>("cursors");

  it.each(scopes)("of $collections", ({ collections, scope }) => {
    expect(scopeOf(collections)).toBe(scope);
  });
  it.each(cursors)("$text", ({ text, note, ...cursor }) => {
    expect(parseCursor(text)).toEqual({ ...cursor, note });
    const began = note.startsWith("~") ? Number.parseInt(note.slice(1), 36) : undefined;
    if (note === "" || began !== undefined) expect(formatCursor(cursor, began)).toBe(text);
    expect(signCursor(text.slice(0, -9))).toBe(text);
  });
  it.each(damaged)("refuses %j", (text) => {
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: "invalid" }));
  });
});

type Example = {
  rule: string;
  changes: (Omit<Change, "collection" | "id"> & { outcome: string })[];
  record: Omit<WireRecord, "collection" | "id"> | null;
};
const { about: _about, ...merging } = golden<Record<PolicyName, Example[]> & { about: string }>(
  "merging",
);

describe.each(Object.entries(merging))("merging by %s", (name, examples) => {
  it.each(examples)("$rule", ({ changes, record }) => {
    let current: RecordState | undefined;
    for (const [i, { outcome, ...change }] of changes.entries()) {
      const merged = policyByName(name)?.merge(
        current,
        { ...KEY, ...change },
        { stamp: 1_001 + i, userId: "ana" },
      );
      const code = merged?.type === "rejected" ? merged.error.code : merged?.type;
      expect(code, `change ${i + 1}`).toBe(outcome);
      if (merged?.type === "written") current = merged.record;
    }
    expect(current === undefined ? null : recordToWire(current)).toEqual(
      record === null ? null : { ...KEY, ...record },
    );
  });
});

describe("settling times", () => {
  const { examples } = golden<{
    examples: (SettleContext & {
      rule: string;
      current: Omit<WireRecord, "collection" | "id"> | null;
      change: Omit<Change, "collection" | "id">;
      settled: Pick<Change, "time" | "times">;
    })[];
  }>("settling");

  it.each(examples)("$rule", ({ current, change, settled, ...context }) => {
    const record = current === null ? undefined : wireToRecord({ ...KEY, ...current });
    const { time, times } = settleTimes({ ...KEY, ...change }, record, context).change;
    expect({ time, ...(times === undefined ? {} : { times }) }).toEqual(settled);
  });
});
