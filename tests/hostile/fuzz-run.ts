// npm run fuzz -- --minutes 5 --seed 7: the fuzzer for as long as one likes. Ends with 1 where something failed.

import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

const MAX_GROWTH_MIB = 64;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(values.minutes);
if (!Number.isInteger(seed) || !(minutes > 0)) {
  process.stderr.write("Give --minutes a number above 0, and --seed a whole number.\n");
  process.exit(2);
}
process.stdout.write(`npm run fuzz -- --minutes ${minutes} --seed ${seed}\n`);
const report = await fuzz({ seed, forMs: minutes * 60_000 });
const { requests, messages, failures, grownMib, slowestMs, slowest } = report;
process.stdout.write(
  `${requests} requests, ${messages} messages, ${grownMib.toFixed(1)} MiB more than after the first 1,000 requests\n`,
);
process.stdout.write(`slowest answer ${Math.round(slowestMs)} ms: ${slowest.slice(0, 300)}\n`);
for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
const hasGrown = grownMib > MAX_GROWTH_MIB;
if (hasGrown) process.stdout.write(`FAILED: it grew by more than ${MAX_GROWTH_MIB} MiB\n`);
process.exitCode = failures.length > 0 || hasGrown ? 1 : 0;
