// Settings in SQL, for both databases, and in memory.

import type { SettingStore } from "./port.ts";

/** @param query runs a statement whose parameters are written `$1`, `$2`… */
export function createSqlSettings(
  query: <Of extends object>(text: string, values: readonly unknown[]) => Promise<Of[]>,
): SettingStore {
  return {
    async read(name) {
      const [row] = await query<{ value: string }>("SELECT value FROM settings WHERE name = $1", [
        name,
      ]);
      return row?.value;
    },
    async replace(name, from, to) {
      const written =
        from === undefined
          ? await query(
              "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1 AS done",
              [name, to],
            )
          : await query(
              "UPDATE settings SET value = $3 WHERE name = $1 AND value = $2 RETURNING 1 AS done",
              [name, from, to],
            );
      return written.length > 0;
    },
  };
}

export function createMemorySettings(settings: Map<string, string>): SettingStore {
  return {
    read: async (name) => settings.get(name),
    async replace(name, from, to) {
      if (settings.get(name) !== from) return false;
      settings.set(name, to);
      return true;
    },
  };
}
