// A double that keeps its cursors as the original does: a row's time is that of its transaction's begin, a cursor is the
// time after the reading, and what is read is newer than the cursor. It is here to lose rows.

import { setImmediate as turn } from "node:timers/promises";

export interface TimestampLog {
  write(id: string): Promise<void>;
  read(since: string): Promise<{ readonly ids: string[]; readonly until: string }>;
}

/** @param now milliseconds since 1970 */
export function createTimestampLog(now: () => number): TimestampLog {
  const rows: { readonly id: string; readonly createdAt: string }[] = [];
  const clock = () => new Date(now()).toISOString();
  return {
    async write(id) {
      const createdAt = clock();
      await turn(); // a transaction takes its time
      await turn();
      rows.push({ id, createdAt });
    },
    async read(since) {
      const found = rows.filter(({ createdAt }) => createdAt > since);
      await turn(); // and so does an answer
      return { ids: found.map(({ id }) => id), until: clock() };
    },
  };
}
