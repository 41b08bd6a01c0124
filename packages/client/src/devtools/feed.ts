// A live feed over the simulated line: it can be slow, dropped and switched off, and is otherwise as it was.

import type { Fields } from "@syncline/core";
import type { LiveFeed, LiveListener, LiveSubscription } from "../index.ts";
import type { Line } from "./line.ts";

export type LiveFrame = Parameters<LiveListener["frame"]>[0];

export interface FeedHooks {
  offline(): boolean;
  frame(space: string, frame: LiveFrame): void;
  changed(space: string, up: boolean): void;
}

export interface InspectedFeed extends LiveFeed {
  /** Breaks what there is, and follows again unless the network is switched off. */
  reconnect(): void;
}

export function inspectFeed(live: LiveFeed, line: Line, hooks: FeedHooks): InspectedFeed {
  const restarts = new Set<() => void>();
  return {
    reconnect() {
      for (const restart of [...restarts]) restart();
    },
    follow(space, listener) {
      const queue = line.queue();
      let inner: LiveSubscription | undefined;
      let up = false;
      let left = false;
      let shown: Fields | null | undefined;
      /** Counts connections: what an earlier one says is not heard any more. */
      let connection = 0;

      function begin(): void {
        if (left || hooks.offline()) return;
        connection += 1;
        const own = connection;
        const heard =
          <Given extends unknown[]>(run: (...given: Given) => void) =>
          (...given: Given) => {
            if (own === connection) run(...given);
          };
        const made = live.follow(space, {
          request: listener.request,
          frame: heard((frame) => {
            hooks.frame(space, frame);
            queue.deliver(heard(() => listener.frame(frame)));
          }),
          peer: heard((peer) => queue.deliver(heard(() => listener.peer(peer)))),
          up: heard(() => {
            up = true;
            hooks.changed(space, true);
            listener.up();
          }),
          down: heard(() => {
            up = false;
            queue.clear();
            hooks.changed(space, false);
            listener.down();
          }),
          lost: heard(() => {
            leave();
            listener.lost();
          }),
        });
        // It may have ended while it was being made.
        if (own !== connection) {
          made.close();
          return;
        }
        inner = made;
        if (shown !== undefined) inner.present(shown);
      }

      function stop(): void {
        connection += 1;
        queue.clear();
        inner?.close();
        inner = undefined;
      }

      function leave(): void {
        left = true;
        restarts.delete(restart);
        stop();
      }

      function restart(): void {
        stop();
        if (up) {
          up = false;
          hooks.changed(space, false);
          listener.down();
        }
        begin();
      }

      restarts.add(restart);
      begin();
      return {
        present(state) {
          shown = state;
          inner?.present(state);
        },
        close: leave,
      };
    },
  };
}
