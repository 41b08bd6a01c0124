// The reference for merging: what a record is after the changes of its history, by the rules of
// docs/protocol.md and nothing of the engine.

import { canonicalJson, type Fields, type Json } from "@syncline/core";
import type { HistoryEntry } from "@syncline/server";

export interface Folded {
  readonly fields: Fields;
  readonly visible: boolean;
  readonly version: number;
}

/** Folds one record's entries; `policy` as the app declared it. */
export function fold(entries: readonly HistoryEntry[], policy: string): Folded {
  return policy === "versioned" || policy === "log"
    ? foldWhole(entries)
    : foldFields(entries, policy === "counter");
}

function foldWhole(entries: readonly HistoryEntry[]): Folded {
  let fields: Fields = {};
  let visible = false;
  for (const { op, fields: given = {} } of entries) {
    if (op === "put") fields = given;
    if (op === "patch") fields = { ...fields, ...given };
    if (op !== "patch") visible = op !== "delete";
  }
  return { fields, visible, version: entries.length };
}

function foldFields(entries: readonly HistoryEntry[], counter: boolean): Folded {
  const puts = entries
    .filter(({ op }) => op === "put")
    .map(({ time }) => time)
    .sort();
  const base = puts.at(-1);
  const marks = entries
    .filter(({ op }) => op !== "patch")
    .map(({ op, time }) => `${time} ${op === "delete" ? 1 : 0}`)
    .sort();
  const sums = new Map<string, number>();
  const cells = new Map<string, { time: string; value: Json }>();
  for (const { fields = {}, time, times = {} } of entries) {
    for (const [name, value] of Object.entries(fields)) {
      if (counter && typeof value === "number") {
        sums.set(name, (sums.get(name) ?? 0) + value);
        continue;
      }
      const written = { time: times[name] ?? time, value };
      const held = cells.get(name);
      const wins =
        held === undefined ||
        written.time > held.time ||
        (written.time === held.time && canonicalJson(value) > canonicalJson(held.value));
      if (wins) cells.set(name, written);
    }
  }
  const kept = [...cells].filter(([, { time }]) => base === undefined || time >= base);
  return {
    fields: Object.fromEntries([
      ...kept.map(([name, { value }]) => [name, value] as const),
      ...sums,
    ]),
    visible: base !== undefined && marks.at(-1)?.endsWith(" 0") === true,
    version: entries.length,
  };
}
