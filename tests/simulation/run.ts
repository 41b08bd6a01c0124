// npm run simulate -- --seeds 1000 --from 1: runs seeds, and prints how to replay one that fails.

import { parseArgs } from "node:util";
import { runSeed } from "./run-seed.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
if (!Number.isInteger(from) || !Number.isInteger(seeds) || seeds < 1) {
  console.error("Give whole numbers: npm run simulate -- --seeds 1000 --from 1");
  process.exit(2);
}

const started = performance.now();
const fired = new Map<string, number>();
let acknowledged = 0;
let failed = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const result = await runSeed(seed);
  acknowledged += result.acknowledged;
  for (const [name, count] of result.fired) fired.set(name, (fired.get(name) ?? 0) + count);
  if (result.problems.length > 0) {
    failed += 1;
    console.log(`seed ${seed} fails; replay: npm run simulate -- --seeds 1 --from ${seed} --trace`);
    for (const problem of result.problems.slice(0, 10)) console.log(`  ${problem}`);
  }
  if (values.trace) for (const line of result.trace) console.log(line);
  if (values.trace) console.log(`trace ${result.traceHash}`);
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${seeds} seeds in ${seconds.toFixed(1)} s, ${failed} failed, ${acknowledged} writes acknowledged`,
);
console.log(
  [...fired]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(", "),
);
process.exitCode = failed === 0 ? 0 : 1;
