// Which users are locked out: the port, in SQL for both databases, and in memory.

import type { ConsumerSql } from "./consumer-rows.ts";

export interface UserLock {
  readonly userId: string;
  /** Milliseconds since 1970; 0 where it was not noted. */
  readonly sinceMs: number;
}

/** Users that whoever runs the server has locked out, with an account here or without one. */
export interface LockStore {
  /** False when the user is locked already. */
  lock(userId: string, atMs: number): Promise<boolean>;
  /** False when the user is not locked. */
  unlock(userId: string): Promise<boolean>;
  /** In the order of the ids. */
  all(): Promise<UserLock[]>;
  /** Which of these users are locked. */
  among(userIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export function createSqlLocks({
  query,
  isOneOf,
}: Pick<ConsumerSql, "query" | "isOneOf">): LockStore {
  return {
    async lock(userId, atMs) {
      const made = await query(
        "INSERT INTO locks (user_id, since_ms) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1 AS done",
        [userId, atMs],
      );
      return made.length > 0;
    },
    async unlock(userId) {
      const gone = await query("DELETE FROM locks WHERE user_id = $1 RETURNING 1 AS done", [
        userId,
      ]);
      return gone.length > 0;
    },
    async all() {
      const rows = await query<UserLock>(
        'SELECT user_id AS "userId", since_ms AS "sinceMs" FROM locks ORDER BY user_id',
        [],
      );
      return rows.map((row) => ({ ...row }));
    },
    async among(userIds) {
      if (userIds.length === 0) return new Set();
      const rows = await query<{ userId: string }>(
        `SELECT user_id AS "userId" FROM locks WHERE ${isOneOf("user_id", "$1")}`,
        [JSON.stringify([...new Set(userIds)])],
      );
      return new Set(rows.map(({ userId }) => userId));
    },
  };
}

/** @param locks since when, by user */
export function createMemoryLocks(locks: Map<string, number>): LockStore {
  return {
    async lock(userId, atMs) {
      if (locks.has(userId)) return false;
      locks.set(userId, atMs);
      return true;
    },
    unlock: async (userId) => locks.delete(userId),
    all: async () =>
      [...locks]
        .map(([userId, sinceMs]) => ({ userId, sinceMs }))
        .sort((a, b) => (a.userId < b.userId ? -1 : 1)),
    among: async (userIds) => new Set(userIds.filter((userId) => locks.has(userId))),
  };
}
