// Every stream and socket that is open: its place, what waits for its reader, and whether it may still be open.

import { isSynclineError, SynclineError } from "@syncline/core";
import type { Principal } from "../auth/principal.ts";
import type { Places } from "../protocol/port.ts";
import type { EndReason } from "../protocol/socket.ts";
import { networkOf } from "../rate/throttle.ts";

export interface EndLimits {
  /** Streams and sockets of one address, of all kinds together. */
  readonly ofAddress: number;
  /** Bytes that may wait for one reader; and for all of them together. */
  readonly unreadBytes: number;
  readonly unreadBytesOfAll: number;
}

export interface EndOptions {
  readonly limits: EndLimits;
  /** Which of them may still be let in: asked of the store, all at once. */
  areGood(principals: readonly Principal[]): Promise<ReadonlySet<Principal>>;
  failed(what: string, thrown: unknown): void;
}

/** The connection under an end. */
export interface EndSource {
  readonly address: string;
  readonly places: Places;
  waiting(): number;
  cut(reason: EndReason): void;
  readonly isStream?: true;
  still?(): Promise<unknown>;
}

export interface End {
  /** @throws {SynclineError} `rate_limited` or `unavailable` when there is no place for this user */
  identify(principal: Principal): void;
  /** Counts what waits. False: it is too much, and the end was cut. */
  fits(): boolean;
  /** Whether anything may be sent under its identity now. */
  isOver(): boolean;
  close(): void;
}

export interface Ends {
  /** @throws {SynclineError} `rate_limited` or `unavailable` when there is no place */
  open(source: EndSource): End;
  /** Something happened to a user: theirs are looked at now. */
  look(userId: string): void;
  /** The server shuts down: streams end. Sockets say good-bye by themselves. */
  endStreams(): void;
  /** Bytes that wait for readers. */
  unread(): number;
  close(): void;
}

interface Open extends EndSource {
  principal: Principal | undefined;
  counted: number;
  over: boolean;
}

const RETRY_AFTER_SECONDS = 2;
const TICK_MS = 500;
/** How long a right that was lost without a word is still used. */
const LOOK_MS = 1_500;

export function createEnds({ limits, areGood, failed }: EndOptions): Ends {
  const open = new Set<Open>();
  const taken = new Map<string, number>();
  let unread = 0;
  let lookedAtMs = Date.now();
  let looking = false;
  const ticking = setInterval(tick, TICK_MS);
  ticking.unref();

  function count(name: string, by: 1 | -1): void {
    const next = (taken.get(name) ?? 0) + by;
    if (next > 0) taken.set(name, next);
    else taken.delete(name);
  }

  function measure(one: Open): void {
    const waiting = one.over ? 0 : one.waiting();
    unread += waiting - one.counted;
    one.counted = waiting;
  }

  function remove(one: Open): void {
    if (!open.delete(one)) return;
    one.over = true;
    measure(one);
    for (const name of namesOf(one)) count(name, -1);
  }

  function cut(one: Open, reason: EndReason): void {
    if (one.over) return;
    remove(one);
    one.cut(reason);
  }

  /** What waits for all is too much: the one for whom most waits goes. */
  function cutLargest(): void {
    for (const one of open) measure(one);
    while (unread > limits.unreadBytesOfAll) {
      let largest: Open | undefined;
      for (const one of open) if (one.counted > (largest?.counted ?? 0)) largest = one;
      if (largest === undefined) return;
      cut(largest, "unread");
    }
  }

  function tick(): void {
    const now = Date.now();
    for (const one of open) {
      measure(one);
      if (isExpired(one, now)) cut(one, "expired");
    }
    if (looking || now - lookedAtMs < LOOK_MS) return;
    lookedAtMs = now;
    looking = true;
    lookAt([...open])
      .catch((thrown: unknown) => failed("looking who may still be connected", thrown))
      .finally(() => {
        looking = false;
      });
  }

  async function lookAt(some: readonly Open[]): Promise<void> {
    const known = some.filter(({ principal }) => principal !== undefined);
    if (known.length === 0) return;
    const asked = known.map((one) => [one, one.principal] as const);
    const good = await areGood(asked.flatMap(([, principal]) => principal ?? []));
    // Whoever has shown another token since is looked at next time.
    for (const [one, principal] of asked)
      if (principal !== undefined && principal === one.principal && !good.has(principal))
        cut(one, "signed-out");
    await Promise.all(
      known.map(async (one) => {
        if (one.over || one.still === undefined) return;
        try {
          await one.still();
        } catch (thrown) {
          // A store that is away for a while takes no right away.
          if (isSynclineError(thrown) && thrown.status >= 500)
            failed("looking who may still read", thrown);
          else cut(one, "signed-out");
        }
      }),
    );
  }

  function mustFit(name: string, max: number, what: string): void {
    if ((taken.get(name) ?? 0) < max) return;
    throw new SynclineError("rate_limited", what, { retryAfter: RETRY_AFTER_SECONDS });
  }

  function takeOfUser(one: Open, { userId }: Principal): void {
    const { places } = one;
    const name = userName(places, userId);
    if (places.oldestGivesWay === true && (taken.get(name) ?? 0) >= places.ofUser) {
      for (const other of open) {
        if (other.places.kind !== places.kind || other.principal?.userId !== userId) continue;
        cut(other, "replaced");
        break;
      }
    }
    mustFit(name, places.ofUser, "Too many streams of this user run at once.");
    count(name, 1);
  }

  return {
    open(source) {
      const one: Open = { ...source, principal: undefined, counted: 0, over: false };
      const { places, address } = source;
      mustFit(
        addressName(address),
        limits.ofAddress,
        "Too many streams of this address run at once.",
      );
      if ((taken.get(places.kind) ?? 0) >= places.all)
        throw new SynclineError("unavailable", "Too many streams run at once.", {
          retryAfter: RETRY_AFTER_SECONDS,
        });
      open.add(one);
      for (const name of namesOf(one)) count(name, 1);
      return {
        identify(principal) {
          if (one.over || one.principal?.userId === principal.userId) {
            one.principal = principal;
            return;
          }
          takeOfUser(one, principal);
          if (one.principal !== undefined) count(userName(places, one.principal.userId), -1);
          one.principal = principal;
        },
        fits() {
          if (one.over) return false;
          measure(one);
          if (one.counted > limits.unreadBytes) cut(one, "unread");
          else if (unread > limits.unreadBytesOfAll) cutLargest();
          return !one.over;
        },
        isOver: () => one.over || isExpired(one, Date.now()),
        close: () => remove(one),
      };
    },
    look(userId) {
      const theirs = [...open].filter(({ principal }) => principal?.userId === userId);
      lookAt(theirs).catch((thrown: unknown) =>
        failed("looking who may still be connected", thrown),
      );
    },
    endStreams() {
      for (const one of [...open]) if (one.isStream === true) cut(one, "closing");
    },
    unread: () => unread,
    close: () => clearInterval(ticking),
  };
}

function isExpired({ principal }: Open, now: number): boolean {
  return (principal?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= now;
}

/** What it is counted under. */
function namesOf({ places, address, principal }: Open): string[] {
  return [
    places.kind,
    addressName(address),
    ...(principal === undefined ? [] : [userName(places, principal.userId)]),
  ];
}

const addressName = (address: string) => `address ${networkOf(address)}`;
const userName = ({ kind }: Places, userId: string) => `${kind} of ${userId}`;
