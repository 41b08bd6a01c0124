// Kanso's app with fifty habits and five years of entries, on a phone: a processor four times slower than this machine's.

import { HABITS, openPage, SLOWER } from "../kanso-web/page.ts";
import { quiet } from "../kanso-web/quiet.ts";
import { STEPS } from "../kanso-web/steps.ts";
import { type Traced, trace } from "../kanso-web/trace.ts";
import { type Figure, spread } from "../measure.ts";

const ROUNDS = 5;
/** A task that takes longer is one that people notice: the browser's own measure. */
const LONGEST_MS = 50;

export async function kansoWebScenario(): Promise<Figure[]> {
  const open = await openPage();
  try {
    const traced = new Map<string, Traced[]>(STEPS.map(({ id }) => [id, []]));
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const { id, act } of STEPS) {
        const one = await trace(open.page, async () => {
          await act(open);
          await quiet(open.page);
        });
        if (round > 0) traced.get(id)?.push(one); // the first warms up
      }
    const { length } = open.sample.entries;
    const data = `${HABITS} habits and ${length.toLocaleString("en")} entries`;
    return STEPS.flatMap(({ id, title }) => {
      const rounds = traced.get(id) ?? [];
      const task = longest(id, `${title}, with ${data}`, rounds);
      return id === "scrolling" ? [task, dropped(rounds)] : [task];
    });
  } finally {
    await open.close();
  }
}

function longest(id: string, title: string, rounds: readonly Traced[]): Figure {
  const { min, median, max } = spread(rounds.map(({ longestMs }) => longestMs));
  return {
    id: `kanso-web.${id}`,
    title: `the longest task of the page's thread on a processor ${SLOWER} times slower: ${title}`,
    value: median,
    unit: "ms",
    target: LONGEST_MS,
    better: "lower",
    note: `${min}–${max} ms, ${rounds.length} rounds; what the thread worked, the browser's own work included`,
  };
}

function dropped(rounds: readonly Traced[]): Figure {
  const shares = spread(
    rounds.map(({ frames: { shown, dropped: missed } }) =>
      rounded((missed / Math.max(1, shown + missed)) * 100),
    ),
  );
  const shown = spread(rounds.map(({ frames }) => frames.shown));
  return {
    id: "kanso-web.scrolling.dropped",
    title: "frames that were not ready in time while today was scrolled",
    value: shares.median,
    unit: "%",
    target: null,
    better: "lower",
    note: `${shares.min}–${shares.max} %; ${shown.min}–${shown.max} frames were shown; whatever else the machine does counts against it`,
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
