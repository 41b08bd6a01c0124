// For tests: what a query means, written as plainly as can be.

import { canonicalJson, type Json } from "@syncline/core";
import type { Query } from "./query.ts";

export interface Thing {
  a?: Json;
  b?: Json;
  c?: Json;
  d?: { readonly x?: Json; readonly y?: { readonly z?: Json } | null } | null;
}

type ThingRow = Thing & { readonly id: string };

function rank(one: unknown): number {
  return one === null || one === undefined
    ? 0
    : ["boolean", "number", "string", "object"].indexOf(typeof one) + 1;
}

function order(a: unknown, b: unknown): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === "object") return 0;
  return (a as never) < (b as never) ? -1 : (a as never) > (b as never) ? 1 : 0;
}

const same = (a: unknown, b: unknown) =>
  canonicalJson((a ?? null) as Json) === canonicalJson((b ?? null) as Json);

function holds(one: unknown, asked: unknown): boolean {
  if (typeof asked !== "object" || asked === null || Array.isArray(asked)) return same(one, asked);
  return Object.entries(asked).every(([test, wish]) => {
    if (wish === undefined) return true;
    if (test === "in") return (wish as unknown[]).some((each) => same(one, each));
    if (test === "startsWith") return typeof one === "string" && one.startsWith(String(wish));
    if (test === "includes") return typeof one === "string" && one.includes(String(wish));
    if (test === "contains") return Array.isArray(one) && one.some((each) => same(each, wish));
    if (test === "isNull") return wish === (one === null || one === undefined);
    if (test === "not") return !holds(one, wish);
    if (typeof one !== typeof wish || typeof one === "object") return false;
    const difference = order(one, wish);
    if (test === "gt") return difference > 0;
    if (test === "gte") return difference >= 0;
    if (test === "lt") return difference < 0;
    return difference <= 0;
  });
}

function valueAt(row: ThingRow, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split(".")) {
    const isBag = typeof value === "object" && value !== null && !Array.isArray(value);
    value = isBag ? (value as { [name: string]: unknown })[name] : undefined;
  }
  return value;
}

function matches(row: ThingRow, where: object): boolean {
  return Object.entries(where).every(([name, asked]) => {
    if (asked === undefined) return true;
    if (name === "and") return (asked as object[]).every((each) => matches(row, each));
    if (name === "or") return (asked as object[]).some((each) => matches(row, each));
    if (name === "not") return !matches(row, asked as object);
    return holds(valueAt(row, name), asked);
  });
}

/** What a query gives of all rows. */
export function plain(rows: readonly ThingRow[], wanted: Query<Thing>) {
  const keys = [wanted.orderBy ?? []].flat();
  const compare = (a: ThingRow, b: ThingRow) => {
    for (const key of keys) {
      const field = key.replace("-", "");
      const difference = order(valueAt(a, field), valueAt(b, field));
      if (difference !== 0) return difference * (key.startsWith("-") ? -1 : 1);
    }
    return a.id < b.id ? -1 : Number(a.id > b.id);
  };
  const { after } = wanted;
  const found = rows
    .filter((row) => matches(row, wanted.where ?? {}))
    .filter((row) => after === undefined || compare(row, after) > 0)
    .sort(compare);
  const from = wanted.offset ?? 0;
  return { count: found.length, rows: found.slice(from, from + (wanted.limit ?? found.length)) };
}
