// Following a space: takes live frames in between cycles, and asks for a cycle when one does not join on.

import { EMPTY_DIGEST, type Fields, parseCursor, scopeOf, type Time } from "@syncline/core";
import type { Device } from "../device.ts";
import type { Applied, LocalStore } from "../store/port.ts";
import type { LiveFeed, LiveFrame, LiveSubscription, Peer } from "../transport/port.ts";
import { timesOf } from "./catch-up.ts";
import type { Serial } from "./serial.ts";

export interface FollowOptions {
  readonly space: string;
  readonly feed: LiveFeed;
  readonly store: LocalStore;
  readonly device: Device;
  readonly serial: Serial;
  readonly collections: readonly string[] | undefined;
  /** Whether a cycle is under way: frames wait until it has ended. */
  busy(): boolean;
  /** Something does not fit: a cycle finds out. */
  wake(): void;
  live(up: boolean): void;
  /** Takes up what a frame changed. Runs in the same turn. */
  onApplied(applied: Applied, lastMutation: number): Promise<void>;
  onPeer(peer: Peer): void;
  /** Nobody is known to be there any more. */
  onNobody(): void;
  onError(thrown: unknown): void;
}

export interface Follow {
  /** A cycle has succeeded: follows from there, and takes in what waited. */
  caughtUp(): void;
  /** The space was refused: waits to be told of a right to it. */
  knock(): void;
  present(state: Fields | null): void;
  /** Lets go; `caughtUp` follows again. */
  stop(): void;
}

/** Frames that wait for the end of a cycle; with more of them, another cycle is quicker. */
const MAX_WAITING = 64;

export function createFollow(options: FollowOptions): Follow {
  const { space, store, device, serial, collections } = options;
  let subscription: LiveSubscription | undefined;
  let waiting: LiveFrame[] = [];
  let state: Fields | null | undefined;
  let knocking = false;

  function take(frame: LiveFrame): void {
    if (waiting.length >= MAX_WAITING) {
      waiting = [];
      options.wake();
    }
    waiting.push(frame);
    if (!options.busy()) drain();
  }

  function drain(): void {
    if (waiting.length === 0) return;
    serial
      .run(async () => {
        // A cycle may have begun meanwhile; it ends with another drain.
        for (let frame = waiting[0]; frame !== undefined && !options.busy(); frame = waiting[0]) {
          waiting.shift();
          await apply(frame);
        }
      })
      .catch((thrown: unknown) => {
        waiting = [];
        options.onError(thrown);
        options.wake();
      });
  }

  async function apply({ after, cursor, changes, by, digest, now }: LiveFrame): Promise<void> {
    const held = await store.state(space);
    if (held.cursor === null || held.staged !== null) return options.wake();
    const mine = parseCursor(held.cursor);
    const next = parseCursor(cursor);
    if (next.epoch !== mine.epoch || next.scope !== mine.scope) return options.wake();
    const known = next.stamp <= mine.stamp;
    if (!known && (after === null ? 0 : parseCursor(after).stamp) > mine.stamp)
      return options.wake();
    if (known && changes.length === 0 && by[device.clientId()] === undefined) return;
    const lastMutation = by[device.clientId()] ?? 0;
    device.observe(timesOf(changes, now as Time));
    const applied = await store.apply({
      space,
      changes,
      cursor: known ? held.cursor : cursor,
      scope: scopeOf(collections),
      lastMutation,
      final: true,
      replace: false,
    });
    await options.onApplied(applied, lastMutation);
    if (digest !== undefined && !known && !(await agrees(digest))) options.wake();
  }

  async function agrees(digest: { readonly [collection: string]: string }): Promise<boolean> {
    const { digests } = await store.state(space);
    return Object.entries(digest).every(([name, sum]) => (digests[name] ?? EMPTY_DIGEST) === sum);
  }

  function follow(): LiveSubscription {
    return options.feed.follow(space, {
      async request() {
        const { cursor } = await store.state(space);
        return {
          cursor,
          clientId: device.clientId(),
          ...(collections === undefined ? {} : { collections }),
        };
      },
      frame: take,
      peer: options.onPeer,
      up: () => options.live(true),
      down() {
        options.onNobody();
        options.live(false);
      },
      lost() {
        subscription = undefined;
        options.onNobody();
        options.wake();
      },
    });
  }

  return {
    knock() {
      if (subscription !== undefined) return;
      knocking = true;
      subscription = follow();
    },
    caughtUp() {
      if (knocking) {
        knocking = false;
        subscription?.close();
        subscription = undefined;
      }
      if (subscription === undefined) {
        subscription = follow();
        if (state !== undefined) subscription.present(state);
      }
      drain();
    },
    present(next) {
      state = next;
      subscription?.present(next);
    },
    stop() {
      subscription?.close();
      subscription = undefined;
      knocking = false;
      waiting = [];
      options.onNobody();
      options.live(false);
    },
  };
}
