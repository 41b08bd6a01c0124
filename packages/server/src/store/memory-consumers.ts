// Checkpoints, leases and dead letters in memory.

import type { Claim, ClaimRequest, ConsumerStore, DeadLetter } from "./consumer-port.ts";

interface Row {
  checkpoint: number;
  fence: number;
  untilMs: number;
  retryAtMs: number;
  attempts: number;
  dueMs: number | null;
}

/** @param heads the spaces and their last commits */
export function createMemoryConsumers(
  heads: () => Iterable<{ readonly space: string; readonly stamp: number }>,
): ConsumerStore {
  const starts = new Map<string, number>();
  const rows = new Map<string, Row>();
  let letters: DeadLetter[] = [];
  const keyOf = ({ consumer, space }: Pick<Claim, "consumer" | "space">) => `${consumer} ${space}`;
  const held = (claim: Claim): Row | undefined => {
    const row = rows.get(keyOf(claim));
    return row?.fence === claim.fence ? row : undefined;
  };
  const isAgain = (consumer: string, space: string) =>
    letters.some((one) => one.again && one.consumer === consumer && one.space === space);
  const change = async (claim: Claim, how: (row: Row) => void) => {
    const row = held(claim);
    if (row !== undefined) how(row);
    return row !== undefined;
  };

  function candidates({
    consumer,
    startAt,
    limit,
    atMs,
    spaces,
    apps,
  }: Omit<ClaimRequest, "leaseMs">): { readonly space: string; readonly row: Row }[] {
    const nowMs = Date.now();
    const found: { readonly space: string; readonly row: Row }[] = [];
    for (const { space, stamp } of heads()) {
      if (found.length === limit) break;
      if (spaces !== undefined && !spaces.includes(space)) continue;
      if (apps !== undefined && !apps.includes(space.slice(0, space.indexOf("/")))) continue;
      const row = rows.get(keyOf({ consumer, space })) ?? {
        checkpoint: startAt,
        fence: nowMs,
        untilMs: 0,
        retryAtMs: 0,
        attempts: 0,
        dueMs: null,
      };
      if (row.untilMs > nowMs || row.retryAtMs > nowMs) continue;
      const isDue = row.dueMs !== null && row.dueMs <= atMs;
      if (stamp > row.checkpoint || isDue || isAgain(consumer, space)) found.push({ space, row });
    }
    return found;
  }

  return {
    async register(consumer, startAt) {
      const start = starts.get(consumer) ?? startAt;
      starts.set(consumer, start);
      return start;
    },
    async claim({ leaseMs, ...request }) {
      return candidates(request).map(({ space, row }) => {
        row.fence += 1;
        row.untilMs = Date.now() + leaseMs;
        rows.set(keyOf({ consumer: request.consumer, space }), row);
        const { fence, checkpoint, attempts, dueMs } = row;
        return { consumer: request.consumer, space, fence, checkpoint, attempts, dueMs };
      });
    },
    waiting: async (request) => candidates(request).map(({ space }) => space),
    renew: (claim, leaseMs) =>
      change(claim, (row) => {
        row.untilMs = Date.now() + leaseMs;
      }),
    advance: (claim, checkpoint, dueMs) =>
      change(claim, (row) => {
        row.checkpoint = Math.max(row.checkpoint, checkpoint);
        row.attempts = 0;
        if (dueMs !== undefined) row.dueMs = dueMs;
      }),
    fail: (claim, retryInMs) =>
      change(claim, (row) => {
        row.attempts += 1;
        row.untilMs = 0;
        row.retryAtMs = Date.now() + retryInMs;
      }),
    bury: ({ ...claim }, letter) =>
      change(claim, (row) => {
        const { consumer, space } = claim;
        letters.push({ consumer, space, ...letter, atMs: Date.now(), again: false });
        row.checkpoint = Math.max(row.checkpoint, letter.entry.stamp);
        row.attempts = 0;
      }),
    settle: (claim, stamp, error) =>
      change(claim, () => {
        const isIt = (one: DeadLetter) =>
          one.consumer === claim.consumer && one.space === claim.space && one.entry.stamp === stamp;
        letters = letters.flatMap((one) => {
          if (!isIt(one)) return [one];
          if (error === null) return [];
          return [{ ...one, error, attempts: one.attempts + 1, again: false }];
        });
      }),
    async release(claim) {
      const row = held(claim);
      if (row !== undefined) row.untilMs = 0;
    },
    letters: async ({ consumer, space, again, limit }) =>
      letters
        .filter(
          (one) =>
            (consumer === undefined || one.consumer === consumer) &&
            (space === undefined || one.space === space) &&
            (again === undefined || one.again),
        )
        .slice(0, limit),
    async revive({ consumer, space, stamp }) {
      let count = 0;
      letters = letters.map((one) => {
        const wanted =
          one.consumer === consumer &&
          (space === undefined || one.space === space) &&
          (stamp === undefined || one.entry.stamp === stamp);
        if (wanted) count += 1;
        return wanted ? { ...one, again: true } : one;
      });
      return count;
    },
    progress: async () =>
      [...starts].map(([consumer, start]) => ({
        consumer,
        behind: [...heads()].filter(
          ({ space, stamp }) => stamp > (rows.get(keyOf({ consumer, space }))?.checkpoint ?? start),
        ).length,
        deadLetters: letters.filter((one) => one.consumer === consumer).length,
      })),
    async forget(consumer) {
      starts.delete(consumer);
      letters = letters.filter((one) => one.consumer !== consumer);
      for (const key of [...rows.keys()]) if (key.startsWith(`${consumer} `)) rows.delete(key);
    },
  };
}
