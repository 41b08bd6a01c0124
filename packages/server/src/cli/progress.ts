// A progress bar on a terminal, plain lines elsewhere.

import type { Terminal } from "./command.ts";

export interface Progress {
  /** @param total null while it is not known */
  update(done: number, total: number | null): void;
  /** Ends the bar. */
  finish(): void;
}

const WIDTH = 24;
const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5_000;

export function createProgress(terminal: Terminal, what: string): Progress {
  const { stderr } = terminal;
  const live = stderr.isTTY === true;
  const started = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  let last = "";
  const line = (done: number, total: number | null): string => {
    const seconds = (performance.now() - started) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const speed = `${Math.round(rate).toLocaleString("en")}/s`;
    if (total === null) return `${what} ${done.toLocaleString("en")}, ${speed}`;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
    const left = rate > 0 ? `, ${Math.ceil(Math.max(0, total - done) / rate)} s left` : "";
    return `${what} ${bar} ${Math.floor(share * 100)} % of ${total.toLocaleString("en")}, ${speed}${left}`;
  };
  return {
    update(done, total) {
      const now = performance.now();
      last = line(done, total);
      if (now - shown < (live ? BAR_INTERVAL_MS : LINE_INTERVAL_MS)) return;
      shown = now;
      stderr.write(live ? `\r\u001b[K${last}` : `${last}\n`);
    },
    finish() {
      if (last !== "") stderr.write(live ? `\r\u001b[K${last}\n` : `${last}\n`);
    },
  };
}
