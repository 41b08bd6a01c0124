// The hub: who follows which space. A commit is read once and serialised once for all who follow it alike.

import { isSynclineError, parseCursor, type SpaceAddress, SynclineError } from "@syncline/core";
import type { Admitted, DeltaParts, Engine, PullRequest, SpaceEvent } from "../engine/contract.ts";
import { changesFrame } from "./frame.ts";
import type { Follower, FollowRequest, Group, Sink } from "./group.ts";
import { createPresences, type Presences } from "./presences.ts";
import { createPushed } from "./pushed.ts";
import { createRoleWatch } from "./role-watch.ts";

export type { FollowRequest, Sink } from "./group.ts";

export interface Following {
  readonly admitted: Admitted;
  /** While a push of the same reader is under way, frames wait: its answer holds what they would say. */
  hold(): void;
  /** The push was answered with a delta up to a cursor, or failed (null). */
  release(cursor: string | null): Promise<void>;
  stop(): void;
}

export interface Hub {
  /**
   * Sends what is new after the cursor, and from then on everything that is committed.
   * @throws {SynclineError} what `engine.pull` throws: `forbidden`, `reset`, `invalid`…
   * @returns undefined when the reader is more than a page behind: `sink.behind` was called
   */
  follow(request: FollowRequest, sink: Sink): Promise<Following | undefined>;
  readonly presences: Presences;
  /** Looks for commits that nobody told of, in every space that is followed. */
  poll(): void;
  /** Looks for memberships that ended and that nobody told of, in every shared space that is followed. */
  look(): void;
  /** How many follow anything. */
  followers(): number;
}

export interface HubOptions {
  readonly engine: Engine;
  /** Milliseconds since 1970. */
  now(): number;
  setTimer(run: () => void, ms: number): () => void;
  failed(what: string, thrown: unknown): void;
  /** A frame went to so many. */
  sent?(followers: number, bytes: number): void;
}

/** Rights that an app's hook decides about are asked for again after this long. */
const RECHECK_MS = 2_000;
/** Why somebody may read a space no more. */
const LOST: ReadonlySet<string> = new Set(["forbidden", "not_found", "unauthenticated"]);
const RETRY_MS = 1_000;

/** Makes a hub: each commit of a space is read once and shown to all who follow it. */
export function createHub(options: HubOptions): Hub {
  const { engine, now } = options;
  const groups = new Map<string, Group>();
  const lookAtRoles = createRoleWatch(options);
  const presences = createPresences({
    now,
    announce: engine.announce,
    show(space, frameFor, except) {
      for (const group of groups.values()) {
        if (group.admitted.space !== space) continue;
        const frame = frameFor(group.name);
        for (const { sink, request } of group.followers)
          if (request.clientId !== except.clientId || sink.principal.userId !== except.userId)
            sink.send(frame);
      }
    },
  });

  function groupOf(
    admitted: Admitted,
    { name, collections }: FollowRequest,
    guarded: boolean,
  ): Group {
    const sorted = collections === undefined ? undefined : [...new Set(collections)].sort();
    const readers = guarded
      ? admitted.role === "owner"
        ? "owners"
        : `of ${admitted.userId}`
      : "all";
    const key = `${admitted.space}\n${name}\n${sorted === undefined ? "*" : sorted.join()}\n${readers}`;
    const held = groups.get(key);
    if (held !== undefined) return held;
    const group: Group = {
      key,
      admitted,
      guarded,
      name,
      collections: sorted,
      followers: new Set(),
      by: createPushed(),
      cursor: undefined,
      read: undefined,
      reading: false,
      dirty: false,
      joining: 0,
      unwatch: () => undefined,
    };
    group.unwatch = engine.watch(admitted, (event) => take(group, event));
    groups.set(key, group);
    return group;
  }

  function take(group: Group, event: SpaceEvent): void {
    switch (event.type) {
      case "commit":
        group.by.add(event);
        flush(group).catch((thrown: unknown) => options.failed("a live frame", thrown));
        break;
      case "gap":
        flush(group).catch((thrown: unknown) => options.failed("a live frame", thrown));
        recheck([...group.followers], group).catch((thrown: unknown) =>
          options.failed("checking who may follow", thrown),
        );
        break;
      case "members":
        recheck([...group.followers], group).catch((thrown: unknown) =>
          options.failed("checking who may follow", thrown),
        );
        break;
      case "presence":
      case "who":
        // Several groups may watch a space: the first of them speaks for it.
        if (firstOf(event.space) === group) presences.take(event);
        break;
      default:
        event satisfies never;
    }
  }

  function firstOf(space: string): Group | undefined {
    for (const group of groups.values()) if (group.admitted.space === space) return group;
    return undefined;
  }

  /** Reads and sends until nothing is new. One at a time for a group. */
  async function flush(group: Group): Promise<void> {
    group.dirty = true;
    if (group.reading || group.cursor === undefined) return;
    group.reading = true;
    try {
      while (group.dirty && group.followers.size > 0) {
        group.dirty = false;
        const after = group.cursor;
        const delta = await engine.read(group.admitted, requestOf(group, group.read ?? after));
        // The first rule came: from now on not all see the same, and each reads by itself before it follows again.
        if (delta.more || delta.guarded !== group.guarded) {
          for (const follower of [...group.followers]) fallBehind(group, follower);
          group.cursor = undefined;
          group.read = undefined;
          return;
        }
        // Nothing of what is followed: the cursor stays, so that the next frame joins on to the last.
        group.read = delta.cursor;
        if (delta.count === 0) continue;
        if (group.admitted.byHook) await recheckOld(group);
        deliver(group, after, delta);
      }
    } catch (thrown) {
      failed(group, thrown);
    } finally {
      group.reading = false;
      leaveIfEmpty(group);
    }
  }

  function deliver(group: Group, after: string, delta: DeltaParts): void {
    const pushed = group.by;
    const frame = changesFrame(group.name, after, delta, pushed.all());
    const { stamp } = parseCursor(delta.cursor);
    group.cursor = delta.cursor;
    group.by = createPushed();
    let sent = 0;
    for (const follower of [...group.followers]) {
      if (follower.stamp >= stamp) continue;
      const { request, sink } = follower;
      const by = pushed.insteadFor(sink.principal.userId, request.clientId);
      if (follower.held) {
        follower.missed = true;
      } else if (sink.send(by === undefined ? frame : changesFrame(group.name, after, delta, by))) {
        follower.stamp = stamp;
        follower.cursor = delta.cursor;
        sent += 1;
      } else {
        fallBehind(group, follower);
      }
    }
    options.sent?.(sent, frame.json.length);
  }

  function failed(group: Group, thrown: unknown): void {
    if (isSynclineError(thrown, "reset") || isSynclineError(thrown, "not_found")) {
      for (const follower of [...group.followers]) end(group, follower, thrown);
      return;
    }
    // The store is away for a while: what is missing is read when it is back.
    options.failed("reading for live followers", thrown);
    options.setTimer(() => {
      flush(group).catch((again: unknown) => options.failed("a live frame", again));
    }, RETRY_MS);
  }

  function fallBehind(group: Group, follower: Follower): void {
    if (leave(group, follower)) follower.sink.behind();
  }

  function end(group: Group, follower: Follower, error: SynclineError): void {
    if (leave(group, follower)) follower.sink.end(error);
  }

  function leave(group: Group, follower: Follower): boolean {
    const left = group.followers.delete(follower);
    leaveIfEmpty(group);
    return left;
  }

  function leaveIfEmpty(group: Group): void {
    if (group.followers.size > 0 || group.joining > 0 || group.reading) return;
    if (groups.get(group.key) !== group) return;
    groups.delete(group.key);
    group.unwatch();
    if (firstOf(group.admitted.space) === undefined) presences.forget(group.admitted.space);
  }

  async function recheckOld(group: Group): Promise<void> {
    const old = [...group.followers].filter(({ checkedAtMs }) => now() - checkedAtMs > RECHECK_MS);
    await recheck(old, group);
  }

  /** Who may read the space no more is sent nothing more. */
  async function recheck(followers: readonly Follower[], group: Group): Promise<void> {
    await Promise.all(
      followers.map(async (follower) => {
        try {
          const { sink, request } = follower;
          const { role } = await engine.admit(sink.principal, request.address, "read");
          follower.checkedAtMs = now();
          // Who becomes an owner, or is one no more, sees another part of the space.
          const owns = group.admitted.role === "owner";
          if (group.guarded && owns !== (role === "owner")) fallBehind(group, follower);
        } catch (thrown) {
          if (isSynclineError(thrown) && LOST.has(thrown.code)) end(group, follower, thrown);
          else throw thrown;
        }
      }),
    );
  }

  /** Reads up to where the group is, and sends it. False: more than a page is missing. */
  async function catchUp(group: Group, follower: Follower, from: string | null): Promise<boolean> {
    for (let cursor = from; ; ) {
      const delta = await engine.pull(follower.sink.principal, follower.request.address, {
        ...follower.request,
        cursor,
      });
      const by = new Map(
        follower.request.clientId === undefined
          ? []
          : [[follower.request.clientId, delta.lastMutation]],
      );
      if (delta.more || !follower.sink.send(changesFrame(group.name, cursor, delta, by)))
        return false;
      cursor = delta.cursor;
      const { stamp } = parseCursor(cursor);
      follower.stamp = stamp;
      follower.cursor = cursor;
      group.cursor ??= cursor;
      // From here on nothing is awaited before it follows: what the group has sent already, it has read.
      if (stamp >= parseCursor(group.cursor).stamp) return true;
    }
  }

  return {
    presences,
    poll() {
      for (const group of groups.values())
        flush(group).catch((thrown: unknown) => options.failed("a live frame", thrown));
    },
    look() {
      // In a personal space there is no membership to lose.
      const shared = [...groups.values()].filter(({ admitted }) => !isPersonal(admitted.address));
      const followers = shared.flatMap((group) =>
        [...group.followers].map((follower) => ({
          key: follower,
          space: group.admitted.space,
          userId: follower.sink.principal.userId,
          changed: () => recheck([follower], group),
        })),
      );
      lookAtRoles(followers);
    },
    followers: () => [...groups.values()].reduce((sum, { followers }) => sum + followers.size, 0),
    async follow(request, sink) {
      const admitted = await engine.admit(sink.principal, request.address, "read");
      const group = groupOf(admitted, request, await engine.guarded(admitted));
      const follower: Follower = {
        request,
        sink,
        stamp: 0,
        cursor: "",
        held: false,
        missed: false,
        checkedAtMs: now(),
      };
      group.joining += 1;
      try {
        if (!(await catchUp(group, follower, request.cursor))) {
          sink.behind();
          return undefined;
        }
        group.followers.add(follower);
      } finally {
        group.joining -= 1;
        leaveIfEmpty(group);
      }
      presences.welcome(admitted, group.name, sink);
      if (group.dirty) await flush(group);
      return {
        admitted,
        hold() {
          follower.held = true;
        },
        async release(cursor) {
          const stamp = cursor === null ? 0 : parseCursor(cursor).stamp;
          if (stamp > follower.stamp && cursor !== null) {
            follower.stamp = stamp;
            follower.cursor = cursor;
          }
          while (follower.missed && group.followers.has(follower)) {
            follower.missed = false;
            if (group.cursor !== undefined && follower.stamp >= parseCursor(group.cursor).stamp)
              break;
            if (!(await catchUp(group, follower, follower.cursor))) fallBehind(group, follower);
          }
          follower.held = false;
        },
        stop: () => void leave(group, follower),
      };
    },
  };
}

function isPersonal({ name }: SpaceAddress): boolean {
  return name.startsWith("~");
}

function requestOf({ collections }: Group, cursor: string): PullRequest {
  return { cursor, ...(collections === undefined ? {} : { collections }) };
}

/** The error of a space that cannot be followed twice. */
export function alreadyFollowed(): SynclineError {
  return new SynclineError("invalid", "This socket follows the space already.", { path: "space" });
}
