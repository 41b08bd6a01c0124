// Habits, as pages ask for them.

import type { Habit } from "@syncline/kanso-domain";
import { useMemo } from "react";
import { useQuery, useRecord } from "./collections.ts";

export interface Habits {
  /** False until the device's database was read for the first time. */
  readonly ready: boolean;
  /** In their order. */
  readonly habits: readonly Habit[];
}

export function useHabits({ archived = false }: { readonly archived?: boolean } = {}): Habits {
  const { ready, rows } = useQuery("habits", { orderBy: ["sortOrder", "createdAt"] });
  return useMemo(
    () => ({ ready, habits: rows.filter(({ archivedAt }) => (archivedAt !== null) === archived) }),
    [ready, rows, archived],
  );
}

/** One habit, archived or not; undefined where there is none, or nothing was read yet. */
export function useHabit(id: string): {
  readonly ready: boolean;
  readonly habit: Habit | undefined;
} {
  const { ready, row } = useRecord("habits", id);
  return { ready, habit: row };
}
