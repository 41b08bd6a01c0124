// What devtools have seen: a bounded list that can be watched.

export interface LogEntry {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly direction: "out" | "in" | "event";
  /** `sync`, `changes`, `progress` … */
  readonly what: string;
  readonly space: string;
  /** Size as JSON text. */
  readonly bytes: number;
  /** Milliseconds that a call took. */
  readonly tookMs?: number;
  readonly failed?: boolean;
  readonly body: unknown;
}

export interface Log {
  add(entry: Omit<LogEntry, "id" | "bytes">): void;
  entries(): readonly LogEntry[];
  clear(): void;
  subscribe(listener: () => void): () => void;
}

const MAX_ENTRIES = 500;

export function createLog(): Log {
  let entries: LogEntry[] = [];
  let next = 1;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  return {
    add(entry) {
      const bytes = JSON.stringify(entry.body)?.length ?? 0;
      entries = [...entries.slice(1 - MAX_ENTRIES), { ...entry, id: next++, bytes }];
      tell();
    },
    entries: () => entries,
    clear() {
      entries = [];
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
