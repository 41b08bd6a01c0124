// Doubt: whether the server is still there while nothing comes back from it.

import { anySignal, SynclineError } from "@syncline/core";

export interface DoubtOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** So long nothing may be heard. */
  readonly doubtMs: number;
  /** A signal that fires after a while. */
  timeout(ms: number): AbortSignal;
}

/** A call that is doubted while it is under way. */
export interface Doubted {
  /** Aborts with `offline` when the server does not answer anything any more. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  heard(): void;
  /** The call has ended. */
  end(): void;
}

/** Asks, each time that nothing was heard for long, for something small beside the call: a slow answer is waited for. */
export function doubt({ url, fetch: ask, doubtMs, timeout }: DoubtOptions): Doubted {
  const gone = new AbortController();
  const over = new AbortController();
  let silent = true;

  async function watch(): Promise<void> {
    for (;;) {
      silent = true;
      await fired(anySignal([over.signal, timeout(doubtMs)]));
      if (over.signal.aborted) return;
      if (!silent) continue;
      try {
        const signal = anySignal([over.signal, timeout(doubtMs)]);
        // Whatever answers is there; what it says is not read, so that no header of it is needed.
        await ask(`${url}/health`, { mode: "no-cors", cache: "no-store", signal });
      } catch {
        // Neither the call nor this was answered.
        if (silent) gone.abort(new SynclineError("offline", `${url} does not answer any more.`));
        return;
      }
    }
  }

  watch().catch(() => undefined); // it ends with the call
  return {
    signal: gone.signal,
    heard() {
      silent = false;
    },
    end: () => over.abort(),
  };
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
