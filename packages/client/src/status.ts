// The connection state of a space, as apps show it: one tagged value, the same object while nothing changed.

import { createSource, type Observable } from "./query/observable.ts";
import type { MachineState } from "./sync/machine.ts";
import type { Progress } from "./sync/progress.ts";

export interface ConnectionState
  extends Pick<MachineState, "phase" | "reason" | "since" | "nextRetryAt"> {
  /** A cycle is under way. */
  readonly syncing: boolean;
  /** False until the space was read from the server once: what is empty then may only not have arrived yet. */
  readonly loaded: boolean;
  /** Mutations that the server has not settled. */
  readonly pending: number;
  /** Mutations that it refused, waiting in the inbox. */
  readonly rejected: number;
  /** How far a sync has come that takes more than one request each way; null while there is none. */
  readonly progress: Progress | null;
  /** Collections whose copy on this device differs from the server's; reading them anew did not help, or has not ended. */
  readonly diverged: readonly string[];
}

/** What the tab that syncs knows, and all others show. */
export type LeaderStatus = Omit<ConnectionState, "pending" | "rejected" | "loaded">;

export interface StatusOptions {
  machine(): MachineState;
  /** How the tab stands that syncs, where it is another one. */
  leader(): LeaderStatus | undefined;
  loaded(): boolean;
  pending(): number;
  rejected(): number;
  diverged(): readonly string[];
  progress(): Progress | null;
  onError(thrown: unknown): void;
}

export interface Status extends Observable<ConnectionState> {
  /** Something that the state shows may have changed. */
  publish(): void;
}

export function createStatus(options: StatusOptions): Status {
  const read = (): ConnectionState => {
    const { phase, reason, since, nextRetryAt, running } = options.machine();
    const own = {
      phase,
      reason,
      since,
      nextRetryAt,
      syncing: running,
      diverged: options.diverged(),
      progress: options.progress(),
    };
    return Object.freeze({
      ...(options.leader() ?? own),
      loaded: options.loaded(),
      pending: options.pending(),
      rejected: options.rejected(),
    });
  };
  const source = createSource(read(), options.onError);
  return {
    subscribe: source.subscribe,
    getSnapshot: source.getSnapshot,
    publish() {
      const next = read();
      const held = source.getSnapshot();
      const names = Object.keys(next) as (keyof ConnectionState)[]; // it was made above
      if (names.some((name) => next[name] !== held[name])) source.set(next);
    },
  };
}
