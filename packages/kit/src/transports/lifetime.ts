// What all transports do alike: refuse after close, end their subscriptions, and let callers give up.

import { anySignal, SynclineError } from "@syncline/core";
import { orAborted, throwIfAborted } from "../abort.ts";
import type { CallOptions, Subscription } from "../ports.ts";

export interface Lifetime {
  /** Runs a call that ends when the caller gives up or the transport is closed. */
  call<Result>(
    options: CallOptions | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /** Keeps a subscription, which ends with the transport. */
  keep(subscription: Subscription): Subscription;
  close(): Promise<void>;
}

/** @param release what is let go at the end */
export function createLifetime(release: () => Promise<void> = async () => undefined): Lifetime {
  const ended = new AbortController();
  const subscriptions = new Set<Subscription>();
  let closing: Promise<void> | undefined;
  return {
    async call(options, work) {
      if (ended.signal.aborted) throw transportClosed();
      throwIfAborted(options?.signal);
      const signal =
        options?.signal === undefined ? ended.signal : anySignal([options.signal, ended.signal]);
      try {
        return await orAborted(work(signal), signal);
      } catch (thrown) {
        throwIfAborted(options?.signal);
        if (ended.signal.aborted) throw transportClosed();
        throw thrown;
      }
    },
    keep(subscription) {
      const kept = {
        async stop() {
          subscriptions.delete(kept);
          await subscription.stop();
        },
      };
      subscriptions.add(kept);
      return kept;
    },
    close() {
      closing ??= (async () => {
        ended.abort();
        await Promise.all([...subscriptions].map((kept) => kept.stop()));
        await release();
      })();
      return closing;
    },
  };
}

function transportClosed(): SynclineError {
  return new SynclineError("closed", "transport is closed");
}
