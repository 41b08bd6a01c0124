// Short runs of the nemesis, one over each bus; long ones are `npm run nemesis`.

import { expect, test } from "vitest";
import { runNemesis } from "./run-seed.ts";

const seed = process.env["NEMESIS_SEED"] ?? String(Date.now());

test.each(["redis", "nats", "postgres"] as const)(
  "[G1] [G2] [G3] nodes, bus and database fail under load over %s: nothing is lost, doubled or skipped",
  async (bus) => {
    console.log(`replay: NEMESIS_SEED=${seed} npm test -- tests/nodes/nemesis`);
    const least = { acknowledged: 100, kinds: 2 };
    const result = await runNemesis({ seed, bus, seconds: 8, least, clients: 30, thinkMs: 200 });
    expect(result.problems).toEqual([]);
  },
);

test("[G2] commits that end late are skipped by nobody", async () => {
  const result = await runNemesis({
    seed,
    bus: "redis",
    seconds: 5,
    least: { acknowledged: 200 },
    clients: 30,
    thinkMs: 50,
    lateCommits: true,
    faults: false,
  });
  expect(result.problems).toEqual([]);
});
