// Whatever is written, ruled and read in whatever order: a reader ends with what the rules let it see, and never got more.

import { type AccessRule, decideAccess, isSynclineError } from "@syncline/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRawClient, type RawClient } from "../testing/raw-client.ts";
import { createTestEngine } from "../testing/test-engine.ts";

const SPACE = { app: "todo", name: "home" };
const owner = { userId: "olga" };
const USERS = ["ana", "anton"];
const COLLECTIONS = ["t", "n"];
const IDS = ["a", "ab", "b"];

const rule: fc.Arbitrary<AccessRule> = fc.record({
  user: fc.constantFrom("*", "an*", ...USERS),
  item: fc.constantFrom("*", "t.*", "n.*", "t.a*", "t.a", "n.b", "n.ab"),
  action: fc.constantFrom("*", "read", "re*"),
  type: fc.constantFrom("allow" as const, "deny" as const),
});
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constantFrom("put" as const, "put" as const, "delete" as const),
      collection: fc.constantFrom(...COLLECTIONS),
      id: fc.constantFrom(...IDS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("rule" as const), rule }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("compact" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constantFrom("page" as const, "all" as const),
      user: fc.constantFrom(...USERS),
    }),
  },
);

test("[AC3] [AC4] a reader ends with what the rules let it see, and never gets more", {
  timeout: 60_000,
}, async () => {
  let gone = 0;
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, pageRecords) => {
        const world = createTestEngine({ limits: { pageRecords } });
        const client = (userId: string) =>
          createRawClient(world, { userId, clientId: `c-${userId}`, space: "todo/home" });
        const olga = client("olga");
        await olga.sync();
        const readers = new Map<string, RawClient>();
        for (const userId of USERS) {
          await world.engine.setMember(owner, SPACE, { userId, role: "reader" });
          readers.set(userId, client(userId));
        }
        let compacted = false;
        /** Those who are in the middle of a delta. */
        const midway = new Set<string>();
        const rules: AccessRule[] = [];
        const sees = (
          user: string,
          key: { collection: string; id: string },
          count = rules.length,
        ) =>
          count === 0 ||
          decideAccess(rules.slice(0, count), {
            user,
            item: `${key.collection}.${key.id}`,
            action: "read",
          }) === "allow";

        async function page(userId: string): Promise<boolean> {
          const reader = readers.get(userId);
          if (reader === undefined) return false;
          const answer = await reader.sync().catch((thrown: unknown) => {
            if (!isSynclineError(thrown, "reset")) throw thrown;
            expect(compacted).toBe(true);
            reader.cursor = null;
            return reader.sync();
          });
          for (const record of answer.changes) {
            expect(record.deleted === true || sees(userId, record)).toBe(true);
            sent += 1;
          }
          for (const record of [...answer.gone, ...answer.changes]) {
            // Of what is gone or deleted it is told only if some rules before these let it read it.
            expect(
              [0, ...rules.keys(), rules.length].some((count) => sees(userId, record, count)),
            ).toBe(true);
          }
          gone += answer.gone.length;
          if (answer.more) midway.add(userId);
          else midway.delete(userId);
          return answer.more;
        }

        for (const one of steps) {
          world.advance(1);
          if ("collection" in one)
            await olga.push(
              olga.change(
                one.op,
                one.collection,
                one.id,
                one.op === "put" ? { at: world.now() } : undefined,
              ),
            );
          else if (one.op === "rule") {
            rules.push(one.rule);
            await world.engine.addRules(owner, SPACE, [{ rule: one.rule }]);
          } else if (one.op === "compact") {
            await olga.catchUp();
            // Retention is longer than a reader takes from page to page.
            for (const userId of midway) while (await page(userId));
            await world.store.compact("todo/home", Number.MAX_SAFE_INTEGER);
            compacted = true;
          } else if (one.op === "page") {
            await page(one.user);
          } else while (await page(one.user));
        }
        await olga.catchUp();
        for (const [userId, reader] of readers) {
          while (await page(userId));
          const expected = [...olga.records].filter(([, record]) => sees(userId, record));
          const plain = (records: Iterable<[string, unknown]>) => Object.fromEntries(records);
          expect(plain(reader.records)).toEqual(plain(expected));
        }
        expect(world.failures).toEqual([]);
      },
    ),
    { numRuns: Number(process.env["RULES_RUNS"] ?? 1_000) },
  );
  expect(Math.min(gone, sent)).toBeGreaterThan(200);
});
