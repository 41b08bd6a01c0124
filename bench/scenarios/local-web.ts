// The client alone, in Chromium on IndexedDB: opening, writing and memory, beside Dexie and bare IndexedDB.

import type { Page } from "playwright";
import { inChromium } from "../local-web/browser.ts";
import type { BenchPage } from "../local-web/page.ts";
import { type Figure, spread } from "../measure.ts";

const ROWS = 50_000;
const ROUNDS = 5;

export const localWebScenario = (): Promise<Figure[]> => inChromium(measure);

async function measure(page: Page): Promise<Figure[]> {
  const call = <Result>(run: string) => page.evaluate(`bench.${run}`) as Promise<Result>;
  await call(`fill(${ROWS})` satisfies `${keyof BenchPage}(${string})`);
  const [ours, dexie]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [own, other] = [await call<number>("openOurs()"), await call<number>("openDexie()")];
    if (round === 0) continue; // both warm up
    ours.push(own);
    dexie.push(other);
  }
  const inserts = await ratios((round) => call(`inserts(${round}, 2000)`));
  const transactions = await ratios((round) => call(`transactions(${round}, 20)`));
  await page.reload();
  await page.waitForFunction(() => "bench" in globalThis);
  await call("show()");
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return [
    figure("local-web.open", `open, the first 50 of ${ROWS} rows by an index, close`, ours, {
      unit: "ms",
      target: 40,
      note: `Dexie: ${text(dexie)} ms`,
    }),
    figure(
      "local-web.open.dexie",
      `the same against Dexie`,
      ours.map((took, i) => took / (dexie[i] ?? Number.NaN)),
      { unit: "times", target: 1.3, note: "round by round" },
    ),
    figure("local-web.inserts", "2,000 inserts that nobody waits for", inserts.ratio, {
      unit: "times",
      target: 3,
      note: `against one bare transaction; ours: ${text(inserts.ours)} ms`,
    }),
    figure("local-web.transactions", "20 transactions of 1,000 inserts", transactions.ratio, {
      unit: "times",
      target: 2,
      note: `against bare IndexedDB; ours: ${text(transactions.ours)} ms`,
    }),
    figure("local-web.heap", `a list of 50 over ${ROWS} rows on the screen`, [usedSize / 2 ** 20], {
      unit: "MiB",
      target: 15,
      note: "JavaScript heap after a collection",
    }),
  ];
}

async function ratios(once: (round: number) => Promise<[ours: number, bare: number]>) {
  const [ours, ratio]: [number[], number[]] = [[], []];
  for (let round = 0; round <= 3; round++) {
    const [own, bare] = await once(round);
    if (round === 0) continue; // both warm up
    ours.push(own);
    ratio.push(own / bare);
  }
  return { ours, ratio };
}

function figure(
  id: string,
  what: string,
  samples: readonly number[],
  of: { readonly unit: string; readonly target: number; readonly note: string },
): Figure {
  const { min, median, max } = spread(samples);
  const { unit, target, note } = of;
  return {
    id,
    title: `Chromium, IndexedDB: ${what}`,
    value: Math.round(median * 100) / 100,
    unit,
    target,
    better: "lower",
    note: `${min.toFixed(2)}–${max.toFixed(2)}; ${note}`,
  };
}

function text(samples: readonly number[]): string {
  const { min, median, max } = spread(samples);
  return `${median.toFixed(1)} (${min.toFixed(1)}–${max.toFixed(1)})`;
}
