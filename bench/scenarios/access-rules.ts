// Access rules: what a check among 10,000 rules costs, on rules as households and teams write them, and on the worst.

import { type AccessQuestion, type AccessRule, AccessRules, decideAccess } from "@syncline/core";
import { createSeededRandom } from "@syncline/core/testing";
import { type Figure, spread } from "../measure.ts";

const RULES = 10_000;
const CHECKS = 20_000;
const ROUNDS = 11;

export async function accessRulesScenario(): Promise<Figure[]> {
  return [
    measure("access.check.plain", "a check among 10,000 rules of 500 users and 400 lists", usual()),
    measure(
      "access.check.worst",
      "the same where 10,000 rules match the item and the user, and none the action",
      worst(),
    ),
  ];
}

interface Workload {
  readonly rules: readonly AccessRule[];
  readonly questions: readonly AccessQuestion[];
}

function measure(id: string, title: string, { rules, questions }: Workload): Figure {
  const compiled = new AccessRules(rules);
  const micros: number[] = [];
  let allowed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < CHECKS; i++) {
      const question = questions[i % questions.length];
      if (question !== undefined && compiled.decide(question) === "allow") allowed += 1;
    }
    if (round > 0) micros.push(((performance.now() - start) * 1_000) / CHECKS);
  }
  const plainStart = performance.now();
  for (const question of questions.slice(0, 20)) decideAccess(rules, question);
  const plain = ((performance.now() - plainStart) * 1_000) / 20;
  const { min, median, max } = spread(micros);
  const digits = (value: number) => Math.round(value * 100) / 100;
  return {
    id,
    title,
    value: digits(median),
    unit: "µs",
    target: 50,
    better: "lower",
    note: `${digits(min)}–${digits(max)} µs; ${Math.round((allowed * 100) / (CHECKS * ROUNDS))} % allowed; looking at every rule: ${Math.round(plain)} µs`,
  };
}

function usual(): Workload {
  const random = createSeededRandom("access rules");
  const pick = (count: number) => Math.floor(random.next() * count);
  const actions = ["read", "put", "patch", "delete", "*"];
  const rules: AccessRule[] = [];
  for (let i = 0; i < RULES; i++) {
    rules.push({
      user: pick(3) === 0 ? `team${pick(50)}.*` : `team${pick(50)}.user${pick(10)}`,
      item: pick(3) === 0 ? "todos.*" : `todos.list${pick(400)}.*`,
      action: actions[pick(5)] ?? "*",
      type: pick(4) === 0 ? "deny" : "allow",
    });
  }
  const questions = Array.from({ length: 1_000 }, () => ({
    user: `team${pick(50)}.user${pick(10)}`,
    item: `todos.list${pick(400)}.t${pick(1_000)}`,
    action: actions[pick(4)] ?? "read",
  }));
  return { rules, questions };
}

function worst(): Workload {
  const long = "a".repeat(100);
  const rules: AccessRule[] = [];
  for (let item = 1; item <= 100; item++)
    for (let user = 1; user <= 100; user++)
      rules.push({
        item: `${long.slice(0, item)}*`,
        user: `${long.slice(0, user)}*`,
        action: "never",
        type: "allow",
      });
  return { rules, questions: [{ user: long, item: long, action: "read" }] };
}
