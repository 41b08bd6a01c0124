// For tests: what a query means, written as plainly as can be.

import { canonicalJson, type Json } from "@syncline/core";
import type { Query } from "./query.ts";

export interface Thing {
  a?: Json;
  b?: Json;
  c?: Json;
}
/** What a query gives of all rows. */
export function plain(rows: readonly (Thing & { id: string })[], wanted: Query<Thing>) {
  const rank = (one: unknown) =>
    one === null || one === undefined
      ? 0
      : ["boolean", "number", "string", "object"].indexOf(typeof one) + 1;
  const order = (a: unknown, b: unknown): number => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (typeof a === "object") return 0;
    return (a as never) < (b as never) ? -1 : (a as never) > (b as never) ? 1 : 0;
  };
  const same = (a: unknown, b: unknown) =>
    canonicalJson((a ?? null) as Json) === canonicalJson((b ?? null) as Json);
  const comparable = (a: unknown, b: unknown) => typeof a === typeof b && typeof a !== "object";
  const holds = (one: unknown, asked: unknown) => {
    if (typeof asked !== "object" || asked === null || Array.isArray(asked))
      return same(one, asked);
    return Object.entries(asked).every(([test, wish]) => {
      if (wish === undefined) return true;
      if (test === "in") return (wish as unknown[]).some((each) => same(one, each));
      if (test === "prefix") return typeof one === "string" && one.startsWith(String(wish));
      if (test === "not") return !same(one, wish);
      if (!comparable(one, wish)) return false;
      const difference = order(one, wish);
      if (test === "gt") return difference > 0;
      if (test === "gte") return difference >= 0;
      if (test === "lt") return difference < 0;
      return difference <= 0;
    });
  };
  const keys = [wanted.orderBy ?? []].flat();
  const found = rows
    .filter((row) =>
      Object.entries(wanted.where ?? {}).every(([field, asked]) =>
        holds(row[field as keyof Thing], asked),
      ),
    )
    .sort((a, b) => {
      for (const key of keys) {
        const field = key.replace("-", "") as keyof Thing;
        const difference = order(a[field], b[field]) * (key.startsWith("-") ? -1 : 1);
        if (difference !== 0) return difference;
      }
      return a.id < b.id ? -1 : 1;
    });
  const from = wanted.offset ?? 0;
  return { count: found.length, rows: found.slice(from, from + (wanted.limit ?? found.length)) };
}
