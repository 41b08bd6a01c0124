// The compiled rules answer as the definition does, whatever the rules, their order and the question.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AccessRule, AccessRules, decideAccess } from "./index.ts";

/** Few letters, so that patterns meet, contain each other and repeat. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 5 });
const pattern = fc.oneof(
  text,
  text.map((beginning) => `${beginning}*`),
  fc.constant("*"),
);
const rule: fc.Arbitrary<AccessRule> = fc.record({
  user: pattern,
  item: pattern,
  action: pattern,
  type: fc.constantFrom("allow" as const, "deny" as const),
});
const question = fc.record({
  user: fc.oneof(text, fc.constant(".root")),
  item: text,
  action: text,
});

describe("compiled access rules", () => {
  it("[AC1] answer as the definition does", () => {
    const met = { allow: 0, deny: 0 };
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 40 }),
        fc.array(question, { minLength: 1, maxLength: 20 }),
        (rules, questions) => {
          const compiled = new AccessRules(rules);
          for (const asked of questions) {
            const expected = decideAccess(rules, asked);
            expect(compiled.decide(asked)).toBe(expected);
            met[expected] += 1;
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(Math.min(met.allow, met.deny)).toBeGreaterThan(1_000);
  });

  it("[AC1] do not depend on whether rules came at once or one by one, between questions", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(rule, question), { maxLength: 30 }), (steps) => {
        const growing = new AccessRules();
        const added: AccessRule[] = [];
        for (const [next, asked] of steps) {
          growing.add(next);
          added.push(next);
          expect(growing.decide(asked)).toBe(decideAccess(added, asked));
        }
      }),
      { numRuns: 500 },
    );
  });
});
