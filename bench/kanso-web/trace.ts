// What a page's own thread worked and what frames came of it, from Chromium's trace.

import type { Page } from "playwright";

/** What came of something that was done in a page. */
export interface Traced {
  /** The longest task of the page's own thread, in milliseconds. */
  readonly longestMs: number;
  /** Frames that were shown, and frames for which nothing new was ready in time. */
  readonly frames: { readonly shown: number; readonly dropped: number };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** What the thread has worked, in microseconds: waiting for its turn on a busy machine does not count. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const FRAMES = "disabled-by-default-devtools.timeline.frame";
const CATEGORIES = ["toplevel", "__metadata", "devtools.timeline.frame", FRAMES];

/** Traces the page while something is done, the browser's own tidying up included. */
export async function trace(page: Page, work: () => Promise<unknown>): Promise<Traced> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("The page has no browser.");
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const text = (await browser.stopTracing()).toString();
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] }; // Chromium's own format
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  let longest = 0;
  const frames = { shown: 0, dropped: 0 };
  for (const { name, pid, tid, tdur = 0 } of traceEvents) {
    if (name.endsWith("RunTask") && threads.has(`${pid} ${tid}`)) longest = Math.max(longest, tdur);
    if (name === "DrawFrame") frames.shown += 1;
    if (name === "DroppedFrame") frames.dropped += 1;
  }
  if (longest === 0) throw new Error("The trace holds no task of the page.");
  return { longestMs: Math.round(longest / 1_000), frames };
}
