// npm run nemesis -- --seeds 10 --seconds 60 --bus redis: long runs, and how to replay one that fails.

import { parseArgs } from "node:util";
import { runNemesis } from "./run-seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    clients: { type: "string", default: "200" },
    "think-ms": { type: "string", default: "400" },
    bus: { type: "string", default: "redis" },
    late: { type: "boolean", default: false },
  },
});
const { bus } = values;
if (bus !== "redis" && bus !== "nats" && bus !== "postgres") {
  console.error("--bus is redis, nats or postgres.");
  process.exit(2);
}
const [from, seeds, seconds, clients, thinkMs] = [
  values.from,
  values.seeds,
  values.seconds,
  values.clients,
  values["think-ms"],
].map(Number) as [number, number, number, number, number];

let failed = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const began = performance.now();
  const result = await runNemesis({
    seed: String(seed),
    bus,
    seconds,
    clients,
    thinkMs,
    lateCommits: values.late,
  });
  const faults = Object.entries(result.faults).map(([kind, count]) => `${kind} ${count}`);
  const took = Math.round((performance.now() - began) / 1000);
  console.log(
    `seed ${seed} (${bus}, ${took} s): ${result.acknowledged} mutations acknowledged, ${result.repeated} pushes repeated, ${result.reconnects} reconnects; lost ${result.lost}, doubled ${result.doubled}; ${faults.join(", ")}`,
  );
  if (result.problems.length === 0) continue;
  failed += 1;
  for (const problem of result.problems.slice(0, 20)) console.log(`  ${problem}`);
  console.log(
    `  again: npm run nemesis -- --seeds 1 --from ${seed} --seconds ${seconds} --clients ${clients} --bus ${bus}`,
  );
}
console.log(failed === 0 ? `${seeds} runs passed` : `${failed} of ${seeds} runs failed`);
process.exit(failed === 0 ? 0 : 1);
