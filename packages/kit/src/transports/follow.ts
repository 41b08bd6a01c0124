// Subscriptions over a way that can be asked: page after page, each handed on before the next, from where it was.

import { withResolvers } from "@syncline/core";
import { orAborted } from "../abort.ts";
import type { KitEnvironment } from "../environment.ts";
import type { PageHandler, PullPage, SubscribeOptions, Subscription, Version } from "../ports.ts";
import { trackConnection } from "./connection.ts";

export interface FollowOptions {
  readonly environment: KitEnvironment;
  /** How long to wait when there was nothing. */
  readonly pollMs: number;
  pull(since: Version | null, signal: AbortSignal): Promise<PullPage>;
  /** Told when asking is worth while before that. Gives a function that ends it. */
  onNews?(listener: () => void): () => void;
  readonly handler: PageHandler;
  readonly subscribe: SubscribeOptions;
}

const RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;

/** Begins to follow; it ends with `stop`, or with the subscriber's signal. */
export function follow(options: FollowOptions): Subscription {
  const { environment, pollMs, handler, subscribe } = options;
  const ended = new AbortController();
  const connection = trackConnection(environment, subscribe.statusChanged);
  const stopBySignal = () => ended.abort();
  if (subscribe.signal?.aborted === true) ended.abort();
  subscribe.signal?.addEventListener("abort", stopBySignal, { once: true });
  let news = true;
  let wake = () => {};
  const endNews = options.onNews?.(() => {
    news = true;
    wake();
  });

  const pause = async (ms: number) => {
    const over = withResolvers<void>();
    const cancel = environment.setTimer(over.resolve, ms);
    wake = over.resolve;
    ended.signal.addEventListener("abort", () => over.resolve(), { once: true });
    await over.promise;
    cancel();
  };
  const run = async () => {
    let cursor = subscribe.since ?? null;
    let failures = 0;
    while (!ended.signal.aborted) {
      let answered = false;
      try {
        news = false;
        const page = await orAborted(options.pull(cursor, ended.signal), ended.signal);
        answered = true;
        connection.up();
        if (page.events.length > 0) {
          await handler(page);
          cursor = page.next ?? cursor;
        }
        failures = 0;
        if (!page.more && !news) await pause(pollMs);
      } catch (thrown) {
        if (ended.signal.aborted) break;
        // A handler that fails says nothing of the connection.
        if (!answered) connection.down(thrown);
        subscribe.failed?.(thrown);
        await pause(Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS));
        failures = Math.min(failures + 1, 10);
      }
    }
  };
  const running = run().finally(() => {
    endNews?.();
    subscribe.signal?.removeEventListener("abort", stopBySignal);
  });
  return {
    async stop() {
      ended.abort();
      await running;
    },
  };
}
