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
  /** What was said; of what is very long, the beginning of its text. */
  readonly body: unknown;
}

export interface Log {
  add(entry: Omit<LogEntry, "id" | "bytes">): void;
  entries(): readonly LogEntry[];
  clear(): void;
  subscribe(listener: () => void): () => void;
}

const MAX_ENTRIES = 500;
/** Of a larger body only the beginning is kept: a page may hold a megabyte. */
const MAX_BODY = 16_384;

export function createLog(): Log {
  let entries: LogEntry[] = [];
  let next = 1;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  return {
    add(entry) {
      const text = textOf(entry.body);
      const bytes = text?.length ?? 0;
      // What is no JSON is kept as what it calls itself: whoever shows it meets no surprise.
      const whole = text === undefined ? String(entry.body) : entry.body;
      const body = bytes > MAX_BODY ? `${text?.slice(0, MAX_BODY)}…` : whole;
      entries = [...entries.slice(1 - MAX_ENTRIES), { ...entry, body, id: next++, bytes }];
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

function textOf(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined; // it holds itself, or a number that JSON has not
  }
}
