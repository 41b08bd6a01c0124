// A sync manager of the Go Sync Kit, as far as a server notices: it counts the events in its own store 1, 2, 3, asks for
// what lies beyond that count, and sends what lies beyond the server's.

import { setTimeout as pause } from "node:timers/promises";

export interface WireEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregate_id: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

interface WireRecord {
  readonly event: WireEvent;
  readonly version: string;
}

const BATCH = 100;

export interface GoManager {
  /** Ids in the order of the manager's own log. */
  ids(): string[];
  write(...ids: string[]): void;
  push(): Promise<number>;
  pull(): Promise<number>;
  /** Pull, then push: a failure of the one does not keep it from the other. */
  sync(): Promise<{ readonly pulled: number; readonly pushed: number; readonly errors: string[] }>;
  /** Syncs in intervals, one after the other; what goes wrong is told, and the next one runs all the same. */
  startAutoSync(intervalMs: number, failed: (errors: readonly string[]) => void): void;
  /** Resolves when none runs any more. */
  stopAutoSync(): Promise<void>;
  /** From now on it speaks to another server, with another token. */
  moveTo(url: string, token?: string): void;
}

export function createGoManager(firstUrl: string): GoManager {
  const log: WireEvent[] = [];
  let url = firstUrl;
  let authorization: { readonly authorization?: string } = {};
  let running: { readonly timer: AbortController; readonly ended: Promise<void> } | undefined;

  async function ask(path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(
      `${url}${path}`,
      body === undefined
        ? { headers: authorization }
        : {
            method: "POST",
            headers: { "content-type": "application/json", ...authorization },
            body: JSON.stringify(body),
          },
    );
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
    return JSON.parse(text);
  }

  async function pull(): Promise<number> {
    const records = (await ask(`/pull?since=${log.length}`)) as WireRecord[];
    for (const { event } of records) {
      if (log.some(({ id }) => id === event.id)) throw new Error("UNIQUE constraint failed");
      log.push(event);
    }
    return records.length;
  }

  async function push(): Promise<number> {
    const remote = Number((await ask("/latest-version")) as string);
    const own = log.slice(remote);
    for (let i = 0; i < own.length; i += BATCH)
      await ask(
        "/push",
        own.slice(i, i + BATCH).map((event, k) => ({ event, version: String(remote + i + k + 1) })),
      );
    return own.length;
  }

  async function sync() {
    const errors: string[] = [];
    const phase = async (work: () => Promise<number>) => {
      try {
        return await work();
      } catch (thrown) {
        errors.push(String(thrown));
        return 0;
      }
    };
    return { pulled: await phase(pull), pushed: await phase(push), errors };
  }

  async function tick(ended: AbortSignal, intervalMs: number, failed: (e: string[]) => void) {
    while (!ended.aborted) {
      await pause(intervalMs, undefined, { signal: ended }).catch(() => undefined); // stopped
      if (ended.aborted) return;
      const { errors } = await sync();
      if (errors.length > 0) failed(errors);
    }
  }

  return {
    ids: () => log.map(({ id }) => id),
    write(...ids) {
      for (const id of ids)
        log.push({ id, type: "Sold", aggregate_id: "apples", data: { id }, metadata: null });
    },
    push,
    pull,
    sync,
    startAutoSync(intervalMs, failed) {
      if (running !== undefined) return;
      const timer = new AbortController();
      running = { timer, ended: tick(timer.signal, intervalMs, failed) };
    },
    async stopAutoSync() {
      running?.timer.abort();
      await running?.ended;
      running = undefined;
    },
    moveTo(next, token) {
      url = next;
      authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    },
  };
}
