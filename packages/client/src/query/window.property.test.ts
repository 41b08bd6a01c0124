// A window over many rows: what it holds is always what comes first of all rows, or it says that more must be read.

import fc from "fast-check";
import { expect, it } from "vitest";
import { type AnyRow, compileQuery } from "./compile.ts";
import { changeWindow, type Window } from "./window.ts";

const change = fc.record({
  id: fc.constantFrom(..."abcdefghij"),
  rank: fc.option(fc.nat(4)),
  done: fc.boolean(),
});

it("holds what comes first, after any changes", () => {
  let read = 0;
  let kept = 0;
  fc.assert(
    fc.property(
      fc.nat(3),
      fc.nat(2),
      fc.nat(3),
      fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 25 }),
      (limit, offset, spare, batches) => {
        const query = compileQuery({
          where: { done: false },
          orderBy: "-rank",
          limit,
          offset,
        } as object); // of no collection
        const most = query.to + spare;
        const all = new Map<string, AnyRow>();
        const firsts = (): Window => {
          const rows = [...all.values()].filter(query.test).sort(query.compare);
          return { rows: rows.slice(0, most), complete: rows.length <= most };
        };
        let held = firsts();
        for (const batch of batches) {
          const changed = new Map(
            batch.map(({ id, rank, done }) => {
              const row = rank === null ? undefined : Object.freeze({ id, rank, done });
              return [id, row] as const;
            }),
          );
          for (const [id, row] of changed) {
            if (row === undefined) all.delete(id);
            else all.set(id, row);
          }
          const next = changeWindow(query, held, changed, most);
          if (next === undefined) read += 1;
          else kept += 1;
          const whole = [...all.values()].filter(query.test).sort(query.compare);
          held = next ?? firsts();
          expect(held.rows).toEqual(whole.slice(0, held.rows.length));
          expect(held.rows.length).toBeGreaterThanOrEqual(Math.min(query.to, whole.length));
          expect(held.rows.length).toBeLessThanOrEqual(most);
          if (held.complete) expect(held.rows).toHaveLength(whole.length);
        }
      },
    ),
    { numRuns: 1_000 },
  );
  // Both happen, or this has shown nothing.
  expect(Math.min(read, kept)).toBeGreaterThan(10);
});
