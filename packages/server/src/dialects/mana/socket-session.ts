// One socket: says whose it is, and is told what was written to.

import { isSynclineError } from "@syncline/core";
import type { Principal } from "../../auth/principal.ts";
import { parseJson } from "../../protocol/decode-json.ts";
import type { BellOwner } from "./bells.ts";
import { TOKEN_HABITS } from "./caller.ts";
import type { ManaContext } from "./context.ts";
import { openPlaces } from "./places.ts";

/** What is sent. */
export type SocketMessage =
  | { readonly type: "auth-ok" | "pong" }
  | { readonly type: "error"; readonly tables: readonly string[] }
  | { readonly type: "sync-available"; readonly appId: string; readonly tables: readonly string[] };

export interface SessionOptions {
  /** The one app that the socket is for; every app of the user where left out. */
  readonly appId?: string;
  send(message: SocketMessage): void;
  close(reason: string): void;
  /** Says whose it is. @throws {SynclineError} when there is no place for this user */
  identify(principal: Principal): void;
}

export interface SocketSession {
  /** One at a time: nobody can make us check a hundred tokens at once. */
  message(bytes: Uint8Array): Promise<void> | undefined;
  /** Whose it is, once it said so. */
  userId(): string | undefined;
  /** Looks which organisations its user belongs to now. */
  refresh(): void;
  closed(): void;
}

/** Nothing in a message is nested. */
const DEPTH = 8;

export function createSession(context: ManaContext, options: SessionOptions): SocketSession {
  const { send } = options;
  let principal: Principal | undefined;
  let isOver = false;
  /** What ends the following of each space of each app, and the hearing of each organisation. */
  const following = new Map<string, Map<string, () => void>>();
  const hearing = new Map<string, () => void>();

  function end(reason: string): void {
    if (isOver) return;
    stop();
    options.close(reason);
  }

  function stop(): void {
    isOver = true;
    unfollow();
  }

  function unfollow(): void {
    for (const stopHearing of hearing.values()) stopHearing();
    hearing.clear();
    for (const spaces of following.values())
      for (const stopFollowing of spaces.values()) stopFollowing();
    following.clear();
  }

  async function authenticate(token: unknown): Promise<void> {
    if (typeof token !== "string" || token === "") {
      send({ type: "error", tables: ["missing token"] });
      return;
    }
    let caller: Principal;
    try {
      caller = await context.verifyToken(token, TOKEN_HABITS);
    } catch (thrown) {
      if (isOver) return;
      const isSubject =
        isSynclineError(thrown, "unauthenticated") && thrown.message.includes("`sub`");
      const why = isSynclineError(thrown, "account_locked") ? "account locked" : "invalid token";
      if (!isSubject) send({ type: "error", tables: [why] });
      end(isSubject ? "missing subject" : why);
      return;
    }
    if (isOver) return;
    try {
      options.identify(caller);
    } catch (thrown) {
      if (!isSynclineError(thrown)) throw thrown;
      end("too many sockets");
      return;
    }
    // Whoever says anew whose it is is followed as that one alone.
    unfollow();
    principal = caller;
    await followAll(caller);
    if (!isOver) send({ type: "auth-ok" });
  }

  async function followAll(caller: Principal): Promise<void> {
    const { appId } = options;
    if (appId !== undefined) {
      await follow(caller, appId);
      return;
    }
    hear(caller, "", caller);
    await hearOrganisations(caller);
    await Promise.all(context.knownApps.of(caller.userId).map((app) => follow(caller, app)));
  }

  function hear(caller: Principal, name: string, owner: BellOwner): void {
    if (hearing.has(name)) return;
    const stopHearing = context.bells.hear(owner, (ring) => {
      if (following.has(ring.appId)) return;
      send({ type: "sync-available", ...ring });
      follow(caller, ring.appId).catch((thrown: unknown) =>
        context.failed("following an app", thrown),
      );
    });
    hearing.set(name, stopHearing);
  }

  /** The bells of the organisations, which ring for apps that nothing is known of here yet. */
  async function hearOrganisations(caller: Principal): Promise<void> {
    const ids = (await context.memberships?.of(caller.userId)) ?? [];
    if (isOver || principal !== caller) return;
    for (const [name, stopHearing] of hearing) {
      if (name === "" || ids.includes(name)) continue;
      stopHearing();
      hearing.delete(name);
    }
    for (const orgId of ids) hear(caller, orgId, { orgId });
  }

  /** Follows all the spaces that the caller has in an app, and no others. */
  async function follow(caller: Principal, appId: string): Promise<void> {
    const spaces = following.get(appId) ?? new Map<string, () => void>();
    following.set(appId, spaces);
    const { own, orgs } = await openPlaces(context, caller, { appId, access: "read" });
    const wanted = new Map([own, ...orgs].map(({ admitted }) => [admitted.space, admitted]));
    for (const [space, stopFollowing] of spaces) {
      if (wanted.has(space)) continue;
      stopFollowing();
      spaces.delete(space);
    }
    for (const [space, admitted] of wanted) {
      if (spaces.has(space)) continue;
      spaces.set(space, () => {});
      const stopFollowing = await context.followers.follow(admitted, (tables) =>
        send({ type: "sync-available", appId, tables }),
      );
      if (isOver || principal !== caller) stopFollowing();
      else spaces.set(space, stopFollowing);
    }
  }

  async function refreshAll(caller: Principal): Promise<void> {
    if (options.appId === undefined) await hearOrganisations(caller);
    await Promise.all([...following.keys()].map((appId) => follow(caller, appId)));
  }

  return {
    message(bytes) {
      const message = readMessage(bytes);
      if (isOver || message === undefined) return undefined;
      if (message.type === "ping") send({ type: "pong" });
      if (message.type !== "auth") return undefined;
      return authenticate(message.token).catch((thrown: unknown) => {
        if (!isSynclineError(thrown)) context.failed("a socket", thrown);
        end("not available");
      });
    },
    userId: () => principal?.userId,
    refresh() {
      if (isOver || principal === undefined || context.memberships === undefined) return;
      refreshAll(principal).catch((thrown: unknown) => context.failed("following an app", thrown));
    },
    closed() {
      if (!isOver) stop();
    },
  };
}

/** What is no message is passed over, as the original does. */
function readMessage(
  bytes: Uint8Array,
): { readonly type: unknown; readonly token?: unknown } | undefined {
  try {
    const value = parseJson(bytes, { maxDepth: DEPTH, what: "A message" });
    return typeof value === "object" && value !== null && "type" in value ? value : undefined;
  } catch {
    return undefined;
  }
}
